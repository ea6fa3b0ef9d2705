"""`scheme check` says every mistake at once, each at its own place and as itself: no follow-ups, no English, no bad guess."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.unit.schemes import wrong_lines
from validators.scheme.wording import near

WINDOW = "kind: window, table: project, done: 开工日期"
SCORE = "kind: score, period: quarter, terms: [%s]"
ELAPSED = "kind: elapsed, table: project, from: 开工日期, to: 竣工日期"

ALONE = {
    "a date that is none": (WINDOW + ", last: 2025-02-29", ".last", "这里要日期"),
    "a kind of period that is none": ("kind: cadence, period: fortnight", ".period", "不在可选的范围里"),
    "a number that is none": ("kind: lights, table: monthly, lights: [手续灯], order: [红灯, 绿灯], into: 灯, raises: [{light: 绿灯, n: two, to: 红灯}]", ".raises[1].n", "这里要整数；现在写的是“two”"),
    "a pace that is none": ("kind: variance, table: monthly, actual: 累计投资, goal: 项目.总投资, pace: {by: curve}", ".pace", "by: curve 要写 curve"),
    "a share that is none": ("kind: rank, by: {fixed: {东乡: 1}}, top: [{share: 30, flag: 红旗}]", ".top[1].share", "应不大于1"),
    "a misspelt key": ("kind: cadence, period: month, evidence: monthly, evidence_perod: 月份", ".evidence_perod", "是不是“evidence_period”？"),
    "a lookup that is not there": ("kind: variance, table: monthly, actual: 累计投资, goal: 项目.总投资, pace: {by: curve, curve: paces}", ".pace.curve", "没有“paces”这个对照表；是不是“pace”？对照表写在 lookups 下面"),
    "limits of no lookup": (ELAPSED + ", limits: {by: [选址], lookup: paces}", ".limits.lookup", "没有“paces”这个对照表"),
    "a drop-down that is not there": ("kind: required, table: project, fields: [{rows: monthly, each: colors, field: 手续灯, title: 灯}]", ".fields[1].each", "没有“colors”这个下拉；是不是“colours”？下拉写在"),
    "rows of no table": ("kind: total, table: project, rows: monthlyy, into: 数", ".rows", "没有“monthlyy”这张表；是不是“monthly”？"),
    "a length of time for a number": (ELAPSED + ", n: 3个月, unit: 月", ".n", "这里只写 3，单位写在 unit: 月"),
    "days for a number": (ELAPSED + ", n: 30天", ".n", "这里只写 30，单位写在 unit: 日"),
    "working days for a whole number": ("kind: closure, table: project, raised: 开工日期, done: 竣工日期, n: 5个工作日", ".n", "这里只写 5，单位写在 unit: 工作日"),
    "a severity that is none": (ELAPSED + ", n: 3, severity: 严重", ".severity", "“严重”不在可选的范围里；可以写必改、须说明、提示、试行"),
    "the beginning of a word": ("kind: cadence, period: month, roll: next", ".roll", "是不是“next_workday”？可以写"),
    "a rule that is not there": (SCORE % "{name: 甲, measure: {rule: A-22}}", ".terms[甲].measure.rule", "没有编号为“A-22”的规则；是不是“A-2”？"),
    "an excuse of no rule": ("kind: excuse, table: project, of: [A-11], why: 原因", ".of[1]", "没有编号为“A-11”的规则"),
    "the worst of no rule": ("kind: worst, table: project, child: monthly, of: A-22", ".of", "表“monthly”没有规则“A-22”；是不是“A-2”？"),
    "a key left out": ("kind: escalate, table: monthly, period: 月份, result: 手续灯, bad: [红灯], levels: [{name: 约谈}]", ".levels[约谈].n", "少了“n”"),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "place", "words"), ALONE.values(), ids=ALONE)
def test_one_mistake_is_one_message(tmp_path: Path, rule: str, place: str, words: str) -> None:
    wrong_lines.told(tmp_path, rule, place, words)


def test_no_message_leaks_english_sentences(tmp_path: Path) -> None:
    found = wrong_lines.said(tmp_path, *(rule for rule, _, _ in ALONE.values()), "kind: streak, table: monthly, n: {}")
    assert len(found) > len(ALONE)
    for _, _, message in found:
        assert not re.search(r"[A-Za-z]+ [a-z]+ [a-z]+", re.sub("“[^”]*”|[a-z]+: [a-z]+", "", message)), message


def test_every_wrong_text_of_a_rule_is_told_at_its_own_place(tmp_path: Path) -> None:
    rule = "kind: elapsed, table: project, from: 开工日, to: 总投资, n: three, when: 选止 = '租'"
    found = [(path, message.partition("：")[2][:9]) for _, path, message in wrong_lines.said(tmp_path, rule)]
    assert found == [
        ("rules[B-1].from", "没有叫“开工日”的"),
        ("rules[B-1].n", "没有叫“three"),
        ("rules[B-1].to", "这里要的是日期，写"),
        ("rules[B-1].when", "没有叫“选止”的字"),
    ]


def test_measures_and_formulas_of_a_score_are_told_together(tmp_path: Path) -> None:
    found = wrong_lines.said(
        tmp_path,
        SCORE % "{name: 甲, measure: {table: monthly, value: 累计}, formula: 值 * 分}, {name: 乙, measure: {rule: Z}}",
    )
    assert [path.removeprefix("rules[B-1]") for _, path, _ in found] == [
        "", ".terms[乙].measure.rule", ".terms[甲].measure.value",
    ]  # fmt: skip


def test_references_are_looked_at_although_other_rules_failed(tmp_path: Path) -> None:
    found = wrong_lines.said(
        tmp_path,
        "kind: varience, table: monthly, points_into: 差",
        "kind: bands, table: month, value: 差, into: 差灯, bands: [{name: 红, range: 不满1}]",
        "kind: lights, table: monthly, lights: [差灯], order: [红, 绿], into: 总灯",  # fails because of the two before
        "kind: total, table: project, rows: monthly, value: 总额, into: 数",
        "kind: worst, table: project, child: monthly, of: B-1",  # goes with the first
        "kind: worst, table: project, child: monthly, of: B-11",
    )
    assert [path for _, path, _ in found] == [
        "rules[B-1].kind", "rules[B-2].table", "rules[B-4].value", "rules[B-6].of",
    ]  # fmt: skip


def test_everything_wrong_with_one_duty_is_told_together(tmp_path: Path) -> None:
    days = '"2025-1": 2025-02-05, "2025-13": 2026-02-05'
    found = wrong_lines.said(
        tmp_path, f"kind: cadence, period: month, due_day: 40, due_hour: '25:00', due_dates: {{{days}}}, units: [北乡]"
    )
    assert [path.removeprefix("rules[B-1]") for _, path, _ in found] == [
        ".due_dates",
        ".due_day",
        ".due_hour",
        ".units[1]",
    ]
    assert "请写成“2025-01”；“2025-13”不是周期" in found[0][2]


def test_every_colour_out_of_order_and_every_flag_of_no_band(tmp_path: Path) -> None:
    raises = "raises: [{light: 橙灯, n: 2, to: 紫灯}]"
    found = wrong_lines.said(
        tmp_path,
        f"kind: lights, table: monthly, lights: [手续灯], order: [绿灯, 红灯], into: 灯, {raises}",
        "kind: bands, table: project, value: 总投资, bands: [{name: 绿灯, range: 0-10}], flags: {录灯: [红牌]}",
    )
    assert [message for _, _, message in found if "范围" not in message] == [
        "“橙灯”“紫灯”不在 order 里；有绿灯、红灯", "flags 里的“录灯”不是 bands 里的名称；是不是“绿灯”？",
    ]  # fmt: skip


def test_a_rule_that_takes_anothers_results_does_not_repeat_its_mistake(tmp_path: Path) -> None:
    first = "kind: rank, period: quarter, by: {table: monthly, value: 累计}"
    found = wrong_lines.said(tmp_path, first, SCORE % "{name: 甲, measure: {rule: B-1}}")
    assert [path for _, path, _ in found] == ["rules[B-1].by.value"]


def test_a_rule_without_a_name_is_counted_as_it_stands_in_its_file(tmp_path: Path) -> None:
    found = wrong_lines.said(tmp_path, "kind: elapsd", "kind: elapsd")
    assert [path for _, path, _ in found if "B-" in path] == ["rules[B-1].kind", "rules[B-2].kind"]
    more = "rules:\n  - {kind: elapsd, title: x}\n  - {kind: stale, title: x}\n  - {kind: stale, title: y}\n"
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "more.yaml").write_text(more, "utf-8")
    nameless = [path for _, path, _ in wrong_lines.said(tmp_path) if "id" in path]
    assert nameless == ["rules[2].id", "rules[3].id"]


def test_a_number_used_twice_is_told_by_the_title_of_the_first(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "more.yaml").write_text(
        "rules: [{id: A-1, kind: window, title: 又一条, last: 2025-01-01}]", "utf-8"
    )
    messages = [message for _, path, message in wrong_lines.said(tmp_path) if path.endswith(".id")]
    assert messages and messages[0].startswith("规则编号“A-1”与前面的“分档”重复")


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("next", ["none", "next_workday", "previous_workday"], ["next_workday"]),
        ("money", ["month", "money_yi", "money_wan", "number"], ["money_yi", "money_wan"]),
        ("three", ["started", "total"], []),
        ("红登", ["绿灯", "黄灯", "红灯"], ["红灯"]),
        ("紫灯", ["绿灯", "黄灯", "红灯"], []),
        ("varience", ["variance", "sequence"], ["variance"]),
        ("Rules", ["rules", "reports"], ["rules"]),
        ("", ["甲"], []),
        ("完全不同", ["甲", "乙"], []),
    ],
)
def test_a_guess_is_made_only_where_one_word_is_much_nearer(word: str, known: list[str], meant: list[str]) -> None:
    assert near(word, known) == meant


ANCHORS = {
    "a date among rows": ("{rows: monthly, date: null}", ".from.date", "这里要文字；现在写的是“空”"),
    "a key that rows have not": (
        "{rows: monthly, date: 报送日期, were: 有(月份)}",
        ".from.were",
        "不认识“were”；是不是“where”？",
    ),
    "the latest of nothing": ("{latest: 开工日期}", ".from.latest", "这里要列表"),
    "a list": ("[开工日期, 竣工日期]", ".from", "这里要文字；现在写的是“一组内容”"),
}


@pytest.mark.parametrize(("written", "place", "words"), ANCHORS.values(), ids=ANCHORS)
def test_of_several_ways_to_write_a_date_only_the_one_meant_is_told(
    tmp_path: Path, written: str, place: str, words: str
) -> None:
    wrong_lines.told(tmp_path, f"kind: elapsed, table: project, from: {written}, to: 竣工日期, n: 3", place, words)


def test_nothing_follows_from_what_was_taken_out(tmp_path: Path) -> None:
    number = "kind: lookup, table: project, lookup: pace, by: [选址], into: 系数, number: x"
    limits = ELAPSED + ", limits: {by: [选址, null], rows: {租用厂房|大: 3}}"
    uses = "kind: score, table: project, terms: [{name: 甲, value: 系数 * 2}]"
    rows = "kind: total, table: project, rows: null, value: 累计投资, into: 数"
    found = [path for _, path, _ in wrong_lines.said(tmp_path, number, limits, uses, rows)]
    assert found == ["rules[B-1].number", "rules[B-2].limits.by[2]", "rules[B-4].rows"]


def test_a_rule_without_its_table_says_so(tmp_path: Path) -> None:
    wrong_lines.told(
        tmp_path, "kind: elapsed, from: 开工日期, to: 竣工日期, n: 3", "", "没有写 table（判断哪张表的行）"
    )


def test_a_table_that_is_not_there_is_told_once_whoever_takes_the_results(tmp_path: Path) -> None:
    ladder = "kind: escalate, per: quarter, bad_when: 甲 = 1, levels: [{n: 2, name: 约谈}], measures: {甲: {rule: B-2, pick: value}}"
    found = wrong_lines.said(
        tmp_path, ladder, "kind: rank, period: quarter, by: {rule: B-3}", SCORE % "{name: 甲, measure: {table: month}}"
    )
    assert [path for _, path, _ in found] == ["rules[B-3].terms[甲].measure.table"]
