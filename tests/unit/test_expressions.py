"""The condition language: names, types, three values, units, and what it says to somebody who mistypes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validators.calendar import Calendar
from validators.expressions import UNKNOWN, ExpressionError, compile_expression, names_for
from validators.scheme.tables import Field, Table

NAMES = {
    "选址类型": ("site", "text"),
    "site": ("site", "text"),
    "总投资": ("total", "money"),
    "签约日期": ("signed", "date"),
    "开工日期": ("started", "date"),
    "承诺": ("promise", "bool"),
    "是否制造业": ("made", "bool"),
    "进度": ("progress", "percent"),
    "包保领导": ("leader", "list"),
    "完成": ("done", "number"),
    "计划": ("plan", "number"),
    "项目.选址类型": ("project.site", "text"),
    "用地（亩）": ("land", "number"),
}
ROW: dict[str, Any] = {
    "site": "独立选址",
    "total": Decimal("12000"),
    "signed": date(2025, 1, 31),
    "promise": "是",
    "made": "否",
    "progress": Decimal(55),
    "leader": ["张三", "李四"],
    "done": Decimal(7),
    "plan": Decimal(14),
    "@project": {"site": "标准化厂房"},
    "land": Decimal(30),
    "今天": date(2025, 3, 1),
}


def value(source: str, row: dict[str, Any] | None = None, **options: Any) -> Any:
    return compile_expression(source, NAMES, **options).fn(ROW if row is None else row)


@pytest.mark.parametrize("name", ["开工", "「开工」"])
def test_a_title_of_several_groups_is_told_with_its_groups(name: str) -> None:
    """Both are named as a condition may write them, and so written they are found."""
    table = Table(name="t", title="表", fields=(
        Field(name="planned", title="开工", group="计划", type="date"),
        Field(name="actual", title="开工", group="实际（到日）", type="date"),
    ))  # fmt: skip
    with pytest.raises(ExpressionError, match=r"叫“开工”的不止一列.*：计划·开工、「实际（到日）·开工」"):
        compile_expression(f"有({name})", names_for(table))
    for spelled in ("计划·开工", "「实际（到日）·开工」"):
        assert compile_expression(f"有({spelled})", names_for(table)).fn({}) is False


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("选址类型 = '独立选址' 且 总投资 >= 1亿元", True),
        ("site == “独立选址” and 总投资 ≥ 1.2亿元", True),
        ("总投资 > 1.2亿元", False),
        ("总投资 = 12000 或 总投资 < 500万", True),
        ("总投资 >= 120000000元", True),
        ("签约日期 <= 2025-01-31", True),
        ("签约日期 + 1个月", date(2025, 2, 28)),
        ("签约日期 + 2个月", date(2025, 3, 31)),
        ("签约日期 - 1周", date(2025, 1, 24)),
        ("2025-09-26 + 3个工作日", date(2025, 9, 30)),
        ("今天 - 签约日期", Decimal(29)),
        ("今天 - 签约日期 > 28日", True),
        ("天数(签约日期, 今天) = 29", True),
        ("承诺", True),
        ("承诺 = '是'", True),
        ("承诺 = 否", False),
        ("非 是否制造业", True),
        ("not 承诺 or 是否制造业", False),
        ("进度 >= 55%", True),
        ("进度 > 55", False),
        ("完成 / 计划 >= 50%", True),
        ("完成 / 计划 >= 55%", False),
        ("选址类型 属于 ['独立选址', '标准化厂房']", True),
        ("选址类型 不属于 【'独立选址'】", False),
        ("完成 in [7, 8]", True),
        ("'张三' 属于 包保领导", True),
        ("包含(包保领导, '王五')", False),
        ("包含(选址类型, '选址')", True),
        ("个数(包保领导) = 2", True),
        ("项目.选址类型 = '标准化厂房'", True),
        ("「用地（亩）」 * 2", Decimal(60)),
        ("年(签约日期) = 2025 且 月(签约日期) = 1 且 季度(签约日期) = 1", True),
        ("最大(完成, 计划) - 最小(完成, 计划)", Decimal(7)),
        ("最晚(签约日期, 2025-02-01)", date(2025, 2, 1)),
        ("月末(签约日期)", date(2025, 1, 31)),
        ("-完成 + 3 = -4", True),
        ("计数(承诺, 是否制造业, 完成 > 1)", Decimal(2)),
        ("如果(承诺, 1, 2)", Decimal(1)),
        ("四舍五入(1 / 3 * 100, 1)", Decimal("33.3")),
        ("（承诺）  # 说明", True),
    ],
)
def test_values(source: str, expected: Any) -> None:
    """Each spelling means what a person reads in it."""
    assert value(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("开工日期 > 2025-01-01", UNKNOWN),
        ("非 开工日期 > 2025-01-01", UNKNOWN),
        ("开工日期 > 2025-01-01 且 承诺 = '否'", False),
        ("开工日期 > 2025-01-01 或 承诺", True),
        ("开工日期 > 2025-01-01 且 承诺", UNKNOWN),
        ("为空(开工日期)", True),
        ("有(开工日期)", False),
        ("有(签约日期, 总投资)", True),
        ("有(签约日期, 开工日期)", False),
        ("首个(开工日期, 签约日期)", date(2025, 1, 31)),
        ("开工日期 - 签约日期", UNKNOWN),
        ("完成 / (计划 - 14)", UNKNOWN),
        ("最大(签约日期, 开工日期)", UNKNOWN),
        ("项目.选址类型 = 'x'", False),
    ],
)
def test_blank_is_unknown_only_where_it_matters(source: str, expected: Any) -> None:
    """Kleene logic: a blank spoils the answer only when the answer hangs on it."""
    assert value(source) is expected or value(source) == expected


def test_unknown_has_no_truth() -> None:
    """A forgotten check of UNKNOWN is a loud mistake, never a silent yes or no."""
    with pytest.raises(TypeError):
        bool(UNKNOWN)


def test_blank_parent_is_unknown() -> None:
    """A child whose parent is not found knows nothing of it."""
    assert value("项目.选址类型 = 'x'", {}) is UNKNOWN


def test_reads_and_missing() -> None:
    """An expression says which fields it reads and which of them are blank."""
    compiled = compile_expression("开工日期 > 今天 且 项目.选址类型 = 'x'", NAMES)
    assert compiled.reads == {"started", "今天", "project.site"}
    assert compiled.missing(ROW) == ("started",)
    assert compiled.missing({}) == ("project.site", "started", "今天")
    assert compiled.type == "bool"


def test_constants_by_name() -> None:
    """A scheme's own lists can be named."""
    lists = {"制造业": ("装备制造", "新材料")}
    compiled = compile_expression("选址类型 属于 制造业", NAMES, constants=lists)
    assert compiled.fn({"site": "新材料"}) is True
    assert compiled.fn({"site": "批发业"}) is False


def test_own_calendar_is_used() -> None:
    """Working days in a formula follow the office's table when the row carries it."""
    closed = Calendar({date(2025, 3, 3): "放假日"})
    row = {"signed": date(2025, 2, 28), "@calendar": closed}
    assert value("签约日期 + 1个工作日", row) == date(2025, 3, 4)


@pytest.mark.parametrize(
    ("source", "column", "says"),
    [
        ("选址类形 = 'a'", 1, "是不是“选址类型”"),
        ("选址类型 = 标准化厂房", 8, "如果是文字，请加引号：'标准化厂房'"),
        ("非是否制造业", 1, "“非 是否制造业”"),
        ("总投资 > '1'", 7, "数字不加引号"),
        ("签约日期 > '2025-01-01'", 8, "日期不加引号"),
        ("签约日期 > 2025-02-30", 8, "没有这一天"),
        ("签约日期 + 3", 8, "要写明单位"),
        ("签约日期 * 3", 1, "日期只能"),
        ("完成 > 3个月", 6, "长短不定"),
        ("选址类型 + 1", 1, "只能用于数字和日期"),
        ("包保领导 = '张三'", 8, "包含(字段, '值')"),
        ("承诺 = '有'", 6, "是/否"),
        ("承诺 > 是", 6, "只能用 = 或 ≠"),
        ("完成 且 承诺", 1, "这里应是一个条件"),
        ("1 < 完成 < 3", 8, "不能连着比较"),
        ("承诺 & 承诺", 4, "请写 且 或 或"),
        ("选址类型 = '独立", 8, "引号没有成对"),
        ("(承诺", 4, "没有写完"),
        ("年(承诺)", 3, "年(投产日期)"),
        ("年()", 1, "应有1项"),
        ("平均(完成)", 1, "没有叫“平均”的函数"),
        ("选址类型 属于 'a'", 9, "方括号"),
        ("选址类型 属于 []", 9, "至少写一个值"),
        ("选址类型 属于 [完成]", 10, "固定的值"),
        ("完成 in ['a']", 8, "不能与文字比较"),
        ("  ", 1, "空的"),
        ("3个月", 1, "不能只写时长"),
        ("签约日期 + 1.5月", 8, "整数"),
        ("如果(承诺, 1)", 1, "三项"),
        ("首个(完成)", 1, "至少写两个"),
    ],
)
def test_mistakes_are_told_at_load(source: str, column: int, says: str) -> None:
    """A wrong condition is refused with the place and what to write instead."""
    with pytest.raises(ExpressionError) as caught:
        compile_expression(source, NAMES)
    assert says in caught.value.message
    assert caught.value.column == column


def test_wanted_type_is_checked() -> None:
    """Where a condition is wanted, a number will not do."""
    assert compile_expression("完成 > 1", NAMES, wanted="bool").type == "bool"
    with pytest.raises(ExpressionError, match="要的是条件，写的却是数字"):
        compile_expression("完成 + 1", NAMES, wanted="bool")


def test_mistake_in_second_line() -> None:
    """The line is counted too."""
    with pytest.raises(ExpressionError) as caught:
        compile_expression("承诺 且\n  总投姿 > 1", NAMES)
    assert (caught.value.line, caught.value.column) == (2, 3)


def test_names_for_a_table() -> None:
    """Titles, aliases, English names and the parent's names lead to the fields; a double title needs its group."""
    project = Table(
        name="project",
        title="项目库",
        fields=(
            Field(name="site", title="选址类型"),
            Field(name="plan_start", title="计划日期", group="开工", type="date_plan"),
            Field(name="plan_end", title="计划日期", group="竣工", type="date_plan"),
        ),
    )
    month = Table(
        name="month",
        title="月度进展",
        parent="project",
        fields=(Field(name="paid", title="完成投资", aliases=("本月完成",), type="money_wan"),),
    )
    names = names_for(month, project)
    assert names["本月完成"] == names["paid"] == ("paid", "money")
    assert names["项目.选址类型"] == names["选址类型"] == names["project.site"] == ("project.site", "text")
    assert "计划日期" not in names
    assert names["开工·计划日期"] == ("project.plan_start", "date")


@given(st.text(max_size=40))
def test_any_text_is_an_expression_or_an_error(source: str) -> None:
    """Whatever is typed, the answer is an expression or an ExpressionError."""
    try:
        compile_expression(source, NAMES)
    except ExpressionError as problem:
        assert problem.message


@given(
    st.lists(
        st.sampled_from(["承诺", "是否制造业", "签约日期", "且", "或", "非", "(", ")", "=", "1", "'a'", "+"]),
        max_size=9,
    )
)
def test_any_row_of_words_is_an_expression_or_an_error(words: list[str]) -> None:
    """Words of the language in any order never crash the compiler or the compiled closure."""
    try:
        compiled = compile_expression(" ".join(words), NAMES)
    except ExpressionError:
        return
    compiled.fn(ROW)
    compiled.fn({})


@given(st.tuples(*[st.sampled_from([True, False, None])] * 3))
def test_kleene_laws(values: tuple[bool | None, ...]) -> None:
    """De Morgan and distribution hold for true, false and unknown."""
    names = {letter: (letter, "bool") for letter in "abc"}
    row = {letter: truth for letter, truth in zip("abc", values, strict=True) if truth is not None}
    for left, right in [
        ("非 (a 且 b)", "非 a 或 非 b"),
        ("非 (a 或 b)", "非 a 且 非 b"),
        ("a 且 (b 或 c)", "(a 且 b) 或 (a 且 c)"),
    ]:
        assert compile_expression(left, names).fn(row) is compile_expression(right, names).fn(row)


def test_after_within_the_name_of_a_list_means_the_list_also_where_a_column_is_called_so() -> None:
    """Elsewhere the column comes first, so that `site = '独立选址'` stays what it was."""
    lists = {"site": ("独立选址", "标准化厂房"), "leader": ("张三",)}
    assert value("选址类型 属于 site", constants=lists) is True
    assert value("选址类型 不属于 site", {"site": "别处"}, constants=lists) is True
    assert value("site = '独立选址'", constants=lists) is True
    assert value("'张三' 属于 包保领导", constants=lists) is True


def test_a_column_of_several_values_called_like_a_list_is_asked_about() -> None:
    with pytest.raises(ExpressionError, match="既是一列的英文名又是一个下拉"):
        compile_expression("'张三' 属于 leader", {**NAMES, "leader": ("leader", "list")}, {"leader": ("张三",)})
