"""One read of a spreadsheet → a Snapshot, and what answering will need: keys by row, places of our columns and tabs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from hashlib import blake2b
from typing import Any

from sync.backends.folder.package import Limits, Trouble
from sync.backends.folder.reader import read_sheets, unread
from sync.backends.folder.workbook import MARKS_TAB, Marks, read_marks
from sync.backends.google.grid import COLUMN_MARK, FIELD_MARK, HEADER_MARK, Tab, tabs_of
from sync.backends.google.seen import Lost, Repair, Seen, SeenTab
from sync.book import BookRef, BookShape, Snapshot, TableShape, TabSnapshot
from validators.rawcell import RawCell, decode, show
from validators.sheet_formulas import (
    KEY,
    STATUS_TAB,
    covered_columns,
    display_formula,
    key_formula,
    keys_blocked,
    letters,
    needed,
)

Json = dict[str, Any]

ANSWERED = "tianbao.answer"  # metadata of the book, one for each of its latest answers
FIRST_ANSWER = 1_000_000_000  # its ids are counted from here


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
    marks_of_answers = [
        int(item["metadataId"]) for item in book.get("developerMetadata", ()) if item.get("metadataKey") == ANSWERED
    ]
    seen.generation = max(marks_of_answers, default=FIRST_ANSWER) - FIRST_ANSWER
    _remember(seen, snapshot, shape, tabs, marks, known)
    seen.ours = bool(marks.scheme) and marks.scheme == shape.scheme
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
        _read_marks(entry, sheet)
        seen.tabs.append(entry)
        _read_keys(entry, tab, sheet)
        _check_formulas(seen, entry, sheet, tables[tab.table])
    seen.status = by_title.get(STATUS_TAB) or (known.status if known else None)
    if seen.status is not None:
        seen.status = Tab(seen.status.id, STATUS_TAB, True, seen.status.row_count, seen.status.column_count)
    seen.todo = by_title.get(marks.own.get("todo", ""))
    seen.todo_header = _todo_header(seen.todo) if seen.todo else 0
    seen.titles = [tab.title for tab in snapshot.tabs]
    seen.titles += [title for title in _copies(snapshot) if title in by_title]
    seen.titles += [title for title in (MARKS_TAB, marks.own.get("todo", "")) if title in by_title]


def _copies(snapshot: Snapshot) -> list[str]:
    """Second tabs of a table, which people make by copying: they are told as long as they stand there."""
    told = (finding for tab in snapshot.tabs for finding in tab.findings if finding.code == "sheet.tab_twice")
    return [str(finding.params.get("other", "")) for finding in told]


def _todo_header(tab: Tab) -> int:
    """The row of 待改清单 that begins with 序号."""
    return next((row for row in sorted(tab.rows)[:30] if tab.text(row, 1) == "序号"), 0)


def _read_marks(entry: SeenTab, sheet: Tab) -> None:
    """A mark counts where it stands on the column whose name it bears, once; so does that of the header row."""
    entry.marks, entry.column_count = sheet.marks, sheet.column_count
    entry.row_marks, entry.row_count = sheet.row_marks, sheet.row_count
    names = {at: f"tb:{entry.table}.{name}" for name, at in entry.columns.items()}
    for column, number, key, value in sheet.marks:
        if key != FIELD_MARK:
            continue
        if names.get(column) == value and column not in entry.guards:
            entry.guards[column] = number
        else:
            entry.strays.append(number)
    for row, number, key, value in sheet.row_marks:
        if (row, key, value) == (entry.header_row, HEADER_MARK, entry.header_mark):
            entry.anchor = number


def _read_keys(entry: SeenTab, tab: TabSnapshot, sheet: Tab) -> None:
    """Keys as Sheets computed them, with the same read as the cells. They are no text of ours to be compared."""
    column = entry.answers.get(KEY, 0)
    for number, cells in sheet.rows.items():
        kind, text, _ = decode(cells.get(column, "")) if number > entry.header_row else ("blank", "", "")
        if kind == "text":
            entry.keys[number] = text
            entry.shown[number] = _shown(cells, entry)
    heads = sheet.rows.get(entry.header_row, {})
    entry.heads = {at: heads[at] for at in entry.answers.values() if at in heads}
    tab.rows = [row for row in tab.rows if any(row.cells)]
    entry.records = {row.row for row in tab.rows}
    for row in tab.rows:
        row.shown = entry.shown.get(row.row) or _shown(sheet.rows.get(row.row, {}), entry)
        row.id = row.shown.get("id", "")


def _shown(cells: dict[int, RawCell], entry: SeenTab) -> dict[str, str]:
    found = {name: show(cells[column]) for name, column in entry.answers.items() if column in cells and name != KEY}
    return {name: text for name, text in found.items() if text}


# are our formulas what they should be -----------------------------------------------------------------------------


def _check_formulas(seen: Seen, entry: SeenTab, sheet: Tab, shape: TableShape) -> None:
    """Columns of ours that a person's doing has broken are laid down again."""
    titles = dict(shape.answers)
    key = entry.answers.get(KEY, 0)
    wanted = [entry.columns[column.name] for column in shape.columns if column.name in entry.columns]
    gone = tuple(item for item in shape.answers if item[0] not in entry.answers)
    if gone and entry.mark_row and wanted:
        lost = Lost(
            entry.title, entry.sheet, entry.table, entry.mark_row, entry.header_row, sheet.row_count, sheet.column_count,
            gone, key, tuple(wanted), _blank(sheet, entry, [name for name, _ in gone]),
        )  # fmt: skip
        seen.lost.append(lost)
    if not key:
        return
    seen.key_lost = seen.key_lost or not _joins(sheet, entry, key, wanted)
    if seen.key_lost:
        entry.keys.clear()  # they do not stand for what we read
    for name, column in entry.answers.items():
        right = _joins(sheet, entry, key, wanted) if name == KEY else _looks(sheet, entry, key, column, name)
        if right and not _blocked(sheet, entry, column):
            continue
        title = titles.get(name, name)
        if name == KEY:
            formula = key_formula(entry.table, title, entry.header_row, wanted)
        else:
            formula = display_formula(name, title, entry.header_row, key)
        mark, below = f"tb:{entry.table}.@{name}", max(sheet.row_count - entry.header_row, 0)
        borne = (n for at, n, key, value in sheet.marks if (at, key, value) == (column, COLUMN_MARK, mark))
        seen.repairs.append(Repair(entry.title, sheet.id, column, next(borne, 0), entry.header_row, formula, below))


def _blank(sheet: Tab, entry: SeenTab, gone: Collection[str]) -> dict[str, tuple[int, int]]:
    """Columns that bear the mark of one that is gone and hold nothing at all; what a person has begun to fill is his."""
    used = {column for cells in sheet.rows.values() for column in cells} | {column for _, column in sheet.formulas}
    used |= {*entry.columns.values(), *entry.answers.values()}
    names = {f"tb:{entry.table}.@{name}": name for name in gone}
    found: dict[str, tuple[int, int]] = {}
    for column, number, key, value in sheet.marks:
        if key == COLUMN_MARK and value in names and column not in used:
            found.setdefault(names[value], (column, number))
    return found


def _joins(sheet: Tab, entry: SeenTab, key: int, wanted: Sequence[int]) -> bool:
    """Whether the key column joins just the columns that were read."""
    formula = sheet.formulas.get((entry.header_row, key), "")
    columns = {letters(column) for column in wanted}
    return covered_columns(formula, entry.header_row) == columns and not _blocked(sheet, entry, key)


def _looks(sheet: Tab, entry: SeenTab, key: int, column: int, name: str) -> bool:
    """Whether a column of ours looks the keys up, and shows what stands under its own name; search and replace reaches
    into formulas too. Formulas of earlier versions say it in other words, and are left to an upgrade."""
    formula = sheet.formulas.get((entry.header_row, column), "")
    place = f"{letters(key)}{entry.header_row}:{letters(key)}"
    begins = formula.startswith(f"=ARRAYFORMULA(IF(ROW({place})=ROW(),") and "#REF!" not in formula
    whole = formula.replace(f"'{STATUS_TAB}'", STATUS_TAB)
    return begins and keys_blocked(key, entry.header_row) in whole and all(part in whole for part in needed(name))


def _blocked(sheet: Tab, entry: SeenTab, column: int) -> bool:
    """Something was typed or pasted into the column: the whole of it stays empty until that is cleared."""
    return decode(sheet.rows.get(entry.header_row, {}).get(column, "")).kind == "error"


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
