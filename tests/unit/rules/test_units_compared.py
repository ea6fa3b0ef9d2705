"""Units beside each other and over several periods: the best and the least, vetoes, places by share, results taken of
other rules and periods, and what follows when they are bad again and again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.unit.rules.kit import Judged, Rows, judge, scheme, table
from tests.unit.test_evaluate_days import shared_difference
from validators.calendar import Calendar
from validators.document import read_document
from validators.evaluate import Evaluator
from validators.facts import Facts
from validators.rules import parse_rule
from validators.scheme.models import Scheme, Unit

FIGURES = table(
    "figures", "数据", "name 名称 text\nmonth 月份 month\ndone 完成 number\nbad 事故 integer\nquarter 季度 quarter", keys=(("name",),)
)  # fmt: skip
UNITS = tuple(Unit(code=code, name=name, kind=kind) for code, name, kind in (
    ("a", "甲镇", "镇"), ("b", "乙镇", "镇"), ("c", "丙镇", "镇"), ("d", "丁街道", "街道"), ("e", "戊街道", "街道"),
))  # fmt: skip
DONE = "measure: {table: figures, value: 完成, period: 月份}"


def made(*rules: str) -> Scheme:
    return scheme([FIGURES], "[" + ", ".join(rules) + "]", units=UNITS)


def month(unit: str, text: str, done: float | None = None, **more: Any) -> dict[str, Any]:
    cells = {"月份": text} if "-" in text else {"季度": text}
    return {"key": f"{unit}{text}{len(more)}", "unit": unit, "名称": f"{unit}{text}", "完成": done, **cells, **more}


def found(rules: list[str], day: str, *rows: dict[str, Any], **parts: Any) -> Judged:
    given_rows: Rows = [{key: value for key, value in row.items() if value is not None} for row in rows]
    return judge(made(*rules), day, {"数据": given_rows}, **parts)


ACCIDENTS = "{name: 事故, measure: {table: figures, value: 事故, period: 月份}, blank: zero, formula: '%s'}"


@pytest.mark.parametrize(
    ("formula", "some", "nobody"),
    [
        ("10 * (最高 - 值) / 如果(最高 = 0, 1, 最高)", {"甲镇": "0分", "乙镇": "5分", "丙镇": "10分"}, "0分"),
        ("值 - 最低", {"甲镇": "4分", "乙镇": "2分", "丙镇": "0分"}, "0分"),
        ("值 - 平均", {"甲镇": "2分", "乙镇": "0分", "丙镇": "-2分"}, "0分"),
        ("个数 + 值", {"甲镇": "7分", "乙镇": "5分", "丙镇": "3分"}, "3分"),
    ],
)
def test_nought_for_nothing_is_compared_as_well(formula: str, some: dict[str, str], nobody: str) -> None:
    rule = f"{{id: S, kind: score, period: month, group: kind, terms: [{{name: 完成, weight: 0, {DONE}}}, {ACCIDENTS % formula}]}}"
    rows = [month("甲镇", "2025-03", 1, 事故=4), month("乙镇", "2025-03", 1, 事故=2), month("丙镇", "2025-03", 1)]
    judged = found([rule], "2025-04-02", *rows)
    assert {unit: judged.unit(unit, "S") for unit in some} == some
    judged = found([rule], "2025-04-02", *(month(unit, "2025-03", 1) for unit in some))
    assert {judged.unit(unit, "S") for unit in some} == {nobody}


# compared with the others -----------------------------------------------------------------------------------------

MARCH = [
    month("甲镇", "2025-03", 120),
    month("乙镇", "2025-03", 30),
    month("丙镇", "2025-03", 75),
    month("丁街道", "2025-03", 500),
]


@pytest.mark.parametrize(
    ("formula", "more", "points"),
    [
        ("6 + 4 * (值 - 最低) / (最高 - 最低)", ", group: kind", {"甲镇": "10分", "乙镇": "6分", "丙镇": "8分", "丁街道": "待补条件"}),
        ("如果(最高 = 最低, 10, 6 + 4 * (值 - 最低) / (最高 - 最低))", ", group: kind", {"乙镇": "6分", "丁街道": "10分"}),
        ("值 / 最高 * 20", "", {"甲镇": "4.8分", "丁街道": "20分"}),
        ("值 / 平均 * 10", ", groups: {一组: [甲镇, 乙镇, 丙镇]}", {"丙镇": "10分", "丁街道": "10分"}),
        ("个数", ", group: kind", {"甲镇": "3分", "丁街道": "1分"}),
    ],
)  # fmt: skip
def test_points_by_the_best_and_the_least_of_the_group(formula: str, more: str, points: dict[str, str]) -> None:
    rule = f'{{id: S, kind: score, period: month, terms: [{{name: 投资, {DONE}, formula: "{formula}"}}]{more}}}'
    said = found([rule], "2025-03-31", *MARCH)
    assert {name: said.unit(name, "S") for name in points} == points


def test_the_explanation_names_what_it_was_compared_with() -> None:
    rule = (
        f"{{id: S, kind: score, period: month, group: kind, terms: [{{name: 投资, {DONE}, formula: 值 / 最高 * 20}}]}}"
    )
    assert "投资5(最高120)" in found([rule], "2025-03-31", *MARCH).unit_reason("乙镇", "S")


GRADED = "grades: [{name: 优秀, range: 90以上}, {name: 良好, range: '[80, 90)'}, {name: 一般, range: 不满80}], flags: {优秀: 表彰}"
VETO = "vetoes: [{name: 发生事故, measure: {table: figures, value: 事故, period: 月份}, becomes: {优秀: 良好}}, {name: 事故3起以上, measure: {table: figures, value: 事故, period: 月份}, when: 值 >= 3, becomes: {'*': 一般}}]"


@pytest.mark.parametrize(
    ("done", "accidents", "said", "flags"),
    [
        (95, None, "优秀", ["表彰"]),
        (95, 0, "优秀", ["表彰"]),
        (95, 1, "优秀，发生事故，由优秀改为良好", []),
        (85, 1, "良好", []),
        (95, 3, "优秀，发生事故、事故3起以上，由优秀改为一般", []),
        (85, 3, "良好，事故3起以上，由良好改为一般", []),
    ],
)
def test_a_veto_keeps_the_grade_down_whatever_the_points(
    done: int, accidents: int | None, said: str, flags: list[str]
) -> None:
    rule = f"{{id: S, kind: score, period: month, terms: [{{name: 分, {DONE}}}], {GRADED}, {VETO}}}"
    here = found([rule], "2025-03-31", month("甲镇", "2025-03", done, 事故=accidents))
    assert here.unit("甲镇", "S") == f"{done}分"
    assert here.unit_reason("甲镇", "S").endswith(said)
    assert here.unit_flags("甲镇") == flags


def test_a_row_has_vetoes_too() -> None:
    rule = "{id: S, kind: score, table: figures, terms: [{name: 分, value: 完成}], grade_into: 等次, grades: [{name: 好, range: 60以上}, {name: 差, range: 不满60}], vetoes: [{name: 事故, value: 事故, becomes: {好: 差}}], flags: {差: 整改}}"
    said = found([rule], "2025-03-31", month("甲镇", "2025-03", 90, 事故=1), month("乙镇", "2025-03", 90, 事故=0))
    assert (said.flags("甲镇2025-031"), said.flags("乙镇2025-031")) == (["整改"], [])


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"vetoes": [{"name": "x", "value": "完成", "becomes": {"优": "良"}}]}, "用 measure"),
        ({"vetoes": [{"name": "x", "measure": {"table": "t"}, "becomes": {"优": "良"}}]}, "不在 grades 里"),
    ],
)
def test_a_veto_that_makes_no_sense_is_refused(more: dict[str, Any], why: str) -> None:
    terms = [{"name": "a", "measure": {"table": "t"}}]
    with pytest.raises(ValidationError, match=why):
        parse_rule({"id": "S", "kind": "score", "title": "", "period": "month", "terms": terms, **more})


# places -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prize", "winners"),
    [
        ("{share: 0.3, flag: 优}", ["甲"]),  # 30% of 5 is 1.5: not more than one
        ("{share: 0.3, rounding: up, flag: 优}", ["甲", "乙"]),
        ("{share: 0.3, rounding: half, flag: 优}", ["甲", "乙"]),
        ("{share: 0.1, flag: 优}", []),
        ("{share: 0.4, ties: exclude, flag: 优}", ["甲", "乙"]),
        ("{share: 0.6, ties: exclude, flag: 优}", ["甲", "乙"]),  # three places, two share the third
        ("{share: 1, flag: 优}", ["甲", "乙", "丙", "丁", "戊"]),
    ],
)
def test_prizes_for_a_share_of_the_group(prize: str, winners: list[str]) -> None:
    rows = [
        {"key": name, "unit": "甲镇", "名称": name, "完成": done}
        for name, done in zip("甲乙丙丁戊", (9, 8, 7, 7, 1), strict=True)
    ]
    said = found([f"{{id: R, kind: rank, table: figures, value: 完成, top: [{prize}]}}"], "2025-03-31", *rows)
    assert [name for name in "甲乙丙丁戊" if said.flags(name)] == winners


def test_a_prize_for_places_won_or_lost() -> None:
    rule = "{id: R, kind: rank, period: month, by: {table: figures, value: 完成, period: 月份}, top: [{n: 9, when: 升降 >= 2, flag: 进步}, {n: 9, when: 升降 <= -2, flag: 退步}]}"
    before = [month(unit, "2025-02", n) for unit, n in (("甲镇", 9), ("乙镇", 8), ("丙镇", 7))]
    after = [month(unit, "2025-03", n) for unit, n in (("甲镇", 1), ("乙镇", 8), ("丙镇", 9), ("丁街道", 5))]
    said = found([rule], "2025-03-31", *before, *after)
    assert [said.unit_flags(unit) for unit in ("甲镇", "乙镇", "丙镇", "丁街道")] == [["退步"], [], ["进步"], []]


@pytest.mark.parametrize("prize", [{"flag": "x"}, {"n": 1, "share": 0.2, "flag": "x"}, {"share": 1.2, "flag": "x"}])
def test_a_prize_is_for_some_places_or_a_share(prize: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        parse_rule({"id": "R", "kind": "rank", "title": "", "table": "t", "value": "v", "top": [prize]})


# results of other rules and periods -------------------------------------------------------------------------------------

QUARTERS = (
    "{id: Q, kind: score, period: quarter, terms: [{name: 分, measure: {table: figures, value: 完成, period: 季度}}]}"
)


@pytest.mark.parametrize(
    ("take", "said"), [("mean", "80分"), ("max", "90分"), ("min", "70分"), ("sum", "320分"), ("last", "80分"), ("trimmed", "80分")]
)  # fmt: skip
def test_a_year_is_made_of_its_quarters(take: str, said: str) -> None:
    """Long after the year is over too: as many quarters are looked at as the year has."""
    year = f"{{id: Y, kind: score, period: year, terms: [{{name: 季度, measure: {{rule: Q, take: {take}}}}}]}}"
    rows = [month("甲镇", f"2025Q{n}", done) for n, done in ((1, 80), (2, 90), (3, 70), (4, 80))]
    for day in ("2025-12-31", "2026-11-30"):
        assert found([QUARTERS, year], day, *rows).unit("甲镇", "Y") == said


def test_the_mean_without_the_greatest_and_the_least() -> None:
    rule = "{id: S, kind: score, period: month, digits: 1, terms: [{name: 评分, measure: {table: figures, value: 完成, period: 月份, take: trimmed}}]}"
    rows = [
        month("甲镇", "2025-03", n) | {"key": f"k{i}", "名称": f"评委{i}"} for i, n in enumerate((60, 90, 91, 100, 100))
    ]
    assert found([rule], "2025-03-31", *rows).unit("甲镇", "S") == "93.7分"  # (90 + 91 + 100) / 3
    assert found([rule], "2025-03-31", *rows[:2]).unit("甲镇", "S") == "75分"  # of two none can be left out


REPORT = "{id: D, kind: cadence, period: month, evidence: figures, evidence_period: 月份, due_day: 5, due_offset: 1, start: 2025-01-01}"
MISSING = "{id: E, kind: escalate, title: 报送, per: month, measures: {缺报: {rule: D, codes: [missing, reported_late]}}, bad_when: 缺报 > 0, levels: [{n: 2, name: 通报, flag: 通报}, {n: 3, name: 约谈, to: 主要负责人, flag: 约谈}]}"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2025-02-28", None),  # January is missing; February is not due yet
        ("2025-03-05", None),
        ("2025-03-06", "通报"),
        ("2025-04-02", "通报"),  # March is over and not yet due: it neither counts nor breaks
        ("2025-04-06", "约谈"),
    ],
)
def test_reports_missing_again_and_again(day: str, said: str | None) -> None:
    assert found([REPORT, MISSING], day, month("乙镇", "2025-01")).unit("甲镇", "E") == said


def test_a_report_that_came_breaks_the_row_of_missing_ones() -> None:
    said = found([REPORT, MISSING], "2025-04-06", month("甲镇", "2025-02"))
    assert said.unit("甲镇", "E") is None
    assert said.unit_flags("乙镇") == ["约谈"]
    assert "2025年1月、2025年2月、2025年3月" in said.unit_reason("乙镇", "E")


PLACES = "{id: R, kind: rank, period: quarter, group: kind, by: {rule: Q}}"
LAST = "{id: E, kind: escalate, per: quarter, measures: {末位: {rule: R, pick: below}, 得分: {rule: Q}}, bad_when: 末位 = 1 且 得分 < 80, levels: [{n: 2, name: 约谈}]}"


@pytest.mark.parametrize(
    ("third", "day", "said"),
    [(70, "2025-09-30", None), (70, "2025-10-01", "约谈"), (80, "2025-10-01", None), (95, "2025-10-01", None)],
)
def test_last_and_below_in_two_quarters_running(third: int, day: str, said: str | None) -> None:
    """The quarter that runs does not count; 80 is not below 80; who is not the last is not bad."""
    rows = [month("甲镇", "2025Q2", 75), month("甲镇", "2025Q3", third)]
    rows += [month("乙镇", f"2025Q{n}", 90) for n in (2, 3)] + [month("丁街道", f"2025Q{n}", 10) for n in (2, 3)]
    here = found([QUARTERS, PLACES, LAST], day, *rows)
    assert here.unit("甲镇", "E") == said
    assert here.unit("丁街道", "E") == ("约谈" if day == "2025-10-01" else None)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ({"levels": [{"n": 2, "name": "x"}], "measures": {"a": {"table": "t"}}}, "写了 levels 要写"),
        ({"levels": [{"n": 2, "name": "x"}], "measures": {"a": {"table": "t"}}, "bad_when": "a > 0", "per": "month", "when": "b"}, "不写 when"),
        ({"name": "x", "suggest": "a", "per": "month"}, "与 levels 一起写"),
    ],
)  # fmt: skip
def test_a_ladder_of_units_is_written_whole(rule: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        parse_rule({"id": "E", "kind": "escalate", "title": "", **rule})


@pytest.mark.parametrize(("code", "hint"), [("逾期未报", "写成 missing"), ("mising", "missing")])
def test_a_status_to_be_counted_is_a_code(code: str, hint: str) -> None:
    with pytest.raises(ValueError, match=hint):
        found([REPORT, MISSING.replace("missing", code)], "2025-03-01")


# duties -----------------------------------------------------------------------------------------------------------------


def test_a_duty_of_units_may_leave_out_periods() -> None:
    """1月和2月一起报."""
    rule = REPORT.replace("start:", "when: 月(期末) != 1, start:")
    duties = {
        item["period"]: item["status"]
        for item in found([rule], "2025-03-03").found["obligations"]
        if item["unit"] == "甲镇"
    }
    assert duties == {"2025-02": "临期", "2025-03": "未到期"}


def test_its_condition_cannot_look_at_rows() -> None:
    with pytest.raises(ValueError, match="只能用期初、期末、今天"):
        found([REPORT.replace("period: month", "table: figures, period: month, when: 完成 > 1")], "2025-03-03")


VISITS = "{id: D, kind: cadence, period: month, evidence: figures, evidence_date: 日期, times: 2, start: 2025-05-01}"
VISITED = table("figures", "数据", "name 名称 text\nday 日期 date_actual")


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([], "逾期未报"),
        (["2025-05-09"], "逾期未报"),
        (["2025-05-09", "2025-05-31"], "已报"),
        (["2025-05-09", "2025-06-01"], "逾期未报"),
        (["2025-05-09", "2025-05-09", "2025-05-20"], "已报"),
    ],
)
def test_a_duty_that_wants_several_reports_in_a_period(days: list[str], said: str) -> None:
    rows = [{"key": f"k{n}", "unit": "甲镇", "名称": f"走访{n}", "日期": day} for n, day in enumerate(days)]
    here = judge(scheme([VISITED], f"[{VISITS}]", units=UNITS), "2025-06-02", {"数据": rows})
    duty = next(item for item in here.found["obligations"] if item["unit"] == "甲镇" and item["period"] == "2025-05")
    assert duty["status"] == said
    if len(days) == 1:
        assert "还差1次" in duty["reason"]


def test_a_scope_that_looks_at_today_is_asked_every_day() -> None:
    rule = "{id: D, kind: cadence, table: figures, subject: record, period: month, when: '天数(日期, 今天) > 40', evidence: figures, evidence_date: 日期, start: 2025-01-01}"
    model = scheme([VISITED], f"[{rule}]", units=UNITS)
    rows = [{"key": "k", "unit": "甲镇", "名称": "走访", "日期": "2025-02-03"}]
    engine, read = Evaluator(model, Calendar()), read_document(model, {"tables": {"数据": rows}}, date(2025, 12, 31))
    facts = Facts.of(model, read.records.values())
    assert shared_difference(engine, facts, date(2025, 1, 1), date(2025, 6, 10)) is None


# the nightly pass -------------------------------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("甲乙丙丁戊"), st.integers(1, 6), st.integers(0, 99)),
        max_size=8,
        unique_by=lambda t: t[:2],
    )
)
def test_what_is_taken_of_other_rules_is_judged_when_due(given_rows: list[tuple[str, int, int]]) -> None:
    names = {unit.name[0]: unit.name for unit in UNITS}
    rows = [month(names[who], f"2025-{n:02d}", done) for who, n, done in given_rows]
    ranked = "{id: R, kind: rank, period: month, by: {table: figures, value: 完成, period: 月份}}"
    last = "{id: F, kind: escalate, per: month, measures: {末位: {rule: R, pick: below}}, bad_when: 末位 = 1, levels: [{n: 2, name: 约谈}]}"
    year = (
        "{id: Y, kind: score, period: year, terms: [{name: 缺报, measure: {rule: D, codes: [missing]}, blank: zero}]}"
    )
    model = made(REPORT, MISSING, ranked, last, year)
    engine, read = Evaluator(model, Calendar()), read_document(model, {"tables": {"数据": rows}}, date(2025, 12, 31))
    facts = Facts.of(model, read.records.values(), parents=read.parents, history=read.history)
    assert shared_difference(engine, facts, date(2025, 1, 1), date(2025, 8, 10)) is None
