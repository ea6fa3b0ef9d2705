"""What only the number format shows, or hides: the clerk sees 15亿元 or 2025年9月, the file holds 15 or a day's number."""

from __future__ import annotations

from datetime import date

import pytest
from openpyxl import Workbook

from sync.backends.folder.grids import read_grids
from sync.backends.folder.package import Limits
from tests.ledger import paper
from validators.numberformats import shown_unit
from validators.parsers.base import ParseContext
from validators.parsers.read import parse_cell

SHOWN = [
    ('0.00"亿元"', "亿"), ('#,##0"万元"', "万"), ('#,##0"元"', "元"), ("0.0万元", "万"), ('[DBNum2]General"元整"', "元"),
    ("[$$-409]#,##0.00", "$"), ('"$"#,##0', "$"), ("[$US$-409]0", "$"), ('0"美元"', "$"), ("[$€-2]#,##0", "$"),
    ('0"千元"', "千"), ('0"百万元"', "?"), ('0"万元/年"', "?"), ('"共"0"万元"', "万"), ('"约"0.0"亿元"', "亿"), ('0"人"', ""), ('0"千瓦"', ""),
    ("0,,", "?"), ('0!.0,"万"', "?"), (r"0\.0", "?"),
    ("General", ""), ("#,##0.00", ""), ("#,##0_);(#,##0)", ""), ("￥#,##0.00", ""), ("[$¥-804]#,##0.00", ""), ("[Red]0", ""),
    ('_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', ""), ("[$-409]0", ""), ("000-0000-0000", ""), ('0"万平方米"', ""), ("", ""),
]  # fmt: skip


@pytest.mark.parametrize(("code", "unit"), SHOWN)
def test_what_a_format_shows(code: str, unit: str) -> None:
    assert shown_unit(code) == unit


@pytest.mark.parametrize(
    ("code", "stored", "kind", "value"),
    [
        ('0.00"亿元"', 15, "ok", "150000"), ('#,##0"万元"', 12000, "ok", "12000"), ('#,##0"元"', 500000, "ok", "50"),
        ('0"千元"', 12000, "ok", "1200"), ('0"万元/年"', 12000, "error", ""),
        ("[$$-409]#,##0", 12000, "error", ""), ("0,,", 120000000, "error", ""), ("#,##0.00", 12000, "ok", "12000"),
    ],
)  # fmt: skip
def test_an_amount_is_what_the_clerk_sees(code: str, stored: int, kind: str, value: str) -> None:
    """From a real file to the value; a unit in the cell beats the column's."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = stored
    sheet["A1"].number_format = code
    raw = read_grids(paper.saved(book), "表.xlsx", Limits()).grids[0].at(1, 1)
    parsed = parse_cell("money_wan", raw, ParseContext(date(2025, 6, 30), unit="万元"))
    assert (parsed.kind, parsed.value) == (kind, value)


def test_a_count_shown_in_ten_thousands() -> None:
    assert parse_cell("number", "\x01n8\x1f万", ParseContext(date(2025, 6, 30))).value == "80000"


@pytest.mark.parametrize(
    ("code", "day", "field_type", "kind", "value"),
    [
        ('yyyy"年"m"月"', date(2025, 9, 1), "date_plan", "ok", "2025-09"),
        ('[$-804]yyyy"年"m"月";@', date(2025, 5, 1), "date_actual", "error", ""),
        ("yyyy-mm", date(2025, 5, 20), "date_actual", "warn", "2025-05-20"),
        ("mmm-yy", date(2025, 6, 1), "month", "ok", "2025-06"),
        ("yyyy-mm-dd", date(2025, 5, 1), "date_actual", "ok", "2025-05-01"),
    ],
)
def test_a_month_is_what_the_clerk_sees(code: str, day: date, field_type: str, kind: str, value: str) -> None:
    """2025年9月 typed into a sheet is stored as its first day; another day was typed as a day."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = day
    sheet["A1"].number_format = code
    raw = read_grids(paper.saved(book), "表.xlsx", Limits()).grids[0].at(1, 1)
    parsed = parse_cell(field_type, raw, ParseContext(date(2025, 6, 30)))
    assert (parsed.kind, parsed.value) == (kind, value)
