"""A row may look at what rules derive on the row above it: 项目.档次 = '重大', 项目.当前阶段, 项目.累计到资 (of rows below it)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.rules.kit import Judged, Rows, judge, scheme, table
from validators.calendar import Calendar
from validators.evaluate import Evaluator, RecordResult, Related
from validators.rows import Record
from validators.scheme.check_rules import check_rules

PROJECT = table(
    "project",
    "项目库",
    "name 项目名称 text\namount 总投资 money_wan\nsigned 签约日期 date_actual\nstarted 开工日期 date_actual",
)
PROBLEM = table(
    "problem", "问题", "what 问题 text\nof 项目 text\nraised 提出日期 date_actual\nsolved 解决日期 date_actual",
    parent="project", parent_field="of",
)  # fmt: skip
MONEY = table(
    "money", "到资", "what 凭证 text\nof 项目 text\nday 到资日期 date_actual\nsum 金额 money_wan",
    parent="project", parent_field="of",
)  # fmt: skip
TEXT = """
- {id: C, kind: elapsed, table: problem, from: 提出日期, to: 解决日期, n: 5, when: 项目.档次 = '重大'}
- {id: D, kind: elapsed, table: problem, from: 提出日期, to: 解决日期, n: 10, when: 项目库.档次 != '重大'}
- {id: S, kind: integrity, table: problem, checks: [{test: 项目.当前阶段 != '在建', text: 在建的}]}
- {id: B, kind: integrity, table: problem, checks: [{test: 档次 != '重大', text: 重大的}]}
- {id: F, kind: integrity, table: problem, checks: [{test: 项目.累计到资 >= 100, text: 到资不足}]}
- {id: L, kind: lookup, table: problem, lookup: who, by: [项目.档次], into: 谁办}
- {id: W, kind: integrity, table: problem, checks: [{test: 谁办 != '县长', text: 县长办}]}
- {id: N, kind: total, table: project, rows: problem, where: 谁办 = '县长', into: 县长问题}
- {id: P, kind: integrity, table: project, checks: [{test: 县长问题 < 2, text: 县长的问题多}]}
- {id: T, kind: tier, table: project, value: 总投资, into: 档次, bands: [{name: 一般, high: "10000"}, {name: 重大, low: "10000"}]}
- {id: G, kind: stage_entry, table: project, stages: [{name: 签约, when: 有(签约日期)}, {name: 在建, when: 有(开工日期)}]}
- {id: M, kind: total, table: project, rows: money, value: 金额, day: 到资日期, into: 累计到资}
- {id: U, kind: score, period: month, closed: true, each: unit, terms: [{name: 重大问题, measure: {table: problem, where: 项目.档次 = '重大', date: 提出日期}, blank: zero}]}
- {id: V, kind: score, period: month, closed: true, each: unit, terms: [{name: 逾期, measure: {rule: C, codes: [overdue]}, blank: zero}]}
"""
LOOKUPS = {"who": {"title": "谁办", "rows": {"一般": "局长", "重大": "县长"}}}
MADE = scheme([PROJECT, PROBLEM, MONEY], TEXT, lookups=LOOKUPS, effective_from=date(2025, 1, 1))


def on(day: str, problems: int = 1, money: Rows | None = None, **project: Any) -> Judged:
    rows: dict[str, Rows] = {
        "项目库": [{"项目名称": "P", "填报单位": "甲镇", "总投资": 20000, **project}],
        "问题": [{"问题": f"Q{n}", "项目": "P", "填报单位": "甲镇", "提出日期": "2025-03-03"} for n in range(problems)],
        "到资": money or [],
    }
    return judge(MADE, day, rows)


def test_a_condition_looks_at_the_tier_above() -> None:
    large, small = on("2025-03-10"), on("2025-03-10", 总投资=100)
    assert (large.status("Q0", "C"), large.status("Q0", "D")) == ("逾期2天", "不适用")
    assert (small.status("Q0", "C"), small.status("Q0", "D")) == ("不适用", "临期")
    assert "校验错误:重大的" in "".join(large.messages("Q0")) and "重大的" not in "".join(small.messages("Q0"))


def test_a_stage_above_moves_with_the_day() -> None:
    assert "在建的" not in "".join(on("2025-03-10", 开工日期="2025-03-11").messages("Q0"))
    assert "在建的" in "".join(on("2025-03-11", 开工日期="2025-03-11").messages("Q0"))


@pytest.mark.parametrize(("day", "told"), [("2025-03-04", True), ("2025-03-05", False)])
def test_a_total_of_the_rows_beside_it(day: str, told: bool) -> None:
    money: Rows = [
        {"凭证": "1", "项目": "P", "填报单位": "甲镇", "到资日期": "2025-03-01", "金额": 60},
        {"凭证": "2", "项目": "P", "填报单位": "甲镇", "到资日期": "2025-03-05", "金额": 40},
    ]
    assert ("到资不足" in "".join(on(day, money=money).messages("Q0"))) is told


def test_down_and_up_again() -> None:
    """The tier of the project says who solves the problem, and the project counts those of one."""
    assert "县长办" in "".join(on("2025-03-10").messages("Q0"))
    assert on("2025-03-10", 1).messages("P") == [] and "县长的问题多" in on("2025-03-10", 2).messages("P")[0]
    assert on("2025-03-10", 2, 总投资=1).messages("P") == []


def test_rules_over_many_rows_look_at_it_too() -> None:
    assert (on("2025-04-02", 2).unit("甲镇", "U"), on("2025-04-02", 2, 总投资=5).unit("甲镇", "U")) == ("2分", "0分")
    assert (on("2025-04-02", 2).unit("甲镇", "V"), on("2025-04-02", 2, 总投资=5).unit("甲镇", "V")) == ("2分", "0分")


def test_what_is_blank_above_is_asked_for_by_its_own_name() -> None:
    found = on("2025-03-10", 总投资=None)
    assert found.status("Q0", "C") == "待补条件"
    assert "缺总投资" in found.entry("Q0", "C")["reason"] and "档次" not in found.entry("Q0", "C")["reason"]


def test_where_the_value_cannot_be_nothing_is_asked() -> None:
    late = """
    - {id: E, kind: elapsed, table: project, from: 签约日期, to: 开工日期, n: 30, late_into: 迟}
    - {id: X, kind: elapsed, table: problem, from: 提出日期, to: 解决日期, n: 5, when: 项目.迟 > 0}
    """
    made = scheme([PROJECT, PROBLEM], late)
    rows: dict[str, Rows] = {
        "项目库": [{"项目名称": "P", "填报单位": "甲镇"}],
        "问题": [{"问题": "Q", "项目": "P", "填报单位": "甲镇", "提出日期": "2025-03-03"}],
    }
    assert judge(made, "2025-03-10", rows).status("Q", "X") == "不适用", "the project has not been signed"


def test_a_value_found_over_many_books_is_not_there_for_single_rows() -> None:
    wrong = (
        TEXT
        + "- {id: R, kind: rank, table: project, value: 总投资, into: 名次}\n- {id: X, kind: integrity, table: problem, checks: [{test: 项目.名次 > 1, text: x}]}\n"
    )
    told = [text for _, text in check_rules(scheme([PROJECT, PROBLEM, MONEY], wrong, lookups=LOOKUPS), frozenset())]
    assert any("“名次”是规则“R”看了各本簿子才有的" in text for text in told)
    assert not list(check_rules(MADE, frozenset()))


# incremental ----------------------------------------------------------------------------------------------------------

EVALUATOR = Evaluator(MADE, Calendar())
DAILY = """
- {id: H, kind: total, table: project, rows: problem, where: 今天 >= 提出日期 + 7天, into: 满周问题}
- {id: I, kind: integrity, table: problem, checks: [{test: 项目.满周问题 < 1, text: 有满周的}]}
"""
DAILY_TOO = Evaluator(scheme([PROJECT, PROBLEM, MONEY], TEXT + DAILY, lookups=LOOKUPS), Calendar())
FIRST = date(2025, 1, 1)
_day = st.dates(FIRST, date(2025, 3, 1)).map(str)
_maybe = st.one_of(st.just(""), _day)


@st.composite
def families(draw: st.DrawFn) -> dict[str, Record]:
    """One project with problems and money."""
    found = {
        "P": Record(
            "P",
            "project",
            "01",
            _filled(amount=draw(st.sampled_from(["", "5", "20000"])), signed=draw(_maybe), started=draw(_maybe)),
        )
    }
    for n in range(draw(st.integers(0, 2))):
        found[f"Q{n}"] = Record(f"Q{n}", "problem", "01", _filled(of="P", raised=draw(_maybe), solved=draw(_maybe)))
    for n in range(draw(st.integers(0, 2))):
        found[f"M{n}"] = Record(
            f"M{n}", "money", "01", _filled(of="P", day=draw(_maybe), sum=draw(st.sampled_from(["40", "60"])))
        )
    return found


def _filled(**values: str) -> dict[str, str]:
    return {name: text for name, text in values.items() if text}


def _judged(
    records: dict[str, Record], ids: list[str], day: date, evaluator: Evaluator = EVALUATOR
) -> dict[str, RecordResult]:
    parents = {key: "P" for key in records if key != "P"}
    related = Related.of(records, parents)
    found: dict[str, RecordResult] = {}
    for name in ids:
        record = records[name]
        found[name] = evaluator.records(record.table, [record], day, related)[0]
    return found


def _said(result: RecordResult) -> Any:
    return result.stage, result.statuses, result.findings, result.flags


def test_an_edit_above_marks_the_rules_over_many_rows_that_look_there() -> None:
    """U and V name the tier, which is made of the amount."""
    assert {"U", "V"} <= EVALUATOR.shared_rules_reading("project", {"amount"})
    assert EVALUATOR.looks_above() == {"problem"} and EVALUATOR.relatives("problem") >= {"problem", "money"}


def test_an_edit_beside_marks_the_rules_over_many_rows_that_look_at_its_sum_above() -> None:
    """Z names what the project has got of money, which is made of rows of another table below the project."""
    text = "- {id: Z, kind: score, period: month, each: unit, terms: [{name: 到资少, measure: {table: problem, where: 项目.累计到资 < 100}, blank: zero}]}\n"
    made = Evaluator(scheme([PROJECT, PROBLEM, MONEY], TEXT + text, lookups=LOOKUPS), Calendar())
    assert "Z" in made.shared_rules_reading("money", {"sum"})


@settings(max_examples=40, deadline=None)
@given(families(), st.sampled_from([EVALUATOR, DAILY_TOO]))
def test_judged_only_when_due_is_judged_every_day(records: dict[str, Record], evaluator: Evaluator) -> None:
    """A row whose next_change has not come says the same as if it were judged anew; also where a value of the row above
    moves with 今天."""
    stood = _judged(records, [*records], FIRST, evaluator)
    for n in range(1, 75):
        day = FIRST + timedelta(days=n)
        due = [name for name, item in stood.items() if item.next_change is not None and item.next_change <= day]
        stood |= _judged(records, due, day, evaluator)
        fresh = _judged(records, [*records], day, evaluator)
        assert {name: _words(item) for name, item in stood.items()} == {
            name: _words(item) for name, item in fresh.items()
        }


def _words(result: RecordResult) -> Any:
    return (
        result.stage,
        [(item.rule, item.code, item.deadline, item.inputs.get("value")) for item in result.statuses],
        [(item.rule, item.params.get("what")) for item in result.findings],
    )


# periods that are over --------------------------------------------------------------------------------------------------


def _counted(day: str, **project: Any) -> Judged:
    text = """
    - {id: M, kind: total, table: project, rows: money, value: 金额, day: 到资日期, into: 累计到资}
    - {id: G, kind: stage_entry, table: project, stages: [{name: 签约, when: 有(签约日期)}, {name: 在建, when: 有(开工日期)}]}
    - {id: C, kind: elapsed, table: problem, from: 提出日期, to: 解决日期, n: 5, when: "项目.当前阶段 = '在建' 且 首个(项目.累计到资, 0) < 100"}
    - {id: V, kind: score, period: month, each: unit, closed: true, terms: [{name: 逾期, measure: {rule: C, codes: [overdue]}, blank: zero}]}
    - {id: K, kind: cadence, table: problem, period: month, subject: record, when: 项目.当前阶段 = '在建', updates: true}
    """
    made = scheme([PROJECT, PROBLEM, MONEY], text, effective_from=date(2025, 1, 1))
    money = [{"凭证": "1", "项目": "P", "填报单位": "甲镇", "到资日期": "2025-04-02", "金额": 100}]
    rows: dict[str, Rows] = {
        "项目库": [{"项目名称": "P", "填报单位": "甲镇", "签约日期": "2025-01-01", **project}],
        "问题": [{"问题": "Q", "项目": "P", "填报单位": "甲镇", "提出日期": "2025-03-03"}],
        "到资": money,
    }
    return judge(made, day, rows)


def test_a_month_that_is_over_counts_by_the_stage_and_the_money_of_its_end() -> None:
    assert _counted("2025-04-05", 开工日期="2025-03-31").unit("甲镇", "V") == "1分"
    assert _counted("2025-04-05", 开工日期="2025-04-01").unit("甲镇", "V") == "0分"


def test_a_duty_of_rows_looks_at_the_stage_above_at_the_end_of_each_period() -> None:
    owed = [item for item in _counted("2025-05-05", 开工日期="2025-04-10").found["obligations"] if item["rule"] == "K"]
    assert [item["period"] for item in owed if item["status"] not in ("免报",)] == ["2025-04", "2025-05"]
