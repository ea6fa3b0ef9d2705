"""Amounts and shares below nought are taken where the field says how far below it may go, and nowhere else."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.rules.kit import scheme
from validators import rawcell
from validators.fieldreader import FieldReader, column_contexts
from validators.parsers.base import ParsedCell
from validators.scheme.tables import Field, Table


def read(kind: str, minimum: str, cell: str) -> ParsedCell:
    field = Field(name="m", title="核减投资", type=kind, unit="万元", minimum=minimum)  # type: ignore[arg-type]
    table = Table(name="t", title="T", fields=(field,), name_field="m")
    made = scheme([table], "[]")
    reader = FieldReader(made, table, field)
    return reader.read(cell, reader.context(column_contexts(made, date(2025, 6, 1)), "万元"))


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("money_wan", "-50", "-50"),
        ("money_wan", "－50万元", "-50"),
        ("money_wan", "负0.01亿元", "-100"),
        ("money_wan", "(50)", "-50"),
        ("money_wan", rawcell.number("-50"), "-50"),
        ("pct_invest", "-5%", "-5"),
        ("money_wan", "-0", "0"),
        ("money_wan", "60", "60"),
    ],
)
def test_a_field_that_may_be_below_nought_takes_it(kind: str, cell: str, value: str) -> None:
    found = read(kind, "-100", cell)
    assert (found.kind == "error", found.value) == (False, value)


@pytest.mark.parametrize("cell", ["-50", "(50)", "-5%"])
def test_any_other_field_does_not(cell: str) -> None:
    kind = "pct_invest" if "%" in cell else "money_wan"
    assert read(kind, "", cell).code.endswith(".negative")
    assert read(kind, "0", cell).code.endswith(".negative")


@pytest.mark.parametrize(("cell", "code"), [("-100.01", "cell.below"), ("--5", "cell.money.negative"), ("-", "")])
def test_neither_further_below_than_it_says_nor_what_is_no_amount(cell: str, code: str) -> None:
    found = read("money_wan", "-100", cell)
    assert (found.value, found.code) == ("", code)
