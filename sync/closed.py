"""Closing a period: its values are frozen as they stand, once and for good (law L6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from sync.clock import local
from sync.consolidate.period_tables import period_tables
from sync.ended import is_ended
from sync.errors import SyncError
from sync.parts import Parts
from sync.shared import judge_now, judge_shared
from sync.store.base import Lease
from sync.store.owed import Closing, Frozen
from validators.facts import Verdict
from validators.frozen import freeze
from validators.periods import Period, parse_period, try_period
from validators.rules import codes

TRIES, PAUSE = 20, 0.25  # for the lease
_OPEN = frozenset({codes.NOT_DUE, codes.SOON})


class ClosingError(SyncError):
    """这一期现在不能关。"""

    hint = ""


@dataclass(frozen=True, slots=True)
class Closed:
    """What a closing did. `missing`: duties that were not reported when it was closed."""

    period: Period
    number: int
    missing: int
    rules: tuple[str, ...]


def close_period(parts: Parts, text: str, *, by: str, note: str = "", rules: Iterable[str] = ()) -> Closed:
    """Freeze the values of a period and of the periods inside it; of some rules, or of all. ClosingError when it is not
    over, when something of it is not due yet, or when it is closed."""
    period, only = _period(parts, text), tuple(dict.fromkeys(rules))
    today = parts.clock.today()
    if today <= period.last:
        raise ClosingError(f"{period.label}到 {period.last} 才结束，还不能关。", "结束以后再关。")
    if local(parts.clock.now()).date() <= period.last:
        raise ClosingError(f"{period.label}其实还没有结束，不能用 --as-of 提前关。", "关账不能反悔，等这一期过完。")
    _known(parts, only)
    with scheme_lease(parts) as lease:
        now = parts.clock.now()
        wanted = set(only) or parts.evaluator.shared_rules()
        judged, _ = judge_now(parts, wanted)
        frozen = [item for item in freeze(judged, period) if item.rule in wanted]
        frozen += [item for item in progress(judged, period, period.text) if item.rule in wanted]
        frozen = _not_held(parts, frozen)
        if not only:
            frozen += period_tables(parts, period, period.text)
        if not is_ended(parts):  # after the scheme's last day nothing will come due any more
            _refuse_open(period, frozen)
        number = 0
        for closing in _closings(parts, period, only, by, note, today, frozen):
            dirty = {item.rule for item in frozen} & wanted
            number += parts.store.close_period(lease, closing, parts.clock.now(), dirty=dirty)
    data = {"period": period.text, "rules": list(only), "number": number, "note": note}
    parts.store.add_event("period_closed", now, by, {name: value for name, value in data.items() if value})
    judge_shared(parts)
    parts.store.save_setting(f"ruled:{parts.scheme.id}", f"{period.text} {now}")
    missing = sum(s.code == codes.MISSING for f in frozen if f.kind == "obligation" for s in f.statuses)
    return Closed(period, number, missing, only)


@contextmanager
def scheme_lease(parts: Parts) -> Iterator[Lease]:
    """The scheme's own lease for the length of a block; the service holds it for moments only. ClosingError when it is
    not to be had."""
    lease = None
    for _ in range(TRIES):
        name, now = f"scheme:{parts.scheme.id}", parts.clock.now()
        lease = parts.store.acquire(name, parts.owner, parts.limits.lease_seconds, now)
        if lease is not None:
            break
        parts.clock.sleep(PAUSE)
    if lease is None:
        raise ClosingError("服务正在判断，这一刻做不了。", "等几秒再试。")
    try:
        yield lease
    finally:
        parts.store.release(lease)


def _closings(
    parts: Parts, period: Period, rules: tuple[str, ...], by: str, note: str, today: date, frozen: list[Frozen]
) -> list[Closing]:
    """One for the whole period, or one for each rule that was named: the others can be closed later."""
    names = [f"{period.text}:{rule}" for rule in rules] or [period.text]
    known = {item.period for item in parts.store.closings(parts.scheme.id)}
    done = [name for name in names if name in known or period.text in known]
    if done:
        raise ClosingError(f"{'、'.join(done)} 已经关过，不能再关。", "用 tianbao period list 查看。")
    return [
        Closing(
            parts.scheme.id, name, today, by, note, parts.clock.now(),
            [replace(f, closing=name) for f in frozen if not rules or f.rule == name.partition(":")[2]],
        )
        for name in names
    ]  # fmt: skip


def closed_by(parts: Parts, period: Period, rule: str = "") -> Closing | None:
    """The closing that holds the whole of a period (of a rule), None while it is open."""
    for item in parts.store.closings(parts.scheme.id):
        text, _, only = item.period.partition(":")
        closed = try_period(text, year_from=period.year_from)
        if closed is not None and closed.first <= period.first and period.last <= closed.last and only in ("", rule):
            return item
    return None


def _not_held(parts: Parts, frozen: Iterable[Frozen]) -> list[Frozen]:
    """Without what lies in a closing made before, of a longer period: that one holds it, or knew nothing of it then."""
    items = list(frozen)
    asked = {(f.period, f.rule) for f in items if f.kind != "progress"}
    named = ((text, rule, try_period(text, year_from=parts.scheme.year_from)) for text, rule in asked)
    held = {
        (text, rule) for text, rule, found in named if found is not None and closed_by(parts, found, rule) is not None
    }
    return [f for f in items if f.kind == "progress" or (f.period, f.rule) not in held]


def progress(verdicts: Iterable[Verdict], period: Period, closing: str) -> list[Frozen]:
    """How far targets that run on beyond the period had come: kept for its bulletin, in nobody's place."""
    return [
        Frozen(closing, "progress", verdict.key, status.rule, verdict.unit, period.text, verdict.name, [status])
        for verdict in verdicts
        if verdict.kind == "target"
        for status in verdict.statuses
        if status.deadline is not None and status.deadline > period.last and not verdict.period
    ]


def _period(parts: Parts, text: str) -> Period:
    try:
        return parse_period(text, parts.scheme.year_from)
    except ValueError as problem:
        raise ClosingError(str(problem)) from None


def _known(parts: Parts, rules: tuple[str, ...]) -> None:
    unknown = [rule for rule in rules if rule not in parts.evaluator.shared_rules()]
    if unknown:
        raise ClosingError(f"没有按期次计算的规则“{'、'.join(unknown)}”。", "用 tianbao scheme show 查看规则编号。")


def _refuse_open(period: Period, frozen: list[Frozen]) -> None:
    """Nothing may be frozen as 未到期: it would stay so."""
    waits = [s for f in frozen if f.kind == "obligation" for s in f.statuses if s.code in _OPEN]
    if waits:
        last = max((s.deadline for s in waits if s.deadline), default=None)
        until = f"，最晚到 {last}" if last else ""
        raise ClosingError(
            f"{period.label}还有{len(waits)}项没到期限{until}，现在关就永远记成没到期。", "到期以后再关。"
        )
