"""A book as it stands → what the new scheme makes of it: planned, done in memory, read back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from app.upgrade.folder.survey import Surveyed, survey
from app.upgrade.survey import QUIET, NotUpgraded, free_title, left_over, must_be_ours
from app.wiring import Office
from sheets_templates.builder import MARKS, build_book, rebuild
from sheets_templates.lists import DICTIONARY
from sheets_templates.plan import BookPlan, EntryTab, PlanError
from sheets_templates.xlsx import write_xlsx
from sync.backends.folder.backend import FolderBackend
from sync.backends.folder.upgrade.spec import Upgrade, Upgraded
from sync.backends.folder.zippatch import Refused
from sync.book import Snapshot, TabSnapshot
from sync.ledger.grid import Ledger
from validators.scheme.load import digest
from validators.scheme.models import Scheme


@dataclass(slots=True)
class Planned:
    """`version`: what the book was made from; `done.data` b"" when it needs nothing."""

    version: str
    done: Upgraded


def plan_upgrade(office: Office, backend: FolderBackend, data: bytes, name: str, code: str, role: str) -> Planned:
    """The book in its new version, not yet in place. NotUpgraded says why there is none."""
    shape = office.parts.shapes[role]
    before = backend.inspect(data, shape, name)
    must_be_ours(before, office.scheme, name)
    ledger = backend.reader.grids(data, name=name)
    if ledger.problem:
        raise NotUpgraded(ledger.problem)
    wanted = wanted_changes(office.scheme, code, role, before, ledger, office.clock.today())
    try:
        done = backend.reader.upgrade(data, wanted)
    except Refused as refusal:
        raise NotUpgraded(str(refusal)) from None
    for title in left_over(ledger, office.scheme):
        done.add("kept", "", f"工作表“{title}”不再使用，原样留着，不再读取")
    if before.version == office.scheme.version and all(change.kind in QUIET for change in done.changes):
        done.data, done.changes = b"", [change for change in done.changes if change.kind == "kept"]
    else:
        _read_back(before, backend.inspect(done.data, shape, name), office.scheme)
    return Planned(before.version, done)


def wanted_changes(scheme: Scheme, code: str, role: str, before: Snapshot, ledger: Ledger, today: date) -> Upgrade:
    """What is to be done to a book that was read so. NotUpgraded when its tabs do not allow it."""
    try:
        plan = build_book(scheme, code, role, built=today)
        found = [_surveyed(scheme, base, before, ledger) for base in plan.tabs]
        tabs = tuple(item.tab if isinstance(item, Surveyed) else item for item in found)
        standing = [item for item in found if isinstance(item, Surveyed)]
        laid = _marked(
            rebuild(plan, scheme, tabs, {item.tab.table: item.banner for item in standing if item.banner}), scheme
        )
        donor = write_xlsx(laid)
    except PlanError as error:
        raise NotUpgraded(str(error)) from None
    return Upgrade(
        donor=donor,
        tabs=tuple(item.change for item in standing),
        new_tabs=tuple(item.title for item in found if isinstance(item, EntryTab)),
        guide=laid.guide.title,
        hidden=(DICTIONARY, MARKS),
        template=laid.template,
    )


def _surveyed(scheme: Scheme, base: EntryTab, before: Snapshot, ledger: Ledger) -> Surveyed | EntryTab:
    """The tab as it stands, or the template's where the book has none."""
    tab = before.tab(base.table)
    if tab is None:
        return replace(base, title=free_title(base.title, ledger))
    grid = ledger.grid(tab.title)
    if grid is None:
        raise NotUpgraded(f"“{tab.title}”读不了。")
    return survey(scheme, scheme.table(base.table), base, tab, grid)


def _marked(plan: BookPlan, scheme: Scheme) -> BookPlan:
    return replace(plan, marks=(*plan.marks, ("digest", digest(scheme))))


def _read_back(before: Snapshot, after: Snapshot, scheme: Scheme) -> None:
    """What sync read, it reads again: every row, every cell of every field there was, our texts beside them."""
    if after.version != scheme.version:
        raise NotUpgraded("升级后读回来版本不对，没有写入。")
    for old in before.tabs:
        new = after.tab(old.table)
        if new is None or not _holds(scheme, old, new):
            raise NotUpgraded(
                f"升级后“{old.title}”读回来和原来不一致，没有写入。", "请把这本表发给管理员看。表没有变。"
            )
        lacking = {field.name for field in scheme.table(old.table).fields} - new.columns.keys()
        if lacking:
            raise NotUpgraded(f"升级后“{old.title}”仍缺栏目，没有写入。", "请把这本表发给管理员看。表没有变。")


def _holds(scheme: Scheme, old: TabSnapshot, new: TabSnapshot) -> bool:
    table = scheme.table(old.table)
    indexes = [table.index(name) for name in old.columns]
    standing = {row.row: row for row in new.rows}
    for row in old.rows:
        other = standing.get(row.row)
        if other is None or other.id != row.id:
            return False
        if any(other.cells[at] != row.cells[at] for at in indexes) or not row.shown.items() <= other.shown.items():
            return False
    return [row.row for row in old.totals] == [row.row for row in new.totals]
