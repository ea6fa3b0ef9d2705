"""Records, warnings, findings and duties as pandas frames: one row each, from which all tables are counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd  # type: ignore[import-untyped]

from sync.consolidate.gather import Gathered
from sync.standing import COLOURED, GONE, class_of, counting, obligation_key, open_, warned
from sync.store.base import Judgement, StoredRecord
from validators import rawcell
from validators.render import row_answer, todo_entries
from validators.rules import codes
from validators.scheme.tables import Field, Table
from validators.status import Status
from validators.values import DATE_TYPES, NUMBER_TYPES

_RANK = {code: position for position, code in enumerate(codes.URGENCY)}

LEDGER = (
    "id",
    "unit",
    "name",
    "stage",
    "kind",
    "code",
    "status",
    "check",
    "deadline",
    "remaining",
    "flag",
)
WARNINGS = (
    "late",
    "code",
    "unit",
    "name",
    "rule",
    "title",
    "word",
    "deadline",
    "left",
    "reason",
    "responsible",
    "section",
    "id",
)
FINDINGS = ("unit", "table", "id", "name", "field", "severity", "value", "text")
DUTIES = ("rule", "title", "unit", "period", "label", "record", "code", "deadline", "done")


def ledger(gathered: Gathered, table: Table) -> Any:
    """A frame of a table's records: what is said of each (LEDGER), and its fields as values under `f:<name>`.

    A cell that could not be read shows what stands in the book, as text; sums leave it out.
    """
    rows = [_ledger_row(gathered, table, record) for record in gathered.records.get(table.name, ())]
    columns = [*LEDGER, *(f"f:{item.name}" for item in table.fields)]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def _ledger_row(gathered: Gathered, table: Table, record: StoredRecord) -> list[Any]:
    judged = gathered.judgement(record.id)
    told = shown(gathered, judged.statuses)
    texts = row_answer(
        gathered.scheme, table, judged.stage, judged.statuses, judged.flags, judged.findings, record.values,
        gathered.today, gathered.say.calendar,
    )  # fmt: skip
    worst = min((s.code for s in told if open_(s)), key=_weight, default="")
    said = [
        record.id, record.unit, gathered.names[record.id], judged.stage or texts["stage"], class_of(told), worst, texts["status"],
        texts["check"] if record.state == "live" else GONE, texts["deadline"], texts["remaining"], texts["flag"],
    ]  # fmt: skip
    return [*said, *(field_value(item, record) for item in table.fields)]


def _weight(code: str) -> tuple[bool, int]:
    """What is warned of before what merely is not filled in: the look follows the first."""
    return code not in COLOURED, _RANK.get(code, 99)


def shown(gathered: Gathered, statuses: Sequence[Status]) -> list[Status]:
    """Statuses that count: of rules that take part in 节点状态 and are not on trial."""
    return counting(gathered.say.rules, statuses)


def field_value(field: Field, record: StoredRecord) -> Any:
    """date, Decimal or text; None when blank."""
    text = record.values.get(field.name, "")
    if not text:
        raw = record.cells.get(field.name, "")
        return rawcell.show(raw) or None if raw else None
    if field.type in DATE_TYPES and len(text) == 10:
        return date.fromisoformat(text)
    return Decimal(text) if field.type in NUMBER_TYPES else text


# warnings ---------------------------------------------------------------------------------------------------------


def warnings(gathered: Gathered) -> Any:
    """What is near its deadline or past it, of records and of units' duties, the most urgent first."""
    rows = [*_record_warnings(gathered), *_duty_warnings(gathered)]
    frame = pd.DataFrame(rows, columns=WARNINGS, dtype=object)
    order = frame.assign(day=frame["deadline"].map(lambda day: day or date.max)).sort_values(
        ["late", "day", "unit", "name"], ascending=[False, True, True, True], kind="stable"
    )
    return order.drop(columns="day").reset_index(drop=True)


def _record_warnings(gathered: Gathered) -> Iterator[list[Any]]:
    for records in gathered.records.values():
        for record in records:
            told = shown(gathered, gathered.judgement(record.id).statuses)
            if any(s.code == codes.TERMINATED for s in told):
                continue
            name = full_name(gathered, record)
            yield from (_warning(gathered, s, record.unit, name, record.id) for s in told if warned(s))


def _duty_warnings(gathered: Gathered) -> Iterator[list[Any]]:
    """Duties of units; those of single records stand on the record already."""
    for judged in gathered.subjects:
        if judged.kind == "obligation":
            _, unit, _, record = obligation_key(judged.key)
            if not record:
                told = shown(gathered, judged.statuses)
                yield from (_warning(gathered, s, unit, str(s.inputs.get("label", "")), "") for s in told if warned(s))


def _warning(gathered: Gathered, status: Status, unit: str, name: str, record: str) -> list[Any]:
    rule = gathered.say.rule(status)
    return [
        status.code != codes.SOON, status.code, unit, name, status.rule, rule.title if rule else status.rule,
        gathered.say.word(status, gathered.today), status.deadline, gathered.say.left(status, gathered.today),
        gathered.say.clause(status), "、".join(rule.responsible) if rule else "", rule.section if rule else "", record,
    ]  # fmt: skip


def full_name(gathered: Gathered, record: StoredRecord) -> str:
    """A project by its name; a problem or a month of it as 项目 · 问题."""
    own, parent = gathered.names[record.id], gathered.names.get(record.parent, "")
    return f"{parent} · {own}" if parent and parent != own else own


# findings ---------------------------------------------------------------------------------------------------------


def findings(gathered: Gathered) -> Any:
    """All that is to be mended or explained, by unit, the weightiest first."""
    rows: list[list[Any]] = []
    for book in gathered.books:
        told = todo_entries(gathered.scheme, None, gathered.book_findings.get(book["book"], ()), gathered.say.calendar)
        rows += [_finding_row(book["unit"], "", "", "", item, title, text) for item, title, text in told]
    for table in gathered.scheme.tables:
        for record in gathered.records.get(table.name, ()):
            if record.state != "live":
                continue  # what is gone from its book cannot be mended there
            told = todo_entries(gathered.scheme, table, gathered.judgement(record.id).findings, gathered.say.calendar)
            name = full_name(gathered, record)
            rows += [
                _finding_row(record.unit, table.title, record.id, name, item, title, text) for item, title, text in told
            ]
    return pd.DataFrame(rows, columns=FINDINGS, dtype=object)


def _finding_row(unit: str, table: str, record: str, name: str, finding: Any, title: str, text: str) -> list[Any]:
    return [unit, table, record, name, title, finding.severity.value, finding.value, text]


# duties -----------------------------------------------------------------------------------------------------------


def duties(gathered: Gathered) -> Any:
    """One row per duty: rule, unit, period, and how it stands."""
    rows = [row for item in gathered.subjects if item.kind == "obligation" for row in _duty_rows(gathered, item)]
    return pd.DataFrame(rows, columns=DUTIES, dtype=object)


def _duty_rows(gathered: Gathered, item: Judgement) -> Iterator[list[Any]]:
    rule_id, unit, period, record = obligation_key(item.key)
    rule = gathered.say.rules.get(rule_id)
    for status in item.statuses:
        label = str(status.inputs.get("label", period))
        title = rule.title if rule else rule_id
        yield [rule_id, title, unit, period, label, record, status.code, status.deadline, status.done]
