"""One read of a spreadsheet → a Snapshot, and what answering will need: keys by row, places of our columns and tabs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from sync.backends.folder.package import Limits, Trouble
from sync.backends.folder.reader import read_sheets, unread
from sync.backends.folder.workbook import MARKS_TAB, Marks, read_marks
from sync.backends.google.grid import Tab, quoted, tabs_of
from sync.book import BookRef, BookShape, Snapshot, TableShape, TabSnapshot
from validators.findings import Finding, Severity
from validators.rawcell import decode
from validators.sheet_formulas import (
    KEY,
    STATUS_TAB,
    covered_columns,
    display_formula,
    key_formula,
    letters,
)

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Repair:
    """One of our formulas that is gone or no longer looks at the right columns. `mark` finds its column."""

    mark: str
    row: int
    formula: str


@dataclass(slots=True)
class SeenTab:
    """An entry tab as it was read: where our columns are, the key of each row, what our columns show."""

    title: str
    sheet: int
    table: str
    header_row: int
    mark_row: int
    columns: dict[str, int]
    answers: dict[str, int]
    keys: dict[int, str] = field(default_factory=dict)  # every row with a key, whether a record or not
    records: set[int] = field(default_factory=set)
    shown: dict[int, dict[str, str]] = field(default_factory=dict)

    @property
    def key_range(self) -> str:
        column = letters(self.answers[KEY])
        return quoted(self.title, f"{column}{self.header_row}:{column}")


@dataclass(slots=True)
class Seen:
    """What a backend remembers of its last read of a book."""

    fingerprint: str
    tabs: list[SeenTab] = field(default_factory=list)
    status: Tab | None = None  # the tab of answers; its cells are not kept
    todo: Tab | None = None
    todo_header: int = 0
    repairs: list[Repair] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)  # tabs worth reading the next time
    blocked: list[tuple[str, str]] = field(default_factory=list)  # (tab title, what a person must clear)
    locale: str = ""
    zone: str = ""

    def tab(self, title: str) -> SeenTab | None:
        return next((tab for tab in self.tabs if tab.title == title), None)


def read_answer(ref: BookRef, shape: BookShape, book: Json, known: Seen | None) -> tuple[Snapshot, Seen]:
    """Take a spreadsheets.get answer apart. `known`: the last reading, for sheets that were not asked for again."""
    tabs = tabs_of(book)
    snapshot = Snapshot(ref.key, ref.token, "", file_time=ref.file_time)
    marks = _marks(tabs)
    snapshot.scheme, snapshot.version = marks.scheme, marks.version
    snapshot.unit, snapshot.role = marks.unit, marks.role
    sheets = [tab.as_sheet() for tab in tabs if tab.title != STATUS_TAB]
    try:
        read_sheets(sheets, marks, [shape], snapshot, Limits())
    except Trouble as trouble:
        unread(snapshot, trouble.code, ref.name, **trouble.params)
    seen = Seen(
        "", locale=book.get("properties", {}).get("locale", ""), zone=book.get("properties", {}).get("timeZone", "")
    )
    _remember(seen, snapshot, shape, tabs, marks, known)
    snapshot.fingerprint = seen.fingerprint = _fingerprint(snapshot, seen)
    return snapshot, seen


def _marks(tabs: Sequence[Tab]) -> Marks:
    tab = next((item for item in tabs if item.title.strip().lower() == MARKS_TAB), None)
    found = read_marks(sorted(tab.rows.items())) if tab is not None else None
    return found or Marks()


def _remember(
    seen: Seen, snapshot: Snapshot, shape: BookShape, tabs: Sequence[Tab], marks: Marks, known: Seen | None
) -> None:
    by_title = {tab.title: tab for tab in tabs}
    tables = {table.name: table for table in shape.tables}
    for tab in snapshot.tabs:
        sheet = by_title[tab.title]
        entry = SeenTab(
            tab.title, sheet.id, tab.table, tab.header_row, tab.mark_row, dict(tab.columns), dict(tab.answer_columns)
        )
        seen.tabs.append(entry)
        _read_keys(entry, tab, sheet)
        _check_formulas(seen, entry, sheet, tables[tab.table], tab)
    seen.status = by_title.get(STATUS_TAB) or (known.status if known else None)
    if seen.status is not None:
        seen.status = Tab(seen.status.id, STATUS_TAB, True, seen.status.row_count, seen.status.column_count)
    seen.todo = by_title.get(marks.own.get("todo", ""))
    seen.todo_header = _todo_header(seen.todo) if seen.todo else 0
    seen.titles = [tab.title for tab in snapshot.tabs]
    seen.titles += [title for title in (MARKS_TAB, marks.own.get("todo", "")) if title in by_title]


def _todo_header(tab: Tab) -> int:
    """The row of 待改清单 that begins with 序号."""
    return next((row for row in sorted(tab.rows)[:30] if tab.text(row, 1) == "序号"), 0)


def _read_keys(entry: SeenTab, tab: TabSnapshot, sheet: Tab) -> None:
    """Keys as Sheets computed them, with the same read as the cells. They are no text of ours to be compared."""
    column = entry.answers.get(KEY, 0)
    for number, cells in sheet.rows.items():
        kind, text, _ = decode(cells.get(column, "")) if number > entry.header_row else ("blank", "", "")
        if kind == "text":
            entry.keys[number] = text
        elif kind == "error":
            entry.shown[number] = {}
    for row in (*tab.rows, *tab.totals):
        row.shown.pop(KEY, None)
        row.id = ""  # shown by content here, so it proves nothing that the content does not
        entry.shown[row.row] = dict(row.shown)
    entry.records = {row.row for row in tab.rows}
    for row in tab.totals:
        row.shown = {}  # 待同步 beside a row that is no record: settled without the engine
    tab.totals = [row for row in tab.totals if any(row.cells)]


# are our formulas what they should be -----------------------------------------------------------------------------


def _check_formulas(seen: Seen, entry: SeenTab, sheet: Tab, shape: TableShape, tab: TabSnapshot) -> None:
    """Formulas that a person's doing has broken are laid down again; cells that block them are told."""
    titles = dict(shape.answers)
    key = entry.answers.get(KEY)
    if not key:
        return
    wanted = [entry.columns[column.name] for column in shape.columns if column.name in entry.columns]
    formula = sheet.formulas.get((entry.header_row, key), "")
    if covered_columns(formula, entry.header_row) != {letters(column) for column in wanted}:
        text = key_formula(entry.table, titles.get(KEY, KEY), entry.header_row, wanted)
        seen.repairs.append(Repair(_mark(entry, KEY), entry.header_row, text))
        entry.keys.clear()  # they do not stand for what we read
    for name, column in entry.answers.items():
        if name == KEY:
            continue
        formula = sheet.formulas.get((entry.header_row, column), "")
        if not _looks_right(formula, entry, key):
            text = display_formula(name, titles.get(name, name), entry.header_row, key)
            seen.repairs.append(Repair(_mark(entry, name), entry.header_row, text))
    for name, column in entry.answers.items():
        if decode(sheet.rows.get(entry.header_row, {}).get(column, "")).kind == "error":
            _tell_block(seen, entry, sheet, tab, titles.get(name, name), column)


def _looks_right(formula: str, entry: SeenTab, key: int) -> bool:
    place = f"{letters(key)}{entry.header_row}:{letters(key)}"
    return formula.startswith(f"=ARRAYFORMULA(IF(ROW({place})=ROW(),") and "#REF!" not in formula


def _mark(entry: SeenTab, name: str) -> str:
    return f"tb:{entry.table}.@{name}"


def _tell_block(seen: Seen, entry: SeenTab, sheet: Tab, tab: TabSnapshot, title: str, column: int) -> None:
    """Something was typed or pasted into a column of ours: the whole column stays empty until it is cleared."""
    filled = [row for row, cells in sorted(sheet.rows.items()) if row > entry.header_row and column in cells]
    where = f"{letters(column)}{filled[0]}" if filled else letters(column)
    seen.blocked.append((entry.title, where))
    finding = Finding(
        "sheet.answer_blocked", Severity.MUST, entry.table,
        params={"tab": entry.title, "title": title, "column": letters(column), "where": where},
    )  # fmt: skip
    tab.findings.append(finding)


def _fingerprint(snapshot: Snapshot, seen: Seen) -> str:
    """Of what the clerks' part says: layout, rows and their keys. Our own answers take no part."""
    state = blake2b(digest_size=16)
    for tab in snapshot.tabs:
        entry = seen.tab(tab.title)
        keys = entry.keys if entry else {}
        places = sorted(tab.columns.items())
        state.update(f"\x1d{tab.table}\x1e{tab.header_row}\x1e{places}\x1e{sorted(tab.headers.items())}".encode())
        for row in (*tab.rows, *tab.totals):
            text = "\x1f".join((str(row.row), *row.cells, keys.get(row.row, "")))
            state.update((text + "\x1c").encode("utf-8", "surrogatepass"))
    for finding in snapshot.findings:
        state.update(finding.code.encode())
    return state.hexdigest()
