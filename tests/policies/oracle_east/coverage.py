"""Duties that ask for one report per project: a unit has reported when every project in scope has.

A project owes from the first period that begins on or after its coming (B-78): the period in which it came is free and no part
of the coverage, also where it was reported all the same (B-52). 常州 asks for the period in which it leaves, too (production and acceptance are what the
monthly analysis wants to hear of); 南陵 for those that are still at it on the month's last day (B-52). A week without a
working day is free (B-51): a report in time is one, a later one is never late.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from tests.policies.oracle_east.kit import Draw, Period, Said, duty, periods
from tests.policies.statutory import DAY, is_workday, plus_months

Row = dict[str, Any]


def _first(row: Row, *titles: str) -> date | None:
    return next((row[title] for title in titles if title in row), None)


class Coverage(NamedTuple):
    """`since`: the day from which a project owes; `over`: the day from which it does not; `to_the_last`: whether it owes
    for the period in which that day falls."""

    rule: str
    scheme: str
    kind: str
    projects: str
    reports: str
    since: Callable[[Row], date | None]
    over: Callable[[Row], date | None]
    owes: Callable[[Row], bool]
    last: Callable[[Period], date]
    lead: int
    to_the_last: bool = True

    def scope(self, projects: list[Row], reports: list[Row], span: Period, today: date) -> list[Row]:
        return [row for row in projects if self._in_scope(row, reports, span, today)]

    def _in_scope(self, row: Row, reports: list[Row], span: Period, today: date) -> bool:
        start, over = self.since(row), self.over(row)
        if start is None or start > min(today, span.last) or not self.owes(row):
            return False
        if over is not None and over <= today and over <= (span.first - DAY if self.to_the_last else span.last):
            return False
        return start <= span.first

    def said(self, projects: list[Row], reports: list[Row], span: Period, today: date) -> Said:
        """Of one unit: its projects, all reports."""
        due = self.last(span)
        rows = self.scope(projects, reports, span, today)
        came = [self.came(row, reports, span, today) for row in rows]
        days = [day for day in came if day is not None]
        idle = not any(is_workday(span.first + n * DAY) for n in range((span.last - span.first).days + 1))
        if not rows or (idle and not days):
            return Said("免报")
        told = duty(due, max(days) if idle or len(days) == len(rows) else None, today, self.lead)
        return Said("免报") if idle and told.status.startswith("逾期") else told

    def came(self, row: Row, reports: list[Row], span: Period, today: date) -> date | None:
        mine = [r for r in reports if r["项目名称"] == row["项目名称"] and r["期"] == span.name and r["日"] <= today]
        return min((r["日"] for r in mine), default=None)


def _end(span: Period) -> date:
    return span.last


def _next_20th(span: Period) -> date:
    return plus_months(span.first, 1).replace(day=20)


VISITS = Coverage(
    "Z-12", "changzhou", "week", "亿元项目库", "走访记录",
    lambda r: _first(r, "立项实际日期", "开工实际日期"), lambda r: r.get("竣工验收通过日期"), lambda r: True, _end, 1,
)  # fmt: skip
PROGRESS = Coverage(
    "Z-5.c", "changzhou", "month", "亿元项目库", "月度进展",
    lambda r: _first(r, "签约实际日期", "立项实际日期", "开工实际日期"), lambda r: r.get("投产实际日期"), lambda r: True, _end, 3,
)  # fmt: skip
OPERATION = Coverage(
    "Z-23", "changzhou", "month", "亿元项目库", "生产经营月报",
    lambda r: r["竣工验收通过日期"] + DAY if "竣工验收通过日期" in r else None, lambda r: None, lambda r: True, _next_20th, 3,
)  # fmt: skip
MONITORING = Coverage(
    "N-12", "nanling", "month", "项目库", "月度监测",
    lambda r: _first(r, "入库日期", "签约日期", "开工实际日期"), lambda r: r.get("达产实际日期"), lambda r: r.get("是否重点") == "是", _end, 3, False,
)  # fmt: skip
ALL = (VISITS, PROGRESS, OPERATION, MONITORING)
UNITS = {"changzhou": ("新北区", "武进区", "金坛区"), "nanling": ("籍山镇", "弋江镇", "三里镇")}
NODES = {
    "changzhou": ("签约实际日期", "立项实际日期", "开工实际日期", "竣工验收通过日期", "投产实际日期"),
    "nanling": ("入库日期", "签约日期", "开工实际日期", "达产实际日期"),
}


def draw(d: Draw, item: Coverage) -> tuple[list[Row], list[Row]]:
    """A few projects per unit that come and go at the edges of periods, and reports of most of them."""
    projects: list[Row] = []
    for number in range(9):
        row: Row = {"项目名称": f"P{number}", "填报单位": d.choice(UNITS[item.scheme])}
        day = _edge(d, item)
        for title in NODES[item.scheme]:
            if d.maybe(0.6):
                row[title] = min(day, d.today)
            day = max(day, _edge(d, item)) if d.maybe(0.7) else day
        row |= {"是否重点": d.choice("是是否")} if item.scheme == "nanling" else {}
        projects.append(row)
    reports = [
        {"项目名称": row["项目名称"], "填报单位": row["填报单位"], "期": span.name, "日": _day(d, item, span)}
        for row in projects
        for span in spans(item, d.today)
        if d.maybe(0.7)
    ]
    return projects, reports


def spans(item: Coverage, today: date) -> list[Period]:
    return periods(item.kind, today - (40 if item.kind == "week" else 150) * DAY, today)


def _edge(d: Draw, item: Coverage) -> date:
    span = d.choice(spans(item, d.today))
    return d.choice([span.first, span.last, span.first - DAY, span.first + DAY, span.first - 300 * DAY])


def _day(d: Draw, item: Coverage, span: Period) -> date:
    if item is VISITS:  # a visit is of the week in which it is made
        return d.choice([span.first, span.last])
    return item.last(span) + d.choice([-5, -1, 0, 1]) * DAY if item is OPERATION else span.first


def typed(item: Coverage, report: Row) -> Row:
    """The row of a report as a clerk fills it in."""
    row = {title: report[title] for title in ("项目名称", "填报单位")}
    if item is VISITS:
        return {**row, "走访日期": report["日"].isoformat(), "走访人": "张三"}
    if item is OPERATION:
        return {**row, "月份": report["期"], "报送日期": report["日"].isoformat(), "产值": "0"}
    return {**row, "月份": report["期"], "本月无变化": "是"}
