"""Stored records as rows that conditions can look at: typed values, the parent's, what rules derived, unit and day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from sync.judge import as_record
from sync.store.base import Judgement, StoredRecord
from validators.expression_types import TODAY
from validators.facts import link_rows
from validators.owner import UNIT as UNIT_NAME
from validators.rules import codes
from validators.rules.context import TypedRow
from validators.scheme.models import Scheme
from validators.speak import Speaker
from validators.status import Status


def typed_rows(
    scheme: Scheme,
    say: Speaker,
    records: Iterable[StoredRecord],
    judged: Mapping[str, Judgement],
    unit_name: Callable[[str], str],
    today: date,
) -> dict[str, list[TypedRow]]:
    """Rows by table, tied to their parents. What rules derive comes from the last judging."""
    known = list(records)
    parents = {item.id: item.parent for item in known if item.parent}
    linked = link_rows(scheme, [as_record(item) for item in known], parents)
    for row in (row for rows in linked.values() for row in rows):
        row[TODAY], row[UNIT_NAME] = today, unit_name(row.unit)
        derive(row, say, judged.get(row.id))
    return linked


def bare_row(say: Speaker, item: StoredRecord, judgement: Judgement | None) -> TypedRow:
    """A row with its texts and what rules derived, its values not read: a tenth of the cost where no condition asks."""
    row = TypedRow(item.table, item.id, item.unit, item.values, item.facts)
    derive(row, say, judgement)
    return row


def derive(row: TypedRow, say: Speaker, judgement: Judgement | None) -> None:
    """Put on the row what rules derived of it when it was last judged."""
    for status in judgement.statuses if judgement is not None else ():
        if (value := _said(status)) and (names := _derived(say, status)):
            row[names[0]] = value


def _said(status: Status) -> str:
    """The text a status puts on its row: a value, a stage, the state of a library."""
    if status.code in (codes.VALUE, codes.STAGE):
        return str(status.inputs.get("value", ""))
    return codes.WORDS[status.code] if status.code in codes.LIBRARY else ""


def _derived(say: Speaker, status: Status) -> list[str]:
    rule = say.rules.get(status.rule)
    return [name for name, _ in rule.derives()] if rule is not None else []
