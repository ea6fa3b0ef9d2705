"""One book: what is wrong in it, its records with the texts of their rows, its runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from app.desk import Desk
from app.english import told
from app.language import chosen
from app.queries.models import BookAnswer, FindingLine, RecordLine, RunLine
from app.rights import hidden, mask_phone
from app.sight import Sight
from app.wiring import Office
from app.wording import outcome_words
from sync.answers import merge
from sync.headers import column_letters
from sync.standing import GONE, LATE, SOON, class_of, counting
from sync.store.base import BookState, Judgement, Run, StoredRecord
from validators.findings import Finding
from validators.render import row_answer, todo_entries
from validators.scheme.tables import Table
from validators.speak import speaker

ORDER = {"必改": 0, "须说明": 1, "提示": 2, "试行": 3}
Places = dict[str, tuple[str, int, dict[str, int]]]  # record id → tab title, row, columns


def book_answer(desk: Desk, sight: Sight, code: str) -> BookAnswer:
    """A unit's book at a glance; of a book that is seen in part only what its rows say."""
    book = desk.book(code)
    from app.queries.overview import unit_line

    line = unit_line(desk, sight, code)
    assert line is not None
    ref = desk.file(book)
    return BookAnswer(
        unit=line, file=book.name, file_time=ref.file_time if ref else book.file_time, pending=told(book.pending),
        pending_since=book.pending_since, scheme_version=desk.office.scheme.version,
    )  # fmt: skip


def findings(desk: Desk, sight: Sight, code: str) -> list[FindingLine]:
    """All that is to be mended in a book, as in its tab 待改清单; the gravest first, in the order of the rows."""
    office, book, phones = desk.office, desk.book(code), sight.phones(code)
    places = places_of(book)
    standing = office.store.records(office.scheme.id, book=book.id, states=("live",))
    records = {item.id: item for item in standing}
    lines: list[FindingLine] = []
    for key, judgement in merge(office.store.judgements(office.scheme.id, book=book.id)).items():
        record = records.get(key)
        if record is not None and judgement.findings and sight.row(key, code):
            lines += record_findings(office, record, judgement.findings, places, phones)
    if sight.whole(code):
        lines += book_findings(office, office.store.book_findings(book.id))
    return sorted(lines, key=lambda line: (ORDER.get(line.severity, 9), _row_of(places, line)))


def record_findings(
    office: Office, record: StoredRecord, found: Iterable[Finding], places: Places, phones: bool
) -> list[FindingLine]:
    """What is to be mended in one record."""
    table = office.scheme.table(record.table)
    title, row, columns = places.get(record.id, (table.title, 0, {}))
    lines = []
    for finding, field_title, wanted in todo_entries(office.scheme, table, list(found), office.calendar, chosen()):
        column = columns.get(finding.field, 0)
        cell = f"{column_letters(column) if column else ''}{row or ''}"
        masked = not phones and _sensitive(table, finding.field)
        lines.append(
            FindingLine(
                where=f"{title}!{cell}" if cell else title, record=record.id, who=name_of(table, record),
                table=table.name, field=field_title, severity=finding.severity.value,
                value=mask_phone(finding.value) if masked else finding.value,
                wanted=mask_phone(wanted) if masked else wanted, code=finding.code,
            )
        )  # fmt: skip
    return lines


def book_findings(office: Office, found: list[Finding]) -> list[FindingLine]:
    """What is the matter with tabs and the book as a whole."""
    return [
        FindingLine(
            where=str(finding.params.get("tab", "")) or told("整本表"), field=title, severity=finding.severity.value,
            value=finding.value, wanted=wanted, code=finding.code,
        )
        for finding, title, wanted in todo_entries(office.scheme, None, found, office.calendar, chosen())
    ]  # fmt: skip


def record_lines(
    desk: Desk, sight: Sight, records: list[StoredRecord], judged: dict[str, Judgement]
) -> list[RecordLine]:
    """Those of the records that are seen, as lists show them, with the very texts that stand in their rows."""
    records = [item for item in records if sight.row(item.id, item.unit)]
    places: Places = {}
    for book_id in {item.book for item in records}:
        book = desk.office.store.book(book_id)
        if book is not None:
            places |= places_of(book)
    return [record_line(desk, sight, item, judged.get(item.id), places) for item in records]


def record_line(
    desk: Desk, sight: Sight, record: StoredRecord, judgement: Judgement | None, places: Places
) -> RecordLine:
    """One record as a list shows it."""
    scheme = desk.office.scheme
    table = scheme.table(record.table)
    texts = texts_of(desk, table, record, judgement)
    if judgement is not None and not sight.phones(record.unit):
        texts = {key: _without_phones(table, judgement.findings, text) for key, text in texts.items()}
    title, row, _ = places.get(record.id, ("", 0, {}))
    if record.state == "missing":
        texts["check"] = told(GONE)
    return RecordLine(
        id=record.id, table=table.name, table_title=table.title, unit=record.unit, name=name_of(table, record),
        where=f"{title}!{row}" if title else "", state=record.state, worst=_worst(desk, judgement),
        **{key: texts.get(key, "") for key in ("stage", "check", "status", "deadline", "remaining", "flag")},
    )  # fmt: skip


def texts_of(desk: Desk, table: Table, record: StoredRecord, judgement: Judgement | None) -> dict[str, str]:
    """The texts of a record's own cells in its book, as of today."""
    if judgement is None:
        return {}
    return row_answer(
        desk.office.scheme, table, judgement.stage, judgement.statuses, judgement.flags, judgement.findings,
        record.values, desk.office.clock.today(), desk.office.calendar, chosen(),
    )  # fmt: skip


def _without_phones(table: Table, found: Iterable[Finding], text: str) -> str:
    """The text with telephone numbers masked where a finding quotes one."""
    for finding in found:
        if finding.value and finding.value in text and _sensitive(table, finding.field):
            text = text.replace(finding.value, mask_phone(finding.value))
    return text


def records_of(desk: Desk, sight: Sight, code: str, table: str = "") -> list[RecordLine]:
    """The records of a book that count and are seen, in the order of their rows; those that are gone from it last."""
    office, book = desk.office, desk.book(code)
    records = office.store.records(office.scheme.id, book=book.id, tables=[table] if table else ())
    records = [item for item in records if sight.row(item.id, code)]
    places = places_of(book)
    judged = merge(office.store.judgements(office.scheme.id, book=book.id))
    order = {item.name: position for position, item in enumerate(office.scheme.tables)}
    records.sort(key=lambda item: (order.get(item.table, 99), places.get(item.id, ("", 1 << 30, {}))[1], item.id))
    return [record_line(desk, sight, item, judged.get(item.id), places) for item in records]


def runs_of(desk: Desk, sight: Sight, code: str = "", limit: int = 20) -> list[RunLine]:
    """The last runs of books that are seen whole, newest first."""
    office = desk.office
    codes = [code] if code else [""] if sight.everything else sorted(sight.own)
    found: list[Run] = []
    for item in codes:
        if not item or sight.whole(item):
            found += office.store.runs(office.scheme.id, book=desk.book_id(item) if item else "", limit=limit)
    return [run_line(desk, item) for item in sorted(found, key=lambda run: -run.started)[:limit]]


def run_line(desk: Desk, item: Run) -> RunLine:
    """A run as a list shows it. Problem codes become sentences."""
    counts = {key: int(value) for key, value in item.counts.items() if not key.startswith("_")}
    trigger, _, by = item.trigger.partition(":")
    return RunLine(
        id=item.id, unit=item.book.partition(":")[2], trigger=trigger, by=by, started=item.started,
        finished=item.finished, outcome=item.outcome, counts=counts,
        message=outcome_words(desk.office.store, item.book, item.outcome, item.message),
    )  # fmt: skip


def places_of(book: BookState) -> Places:
    """Where each record of a book stood when it was last read."""
    return {record: (tab["title"], row, tab["columns"]) for tab, row, record in _rows(book)}


def _rows(book: BookState) -> Iterator[tuple[dict[str, Any], int, str]]:
    for tab in book.layout.get("tabs", ()):
        for row in tab["rows"]:
            yield tab, row[0], row[1]


def name_of(table: Table, record: StoredRecord) -> str:
    """What a person calls a record: its name, or its parent's with its period."""
    name = record.values.get(table.name_field, "") if table.name_field else ""
    if not name and table.parent_field:
        name = record.values.get(table.parent_field, "")
        if table.periodic and name:
            name = f"{name} {record.values.get(table.periodic.field, '')}".strip()
    return name or record.name or record.id


def _worst(desk: Desk, judgement: Judgement | None) -> str:
    if judgement is None:
        return ""
    found = class_of(counting(speaker(desk.office.scheme, desk.office.calendar).rules, judgement.statuses))
    if found == LATE:
        return "overdue"
    severities = {item.severity.value for item in judgement.findings}
    if "必改" in severities:
        return "must"
    if found == SOON:
        return "soon"
    return "explain" if "须说明" in severities else ""


def _sensitive(table: Table, field: str) -> bool:
    return any(item.name == field and hidden(item) for item in table.fields)


def _row_of(places: Places, line: FindingLine) -> tuple[str, int, str]:
    title, row, _ = places.get(line.record, ("", 0, {}))
    return title, row, line.where
