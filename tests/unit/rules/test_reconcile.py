"""`reconcile`: two lists side by side — keys with fallbacks, compared values, both directions, shares."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.unit.rules.kit import Judged, Rows, judge, scheme, table
from validators.rules import parse_rule
from validators.scheme.check_rules import check_rules

PROJECTS = table(
    "project", "亿元项目库",
    """
    name 项目名称 project_name
    code 项目代码 text
    uscc 信用代码 text
    total 总投资 money_wan
    started 开工日期 date_actual
    permit 施工许可日期 date_actual
    counted 入统日期 date_actual
    factory 入驻厂房 text
    ended 终止日期 date
    """,
    ended="ended",
)  # fmt: skip
ASSETS = table(
    "asset", "固投库",
    "title 库内名称 text\ncode 项目代码 text\nuscc 信用代码 text\namount 在库总投资 money_wan\npermit 施工许可日期 date_actual",
    filler="stat",
)  # fmt: skip
MADE = scheme(
    [PROJECTS, ASSETS],
    """
    - id: Z-19
      kind: reconcile
      table: project
      when: 总投资 >= 1亿元 且 有(开工日期)
      right: asset
      right_when: 在库总投资 >= 1亿元
      keys:
        - [项目代码]
        - {left: [信用代码, 项目名称], right: [信用代码, 库内名称]}
      similar: {left: 项目名称, right: 库内名称, least: 85}
      compare:
        - {left: 总投资, right: 在库总投资, tolerance: 1%}
        - {left: 施工许可日期, blank: ignore}
    """,
)


def project(name: str, code: str = "", total: int = 12000, **more: Any) -> dict[str, Any]:
    cells = {"项目名称": name, "项目代码": code, "总投资": total, "开工日期": "2025-03-01", "unit": "甲镇"}
    return {**cells, **more}


def asset(name: str, code: str = "", amount: int = 12000, **more: Any) -> dict[str, Any]:
    return {"key": f"库{name}", "库内名称": name, "项目代码": code, "在库总投资": amount, **more}


def run(projects: Rows, assets: Rows) -> Judged:
    return judge(MADE, "2025-06-01", {"亿元项目库": projects, "固投库": assets})


def test_the_same_in_both_lists_agrees_on_both_sides() -> None:
    found = run([project("甲", "A-1")], [asset("甲公司项目", "Ａ－1")])
    assert (found.status("甲", "Z-19"), found.status("库甲公司项目", "Z-19")) == ("一致", "一致")
    assert found.messages("甲") == []


def test_a_started_project_that_statistics_lack_is_not_counted() -> None:
    found = run([project("甲", "A1")], [])
    assert found.status("甲", "Z-19") == "应统未统"
    assert found.messages("甲") == ["应统未统"]


def test_a_counted_project_that_the_library_lacks_is_not_listed() -> None:
    assert run([], [asset("乙", "B1")]).status("库乙", "Z-19") == "漏入库"


def test_rows_outside_both_conditions_take_no_part() -> None:
    found = run([project("甲", "A1", 9999), project("乙", "B1", **{"开工日期": ""})], [asset("丙", "C1", 9999)])
    assert [found.status(key, "Z-19") for key in ("甲", "乙", "库丙")] == [None, None, None]


@pytest.mark.parametrize(
    ("amount", "expected"), [(12000, "一致"), (12120, "一致"), (11000, "字段不一致"), (11880, "字段不一致")]
)
def test_amounts_agree_within_the_tolerance(amount: int, expected: str) -> None:
    """1% of 12120 is 121.2; of 11880 it is 118.8, and the two differ by 120."""
    found = run([project("甲", "A1")], [asset("甲", "A1", amount)])
    assert (found.status("甲", "Z-19"), found.status("库甲", "Z-19")) == (expected, expected)


def test_what_differs_is_told_on_both_sides_with_both_values() -> None:
    found = run([project("甲", "A1")], [asset("甲", "A1", 11000)])
    assert found.messages("甲") == ["字段不一致:总投资，这里是12000，固投库是11000"]
    assert found.messages("库甲") == ["字段不一致:在库总投资，这里是11000，亿元项目库是12000"]
    assert "总投资：12000，固投库是11000，对应固投库“甲”" in found.entry("甲", "Z-19")["reason"]


def test_an_imported_date_that_differs_overwrites_nothing() -> None:
    ours, theirs = {"施工许可日期": "2025-04-25"}, {"施工许可日期": "2025-04-20"}
    found = run([project("甲", "A1", **ours)], [asset("甲", "A1", **theirs)])
    assert found.messages("甲") == ["字段不一致:施工许可日期，这里是2025-04-25，固投库是2025-04-20"]
    assert run([project("甲", "A1", **ours)], [asset("甲", "A1")]).status("甲", "Z-19") == "一致"


def test_without_a_code_the_company_and_the_name_make_a_suspicion() -> None:
    one = {"信用代码": "91340403MA00AB124C"}
    found = run([project("甲项目", "", **one)], [asset("甲项目", "A1", 5000 + 7000, **one)])
    assert (found.status("甲项目", "Z-19"), found.status("库甲项目", "Z-19")) == ("疑似匹配", "疑似匹配")
    assert found.messages("甲项目") == ["项目代码：疑似匹配:固投库“甲项目”"]


def test_nearly_the_same_name_is_a_suspicion_another_name_is_not() -> None:
    near = run([project("年产10万吨锂电池材料项目")], [asset("年产10万吨锂电池材料生产项目", "A1")])
    assert near.status("年产10万吨锂电池材料项目", "Z-19") == "疑似匹配"
    far = run([project("年产10万吨锂电池材料项目")], [asset("食品加工厂", "A1")])
    assert far.status("年产10万吨锂电池材料项目", "Z-19") == "缺代码"
    assert far.status("库食品加工厂", "Z-19") == "漏入库"


def test_the_likest_names_go_together() -> None:
    found = run(
        [project("新能源汽车零部件一期项目"), project("新能源汽车零部件二期项目")],
        [asset("新能源汽车零部件二期项目", "A2")],
    )
    assert found.status("新能源汽车零部件二期项目", "Z-19") == "疑似匹配"
    assert found.status("新能源汽车零部件一期项目", "Z-19") == "缺代码"


@pytest.mark.parametrize("others", [[], [asset("甲", "A1")]])
def test_two_rows_with_one_code_are_told_of_each_other(others: Rows) -> None:
    found = run([project("甲", "A1"), project("乙", "a1", unit="乙镇")], others)
    assert "代码重复" in (found.status("甲", "Z-19") or "")
    assert "项目代码：代码重复:亿元项目库(乙镇)“乙”" in found.messages("甲")
    assert "项目代码：代码重复:亿元项目库(甲镇)“甲”" in found.messages("乙")


def test_one_code_twice_is_told_whatever_else_finds_one_of_the_rows() -> None:
    """The name of one is found in the other list, which lacks the code."""
    found = run([project("甲", "A1", 信用代码="U"), project("乙", "A1")], [asset("甲", "B1", 信用代码="U")])
    words = {key: {item["status"] for item in found.record(key)["statuses"]} for key in ("甲", "乙")}
    assert words == {"甲": {"代码重复", "疑似匹配"}, "乙": {"代码重复", "应统未统"}}


def test_a_terminated_project_owes_nothing_and_is_still_known() -> None:
    over = project("甲", "A1", 终止日期="2025-05-01")
    assert run([over], []).status("甲", "Z-19") is None
    later = project("甲", "A1", 终止日期="2025-07-01")
    assert run([later], []).status("甲", "Z-19") == "应统未统"


def test_a_blank_amount_leaves_open_whether_the_row_takes_part() -> None:
    found = run([{"项目名称": "甲", "开工日期": "2025-03-01", "项目代码": "A1", "unit": "甲镇"}], [])
    assert found.status("甲", "Z-19") == "待补条件"


def test_the_share_is_told_of_all_and_of_each_unit() -> None:
    rows = [project(f"P{n}", f"C{n}", unit="甲镇" if n < 12 else "乙镇") for n in range(20)]
    found = run(rows, [asset(f"P{n}", f"C{n}") for n in range(18)])
    assert found.reconciled("Z-19")["statuses"][0]["status"] == "90.0%"
    assert "应有20，对上18，应统未统2" in found.reconciled("Z-19")["statuses"][0]["reason"]
    assert found.reconciled("Z-19|02")["statuses"][0]["status"] == "75.0%"
    assert found.reconciled("Z-19|02")["counts"] == {"应有": 8, "对上": 6, "应统未统": 2}
    lacking = [row["key"] for row in found.reconciled("Z-19")["rows"] if row["status"] == "应统未统"]
    assert sorted(lacking) == ["P18", "P19"]
    assert run([], []).reconciled("Z-19")["statuses"][0]["status"] == "—"


ONE = scheme(
    [PROJECTS],
    """
    - {id: N-22, kind: reconcile, table: project, when: 有(开工日期), has: 有(入统日期)}
    - {id: C-22, kind: reconcile, table: project, has: 有(入统日期), missing: 应报未报}
    """,
)


def test_the_row_itself_may_say_that_it_is_in_the_other_list() -> None:
    rows = [project("甲"), project("乙", 入统日期="2025-05-01")]
    found = judge(ONE, "2025-06-01", {"亿元项目库": rows})
    assert (found.status("甲", "N-22"), found.status("乙", "N-22")) == ("应统未统", "一致")
    assert found.status("甲", "C-22") == "应报未报"
    assert found.reconciled("C-22")["statuses"][0]["status"] == "50.0%"


def test_a_condition_on_a_column_that_is_not_there_is_told_when_the_scheme_is_checked() -> None:
    lost = scheme([PROJECTS], "- {id: N-22, kind: reconcile, table: project, has: 有(入库日期)}")
    assert ["入库日期" in text for _, text in check_rules(lost, frozenset())] == [True]


POOL = table("pool", "升规培育库", "name 项目名称 text\nunit_name 乡镇 township", filler="dept")
FACTORY = table("factory", "厂房清单", "name 厂房 text\ntenants 入驻项目 choices", filler="dept")
STATS = table("stats", "行业统计", "name 行业 text\namount 统计投资 money_wan", filler="dept")
INDUSTRY = table("work", "项目", "name 项目名称 text\nindustry 行业 text\namount 完成投资 money_wan")
DIRECTIONS = scheme(
    [PROJECTS, POOL, FACTORY, STATS, INDUSTRY],
    """
    - {id: X5, kind: reconcile, table: project, right: pool, keys: [[项目名称, 填报单位]], expect: left, missing: 漏入库(升规培育库)}
    - {id: X5b, kind: reconcile, table: project, right: pool, keys: [{left: [项目名称, 填报单位], right: [项目名称, 乡镇]}],
       expect: right, extra: 库里多出}
    - {id: X3, kind: reconcile, table: project, when: 有(项目代码), right: pool, keys: [[项目名称]], expect: apart}
    - {id: X6, kind: reconcile, table: project, when: 有(入驻厂房), right: factory, keys: [{left: [入驻厂房], right: [厂房]}],
       many: left, expect: left, compare: [{left: 项目名称, right: 入驻项目, title: 入驻项目}], tell: left}
    - {id: X4, kind: reconcile, table: work, right: stats, keys: [[行业]], many: left, expect: both, tell: right,
       compare: [{left: 完成投资, right: 统计投资}]}
    """,
)


def directions(**rows: Rows) -> Judged:
    return judge(DIRECTIONS, "2025-10-01", rows)


def test_one_direction_says_nothing_of_the_other() -> None:
    pool = [{"key": "库甲", "项目名称": "甲", "乡镇": "甲镇"}, {"key": "库丙", "项目名称": "丙", "乡镇": "甲镇"}]
    found = directions(project=[project("甲"), project("乙")], pool=pool)
    assert found.status("乙", "X5") == "漏入库(升规培育库)"
    assert found.status("库丙", "X5") is None
    assert found.status("库丙", "X5b") == "库里多出"
    assert (found.status("甲", "X5b"), found.status("库甲", "X5b")) == ("一致", "一致")


def test_the_unit_is_part_of_the_key_where_names_repeat() -> None:
    found = directions(project=[project("甲", unit="乙镇")], pool=[{"key": "库甲", "项目名称": "甲", "乡镇": "甲镇"}])
    assert found.status("库甲", "X5b") == "库里多出"


def test_what_must_not_be_in_both_lists_is_a_duplicate() -> None:
    found = directions(project=[project("甲", "A1")], pool=[{"key": "库甲", "项目名称": "甲"}])
    assert (found.status("甲", "X3"), found.status("库甲", "X3")) == ("代码重复", "代码重复")


def test_a_name_agrees_with_a_list_that_holds_it() -> None:
    rows = [project("甲", 入驻厂房="F1"), project("乙", 入驻厂房="F2")]
    lists = [{"厂房": "F1", "入驻项目": "甲、丙"}, {"厂房": "F2"}]
    found = directions(project=rows, factory=lists)
    assert found.status("甲", "X6") == "一致"
    assert found.status("乙", "X6") == "字段不一致"
    assert "项目名称：字段不一致:入驻项目，这里是乙，厂房清单是空" in found.messages("乙")


def test_amounts_of_several_rows_are_summed_and_only_shown() -> None:
    work = [{"项目名称": f"P{n}", "行业": "化工", "完成投资": amount} for n, amount in enumerate((20000, 12000))]
    found = directions(work=work, stats=[{"行业": "化工", "统计投资": 29000}, {"行业": "纺织", "统计投资": 1}])
    assert found.messages("化工") == ["字段不一致:统计投资，这里是29000，项目是32000"]
    assert found.status("纺织", "X4") == "漏入库"
    assert found.status("P0", "X4") is None


@given(st.randoms(use_true_random=False), st.integers(0, 6), st.integers(0, 6))
def test_the_order_of_rows_changes_nothing(source: random.Random, left: int, right: int) -> None:
    codes = ["A1", "A2", "", "A1", "A3", ""]
    ours = [project(f"项目{n}", codes[n % 6], 12000 + n) for n in range(left)]
    theirs = [asset(f"项目{n}", codes[(n + 1) % 6]) for n in range(right)]
    said = [run(ours, theirs)]
    source.shuffle(ours)
    source.shuffle(theirs)
    said.append(run(ours, theirs))
    keys = [*(row["项目名称"] for row in ours), *(row["key"] for row in theirs)]
    assert [said[0].status(key, "Z-19") for key in keys] == [said[1].status(key, "Z-19") for key in keys]
    assert all(said[0].status(key, "Z-19") for key in keys), "every row of both lists is told something"


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"right": "x"},
        {"right": "x", "keys": [["a"]], "has": "有(a)"},
        {"has": "有(a)", "keys": [["a"]]},
        {"right": "x", "keys": [[]]},
        {"right": "x", "keys": [{"left": ["a", "b"], "right": ["c"]}]},
    ],
)
def test_a_reconciliation_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        parse_rule({"id": "R", "kind": "reconcile", "title": "R", "table": "project", **wrong})


EACH = scheme(
    [INDUSTRY, STATS],
    """
    - {id: X4, kind: reconcile, table: stats, right: work, keys: [[行业]], many: right, expect: left,
       compare: [{left: 统计投资, right: 完成投资, each: true}]}
    """,
)


@pytest.mark.parametrize(("amounts", "wanted"), [((8, 8), "一致"), ((8, 9), "字段不一致"), ((4, 4), "字段不一致")])
def test_several_rows_may_each_say_the_whole(amounts: tuple[int, int], wanted: str) -> None:
    work = [{"项目名称": f"P{n}", "行业": "化工", "完成投资": amount} for n, amount in enumerate(amounts)]
    given = {"work": work, "stats": [{"行业": "化工", "统计投资": 8}]}
    assert judge(EACH, "2025-10-01", given).status("化工", "X4") == wanted
