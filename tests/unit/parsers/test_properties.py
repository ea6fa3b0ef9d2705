"""What holds for every parser whatever a clerk types."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sheets_templates import catalog
from validators import rawcell
from validators.messages import sentence, wanted
from validators.parsers.base import ParseContext
from validators.parsers.lines import from_json, line_context, parse_line_json, told
from validators.parsers.read import READERS, parse_cell
from validators.rowmodel import field_type as model_type
from validators.scheme.tables import Field
from validators.values import first_day, last_day

TODAY = date(2025, 6, 30)
CONTEXT = line_context(catalog.load("tianjiaan"), TODAY)
TYPES = sorted(READERS)
PIECES = st.sampled_from(
    [
        "2025",
        "3",
        "15",
        "25",
        "09",
        ".",
        "-",
        "/",
        "年",
        "月",
        "日",
        "号",
        "底",
        "初",
        "旬",
        "上",
        "中",
        "下",
        "半年",
        "季度",
        "第",
        "Q",
        "W",
        "周",
        "至",
        "~",
        "—",
        "约",
        "左右",
        "以上",
        "预计",
        "拟",
        "前",
        "后",
        "同上",
        "待定",
        "无",
        "(",
        ")",
        "（",
        "）",
        "，",
        "、",
        "；",
        ":",
        "一",
        "二",
        "十",
        "百",
        "千",
        "万",
        "亿",
        "元",
        "万元",
        "美元",
        "%",
        "百分之",
        "成",
        "半",
        "张三",
        "李四",
        "·",
        "安成镇",
        "街道",
        "有限公司",
        "项目",
        "★",
        "1、",
        "√",
        "是",
        "否",
        "未",
        "已",
        "开工",
        "竣工",
        "投产",
        "138",
        "5541",
        "2345",
        "0554",
        "91340403MA2TB0015G",
        "2404-340403-04-01-123456",
        "C35",
        "O",
        "l",
        "\n",
        "\t",
        "\u3000",
        "０",
        "５",
        "#",
        "=",
        "e",
        "E",
        "+",
        "*",
        "x",
        "人",
        "亩",
        "个",
    ]
)
TEXTS = st.lists(PIECES, max_size=8).map("".join) | st.text(max_size=30)
NUMBERS = st.one_of(
    st.integers(-(10**20), 10**20).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.sampled_from(
        ["1E400", "NaN", "Infinity", "-0", "1e-7", "", "abc", "2025.1", "45731", "45731.5", "60", "0", "99999999"]
    ),
)
CELLS = st.one_of(
    TEXTS.map(rawcell.text),
    st.builds(rawcell.number, NUMBERS, st.sampled_from(["", "d", "%", "@"])),
    st.booleans().map(rawcell.boolean),
    st.sampled_from(["#REF!", "#N/A", "#怪"]).map(rawcell.error),
    st.just(rawcell.uncalculated("=A1")),
    st.just(rawcell.picture("ID_1")),
    st.just(""),
)


@pytest.mark.parametrize("field_type", TYPES)
@given(cell=CELLS)
def test_no_cell_raises_and_every_doubt_has_a_sentence(field_type: str, cell: str) -> None:
    """ok needs no words; a warning or an error has a code with a sentence that leaves no parameter open."""
    parsed = parse_cell(field_type, cell, CONTEXT.of(field_type))
    assert parsed.kind in ("ok", "warn", "error")
    assert (parsed.code == "") == (parsed.kind == "ok")
    assert parsed.kind != "error" or parsed.value == ""
    json.dumps(dict(parsed.params))
    message = told(parsed, cell, field_type)
    assert bool(message) == (parsed.kind != "ok")
    assert "cell." not in sentence(parsed.code, parsed.params) or not parsed.code


@pytest.mark.parametrize("field_type", [item for item in TYPES if item != "photo"])
@given(cell=CELLS)
@example(cell="2025年3月底")
@example(cell="1.2亿元")
@example(cell="张三/李四")
@example(cell="\x01n64285")  # 2076 as a serial number
def test_what_was_understood_reads_as_itself(field_type: str, cell: str) -> None:
    """A canonical value typed into a cell of the same type is the same value, whatever led to it."""
    value = parse_cell(field_type, cell, CONTEXT.of(field_type)).value
    if not value:
        return
    kind = {"money_yi": "money_wan", "date_actual": "date"}.get(field_type, field_type)
    typed = f"{value}%" if field_type.startswith("pct") else value  # 0.5 in a percent column is asked about
    assert parse_cell(kind, typed, CONTEXT.of(kind)).value == value


@pytest.mark.parametrize("field_type", TYPES)
@given(cell=CELLS)
def test_values_fit_the_row_model(field_type: str, cell: str) -> None:
    """Every value a parser gives has the shape that the row model and the rules expect."""
    from pydantic import TypeAdapter

    value = parse_cell(field_type, cell, CONTEXT.of(field_type)).value
    if value:
        TypeAdapter(model_type(Field(name="x", title="x", type=field_type, max_length=100_000))).validate_python(value)  # type: ignore[arg-type]


# dates ------------------------------------------------------------------------------------------------------

DAYS = st.dates(date(2000, 1, 1), date(2044, 12, 31))
NUMERALS = "〇一二三四五六七八九"


def chinese(number: int) -> str:
    """15 → 十五, 30 → 三十."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else NUMERALS[tens] + "十") + (NUMERALS[ones] if ones else "")


SHAPES = [
    lambda d: d.isoformat(),
    lambda d: f"{d.year}.{d.month}.{d.day}",
    lambda d: f"{d.year}/{d.month}/{d.day}",
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: f"{d.year}年{d.month:02d}月{d.day:02d}号",
    lambda d: f"{d.year} 年 {d.month} 月 {d.day} 日",
    lambda d: d.strftime("%Y%m%d"),
    lambda d: f"{d.year}-{d.month}-{d.day} 00:00:00",
    lambda d: "".join(NUMERALS[int(c)] for c in str(d.year)) + f"年{chinese(d.month)}月{chinese(d.day)}日",
    lambda d: f"{d.year}．{d.month}．{d.day}".translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    lambda d: f"（{d.year}年{d.month}月{d.day}日）",
    lambda d: f"开工时间：{d.year}-{d.month:02d}-{d.day:02d}",
    lambda d: f"{d.year}，{d.month}，{d.day}",
]


@pytest.mark.parametrize("shape", SHAPES)
@given(day=DAYS)
def test_one_day_in_any_spelling(shape: object, day: date) -> None:
    parsed = parse_cell("date", shape(day), ParseContext(TODAY))  # type: ignore[operator]
    assert (parsed.kind, parsed.value) == ("ok", day.isoformat())


@given(day=DAYS)
def test_date_cells_are_their_day(day: date) -> None:
    assert parse_cell("date", rawcell.from_date(day), ParseContext(TODAY)).value == day.isoformat()


@given(day=DAYS)
def test_dates_without_a_year_stay_near_the_day_of_filling(day: date) -> None:
    """An actual date has come; a plan is never more than half a year old; what was inferred is told."""
    text = f"{day.month}月{day.day}日"
    actual = parse_cell("date_actual", text, ParseContext(TODAY))
    plan = parse_cell("date_plan", text, ParseContext(TODAY))
    if actual.value:
        assert TODAY - timedelta(days=366) < date.fromisoformat(actual.value) <= TODAY
    if plan.value:
        assert date.fromisoformat(plan.value) > TODAY - timedelta(days=215)
    assert actual.kind != "ok"
    assert plan.kind != "ok"


@given(year=st.integers(2000, 2044), month=st.integers(1, 12))
def test_the_end_of_a_month_is_its_last_day(year: int, month: int) -> None:
    ends = {parse_cell("date_plan", f"{year}年{month}月{word}", ParseContext(TODAY)).value for word in ("底", "末")}
    bare = parse_cell("date_plan", f"{year}年{month}月", ParseContext(TODAY)).value
    assert ends == {last_day(bare).isoformat()}
    assert first_day(bare).day == 1


@given(year=st.integers(2000, 2044), month=st.integers(1, 12), day=st.integers(29, 40))
def test_days_that_no_month_has_are_errors(year: int, month: int, day: int) -> None:
    try:
        date(year, month, day)
    except ValueError:
        assert parse_cell("date", f"{year}-{month}-{day}", ParseContext(TODAY)).kind == "error"


# money ------------------------------------------------------------------------------------------------------

AMOUNTS = st.decimals(min_value=10, max_value=900_000, places=2)


def grouped(value: Decimal) -> str:
    return f"{value:,}"


MONEY_SHAPES = [
    str,
    lambda v: f"{v}万元",
    lambda v: f"{v}万",
    grouped,
    lambda v: f"人民币{v}万元整",
    lambda v: f"{v / 10_000}亿元",
    lambda v: f"{v / 10_000:f}亿",
    lambda v: f"{v * 10_000:f}元",
    lambda v: f"总投资：{v}万元",
    lambda v: str(v).translate(str.maketrans("0123456789.", "０１２３４５６７８９．")) + " 万 元",
]


@pytest.mark.parametrize("shape", MONEY_SHAPES)
@given(value=AMOUNTS)
def test_one_amount_in_any_unit(shape: object, value: Decimal) -> None:
    """The unit in the cell decides; nothing is lost on the way to 万元."""
    parsed = parse_cell("money_wan", shape(value), ParseContext(TODAY))  # type: ignore[operator]
    if shape is MONEY_SHAPES[0] and re.fullmatch(r"\d{1,3}\.000?", str(value)):
        return
    assert parsed.kind == "ok", parsed
    assert Decimal(parsed.value) == value


@given(value=AMOUNTS, unit=st.sampled_from([("亿元", 10_000), ("元", Decimal("0.0001")), ("万元", 1), ("", 1)]))
def test_a_number_takes_the_unit_of_its_column(value: Decimal, unit: tuple[str, Decimal]) -> None:
    word, factor = unit
    parsed = parse_cell("money_wan", rawcell.number(str(value)), ParseContext(TODAY, unit=word))
    if value * factor >= 10**9:
        assert (parsed.kind, parsed.code) == ("error", "cell.money.impossible")
    else:
        assert Decimal(parsed.value) == value * factor
    assert parse_cell("money_wan", f"{value}万元", ParseContext(TODAY, unit=word)).value == f"{value.normalize():f}"


@given(whole=st.integers(1, 99_999))
def test_text_money_never_becomes_zero_or_a_tail(whole: int) -> None:
    """2000万 must not become 0 or 2000 of another unit."""
    assert parse_cell("money_wan", f"{whole}万", ParseContext(TODAY)).value == str(whole)
    assert Decimal(parse_cell("money_yi", f"{whole}万", ParseContext(TODAY)).value) == whole


# JSON -------------------------------------------------------------------------------------------------------

JSON_CELLS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: (
        st.dictionaries(st.sampled_from(["value", "format", "date", "formula", "error", "x"]), inner, max_size=3)
        | st.lists(inner, max_size=3)
    ),
    max_leaves=4,
)


@given(cell=JSON_CELLS, field_type=st.sampled_from([*TYPES, "row", "header"]))
def test_any_json_is_answered(cell: object, field_type: str) -> None:
    result = parse_line_json(field_type, cell, CONTEXT)
    assert list(result) == ["raw", "kind", "value", "message"]
    assert isinstance(from_json(cell), str)
    json.dumps(result)


def test_every_wish_is_worded() -> None:
    """What is wanted never leaves a parameter open, with or without an example."""
    from validators.messages.cells import CELL_MESSAGES, CELL_WANTED

    for code in CELL_MESSAGES:
        for params in ({}, {"example": "2025-03-15", "value": "x", "read": "1"}):
            assert "{" not in sentence(code, params) + wanted(code, params), code
    assert set(CELL_WANTED) == set(CELL_MESSAGES)
