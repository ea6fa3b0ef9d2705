"""`scheme check` on words that can never stand where a rule expects them: in conditions, as keys, as names of results."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.schemes import wrong_lines

PROJECT = "kind: elapsed, table: project, from: 开工日期, to: 竣工日期, n: 3"
MONTHLY = "kind: elapsed, table: monthly, from: 报送日期, to: 期末(月份), n: 3"
LIMITS = "kind: elapsed, table: project, from: 开工日期, to: 竣工日期, limits: {by: [选址, 规模], rows: {%s}}"
FLAGS = "kind: consequence, table: monthly, result: %s, flags: {%s: [约谈]}"
STREAK = "kind: streak, table: monthly, period: 月份, subject: [项目名称], flag: 约谈, result: %s, bad: [%s]"
LEVELS = "kind: escalate, table: monthly, period: 月份, levels: [{n: 3, name: 约谈}], result: %s, bad: [%s]"
LIGHTS = "kind: lights, table: monthly, lights: [%s], order: [%s], into: 总灯"

CASES = {
    "a value of the drop-down": (PROJECT + ", when: 选址 = '租用厂房'", "", ""),
    "a misspelt value": (PROJECT + ", when: 选址 = '租用场房'", ".when", "第1行第6字：“选址”不会是“租用场房”；是不是“租用厂房”？"),
    "another spelling of a value": (PROJECT + ", when: 选址 != '厂房'", ".when", "“厂房”读成“租用厂房”，“选址”不会是“厂房”"),
    "one of several": (PROJECT + ", when: \"选址 属于 ['租用厂房', '自建']\"", ".when", "第1行第16字：“选址”不会是“自建”"),
    "none of several": (PROJECT + ", when: \"选址 不属于 ['自建']\"", ".when", "“选址”不会是“自建”"),
    "a word of no value": (PROJECT + ", when: 选址 = '买地'", ".when", "会有的是租用厂房、自行建设"),
    "the list by its name": (PROJECT + ", when: 选址 属于 sites", "", ""),
    "of the parent": (MONTHLY + ", when: 项目.选址 = '租用场房'", ".when", "是不是“租用厂房”？"),
    "a column of several values": (PROJECT + ", when: \"包含(行业, '红登')\"", ".when", "“行业”不会是“红登”；是不是“红灯”？"),
    "a word in such a column": (PROJECT + ", when: \"'红灯' 属于 行业\"", "", ""),
    "another word in such a column": (PROJECT + ", when: \"'红登' 属于 行业\"", ".when", "是不是“红灯”？"),
    "a part of a text": (PROJECT + ", when: \"包含(选址, '厂')\"", "", ""),
    "a list that only warns": (PROJECT + ", when: 标签 = '丙'", "", ""),
    "free text": (PROJECT + ", when: 原因 = '无'", "", ""),
    "a month as it is kept": (MONTHLY + ", when: 月份 = '2025-03'", "", ""),
    "a month as people write it": (MONTHLY + ", when: 月份 != '2025年3月'", ".when", "“月份”里的期次不会写成“2025年3月”，要写成 2025-06 这样"),
    "a month without its nought": (MONTHLY + ", when: \"月份 属于 ['2025-3']\"", ".when", "要写成 2025-06 这样"),
    "a quarter for a month": (MONTHLY + ", when: 月份 = '2025Q1'", ".when", "要写成 2025-06 这样"),
    "a band": (PROJECT + ", when: 规模 = '大'", "", ""),
    "no band": (PROJECT + ", when: 规模 = '特大'", ".when", "“规模”不会是“特大”；是不是“大”？"),
    "a stage": (PROJECT + ", when: 当前阶段 != '在建'", "", ""),
    "no stage": (PROJECT + ", when: 当前阶段 != '在健'", ".when", "“当前阶段”不会是“在健”；是不是“在建”？"),
    "a light or what no band holds": (MONTHLY + ", when: \"投资灯 属于 ['绿灯', '未规定']\"", "", ""),
    "a light nobody lights": (MONTHLY + ", when: 投资灯 = '黄灯'", ".when", "“投资灯”不会是“黄灯”"),
    "a duty's rows": ("kind: cadence, table: project, period: month, subject: record, when: 选址 = '厂'", ".when", "“选址”不会是“厂”"),
    "a condition in a measure": ("kind: rank, period: quarter, by: {table: monthly, where: 手续灯 = '红登'}", ".by.where", "是不是“红灯”？"),
    "a pause in a checked row": ("kind: integrity, table: project, checks: [{test: 选址 != '租', text: x}]", ".checks[1].test", "“选址”不会是“租”"),
    "keys of limits": (LIMITS % "租用厂房|大: 3, '*|小': 4, 自行建设|*: 5", "", ""),
    "a key of limits": (LIMITS % "租用场房|大: 3", ".limits.rows.租用场房|大", "“选址”不会是“租用场房”"),
    "the second part of a key": (LIMITS % "租用厂房|中: 3", ".limits.rows.租用厂房|中", "“规模”不会是“中”"),
    "results with flags": (FLAGS % ("手续灯", "红灯"), "", ""),
    "no result with flags": (FLAGS % ("手续灯", "红登"), ".flags.红登", "是不是“红灯”？"),
    "results that take it away": (FLAGS % ("手续灯", "红灯") + ", unless: [绿登]", ".unless[1]", "是不是“绿灯”？"),
    "bad results": (STREAK % ("手续灯", "红灯"), "", ""),
    "no bad result": (STREAK % ("手续灯", "红登"), ".bad[1]", "是不是“红灯”？"),
    "levels of no result": (LEVELS % ("投资灯", "红登"), ".bad[1]", "是不是“红灯”？"),
    "lights in order": (LIGHTS % ("投资灯, 手续灯", "绿灯, 黄灯, 红灯"), "", ""),
    "a colour no light has": (LIGHTS % ("手续灯", "绿, 黄灯"), ".order[1]", "这几盏灯不会是“绿”；是不是“绿灯”？"),
    "a colour that two make": (LIGHTS % ("手续灯", "绿灯, 红灯, 紫灯") + ", raises: [{light: 红灯, n: 2, to: 紫灯}]", "", ""),
    "an excuse for no light": ("kind: excuse, table: monthly, value: 投资灯, into: 说明后, why: 累计投资, among: [红登]", ".among[1]", "是不是“红灯”？"),
    "parts of a report": ("kind: cadence, period: month, evidence: monthly, evidence_period: 月份, evidence_part: 手续灯, evidence_parts: [绿登]", ".evidence_parts[1]", "是不是“绿灯”？"),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "place", "words"), CASES.values(), ids=CASES)
def test_a_word_that_can_never_be_is_told_with_its_place(tmp_path: Path, rule: str, place: str, words: str) -> None:
    wrong_lines.told(tmp_path, rule, place, words)


ASKS = "kind: lookup, table: project, lookup: teams, by: [%s], into: 专班%s"


@pytest.mark.parametrize(
    ("rows", "columns", "place", "words"),
    [
        ("租用厂房: 一", ["选址"], "", ""),
        ("租用场房: 一", ["选址"], "lookups.teams.rows.租用场房", "“选址”不会是“租用场房”；是不是“租用厂房”？"),
        ("厂房: 一", ["选址"], "lookups.teams.rows.厂房", "“选址”不会是“厂房”；这里请写“租用厂房”"),
        ("租用厂房: 一", ["选址, 规模"], "lookups.teams.rows.租用厂房", "“租用厂房”有1段，按选址、规模查要2段，用 | 隔开"),
        ("租用厂房: 一, 小: 二", ["选址", "规模"], "", ""),  # each key is asked for by one of the two
        ("无: 一", ["原因"], "", ""),
    ],
)  # fmt: skip
def test_a_key_of_a_lookup_that_nobody_asks_for(
    tmp_path: Path, rows: str, columns: list[str], place: str, words: str
) -> None:
    rules = [ASKS % (by, at) for at, by in enumerate(columns)]
    found = wrong_lines.said(tmp_path, *rules, choices=f"lookups: {{teams: {{rows: {{{rows}}}}}}}\n")
    assert [(path, words in message) for _, path, message in found] == ([(place, True)] if words else []), found


def test_conditions_of_reports_and_sights_are_held_to_the_drop_down_too(tmp_path: Path) -> None:
    reports = "reports: [{id: R-1, title: 表, kind: group, table: project, where: 选址 = '厂', group_by: [unit], measures: {甲: \"个数(选址 = '地')\"}}]"
    sights = "sights: [{departments: [县发改委], table: project, where: 选址 = '买'}]"
    found = wrong_lines.said(tmp_path, reports=f"{reports}\n{sights}\n")
    assert [path for _, path, _ in found] == ["reports[R-1].measures.甲", "reports[R-1].where", "sights[1].where"]
    assert all("“选址”不会是" in message for _, _, message in found)


def test_a_name_that_a_rule_with_a_mistake_derives_is_not_held_to_the_others(tmp_path: Path) -> None:
    lost = "kind: tier, table: project, value: 总投资, into: 规模, bands: [{name: 中, lowest: 3}]"
    found = wrong_lines.said(tmp_path, lost.replace("kind: tier", "kind: teir"), PROJECT + ", when: 规模 = '中'")
    assert [path for _, path, _ in found] == ["rules[B-1].kind"]
