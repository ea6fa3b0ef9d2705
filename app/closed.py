"""What closed periods hold, in words."""

from __future__ import annotations

from typing import Any

from app.wiring import Office
from sync.closed import ClosingError
from sync.consolidate.period_tables import REPORT
from sync.shared import judge_now
from sync.store.owed import Frozen
from validators.frozen import as_closed
from validators.periods import parse_period
from validators.speak import speaker
from validators.status import Status


def held_lines(office: Office, text: str) -> list[dict[str, Any]]:
    """Everything that was frozen with a period, each with what the data say now. ClosingError when it is not closed."""
    frozen = frozen_of(office, text)
    if not frozen:
        raise ClosingError(f"{text} 没有关过。", "用 tianbao period list 查看关过的期次。")
    held = as_held(office, frozen)
    say, today = speaker(office.scheme, office.calendar), office.clock.today()
    days = {item.period: item.day for item in office.store.closings(office.scheme.id)}
    lines = []
    for item in frozen:
        if item.kind == REPORT:
            continue  # a table: the bulletin shows it
        for status in held.get((item.kind, item.key, item.rule, item.period)) or as_closed(
            item, days, office.scheme.year_from
        ):
            rule = say.rules.get(item.rule)
            lines.append(
                {
                    "kind": item.kind, "key": item.key, "rule": item.rule, "title": rule.title if rule else "",
                    "unit": name_of(office, item), "period": item.period, "status": say.word(status, today),
                    "reason": say.reason(status, today), "figures": _figures(status),
                    "flags": [flag.flag for flag in item.flags],
                }
            )  # fmt: skip
    return lines


def frozen_of(office: Office, text: str) -> list[Frozen]:
    """What was frozen for a period, by whichever closing; [] where it is not closed."""
    try:
        wanted = parse_period(text, office.scheme.year_from)
    except ValueError as problem:
        raise ClosingError(str(problem)) from None
    names = {item.period for item in office.store.closings(office.scheme.id)}
    own = [name for name in names if name.partition(":")[0] == wanted.text]
    found = [f for name in sorted(own) for f in office.store.frozen(office.scheme.id, closing=name)]
    inside = {(f.kind, f.key, f.rule, f.period) for f in found}
    within = [f for f in office.store.frozen(office.scheme.id) if own and _lies_in(f, wanted)]
    return [*found, *(f for f in within if (f.kind, f.key, f.rule, f.period) not in inside)]


def _lies_in(item: Frozen, wanted: Any) -> bool:
    last = item.last(wanted.year_from)
    return last is not None and bool(item.period) and wanted.first <= last <= wanted.last


def as_held(office: Office, frozen: list[Frozen]) -> dict[tuple[str, ...], list[Status]]:
    """(kind, key, rule, period) → what was frozen, with what the data say now beside it."""
    verdicts, _ = judge_now(office.parts, {item.rule for item in frozen})
    found: dict[tuple[str, ...], list[Status]] = {}
    for verdict in verdicts:
        for status in verdict.statuses:
            if status.inputs.get("frozen"):
                found.setdefault((verdict.kind, verdict.key, status.rule, verdict.period), []).append(status)
    return found


def name_of(office: Office, item: Frozen) -> str:
    """Whose value it is, as people call it."""
    if item.name:
        return item.name
    unit = office.scheme.unit(item.unit)
    if unit is not None:
        return unit.name
    departments = {d.code: d.name for d in office.scheme.departments}
    return departments.get(item.unit, item.unit or office.scheme.district or office.scheme.title)


def _figures(status: Status) -> dict[str, Any]:
    names = ("done", "target", "ratio", "gap", "covered", "due", "value", "figure", "grade")
    return {name: status.inputs[name] for name in names if name in status.inputs}
