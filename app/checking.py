"""One file checked by itself: no workspace, no store. What is read, what is wrong with it, what would be answered.

Used by `tianbao check`. The file is opened in a reader process only; which scheme it follows is told by its hidden
marks, by the caller, or by its headers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sheets_templates import catalog
from sync.backends.folder.pool import ReaderPool
from sync.book import BookShape, Snapshot, TabSnapshot
from sync.headers import column_letters
from sync.lost import COLUMN_LOST
from sync.shapes import book_shapes
from validators.calendar import default_calendar
from validators.causes import faulty_fields, settled, settled_statuses
from validators.evaluate import Evaluator, RecordResult, Related
from validators.facts import link_rows
from validators.findings import Finding, Severity
from validators.messages import sentence
from validators.render import row_answer, todo_entries
from validators.rows import RawRow, Record
from validators.scheme.load import SchemeErrors
from validators.scheme.models import Scheme
from validators.scheme.tables import Table
from validators.validate import RowValidator

SYSTEM = "system"
_WHOLE = "整本表"
_MARKS_ONLY = BookShape("", "", (), ())  # knows no table: what is read with it are the hidden marks


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to say, as in 待改清单. `where`: 项目库!F12, a tab, or the whole book."""

    where: str
    who: str
    field: str
    severity: str
    value: str
    message: str


@dataclass(slots=True)
class CheckedRow:
    """A row as it would be answered: answer name → text."""

    row: int
    name: str
    answer: dict[str, str]


@dataclass(frozen=True, slots=True)
class SeenColumn:
    """A column that was recognised: its letters, its header as it stands, the title of the field it holds."""

    column: str
    header: str
    field: str


@dataclass(slots=True)
class CheckedTab:
    """What was recognised in one tab."""

    tab: str
    table: str
    header_row: int
    columns: list[SeenColumn]
    missing: list[str]
    units: dict[str, str]  # title → unit word that the header names
    totals: int
    rows: list[CheckedRow] = field(default_factory=list)


@dataclass(slots=True)
class Checked:
    """The whole outcome. Without a scheme nothing but `lines` is known."""

    file: str
    scheme: str = ""
    scheme_title: str = ""
    marked: bool = False  # the book says itself which scheme it follows
    version: str = ""
    unit: str = ""
    unit_name: str = ""
    tabs: list[CheckedTab] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    @property
    def problems(self) -> int:
        """How much must be mended or explained; hints ask for nothing."""
        return sum(line.severity in (Severity.MUST, Severity.EXPLAIN) for line in self.lines)


def check_file(path: Path, today: date, scheme: Scheme | None = None) -> Checked:
    """Read and validate one .xlsx, .xls or .ods. BookUnavailable when the file cannot be opened at all."""
    with ReaderPool(1) as reader:
        if scheme is not None:
            return _checked(path.name, scheme, reader.read(path, _shapes(scheme)), today)
        marks = reader.read(path, _MARKS_ONLY)
        if marks.scheme in catalog.bundled():
            own = catalog.load(marks.scheme)
            return _checked(path.name, own, reader.read(path, _shapes(own)), today)
        if not marks.scheme and any(item.code == "book.no_tables" for item in marks.findings):
            best = _best(path, reader)
            if best is not None:
                return _checked(path.name, *best, today)
    return Checked(path.name, lines=[_book_line(item) for item in marks.findings])


def _best(path: Path, reader: ReaderPool) -> tuple[Scheme, Snapshot] | None:
    """The bundled scheme most of whose columns are found in a book that says nothing itself."""
    found: list[tuple[int, Scheme, Snapshot]] = []
    for name in catalog.bundled():
        try:
            scheme = catalog.load(name)
        except SchemeErrors:
            continue  # a scheme that does not load is told by `scheme check`, not here
        snapshot = reader.read(path, _shapes(scheme))
        score = sum(len(tab.columns) for tab in snapshot.tabs)
        if score:
            found.append((score, scheme, snapshot))
    return max(found, key=lambda item: item[0])[1:] if found else None


def _shapes(scheme: Scheme) -> tuple[BookShape, ...]:
    return tuple(book_shapes(scheme).values())


def _checked(file: str, scheme: Scheme, snapshot: Snapshot, today: date) -> Checked:
    names = {item.code: item.name for item in scheme.departments}
    names |= {item.code: item.name for item in scheme.units}
    result = Checked(
        file,
        scheme.id,
        scheme.title,
        bool(snapshot.scheme),
        snapshot.version or scheme.version,
        snapshot.unit,
        names.get(snapshot.unit, snapshot.unit),
    )
    result.lines += [_book_line(item) for item in snapshot.findings]
    for tab in snapshot.tabs:
        result.lines += [_book_line(item) for item in _grouped(tab.findings)]
    rows = _read_rows(scheme, snapshot, today)
    judged = _judge(scheme, [item.record for item in rows], today)
    for tab in snapshot.tabs:
        table = scheme.table(tab.table)
        mine = [item for item in rows if item.record.table == tab.table]
        seen = _seen(table, tab)
        for item in mine:
            findings, answer = _told(scheme, table, item, judged[item.record.id], today)
            name = item.record.values.get(table.name_field, "") if table.name_field else ""
            seen.rows.append(CheckedRow(item.record.row, name, answer))
            result.lines += _row_lines(scheme, table, tab, item.record.row, name, findings)
        result.tabs.append(seen)
    return result


@dataclass(slots=True)
class _Row:
    record: Record
    findings: list[Finding]


def _read_rows(scheme: Scheme, snapshot: Snapshot, today: date) -> list[_Row]:
    """All rows with content of the clerk's, validated."""
    own = _own_names(scheme, snapshot)
    rows: list[_Row] = []
    for tab in snapshot.tabs:
        table = scheme.table(tab.table)
        filled = [row for row in tab.rows if _has_content(table, row)]
        valid = RowValidator(scheme, table).validate(filled, today=today, own=own, unit=snapshot.unit, units=tab.units)
        for raw, row in zip(filled, valid.rows, strict=True):
            record = Record(
                f"{table.name}:{raw.row}", table.name, snapshot.unit, row.values, row.unread, tab=tab.title, row=raw.row
            )
            rows.append(_Row(record, row.findings))
    return rows


def _has_content(table: Table, row: RawRow) -> bool:
    return any(cell for item, cell in zip(table.fields, row.cells, strict=True) if item.owner != SYSTEM)


def _own_names(scheme: Scheme, snapshot: Snapshot) -> dict[str, list[str]]:
    """Names that drop-downs of child tables offer."""
    parents = {table.parent for table in scheme.tables if table.parent}
    names: dict[str, list[str]] = {}
    for tab in snapshot.tabs:
        table = scheme.table(tab.table)
        if table.name in parents and table.name_field:
            at = table.index(table.name_field)
            names[table.name] = sorted({row.cells[at] for row in tab.rows if row.cells[at]})
    return names


def _judge(scheme: Scheme, records: Sequence[Record], today: date) -> dict[str, RecordResult]:
    """What the rules of single records and their families say; rules over many books need the store."""
    parents: dict[str, str] = {}
    linked = link_rows(scheme, records)
    for table in scheme.tables:
        for row in linked.get(table.name, ()) if table.parent else ():
            parent = row.get(f"@{table.parent}")
            if parent is not None:
                parents[row.id] = parent.id
    related = Related.of({record.id: record for record in records}, parents)
    by_table: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        by_table[record.table].append(record)
    evaluator = Evaluator(scheme, default_calendar())
    results: dict[str, RecordResult] = {}
    for name, items in by_table.items():
        found = evaluator.records(name, items, today, related)
        results.update((item.id, result) for item, result in zip(items, found, strict=True))
    return results


def _told(
    scheme: Scheme, table: Table, row: _Row, result: RecordResult, today: date
) -> tuple[list[Finding], dict[str, str]]:
    """Findings of a row, root causes before consequences, and the texts it would get."""
    faulty = faulty_fields(row.findings)
    findings = [*row.findings, *settled(faulty, result.findings)]
    titles = {item.name: item.title for item in table.fields}
    statuses = settled_statuses(faulty, result.statuses, titles)
    values = row.record.values
    answer = row_answer(scheme, table, result.stage, statuses, result.flags, findings, values, today)
    return findings, {name: text for name, text in answer.items() if text and name != "problems"}


def _seen(table: Table, tab: TabSnapshot) -> CheckedTab:
    titles = {item.name: item.title for item in table.fields}
    columns = sorted((column, name) for name, column in tab.columns.items())
    return CheckedTab(
        tab=tab.title,
        table=table.title,
        header_row=tab.header_row,
        columns=[SeenColumn(column_letters(at), tab.headers.get(name, ""), titles[name]) for at, name in columns],
        missing=[title for name, title in titles.items() if name not in tab.columns],
        units={titles[name]: unit for name, unit in tab.units.items()},
        totals=len(tab.totals),
    )


def _row_lines(
    scheme: Scheme, table: Table, tab: TabSnapshot, row: int, name: str, findings: Sequence[Finding]
) -> Iterator[Line]:
    for finding, title, message in todo_entries(scheme, table, findings):
        column = tab.columns.get(finding.field, 0)
        where = f"{tab.title}!{column_letters(column)}{row}" if column else f"{tab.title}!第{row}行"
        yield Line(where, name, title, finding.severity.value, finding.value, message)


def _book_line(finding: Finding) -> Line:
    title = str(finding.params.get("title", "")) if finding.field else ""
    where = str(finding.params.get("tab", "")) or _WHOLE
    return Line(where, "", title, finding.severity.value, finding.value, sentence(finding.code, finding.params))


def _grouped(findings: Sequence[Finding]) -> list[Finding]:
    """Several columns that a tab lacks are one thing to say: an office's own book has few of a scheme's columns."""
    lost = [item for item in findings if item.code == COLUMN_LOST]
    if len(lost) < 2:
        return [*findings]
    titles = "、".join(f"“{item.params['title']}”" for item in lost)
    whole = Finding("sheet.columns_lost", lost[0].severity, lost[0].table, params={**lost[0].params, "titles": titles})
    return [whole, *(item for item in findings if item.code != COLUMN_LOST)]


def count_by_severity(lines: Iterable[Line]) -> Mapping[str, int]:
    """How many lines of each severity, the weightiest first."""
    counts = {severity.value: 0 for severity in Severity}
    for line in lines:
        counts[line.severity] += 1
    return {severity: count for severity, count in counts.items() if count}
