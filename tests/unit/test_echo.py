"""内容标识: what our side expects a spreadsheet to join must be just what it joins."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.echo import LIMIT, echo
from validators import rawcell

DIGITS = st.from_regex(r"-?[0-9]{1,16}(\.[0-9]{1,8})?", fullmatch=True)


@given(st.lists(st.text(st.characters(exclude_characters="\x01\x1f"), max_size=6), max_size=8))
def test_texts_are_joined_as_they_stand(texts: list[str]) -> None:
    assert echo(texts) == "|".join(texts)


@given(DIGITS)
def test_a_number_reads_as_in_general_format_or_the_row_goes_without(digits: str) -> None:
    said, value = echo(["甲", rawcell.number(digits), rawcell.number(digits, "d")]), Decimal(digits)
    if said:
        _, one, other = said.split("|")
        assert one == other
        assert Decimal(one) == value
        assert one == (f"{value.normalize():f}" if value else "0")
    else:
        assert abs(value) >= Decimal("1e11") or len(value.normalize().as_tuple().digits) > 13


@pytest.mark.parametrize(
    ("digits", "read"),
    [("0", "0"), ("-0", "0"), ("007", "7"), ("12.50", "12.5"), ("12.05", "12.05"), ("-3.0", "-3"), ("1e3", "1000"),
     ("99999999999", "99999999999"), ("100000000000", ""), ("0.1234567890123456", ""), ("1.5e20", "")],
)  # fmt: skip
def test_numbers_that_programs_write_in_different_ways(digits: str, read: str) -> None:
    assert echo([rawcell.number(digits)]) == read


@pytest.mark.parametrize("cell", [rawcell.boolean(True), rawcell.error("#REF!"), rawcell.uncalculated(), "\x01n?"])
def test_what_programs_join_differently_takes_the_whole_row_out(cell: str) -> None:
    assert echo(["甲", cell]) == ""


def test_a_row_too_long_for_a_format_goes_without() -> None:
    assert echo(["甲" * LIMIT]) == "甲" * LIMIT
    assert echo(["甲" * LIMIT, ""]) == ""
