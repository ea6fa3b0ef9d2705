"""Targets as the reference promises them: what is done, of how much, what is wanted, and how it stands on a day.

Sources: docs/scheme-reference.md (target), matrix 0.5, 0.6, B-11, B-13, B-14, B-47, B-54, B-55, C-33. Where the text leaves
something open, the reading taken here:

- Of nought, a share is neither reached nor missed: 不适用, and — for the percentage.
- A limit that is kept (`at_most`) is 已达标 once its last day is over, 进行中 before: nothing is left to do, so nothing is 临期;
  one that is broken is 未达标 at once (C-33).
- While nobody has set what share is wanted, the share that there is is told all the same.
- The last day belongs to it: judged 未达标, and frozen, from the day after.
- What is wanting of things that are counted is a whole number of them: 7.7 wanted, 7 there → 1.
- A row with a blank in `distinct` is a thing of its own. Where both sides of a share are of one table, both are counted once.
- A date that is planned may lie ahead and is in the denominator; an actual one after today has not happened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from tests.policies.oracle_kinds.figures import CODES, STARTS, UNITS, VALUES, WHERE, exists
from tests.policies.oracle_kinds.kit import Period, Rule, exact, listed, periods, shown

Row = dict[str, Any]
LEADS = {"month": 3, "quarter": 3, "half": 30, "year": 30}
OPEN: dict[str, Callable[[Row, date], bool]] = {"为空(代码)": lambda row, today: row.get("代码") is None}


class Goal(NamedTuple):
    """What is told. None: not set; ratio "—": of nought."""

    status: str
    done: Fraction
    target: Fraction | None
    ratio: str | None
    gap: Fraction | None
    deadline: date


class Known(NamedTuple):
    tables: Mapping[str, Sequence[Row]]
    frozen: Mapping[tuple[str, str, str], Fraction]  # rule, unit ("" of the scheme), period


def spans(rule: Rule, today: date) -> list[Period]:
    """The windows that are told of."""
    if "period" not in rule:
        return [Period("", rule.get("since", date(2025, 1, 1)), rule.get("until", date(2025, 12, 31)))]
    if "keep" in rule:
        return periods(rule["period"], STARTS, today)[-rule["keep"] - 1 :]
    return listed(rule["period"], today, STARTS)


def told(known: Known, rule: Rule, today: date) -> dict[tuple[str, str], Goal]:
    """(unit, period) → what is said."""
    found = {}
    for span in spans(rule, today):
        last = min(span.last, today)
        for unit in [u for u in UNITS if exists(u, last)] if rule.get("by") == "unit" else [""]:
            found[unit, span.name] = judged(known, rule, span, unit, today)
    return found


def judged(known: Known, rule: Rule, span: Period, unit: str, today: date) -> Goal:
    over = today > span.last
    held = known.frozen.get((rule["id"], unit, span.name)) if over and rule.get("freeze", True) else None
    done = _done(known, rule, span, unit, today) if held is None else held
    goal, whole = _goal(rule, unit), _whole(known, rule, span, unit, today)
    target = goal if whole is None else whole
    ratio = None if target is None else "—" if target == 0 else shown(done / target * 100, 1)
    opens = over and held is None and any(_opens(rule, row, span, today) for row in _open_rows(known, rule, unit))
    later = "(暂计)" if opens else ""
    if goal is None:
        return Goal("目标未设定" + later, done, target, ratio, None, span.last)
    if whole == 0:
        return Goal("不适用", done, target, ratio, Fraction(0), span.last)
    wanted = goal if whole is None else goal * whole
    short = done - wanted if rule.get("at_most") else wanted - done
    gap = max(short, Fraction(0))
    if "value" not in rule:
        gap = Fraction(-((-gap.numerator) // gap.denominator))
    return Goal(_standing(rule, short <= 0, span, today, later), done, target, ratio, gap, span.last)


def _standing(rule: Rule, kept: bool, span: Period, today: date, later: str) -> str:
    over, suffix = today > span.last, rule.get("modality", "硬")
    if rule.get("at_most"):
        met, missed = kept and over, not kept
    else:
        met, missed = kept, over and not kept
    if met:
        return "已达标" + later
    if missed:
        return "未达标" + later + (f"({suffix})" if suffix in ("原则上", "力争") else "")
    if not rule.get("at_most") and (span.last - today).days <= rule.get("lead", LEADS[rule.get("period", "year")]):
        return "临期" + ("(力争)" if suffix == "力争" else "")
    return "进行中"


def _goal(rule: Rule, unit: str) -> Fraction | None:
    found = rule["goal"]
    for name, value in rule.get("unit_goals", {}).items():
        if unit and name in (unit, CODES[unit]):
            found = value
    return None if found is None else exact(found)


def _mine(rows: Sequence[Row], unit: str) -> list[Row]:
    return [row for row in rows if not unit or row["填报单位"] == unit]


def _in(row: Row, column: str | None, span: Period, today: date) -> bool:
    """In the window, and not ahead of today."""
    if column is None:
        return True
    day = row.get(column)
    return day is not None and span.first <= day <= span.last and day <= today


def _done(known: Known, rule: Rule, span: Period, unit: str, today: date) -> Fraction:
    rows = [
        row
        for row in _mine(known.tables[rule["table"]], unit)
        if WHERE[rule.get("where", "")](row) and _in(row, rule.get("date_field"), span, today)
    ]
    if "value" not in rule:
        return Fraction(_many(rule, rows))
    return sum((VALUES[rule["value"]](row) or Fraction(0) for row in rows), Fraction(0))


def _many(rule: Rule, rows: list[Row]) -> int:
    if "distinct" not in rule:
        return len(rows)
    named = [row.get(rule["distinct"]) for row in rows]
    return len({name for name in named if name is not None}) + named.count(None)


def _whole(known: Known, rule: Rule, span: Period, unit: str, today: date) -> Fraction | None:
    """The denominator. A planned date in it may lie ahead."""
    if "of_where" not in rule:
        return exact(rule["of"]) if "of" in rule else None
    rows = [
        row
        for row in _mine(known.tables[rule.get("of_table", rule["table"])], unit)
        if WHERE[rule["of_where"]](row) and _in(row, rule.get("of_date"), span, _reach(rule, today))
    ]
    found = Fraction(_many(rule, rows) if rule.get("of_table", rule["table"]) == rule["table"] else len(rows))
    return max(found, exact(rule.get("of", 0)))


def _reach(rule: Rule, today: date) -> date:
    return date.max if rule.get("of_date") == "计划开工" else today


def _open_rows(known: Known, rule: Rule, unit: str) -> list[Row]:
    return _mine(known.tables[rule.get("of_table", rule["table"]) if "of_where" in rule else rule["table"]], unit)


def _opens(rule: Rule, row: Row, span: Period, today: date) -> bool:
    """How this row ends is still to come: of the denominator's rows where there are any, else of those in the window."""
    if "open_where" not in rule or not OPEN[rule["open_where"]](row, today):
        return False
    if "of_where" in rule:
        return bool(WHERE[rule["of_where"]](row)) and _in(row, rule.get("of_date"), span, _reach(rule, today))
    return _in(row, rule.get("date_field"), span, today)
