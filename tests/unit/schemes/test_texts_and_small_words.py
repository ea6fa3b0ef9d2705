"""`scheme check` on names in braces that nothing fills in, and on small words that are none of the language."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.schemes import wrong_lines

ELAPSED = "kind: elapsed, table: project, from: 开工日期, to: 竣工日期, n: 3"
GAP = "kind: variance, table: monthly, actual: 累计投资, expected: 项目.总投资, at_least: 1"
PLANNED = "kind: planned, table: project, planned: %s, actual: %s"

CASES = {
    "what a sentence may name": (ELAPSED + ', sentence: "开工({from})后{limit}内，应于{deadline}前，{done}"', "", ""),
    "a name in a sentence": (ELAPSED + ', sentence: "{form}后{limit}内"', ".sentence", "没有东西填进“{form}”；是不是“from”？"),
    "no name at all": (ELAPSED + ', sentence: "{}后{limit}内"', ".sentence", "没有东西填进“{}”；可以写{from}、{limit}、{deadline}、{done}"),
    "what is said when behind": (GAP + ", below: '落后{points}个点，{short}'", "", ""),
    "a name when behind": (GAP + ", below: '落后{pionts}个点'", ".below", "没有东西填进“{pionts}”；是不是“points”？"),
    "a name in a tag": ("kind: streak, table: monthly, period: 月份, subject: [项目名称], result: 手续灯, bad: [红灯], flag: x, tag: '{flags}'", ".tag", "是不是“flag”？"),
    "a name in points": ("kind: score, table: project, terms: [{name: 甲, value: 总投资}], text: '违约金{valeu}万元'", ".text", "是不是“value”？"),
    "a name in open days": (ELAPSED.replace("n: 3", "n: null") + ", open_text: '待补{days}'", ".open_text", "没有东西填进“{days}”；可以写{n}"),
    "a plan and its date": (PLANNED % ("计划开工", "开工日期"), "", ""),
    "the two changed": (PLANNED % ("开工日期", "计划开工"), ".planned", "planned 和 actual 写反了"),
    "a plan for what was done": (PLANNED % ("计划开工", "计划开工"), ".actual", "“计划开工”是计划日期列（date_plan），actual 要写实际日期列"),
    "a plan in one of several": ("kind: planned, table: project, nodes: [{planned: 开工日期, actual: 计划开工}]", ".nodes[1].planned", "写反了"),
    "a companion": ("kind: sync, table: project, trigger: 开工日期, companion: 竣工日期, n: 3", "", ""),
    "its own companion": ("kind: sync, table: project, trigger: 开工日期, companion: 开工日期, n: 3", ".companion", "companion 和 trigger 是同一个“开工日期”"),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "place", "words"), CASES.values(), ids=CASES)
def test_what_would_vanish_is_told_with_its_place(tmp_path: Path, rule: str, place: str, words: str) -> None:
    wrong_lines.told(tmp_path, rule, place, words)


SMALL = {
    "leads of a kind": ("conventions: {leads: {月: 3, 工作日: 1, ten_days: 1, planned: 7}}", "", ""),
    "leads of no kind": ("conventions: {leads: {moon: 3}}", "conventions.leads.moon", "没有“moon”这种期限，提前天数用不上"),
    "leads that change": ("conventions: {changes: [{effective_from: 2026-01-01, leads: {mouth: 3}}]}", "conventions.changes[1].leads.mouth", "是不是“month”？"),
    "a status in other words": ("conventions: {words: {overdue: '超期{n}'}}", "", ""),
    "other words with a slip": ("conventions: {words: {overdue: '超期{m}'}}", "conventions.words.overdue", "没有东西填进“{m}”"),
    "how often a report comes": ("reports: [{id: R, title: 表, kind: list, table: project, columns: [name], cadence: month}]", "", ""),
    "no word for how often": ("reports: [{id: R, title: 表, kind: list, table: project, columns: [name], cadence: monthly}]", "reports[R].cadence", "“monthly”不是一种期次；是不是“month”？"),
}  # fmt: skip


@pytest.mark.parametrize(("more", "place", "words"), SMALL.values(), ids=SMALL)
def test_small_words_of_the_language(tmp_path: Path, more: str, place: str, words: str) -> None:
    found = wrong_lines.said(tmp_path, reports=more + "\n")
    assert [(path, words in message) for _, path, message in found] == ([(place, True)] if words else []), found
