"""The only door for rows: what is stored, what is told, and that one bad cell costs that cell only."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validators import rawcell
from validators.findings import Severity
from validators.messages import sentence, wanted
from validators.parsers.read import READERS
from validators.rowmodel import row_model, typed
from validators.rows import RawRow
from validators.scheme.models import Scheme, Source, Unit
from validators.scheme.tables import Choice, Field, Table
from validators.validate import RowValidator, ValidRow, validate_rows

TODAY = date(2025, 6, 30)
UNITS = (
    Unit(code="101", name="甲镇", aliases=("甲镇人民政府",)),
    Unit(code="102", name="乙乡"),
)


def field(name: str, type_: str, **more: Any) -> Field:
    return Field(name=name, title=more.pop("title", name), type=type_, **more)


PROJECT = Table(
    name="project",
    title="项目库",
    name_field="name",
    fields=(
        field("name", "project_name", title="项目名称", required=True),
        field("place", "township", title="属地", choices="@units"),
        field("total", "money_wan", title="总投资", unit="万元", minimum="0", maximum="500000", required=True),
        field("land", "number", title="用地面积", unit="亩"),
        field("kind", "choice", title="类型", choices="kinds"),
        field("label", "text", title="标签", choices="kinds", strict=False),
        field("start", "date_actual", title="开工日期", minimum="2020-01-01"),
        field("plan", "date_plan", title="计划日期", precision="day"),
        field("leader", "person", title="包保领导", at_most=1),
        field("code", "text", title="文号", pattern=r"[A-Z]{2}\d+"),
        field("note", "long_text", title="说明", max_length=10),
        field("percent", "pct_progress", title="进度", maximum="100", unit="%"),
    ),
)
PROBLEM = Table(
    name="problem",
    title="问题清单",
    parent="project",
    parent_field="project",
    fields=(
        field("project", "project_name", title="项目名称", choices="@own:project", required=True),
        field("done", "date_actual", title="完成日期"),
    ),
)
SCHEME = Scheme(
    id="small",
    title="小方案",
    version="1",
    source=Source(document="文件"),
    units=UNITS,
    choices={"kinds": (Choice(value="标准化厂房", aliases=("标准厂房",)), Choice(value="独立选址"))},
    tables=(PROJECT, PROBLEM),
)
VALIDATOR = RowValidator(SCHEME, PROJECT)


def row(table: Table, **cells: str) -> RawRow:
    return RawRow(table.title, 5, tuple(cells.get(item.name, "") for item in table.fields))


def read(unit: str = "", units: dict[str, str] | None = None, today: date = TODAY, **cells: str) -> ValidRow:
    """One project row; name and total are filled in unless the test says otherwise."""
    given = {"name": "年产500套装备项目", "total": "12000", **cells}
    return VALIDATOR.validate([row(PROJECT, **given)], today=today, unit=unit, units=units).rows[0]


def codes(valid: ValidRow) -> list[str]:
    return [item.code for item in valid.findings]


def test_a_plain_row_is_stored_in_canonical_texts() -> None:
    valid = read(place="甲镇", total="1.2亿元", kind="标准厂房", start="2025.3.15", leader="张 三", percent="52%")
    assert valid.values == {
        "name": "年产500套装备项目", "place": "甲镇", "total": "12000", "kind": "标准化厂房", "start": "2025-03-15",
        "leader": "张三", "percent": "52",
    }  # fmt: skip
    assert (valid.findings, valid.unread) == ([], ())


def test_one_bad_cell_costs_that_cell_only() -> None:
    """The finding names cell, value and example; the rest of the row is stored."""
    valid = read(start="2025-13-01", kind="独立选址")
    assert valid.values["kind"] == "独立选址"
    assert "start" not in valid.values
    assert valid.unread == ("start",)
    (finding,) = valid.findings
    assert (finding.table, finding.field, finding.value, finding.severity) == (
        "project",
        "start",
        "2025-13-01",
        Severity.MUST,
    )
    assert "13" in sentence(finding.code, {**finding.params, "value": finding.value})
    assert "2025-03-15" in wanted(finding.code, finding.params)


def test_one_bad_row_leaves_the_others_alone() -> None:
    rows = [row(PROJECT, name="甲项目", total="见附件"), row(PROJECT, name="乙项目", total="500")]
    bad, good = VALIDATOR.validate(rows, today=TODAY).rows
    assert codes(bad) == ["cell.reference"]
    assert (good.values["total"], good.findings) == ("500", [])


def test_a_warning_is_stored_and_told() -> None:
    valid = read(total="约1.2亿元")
    assert valid.values["total"] == "12000"
    assert valid.unread == ()
    assert [(f.code, f.severity) for f in valid.findings] == [("cell.money.about", Severity.HINT)]


@pytest.mark.parametrize(
    ("total", "told"),
    [
        ("", ["cell.required"]),
        ("—", ["cell.required"]),
        ("无", ["cell.required"]),
        ("#REF!", ["cell.formula_error"]),
        ("待核实", ["cell.pending"]),
        ("0", []),
    ],
)
def test_required_is_asked_once_and_only_for_its_own_cause(total: str, told: list[str]) -> None:
    """A cell that cannot be read, or says that it is not known yet, is not also reported as missing."""
    assert codes(read(total=total)) == told


CONSTRAINTS = """
total   | 500000        | ok
total   | 500001        | cell.above
total   | 51亿元        | cell.above
land    | 12.5亩        | ok
land    | 12人          | cell.number.other_unit
start   | 2020-01-01    | ok
start   | 2019-12-31    | cell.before_limit
plan    | 2025-09-30    | ok
plan    | 2025年9月底   | ok
plan    | 2025-09       | cell.date.too_rough
leader  | 张三          | ok
leader  | 张三、李四    | cell.too_many
code    | AB12          | ok
code    | AB12号        | cell.pattern
note    | 一二三四五六七八九十   | ok
note    | 一二三四五六七八九十一 | cell.too_long
percent | 100           | ok
percent | 101           | cell.percent.over_100
kind    | 标准厂房      | ok
kind    | 标准产房      | cell.choice.unknown
label   | 独立选址      | ok
label   | 别的说法      | cell.choice.unlisted
"""


@pytest.mark.parametrize("line", CONSTRAINTS.strip().splitlines())
def test_constraints(line: str) -> None:
    """Each constraint with a value that keeps it and one that breaks it; what breaks it is not stored."""
    name, cell, told = (part.strip() for part in line.split("|"))
    valid = read(**{name: cell})
    assert codes(valid) == ([] if told == "ok" else [told])
    assert (name in valid.values) == (told in ("ok", "cell.choice.unlisted"))
    assert (name in valid.unread) == (name not in valid.values)


def test_limits_are_told_in_the_columns_unit() -> None:
    (finding,) = read(total="600000").findings
    assert sentence(finding.code, {**finding.params, "value": finding.value}) == "“600000”太大了，不能大于500000万元"


# units ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "unit", "value"),
    [
        ("1.2", "亿元", "12000"),
        (rawcell.number("1.2"), "亿元", "12000"),
        ("12000", "万元", "12000"),
        ("12000", "", "12000"),
        ("120000000", "元", "12000"),
        ("1.2亿元", "元", "12000"),
        ("12000万元", "亿元", "12000"),
        ("12000", "亩", "12000"),
    ],
)
def test_cell_beats_column_beats_scheme(cell: str, unit: str, value: str) -> None:
    """The unit of the cell counts first, then that of its column, then the scheme's; a unit of no money is no unit."""
    valid = read(total=cell, units={"total": unit})
    assert (valid.values["total"], codes(valid)) == (value, [])


def test_foreign_money_in_the_heading_is_an_error() -> None:
    assert codes(read(total="3000", units={"total": "万美元"})) == ["cell.money.foreign"]


def test_areas_are_converted_to_the_fields_unit() -> None:
    assert read(land="2", units={"land": "公顷"}).values["land"] == "30"
    assert read(land="2公顷").values["land"] == "30"
    assert read(land="10000平方米").values["land"] == "15"


def test_columns_with_different_units_do_not_share_what_they_remember() -> None:
    for unit, value in (("万元", "15"), ("亿元", "150000"), ("万元", "15")):
        assert read(total="15", units={"total": unit}).values["total"] == value


def test_days_do_not_share_what_they_remember() -> None:
    """3月15日 is this year's, whichever year was asked first."""
    for year in (2025, 2026, 2025):
        assert read(start="3月15日", today=date(year, 6, 30)).values["start"] == f"{year}-03-15"


def test_a_date_after_today_is_left_to_the_rules() -> None:
    """Rules judge it again every day; a finding of the cell would stay after the day has come."""
    valid = read(start="2025-12-31")
    assert (valid.values["start"], valid.findings) == ("2025-12-31", [])


# places and names -------------------------------------------------------------------------------------------


def test_a_blank_place_is_the_books_own() -> None:
    assert read(unit="101").values["place"] == "甲镇"
    assert "place" not in read().values


def test_another_units_place_asks_for_a_word() -> None:
    valid = read(unit="101", place="乙乡")
    assert valid.values["place"] == "乙乡"
    assert [(f.code, f.severity) for f in valid.findings] == [("cell.township.other", Severity.EXPLAIN)]
    assert codes(read(unit="101", place="甲镇人民政府")) == []


def test_an_unreadable_place_is_not_replaced() -> None:
    valid = read(unit="101", place="丙镇")
    assert "place" not in valid.values
    assert codes(valid) == ["cell.township.unknown"]


def child(name: str, own: dict[str, list[str]]) -> ValidRow:
    return validate_rows(SCHEME, PROBLEM, [row(PROBLEM, project=name)], today=TODAY, own=own).rows[0]


@pytest.mark.parametrize(
    "typed_name", ["年产500套装备项目", " 年产500套 装备项目", "★年产500套装备项目", "1、年产500套装备项目"]
)
@pytest.mark.parametrize("parent", ["年产500套装备项目", "★年产500套装备项目", "年产 500套装备项目"])
def test_a_child_names_its_parent_in_any_spelling(typed_name: str, parent: str) -> None:
    """Both sides are cleaned the same way, so the names that are stored are equal."""
    assert child(typed_name, {"project": [parent, "别的项目"]}).values["project"] == "年产500套装备项目"


def test_an_unknown_parent_is_an_error_with_a_guess() -> None:
    valid = child("年产500套设备项目", {"project": ["年产500套装备项目"]})
    (finding,) = valid.findings
    assert (finding.code, finding.params["suggest"]) == ("cell.own.unknown", "年产500套装备项目")
    assert valid.unread == ("project",)
    assert "项目库" in sentence(finding.code, {**finding.params, "value": finding.value})


@pytest.mark.parametrize(
    ("name", "told"), [("年产500套装备项目", []), ("年产500套设备项目", ["cell.own.unknown"]), ("外地的老项目", [])]
)
def test_where_other_names_may_stand_only_a_likely_slip_is_told(name: str, told: list[str]) -> None:
    """The value is kept in any case."""
    fields = tuple(f.model_copy(update={"strict": False}) if f.name == "project" else f for f in PROBLEM.fields)
    table = PROBLEM.model_copy(update={"fields": fields})
    own = {"project": ["年产500套装备项目"]}
    valid = validate_rows(SCHEME, table, [row(table, project=name)], today=TODAY, own=own).rows[0]
    assert (valid.values["project"], codes(valid)) == (name, told)
    assert all(finding.severity is Severity.HINT for finding in valid.findings)


def test_without_the_parents_tab_nothing_is_compared() -> None:
    assert child("随便什么项目", {}).findings == []


def test_names_of_one_book_do_not_serve_another() -> None:
    validator = RowValidator(SCHEME, PROBLEM)
    for own, told in ((["甲项目"], []), (["乙项目"], ["cell.own.unknown"]), (["甲项目"], [])):
        valid = validator.validate([row(PROBLEM, project="甲项目")], today=TODAY, own={"project": own}).rows[0]
        assert codes(valid) == told


# whatever stands in the cells -------------------------------------------------------------------------------

ALL = Table(
    name="all",
    title="全部类型",
    fields=tuple(field(f"f_{name}", name, choices="kinds" if name.startswith("choice") else "") for name in READERS),
)
EVERY = RowValidator(SCHEME, ALL)
CELLS = st.one_of(
    st.text(max_size=12).map(rawcell.text),
    st.sampled_from(
        [
            "",
            "2025年3月",
            "1.2亿元",
            "张三/李四",
            "同上",
            "待定",
            "约50%",
            "是",
            "标准厂房",
            "甲镇",
            "1-6月",
            "2025-2026",
            "C35",
        ]
    ),
    st.builds(rawcell.number, st.integers(0, 99_999).map(str), st.sampled_from(["", "d", "%"])),
    st.sampled_from([rawcell.error("#N/A"), rawcell.uncalculated(), rawcell.picture("x"), rawcell.boolean(True)]),
)


@given(cells=st.tuples(*[CELLS] * len(ALL.fields)))
def test_any_row_is_answered(cells: tuple[str, ...]) -> None:
    """Values fit the row model, findings name their field, unread cells have an error, and twice is the same as once."""
    once, twice = (EVERY.validate([RawRow("t", 1, cells)], today=TODAY).rows[0] for _ in range(2))
    assert (once.values, once.unread, once.findings) == (twice.values, twice.unread, twice.findings)
    assert set(typed(ALL, once.values)) == set(once.values)
    assert not set(once.unread) & set(once.values)
    errors = {item.field for item in once.findings if item.severity is Severity.MUST}
    assert set(once.unread) == errors
    assert all(value for value in once.values.values())


def test_the_row_model_describes_itself() -> None:
    """The model serves the API as a JSON Schema and refuses what is no field."""
    schema = row_model(PROJECT).json_schema()
    assert set(schema["properties"]) == {item.name for item in PROJECT.fields}
    with pytest.raises(ValueError, match="extra"):
        typed(PROJECT, {"total": "1", "unknown": "x"})


def test_result_lists_findings_with_their_row() -> None:
    rows = [row(PROJECT, name="甲项目", total="1000"), row(PROJECT, name="乙项目")]
    result = VALIDATOR.validate(rows, today=TODAY)
    assert [(index, item.code) for index, item in result.findings] == [(1, "cell.required")]
