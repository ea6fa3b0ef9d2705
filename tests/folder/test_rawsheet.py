"""Cells as they stand in a sheet part, by both ways of reading it: the quick one and the thorough one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.backends.folder.package import Limits, Trouble
from sync.backends.folder.rawsheet import Cells, RawSheet
from sync.backends.folder.sharedstrings import SharedStrings
from sync.backends.folder.styles import format_class
from sync.backends.folder.workbook import Workbook
from tests.folder.handmade import MAIN, packed, parts, row, sheet, strings, styles, workbook

LOOKS = styles(0, 14, 10, 49, "yyyy\\-mm\\-dd", 31, 57, "G/通用格式")
GENERAL, DATE, PERCENT, TEXT, OWN_DATE, CHINESE_DATE, CHINESE_MONTH, WPS_GENERAL = range(8)
SHARED = strings(
    "<t>安成镇</t>",
    '<t xml:space="preserve"> 前后 </t>',
    "<r><t>富</t></r><r><rPr><b/></rPr><t>文本</t></r>",
    "<t>漢字</t><rPh sb='0' eb='2'><t>かんじ</t></rPh>",
    "<t>换行_x000D_\n符_x005F_x0041_</t>",
    "<t>&lt;&amp;&#20803;</t>",
    "",
)
n, s = "\x01n", "\x1f"

# `<c>` → what is read: (xml, raw cell)
CELLS = [
    ('<c r="A1"><v>12000</v></c>', n + "12000"),
    ('<c r="A1" t="n"><v>12000</v></c>', n + "12000"),
    ('<c r="A1"><v>0.30000000000000004</v></c>', n + "0.30000000000000004"),
    ('<c r="A1"><v>6.1010019900101197E17</v></c>', n + "6.1010019900101197E17"),
    ('<c r="A1"><v>91340403000000001</v></c>', n + "91340403000000001"),
    ('<c r="A1"><v>-.5</v></c>', n + "-.5"),
    ('<c r="A1"><v> 7 </v></c>', n + "7"),
    (f'<c r="A1" s="{DATE}"><v>45678</v></c>', n + "45678" + s + "d"),
    (f'<c r="A1" s="{OWN_DATE}"><v>45678.5</v></c>', n + "45678.5" + s + "d"),
    (f'<c r="A1" s="{CHINESE_DATE}"><v>45678</v></c>', n + "45678" + s + "d"),
    (f'<c r="A1" s="{CHINESE_MONTH}"><v>45658</v></c>', n + "45658" + s + "m"),
    (f'<c r="A1" s="{DATE}"><v>20250121</v></c>', n + "20250121" + s + "d"),
    (f'<c r="A1" s="{PERCENT}"><v>0.85</v></c>', n + "0.85" + s + "%"),
    (f'<c r="A1" s="{TEXT}"><v>2025.10</v></c>', n + "2025.10" + s + "@"),
    (f'<c r="A1" s="{WPS_GENERAL}"><v>3</v></c>', n + "3"),
    ('<c r="A1" s="99"><v>3</v></c>', n + "3"),
    ('<c r="A1"><v>NaN</v></c>', "NaN"),
    ('<c r="A1"><v>١٢</v></c>', "١٢"),
    ('<c r="A1" t="s"><v>0</v></c>', "安成镇"),
    ('<c r="A1" t="s"><v>1</v></c>', " 前后 "),
    ('<c r="A1" t="s"><v>2</v></c>', "富文本"),
    ('<c r="A1" t="s"><v>3</v></c>', "漢字"),
    ('<c r="A1" t="s"><v>4</v></c>', "换行\r\n符_x0041_"),
    ('<c r="A1" t="s"><v>5</v></c>', "<&元"),
    ('<c r="A1" t="s"><v>6</v></c>', ""),
    ('<c r="A1" t="inlineStr"><is><t>逾期12天</t></is></c>', "逾期12天"),
    ('<c r="A1" t="inlineStr"><is><r><t>甲</t></r><r><t>乙</t></r></is></c>', "甲乙"),
    ('<c r="A1" t="inlineStr"><is><t/></is></c>', ""),
    ('<c r="A1" t="str"><v>文本结果</v></c>', "文本结果"),
    ('<c r="A1" t="b"><v>1</v></c>', "\x01bTRUE"),
    ('<c r="A1" t="b"><v>0</v></c>', "\x01bFALSE"),
    ('<c r="A1" t="b"><v>true</v></c>', "\x01bTRUE"),
    ('<c r="A1" t="e"><v>#N/A</v></c>', "\x01e#N/A"),
    ('<c r="A1" t="e"><v>#SPILL!</v></c>', "\x01e#SPILL!"),
    ('<c r="A1" t="e"><v>#GETTING_DATA</v></c>', "\x01e#GETTING_DATA"),
    ('<c r="A1" t="e" vm="1"><v>#VALUE!</v></c>', "\x01p"),
    ('<c r="A1" t="s"><v>0</v><extLst/></c>', "安成镇"),
    ('<c r="A1" t="d"><v>2025-01-21</v></c>', n + "45678" + s + "d"),
    ('<c r="A1" t="d"><v>2025-01-21T12:00:00</v></c>', n + "45678.5" + s + "d"),
    # formulas: the cached value counts, never the formula
    ('<c r="A1"><f>SUM(B1:B3)</f><v>6</v></c>', n + "6"),
    ('<c r="A1"><f aca="false">SUM(B1:B3)</f><v>6</v></c>', n + "6"),
    ('<c r="A1"><f t="shared" ref="A1:A3" si="0">B1*2</f><v>6</v></c>', n + "6"),
    ('<c r="A1"><f t="shared" si="0"/><v>6</v></c>', n + "6"),
    ('<c r="A1" t="str"><f>B1&amp;"元"</f><v>6元</v></c>', "6元"),
    ('<c r="A1" t="str"><f>IF(B1="","",1)</f><v></v></c>', ""),
    ('<c r="A1" t="str"><f>IF(B1="","",1)</f><v/></c>', ""),
    ('<c r="A1" t="e"><f>B1/0</f><v>#DIV/0!</v></c>', "\x01e#DIV/0!"),
    ('<c r="A1"><f>SUM(B1:B3)</f></c>', "\x01u=SUM(B1:B3)"),
    ('<c r="A1"><f>B1&gt;1</f><v></v></c>', "\x01u=B1>1"),
    ('<c r="A1"><f t="shared" si="0"/></c>', "\x01u"),
    ('<c r="A1" t="str"><f>_xlfn.DISPIMG("ID_61A4",1)</f><v>=DISPIMG("ID_61A4",1)</v></c>', "\x01pID_61A4"),
    ('<c r="A1" t="str"><v>=DISPIMG("ID_61A4",1)</v></c>', "\x01pID_61A4"),
    # blanks and forms
    ('<c r="A1"/>', ""),
    ('<c r="A1" s="1"/>', ""),
    ('<c r="A1" s="1"></c>', ""),
    ('<c r="A1" t="s"/>', ""),
    ('<c r="A1"><v></v></c>', ""),
    ("<c><v>5</v></c>", n + "5"),
    ('<c s="1" r="A1"><v>5</v></c>', n + "5" + s + "d"),
    ("<c r='A1' t='s'><v>0</v></c>", "安成镇"),
    ('<c r="A1" t="s"><v><!-- 1 -->0</v></c>', "安成镇"),
    ('<c r="A1" t="inlineStr"><is><t><![CDATA[<甲>]]></t></is></c>', "<甲>"),
    ('<c r="A1" t="inlineStr"><is><t>\x0a甲\x09</t></is></c>', "\n甲\t"),
]  # fmt: skip


def read(data: bytes, quick: bool, limits: Limits | None = None, tab: int = 0) -> dict[int, Cells]:
    book = Workbook(data, limits or Limits())
    return dict(RawSheet(book.package, book.tabs[tab].part, book.context, quick=quick).rows())


def both(data: bytes) -> dict[int, Cells]:
    quick, thorough = read(data, True), read(data, False)
    assert quick == thorough
    return quick


@pytest.mark.parametrize(("xml", "raw"), CELLS, ids=[xml[:60] for xml, _ in CELLS])
def test_a_cell_is_read_as_it_stands(xml: str, raw: str) -> None:
    data = workbook(sheet(row(xml)), shared=SHARED, looks=LOOKS)
    assert both(data) == ({1: {1: raw}} if raw else {})


@pytest.mark.parametrize(("xml", "raw"), CELLS, ids=[xml[:60] for xml, _ in CELLS])
def test_a_cell_among_others_is_read_as_alone(xml: str, raw: str) -> None:
    """A form only the thorough way knows costs the row no other cell."""
    other = '<c r="C1" t="s"><v>0</v></c>'
    data = workbook(sheet(row(xml + other) + row('<c r="B2"><v>2</v></c>', 2)), shared=SHARED, looks=LOOKS)
    assert both(data) == {1: ({1: raw} if raw else {}) | {3: "安成镇"}, 2: {2: n + "2"}}


@given(st.lists(st.tuples(st.sampled_from(CELLS), st.integers(1, 3)), max_size=30), st.booleans(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_both_ways_read_the_same(items: list[tuple[tuple[str, str], int]], spaced: bool, pretty: bool) -> None:
    rows, number, expected = [], 0, {}
    for (xml, raw), step in items:
        number += step
        space = "\n  " if pretty else ""
        rows.append(row(space + xml.replace("A1", f"A{number}") + space, number, ' spans="1:1"' if spaced else ""))
        if raw:
            expected[number] = {1: raw}
    assert both(workbook(sheet("".join(rows)), shared=SHARED, looks=LOOKS)) == expected


ROWS = {
    "rows without numbers": ("<row><c><v>1</v></c><c><v>2</v></c></row><row/><row><c><v>3</v></c></row>", {1: {1: "1", 2: "2"}, 3: {1: "3"}}),
    "empty rows between": ('<row r="2"/><row r="4" hidden="1"><c r="A4"><v>4</v></c></row><row r="9"></row>', {4: {1: "4"}}),
    "hidden rows": ('<row r="1" hidden="1"><c r="A1"><v>1</v></c></row>', {1: {1: "1"}}),
    "row attributes in any order": ('<row spans="1:3" ht="30" r="7" customHeight="1"><c r="C7"><v>7</v></c></row>', {7: {3: "7"}}),
    "cells without numbers among others": ('<row r="1"><c r="C1"><v>1</v></c><c><v>2</v></c></row>', {1: {3: "1", 4: "2"}}),
    "only formats": ('<row r="1" s="3" customFormat="1"/><row r="2"><c r="A2" s="4"/></row>', {}),
    "no rows": ("", {}),
}  # fmt: skip


@pytest.mark.parametrize("case", ROWS)
def test_rows_are_read_wherever_they_stand(case: str) -> None:
    xml, expected = ROWS[case]
    assert both(workbook(sheet(xml))) == {r: {c: n + v for c, v in cells.items()} for r, cells in expected.items()}


PACKAGES = {
    "prefixed": sheet("", root=f'xmlns:x="{MAIN}"').replace("<worksheet", "<x:worksheet").replace("worksheet>", "x:worksheet>")
    .replace("<sheetData></sheetData>", '<x:sheetData><x:row r="1"><x:c r="A1"><x:v>5</x:v></x:c></x:row></x:sheetData>')
    .replace("</x:x:", "</x:").replace("/worksheet", "/x:worksheet").replace("x:x:", "x:"),
    "strict": sheet(row('<c r="A1"><v>5</v></c>'), root='xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"'),
    "comment before the data": sheet(row('<c r="A1"><v>5</v></c>'), before="<!-- <sheetData><row/></sheetData> -->"),
    "processing instruction": sheet(row('<c r="A1"><v>5</v></c>')).replace("<sheetData>", "<?mso x?><sheetData>"),
    "markup compatibility": sheet(
        row('<c r="A1"><v>5</v></c>'), root=f'xmlns="{MAIN}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'mc:Ignorable="x14ac" xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"',
    ).replace('<row r="1">', '<row r="1" x14ac:dyDescent="0.15">'),
    "wrong dimension": sheet(row('<c r="A1"><v>5</v></c>'), before='<dimension ref="A1"/>'),
    "default namespace below": sheet(f'<row r="1" xmlns="{MAIN}"><c r="A1"><v>5</v></c></row>'),
    "no declaration": sheet(row('<c r="A1"><v>5</v></c>')).partition("\n")[2],
}  # fmt: skip


@pytest.mark.parametrize("kind", PACKAGES)
def test_parts_of_any_program_are_read(kind: str) -> None:
    assert both(workbook(PACKAGES[kind])) == {1: {1: n + "5"}}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_parts_in_other_encodings_are_read(encoding: str) -> None:
    name = {"utf-8-sig": "UTF-8"}.get(encoding, encoding.upper())
    text = sheet(row('<c r="A1" t="inlineStr"><is><t>安成镇</t></is></c>')).replace("UTF-8", name)
    assert both(packed({**parts(""), "xl/worksheets/sheet1.xml": text.encode(encoding)})) == {1: {1: "安成镇"}}


def test_backslashes_and_capitals_in_part_names() -> None:
    """Some WPS and old tools zip with `\\`; part names know no case."""
    members = parts(sheet(row('<c r="A1" t="s"><v>0</v></c>')), shared=SHARED)
    odd = {name.replace("/", "\\").upper(): content for name, content in members.items()}
    assert both(packed(odd)) == {1: {1: "安成镇"}}


@pytest.mark.parametrize("form", ["plain", "prefixed", "commented"])
def test_a_shared_text_asked_for_alone_is_that_of_the_whole(form: str) -> None:
    """The look at a book's marks decodes a few texts, reading it decodes all."""
    text = {
        "plain": SHARED,
        "prefixed": re.sub(r"(</?)(?=[a-z])", r"\1x:", SHARED).replace("xmlns=", "xmlns:x="),
        "commented": SHARED.replace("<si>", "<!-- one --><si>", 1),
    }[form]
    package = Workbook(workbook(sheet(""), shared=text), Limits()).package
    wanted = SharedStrings(package, "xl/sharedStrings.xml", Limits()).whole()
    assert wanted == ["安成镇", " 前后 ", "富文本", "漢字", "换行\r\n符_x0041_", "<&元", ""]
    for first in range(len(wanted)):
        alone = SharedStrings(package, "xl/sharedStrings.xml", Limits())
        assert (len(alone), alone[first], alone.whole()) == (len(wanted), wanted[first], wanted)


def test_serials_of_a_1904_workbook() -> None:
    """Macintosh books count from 1904: the same day, four years less in digits. Plain numbers stay; of one that may be a
    day it is known from when it would count."""
    cells = f'<c r="A1" s="{DATE}"><v>44216</v></c><c r="B1"><v>44216</v></c><c r="C1"><v>20250</v></c><c r="D1"><v>-44216</v></c>'
    data = workbook(sheet(row(cells)), looks=LOOKS, workbook='<workbookPr date1904="1"/>')
    expected = {1: n + "45678" + s + "d", 2: n + "44216" + s + "4", 3: n + "20250", 4: n + "-44216"}
    assert both(data) == {1: expected}


def test_merges_blank_rows_and_far_cells_are_counted() -> None:
    rows = row('<c r="A1"><v>1</v></c>') + '<row r="2" ht="30"/>' + row('<c r="A3" s="1"/>', 3)
    rows += row('<c r="OK4"><v>4</v></c>', 4)
    after = '<mergeCells count="2"><mergeCell ref="A1:B1"/><mergeCell ref="C1:C9"/></mergeCells>'
    book = Workbook(workbook(sheet(rows, after=after)), Limits())
    for quick in (True, False):
        raw = RawSheet(book.package, book.tabs[0].part, book.context, quick=quick)
        assert dict(raw.rows()) == {1: {1: n + "1"}}
        assert (raw.merges, raw.blank_rows, raw.far_cells) == (["A1:B1", "C1:C9"], 3, 1)


@pytest.mark.parametrize("size", [1, 7, 300_000])
def test_text_across_chunks(size: int) -> None:
    """Rows and strings are cut where the unpacked stream happens to be cut."""
    texts = ["甲" * size, "乙" * 10, "&amp;" * size]
    rows = "".join(
        row(f'<c r="A{at}" t="inlineStr"><is><t>{text}</t></is></c>', at) for at, text in enumerate(texts, 1)
    )
    plain = [text.replace("&amp;", "&")[:32_767] for text in texts]
    assert both(workbook(sheet(rows))) == {at: {1: text} for at, text in enumerate(plain, 1)}


BROKEN = {
    "rows out of order": '<row r="2"/><row r="1"><c r="A1"><v>1</v></c></row>',
    "a row twice": '<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
    "row number beyond the sheet": '<row r="1048577"><c><v>1</v></c></row>',
    "column beyond the sheet": row('<c r="XFE1"><v>1</v></c>'),
    "shared string that is not there": row('<c r="A1" t="s"><v>99</v></c>'),
    "shared string of words": row('<c r="A1" t="s"><v>x</v></c>'),
    "tags crossed": row('<c r="A1"><v>1</c></v>'),
    "unknown entity": row('<c r="A1"><v>&nbsp;</v></c>'),
    "end missing": '<row r="1"><c r="A1"><v>1</v>',
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
@pytest.mark.parametrize("quick", [True, False])
def test_broken_parts_are_trouble(case: str, quick: bool) -> None:
    with pytest.raises(Trouble) as trouble:
        read(workbook(sheet(BROKEN[case]), shared=SHARED), quick)
    assert trouble.value.code == "book.damaged"


FORMATS = {
    "d": ["yyyy-mm-dd", 'yyyy"年"m"月"d"日"', "[$-F800]dddd", "aaaa", "[h]:mm", "[mm]", "mm:ss", "上午/下午h:mm", "m/d/yy h:mm;@"],
    "s": ['m"月"d"日"', "m/d", "m-d", "d-mmm", "[$-804]m月d日;@", "m/d h:mm"],
    "m": ['yyyy"年"m"月"', "yyyy-mm", "mmm-yy", "[$-804]yyyy\\年m\\月;@", "e年m月"],
    "y": ["[$-804]yyyy", "[DBNum1]yyyy年"],
    "%": ["0%", "0.00%", "0.00%;[Red]-0.00%", '"约"0%'],
    "@": ["@"],
    "元": ['#,##0.00"元"'],
    "": ["General", "G/通用格式", "0.00", '#,##0.00"平方米"', "0.00E+00", '_ * #,##0.00_ ;_ * -#,##0.00_ ', "[Red]0", "[$￥-804]#,##0", '"d"0', '0.0"%"', "[>1000]0;0", "\\m0", ";;;"],
}  # fmt: skip


@pytest.mark.parametrize(("code", "kind"), [(code, kind) for kind, codes in FORMATS.items() for code in codes])
def test_classes_of_number_formats(code: str, kind: str) -> None:
    assert format_class(code) == kind


@pytest.mark.parametrize("builtin", [14, 16, 17, 22, *range(27, 37), 45, 47, *range(50, 59)])
def test_builtin_date_formats_stand_in_no_part(builtin: int) -> None:
    """Chinese Excel and WPS write 27–36 and 50–58 without a format code; some of them show no day, some no year."""
    data = workbook(sheet(row('<c r="A1" s="0"><v>45678</v></c>')), looks=styles(builtin))
    kind = "m" if builtin in (17, 27, 36, 50, 52, 57) else "s" if builtin in (16, 28, 29, 51, 53, 54, 58) else "d"
    assert both(data) == {1: {1: n + "45678" + s + kind}}
