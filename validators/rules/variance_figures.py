"""Figures that are compared, and what is said of them: for rows and for units alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from validators.exact import NO_RATIO, as_decimal, enough, plain, rounded
from validators.rules import codes
from validators.status import UNSETTLED, Flag, Status

if TYPE_CHECKING:
    from validators.rules.variance import Variance

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Figures:
    """What is compared: reached, expected by now, and the whole plan where there is one."""

    actual: Fraction
    expected: Fraction
    goal: Fraction | None = None

    def ratio(self) -> Fraction | None:
        """Reached over the whole plan, or over the expected; None over nought (B-54)."""
        whole = self.expected if self.goal is None else self.goal
        return self.actual / whole if whole else None

    def points(self) -> Fraction | None:
        """Percentage points ahead (negative: behind)."""
        whole = self.expected if self.goal is None else self.goal
        return (self.actual - self.expected) / whole * 100 if whole else None

    def behind(self, at_least: Decimal) -> bool:
        return self.actual < Fraction(at_least) * self.expected


def month_end(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1) - _ONE_DAY


def figures_inputs(found: Figures) -> dict[str, Any]:
    """The figures as JSON texts: exact amounts, shares to one decimal."""
    inputs = {"done": plain(as_decimal(found.actual)), "expected": _amount(found.expected)}
    ratio, points = found.ratio(), found.points()
    inputs["ratio"] = NO_RATIO if ratio is None else rounded(ratio * 100)
    if found.goal is not None:
        inputs["goal"] = plain(as_decimal(found.goal))
        if found.goal:
            inputs["pace"] = rounded(found.expected / found.goal * 100)
    if points is not None:
        inputs["points"] = rounded(abs(points))
    inputs["short"] = _amount(max(found.expected - found.actual, Fraction(0)))
    return inputs


def exact_figures(found: Figures) -> dict[str, str]:
    """The same unrounded, for rules that take them: shares in percent, `points` negative behind. Over nought none."""
    ratio, points = found.ratio(), found.points()
    shares = {"ratio": None if ratio is None else ratio * 100, "points": points}
    if found.goal:
        shares["pace"] = found.expected / found.goal * 100
    amounts = {"expected": found.expected, "short": max(found.expected - found.actual, Fraction(0))}
    return {name: plain(as_decimal(value)) for name, value in (shares | amounts).items() if value is not None}


def _amount(value: Fraction) -> str:
    return plain(Decimal(rounded(value, 4)))


def judge_figures(rule: Variance, found: Figures, change: date | None, **more: Any) -> Status:
    """measured, on_pace or behind."""
    inputs = {**figures_inputs(found), **more}
    if inputs["ratio"] == NO_RATIO:
        return Status(rule.id, codes.MEASURED, None, None, change, {**inputs, "word": NO_RATIO})
    if rule.at_least is None:
        return Status(rule.id, codes.MEASURED, None, None, change, inputs)
    if not found.behind(rule.at_least):
        return Status(rule.id, codes.ON_PACE, None, None, change, inputs)
    inputs |= _telling(found, rule.at_least)
    return Status(rule.id, codes.BEHIND, None, None, change, {**inputs, "what": rule.below.format_map(_Blank(inputs))})


def _telling(found: Figures, at_least: Decimal) -> dict[str, str]:
    """Figures of who is behind with so many digits that they say so: not 差0.0个百分点, not 50.0% of at least 50 %."""
    more: dict[str, str] = {}
    points, ratio = found.points(), found.ratio()
    if points is not None and points < 0:
        more["points"] = enough(abs(points), lambda shown: shown > 0)
    if ratio is not None and found.goal is None:
        more["ratio"] = enough(ratio * 100, lambda shown: shown < at_least * 100)
    return more


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


def flags_of(rule: Variance, status: Status) -> tuple[Flag, ...]:
    """考核标识 of who is behind; none while the figures are not final."""
    if status.code != codes.BEHIND or not rule.flag or status.inputs.get(UNSETTLED):
        return ()
    section = f"；依据 {rule.section}" if rule.section else ""
    return (Flag(rule.id, rule.flag, f"{status.inputs['what']}{section}"),)
