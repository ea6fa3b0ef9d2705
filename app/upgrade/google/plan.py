"""A spreadsheet as it stands → one batch that makes it the new scheme's, and what is said of it. Nothing is called here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from app.upgrade.google.lists import in_place, old_lists
from app.upgrade.google.places import Layout, lay_out
from app.upgrade.google.rules import Highlights
from app.upgrade.google.tab import TabWork, work_on
from app.upgrade.survey import QUIET, NotUpgraded, free_title, left_over, must_be_ours
from sheets_templates.builder import MARKS, build_book, rebuild
from sheets_templates.gsheet import FIRST_ID, list_ranges
from sheets_templates.gsheet_upgrade import add_entry_tab, guide_anew, hidden_tab
from sheets_templates.lists import DICTIONARY
from sheets_templates.plan import BookPlan, EntryTab, PlanError
from sheets_templates.wording import SHARED
from sync.backends.folder.upgrade.names import gone_texts, list_changes
from sync.backends.folder.upgrade.spec import Change
from sync.backends.google.status import no_answers
from sync.backends.google.upgrade.holding import Holding
from sync.backends.google.upgrade.reading import StandingBook
from validators.rawcell import show
from validators.scheme.load import digest
from validators.scheme.models import Scheme

Json = dict[str, Any]


@dataclass(slots=True)
class Plan:
    """`requests`: of the batch, behind its guards; `highlights`: (place of its first request, what it exchanges); `tabs`:
    what the batch names by its place."""

    changes: list[Change] = field(default_factory=list)
    requests: list[Json] = field(default_factory=list)
    highlights: list[tuple[int, Highlights]] = field(default_factory=list)
    tabs: list[Holding] = field(default_factory=list)
    needed: bool = True

    def missing(self) -> list[Json]:
        """Marks that must be laid before the batch can have its guards."""
        return [request for tab in self.tabs for request in tab.missing()]

    def guards(self) -> list[Json]:
        return [request for tab in self.tabs for request in tab.guards()]

    def given_back(self, replies: list[Json]) -> list[Json]:
        """What has to be put back after the batch: formats of people's that we took away by mistake. `replies`: to
        `requests`."""
        return [
            request
            for start, item in self.highlights
            for request in item.given_back(replies[start : start + len(item.places)])
        ]


def plan_upgrade(scheme: Scheme, code: str, role: str, book: StandingBook, today: date, editors: list[str]) -> Plan:
    """NotUpgraded says why there is none."""
    must_be_ours(book.snapshot, scheme, book.ledger.name)
    if book.seen.status is None:
        raise NotUpgraded("系统的答复页不见了。", "请先运行 tianbao sync，它会补上；然后再升级。表没有变。")
    try:
        return _Planning(scheme, code, role, book, today, editors).run()
    except PlanError as error:
        raise NotUpgraded(str(error)) from None


class _Planning:
    def __init__(
        self,
        scheme: Scheme,
        code: str,
        role: str,
        book: StandingBook,
        today: date,
        editors: list[str],
    ) -> None:
        self.scheme, self.book, self.editors = scheme, book, editors
        self.plan = Plan()
        base = build_book(scheme, code, role, built=today, wording=SHARED)
        found = [self._surveyed(tab) for tab in base.tabs]
        self.layouts = [item for item in found if isinstance(item, Layout)]
        self.fresh = [item for item in found if isinstance(item, EntryTab)]
        tabs = tuple(item.laid if isinstance(item, Layout) else item for item in found)
        banners = {item.table.name: item.snapshot.banner_cell for item in self.layouts if item.snapshot.banner_cell}
        made = rebuild(base, scheme, tabs, banners, SHARED)
        lists, self.old_lists = in_place(made.lists, old_lists(self._texts(DICTIONARY)))
        self.made: BookPlan = replace(made, lists=lists, marks=(*made.marks, ("digest", digest(scheme))))
        self.words = frozenset(self._texts(self.made.guide.title).values())

    def _surveyed(self, base: EntryTab) -> Layout | EntryTab:
        snapshot = self.book.snapshot.tab(base.table)
        if snapshot is None:
            return replace(base, title=free_title(base.title, self.book.ledger))
        standing = self.book.tab(snapshot.title)
        assert standing is not None, "a tab that was read stands"
        return lay_out(self.scheme, self.scheme.table(base.table), base, snapshot, standing)

    def _texts(self, title: str) -> dict[tuple[int, int], str]:
        tab = self.book.tab(title)
        cells = tab.grid.cells if tab is not None else {}
        return {(row, column): show(raw) for row, line in cells.items() for column, raw in line.items() if show(raw)}

    def run(self) -> Plan:
        lists = list_ranges(self.made)
        works = [work_on(layout, lists, self.words) for layout in self.layouts]
        plan = self.plan
        plan.changes = [change for work in works for change in work.changes]
        self._say_lists()
        guide = self._guide()
        self._say_tabs()
        marked = next((text for (_, at), text in self._marked().items() if at == 2), "")
        same = self.book.snapshot.version == self.scheme.version and marked in ("", digest(self.scheme))
        plan.needed = not same or any(change.kind not in QUIET for change in plan.changes)
        if plan.needed:
            self._batch(works, lists, guide)
        else:
            plan.changes = [change for change in plan.changes if change.kind == "kept"]
        return plan

    # the batch --------------------------------------------------------------------------------------------------------

    def _batch(self, works: list[TabWork], lists: dict[str, str], guide: list[Json]) -> None:
        plan = self.plan
        plan.requests += self._hidden(DICTIONARY)
        for work in works:
            plan.requests += work.canvas.requests
        plan.requests += self._new_tabs(lists)
        plan.requests += self._hidden(MARKS) + guide
        if any(work.rekeyed for work in works):
            assert self.book.seen.status is not None
            plan.requests.append(no_answers(self.book.seen.status.id))
        for work in works:
            layout = work.layout
            item = Highlights(layout.laid, layout.standing)
            plan.highlights.append((len(plan.requests), item))
            plan.requests += item.requests()
            plan.tabs.append(_holding(layout))

    def _hidden(self, title: str) -> list[Json]:
        tab = self.book.tab(title)
        size = (tab.tab.row_count, tab.tab.column_count) if tab is not None else None
        return hidden_tab(title, tab.tab.id if tab is not None else self._free_id(), self.made, size)

    def _free_id(self) -> int:
        """An id for a new sheet; taken from then on."""
        taken = {sheet for sheet, _ in self.book.sheets}
        number = next(at for at in range(FIRST_ID, FIRST_ID + 10_000) if at not in taken)
        self.book.sheets.append((number, ""))
        return number

    def _new_tabs(self, lists: dict[str, str]) -> list[Json]:
        requests: list[Json] = []
        places = {item.laid.table: item.standing.index for item in self.layouts}
        index = min(places.values(), default=1)
        for tab in self.made.tabs:
            index = places.get(tab.table, index)
            if tab.table not in places:
                index += 1
                requests += add_entry_tab(tab, self._free_id(), index, self.made, lists, self.editors)
                places = {name: at + (at >= index) for name, at in places.items()}
        return requests

    def _marked(self) -> dict[tuple[int, int], str]:
        """The row of the marks that says which scheme the book was brought to."""
        cells = self._texts(MARKS)
        rows = [row for (row, column), text in cells.items() if column == 1 and text == "digest"]
        return {place: text for place, text in cells.items() if place[0] in rows}

    # what is said ------------------------------------------------------------------------------------------------------

    def _say_lists(self) -> None:
        after = {item.name: (item.title, item.items) for item in self.made.lists if item.name}
        self.plan.changes += [Change("list", "", text) for text in list_changes(self.old_lists, after)]

    def _say_tabs(self) -> None:
        self.plan.changes += [Change("tab", "", f"新增工作表“{tab.title}”") for tab in self.fresh]
        for title in left_over(self.book.ledger, self.scheme):
            self.plan.changes.append(Change("kept", "", f"工作表“{title}”不再使用，原样留着，不再读取"))

    def _guide(self) -> list[Json]:
        """The guide is replaced whole unless somebody put something on it that a new one would lose."""
        title = self.made.guide.title
        tab = self.book.tab(title)
        if tab is None:
            self.plan.changes.append(Change("kept", "", f"“{title}”已被删除，没有补上"))
            return []
        before = self._texts(title)
        requests = guide_anew(tab.tab.id, self.made, tab.tab.row_count, tab.tab.column_count)
        after = _written(requests)
        if before == after:
            return []
        width = len(self.made.guide.widths)
        if any(column > width for _, column in before) or tab.notes or tab.charts:
            text = f"“{title}”上有自己加的内容（图表、批注或右边的文字），整张没有换"
            self.plan.changes.append(Change("kept", "", text))
            return []
        gone = gone_texts(before, after)
        told = f"；不再有的文字：{' | '.join(gone)}" if gone else ""
        self.plan.changes.append(Change("guide", "", f"“{title}”已换新{told}"))
        return requests


def _written(requests: list[Json]) -> dict[tuple[int, int], str]:
    """The texts that requests write, by row and column."""
    found = {}
    for request in requests:
        body = request.get("updateCells", {})
        start = body.get("start")
        for row, line in enumerate(body.get("rows", ()), start["rowIndex"] + 1 if start else 1):
            for column, data in enumerate(line["values"], start["columnIndex"] + 1 if start else 1):
                if text := data.get("userEnteredValue", {}).get("stringValue", ""):
                    found[row, column] = str(text)
    return found


def _holding(layout: Layout) -> Holding:
    """The tab with all its columns, those of ours by the names of the new scheme."""
    names = {at: layout.wanted[key].mark for key, at in layout.places.items()}
    snapshot = layout.snapshot
    return Holding(layout.standing.tab, layout.table.name, snapshot.mark_row, snapshot.header_row, names)
