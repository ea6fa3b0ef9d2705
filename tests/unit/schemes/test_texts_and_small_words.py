"""`scheme check` on names in braces that nothing fills in, and on small words that are none of the language."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.schemes import wrong_lines
from validators.scheme.load import read_scheme

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


LISTED = {
    "nothing to tear": ("[绿灯, {value: 黄灯, aliases: [黄]}, 红灯]", ""),
    "a value of two halves": ("[绿灯, {value: '黄灯（警示、提醒）', aliases: [黄]}]", "“黄灯（警示、提醒）”和别的值一起选时会断成“黄灯(警示”“提醒)”"),
    "a value whose halves mean it": ("[{value: 甲、乙, aliases: [甲, 乙]}]", "请换一个不带这些符号的写法"),
    "a spelling of two halves": ("[绿灯, {value: 黄灯, aliases: [黄/橙]}]", "请去掉，或把断开的几段也写进 aliases"),
    "a spelling whose halves mean it": ("[绿灯, {value: 黄灯, aliases: [黄/橙, 黄, 橙]}]", ""),
    "a spelling in two words": ("[绿灯, {value: 黄灯, aliases: [黄 灯]}]", "会断成“黄”“灯”"),
}  # fmt: skip


@pytest.mark.parametrize(("values", "words"), LISTED.values(), ids=LISTED)
def test_values_of_which_a_cell_holds_several_are_not_torn(tmp_path: Path, values: str, words: str) -> None:
    """The cells of 行业 in the small scheme may hold several colours; nothing else does."""
    text = wrong_lines.SCHEME.replace(
        "choices: colours}\n      - {name: start_plan", "choices: hues}\n      - {name: start_plan"
    )
    (tmp_path / "scheme.yaml").write_text(text.replace("  sites: [", f"  hues: {values}\n  sites: [", 1), "utf-8")
    (tmp_path / "rules.yaml").write_text(wrong_lines.RULES, "utf-8")
    _, errors = read_scheme(tmp_path)
    assert [words in item.message and item.path.startswith("choices.hues") for item in errors] == (
        [True] if words else []
    )
