"""预警: what is overdue and what is nearly due, over all units; and how many records are of each class.

One pass over all judgements, kept until something changes: the overview counts from the same list that is shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from app import english
from app.desk import Desk
from app.queries.books import name_of
from app.queries.models import AlertLine
from app.sight import Sight
from sync.answers import merge
from sync.standing import class_of, counting, obligation_key, warned
from sync.store.base import Judgement, StoredRecord
from validators.render import entries_of
from validators.rules import codes
from validators.speak import Speaker, speaker
from validators.status import Status

_FAR = date.max


@dataclass(slots=True)
class Standing:
    """How everything stands. `classes`: (unit, 逾期 | 临期 …) → main records; `numbers`: (unit, kind) → alerts;
    `entries`: (unit, severity) → entries of 待改清单."""

    alerts: list[AlertLine] = field(default_factory=list)
    classes: Counter[tuple[str, str]] = field(default_factory=Counter)
    numbers: Counter[tuple[str, str]] = field(default_factory=Counter)
    entries: Counter[tuple[str, str]] = field(default_factory=Counter)


def alerts(desk: Desk, sight: Sight, *, unit: str = "", kind: str = "") -> list[AlertLine]:
    """Overdue first, the longest overdue at the top; then what is due next. Texts are those of the books."""
    return english.reasons(
        line
        for line in standing(desk, sight).alerts
        if sight.line(line.unit, line.record, line.rule) and unit in ("", line.unit) and kind in ("", line.kind)
    )


def standing(desk: Desk, sight: Sight) -> Standing:
    """The whole pass, made once for each state of the store; for a department over the rows that it sees. Of whoever
    sees whole books only, everybody's pass is given: he takes his books' numbers from it."""
    name = f"standing {sight.name}".strip()
    found: Standing = desk.kept(name, lambda: _stand(desk, sight if sight.name else None))
    return found


def _stand(desk: Desk, sight: Sight | None) -> Standing:
    office = desk.office
    say = speaker(office.scheme, office.calendar)
    judgements = office.store.judgements(office.scheme.id)
    records = {item.id: item for item in office.store.records(office.scheme.id)}
    main = next((table.name for table in office.scheme.tables_of("unit") if not table.parent), "")
    result = Standing()
    lines: list[AlertLine] = []
    for key, item in merge(judgements).items():
        record = records.get(key)
        if record is None or (sight is not None and not sight.row(record.id, record.unit)):
            continue
        for finding in item.findings if record.state == "live" else ():  # as in 待改清单
            result.entries[record.unit, finding.severity.value] += entries_of(finding)
        told = counting(say.rules, item.statuses)
        if record.table == main:
            result.classes[record.unit, class_of(told)] += 1
        if not any(status.code == codes.TERMINATED for status in told):
            lines += _of_record(desk, say, record, told, records)
    for book in office.store.books(office.scheme.id, layout=False):
        if sight is not None and not sight.whole(book.unit):
            continue
        for finding in office.store.book_findings(book.id):
            result.entries[book.unit, finding.severity.value] += entries_of(finding)
    duties = _of_duties(desk, say, judgements)
    lines += [line for line in duties if sight is None or sight.line(line.unit, "", line.rule)]
    result.alerts = sorted(lines, key=lambda a: (a.kind != "overdue", a.deadline or _FAR, a.unit, a.name, a.rule))
    result.numbers.update((line.unit, line.kind) for line in lines)
    return result


def _of_record(
    desk: Desk, say: Speaker, record: StoredRecord, told: list[Status], records: dict[str, StoredRecord]
) -> Iterator[AlertLine]:
    name = ""
    for status in told:
        if warned(status):
            name = name or _full_name(desk, record, records)
            yield _line(desk, say, status, record.unit, name, record.table, record.id)


def _of_duties(desk: Desk, say: Speaker, judgements: list[Judgement]) -> Iterator[AlertLine]:
    """Duties of units; those of single records are told on the record already."""
    for item in judgements:
        if item.kind != "obligation":
            continue
        _, unit, _, record = obligation_key(item.key)
        if not record:
            for status in counting(say.rules, item.statuses):
                if warned(status):
                    yield _line(desk, say, status, unit, str(status.inputs.get("label", "")), "", "")


def _line(desk: Desk, say: Speaker, status: Status, unit: str, name: str, table: str, record: str) -> AlertLine:
    rule, today, unit = say.rule(status), desk.office.clock.today(), desk.filler(unit)
    title = rule.title if rule else status.rule
    return AlertLine(
        kind="soon" if status.code == codes.SOON else "overdue", unit=unit, unit_name=desk.name(unit), record=record,
        name=name or title, table=table, rule=status.rule, title=title, text=say.word(status, today),
        deadline=status.deadline, days=say.left(status, today), reason=say.reason(status, today),
        section=rule.section if rule else "", responsible=[desk.name(code) for code in rule.responsible] if rule else [],
    )  # fmt: skip


def _full_name(desk: Desk, record: StoredRecord, records: dict[str, StoredRecord]) -> str:
    """A project by its name; a problem of it as 项目 · 问题."""
    scheme = desk.office.scheme
    own, parent = name_of(scheme.table(record.table), record), records.get(record.parent)
    above = name_of(scheme.table(parent.table), parent) if parent is not None else ""
    return f"{above} · {own}" if above and above not in own else own
