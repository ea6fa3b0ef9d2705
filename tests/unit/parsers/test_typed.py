"""Cells that hold numbers, booleans, dates, formulas, errors and pictures, in columns of every kind."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.unit.parsers.drawn import check, context
from validators.parsers.base import ParseContext, Word, WordList, ok
from validators.parsers.lines import format_class, parse_line_json
from validators.parsers.read import READERS, parse_cell
from validators.rawcell import FROM_1904, number, show

CELLS: list[tuple[str, Any, str, str]] = [
    # dates
    ("date", {"date": "2025-03-15"}, "ok", "2025-03-15"),
    ("date", {"date": "2025-03-15T10:30:00"}, "ok", "2025-03-15"),
    ("date", {"value": 45731, "format": "yyyy/m/d"}, "ok", "2025-03-15"),
    ("date", {"value": 45731.5, "format": "yyyy-mm-dd hh:mm"}, "ok", "2025-03-15"),
    ("date", 45731, "warn", "2025-03-15"),
    ("date", "45731", "warn", "2025-03-15"),
    ("date", 20250315, "ok", "2025-03-15"),
    ("date", 202503, "ok", "2025-03"),
    ("date", 2025.1, "warn", "2025-01"),
    ("date", 2025.3, "ok", "2025-03"),
    ("date", 2025.12, "ok", "2025-12"),
    ("date", 2025.13, "error", ""),
    ("date", 2025.315, "error", ""),
    ("date", 3.15, "warn", "2025-03-15"),
    ("date", 3.2, "error", ""),
    ("date", 12.31, "warn", "2025-12-31"),
    ("date", -45731, "error", ""),
    ("date", 0, "error", ""),
    ("date", {"value": 0, "format": "yyyy-mm-dd"}, "error", ""),
    ("date", {"value": 1, "format": "yyyy-mm-dd"}, "error", ""),
    ("date", {"value": 0.45, "format": "0%"}, "error", ""),
    ("date", True, "error", ""),
    ("date", {"formula": "=TODAY()", "value": 45731, "format": "yyyy-mm-dd"}, "ok", "2025-03-15"),
    ("date", {"formula": "=A1", "value": "#REF!"}, "error", ""),
    ("date", {"formula": "=A1"}, "error", ""),
    ("date", {"error": "#VALUE!"}, "error", ""),
    ("date_actual", {"date": "2025-07-01"}, "error", ""),
    ("date_actual", {"date": "2025-06-30"}, "ok", "2025-06-30"),
    ("date_actual", 2025.3, "error", ""),
    ("date_plan", {"date": "2026-07-01"}, "ok", "2026-07-01"),
    ("date_plan", 2025, "warn", "2025-12-31"),
    ("month", {"date": "2025-06-01"}, "ok", "2025-06"),
    ("month", {"date": "2025-06-30"}, "ok", "2025-06"),
    ("month", {"date": "2025-06-25"}, "warn", "2025-06"),
    ("month", 6, "ok", "2025-06"),
    ("month", 202506, "ok", "2025-06"),
    ("month", 2025.6, "ok", "2025-06"),
    ("month", 2025.1, "warn", "2025-01"),
    ("month", 45809, "warn", "2025-06"),
    ("month", "45809", "warn", "2025-06"),
    ("month", 13, "error", ""),
    ("quarter", 2, "ok", "2025Q2"),
    ("quarter", {"date": "2025-06-30"}, "warn", "2025Q2"),
    ("quarter", 2025.2, "error", ""),
    ("week", 24, "ok", "2025-W24"),
    ("week", {"date": "2025-06-10"}, "warn", "2025-W24"),
    ("year", 2025, "ok", "2025"),
    ("year", 2025.5, "error", ""),
    ("period", 2025, "ok", "2025~2025"),
    ("period", {"date": "2025-06-30"}, "error", ""),
    # dates in formats that show no day: the month that was typed, not its first day
    ("date", {"value": 45778, "format": 'yyyy"年"m"月"'}, "ok", "2025-05"),
    ("date", {"value": 45778, "format": '[$-804]yyyy"年"m"月";@'}, "ok", "2025-05"),
    ("date", {"value": 45797, "format": "yyyy-mm"}, "warn", "2025-05-20"),
    ("date_plan", {"value": 45901, "format": 'yyyy"年"m"月"'}, "ok", "2025-09"),
    ("date_plan", {"value": 45901, "format": "yyyy"}, "warn", "2025-12-31"),
    ("date_actual", {"value": 45778, "format": 'yyyy"年"m"月"'}, "error", ""),
    ("date_actual", {"value": 45778, "format": "mmm-yy"}, "error", ""),
    ("date_actual", {"value": 45778, "format": "yyyy"}, "error", ""),
    ("date_actual", {"value": 45797, "format": "yyyy-mm"}, "warn", "2025-05-20"),
    ("date_actual", {"value": 45778, "format": "m/d"}, "warn", "2025-05-01"),
    ("month", {"value": 45809, "format": "yyyy-mm"}, "ok", "2025-06"),
    ("ten_days", {"value": 45809, "format": "yyyy-mm"}, "error", ""),
    ("half_month", {"value": 45809, "format": "yyyy-mm"}, "error", ""),
    ("year", {"value": 45658, "format": "yyyy"}, "ok", "2025"),
    ("text", {"value": 45778, "format": "yyyy-mm"}, "ok", "2025-05"),
    ("money_wan", {"value": 45778, "format": "yyyy-mm"}, "error", ""),
    # digits typed into a cell with a date's format
    ("date_actual", {"value": 20250605, "format": "yyyy-m-d"}, "warn", "2025-06-05"),
    ("date_plan", {"value": 202509, "format": "yyyy/m"}, "warn", "2025-09"),
    ("date_actual", {"value": 202505, "format": "yyyy/m"}, "error", ""),
    ("date_actual", {"value": 2025, "format": "yyyy-mm-dd"}, "error", ""),
    ("date_plan", {"value": 20251305, "format": "yyyy-m-d"}, "error", ""),
    # money and numbers
    ("money_wan", 12000, "ok", "12000"),
    ("money_wan", 12000.0, "ok", "12000"),
    ("money_wan", 0.1 + 0.2, "warn", "0.3"),
    ("money_wan", 12000.123456, "ok", "12000.123456"),
    ("money_wan", 0, "ok", "0"),
    ("money_wan", -500, "error", ""),
    ("money_wan", 1.2, "warn", "1.2"),
    ("money_wan", 120000000, "warn", "120000000"),
    ("money_wan", {"value": 0.5, "format": "0%"}, "error", ""),
    ("money_wan", {"date": "2025-03-15"}, "error", ""),
    ("money_wan", {"formula": "=SUM(A1:A3)", "value": 12000}, "ok", "12000"),
    ("money_wan", {"formula": "=SUM(A1:A3)"}, "error", ""),
    ("money_wan", {"formula": '=IF(A1,A1,"")', "value": ""}, "ok", ""),
    ("money_wan", "=5000+7000", "error", ""),
    ("money_wan", False, "error", ""),
    ("money_yi", 1.2, "ok", "12000"),
    ("pct_invest", {"value": 0.52, "format": "0%"}, "ok", "52"),
    ("pct_invest", {"value": 1.29, "format": "0.00%"}, "ok", "129"),
    ("pct_invest", 0.52, "warn", "52"),
    ("pct_invest", 52, "ok", "52"),
    ("pct_progress", {"value": 1, "format": "0%"}, "ok", "100"),
    ("pct_progress", {"value": 1.2, "format": "0%"}, "error", ""),
    ("pct_progress", {"value": 52, "format": "0%"}, "error", ""),
    ("pct_progress", 1, "warn", "1"),
    ("integer", 20, "ok", "20"),
    ("integer", 20.5, "error", ""),
    ("number", 12.5, "ok", "12.5"),
    ("number", {"date": "2025-03-15"}, "error", ""),
    ("number", {"value": 0.5, "format": "0%"}, "error", ""),
    # codes and names
    ("uscc", 913404030000000000, "error", ""),
    ("uscc", 9.13404e17, "error", ""),
    ("projcode", 24043404030401123456, "error", ""),
    ("projcode", 2.40434e19, "error", ""),
    ("phone", 13855412345, "ok", "13855412345"),
    ("phone", 1.3855412345e10, "ok", "13855412345"),
    ("phone", 5542672041, "error", ""),
    ("person", 12, "error", ""),
    ("company", 12, "error", ""),
    ("project_name", 12, "error", ""),
    ("township", 340403101, "ok", "安成镇"),
    ("industry", 35, "ok", "专用设备制造业"),
    # words and text
    ("yesno", True, "ok", "是"),
    ("yesno", False, "ok", "否"),
    ("yesno", 1, "ok", "是"),
    ("yesno", 2, "error", ""),
    ("stage", 3, "error", ""),
    ("text", 12.50, "ok", "12.5"),
    ("text", {"date": "2025-03-15"}, "ok", "2025-03-15"),
    ("text", {"value": 0.5, "format": "0%"}, "ok", "50%"),
    ("text", True, "ok", "TRUE"),
    ("text", {"formula": "=A1", "value": "甲"}, "ok", "甲"),
    ("text", {"error": "#N/A"}, "error", ""),
    ("text", None, "ok", ""),
    # pictures
    ("photo", {"formula": '=_xlfn.DISPIMG("ID_1",1)', "value": "#NAME?"}, "ok", "<image>"),
    ("photo", {"formula": '=DISPIMG("ID_1",1)'}, "ok", "<image>"),
    ("text", {"formula": '=DISPIMG("ID_1",1)'}, "error", ""),
    ("money_wan", '=DISPIMG("ID_1",1)', "error", ""),
    ("photo", 3, "error", ""),
]


@pytest.mark.parametrize(("field_type", "cell", "kind", "value"), CELLS, ids=lambda item: str(item)[:30])
def test_typed_cell(field_type: str, cell: Any, kind: str, value: str) -> None:
    check(field_type, cell, kind, value)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("General", ""), ("", ""), ("G/通用格式", ""), ("0.00", ""), ("#,##0", ""), ('0.0"亿元"', "亿"), ('#,##0.00"元"', "元"), ("[Red]0", ""),
        ("0%", "%"), ("0.00%", "%"), ("@", "@"), ("yyyy-mm-dd", "d"), ('yyyy"年"m"月"', "m"), ("[$-804]yyyy年m月d日", "d"), ("h:mm", "d"),
        ("[h]:mm", "d"), ("[mm]", "d"), ("mm:ss", "d"), ("m/d/yy", "d"), ("mmm-yy", "m"), ("yyyy", "y"), ('m"月"', "m"), ("yyyy年m月;@", "m"), ("m/d", "s"),
        ('m"月"d"日"', "s"), ("d-mmm", "s"), ("dddd", "d"), ("yyyy/m/d dddd", "d"), ("m/d h:mm", "s"), ("e年m月d日", "d"),
    ],
)  # fmt: skip
def test_class_of_a_number_format(code: str, kind: str) -> None:
    assert format_class(code) == kind


TOLD = [
    ("date", "2025-13-01", ["13", "1到12"]),
    ("date", "0225-03-15", ["0225", "是不是2025"]),
    ("date", "2025-02-30", ["28天", "30日"]),
    ("date_actual", "预计2025年8月", ["预计2025年8月", "计划", "留空"]),
    ("date_actual", "2025-07-15", ["2025-07-15", "2025-06-30"]),
    ("date_actual", 45900, ["45900", "2025-08-31", "2025-06-30"]),
    ("date_actual", {"value": 2025, "format": "yyyy-mm-dd"}, ["只填了2025"]),
    ("date_actual", {"value": 202505, "format": "yyyy/m"}, ["只填了202505"]),
    ("date", {"value": 20250605, "format": "yyyy-m-d"}, ["20250605", "2025-06-05"]),
    ("date_actual", {"value": 45797, "format": "yyyy-mm"}, ["2025-05-20", "没有显示"]),
    ("date_actual", {"value": 45721, "format": "m/d"}, ["“3月5日”没有显示年份", "按2025-03-05理解"]),
    ("text", {"value": 45721, "format": "m-d"}, ["“3月5日”", "3/5、1-2", "'3/5"]),
    ("projcode", {"value": 45721, "format": 'm"月"d"日"'}, ["成了日期（3月5日）", "文本", "'3/5"]),
    ("number", {"value": 45721, "format": "m/d"}, ["成了日期（3月5日）", "重新填数字"]),
    ("date", "6/5/2025", ["2025-06-05", "2025-05-06"]),
    ("date", "2025年5日", ["没有写月份"]),
    ("date_plan", "“十四五”末", ["“‘十四五’末”"]),
    ("date_plan", "2025年12月底前实现全部达产", ["“实现全部达产”没有收"]),
    ("date_plan", "分两期2025年9月验收", ["“分两期…验收”没有收"]),
    ("date", 2025.1, ["10月", "2025-01"]),
    ("money_wan", "3000万美元", ["外币", "人民币万元"]),
    ("money_yi", "见附件", ["见附件", "如1.2"]),
    ("money_wan", "1.2", ["1.2万元", "12000"]),
    ("uscc", "91340403MA2TB0015GG", ["18位", "19位"]),
    ("uscc", "91340403MA2TB0015H", ["校验码", "G"]),
    ("uscc", "91340403MA2TB0016G", ["第9到17位", "MA2TB0016"]),
    ("uscc", "91340403MA2TB0051G", ["第16位和第17位", "91340403MA2TB0015G"]),
    ("uscc", "91340403MA2TBO015G", ["第14位", "字母O", "0"]),
    ("uscc", "340403199003071234", ["身份证"]),
    ("projcode", "2404-340403-04-01-1234567", ["最后一段", "6位", "7位"]),
    ("phone", "1385541234", ["11位", "10位"]),
    ("phone", "138****2345", ["星号"]),
    ("township", "安城镇", ["安城镇", "安成镇"]),
    ("stage", "试生产", ["试生产", "投产"]),
    ("pct_progress", "120%", ["120%", "100%"]),
    ("company", "某某科技", ["某某科技", "全称"]),
    ("project_name", "★年产500套智能装备项目", ["年产500套智能装备项目"]),
    ("month", "12月", ["2025-12"]),
]


@pytest.mark.parametrize(("field_type", "cell", "words"), TOLD)
def test_messages_name_what_is_wrong_and_what_is_wanted(field_type: str, cell: Any, words: list[str]) -> None:
    message = parse_line_json(field_type, cell, context())["message"]
    assert [word for word in words if word not in message] == [], message


DAYS = ("date", "date_plan", "date_actual")
SPANS = {
    "month": "2025-03",
    "quarter": "2025Q1",
    "half": "2025H1",
    "ten_days": "2025-03上旬",
    "half_month": "2025-03上半月",
    "week": "2025-W10",
    "year": "2025",
}
NUMBERS = ("money_wan", "money_yi", "number", "integer", "pct_invest", "pct_progress")


@pytest.mark.parametrize("field_type", READERS)
def test_a_day_without_a_year_is_told_whatever_the_column(field_type: str) -> None:
    """3/5 typed into a sheet: neither its serial number nor a date of this year is taken in silence."""
    cell = parse_cell(field_type, number("45721", "s"), ParseContext(today=date(2025, 6, 30)))
    if field_type in DAYS or field_type in SPANS:
        assert (cell.kind, cell.value, cell.code) == (
            "warn", SPANS.get(field_type, "2025-03-05"), "cell.date.hidden_year"
        )  # fmt: skip
    elif field_type in ("text", "long_text"):
        assert (cell.kind, cell.value, cell.code) == ("warn", "3月5日", "cell.text.date")
    else:
        code = "cell.number.looks_date" if field_type in NUMBERS else "cell.became_date"
        assert (cell.kind, cell.value, cell.code) == ("error", "", code)


@pytest.mark.parametrize(
    "field_type", ["project_name", "company", "person", "phone", "uscc", "projcode", "township", "choice"]
)
def test_a_whole_date_is_no_name_and_no_code(field_type: str) -> None:
    """Also one that shows its year; a list may have months for words, and a number too large for a day is none."""
    ctx = ParseContext(today=date(2025, 6, 30), choices=WordList((Word("2025-03"), Word("是"))))
    assert parse_cell(field_type, number("45721", "d"), ctx).code == "cell.became_date"
    assert parse_cell("choice", number("45717", "m"), ctx) == ok("2025-03")
    assert parse_cell("phone", number("13855412345", "d"), ctx) == ok("13855412345")


@pytest.mark.parametrize("field_type", ["text", "long_text"])
def test_a_whole_date_in_free_text_is_what_it_says(field_type: str) -> None:
    cell = parse_cell(field_type, number("45721", "d"), ParseContext(today=date(2025, 6, 30)))
    assert cell == ok("2025-03-05")


@pytest.mark.parametrize("field_type", READERS)
def test_a_plain_number_of_a_book_that_counts_from_1904(field_type: str) -> None:
    """As a day it is the book's own; everything else it is as in any book."""
    ctx = ParseContext(today=date(2025, 6, 30), unit="万元")
    counted = number("44255", FROM_1904)
    days = ("date", "date_plan", "date_actual", "month", "quarter", "half", "ten_days", "half_month", "week")
    assert parse_cell(field_type, counted, ctx) == parse_cell(
        field_type, number("45717" if field_type in days else "44255"), ctx
    )
    assert show(counted) == "44255"
