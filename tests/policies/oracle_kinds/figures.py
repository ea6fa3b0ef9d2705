"""Measures and scores as the reference promises them: what is measured, of whom, in which period, and the points it makes.

A rule is read as it stands in the file, a dictionary. Numbers are fractions, None is a number nobody has. Where the text
leaves something open, the reading taken here:

- Counting no row is having nothing to count: no number, but 0 in a share of something, and always in a rank.
- `ago` beside `of` moves what is divided; the divisor has an `ago` of its own.
- Units that have none above them are compared with each other.
- `closed`: a period is told from its last day on.
- A row of a longer period than the one that is scored belongs to the one in which it ends, as a week to its month; while it runs, to the one that
  runs.
- Who has points in a period is whoever any term measured, be it one that does not count for him (he is asked for what is
  missing); `each: unit` adds those who exist on the period's last day.
- 最高, 最低, 平均 and 个数 are of the numbers that points are made of, nought for nothing included (`blank: zero`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from tests.policies.oracle_kinds.kit import Period, Rule, ago, covers, exact, listed, named, periods, shown

Row = dict[str, Any]
KINDS = {
    "东县": "县",
    "西县": "县",
    "甲镇": "镇",
    "乙镇": "镇",
    "丙镇": "镇",
    "丁镇": "镇",
    "戊街道": "街道",
    "己街道": "街道",
}
ABOVE = {"甲镇": "东县", "乙镇": "东县", "戊街道": "东县", "丙镇": "西县", "丁镇": "西县", "己街道": "西县"}
STARTS = date(2024, 1, 1)  # the scheme's first day
FROM, TO = {"丁镇": date(2025, 3, 1)}, {"乙镇": date(2025, 5, 31)}
UNITS = tuple(KINDS)
CODES = {"东县": "x", "西县": "y", "甲镇": "a", "乙镇": "b", "丙镇": "c", "丁镇": "d", "戊街道": "e", "己街道": "f"}


class World(NamedTuple):
    """Everything filled in, on a day. `rules`: the rules by id."""

    tables: Mapping[str, Sequence[Row]]
    today: date
    rules: Mapping[str, Rule]
    known: dict[tuple[str, str, str], Points | None]  # points worked out before


def exists(unit: str, day: date) -> bool:
    return FROM.get(unit, date.min) <= day <= TO.get(unit, date.max)


# conditions and formulas: what is written → what it means ----------------------------------------------------------

WHERE: dict[str, Callable[[Row], bool | None]] = {
    "": lambda row: True,
    "类型 = '工业'": lambda row: None if row.get("类型") is None else row["类型"] == "工业",
    "总投资 >= 5000万元": lambda row: None if row.get("总投资") is None else row["总投资"] >= 5000,
    "行业 = '工业'": lambda row: None if row.get("行业") is None else row["行业"] == "工业",
}
VALUES: dict[str, Callable[[Row], Fraction | None]] = {
    "完成投资": lambda row: _number(row, "完成投资"),
    "完成投资 * 系数": lambda row: _times(_number(row, "完成投资"), _number(row, "系数")),
    "总投资": lambda row: _number(row, "总投资"),
    "分值": lambda row: _number(row, "分值"),
    "分数": lambda row: _number(row, "分数"),
}
Group = Mapping[str, Fraction | None]  # 最高, 最低, 平均, 个数, 全部
FORMULAS: dict[str, Callable[[Fraction, Group], Fraction | None]] = {
    "值": lambda v, g: v,
    "值 * 40": lambda v, g: v * 40,
    "值 / 100": lambda v, g: v / 100,
    "-2 * 值": lambda v, g: -2 * v,
    "最小(值, 1) * 30": lambda v, g: min(v, Fraction(1)) * 30,
    "10 - 0.5 * 向上取整(值)": lambda v, g: 10 - Fraction(1, 2) * -((-v.numerator) // v.denominator),
    "1000 / 值": lambda v, g: None if v == 0 else 1000 / v,
    "如果(最高 = 0, 0, 值 / 最高 * 20)": lambda v, g: Fraction(0) if g["最高"] == 0 else v / g["最高"] * 20,
    "如果(最高 = 最低, 10, 6 + 4 * (值 - 最低) / (最高 - 最低))": lambda v, g: (
        Fraction(10) if g["最高"] == g["最低"] else 6 + 4 * (v - g["最低"]) / (g["最高"] - g["最低"])
    ),
    "如果(值 >= 平均, 10, 0)": lambda v, g: Fraction(10 if v >= g["平均"] else 0),
    "个数 + 0 * 值": lambda v, g: g["个数"],
    "如果(值 >= 全部, 10, 0)": lambda v, g: None if g["全部"] is None else Fraction(10 if v >= g["全部"] else 0),
}
UNIT_WHEN: dict[str, Callable[[str, Period], bool]] = {
    "": lambda unit, span: True,
    "单位类型 = '镇'": lambda unit, span: KINDS[unit] == "镇",
    "单位 != '甲镇'": lambda unit, span: unit != "甲镇",
    "单位类型 != '县'": lambda unit, span: KINDS[unit] != "县",
    "季度(期末) != 1": lambda unit, span: span.last.month > 3,
    "月(期末) = 6 或 月(期末) = 12": lambda unit, span: span.last.month in (6, 12),
}


def _number(row: Row, title: str) -> Fraction | None:
    return None if row.get(title) is None else exact(row[title])


def _times(left: Fraction | None, right: Fraction | None) -> Fraction | None:
    return None if left is None or right is None else left * right


# measures ---------------------------------------------------------------------------------------------------------


def measured(world: World, m: Rule, kind: str, span: Period, subject: str) -> Fraction | None:
    """The number of one subject in one period."""
    found = _plain(world, m, kind, ago(kind, span, m["ago"]) if "ago" in m else span, subject)
    if "of" not in m:
        return found
    if found is None and counts(m):
        found = Fraction(0)
    below = measured(world, m["of"], kind, span, subject)
    return None if found is None or not below else found / below


def counts(m: Rule) -> bool:
    """Whether rows are counted."""
    return "table" in m and "value" not in m


def _plain(world: World, m: Rule, kind: str, span: Period, subject: str | None) -> Fraction | None:
    """Without its divisor. Of all at once where no subject is named."""
    if "fixed" in m:
        named_so = [v for name, v in m["fixed"].items() if subject in (None, name) or CODES.get(subject or "") == name]
        known = [exact(v) for v in named_so if v is not None]
        return sum(known, Fraction(0)) if known else None
    if "rule" in m:
        return _of_rule(world, m, kind, span, subject)
    rows = [row for row in _rows(world, m, span) if subject is None or _subject(m, row) == subject]
    return _together(m, rows)


def _of_rule(world: World, m: Rule, kind: str, span: Period, subject: str | None) -> Fraction | None:
    """The points of another rule, of its periods within this one."""
    other = world.rules[m["rule"]]
    got = []
    for unit in UNITS:
        if subject not in (None, ABOVE.get(unit, unit) if m.get("to") == "above" else unit):
            continue
        for inner in periods(other["period"], span.first, min(span.last, world.today)):
            if covers(span, inner):
                got.append(points(world, other, inner, unit))
    known = [item.value for item in got if item is not None and item.value is not None]
    return _take(m.get("take", "sum"), known) if known else None


def _rows(world: World, m: Rule, span: Period) -> list[Row]:
    return [row for row in world.tables[m["table"]] if WHERE[m.get("where", "")](row) and _belongs(world, m, row, span)]


def _belongs(world: World, m: Rule, row: Row, span: Period) -> bool:
    reach = m.get("span", "period")
    if "date" in m:
        day = row.get(m["date"])
        if day is None or day > world.today:
            return False
        own = Period("", day, day)
    elif "period" in m:
        if row.get(m["period"]) is None:
            return False
        own = named(row[m["period"]])
        if own.first > world.today:
            return False
        own = own._replace(last=own.last if reach == "whole" else min(own.last, world.today))
    else:
        return True
    if reach == "whole":
        return covers(own, span)
    first = {"period": span.first, "year": date(span.last.year, 1, 1), "all": date.min}[reach]
    return first <= own.last <= span.last


def _subject(m: Rule, row: Row) -> str | None:
    found = row.get(m["by"]) if "by" in m else row["填报单位"]
    return ABOVE.get(found, found) if m.get("to") == "above" and found is not None else found


def _together(m: Rule, rows: list[Row]) -> Fraction | None:
    if "value" not in m:
        return Fraction(len(rows)) if rows else None
    valued = [(row, VALUES[m["value"]](row)) for row in rows]
    known = [(row, value) for row, value in valued if value is not None]
    if not known:
        return None
    take = m.get("take", "sum")
    if take == "last":
        return _last(m, known)
    return _take(take, [value for _, value in known])


def _last(m: Rule, known: list[tuple[Row, Fraction]]) -> Fraction:
    """Of each subject the latest row."""
    column, latest = m.get("date") or m["period"], {}
    for row, value in sorted(known, key=lambda pair: str(pair[0][column])):
        latest[row.get(m["by"]) if "by" in m else row["填报单位"]] = value
    return sum(latest.values(), Fraction(0))


def _take(take: str, values: list[Fraction]) -> Fraction:
    if take == "trimmed" and len(values) >= 3:
        values = sorted(values)[1:-1]
    if take in ("mean", "trimmed"):
        return sum(values, Fraction(0)) / len(values)
    return {"sum": lambda v: sum(v, Fraction(0)), "max": max, "min": min}[take](values)


def _all_at_once(world: World, m: Rule, kind: str, span: Period) -> Fraction | None:
    """全部: sum over sum, of everybody's rows."""
    found = _plain(world, m, kind, ago(kind, span, m["ago"]) if "ago" in m else span, None)
    if "of" not in m:
        return found
    below = _all_at_once(world, m["of"], kind, span)
    if found is None and counts(m):
        found = Fraction(0)
    return None if found is None or not below else found / below


# scores -----------------------------------------------------------------------------------------------------------


class Points(NamedTuple):
    """None: 待补条件."""

    value: Fraction | None
    grade: str = ""


def group_of(rule: Rule, unit: str) -> str:
    if "groups" in rule:
        return next((name for name, units in rule["groups"].items() if unit in units or CODES[unit] in units), "")
    return {"": "", "kind": KINDS[unit], "above": ABOVE.get(unit, "")}[rule.get("group", "")]


def scored(world: World, rule: Rule, span: Period) -> list[str]:
    """Who has points in the period."""
    found = [
        unit for unit in UNITS
        if any(measured(world, t["measure"], rule["period"], span, unit) is not None for t in rule["terms"])
        or (rule.get("each") == "unit" and exists(unit, min(span.last, world.today)))
    ]  # fmt: skip
    return [unit for unit in found if UNIT_WHEN[rule.get("when", "")](unit, span)]


def _counted(term: Rule, unit: str, span: Period) -> bool:
    return UNIT_WHEN[term.get("when", "")](unit, span)


def points(world: World, rule: Rule, span: Period, unit: str) -> Points | None:
    key = (rule["id"], span.name, unit)
    if key not in world.known:
        world.known[key] = _points(world, rule, span, unit)
    return world.known[key]


def _points(world: World, rule: Rule, span: Period, unit: str) -> Points | None:
    subjects = scored(world, rule, span)
    if unit not in subjects:
        return None
    total = exact(rule.get("base", 0))
    for term in rule["terms"]:
        if not _counted(term, unit, span):
            continue
        value = _value(world, rule, term, span, unit)
        if value is None and term.get("blank", "ask") == "skip":
            continue
        made = (
            None
            if value is None
            else FORMULAS[term.get("formula", "值")](value, _group(world, rule, term, span, unit, subjects))
        )
        if made is None:
            return Points(None)
        total += exact(term.get("weight", 1)) * _kept(made, term)
    total = _kept(total, rule)
    return Points(total, _grade(world, rule, span, unit, total))


def _value(world: World, rule: Rule, term: Rule, span: Period, unit: str) -> Fraction | None:
    value = measured(world, term["measure"], rule["period"], span, unit)
    return Fraction(0) if value is None and term.get("blank") == "zero" else value


def _kept(value: Fraction, limits: Rule) -> Fraction:
    if limits.get("cap") is not None:
        value = min(value, exact(limits["cap"]))
    return max(value, exact(limits["floor"])) if limits.get("floor") is not None else value


def _group(world: World, rule: Rule, term: Rule, span: Period, unit: str, subjects: list[str]) -> Group:
    mine = [who for who in subjects if group_of(rule, who) == group_of(rule, unit) and _counted(term, who, span)]
    values = [v for v in (_value(world, rule, term, span, who) for who in mine) if v is not None]
    return {
        "最高": max(values),
        "最低": min(values),
        "平均": sum(values, Fraction(0)) / len(values),
        "个数": Fraction(len(values)),
        "全部": _all_at_once(world, term["measure"], rule["period"], span),
    }


VETO_WHEN: dict[str, Callable[[Fraction], bool]] = {"值 > 0": lambda v: v > 0, "值 >= 2": lambda v: v >= 2}
GRADES: dict[str, Callable[[Fraction], bool]] = {
    "90以上": lambda v: v >= 90,
    "[60, 90)": lambda v: 60 <= v < 90,
    "不满60": lambda v: v < 60,
}


def _grade(world: World, rule: Rule, span: Period, unit: str, total: Fraction) -> str:
    grade = next((item["name"] for item in rule.get("grades", ()) if GRADES[item["range"]](total)), "")
    for veto in rule.get("vetoes", ()):
        value = measured(world, veto["measure"], rule["period"], span, unit)
        if value is not None and VETO_WHEN[veto.get("when", "值 > 0")](value):
            grade = veto["becomes"].get(grade, veto["becomes"].get("*", grade))
    return grade


def told(world: World, rule: Rule, unit: str) -> tuple[str, set[str]] | None:
    """What is said of a unit today, and its flags: its latest period in which it has points."""
    for span in reversed(listed(rule["period"], world.today, STARTS)):
        if rule.get("closed") and span.last > world.today:
            continue
        found = points(world, rule, span, unit)
        if found is not None:
            if found.value is None:
                return "待补条件", set()
            return f"{shown(found.value, rule.get('digits', 2))}分", set(rule.get("flags", {}).get(found.grade, ()))
    return None
