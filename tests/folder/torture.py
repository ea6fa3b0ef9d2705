"""A book of ours full of what people add: charts, pictures, pivot tables, comments, WPS pictures, macros …

XlsxWriter makes what it can; the rest is added part by part after samples of Excel and WPS.
"""

from __future__ import annotations

import io
import re
import struct
import warnings
import zlib
from collections.abc import Callable

from xlsxwriter import Workbook

from sheets_templates import xlsx
from tests import books
from tests.folder.handmade import MAIN, PACKAGE, RELS, repacked
from tests.paper import Paper

ROWS = {
    "problem": [books.problem(f"第{at}个问题：消防通道被堆料占用") for at in range(1, 13)],
    "monthly_progress": [{"project": f"项目{at}", "month": "2025-06", "month_done": 100 * at} for at in range(1, 6)],
    "project": [
        {"project_name": f"项目{at}", "company": "安徽某某科技有限公司", "total_investment": 12000}
        for at in range(1, 4)
    ],
}
MACROS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 20


def png() -> bytes:
    """A small red picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    rows = b"".join(b"\x00" + b"\xff\x00\x00" * 16 for _ in range(16))
    head = chunk(b"IHDR", struct.pack(">2L5B", 16, 16, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def torture(*, macros: bool = False) -> bytes:
    """The whole of it."""
    return _hand_added(_machine_made(macros), macros)


def _machine_made(macros: bool) -> bytes:
    buffer = io.BytesIO()
    plan = books.plan(ROWS)
    options = {**xlsx.workbook_options(), "default_date_format": "yyyy-mm-dd", "strings_to_formulas": True}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with Workbook(buffer, options) as workbook:
            xlsx._fill(workbook, plan)
            _decorate(workbook)
            if macros:
                workbook.add_vba_project(io.BytesIO(MACROS), is_stream=True)
    return buffer.getvalue()


def _decorate(book: Workbook) -> None:
    entry = book.get_worksheet_by_name("问题清单")
    mine = book.add_worksheet("我的统计")
    picture = {"image_data": io.BytesIO(png()), "description": "现场照片"}
    entry.insert_image("X3", "照片.png", {**picture, "object_position": 1})
    mine.set_background(io.BytesIO(png()))
    mine.set_header("&L&G&C单位统计", {"image_left": "标志.png", "image_data_left": io.BytesIO(png())})
    entry.write_comment("G7", "请核实\n王伟", {"author": "王伟", "visible": True, "x_scale": 2})
    mine.write_comment("A1", "批注")
    entry.insert_textbox("X20", "联系人：李四", {"font": {"bold": True}})
    entry.insert_button("X24", {"caption": "核对", "macro": "Check"})
    _charts(book, entry, mine)
    _cells(book, mine)
    entry.conditional_format("E7:E40", {"type": "data_bar", "data_bar_2010": True, "bar_solid": True})
    entry.conditional_format("F7:F40", {"type": "icon_set", "icon_style": "3_arrows"})
    entry.conditional_format("A7:A40", {"type": "2_color_scale"})
    entry.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    entry.set_row(30, 20, None, {"hidden": True})
    entry.set_row(31, 20, None, {"level": 1})
    mine.unprotect_range("A1:B2", "可改")
    mine.protect("abc", {"sort": True, "autofilter": True})
    book.define_name("我的区域", "='问题清单'!$G$6:$G$40")
    book.define_name("问题清单!本表", "='问题清单'!$A$1")


def _charts(book: Workbook, entry: object, mine: object) -> None:
    for kind, place in (("column", "B30"), ("line", "J30"), ("pie", "R30")):
        chart = book.add_chart({"type": kind})
        series = {"categories": "='问题清单'!$G$6:$G$17", "values": "='我的统计'!$B$2:$B$6", "name": "完成数"}
        chart.add_series({**series, **({"trendline": {"type": "linear"}} if kind != "pie" else {})})
        chart.set_title({"name": "整改情况"})
        mine.insert_chart(place, chart)  # type: ignore[attr-defined]
    sheet = book.add_chartsheet("图表")
    alone = book.add_chart({"type": "bar"})
    alone.add_series({"values": "='我的统计'!$B$2:$B$6"})
    sheet.set_chart(alone)


def _cells(book: Workbook, mine: object) -> None:
    write = mine  # the clerk's own sheet
    bold = book.add_format({"bold": True, "font_color": "red"})
    write.write_row("A1", ["项目", "完成", "率"])  # type: ignore[attr-defined]
    for row in range(1, 6):
        write.write_string(row, 0, f"项目{row}")  # type: ignore[attr-defined]
        write.write_number(row, 1, row * 40.1)  # type: ignore[attr-defined]
        write.write_formula(row, 2, f"=B{row + 1}/100", None, row * 0.401)  # type: ignore[attr-defined]
    write.write_formula("D1", "=COUNTIF('问题清单'!$D$6:$D$40,\"*\")", None, 12)  # type: ignore[attr-defined]
    write.write_array_formula("E1:E3", "{=B2:B4*2}", None, 80.2)  # type: ignore[attr-defined]
    write.write_dynamic_array_formula("F1:F3", "=_xlfn.UNIQUE(A2:A4)", None, "项目1")  # type: ignore[attr-defined]
    write.write_rich_string("G1", "逾", bold, "期", "3天")  # type: ignore[attr-defined]
    write.write_url("H1", "https://www.example.cn/", string="网址")  # type: ignore[attr-defined]
    write.write_url("H2", "internal:'问题清单'!A1", string="去填报")  # type: ignore[attr-defined]
    write.write_datetime("I1", books.BUILT, book.add_format({"num_format": 'yyyy"年"m"月"d"日"'}))  # type: ignore[attr-defined]
    write.add_table("K1:L6", {"columns": [{"header": "甲"}, {"header": "乙"}], "name": "统计表"})  # type: ignore[attr-defined]
    write.add_sparkline("M2", {"range": "我的统计!B2:B6", "markers": True})  # type: ignore[attr-defined]
    write.embed_image("N1", "照片.png", {"image_data": io.BytesIO(png())})  # type: ignore[attr-defined]
    write.insert_checkbox("N3", True)  # type: ignore[attr-defined]
    write.data_validation("A2:A40", {"validate": "list", "source": "='字典'!$A$2:$A$9"})  # type: ignore[attr-defined]
    write.autofilter("A1:C6")  # type: ignore[attr-defined]
    write.freeze_panes(1, 1)  # type: ignore[attr-defined]


X14_LIST = (
    '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
    '<x14:dataValidations count="1" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:dataValidation type="list" '
    'allowBlank="1"><x14:formula1><xm:f>字典!$A$2:$A$9</xm:f></x14:formula1><xm:sqref>Z7:Z40</xm:sqref></x14:dataValidation>'
    "</x14:dataValidations></ext></extLst>"
)
CELL_IMAGES = (
    '<etc:cellImages xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    f'xmlns:r="{RELS}" xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData"><etc:cellImage><xdr:pic>'
    '<xdr:nvPicPr><xdr:cNvPr id="2" name="ID_61A4B00112233445566778899AABBCC"/></xdr:nvPicPr></xdr:pic></etc:cellImage></etc:cellImages>'
)
# part → content, content type ("" = a default), relationship from the workbook ("" = none)
HAND_ADDED: dict[str, tuple[bytes, str, str]] = {
    "xl/cellimages.xml": (CELL_IMAGES.encode(), "application/vnd.wps-officedocument.cellimage+xml", "http://www.wps.cn/officeDocument/2020/cellImage"),
    "xl/persons/person.xml": (
        b'<personList xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"><person displayName="W" id="{1}" userId="w" providerId="None"/></personList>',
        "application/vnd.ms-excel.person+xml",
        "http://schemas.microsoft.com/office/2017/10/relationships/person",
    ),
    "xl/pivotCache/pivotCacheDefinition1.xml": (
        f'<pivotCacheDefinition xmlns="{MAIN}" xmlns:r="{RELS}" refreshedBy="w" recordCount="0" saveData="0"><cacheSource type="worksheet">'
        '<worksheetSource ref="A1:B6" sheet="我的统计"/></cacheSource><cacheFields count="2"><cacheField name="项目" numFmtId="0"><sharedItems/></cacheField>'
        '<cacheField name="完成" numFmtId="0"><sharedItems containsSemiMixedTypes="0" containsString="0" containsNumber="1" minValue="40" maxValue="200"/></cacheField></cacheFields></pivotCacheDefinition>'.encode(),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.pivotCacheDefinition+xml",
        f"{RELS}/pivotCacheDefinition",
    ),
    "xl/externalLinks/externalLink1.xml": (
        f'<externalLink xmlns="{MAIN}"><externalBook xmlns:r="{RELS}" r:id="rId1"><sheetNames><sheetName val="Sheet1"/></sheetNames></externalBook></externalLink>'.encode(),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml",
        f"{RELS}/externalLink",
    ),
    "xl/externalLinks/_rels/externalLink1.xml.rels": (
        f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{RELS}/externalLinkPath" Target="file:///C:/别的表.xlsx" TargetMode="External"/></Relationships>'.encode(),
        "",
        "",
    ),
    "xl/connections.xml": (
        f'<connections xmlns="{MAIN}"><connection id="1" name="查询" type="5" refreshedVersion="6"/></connections>'.encode(),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.connections+xml",
        f"{RELS}/connections",
    ),
    "customXml/item1.xml": ("<办公 xmlns='urn:oa'>流转单号 2025-17</办公>".encode(), "", ""),
    "customXml/itemProps1.xml": (b"<ds:datastoreItem xmlns:ds='urn:x' ds:itemID='{1}'/>", "", ""),
    "xl/printerSettings/printerSettings1.bin": (bytes(range(256)) * 3, "application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings", ""),
    "xl/embeddings/oleObject1.bin": (b"\xd0\xcf\x11\xe0" + b"\x07" * 900, "application/vnd.openxmlformats-officedocument.oleObject", ""),
    "xl/threadedComments/threadedComment1.xml": (
        b'<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"><threadedComment ref="G7" dT="2025-06-20T08:00:00.00" personId="{1}" id="{2}"><text>ok?</text></threadedComment></ThreadedComments>',
        "application/vnd.ms-excel.threadedcomments+xml",
        "",
    ),
    "xl/pivotTables/pivotTable1.xml": (
        f'<pivotTableDefinition xmlns="{MAIN}" name="透视表1" cacheId="7" dataCaption="值" dataOnRows="1" applyNumberFormats="0"><location ref="P20:Q24" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/>'
        '<pivotFields count="2"><pivotField showAll="0"/><pivotField dataField="1" showAll="0"/></pivotFields><dataFields count="1"><dataField name="求和" fld="1"/></dataFields></pivotTableDefinition>'.encode(),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.pivotTable+xml",
        "",
    ),
    "xl/pivotTables/_rels/pivotTable1.xml.rels": (
        f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{RELS}/pivotCacheDefinition" Target="../pivotCache/pivotCacheDefinition1.xml"/></Relationships>'.encode(),
        "",
        "",
    ),
    "xl/vendor/未知部件.dat": (b"\x00\xff" * 100, "application/octet-stream", ""),
    "docProps/thumbnail.jpeg": (b"\xff\xd8\xff\xe0" + b"\x01" * 400, "image/jpeg", ""),
}  # fmt: skip

OF_TABS = (
    ("问题清单", "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment", "threadedComments/threadedComment1.xml"),
    ("问题清单", f"{RELS}/printerSettings", "printerSettings/printerSettings1.bin"),
    ("我的统计", f"{RELS}/pivotTable", "pivotTables/pivotTable1.xml"),
)  # fmt: skip


def _hand_added(data: bytes, macros: bool) -> bytes:
    """Parts that XlsxWriter cannot make, and cells that refer to them."""
    paper = Paper(data)
    changes: dict[str, bytes | None] = {name: content for name, (content, _, _) in HAND_ADDED.items()}
    types = paper.parts["[Content_Types].xml"].decode()
    links = paper.parts["xl/_rels/workbook.xml.rels"].decode()
    overrides, relations = "", ""
    for number, (name, (_, kind, link)) in enumerate(HAND_ADDED.items(), 1):
        overrides += f'<Override PartName="/{name}" ContentType="{kind}"/>' if kind else ""
        target = name.removeprefix("xl/")
        relations += f'<Relationship Id="rIdT{number}" Type="{link}" Target="{target}"/>' if link else ""
    changes["[Content_Types].xml"] = types.replace("</Types>", f"{overrides}</Types>").encode()
    changes["xl/_rels/workbook.xml.rels"] = links.replace("</Relationships>", f"{relations}</Relationships>").encode()
    pivot = list(HAND_ADDED).index("xl/pivotCache/pivotCacheDefinition1.xml") + 1
    outside = list(HAND_ADDED).index("xl/externalLinks/externalLink1.xml") + 1
    workbook = paper.parts["xl/workbook.xml"].decode()
    workbook = workbook.replace(
        "</sheets>", f'</sheets><externalReferences><externalReference r:id="rIdT{outside}"/></externalReferences>'
    )
    caches = f'<pivotCaches><pivotCache cacheId="7" r:id="rIdT{pivot}"/></pivotCaches>'
    changes["xl/workbook.xml"] = re.sub(r"(<calcPr[^>]*/>)", rf"\1{caches}", workbook).encode()
    for tab, kind, target in OF_TABS:
        name = paper._members[tab].replace("worksheets/", "worksheets/_rels/") + ".rels"
        link = f'<Relationship Id="rIdT{len(target)}" Type="{kind}" Target="../{target}"/></Relationships>'
        before = changes.get(name) or paper.parts[name]
        changes[name] = before.decode().replace("</Relationships>", link).encode()
    entry = paper._members["问题清单"]
    sheet = paper.parts[entry].decode()
    sheet = _with_picture_cell(sheet)
    if "<extLst>" in sheet:
        sheet = sheet.replace("<extLst>", X14_LIST.removesuffix("</extLst>"), 1)
    changes[entry] = sheet.encode()
    return repacked(data, changes)


def _with_picture_cell(sheet: str) -> str:
    """A WPS picture in the clerk's cell K7."""
    picture = '<f>_xlfn.DISPIMG("ID_61A4B00112233445566778899AABBCC",1)</f><v>=DISPIMG("ID_61A4B00112233445566778899AABBCC",1)</v></c>'
    changed = re.sub(r'<c r="K7"( s="\d+")?/>', rf'<c r="K7"\1 t="str">{picture}', sheet)
    assert changed != sheet
    return changed


# the same book as other programs would have packed it ------------------------------------------------------------


def _texts(data: bytes, change: Callable[[str, str], str]) -> bytes:
    paper = Paper(data)
    kinds = ("xl/workbook.xml", "xl/worksheets/", "xl/sharedStrings.xml", "xl/styles.xml")
    parts = {n: c for n, c in paper.parts.items() if n.startswith(kinds) and n.endswith(".xml")}
    return repacked(data, {name: change(name, content.decode()).encode() for name, content in parts.items()})


def prefixed(data: bytes) -> bytes:
    """Every element of the main namespace as `x:…`."""

    def change(name: str, text: str) -> str:
        text = re.sub(r"<(/?)([A-Za-z]\w*)(?=[\s/>])", r"<\1x:\2", text)
        return text.replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"', 1)

    return _texts(data, change)


def strict(data: bytes) -> bytes:
    """In the namespaces of ISO 29500 Strict."""
    where = "http://purl.oclc.org/ooxml"

    def change(name: str, text: str) -> str:
        return text.replace(MAIN, f"{where}/spreadsheetml/main").replace(RELS, f"{where}/officeDocument/relationships")

    return _texts(data, change)


def backslashed(data: bytes) -> bytes:
    """Names in the archive with backslashes."""
    paper = Paper(data)
    changes: dict[str, bytes | None] = dict.fromkeys(paper.parts)
    return repacked(data, {**changes, **{name.replace("/", "\\"): content for name, content in paper.parts.items()}})


def attributes_turned(data: bytes) -> bytes:
    """`r` is not the first attribute of a cell, and single quotes are used."""

    def change(name: str, text: str) -> str:
        return re.sub(r'<c r="([A-Z]+\d+)" s="(\d+)"', r"<c s='\2' r='\1'", text)

    return _texts(data, change)


def without_numbers(data: bytes) -> bytes:
    """Rows keep their numbers; blank cells without a number of their own, as some writers leave them."""

    def change(name: str, text: str) -> str:
        return re.sub(r' spans="[^"]*"', "", text) if name.startswith("xl/worksheets/") else text

    return _texts(data, change)


VARIANTS: dict[str, Callable[[], bytes]] = {
    "xlsx": torture,
    "xlsm": lambda: torture(macros=True),
    "prefixed": lambda: prefixed(torture()),
    "strict": lambda: strict(torture()),
    "backslashed": lambda: backslashed(torture()),
    "attributes turned": lambda: attributes_turned(torture()),
    "without spans": lambda: without_numbers(torture()),
}
