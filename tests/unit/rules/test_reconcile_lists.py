"""`reconcile`: lists that have not come yet, one table kept by two offices, values that are only the least."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests.unit.rules.kit import Judged, Rows, judge, scheme, table
from validators.rules import parse_rule
from validators.scheme.models import Department

PROJECTS = table(
    "project", "项目库", "name 项目名称 project_name\nhall 入驻厂房 text\nstrength 投资强度 number\nday 签约日期 date"
)
FILED = table("filed", "备案清单", "name 项目名称 project_name\nplace 属地 township", filler="fgw")
HALLS = table("hall", "厂房", "name 厂房名称 text\nstandard 投资强度标准 number\nfirst 最早签约 date", filler="fgw")
SIGNED = table("signed", "签约库", "name 项目名称 project_name\nplace 属地 township\nday 签约日期 date", filler="两家")
MADE = scheme(
    [PROJECTS, FILED, HALLS, SIGNED],
    """
    - id: A-1
      kind: reconcile
      table: project
      right: filed
      keys: [{left: [项目名称, 填报单位], right: [项目名称, 属地]}]
      delivered: {left: [填报单位], right: [属地]}
      missing: 漏入库(未备案)
      keyless: false
    - id: A-2
      kind: reconcile
      table: project
      when: 有(入驻厂房)
      right: hall
      keys: [{left: [入驻厂房], right: [厂房名称]}]
      compare:
        - {left: 投资强度, right: 投资强度标准, least: true, each: true, blank: ignore}
        - {left: 签约日期, right: 最早签约, least: true, each: true, blank: ignore}
      many: left
      expect: left
      tell: left
      differs: 未达入驻条件:{what}
      severity: 提示
      keyless: false
    - id: A-3
      kind: reconcile
      table: signed
      left_book: 区投促局
      right: signed
      right_book: 区发改委
      keys: [[项目名称, 属地]]
      compare: [签约日期]
      missing: 只有区投促局登记
      extra: 只有区发改委登记
      keyless: false
    """,
    departments=(
        Department(code="fgw", name="区发改委", commission=True, group="两家"),
        Department(code="tcj", name="区投促局", group="两家"),
    ),
)


def run(projects: Rows = [], filed: Rows = [], halls: Rows = [], signed: Rows = []) -> Judged:  # noqa: B006
    rows = {"project": projects, "filed": filed, "hall": halls, "signed": signed}
    return judge(MADE, "2025-06-01", rows)


def project(name: str, unit: str = "甲镇", **cells: str) -> dict[str, str]:
    return {"项目名称": name, "unit": unit, **cells}


def test_a_list_that_has_not_come_lacks_nothing() -> None:
    found = run([project("甲"), project("乙", "乙镇")], [{"项目名称": "别的", "属地": "乙镇"}])
    assert (found.status("甲", "A-1"), found.messages("甲")) == ("清单未报", [])
    assert (found.status("乙", "A-1"), found.messages("乙")) == ("漏入库(未备案)", ["漏入库(未备案)"])


def test_rows_of_a_list_to_come_are_due_but_neither_found_nor_missing() -> None:
    counts = run([project("甲"), project("乙", "乙镇")], [{"项目名称": "乙", "属地": "乙镇"}]).reconciled("A-1")[
        "counts"
    ]
    assert {word: number for word, number in counts.items() if number} == {"应有": 2, "对上": 1, "清单未报": 1}


@pytest.mark.parametrize(
    ("strength", "said"),
    [
        ("300", "一致"),
        ("299.99", "未达入驻条件:投资强度"),
        ("280", "未达入驻条件:投资强度"),
        ("500", "一致"),
        ("", "一致"),
    ],
)
def test_a_standard_is_the_least(strength: str, said: str) -> None:
    found = run([project("甲", 入驻厂房="F1", 投资强度=strength)], halls=[{"厂房名称": "F1", "投资强度标准": "300"}])
    assert found.status("甲", "A-2") == said
    assert bool(found.messages("甲")) is (said != "一致")


def test_a_day_is_late_enough_from_the_least_on() -> None:
    rows = [project(f"项目{n}", 入驻厂房="F1", 签约日期=day) for n, day in enumerate(("2025-03-01", "2025-02-28"))]
    found = run(rows, halls=[{"厂房名称": "F1", "最早签约": "2025-03-01"}])
    assert [found.status(row["项目名称"], "A-2") for row in rows] == ["一致", "未达入驻条件:签约日期"]


def test_what_one_row_of_a_key_lacks_is_told_of_no_other() -> None:
    rows = [project(name, 入驻厂房="F1", 投资强度=value) for name, value in (("甲", "280"), ("乙", "320"))]
    found = run(rows, halls=[{"厂房名称": "F1", "投资强度标准": "300"}])
    assert [found.status(name, "A-2") for name in ("甲", "乙")] == ["未达入驻条件:投资强度", "一致"]
    assert found.messages("甲") == ["未达入驻条件:投资强度；投资强度，这里是280，厂房是300"]
    assert found.messages("乙") == []


def test_two_offices_that_keep_one_table_are_told_of_each_other() -> None:
    rows = [
        {"项目名称": "甲", "属地": "甲镇", "签约日期": day, "unit": office, "key": office}
        for office, day in (("区发改委", "2025-03-01"), ("区投促局", "2025-03-05"))
    ]
    found = run(signed=rows)
    assert found.messages("区发改委") == ["字段不一致:签约日期，这里是2025-03-01，区投促局的签约库是2025-03-05"]
    assert found.messages("区投促局") == ["字段不一致:签约日期，这里是2025-03-05，区发改委的签约库是2025-03-01"]
    assert "签约库(区发改委)“甲”" in found.entry("区投促局", "A-3")["reason"]


def test_each_office_is_told_what_only_it_has() -> None:
    rows = [
        {"项目名称": name, "属地": "甲镇", "unit": office}
        for office, name in (("区发改委", "甲"), ("区发改委", "乙"), ("区投促局", "丙"), ("区投促局", "甲"))
    ]
    for item in rows:
        item["key"] = item["unit"] + item["项目名称"]
    found = run(signed=rows)
    said = {item["key"]: found.status(item["key"], "A-3") for item in rows}
    assert said == {
        "区发改委甲": "一致", "区投促局甲": "一致", "区发改委乙": "只有区发改委登记", "区投促局丙": "只有区投促局登记",
    }  # fmt: skip


@pytest.mark.parametrize("lost", ["left_book", "right_book"])
def test_a_table_is_held_beside_itself_only_when_the_two_lists_can_be_told_apart(lost: str) -> None:
    rule = next(item for item in MADE.rules if item.id == "A-3").model_dump(by_alias=True)
    with pytest.raises(ValidationError, match="left_book 和 right_book"):
        parse_rule({**rule, lost: ""})
    parse_rule({**rule, lost: "", "when": "有(签约日期)", "right_when": "为空(签约日期)"})
