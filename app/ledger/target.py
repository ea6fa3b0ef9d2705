"""The unit's book into which a ledger goes: which file it is, what stands in it, where blank rows are."""

from __future__ import annotations

from dataclasses import dataclass

from app.cli.out import errors
from app.ledger.study import NotImported
from app.wiring import Office
from sheets_templates.builder import owner_name
from sync.backends.folder.backend import FolderBackend
from sync.book import BookRef, Snapshot, TabSnapshot
from sync.ledger.grid import Grid
from sync.register import register
from validators.scheme.tables import Table

MOST_ROWS = 20_000


@dataclass(slots=True)
class Target:
    """A book as it stands now. `data` are its bytes, `tab` its entry tab of the table, `grid` all that stands there."""

    ref: BookRef
    data: bytes
    snapshot: Snapshot
    tab: TabSnapshot
    grid: Grid

    def blank_rows(self, count: int) -> list[int]:
        """Rows below everything of the table in which nothing stands, in no column, and that no merge touches."""
        tab = self.tab
        covered: set[int] = set()
        for top, _, bottom, _ in self.grid.merges:
            covered.update(range(top, min(bottom, top + MOST_ROWS) + 1))
        row = max([tab.header_row, *(item.row for item in tab.rows), *(item.row for item in tab.totals)])
        found: list[int] = []
        while len(found) < count:
            row += 1
            if row not in self.grid.cells and row not in covered:
                found.append(row)
        return found


def folder_of(office: Office) -> FolderBackend:
    """The workspace's folder. NotImported where books are elsewhere, or must not be written into."""
    if not isinstance(office.backend, FolderBackend):
        raise NotImported(
            "这里的表不在共享文件夹里，import 目前只能填文件夹里的 .xlsx。",
            "Google 表格请把台账的内容粘贴到单位的表里，再运行 tianbao check 核对。",
        )
    if office.settings.feedback:
        raise NotImported(
            "这个工作区设了 feedback = true（网盘同步文件夹），系统不写进各单位的表。",
            "请在本机另建一个工作区导入，再把填好的表交给单位；或暂时把 feedback 改成 false。",
        )
    return office.backend


def find_target(office: Office, code: str, table: Table) -> Target:
    """The book of a unit or department. NotImported says why it cannot be filled now."""
    ref = _find_file(office, code)
    return read_target(office, ref, code, table)


def read_target(office: Office, ref: BookRef, code: str, table: Table) -> Target:
    """Read once, from one copy."""
    backend = folder_of(office)
    role = "unit" if office.scheme.unit(code) is not None else code
    data = backend.content(ref)
    snapshot = backend.inspect(data, office.parts.shapes[role], ref.name)
    tab = snapshot.tab(table.name)
    name = owner_name(office.scheme, code)
    if snapshot.scheme != office.scheme.id or tab is None or not tab.mark_row:
        raise NotImported(f"“{ref.name}”不是下发的{name}的表（找不到“{table.title}”或它的标记），不能往里填。")
    grid = backend.reader.grids(data, name=ref.name).grid(tab.title)
    if grid is None:
        raise NotImported(f"“{ref.name}”里的“{tab.title}”读不了。")
    return Target(ref, data, snapshot, tab, grid)


def _find_file(office: Office, code: str) -> BookRef:
    book_id, name = f"{office.scheme.id}:{code}", owner_name(office.scheme, code)
    for _ in range(2):
        found = register(office.parts)
        if book_id in found.refs:
            return found.refs[book_id]
        if not _wait(office):
            break
    held = next((book.held for book in found.books if book.id == book_id), "")
    if held:
        raise NotImported(
            f"{name}的表有一件事在等待决定。", "先用 tianbao decide list 看是什么，决定了再导入。表没有变。"
        )
    raise NotImported(
        f"没有找到{name}的表。", f"它应在 {office.settings.path(office.settings.books)} 里，是下发的 .xlsx。"
    )


def _wait(office: Office) -> bool:
    """Files saved a moment ago are left in peace first; whether there were any."""
    quiet, now = office.settings.quiet_seconds, office.clock.now()
    ages = [now - ref.file_time for ref in office.backend.list() if 0 <= now - ref.file_time < quiet]
    if ages:
        _sleep(office, quiet - min(ages))
    return bool(ages)


def rest(office: Office, ref: BookRef) -> None:
    """Wait until the book has been quiet as long as any book is left before it is written into."""
    age = office.clock.now() - office.settings.path(office.settings.books).joinpath(ref.key).stat().st_mtime
    if 0 <= age < office.settings.quiet_seconds:
        _sleep(office, office.settings.quiet_seconds - age)


def _sleep(office: Office, seconds: float) -> None:
    if seconds > 1:
        errors.print(f"表刚刚保存过，等{seconds:.0f}秒再动它…", markup=False)
    office.clock.sleep(seconds + 0.1)
