"""Cells (sheets-api.md §7.5): what typing makes of a text, what is lost, how it is shown, what formulas come to."""

from __future__ import annotations

import pytest
from gspread.exceptions import APIError
from gspread.utils import ValueInputOption

from sync.backends.google.emulator.entry import typed
from sync.backends.google.emulator.formats import shown
from tests.google.kit import grid

TYPED = ValueInputOption.user_entered
CODE = "110105194912310021"  # 18 digits


# long numbers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("digits", [15, 16, 17, 18, 20])
def test_a_number_keeps_fifteen_digits(sheet, digits):
    """18 digits typed into a cell become a double before any API is asked."""
    text = ("1234567890" * 3)[:digits]
    sheet.update([[text]], "A1", value_input_option=TYPED)
    found = sheet.acell("A1", "UNFORMATTED_VALUE").value
    assert isinstance(found, int | float)
    assert (f"{found:.0f}" == text) is (float(text) == int(text) and digits <= 17)
    assert f"{found:.14e}" == f"{float(text):.14e}"


def test_eighteen_digits_are_lost_and_shown_as_a_power(sheet):
    sheet.update([[CODE]], "A1", value_input_option=TYPED)
    assert sheet.acell("A1").value == "1.10105E+17"
    assert str(sheet.acell("A1", "UNFORMATTED_VALUE").value) != CODE


@pytest.mark.parametrize("how", ["TEXT", "apostrophe", "RAW"])
def test_text_cells_keep_every_digit(book, sheet, how):
    if how == "TEXT":
        sheet.format("A1", {"numberFormat": {"type": "TEXT"}})
    text = "'" + CODE if how == "apostrophe" else CODE
    sheet.update([[text]], "A1", value_input_option="RAW" if how == "RAW" else TYPED)
    assert sheet.acell("A1", "UNFORMATTED_VALUE").value == CODE
    assert sheet.acell("A1").value == CODE


@pytest.mark.parametrize("text", ["007", "2025.10", "1e5", "3/4", "TRUE", "=1+1"])
def test_a_text_format_keeps_what_is_typed(sheet, text):
    sheet.format("A1", {"numberFormat": {"type": "TEXT"}})
    sheet.update([[text]], "A1", value_input_option=TYPED)
    assert sheet.acell("A1", "UNFORMATTED_VALUE").value == text


def test_a_cell_holds_fifty_thousand_characters(sheet):
    sheet.update([["x" * 50_000]], "A1")
    assert len(sheet.acell("A1").value) == 50_000
    with pytest.raises(APIError) as caught:
        sheet.update([["x" * 50_001]], "A1")
    assert caught.value.code == 400
    assert "50000 characters" in caught.value.error["message"]


@pytest.mark.parametrize(
    ("text", "locale", "value"),
    [
        ("2025年3月15日", "zh_CN", 45731.0),
        ("2025年3月15日", "en", "2025年3月15日"),
        ("2025/3/15", "zh_CN", 45731.0),
        ("2025.3.15", "zh_CN", 45731.0),
        ("3/15/2025", "en", 45731.0),
        ("3/15/2025", "zh_CN", "3/15/2025"),
        ("2025-13-01", "zh_CN", "2025-13-01"),
        ("2025.10", "zh_CN", 2025.1),
        ("1e5", "zh_CN", 100000.0),
        ("12:30", "zh_CN", 0.5208333333333334),
        ("2025-03-15 12:00", "zh_CN", 45731.5),
        ("1,2", "zh_CN", "1,2"),
        ("３５", "zh_CN", "３５"),
        ("-5", "zh_CN", -5.0),
        ("¥1,200", "zh_CN", 1200.0),
        ("三月底", "zh_CN", "三月底"),
        ("", "zh_CN", ""),
        ("3/15", "zh_CN", 45731.0),  # no fraction and no range, but a day of this year
        ("3-15", "zh_CN", 45731.0),
        ("3月15日", "zh_CN", 45731.0),
        ("3/15", "en_US", 45731.0),
        ("3月15日", "en_US", "3月15日"),
        ("3月15", "zh_CN", "3月15"),
        ("13/40", "en_US", "13/40"),
        ("2-30", "zh_CN", "2-30"),
        ("3/15/25", "en_US", 45731.0),
        ("Mar 15 2025", "en_US", 45731.0),
        ("March 15, 2025", "en_US", 45731.0),
        ("15 mar", "en_US", 45731.0),
        ("Marx 15", "en_US", "Marx 15"),
        ("Mar 15 2025", "zh_CN", "Mar 15 2025"),
    ],
)
def test_typing_in_either_locale(text, locale, value):
    assert typed(text, None, locale, 2025).value == value


@pytest.mark.parametrize(
    ("locale", "text"), [("zh_CN", "3月15日"), ("zh_CN", "3/15"), ("en_US", "Mar 15"), ("en_US", "3-15")]
)
def test_a_short_date_is_shown_as_typed_and_lies_in_this_year(sheet, world, locale, text):
    world.clock.set(1_750_381_200)  # June 2025
    sheet.spreadsheet.update_locale(locale)
    sheet.update([[text]], "A1", raw=False)
    assert sheet.acell("A1").value == text
    assert sheet.acell("A1", value_render_option="UNFORMATTED_VALUE").value == 45731


@pytest.mark.parametrize(
    ("value", "kind", "pattern", "text"),
    [
        (45731.0, "DATE", "", "2025/3/15"),
        (45731.0, "DATE", "yyyy-mm-dd", "2025-03-15"),
        (45731.5, "DATE_TIME", "yyyy-mm-dd hh:mm", "2025-03-15 12:00"),
        (45731.0, "DATE", 'yyyy"年"m"月"d"日"', "2025年3月15日"),
        (0.5, "PERCENT", "", "50.00%"),
        (0.125, "PERCENT", "0.#%", "12.5%"),
        (1234567.891, "NUMBER", "#,##0.00", "1,234,567.89"),
        (-3.0, "NUMBER", "0.0;(0.0)", "(3.0)"),
        (0.0, "NUMBER", '0;-0;"—"', "—"),
        (12345.0, "SCIENTIFIC", "0.00E+00", "1.23E+04"),
        (7.0, "NUMBER", "000", "007"),
        (12.0, "NUMBER", '0"万元"', "12万元"),
        (45731.0, "DATE", "d mmm ddd", "15 3月 周六"),
        (45731.0, "DATE", "mmmm dddd", "三月 星期六"),
        (0.1 + 0.2, "", "", "0.3"),
        (1e15, "", "", "1E+15"),
    ],
)
def test_showing_a_number(value, kind, pattern, text):
    form = {"type": kind, **({"pattern": pattern} if pattern else {})} if kind else {}
    assert shown(value, {"numberFormat": form} if form else None, "zh_CN") == text


def test_names_of_months_and_days():
    assert (
        shown(45731.0, {"numberFormat": {"type": "DATE", "pattern": "ddd, d mmm yyyy"}}, "en_US") == "Sat, 15 Mar 2025"
    )
    assert shown(45731.0, {"numberFormat": {"type": "DATE", "pattern": "dddd mmmm"}}, "en_US") == "Saturday March"


# formulas ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=1+2*3", 7),
        ("=-2^2", 4),
        ("=10%", 0.1),
        ('="a"&1&TRUE', "a1TRUE"),
        ('="A"="a"', True),
        ('=EXACT("A","a")', False),
        ("=1/0", "#DIV/0!"),
        ('=IFERROR(1/0,"weg")', "weg"),
        ("=SUM(1,2,3)", 6),
        ('=IF(2>1,"ja")', "ja"),
        ('=LEN("中文")', 2),
        ('=MID("tb:x.name",FIND(".","tb:x.name")+1,99)', "name"),
        ('=FIND("z","abc")', "#VALUE!"),
        ('=REGEXREPLACE("aBc","([\\p{Lu}^])","^$1")', "a^Bc"),
        ("=LET(x,2,x*x)", 4),
        ("=ERROR.TYPE(1/0)", 2),
        ("=AND(TRUE,1=1)", True),
        ('=SUBSTITUTE("逾期完成","逾期完成","")', ""),
        ("=ROUND(2.345,2)", 2.35),
        ('=TRIM("  a   b ")', "a b"),
        ("=NA()", "#N/A"),
        ('=IFERROR(NA(),"weg")', "weg"),
        ('=VALUE("50%")', 0.5),
        ('="2025-03-15"+0', 45731),
        ('=VALUE("1,234")', 1234),
        ('="nan"+1', "#VALUE!"),
        ('="TRUE"+1', "#VALUE!"),
        ('=LEFT("ab",-1)', "#NUM!"),
        ('=MID("ab",0,1)', "#NUM!"),
        ('=REPT("a",-1)', "#NUM!"),
    ],
)
def test_formulas_that_are_known(sheet, formula, value):
    sheet.update([[formula]], "A1", value_input_option=TYPED)
    found = sheet.acell("A1", "UNFORMATTED_VALUE").value
    assert ("" if found is None else found) == value


@pytest.mark.parametrize("formula", ["=VLOOKUP(1,A1:B2,2)", "=QUERY(A1:B2)", "=nichts", "=SUMPRODUCT(A1:A3)"])
def test_an_unknown_formula_says_so(sheet, formula):
    """#NAME?, not a guess."""
    sheet.update([[formula]], "C1", value_input_option=TYPED)
    assert sheet.acell("C1").value == "#NAME?"


@pytest.mark.parametrize("formula", ["=1+", "=IF(1", '="offen'])
def test_a_malformed_formula_is_an_error(sheet, formula):
    sheet.update([[formula]], "A1", value_input_option=TYPED)
    assert sheet.acell("A1").value == "#ERROR!"


def test_circular_formulas_end(sheet):
    sheet.update([["=B1+1", "=A1+1"]], "A1", value_input_option=TYPED)
    assert sheet.acell("A1").value == "#REF!"


SPILLED = '=ARRAYFORMULA(IF(ROW(A1:A)=ROW(),"Kopf",IF(A1:A="",,XLOOKUP(A1:A,D1:D,E1:E,"wartet",0))))'


@pytest.fixture
def spilled(sheet):
    sheet.update(
        [["Name", SPILLED, "", "a", "eins"], ["b", "", "", "b", "zwei"], ["x"], [""], ["A"]],
        "A1:E5",
        value_input_option=TYPED,
    )
    return sheet


def test_a_lookup_spills_down_beside_its_rows(spilled):
    """XLOOKUP does not tell capitals; a blank row shows nothing; what is not found says so."""
    assert spilled.get("B1:B6") == [["Kopf"], ["zwei"], ["wartet"], [], ["eins"]]


def test_spilled_cells_follow_sorting_inserting_and_deleting(spilled, book):
    rows = {"sheetId": 0, "dimension": "ROWS"}
    book.batch_update(
        {
            "requests": [
                {
                    "sortRange": {
                        "range": grid(0, 1, 0, 5, 1),
                        "sortSpecs": [{"dimensionIndex": 0, "sortOrder": "DESCENDING"}],
                    }
                }
            ]
        }
    )
    assert spilled.get("A2:B4") == [["x", "wartet"], ["b", "zwei"], ["A", "eins"]]
    book.batch_update({"requests": [{"insertDimension": {"range": {**rows, "startIndex": 1, "endIndex": 2}}}]})
    assert spilled.get("A2:B3") == [[], ["x", "wartet"]]
    book.batch_update({"requests": [{"deleteDimension": {"range": {**rows, "startIndex": 1, "endIndex": 2}}}]})
    assert spilled.get("A2:B3") == [["x", "wartet"], ["b", "zwei"]]


def test_typing_into_a_spill_breaks_it_and_says_where(spilled, book, call):
    spilled.update([["im Weg"]], "B3")
    assert spilled.get("B1:B3") == [["#REF!"], [], ["im Weg"]]
    found = call(
        "get",
        f"/v4/spreadsheets/{book.id}",
        params={"ranges": "B1", "fields": "sheets.data.rowData.values.effectiveValue"},
    )
    error = found["sheets"][0]["data"][0]["rowData"][0]["values"][0]["effectiveValue"]["errorValue"]
    assert error["type"] == "REF"
    assert "B3" in error["message"]
    spilled.update([[""]], "B3")
    assert spilled.get("B2:B3") == [["zwei"], ["wartet"]]


def test_a_lookup_without_wildcards(sheet):
    sheet.update(
        [["a*", '=XLOOKUP("a*",A1:A2,A1:A2,"nein",0)'], ["ab", '=XLOOKUP("a?",A1:A2,A1:A2,"nein",0)']],
        "A1",
        value_input_option=TYPED,
    )
    assert sheet.get("B1:B2") == [["a*"], ["nein"]]


def test_today_is_the_sheets_own_day(book, sheet, world):
    """17:00 UTC is the next day in Shanghai."""
    world.clock.set(1_760_000_000 + 8 * 3600 + 600)  # 2025-10-09 17:03 UTC
    sheet.update([["=TODAY()"]], "A1", value_input_option=TYPED)
    assert sheet.acell("A1", "UNFORMATTED_VALUE").value == 45939
    book.update_timezone("Asia/Shanghai")
    assert sheet.acell("A1", "UNFORMATTED_VALUE").value == 45940


def test_references_follow_titles(book, sheet):
    other = book.add_worksheet("Alt", 5, 5)
    other.update([["da"]], "A1")
    sheet.update([["=Alt!A1"]], "A1", value_input_option=TYPED)
    other.update_title("Neuer Name")
    assert sheet.acell("A1", "FORMULA").value == "='Neuer Name'!A1"
    assert sheet.acell("A1").value == "da"
    book.del_worksheet(other)
    assert sheet.acell("A1").value == "#REF!"
