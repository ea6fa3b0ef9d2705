"""What single rows come to: how far they are against what is due by now (序时进度), in which band that is, and their points.

Sources: docs/scheme-reference.md (variance, Pace, bands, score, Term, Veto), B-42, B-54, B-55. Where the text leaves something
open, the reading taken here:

- Figures of a month are those of its last day; of one that runs, those of today.
- Whole months by a day, of the curve too: the months before, and its own on its last day.
- Without a goal, points are of what should have been reached.
- A formula that divides by nought makes no points: 待补条件, as of units.
- The share that is told is of the goal where there is one (N-E2), else of what should have been reached; of nought: —.
- Of a term whose condition is not known nothing is measured: asked for, or without points (`blank`: zero, skip).
- Points within no grade are told without one; a veto of every grade (`*`) gives its own all the same.
- Of a row in which neither what was reached nor what should have been is filled in, nothing is said of its progress.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from tests.policies.oracle_kinds.figures import FORMULAS, VALUES, named
from tests.policies.oracle_kinds.kit import Rule, exact, shown
from tests.policies.statutory import month_end

Row = dict[str, Any]
CURVE = {1: 5, 3: 20, 4: 30, 5: 40, 6: 55, 7: 60, 8: 70, 9: 80, 10: 90, 11: 95, 12: 100}  # no entry for February
IN_BAND: dict[str, Callable[[Fraction], bool]] = {
    ">= 0": lambda v: v >= 0,
    "[-10, 0)": lambda v: -10 <= v < 0,
    "不满-10": lambda v: v < -10,
    "(-∞, -20]": lambda v: v <= -20,
    "90以上": lambda v: v >= 90,
    "[60, 90)": lambda v: 60 <= v < 90,
    "不满60": lambda v: v < 60,
}
WHEN: dict[str, Callable[[Row], bool | None]] = {
    "": lambda row: True,
    "行业 = '工业'": lambda row: None if row["行业"] is None else row["行业"] == "工业",
    "有(系数)": lambda row: row["系数"] is not None,
}


class Said(NamedTuple):
    """`value`: what is derived, exact; None: nothing."""

    status: str
    value: Fraction | None = None
    flags: frozenset[str] = frozenset()


# 序时进度 ---------------------------------------------------------------------------------------------------------

AMOUNTS: dict[str, Callable[[Row], Fraction | None]] = {
    **VALUES,
    "系数": lambda row: None if row["系数"] is None else exact(row["系数"]),
    "系数 * 100": lambda row: None if row["系数"] is None else exact(row["系数"]) * 100,
    "系数 * 400": lambda row: None if row["系数"] is None else exact(row["系数"]) * 400,
}


def share(rule: Rule, day: date) -> Fraction | None:
    """Of the year's goal what is due by a day. None: the curve has no entry."""
    months = day.month if day == month_end(day.year, day.month) else day.month - 1
    if rule["pace"]["by"] == "day":
        return Fraction((day - date(day.year, 1, 1)).days + 1, (date(day.year, 12, 31) - date(day.year, 1, 1)).days + 1)
    if rule["pace"]["by"] == "curve":
        found = CURVE.get(months) if months else 0
        return None if found is None else Fraction(found, 100)
    return Fraction(months, 12)


def progress(rule: Rule, row: Row, today: date) -> Said:
    """`value`: percentage points ahead."""
    held = WHEN[rule.get("when", "")](row)
    if held is None:
        return Said("待补条件")
    if not held:
        return Said("不适用")
    day = min(named(row["月份"]).last, today) if "at" in rule else today
    actual = AMOUNTS[rule["actual"]](row)
    goal = AMOUNTS[rule["goal"]](row) if "goal" in rule else None
    expected = AMOUNTS[rule["expected"]](row) if "expected" in rule else None
    if actual is None and (goal if "goal" in rule else expected) is None:
        return Said("")
    if "goal" in rule and goal is None:
        return Said("目标未设定")
    if actual is None or ("expected" in rule and expected is None):
        return Said("待补条件")
    if "pace" in rule:
        due = share(rule, day)
        if due is None:
            return Said("映射未配置")
        assert goal is not None
        expected = due * goal
    assert expected is not None
    whole = expected if goal is None else goal
    if whole == 0:
        return Said("—")
    points = (actual - expected) / whole * 100
    if rule.get("at_least") is not None and actual < exact(rule["at_least"]) * expected:
        return Said(f"落后序时{_seen(-points)}个百分点", points, frozenset({rule["flag"]} if "flag" in rule else ()))
    return Said(f"{_one(actual / whole * 100)}%", points)


def _seen(behind: Fraction) -> str:
    """Who is behind is not behind by 0.0."""
    digits = 1
    while shown(behind, digits) == "0":
        digits += 1
    return _one(behind) if digits == 1 else shown(behind, digits)


def _one(value: Fraction) -> str:
    """To one decimal (B-55)."""
    text = shown(value, 1)
    return text if "." in text else f"{text}.0"


def band(rule: Rule, value: Fraction) -> tuple[str, set[str]]:
    names = [item["name"] for item in rule["bands"] if IN_BAND[item["range"]](value)]
    if len(names) != 1:
        return rule.get("uncovered", "未规定"), set()
    return names[0], set(rule.get("flags", {}).get(names[0], ()))


# points -----------------------------------------------------------------------------------------------------------


def points(rule: Rule, row: Row) -> Said:
    held = WHEN[rule.get("when", "")](row)
    if not held:
        return Said("待补条件" if held is None else "不适用")
    total = exact(rule.get("base", 0))
    for term in rule["terms"]:
        counts = WHEN[term.get("when", "")](row)
        if counts is None and term.get("blank", "ask") == "ask":
            return Said("待补条件")
        made = _made(term, row) if counts else Fraction(0)
        if made is None:
            return Said("待补条件")
        total += made
    total = _kept(total, rule)
    word = rule.get("text", "{value}分").replace("{value}", shown(total, rule.get("digits", 2)))
    return Said(word, total, frozenset(rule.get("flags", {}).get(_grade(rule, row, total), ())))


def _made(term: Rule, row: Row) -> Fraction | None:
    """Weighted points of a term; None where they cannot be told."""
    value = AMOUNTS[term["value"]](row)
    if value is None:
        if term.get("blank", "ask") == "ask":
            return None
        if term["blank"] == "skip":
            return Fraction(0)
        value = Fraction(0)
    made = FORMULAS[term.get("formula", "值")](value, {})
    return None if made is None else exact(term.get("weight", 1)) * _kept(made, term)


def _kept(value: Fraction, limits: Rule) -> Fraction:
    if "cap" in limits:
        value = min(value, exact(limits["cap"]))
    return max(value, exact(limits["floor"])) if "floor" in limits else value


def _grade(rule: Rule, row: Row, total: Fraction) -> str:
    grade = next((item["name"] for item in rule.get("grades", ()) if IN_BAND[item["range"]](total)), "")
    for veto in rule.get("vetoes", ()):
        value = AMOUNTS[veto["value"]](row)
        if value is not None and value > 0:
            grade = veto["becomes"].get(grade, veto["becomes"].get("*", grade))
    return grade
