"""How things stand, in one word: what is warned of, what counts, and which class a record is of.

The page and the consolidated book both ask here, so that their numbers agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from sync.store.base import Judgement
from validators.periods import place_of
from validators.rules import codes
from validators.rules.base import RuleBase
from validators.status import Status

LATE_CODES = frozenset({codes.OVERDUE, codes.SHOULD_HAVE_STARTED, codes.NOT_CLOSED, codes.UNSYNCED})
WARNED = LATE_CODES | {codes.SOON, codes.MISSING, codes.MISSED, codes.STALE}
COLOURED = WARNED | {codes.BROKEN}
LATE, SOON, CALM, ENDED, IDLE = "逾期", "临期", "正常", "已终止", "未启动"
CLASSES = (LATE, SOON, CALM, ENDED, IDLE)
_IDLE = frozenset(
    {codes.NOT_STARTED, codes.NOT_APPLICABLE, codes.WAITING, codes.PENDING, codes.INCOMPLETE, codes.STAGE}
)


GONE = "这一行已不在表里，等人确认是否退出；确认退出以前照样计数"  # in the place of what is wrong with it


def counting(rules: Mapping[str, RuleBase], statuses: Iterable[Status]) -> list[Status]:
    """Statuses that count: of rules that take part in 节点状态 and are not on trial."""
    return [s for s in statuses if (rule := rules.get(s.rule)) is None or (rule.shown and not rule.trial)]


def open_(status: Status) -> bool:
    """Not a lateness that is over."""
    return status.done is None or status.code not in LATE_CODES


def class_of(statuses: Iterable[Status]) -> str:
    """逾期, 临期, 正常, 已终止 or 未启动: each record is exactly one of them."""
    found = {s.code for s in statuses if open_(s)}
    if codes.TERMINATED in found:
        return ENDED
    if found & LATE_CODES:
        return LATE
    if codes.SOON in found:
        return SOON
    return CALM if found - _IDLE else IDLE


def warned(status: Status) -> bool:
    """Whether 预警 lists it: near its deadline or past it, and not done, also not after its period was closed."""
    return status.code in WARNED and status.done is None and not mended_since(status)


def mended_since(status: Status) -> bool:
    """A frozen duty of a closed period that was done afterwards: nobody need do anything any more."""
    later = status.inputs.get("later") or {}
    return bool(later) and later["code"] not in WARNED


@dataclass(frozen=True, slots=True)
class Current:
    """What somebody reports just now: 应报 and 已报 of the newest period of each duty, and those periods' names."""

    owed: int = 0
    reported: int = 0
    periods: tuple[str, ...] = ()


def current_duties(judgements: Iterable[Judgement], whose: Callable[[str], str] = str) -> dict[str, Current]:
    """本期应报 and 已报 by `whose` book: for each duty the newest period that has begun, whatever its deadline.

    What was excused or does not apply yet is not owed. Page and consolidated book both count by this.
    """
    newest: dict[tuple[str, str], str] = {}
    found: dict[tuple[str, str, str], list[Status]] = defaultdict(list)
    for item in judgements:
        if item.kind == "obligation":
            rule, unit, period, _ = obligation_key(item.key)
            unit = whose(unit)
            newest[rule, unit] = max(newest.get((rule, unit), ""), period, key=place_of)
            found[rule, unit, period] += [s for s in item.statuses if s.code not in (codes.EXEMPT, codes.PENDING)]
    result: dict[str, Current] = {}
    for (rule, unit), period in sorted(newest.items()):
        statuses, before = found[rule, unit, period], result.get(unit, Current())
        labels = dict.fromkeys(before.periods) | {str(s.inputs.get("label", period)): None for s in statuses}
        done = sum(s.code in (codes.REPORTED, codes.REPORTED_LATE) for s in statuses)
        result[unit] = Current(before.owed + len(statuses), before.reported + done, tuple(labels))
    return result


def obligation_key(key: str) -> tuple[str, str, str, str]:
    """rule, unit, period and record of an obligation's or a target's key."""
    rule, unit, period, record, *_ = [*key.split("|"), "", "", ""]
    return rule, unit, period, record
