"""What only the number format of an .ods shows: the same as in an .xlsx, wherever the style of a cell is said."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from sync.backends.folder.grids import read_grids
from sync.backends.folder.odsformats import ods_formats
from sync.backends.folder.package import Limits, Package, Trouble
from sync.backends.folder.rawsheet import Cells
from tests.ledger import paper
from tests.office import Office
from validators.rawcell import decode, error, number, uncalculated

NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (
        ("office", "office"),
        ("table", "table"),
        ("style", "style"),
        ("number", "datastyle"),
        ("text", "text"),
    )
)
YI = '<number:number-style style:name="N1"><number:number/><number:text>亿元</number:text></number:number-style>'
MONTH = (
    '<number:date-style style:name="N2"><number:year number:style="long"/><number:text>年</number:text><number:month/>'
    "<number:text>月</number:text></number:date-style>"
)
SIGNED = (  # 0.00"亿元";-0.00: the first part of the code is the one for what is not below nought
    '<number:number-style style:name="N3"><number:text>-</number:text><number:number/>'
    '<style:map style:condition="value()&gt;=0" style:apply-style-name="N1"/></number:number-style>'
)
SCALED = (
    '<number:number-style style:name="N4"><number:number number:display-factor="1000">'
    '<number:embedded-text number:position="1">.</number:embedded-text></number:number><number:text>万</number:text>'
    "</number:number-style>"
)


def cell_style(name: str, data: str = "", parent: str = "") -> str:
    own = f' style:data-style-name="{data}"' if data else ""
    own += f' style:parent-style-name="{parent}"' if parent else ""
    return f'<style:style style:name="{name}" style:family="table-cell"{own}/>'


AUTOMATIC = (
    YI + MONTH + SIGNED + SCALED + cell_style("yi", "N1") + cell_style("month", "N2") + cell_style("signed", "N3")
    + cell_style("scaled", "N4") + cell_style("child", parent="yi") + cell_style("a", parent="b") + cell_style("b", parent="a")
)  # fmt: skip


def value(number: float, style: str = "", repeated: int = 1) -> str:
    form = f' table:style-name="{style}"' if style else ""
    more = f' table:number-columns-repeated="{repeated}"' if repeated > 1 else ""
    return f'<table:table-cell office:value-type="float" office:value="{number}"{form}{more}/>'


def day(text: str, style: str) -> str:
    return f'<table:table-cell office:value-type="date" office:date-value="{text}" table:style-name="{style}"/>'


def ods(table: str, styles: str = AUTOMATIC, common: str = "", head: str = "") -> bytes:
    body = f'<office:body><office:spreadsheet><table:table table:name="表">{table}</table:table></office:spreadsheet></office:body>'
    content = f"{head}<office:document-content {NAMES}><office:automatic-styles>{styles}</office:automatic-styles>{body}</office:document-content>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
        if common:
            archive.writestr(
                "styles.xml",
                f"<office:document-styles {NAMES}><office:styles>{common}</office:styles></office:document-styles>",
            )
    return out.getvalue()


def row(*cells: str, style: str = "", repeated: int = 1) -> str:
    form = f' table:default-cell-style-name="{style}"' if style else ""
    more = f' table:number-rows-repeated="{repeated}"' if repeated > 1 else ""
    return f"<table:table-row{form}{more}>{''.join(cells)}</table:table-row>"


def column(style: str = "", repeated: int = 1) -> str:
    form = f' table:default-cell-style-name="{style}"' if style else ""
    return f'<table:table-column{form} table:number-columns-repeated="{repeated}"/>'


BLANK = "<table:table-cell/>"


def forms(data: bytes) -> dict[tuple[int, int], str]:
    (grid,) = read_grids(data, "表.ods", Limits()).grids
    found = {(r, c): decode(raw).fmt for r, cells in grid.cells.items() for c, raw in cells.items()}
    return {place: form for place, form in found.items() if form}


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (row(value(1.2, "yi"), value(1.2), value(1.2, "child")), {(1, 1): "亿", (1, 3): "亿"}),
        (row(value(1.2, "signed"), value(1.2, "scaled"), day("2025-09-01", "month")), {(1, 1): "亿", (1, 2): "?", (1, 3): "m"}),
        (column("yi", 2) + column() + row(value(1), value(2), value(3)), {(1, 1): "亿", (1, 2): "亿"}),
        (column("yi", 3) + row(value(1), value(2, "month"), value(3), style="scaled"), {(1, 1): "?", (1, 2): "m", (1, 3): "?"}),
        (row(value(1, "yi", 3)) + row(BLANK, value(1, "yi")), {(1, 1): "亿", (1, 2): "亿", (1, 3): "亿", (2, 2): "亿"}),
        (row(value(1, "yi"), repeated=3) + row(value(2)), {(1, 1): "亿", (2, 1): "亿", (3, 1): "亿"}),
        (row(repeated=4) + row(BLANK, BLANK, value(1, "yi")), {(5, 3): "亿"}),
        (f"<table:table-header-rows>{row(value(1, 'yi'))}</table:table-header-rows>" + row(value(2, "scaled")), {(1, 1): "亿", (2, 1): "?"}),
        (row(day("2025-09-01", "a"), value(1, "b"), value(1, "nobody")), {(1, 1): "d"}),
    ],
)  # fmt: skip
def test_the_style_of_a_cell_is_found(table: str, expected: dict[tuple[int, int], str]) -> None:
    assert forms(ods(table)) == expected


def formula(text: str, kind: str = "", shown: str = "", style: str = "") -> str:
    return f'<table:table-cell table:formula="{text}"{kind}{style}>{shown and f"<text:p>{shown}</text:p>"}</table:table-cell>'


STRING, FLOAT = ' office:value-type="string" office:string-value=""', ' office:value-type="float" office:value="0"'
FAILED = STRING + ' calcext:value-type="error" xmlns:calcext="urn:calcext"'


@pytest.mark.parametrize(
    ("cell", "raw"),
    [
        (formula("of:=1/0", FAILED, "#DIV/0!"), error("#DIV/0!")),
        (formula("of:=1/0", FAILED, "Err:502"), error("Err:502")),
        (formula("of:=1/0", STRING, "#N/A"), error("#N/A")),
        (formula("of:=1/0", FLOAT, "#REF!", ' table:style-name="yi"'), error("#REF!")),  # as OpenOffice.org wrote it
        (formula("of:=[.B1]&amp;&quot;&quot;"), uncalculated('=[.B1]&""')),
        (formula("of:=&quot;&quot;", STRING), ""),
        (formula("of:=&quot;&quot;").replace("></", "><text:p/></"), ""),  # as LibreOffice writes it
        (formula("of:=&quot;#A&quot;", STRING.replace('""', '"#A"'), "#A"), "#A"),
        (formula("of:=5", FLOAT.replace("0", "5"), "5"), number("5")),
        ('<table:table-cell office:value-type="string"><text:p>#N/A</text:p></table:table-cell>', "#N/A"),
    ],
)
def test_a_formula_without_value_is_not_blank(cell: str, raw: str) -> None:
    """Beside a value, at the end of the rows and below the last one."""
    after = row(value(1), cell) + row(cell)
    (grid,) = read_grids(ods(row(value(1), cell, value(1)) + after), "表.ods", Limits()).grids
    assert [grid.at(1, 2), grid.at(2, 2), grid.at(3, 1)] == [raw] * 3
    assert list(grid.cells[1]) == sorted(grid.cells[1])


def test_styles_that_people_have_named_stand_in_a_part_of_their_own() -> None:
    data = ods(
        row(value(1, "own"), value(2, "named")), cell_style("own", parent="named"), YI + cell_style("named", "N1")
    )
    assert forms(data) == {(1, 1): "亿", (1, 2): "亿"}


CODES = [
    '0.00"亿元"', '#,##0"万元"', '#,##0"元"', '0\\.0,"万"', "0,,", "[$$-409]#,##0.00", "[$¥-804]#,##0.00", "#,##0.00", "0.0%", "General",
    '[>=100000000]0.00,,"亿";[>=10000]0.00,"万";0', '0.00"亿元";-0.00"亿元"', '[Red]#,##0"万";[Blue]-#,##0"万"', "0.00E+00",
    '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ',
]  # fmt: skip
DAYS = [
    'yyyy"年"m"月"',
    '[$-804]yyyy"年"m"月";@',
    "yyyy-mm",
    "mmm-yy",
    "yyyy-mm-dd",
    'yyyy"年"',
    'm"月"d"日"',
    "yyyy/m/d h:mm",
]


FORMULAS = ["=1/0", "=NA()", '="x"*1', "=SQRT(-1)", "=NOSUCHNAME", "=INDEX(A1:A2,9)", "=1+1", '=""', '="甲"']


def test_what_libreoffice_writes_is_read_as_in_an_xlsx(office: Office, tmp_path: Path) -> None:
    xlsx, other = typed_book(office, tmp_path, "ods")
    for cells in (xlsx, other):  # Err:502 there, #VALUE! here
        for at in (4, 6):
            del cells[at][3]
    assert other == xlsx


def typed_book(office: Office, tmp_path: Path, suffix: str) -> tuple[dict[int, Cells], dict[int, Cells]]:
    """What is read of a book with cells of every kind, once LibreOffice has saved it as .xlsx and otherwise."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for at, code in enumerate(CODES, 1):
        sheet.cell(at, 1, 1.2).number_format = code
    for at, code in enumerate(DAYS, 1):
        sheet.cell(at, 2, date(2025, 9, 1)).number_format = code
    for at, text in enumerate(FORMULAS, 1):
        sheet.cell(at, 3, text)
    (tmp_path / "原.xlsx").write_bytes(paper.saved(book))
    with office.open(tmp_path / "原.xlsx") as opened:
        for name in ("xlsx", suffix):
            opened.save_as(tmp_path / f"表.{name}")
    grids = [
        read_grids((tmp_path / f"表.{name}").read_bytes(), f"表.{name}", Limits()).grids for name in ("xlsx", suffix)
    ]
    for (grid,) in grids:
        assert [decode(grid.at(at, 3)).kind for at in range(1, 8)] == ["error"] * 6 + ["number"]
    return grids[0][0].cells, grids[1][0].cells


# what is meant to harm ---------------------------------------------------------------------------------------------


def formats(data: bytes, limits: Limits | None = None) -> object:
    limits = limits or Limits()
    return ods_formats(Package(data, limits), limits)


def test_repetitions_cost_nothing() -> None:
    table = "".join(column("yi", 9_999_999) + row(value(1, "yi", 9_999_999), repeated=9_999_999) for _ in range(50))
    found = ods_formats(Package(ods(table), Limits()), Limits())["表"]
    assert len(found.runs) == 1 and len(found.runs[0][2].forms) == Limits().columns
    assert next(found.by_row()).forms[1] == "亿"


def test_too_many_cells_are_too_large() -> None:
    with pytest.raises(Trouble, match=r"book\.too_large"):
        formats(ods(row(value(1, "yi", 400)) * 30), Limits(cells=10_000))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (ods(row(value(1)), head='<!DOCTYPE x [<!ENTITY a "b">]>'), "book.dtd"),
        (ods(row(value(1)) + "<table:table-row>"), "book.damaged"),
        (ods(row("<table:table-cell>" * 3000 + "</table:table-cell>" * 3000)), "book.damaged"),
    ],
)
def test_what_is_no_sheet_is_said(data: bytes, code: str) -> None:
    with pytest.raises(Trouble) as found:
        formats(data)
    assert found.value.code == code


def test_a_table_inside_a_cell_counts_no_rows() -> None:
    inner = f"<table:table-cell><table:table table:is-sub-table='true'>{row(value(1, 'scaled'))}</table:table></table:table-cell>"
    found = ods_formats(Package(ods(row(inner, value(1, "yi")) + row(value(2, "yi"))), Limits()), Limits())["表"]
    assert [(first, looks.forms) for first, _, looks in found.runs] == [(1, {2: "亿"}), (2, {1: "亿"})]


def test_of_plain_cells_nothing_is_kept() -> None:
    styles = '<number:number-style style:name="N1"><number:number/></number:number-style>' + cell_style("plain", "N1")
    found = ods_formats(Package(ods(row(value(1, "plain")), styles), Limits()), Limits())
    assert [item.runs for item in found.values()] == [[]]


def test_dates_keep_their_time() -> None:
    """Only the class of the format is other, never the value."""
    (grid,) = read_grids(ods(row(day("2025-09-01T12:00:00", "month"))), "表.ods", Limits()).grids
    moment = datetime(2025, 9, 1, 12) - datetime(1899, 12, 30)
    assert float(decode(grid.at(1, 1)).text) == moment.total_seconds() / 86400
