"""Periodic duties of the three texts: who owes what for which period, until when, and what counts as done.

A duty starts with the period in which the document comes into force. What was sent early is in time; what is dated after
today has not come; the first complete report counts, a correction after it changes nothing (B-29, matrix Q-23).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, NamedTuple

from tests.policies.oracle_east.kit import Draw, Period, Said, duty, periods
from tests.policies.statutory import DAY

Row = dict[str, Any]
LEADS = {"week": 1, "month": 3, "quarter": 3, "half": 30, "year": 30}  # matrix 0.6, DESIGN §9


class Duty(NamedTuple):
    """A report of a whole unit or office. `unit` is the office, "" = every unit reports in its own book; `parts`: all of
    them must come; `day`: a column with the day on which it came, "" = not asked; `when`: which rows are the report."""

    rule: str
    kind: str
    start: date
    table: str
    unit: str = ""
    named: str = ""
    day: str = ""
    part: str = ""
    parts: tuple[str, ...] = ()
    when: tuple[str, str] = ("", "")
    last: Callable[[Period], date] = lambda span: span.last

    def came(self, rows: Iterable[Row], unit: str, span: Period, today: date) -> date | None:
        """The day on which the report was complete."""
        mine = [row for row in rows if self._is_report(row, unit, span) and (not self.day or row[self.day] <= today)]
        if not self.parts:
            return min((self._day(row, span) for row in mine), default=None)
        first: dict[str, date] = {}
        for row in mine:
            for part in row[self.part]:
                first[part] = min(first.get(part, date.max), self._day(row, span))
        return max(first[part] for part in self.parts) if set(self.parts) <= set(first) else None

    def _day(self, row: Row, span: Period) -> date:
        return row[self.day] if self.day else span.first

    def _is_report(self, row: Row, unit: str, span: Period) -> bool:
        if (not self.unit and row["填报单位"] != unit) or (self.when[0] and row.get(self.when[0]) != self.when[1]):
            return False
        if self.named and row.get(self.named):
            return bool(row[self.named] == span.name)
        return bool(self.day) and span.first <= row[self.day] <= span.last

    def said(self, rows: Iterable[Row], unit: str, span: Period, today: date) -> Said:
        return duty(self.last(span), self.came(rows, unit, span, today), today, LEADS[self.kind])


def _28th(span: Period) -> date:
    return span.first.replace(day=28)


QUANZHOU = (  # in force since 2016; ¶22, ¶23, ¶25
    Duty("Q-19", "quarter", date(2016, 1, 1), "督查记录", "市重点办", "督查季度", "督查日期"),
    Duty("Q-20", "month", date(2016, 1, 1), "协调会", "市重点办", "会议月份", "会议日期"),
    Duty("Q-21", "month", date(2016, 1, 1), "报送记录", "", "期次", "报送日期", "类别", ("招商签约",)),
    Duty("Q-22", "month", date(2016, 1, 1), "报送记录", "", "期次", "报送日期", "类别", ("增资投产",)),
    Duty("Q-23", "month", date(2016, 1, 1), "报送记录", "", "期次", "报送日期", "类别", ("谋划", "签约", "开工", "竣工"), last=_28th),
    Duty("Q-24", "month", date(2016, 1, 1), "增资投产报送", "市经信委", "期次", "报送日期", last=_28th),
    Duty("Q-25", "half", date(2016, 1, 1), "督查考核", "市效能办", "考核半年", "考核日期"),
)  # fmt: skip
NANLING = (  # issued 2022-03-08; 二(三), 三(四), 三(五)
    Duty("N-16", "month", date(2022, 3, 8), "督查结果", "县督查室", "月份"),
    Duty("N-20", "month", date(2022, 3, 8), "梳理汇总和通报", "县发改委", "月份", "通报日期", "内容", ("项目进展", "行业投资", "问题解决")),
    Duty("N-25", "month", date(2022, 3, 8), "梳理汇总和通报", "县发改委", "月份", "通报日期", "内容", ("分行业通报", "分区域通报")),
    Duty("N-23.b", "month", date(2022, 3, 8), "统计资料报送", "", "月份", "报送日期"),
)  # fmt: skip
CHANGZHOU = (  # issued 2024-08-16; 一(二), 二(一)1, 二(二)1
    Duty("Z-5", "month", date(2024, 8, 16), "市级调度观摩", "市发改委", "分析月份", "日期", when=("类别", "月调度")),
    Duty("Z-10", "quarter", date(2024, 8, 16), "培训记录", "市商务局", "季度", "培训日期", when=("培训类别", "招商人员培训")),
    Duty("Z-13", "month", date(2024, 8, 16), "调度观摩", "", "", "日期", when=("类别", "月调度")),
    Duty("Z-14", "quarter", date(2024, 8, 16), "调度观摩", "", "", "日期", when=("类别", "季观摩")),
    Duty("Z-14.b", "quarter", date(2024, 8, 16), "市级调度观摩", "市发改委", "", "日期", when=("类别", "季观摩")),
)  # fmt: skip
UNITS = {"quanzhou": ("晋江市", "石狮市"), "nanling": ("籍山镇", "弋江镇"), "changzhou": ("新北区", "武进区")}
DUTIES = {"quanzhou": QUANZHOU, "nanling": NANLING, "changzhou": CHANGZHOU}
WANTED = {  # columns that a row cannot do without
    "督查记录": "督查对象", "市级调度观摩": "内容", "调度观摩": "内容", "培训记录": "培训内容", "督查考核": "责任单位", "督查结果": "项目名称",
}  # fmt: skip


def draw(d: Draw, scheme: str) -> dict[str, list[Row]]:
    """Reports of the last two years: early, on the last day, a day late, in parts, twice, and some not at all."""
    tables: dict[str, list[Row]] = {}
    for item in DUTIES[scheme]:
        rows = tables.setdefault(item.table, [])
        for span in periods(item.kind, d.today - 420 * DAY, d.today):
            for _ in range(d.choice([0, 1, 1, 2])):
                rows.append(_report(d, item, span, scheme))
    return tables


def _report(d: Draw, item: Duty, span: Period, scheme: str) -> Row:
    row: Row = {"填报单位": d.choice(UNITS[scheme])} if not item.unit else {}
    if item.named and (item.rule not in ("Z-5", "Z-10") or d.maybe(0.7)):
        row[item.named] = span.name
    if item.day:
        row[item.day] = item.last(span) + d.choice([-40, -3, -1, 0, 0, 1, 2, 31]) * DAY
    if item.when[0]:
        row[item.when[0]] = item.when[1]
    if item.parts:
        row[item.part] = d.sample(item.parts, d.randint(1, len(item.parts)))
    return row


def typed(item: Duty, row: Row) -> dict[str, str]:
    """The row as a clerk fills it in."""
    texts = {title: "、".join(v) if isinstance(v, list) else str(v) for title, v in row.items()}
    return {**texts, **({WANTED[item.table]: "晋江市"} if item.table in WANTED else {})}
