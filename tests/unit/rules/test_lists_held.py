"""A target of a past period counts by the lists of that time: lookups, lists that somebody keeps, units, versions of rules.

专班 of 机械 is 一班 until June, 二班 from July; 甲厂 is of grade B until 14 May, A from then on.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.unit.rules.kit import UNITS, Judged, judge, scheme, table
from tests.unit.test_evaluate_days import shared_difference
from validators.calendar import Calendar
from validators.evaluate import Evaluator
from validators.facts import Facts
from validators.rows import Record
from validators.scheme.models import Scheme, Unit

PROJECT = table(
    "project",
    "项目",
    "name 项目名称 text\ntrade 行业 text\nsigned 签约日期 date_actual\nmoney 总投资 number\nfirm 企业 text",
)
MONTH = table(
    "progress", "月度进展", "project 项目 text\nmonth 月份 month\ndone 完成 number",
    parent="project", parent_field="project", name_field="",
)  # fmt: skip
GRADE = table("grade", "评级", "firm 企业 text\nsince 认定日期 date\ngrade 等级 text", filler="commission")
LOOKUPS = {
    "team": {
        "rows": {"机械": "一班", "化工": "二班"},
        "changes": [{"effective_from": "2025-07-01", "rows": {"机械": "二班"}}],
    },
    "factor": {
        "rows": {"机械": "1", "化工": "1"},
        "changes": [{"effective_from": "2025-06-10", "rows": {"机械": "0.5"}}],
    },
}
TEAM = "- {id: K, kind: lookup, table: project, lookup: team, by: [行业], into: 专班}\n"
FACTOR = "- {id: F, kind: lookup, table: project, lookup: factor, by: [行业], into: 系数, number: true}\n"
LIST = (
    "- {id: G, kind: lookup, table: project, list_table: grade, list_date: 认定日期, value: 等级,"
    " key: [{left: [企业], right: [企业]}], into: 等级值}\n"
)


def target(where: str, more: str = "period: month") -> str:
    return f'- {{id: T, kind: target, table: project, where: "{where}", {more}, date_field: 签约日期, goal: 9}}\n'


def made(rules: str, **more: Any) -> Scheme:
    more.setdefault("effective_from", date(2025, 1, 1))
    return scheme([PROJECT, MONTH, GRADE], rules, lookups=LOOKUPS, **more)


def project(name: str, signed: str, trade: str = "机械", **cells: Any) -> dict[str, Any]:
    return {"项目名称": name, "行业": trade, "签约日期": signed, "unit": "甲镇", **cells}


ROWS = {
    "项目": [
        project("五月", "2025-05-10", 企业="甲厂"), project("六月", "2025-06-10", 总投资=100, 企业="甲厂"),
        project("七月", "2025-07-02", 总投资=10, 企业="甲厂"), project("四月", "2025-04-02", 总投资=10, 企业="甲厂"),
    ],
    "评级": [
        {"企业": "甲厂", "认定日期": "2025-01-01", "等级": "B"}, {"企业": "甲厂", "认定日期": "2025-05-14", "等级": "A"},
    ],
}  # fmt: skip


def counts(found: Judged, rule: str = "T") -> dict[str, Any]:
    return {item["period"]: item["done"] for item in found.found["targets"] if item["rule"] == rule}


def of(found: Judged, *months: int) -> list[Any]:
    told = counts(found)
    return [told[f"2025-{month:02d}"] for month in months]


def test_a_lookup_that_changed_since_counts_as_it_was() -> None:
    found = judge(made(target("专班 = '一班'") + TEAM), "2025-07-10", ROWS)
    assert of(found, 5, 6, 7) == [1, 1, 0]
    assert found.status("六月", "K") == "二班", "the row itself shows today's"
    late = judge(made(target("专班 = '二班'") + TEAM), "2025-07-10", ROWS)
    assert of(late, 5, 6, 7) == [0, 0, 1]


def test_on_the_last_day_of_the_period_that_day_counts_and_while_it_runs_today() -> None:
    """The factor became a half on 10 June: June as a whole is reckoned with a half, May is not."""
    rules = target("有(行业)", "value: 总投资 * 系数, period: month") + FACTOR
    rows = {"项目": [project("甲", "2025-06-02", 总投资=100), project("乙", "2025-05-02", 总投资=100)]}
    assert of(judge(made(rules), "2025-06-09", rows), 5, 6) == [100, 100]
    assert of(judge(made(rules), "2025-06-10", rows), 5, 6) == [100, 50]
    assert of(judge(made(rules), "2025-07-01", rows), 5, 6, 7) == [100, 50, 0]


def test_a_list_that_somebody_keeps_is_looked_into_as_of_the_period() -> None:
    found = judge(made(target("等级值 = 'A'") + LIST), "2025-07-10", ROWS)
    assert of(found, 4, 5, 6, 7) == [0, 1, 1, 1]
    assert of(judge(made(target("等级值 = 'B'") + LIST), "2025-07-10", ROWS), 4, 5, 6, 7) == [1, 0, 0, 0]


def test_a_row_with_a_day_of_its_own_is_looked_up_by_that_day_whenever_it_is_asked() -> None:
    own = TEAM.replace("into:", "version_by: 签约日期, into:")
    for day in ("2025-07-10", "2025-12-31"):
        assert of(judge(made(target("专班 = '一班'") + own), day, ROWS), 5, 6, 7) == [1, 1, 0]
    at = LIST.replace("into:", "at: 签约日期, into:")
    assert of(judge(made(target("等级值 = 'B'") + at), "2025-07-10", ROWS), 4, 5, 6) == [1, 1, 0]


def test_values_that_hang_on_a_value_of_the_list_are_of_that_time_too() -> None:
    """档 hangs on 系数; the total of a project on its months, and each of these on the trade of the project."""
    rules = (
        target("档 = '全'")
        + "- {id: B, kind: bands, table: project, value: 系数, into: 档, bands: [{name: 全, range: '>= 1'}, {name: 半, range: '< 1'}]}\n"
        + FACTOR
    )
    assert of(judge(made(rules), "2025-07-10", ROWS), 5, 6, 7) == [1, 0, 0]
    below = (
        target("有(行业)", "value: 折算, period: month")
        + "- {id: M, kind: total, table: project, rows: progress, value: 完成 * 系数, into: 折算}\n"
        + FACTOR.replace("table: project", "table: progress").replace("[行业]", "[项目.行业]")
    )
    months = [{"项目": name, "月份": "2025-05", "完成": 40, "unit": "甲镇"} for name in ("五月", "六月")]
    assert of(judge(made(below), "2025-07-10", {**ROWS, "月度进展": months}), 5, 6) == [40, 20]


def test_one_window_is_judged_by_the_list_of_its_last_day() -> None:
    """Until June, asked in July: the day that the rule names. Asked in June: today's list."""
    rules = made(target("专班 = '一班'", "since: 2025-05-01, until: 2025-06-30") + TEAM)
    assert list(counts(judge(rules, "2025-07-10", ROWS)).values()) == [2]
    assert list(counts(judge(rules, "2025-06-20", ROWS)).values()) == [2]
    later = made(target("专班 = '一班'", "since: 2025-05-01, until: 2025-07-31") + TEAM)
    assert list(counts(judge(later, "2025-09-01", ROWS)).values()) == [0]


def test_the_denominator_is_counted_by_the_same_list() -> None:
    more = "period: month, of_where: \"专班 = '一班'\", of_date: 签约日期"
    rules = target("有(行业)", more).replace("goal: 9", "goal: 1")
    found = judge(made(rules + TEAM), "2025-07-10", ROWS)
    assert [i["target"] for i in found.found["targets"] if i["period"].endswith(("-06", "-07"))] == [1, 0]


def test_a_version_of_the_rule_that_derives_counts_in_its_time() -> None:
    rules = (
        target("档 = '大'")
        + "- {id: R, kind: tier, table: project, value: 总投资, into: 档, bands: [{name: 小, high: 50}, {name: 大, low: 50}]}\n"
        + "- {id: R, kind: tier, table: project, value: 总投资, into: 档, effective_from: 2025-07-01,"
        " bands: [{name: 小, high: 5}, {name: 大, low: 5}]}\n"
    )
    assert of(judge(made(rules), "2025-07-10", ROWS), 4, 6, 7) == [0, 1, 1]


def test_a_closed_period_keeps_what_was_frozen() -> None:
    frozen = [{"rule": "T", "unit": "", "period": "2025-06", "value": "7"}]
    assert of(judge(made(target("专班 = '一班'") + TEAM), "2025-07-10", ROWS, frozen=frozen), 5, 6) == [1, 7]


def test_figures_of_scores_are_those_of_their_period() -> None:
    """A month is scored by its own list; the whole year by that of its last day, which is today."""
    rules = (
        "- {id: S, kind: score, period: month, terms: [{name: 一班, measure: {table: project, date: 签约日期, where: \"专班 = '一班'\"}}]}\n"
        + TEAM
    )
    engine = Evaluator(made(rules), Calendar())
    records = [
        Record(str(n), "project", "01", {"name": f"P{n}", "trade": "机械", "signed": day})
        for n, day in enumerate(("2025-05-10", "2025-06-10", "2025-07-02"))
    ]
    verdicts = engine.shared(Facts.of(engine.scheme, records), date(2025, 7, 10))
    scored = {v.period: v.statuses[0].inputs["value"] for v in verdicts if v.kind == "score"}
    assert scored == {"2025-05": "1", "2025-06": "1"}


GONE = tuple(
    Unit(code=code, name=name, valid_to=date(2025, 5, 31) if code == "01" else None, valid_from=date(2025, 6, 15) if code == "02" else None)
    for code, name in UNITS[:3]
)  # fmt: skip


def asked(day: str, **parts: Any) -> set[str]:
    found = judge(made(target("有(行业)", "period: month, by: unit"), units=GONE), day, ROWS, **parts)
    return {f"{i['unit']} {i['period'][-2:]}" for i in found.found["targets"] if i["period"][-2:] in ("05", "06")}


def test_units_that_are_gone_or_not_there_yet_have_no_target() -> None:
    assert asked("2025-05-31") == {"甲镇 05", "丙街道 05"}
    assert asked("2025-06-14") == {"甲镇 05", "丙街道 05", "丙街道 06"}
    assert asked("2025-06-15") == {"甲镇 05", "丙街道 05", "乙镇 06", "丙街道 06"}
    assert asked("2025-07-10") == {"甲镇 05", "丙街道 05", "乙镇 06", "丙街道 06"}
    roster = [{"unit": "丙街道", "from": "2025-06-30", "to": None}]
    assert asked("2025-07-10", roster=roster) == {"甲镇 05", "乙镇 06", "丙街道 06"}


@pytest.mark.parametrize(
    ("rules", "more"),
    [
        (target("专班 = '一班'") + TEAM, {}),
        (target("等级值 = 'A'") + LIST, {}),
        (target("有(行业)", "value: 总投资 * 系数, period: month") + FACTOR, {}),
        (target("有(行业)", "period: month, by: unit"), {"units": GONE}),
        (target("有(行业)", "by: unit"), {"units": GONE[:1], "year": 2025}),
    ],
)
def test_what_is_judged_when_it_is_due_is_what_judging_everything_says(rules: str, more: dict[str, Any]) -> None:
    engine = Evaluator(made(rules, **more), Calendar())
    records = [
        Record(
            str(n), "project", "01", {"name": f"P{n}", "trade": "机械", "signed": day, "money": "10", "firm": "甲厂"}
        )
        for n, day in enumerate(("2025-05-10", "2025-06-10", "2025-07-02"))
    ]
    records += [
        Record(f"g{n}", "grade", "commission", {"firm": "甲厂", "since": day, "grade": grade})
        for n, (day, grade) in enumerate((("2025-01-01", "B"), ("2025-06-20", "A"), ("2025-08-03", "B")))
    ]
    first = date(2025, 4, 20)
    assert shared_difference(engine, Facts.of(engine.scheme, records), first, first + timedelta(days=140)) is None


def test_what_was_derived_for_the_past_does_not_stay_on_the_rows() -> None:
    """Rules that follow look at today's list again."""
    rules = (
        target("专班 = '一班'") + "- {id: U, kind: target, table: project, where: \"专班 = '一班'\", goal: 9}\n" + TEAM
    )
    found = judge(made(rules, year=2025), "2025-07-10", ROWS)
    assert (of(found, 6), list(counts(found, "U").values())) == ([1], [0])


def test_where_no_list_changed_since_no_row_is_copied() -> None:
    """The rows that are counted are those of today, one by one."""
    engine = Evaluator(made(target("专班 = '一班'") + TEAM), Calendar())
    facts = Facts.of(
        engine.scheme, [Record("1", "project", "01", {"name": "P", "trade": "机械", "signed": "2025-05-10"})]
    )
    seen: list[int] = []
    rule = next(item for item in engine._compiled.shared if item.rule.id == "T")
    original = rule.judge._done  # type: ignore[attr-defined]

    def done(held: Facts, *more: Any) -> Any:
        seen.append(id(held))
        return original(held, *more)

    rule.judge._done = done  # type: ignore[attr-defined]
    engine.shared(facts, date(2025, 6, 30))
    assert len(seen) == 6 and set(seen) == {id(facts)}
    engine.shared(facts, date(2025, 8, 31))
    assert len(set(seen[6:])) == 2, "one for all months before July, one for those after"


def test_a_cell_that_nobody_could_read_makes_nobody_late_in_a_past_period_either() -> None:
    """开工日期 of 乙 says 2月30日, that of 甲 nothing: only 甲 was late, by the list of May and by that of today."""
    begun = table(
        "project",
        "项目",
        "name 项目名称 text\ntrade 行业 text\nsigned 签约日期 date_actual\nstarted 开工日期 date_actual",
    )
    late = "- {id: E, kind: elapsed, table: project, from: 签约日期, to: 开工日期, n: 1, unit: 月, late_into: 误期}\n"
    rows = {"项目": [project("甲", "2025-05-10"), project("乙", "2025-05-10", 开工日期="2月30日")]}
    for team, in_may in (("一班", 1), ("二班", 0)):
        rules = target(f"专班 = '{team}' 且 首个(误期, 0) > 0") + TEAM + late
        found = judge(scheme([begun], rules, lookups=LOOKUPS, effective_from=date(2025, 1, 1)), "2025-07-10", rows)
        assert of(found, 5) == [in_may]
