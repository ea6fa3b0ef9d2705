"""Workbooks written by hand, part by part: for cells and packages that no library writes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

TYPES = (
    f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
    'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{sheets}</Types>'
)
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


def sheet(rows: str, *, before: str = "", after: str = "", root: str = f'xmlns="{MAIN}"') -> str:
    """A sheet part with these `<row>`s."""
    return f"{HEAD}<worksheet {root}>{before}<sheetData>{rows}</sheetData>{after}</worksheet>"


def row(cells: str, number: int = 1, attributes: str = "") -> str:
    return f'<row r="{number}"{attributes}>{cells}</row>'


def strings(*items: str) -> str:
    """A shared strings part; items are the inside of `<si>`."""
    body = "".join(f"<si>{item}</si>" for item in items)
    return f'{HEAD}<sst xmlns="{MAIN}" count="{len(items)}" uniqueCount="{len(items)}">{body}</sst>'


def styles(*formats: int | str) -> str:
    """A styles part: one cell format for each builtin id or format code."""
    codes = [item for item in formats if isinstance(item, str)]
    own = "".join(f'<numFmt numFmtId="{164 + at}" formatCode="{_quoted(code)}"/>' for at, code in enumerate(codes))
    ids = [item if isinstance(item, int) else 164 + codes.index(item) for item in formats]
    xfs = "".join(f'<xf numFmtId="{item}" fontId="0" fillId="0" borderId="0" xfId="0"/>' for item in ids)
    return (
        f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="{len(codes)}">{own}</numFmts>'
        '<fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
        f'<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="{len(ids)}">{xfs}</cellXfs></styleSheet>'
    )


def parts(
    *sheets: str,
    titles: Sequence[str] = (),
    shared: str = "",
    looks: str = "",
    workbook: str = "",
    more: Mapping[str, str | bytes] | None = None,
) -> dict[str, str | bytes]:
    """The parts of a workbook with these sheet parts. `workbook`: children before `<sheets>`."""
    names = [*titles, *(f"Sheet{at}" for at in range(len(titles) + 1, len(sheets) + 1))]
    tabs = "".join(f'<sheet name="{name}" sheetId="{at}" r:id="rId{at}"/>' for at, name in enumerate(names, 1))
    links = [(f"rId{at}", "worksheet", f"worksheets/sheet{at}.xml") for at in range(1, len(sheets) + 1)]
    found: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES.replace(
            "{sheets}",
            "".join(
                f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="{SHEET_TYPE}"/>'
                for at in range(1, len(sheets) + 1)
            ),
        ),
        "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{RELS}">{workbook}<sheets>{tabs}</sheets></workbook>',
    }
    for at, text in enumerate(sheets, 1):
        found[f"xl/worksheets/sheet{at}.xml"] = text
    if shared:
        found["xl/sharedStrings.xml"] = shared
        links.append(("rIdS", "sharedStrings", "sharedStrings.xml"))
    if looks:
        found["xl/styles.xml"] = looks
        links.append(("rIdL", "styles", "styles.xml"))
    found["xl/_rels/workbook.xml.rels"] = relations(*links)
    return {**found, **(more or {})}


def relations(*links: tuple[str, str, str]) -> str:
    body = "".join(f'<Relationship Id="{i}" Type="{RELS}/{kind}" Target="{target}"/>' for i, kind, target in links)
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{body}</Relationships>'


def packed(members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def workbook(*sheets: str, **options: object) -> bytes:
    return packed(parts(*sheets, **options))  # type: ignore[arg-type]


def repacked(data: bytes, changes: Mapping[str, bytes | None], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A workbook with some members replaced, added, or (None) left out."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    members = {**members, **changes}  # type: ignore[dict-item]
    return packed({name: content for name, content in members.items() if content is not None}, method)


def _quoted(code: str) -> str:
    return code.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
