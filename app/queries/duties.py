"""填报任务: what each unit owes for each period and how it stands; rulings on it; closed periods. From the last judging."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app import english
from app.desk import Desk
from app.queries.books import name_of
from app.queries.duty_models import ClosingLine, DutyLine, RulingLine
from app.sight import EVERYTHING, Sight
from sync.rulings import KINDS, RulingError, duty_of
from sync.standing import mended_since, obligation_key
from sync.store.base import StoredRecord
from sync.store.owed import Ruling
from validators.periods import try_period
from validators.rules import codes
from validators.speak import Speaker, speaker
from validators.status import Status

MOST = 12  # periods named in one sentence
STATES = {
    "missing": frozenset({codes.MISSING}),
    "soon": frozenset({codes.SOON}),
    "open": frozenset({codes.MISSING, codes.SOON}),
    "reported": frozenset({codes.REPORTED, codes.REPORTED_LATE}),
    "late": frozenset({codes.MISSING, codes.REPORTED_LATE}),
}


def duty_lines(
    desk: Desk, sight: Sight, *, unit: str = "", rule: str = "", period: str = "", state: str = "", records: bool = True
) -> list[DutyLine]:
    """Duties, the newest period first, those missing before the rest. `records` False: only those of whole units."""
    name = "duties of rows" if records else "duties"  # rows are many, and mostly not asked for
    return english.reasons(
        line if sight.whole(line.unit) else line.model_copy(update={"missing": []})  # names of rows that are not seen
        for line in desk.kept(name, lambda: _all(desk, records))
        if sight.line(line.unit, line.record, line.rule)
        and unit in ("", line.unit)
        and rule in ("", line.rule)
        and period in ("", line.period)
        and (not state or line.code in STATES[state])
    )


def known_duties(desk: Desk, rule: str, period: str) -> str:
    """The text of the period that was asked for ("2025年6月" and "2025-6" name 2025-06 too), "" for all. RulingError with
    what there is, where nobody ever owes that rule or that period: a list without lines would say that all is well."""
    if rule:
        duty_of(desk.office.parts, rule)
    if not period:
        return ""
    every = duty_lines(desk, EVERYTHING, rule=rule)
    known = periods_of(every)
    found = try_period(period, year_from=desk.office.scheme.year_from)
    for text, label in known:
        if period in (text, label) or (found is not None and found.text == text):
            return text
    told = "、".join(text for text, _ in known[:MOST]) + (f"等{len(known)}期" if len(known) > MOST else "")
    of = f"“{rule}”" if rule else "本方案"
    raise RulingError(f"没有“{period}”这一期的报送任务。", f"{of}有：{told}。" if told else f"{of}现在还没有报送任务。")


def periods_of(lines: Iterable[DutyLine]) -> list[tuple[str, str]]:
    """(text, label) of the periods in a list, the newest first."""
    found = {line.period: line.label for line in lines}
    return sorted(found.items(), key=lambda item: _place(item[0]), reverse=True)


def ruling_lines(desk: Desk, sight: Sight, *, unit: str = "", withdrawn: bool = False) -> list[RulingLine]:
    """Extensions, exemptions and nil reports, the newest first."""
    found = desk.office.store.rulings(desk.office.scheme.id, withdrawn=withdrawn)
    lines = [ruling_line(desk, item) for item in reversed(found) if unit in ("", desk.filler(item.unit))]
    return [line for line in lines if sight.line(line.unit, line.record, line.rule)]


def ruling_line(desk: Desk, item: Ruling) -> RulingLine:
    rule = speaker(desk.office.scheme, desk.office.calendar).rules.get(item.rule)
    period = try_period(item.period, year_from=desk.office.scheme.year_from)
    return RulingLine(
        id=item.id, kind=item.kind, what=english.told(KINDS[item.kind]), unit=desk.filler(item.unit), unit_name=desk.name(item.unit),
        rule=item.rule, title=rule.title if rule else "", period=item.period, label=period.label if period else "",
        record=item.record, since=item.since, until=item.until, by=item.by, why=item.why, at=item.at,
        withdrawn=item.withdrawn, withdrawn_by=item.withdrawn_by, withdrawn_why=item.withdrawn_why,
    )  # fmt: skip


def closing_lines(desk: Desk) -> list[ClosingLine]:
    """Closed periods, the last closed first."""
    found = []
    for item in reversed(desk.office.store.closings(desk.office.scheme.id)):
        text, _, rule = item.period.partition(":")
        period = try_period(text, year_from=desk.office.scheme.year_from)
        found.append(
            ClosingLine(
                period=text, label=period.label if period else text, rule=rule, day=item.day, by=item.by,
                note=item.note, at=item.at,
            )
        )  # fmt: skip
    return found


def _all(desk: Desk, rows: bool) -> list[DutyLine]:
    office = desk.office
    say = speaker(office.scheme, office.calendar)
    judgements = office.store.judgements(office.scheme.id, kind="obligation")
    if not rows:
        judgements = [item for item in judgements if not obligation_key(item.key)[3]]
    ids = {obligation_key(item.key)[3] for item in judgements} - {""}
    ids |= {name for item in judgements for status in item.statuses for name in status.inputs.get("missing", ())}
    records = {item.id: item for item in office.store.records(office.scheme.id, ids=sorted(ids))} if ids else {}
    lines = [
        line(desk, say, item.key, status, records)
        for item in judgements
        for status in item.statuses
        if not ((rule := say.rule(status)) is not None and rule.trial)
    ]
    late = STATES["open"]
    return sorted(lines, key=lambda x: (-_place(x.period), x.code not in late, x.rule, x.unit, x.name))


def line(desk: Desk, say: Speaker, key: str, status: Status, records: dict[str, StoredRecord]) -> DutyLine:
    """One duty as people read it today."""
    rule_id, unit, period, record_id = obligation_key(key)
    rule, today = say.rules.get(rule_id), desk.office.clock.today()
    record, inputs = records.get(record_id), status.inputs
    missing = [_name(desk, records[key]) for key in inputs.get("missing", ()) if key in records]
    more: dict[str, Any] = {"extended": str(inputs["extended"]["until"])} if "extended" in inputs else {}
    return DutyLine(
        rule=rule_id, title=rule.title if rule else rule_id, unit=desk.filler(unit), unit_name=desk.name(unit),
        period=period, label=str(inputs.get("label", period)), record=record_id,
        name=_name(desk, record) if record is not None else "", missing=missing,
        code=status.code, text=say.word(status, today), deadline=status.deadline, done=status.done,
        days=say.left(status, today), reason=say.reason(status, today), section=rule.section if rule else "",
        covered=inputs.get("covered"), due=inputs.get("due"), frozen=bool(inputs.get("frozen")), mended=mended_since(status),
        nil=str(getattr(rule, "nil", "") or "") if status.code in STATES["open"] | {codes.NOT_DUE} else "", **more,
    )  # fmt: skip


def _name(desk: Desk, record: StoredRecord) -> str:
    return " ".join(name_of(desk.office.scheme.table(record.table), record).split())


def _place(period: str) -> int:
    found = try_period(period)
    return found.last.toordinal() if found is not None else 0
