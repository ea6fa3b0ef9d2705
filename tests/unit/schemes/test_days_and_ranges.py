"""`scheme check` on days that cannot be meant and on ranges that hold nothing, or hold one number twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.schemes import wrong_lines

DUTY = "kind: cadence, period: %s"
ROWS = "kind: cadence, table: project, subject: record, period: month, evidence: monthly"
GOAL = "kind: target, table: project, goal: 5"
GAP = "kind: variance, table: monthly, actual: 累计投资, expected: 项目.总投资"

DAYS = {
    "a day of the month": (DUTY % "month, due_day: 31", "", ""),
    "no day of a month": (DUTY % "month, due_day: 40", ".due_day", "每月的 due_day 是几号，1到31；现在写的是“40”"),
    "no day at all": (DUTY % "month, due_day: -1", ".due_day", "现在写的是“-1”"),
    "a weekday": (DUTY % "week, due_day: 7", "", ""),
    "no weekday": (DUTY % "week, due_day: 8", ".due_day", "每周的 due_day 是星期几，1到7"),
    "no day of a quarter": (DUTY % "quarter, due_day: 85", ".due_day", "那个月的几号，1到31；现在写的是“85”；再往后的写 due_offset"),
    "the last month of a quarter": (DUTY % "quarter, due_day: 25, due_month: -1", "", ""),
    "no month of a quarter": (DUTY % "quarter, due_day: 5, due_month: 4", ".due_month", "每季的 due_month 是1到3，或 -1 是最后一个月；现在写的是“4”"),
    "a month has no months": (DUTY % "month, due_day: 5, due_month: 2", ".due_month", "每月没有第几个月，不写 due_month"),
    "days of a month's tenths": (DUTY % "ten_days, due_days: [9, 19, 28]", "", ""),
    "days of a month's halves": (DUTY % "half_month, due_days: [14, 28]", "", ""),
    "a day of the other half": (DUTY % "half_month, due_days: [16, 28]", ".due_days[1]", "上半月的日子应在1到15号之间；现在写的是“16”"),
    "a day no half month has": (DUTY % "half_month, due_day: 17", ".due_day", "每半月的 due_day 是半个月里的第几天，1到16"),
    "a day of another tenth": (DUTY % "ten_days, due_days: [9, 9, 28]", ".due_days[2]", "中旬的日子应在11到20号之间；现在写的是“9”"),
    "a day no month has": (DUTY % "ten_days, due_days: [9, 19, 45]", ".due_days[3]", "下旬的日子应在21到31号之间"),
    "another last day": (DUTY % 'month, due_dates: {"2025-01": 2025-02-15}', "", ""),
    "a last day of another kind": (DUTY % 'month, due_dates: {"2025Q1": 2025-02-15}', ".due_dates.2025Q1", "“2025Q1”不是每月报的一期，写成 2025-06 这样"),
    "a last day too early": (DUTY % 'month, due_dates: {"2025-03": 2024-04-05}', ".due_dates.2025-03", "这一期 2025-03-01 才开始；请核对年份"),
    "an end before its start": (DUTY % "month, start: 2025-06-01, end: 2025-01-01", ".end", "end 是 2025-01-01，早于 start 的 2025-06-01"),
    "rows of no table": (DUTY % "month, subject: record", ".subject", "subject: record（一行报一次）要写 table"),
    "every row of no table": (DUTY % "month, coverage: all", ".coverage", "coverage: all（每一行都要报到）要写 table"),
    "a date of no table": (DUTY % "month, since: 开工日期", ".since", "since 是行里的日期，要写 table"),
    "nobody responsible": (DUTY % "month, subject: responsible", ".subject", "要写 responsible（哪个部门）"),
    "somebody responsible": (DUTY % "month, subject: responsible, responsible: [县发改委]", "", ""),
    "reports of no period": (DUTY % "month, evidence: monthly", ".evidence", "要写 evidence_period（哪一列写明是哪一期）或 evidence_date"),
    "any change is the report": (DUTY % "month, evidence: monthly, updates: true", "", ""),
    "a period of no reports": (DUTY % "month, evidence_period: 月份", ".evidence_period", "写了 evidence_period 要写 evidence"),
    "rows with a period": (ROWS + ", evidence_period: 月份", "", ""),
    "rows with a date": (ROWS + ", evidence_date: 报送日期", "", ""),
    "a drop-down for the period": (ROWS + ", evidence_period: 手续灯", ".evidence_period", "“手续灯”是 type: choice 的列，写不了哪一期；要 type: month"),
    "a goal from and until": (GOAL + ", since: 2025-07-01, until: 2025-07-01", "", ""),
    "a goal until before from": (GOAL + ", since: 2025-07-01, until: 2025-06-30", ".until", "until 是 2025-06-30，早于 since 的 2025-07-01"),
    "figures of a month": (GAP + ", at: 月份", "", ""),
    "figures of a date": (GAP + ", at: 报送日期", "", ""),
    "figures of a name": (GAP + ", at: 项目名称", ".at", "“项目名称”是 type: project_name 的列，看不出数是哪一天的"),
}  # fmt: skip

TIERS = "kind: tier, table: project, value: 总投资, into: 档, bands: [%s]"
BANDS = "kind: bands, table: project, value: 总投资, into: 档, bands: [%s]"
SCORE = "kind: score, period: quarter, terms: [{name: 甲, measure: {fixed: {东乡: 3}}%s}]%s"

RANGES = {
    "tiers that meet": (TIERS % "{name: 大, low: 1亿元}, {name: 小, high: 1亿元}", "", ""),
    "a tier that is not set": (TIERS % "{name: 大, low: 1亿元}, {name: 小}", "", ""),
    "a tier of nothing": (TIERS % "{name: 大, low: 5亿元, high: 1亿元}", ".bands[大].low", "“大”里一个数也没有：下限 5亿元，上限 1亿元"),
    "a tier of one number, left out": (TIERS % "{name: 大, low: 5, high: 5}", ".bands[大].low", "一个数也没有"),
    "tiers that overlap": (TIERS % "{name: 大, low: 5亿元}, {name: 中, low: 1亿元, high: 6亿元}", ".bands[中]", "“中”和“大”重叠（50000到60000两档都算）"),
    "one tier in two": (TIERS % "{name: 大, low: 5}, {name: 大, low: 1, high: 5}", ".bands[大]", "“大”写了两次，两段又连着"),
    "the outer two of one name": (TIERS % "{name: 特, low: 5}, {name: 中, low: 1, high: 5}, {name: 特, high: 1}", "", ""),
    "bands that overlap as the text does": (BANDS % '{name: 甲, range: 10以上}, {name: 乙, range: "[5, 20]"}', "", ""),
    "one band in two": (BANDS % '{name: 红, range: 不满1}, {name: 红, range: "[1, 2)"}', ".bands[红].range", "“红”写了两次"),
    "the outer two bands of one name": (BANDS % "{name: 红, range: 不满1}, {name: 绿, range: \"[1, 2]\"}, {name: 红, range: 超过2}", "", ""),
    "grades that meet": (SCORE % ("", ", grades: [{name: 优, range: 90以上}, {name: 良, range: \"[80, 90)\"}]"), "", ""),
    "grades that overlap": (SCORE % ("", ", grades: [{name: 优, range: 90以上}, {name: 良, range: 80以上}]"), ".grades[良].range", "“良”和“优”重叠（90以上两档都算）"),
    "grades that share a number": (SCORE % ("", ", grades: [{name: 优, range: 90以上}, {name: 良, range: 不超过90}]"), ".grades[良].range", "重叠（90两档都算）"),
    "a grade with a unit": (SCORE % ("", ", grades: [{name: 优, range: 90%以上}]"), ".grades[优].range", "界限“90%”应是一个数"),
    "a cap under its floor": (SCORE % ("", ", cap: 10, floor: 20"), ".cap", "cap（最多）是 10，比 floor（最少）20 还小"),
    "a term's cap under its floor": (SCORE % (", cap: 1, floor: 5", ""), ".terms[甲].cap", "cap（最多）是 1，比 floor（最少）5 还小"),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "place", "words"), {**DAYS, **RANGES}.values(), ids={**DAYS, **RANGES})
def test_what_cannot_be_meant_is_told_with_its_place(tmp_path: Path, rule: str, place: str, words: str) -> None:
    wrong_lines.told(tmp_path, rule, place, words)


def test_all_wrong_ranges_of_a_rule_are_told_at_once(tmp_path: Path) -> None:
    wrong = (
        '{name: 甲, range: 0-10}, {name: 乙, range: "(5, 1]"}, {name: 丙, range: "[1, 2"}, {name: 丁, range: 一百以上}'
    )
    found = wrong_lines.said(tmp_path, BANDS % wrong)
    assert [place for _, place, _ in found] == [f"rules[B-1].bands[{name}].range" for name in "丁丙乙甲"]
    assert ["不是范围" in message for _, _, message in found] == [True, True, False, True]


@pytest.mark.parametrize("key", ["effective_to", "ends"])
def test_a_scheme_that_ends_before_it_begins(tmp_path: Path, key: str) -> None:
    found = wrong_lines.said(tmp_path, reports=f"{key}: 2024-12-31\n")
    assert [(path, message) for _, path, message in found] == [
        (key, f"{key} 是 2024-12-31，早于 effective_from 的 2025-01-01；请核对两个日期")
    ]
