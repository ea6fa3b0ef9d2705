"""Two values in one cell: never silently one of them, and never a third."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.parsers.drawn import context
from validators.parsers.codes import org_check, uscc_check
from validators.parsers.lines import parse_line_json

CONTEXT = context()
JOINTS = st.sampled_from(
    [
        "、",
        "，",
        ",",
        ";",
        "；",
        "/",
        "\n",
        " ",
        "-",
        "—",
        "~",
        "至",
        "到",
        "和",
        "及",
        "或",
        "；二期",
        "，其中",
        "（",
        "+",
    ]
)
DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))
DAY_SHAPES = st.sampled_from(
    [
        lambda d: d.isoformat(),
        lambda d: f"{d.year}.{d.month}.{d.day}",
        lambda d: f"{d.year}年{d.month}月{d.day}日",
        lambda d: f"{d.year}年{d.month}月",
        lambda d: f"{d.year}/{d.month}/{d.day}",
        lambda d: f"{d.month}月{d.day}日",
        lambda d: d.strftime("%Y%m%d"),
    ]
)


def read(field_type: str, cell: str) -> dict[str, str]:
    return parse_line_json(field_type, cell, CONTEXT)


@pytest.mark.parametrize("field_type", ["date", "date_plan", "date_actual"])
@given(first=DAYS, second=DAYS, joint=JOINTS, one=DAY_SHAPES, two=DAY_SHAPES)
def test_two_days_are_never_taken_for_one(
    field_type: str, first: date, second: date, joint: str, one: object, two: object
) -> None:
    """An error, or (with the second in a bracket) a warning that says what was left out."""
    result = read(field_type, one(first) + joint + two(second))  # type: ignore[operator]
    assert result["kind"] != "ok", result
    if result["kind"] == "warn":
        assert joint == "（" or result["value"] == ""


AMOUNTS = st.decimals(min_value=1, max_value=99_999, places=2).map(lambda value: Decimal(f"{value.normalize():f}"))
MONEY_UNITS = st.sampled_from(["", "万元", "亿元", "万", "亿", "元"])


@pytest.mark.parametrize("field_type", ["money_wan", "money_yi"])
@given(first=AMOUNTS, second=AMOUNTS, joint=JOINTS, unit=MONEY_UNITS)
def test_two_amounts_are_never_taken_for_one(
    field_type: str, first: Decimal, second: Decimal, joint: str, unit: str
) -> None:
    """`1,234` and `1 234` are one number in groups of three; all else is an error or names what was left out."""
    cell = f"{first}{unit}{joint}{second}{unit}"
    result = read(field_type, cell)
    grouped = unit == "" and joint in (",", "，", " ") and f"{second}".partition(".")[0].__len__() == 3
    if not grouped:
        assert result["kind"] != "ok", (cell, result)
        assert result["kind"] == "error" or joint in ("（", "，其中"), (cell, result)


MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
LANDLINES = st.from_regex(r"0(?:554|551)-[2-8][0-9]{6}", fullmatch=True)


@given(
    numbers=st.lists(MOBILES | LANDLINES, min_size=1, max_size=4, unique=True),
    joint=st.sampled_from(["、", "，", ",", "；", "/", "\n", " ", "　", " 、 "]),
)
def test_every_telephone_number_is_kept(numbers: list[str], joint: str) -> None:
    result = read("phone", joint.join(numbers))
    assert (result["kind"], result["value"].split("、")) == ("ok", numbers)


SURNAMES, GIVEN = "张王李刘陈杨赵黄周吴", "伟芳娜敏静强磊军洋勇艳杰"
NAMES = st.builds(lambda s, g: s + g, st.sampled_from(SURNAMES), st.text(GIVEN, min_size=1, max_size=2))


@given(
    names=st.lists(NAMES, min_size=1, max_size=4, unique=True),
    joint=st.sampled_from(["、", "，", ",", "；", ";", "/", "\n", " ", "　", "\\"]),
)
def test_every_name_is_kept(names: list[str], joint: str) -> None:
    result = read("person", joint.join(names))
    assert (result["kind"], result["value"].split("、")) == ("ok", names)


@given(name=NAMES)
def test_a_name_spaced_out_is_one_person(name: str) -> None:
    assert read("person", " ".join(name))["value"] == name
    assert read("person", "　".join(name))["value"] == name


# codes ------------------------------------------------------------------------------------------------------

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def code(front: str, region: str, organisation: str) -> str:
    body = front + region + organisation + org_check(organisation)
    return body + uscc_check(body)


CODES = st.builds(
    code,
    st.sampled_from(["91", "92", "93", "11", "12", "51", "52", "N2", "A1", "Y1"]),
    st.from_regex(r"[1-6]\d{5}", fullmatch=True).filter(str.isascii),
    st.text(ALPHABET, min_size=8, max_size=8),
).filter(lambda text: len(text) == 18 and text[16] in ALPHABET)


@given(text=CODES)
def test_sound_credit_codes_are_taken(text: str) -> None:
    """Also those of collectives (N), foreign offices (A) and others (Y), in small letters and with spaces."""
    assert read("uscc", text) == {"raw": text, "kind": "ok", "value": text, "message": ""}
    assert read("uscc", " ".join((text[:8], text[8:17], text[17]))).items() >= {"kind": "ok", "value": text}.items()
    assert read("uscc", text.lower())["value"] == text


@given(text=CODES, place=st.integers(0, 17), other=st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(text: str, place: int, other: str) -> None:
    if other == text[place]:
        return
    assert read("uscc", text[:place] + other + text[place + 1 :])["kind"] == "error"


@given(text=CODES, place=st.integers(0, 16))
def test_neighbours_in_the_wrong_order_are_noticed(text: str, place: int) -> None:
    if text[place] == text[place + 1]:
        return
    swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    assert read("uscc", swapped)["kind"] == "error"


@given(text=CODES, length=st.integers(1, 17))
def test_a_code_that_is_cut_off_is_an_error(text: str, length: int) -> None:
    assert read("uscc", text[:length])["kind"] == "error"


@given(parts=st.tuples(*[st.from_regex(rf"\d{{{n}}}", fullmatch=True).filter(str.isascii) for n in (2, 2, 6)]))
def test_project_codes_read_the_same_with_and_without_hyphens(parts: tuple[str, str, str]) -> None:
    written = "-".join(("2404", "340403", *parts))
    for cell in (
        written,
        written.replace("-", ""),
        written.replace("-", "—"),
        written.replace("-", " "),
        f"项目代码：{written}",
    ):
        assert read("projcode", cell).items() >= {"kind": "ok", "value": written}.items()
