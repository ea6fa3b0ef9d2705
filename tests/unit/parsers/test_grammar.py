"""Spellings put together by a grammar: the exact value or an error, never another one.

Each spelling is built from what it means, by the ways in which people write figures, units, marks and remarks; so the
value is known, however odd the spelling. Whether it is read at all is asked elsewhere (tables of cells).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.unit.parsers.drawn import context
from validators.parsers.base import ParsedCell
from validators.parsers.read import parse_cell

TODAY = date(2025, 6, 30)
WIDE = str.maketrans("0123456789.,", "０１２３４５６７８９．，")
NUMERALS, FORMAL = "〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖"
PLACES, FORMAL_PLACES = ("", "十", "百", "千"), ("", "拾", "佰", "仟")


def read(field_type: str, text: str) -> ParsedCell:
    return parse_cell(field_type, text, context(TODAY).of(field_type))


# amounts ----------------------------------------------------------------------------------------------------

PER_WAN = {
    "元": Decimal("0.0001"), "千元": Decimal("0.1"), "万": Decimal(1), "万元": Decimal(1), "百万": Decimal(100), "百万元": Decimal(100),
    "千万": Decimal(1000), "千万元": Decimal(1000), "亿": Decimal(10_000), "亿元": Decimal(10_000), "": Decimal(1),
}  # fmt: skip


def below_ten_thousand(number: int, digits: str = NUMERALS, places: tuple[str, ...] = PLACES) -> str:
    """3500 → 三千五百, 1005 → 一千〇五."""
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += (digits[0] if gap and text else "") + digits[digit] + places[place]
        gap = not digit
    return text or digits[0]


FIGURES = st.one_of(
    st.integers(0, 99_999).map(str),
    st.decimals(0, 99_999, places=2).map(str),
    st.decimals(0, 99, places=4).map(str),
    st.integers(1_000, 9_999_999).map("{:,}".format),
    st.integers(1_000, 9_999_999).map(lambda number: f"{number:,}".translate(WIDE)),
    st.integers(1_000, 999_999).map(lambda number: f"{number:,}".replace(",", " ")),
    st.decimals(0, 9_999, places=1).map(lambda number: str(number).translate(WIDE)),
    st.integers(1, 9).map(lambda digit: f".{digit}"),
)
NEUTRAL_BEFORE = st.sampled_from(
    [
        "",
        "",
        "￥",
        "人民币",
        "总投资",
        "总投资：",
        "预计",
        "约",
        "不低于",
        "'",
        "“",
        " ",
        "\u3000",
        "\u200b",
        "RMB",
        "共",
        "投资约",
    ]
)
NEUTRAL_BEHIND = st.sampled_from(
    [
        "",
        "",
        "左右",
        "以上",
        "（含税）",
        "(概算)",
        "。",
        "；",
        "√",
        "★",
        " ",
        "\n",
        "整",
        "人民币",
        "（其中设备3.5）",
        "[2]",
        "①",
        "（2025年）",
        "，其中土建7",
        "余",
    ]
)


def exact(figure: str) -> Decimal:
    return Decimal(figure.translate({wide: plain for plain, wide in WIDE.items()}).replace(",", "").replace(" ", ""))


@given(NEUTRAL_BEFORE, FIGURES, st.sampled_from(["", " "]), st.sampled_from(sorted(PER_WAN)), NEUTRAL_BEHIND)
@example("", "12000", "", "", "①")
@example("", ".5", "", "", "")
def test_an_amount_in_any_spelling_is_itself_or_an_error(
    before: str, figure: str, gap: str, unit: str, behind: str
) -> None:
    parsed = read("money_wan", before + figure + gap + unit + behind)
    if parsed.value:
        assert Decimal(parsed.value) == exact(figure) * PER_WAN[unit], parsed
    else:
        assert parsed.kind == "error"


@given(st.integers(0, 9_999), st.integers(0, 9_999), st.integers(0, 9_999), st.booleans(), st.booleans())
@example(1, 2_000, 0, False, False)
@example(1, 0, 5_000, False, False)
def test_amounts_in_words(hundred_millions: int, wan: int, rest: int, formal: bool, spoken: bool) -> None:
    """一亿二千万, 壹亿贰仟万元整, 1亿2000万: exact; a part left out at the end (一亿二) is an error, never a guess."""
    digits, places = (FORMAL, FORMAL_PLACES) if formal else (NUMERALS, PLACES)

    def said(number: int) -> str:
        return str(number) if spoken else below_ten_thousand(number, digits, places)

    text = (said(hundred_millions) + "亿" if hundred_millions else "") + (said(wan) + "万" if wan else "")
    text += said(rest) if rest else ""
    parsed = read("money_wan", text + "元")
    if parsed.value:
        assert Decimal(parsed.value) == hundred_millions * 10_000 + wan + Decimal(rest) / 10_000, text


SPOILT = ["①", "²", "₂"]
OTHER_THINGS = ["美元", "（美元）", "（万美元）", "欧元", "亩", "（亩）", "（台）", "%", "-15000", "~15000", "至2亿", "、13000", "+3000", "/8000",
                "×2", "O", "l", "亿亿", "..5", "（负）" * 0 or "吨", "人", "\n8000", " 0", ",00", "-"]  # fmt: skip


@pytest.mark.parametrize("tail", OTHER_THINGS)
@given(st.integers(100, 99_999))
def test_what_is_no_amount_in_yuan_is_an_error(tail: str, number: int) -> None:
    parsed = read("money_wan", f"{number}{tail}")
    assert parsed.kind == "error" or Decimal(parsed.value) == number, (tail, parsed)
    if any(word in tail for word in ("美元", "欧元", "亩", "台", "%", "15000", "13000", "3000", "8000", "2亿", "×2")):
        assert parsed.kind == "error", parsed


@pytest.mark.parametrize("mark", SPOILT)
@pytest.mark.parametrize("field_type", ["money_wan", "money_yi", "number", "integer", "pct_invest"])
@given(number=st.integers(1, 99))
def test_a_mark_beside_a_figure_is_no_digit_of_it(mark: str, field_type: str, number: int) -> None:
    """NFKC makes ① and ² plain digits: 12① would be 121."""
    plain = read(field_type, str(number)).value
    assert read(field_type, f"{number}{mark}").value in ("", plain)


# days -------------------------------------------------------------------------------------------------------

DAYS = st.dates(date(2001, 1, 1), date(2044, 12, 31))
MARKS = [("-", "-", ""), (".", ".", ""), ("/", "/", ""), ("年", "月", "日"), ("年", "月", "号"), ("年", "月", ""), ("、", "、", ""),
         ("－", "－", ""), ("．", "．", ""), ("·", "·", ""), (" - ", " - ", ""), ("年 ", "月 ", "日"), ("年\n", "月\n", "日"), (".", ".", "日"),
         ("-", ".", ""), ("_", "_", ""), ("•", "•", "")]  # fmt: skip
FIGURE_STYLES = ["plain", "padded", "wide", "numerals", "mixed_year"]


def spelled(number: int, style: str, year: bool = False) -> str:
    if style == "numerals" or (style == "mixed_year" and not year):
        return (
            "".join(NUMERALS[int(char)] for char in str(number))
            if year
            else below_ten_thousand(number).removeprefix("一" if 10 <= number < 20 else "")
        )
    if style == "mixed_year":
        return f"二0{NUMERALS[number // 10 % 10]}{NUMERALS[number % 10]}"
    text = f"{number:02d}" if style == "padded" else str(number)
    return text.translate(WIDE) if style == "wide" else text


AROUND_DAY = st.sampled_from([
    ("", ""), ("", ""), ("（", "）"), ("开工时间：", ""), ("批复日期:", ""), ("", " 00:00:00"), ("", "下午3点"), ("", "（已办）"), ("'", ""), ("“", "”"),
    ("√", ""), ("", "。"), ("", "；"), ("", "左右"), ("约", ""), ("于", ""), ("", "（计划2031年1月1日）"), ("", "①"), ("", "/"), ("\u200b", "\u3000"),
    ("已取得（", "）"),
])  # fmt: skip


@given(DAYS, st.sampled_from(MARKS), st.sampled_from(FIGURE_STYLES), AROUND_DAY)
@example(date(2025, 3, 8), ("-", "-", ""), "plain", ("", "①"))
@example(date(2025, 3, 8), ("年", "月", "日"), "mixed_year", ("", ""))
def test_a_day_in_any_spelling_is_itself_or_an_error(
    day: date, marks: tuple[str, str, str], style: str, around: tuple[str, str]
) -> None:
    text = "".join(
        (
            spelled(day.year, style, year=True),
            marks[0],
            spelled(day.month, style),
            marks[1],
            spelled(day.day, style),
            marks[2],
        )
    )
    parsed = read("date", around[0] + text + around[1])
    assert parsed.value in ("", day.isoformat()), (text, parsed)
    assert parsed.value or parsed.kind == "error"


PARTS = {
    "上旬": 10,
    "中旬": 20,
    "下旬": 31,
    "中上旬": 20,
    "中下旬": 31,
    "底": 31,
    "末": 31,
    "月底": 31,
    "初": 10,
    "份底": 31,
    "上半月": 15,
}


@given(st.integers(2001, 2044), st.integers(1, 12), st.sampled_from(sorted(PARTS)))
def test_parts_of_a_month_end_where_they_end(year: int, month: int, part: str) -> None:
    parsed = read("date_plan", f"{year}年{month}月{part}")
    last = min(PARTS[part], monthrange(year, month)[1])
    assert parsed.value in ("", date(year, month, last).isoformat()), (part, parsed)


NO_DAY = ["{y}年{m}月{d}日-{d}日", "{y}.{m}-{m}季度", "{y}年{m}-12季度", "{y}年  月  日", "{y}年X月", "{y}年{m}月0日", "{y}.{m}.0", "{y}年春", "{m}:{d}0", "{y}年{m}月{d}日或{y}年12月",
          "{y}年13月{d}日", "{y}-{m}-32", "农历{y}年{m}月", "民国114年{m}月", "{y}年{m}月{d}日起{d}天", "签约后{m}个月"]  # fmt: skip


@pytest.mark.parametrize("shape", NO_DAY)
@given(day=DAYS)
def test_what_names_no_day_is_an_error(shape: str, day: date) -> None:
    text = shape.format(y=day.year, m=day.month, d=day.day)
    assert read("date", text).kind == "error", text
