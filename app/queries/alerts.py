"""预警: what is overdue and what is nearly due, over all units."""

from __future__ import annotations

from datetime import date

from app.desk import Desk
from app.queries.books import name_of
from app.queries.models import AlertLine
from app.queries.overview import LATE, NEAR
from sync.store.base import Judgement, StoredRecord
from validators.speak import Speaker, speaker
from validators.status import Status

KINDS = {**dict.fromkeys(LATE, "overdue"), **dict.fromkeys(NEAR, "soon")}
_FAR = date.max


def alerts(desk: Desk, *, unit: str = "", kind: str = "") -> list[AlertLine]:
    """Overdue first, the longest overdue at the top; then what is due next. Texts are those of the books."""
    office = desk.office
    say, today = speaker(office.scheme, office.calendar), office.clock.today()
    judged = [
        item
        for item in office.store.judgements(office.scheme.id)
        if item.kind in ("record", "shared", "obligation") and any(s.code in KINDS for s in item.statuses)
    ]
    keys = {item.key for item in judged if item.kind != "obligation"}
    records = {item.id: item for item in office.store.records(office.scheme.id, ids=keys)} if keys else {}
    lines = []
    for item in judged:
        for status in item.statuses:
            line = _line(desk, say, item, status, records, today) if status.code in KINDS else None
            if line is not None and unit in ("", line.unit) and kind in ("", line.kind):
                lines.append(line)
    return sorted(lines, key=lambda line: (line.kind != "overdue", line.deadline or _FAR, line.unit, line.name))


def _line(
    desk: Desk, say: Speaker, judgement: Judgement, status: Status, records: dict[str, StoredRecord], today: date
) -> AlertLine | None:
    rule = say.rules.get(status.rule)
    if rule is None or not rule.shown or rule.trial:
        return None
    if judgement.kind == "obligation":
        _, unit, _, record_id, *_ = [*judgement.key.split("|"), "", "", ""]
        if record_id:
            return None  # told on the record itself
        name, table = str(status.inputs.get("label", "")) or rule.title, ""
    else:
        record = records.get(judgement.key)
        if record is None:
            return None
        record_id, unit, table = record.id, record.unit, record.table
        name = name_of(desk.office.scheme.table(table), record)
    return AlertLine(
        kind=KINDS[status.code], unit=unit, unit_name=desk.name(unit), record=record_id, name=name, table=table,
        rule=rule.id, title=rule.title, text=say.word(status, today), deadline=status.deadline,
        days=say.left(status, today), reason=say.reason(status, today), section=rule.section,
        responsible=[desk.name(code) for code in rule.responsible],
    )  # fmt: skip
