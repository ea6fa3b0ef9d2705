"""Checks of days and periods in rules: last days that no month has, periods of another kind, an end before its start,
duties of which nobody can tell who owes them or what counts as the report.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from validators.periods import parse_period
from validators.rules.measures import Measure
from validators.scheme.rule_parts import Ground, Problem, Wanted, parts
from validators.scheme.source import Loc
from validators.values import DATE_TYPES

_LAST_DAY = {
    "day": 1,
    "week": 7,
    "ten_days": 11,
    "half_month": 16,
}  # a longer period counts the days of its first month
_PERIODS = frozenset({"period", "week", "ten_days", "half_month", "month", "quarter", "half", "year"})
_PARTS = {  # of a month, which `due_days` names
    "ten_days": (("上旬", 1, 10), ("中旬", 11, 20), ("下旬", 21, 31)),
    "half_month": (("上半月", 1, 15), ("下半月", 16, 31)),
}
_NAMES = {
    "day": "每天",
    "week": "每周",
    "ten_days": "每旬",
    "half_month": "每半月",
    "month": "每月",
    "quarter": "每季",
    "half": "每半年",
    "year": "每年",
}
_MONTHS = {"quarter": 3, "half": 6, "year": 12}
EXAMPLES = {  # of each kind of period, as it is kept
    "day": "2025-06-30", "week": "2025-W24", "ten_days": "2025-06上旬", "half_month": "2025-06上半月", "month": "2025-06", "quarter": "2025Q2",
    "half": "2025H1", "year": "2025",
}  # fmt: skip
_OF_EVIDENCE = (
    "evidence_period", "evidence_date", "evidence_link", "evidence_unit", "evidence_when", "evidence_part",
)  # fmt: skip


def check_days(ground: Ground, loc: Loc, rule: Any) -> Iterator[Problem]:
    """Of one rule."""
    if rule.kind == "cadence":
        yield from _order(loc, rule, "start", "end")
        yield from _due(loc, rule)
        yield from _due_dates(loc, rule, ground.scheme.year_from)
        yield from _subject(loc, rule)
        yield from _evidence(ground, loc, rule)
    elif rule.kind == "target":
        yield from _order(loc, rule, "since", "until")
    elif rule.kind == "variance" and rule.at:
        yield from _figures(ground, loc, rule)
    if not getattr(rule, "period", None):
        yield from _earlier(loc, rule)


def _order(loc: Loc, rule: Any, first: str, last: str) -> Iterator[Problem]:
    start, end = getattr(rule, first), getattr(rule, last)
    if start is not None and end is not None and start > end:
        yield (*loc, last), f"{last} 是 {end}，早于 {first} 的 {start}；请核对两个日期"


def _due(loc: Loc, rule: Any) -> Iterator[Problem]:
    most = _LAST_DAY.get(rule.period, 31)
    if not 0 <= rule.due_day <= most:
        counted = {"week": "星期几，1到7", "day": "只能写1", "ten_days": "旬里的第几天，1到11"}
        counted["half_month"] = "半个月里的第几天，1到16；写几号用 due_days"
        what = counted.get(rule.period, "那个月的几号，1到31" if rule.period != "month" else "几号，1到31")
        later = "；再往后的写 due_offset（往后几期）或 due_n（加几天）" if rule.due_day > most else ""
        yield (*loc, "due_day"), f"{_NAMES[rule.period]}的 due_day 是{what}；现在写的是“{rule.due_day}”{later}"
    if rule.due_month:
        months = _MONTHS.get(rule.period)
        if months is None:
            yield (
                (*loc, "due_month"),
                f"{_NAMES[rule.period]}没有第几个月，不写 due_month；due_month 用于季报、半年报、年报",
            )
        elif not 1 <= abs(rule.due_month) <= months:
            wanted = f"1到{months}，或 -1 是最后一个月"
            yield (*loc, "due_month"), f"{_NAMES[rule.period]}的 due_month 是{wanted}；现在写的是“{rule.due_month}”"
    for at, (day, (name, first, last)) in enumerate(zip(rule.due_days, _PARTS.get(rule.period, ()), strict=False)):
        if not first <= day <= last:
            yield (*loc, "due_days", at), f"{name}的日子应在{first}到{last}号之间；现在写的是“{day}”"


def _due_dates(loc: Loc, rule: Any, year_from: int) -> Iterator[Problem]:
    for text, day in rule.due_dates.items():
        period = parse_period(text, year_from)
        place: Loc = (*loc, "due_dates", text)
        if rule.every == 1 and period.kind != rule.period:
            yield place, f"“{text}”不是{_NAMES[rule.period]}报的一期，写成 {EXAMPLES[rule.period]} 这样"
        elif day < period.first:
            yield place, f"“{text}”的最后一天写的是 {day}，这一期 {period.first} 才开始；请核对年份"


def _subject(loc: Loc, rule: Any) -> Iterator[Problem]:
    """Who owes it must be said, and the rows it is about."""
    if rule.subject == "responsible" and not rule.responsible:
        yield (*loc, "subject"), Wanted("subject: responsible（由责任单位报）要写 responsible（哪个部门）")
    if rule.subject == "departments" and not (rule.departments or rule.responsible):
        yield (*loc, "subject"), Wanted("subject: departments（几个部门各报各的）要写 departments（哪些部门）")
    if rule.table:
        return
    rows = "subject: record（一行报一次）" if rule.subject == "record" else "coverage: all（每一行都要报到）"
    if rule.subject == "record" or rule.coverage == "all":
        yield (*loc, "subject" if rule.subject == "record" else "coverage"), Wanted(f"{rows}要写 table（哪张表的行）")
    for key in ("since", "until"):
        if getattr(rule, key):
            yield (*loc, key), Wanted(f"{key} 是行里的日期，要写 table（哪张表的行）")


def _evidence(ground: Ground, loc: Loc, rule: Any) -> Iterator[Problem]:
    if not rule.evidence:
        for key in _OF_EVIDENCE:
            if getattr(rule, key):
                yield (*loc, key), Wanted(f"写了 {key} 要写 evidence（哪张表的行算报了）")
        return
    if not (rule.evidence_period or rule.evidence_date or rule.updates):
        told = (
            "写了 evidence 要写 evidence_period（哪一列写明是哪一期）或 evidence_date（看哪个日期），不然一行也不算报了"
        )
        yield (*loc, "evidence"), Wanted(told)
    field = _field(ground, rule.evidence, rule.evidence_period)
    allowed = _PERIODS | {"text"} | (DATE_TYPES if rule.period == "day" else frozenset())
    if field is not None and field.type not in allowed:
        told = (
            f"“{field.title}”是 type: {field.type} 的列，写不了哪一期；要 type: {rule.period}，看日期的写 evidence_date"
        )
        yield (*loc, "evidence_period"), told


def _figures(ground: Ground, loc: Loc, rule: Any) -> Iterator[Problem]:
    field = _field(ground, rule.table, rule.at)
    if field is not None and field.type not in _PERIODS | DATE_TYPES:
        told = f"“{field.title}”是 type: {field.type} 的列，看不出数是哪一天的；at 要写期次或日期列，空着是今天"
        yield (*loc, "at"), told


def _earlier(loc: Loc, rule: Any) -> Iterator[Problem]:
    """What is compared with an earlier period has periods."""
    for place, part in parts(rule, loc):
        if isinstance(part, Measure) and part.ago:
            told = "ago（上一期、上年同期）要知道是哪一期的：这条规则写 period（如 period: month）"
            yield (*place, "ago"), Wanted(told)


def _field(ground: Ground, table: str, text: str) -> Any:
    """The column of a table that a text names, None where that is not one."""
    model = next((item for item in ground.scheme.tables if item.name == table), None)
    named = [item for item in model.fields if text in (item.name, item.title, *item.aliases)] if model and text else []
    return named[0] if len(named) == 1 and text not in ground.lost else None


def check_term(first: date | None, last: date | None, place: Loc, keys: tuple[str, str]) -> Iterator[Problem]:
    """Of the scheme's own days."""
    if first is not None and last is not None and first > last:
        yield place, f"{keys[1]} 是 {last}，早于 {keys[0]} 的 {first}；请核对两个日期"
