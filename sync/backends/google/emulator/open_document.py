"""A spreadsheet as an OpenDocument file (.ods): every tab with what it shows, numbers as numbers, texts as texts.

OASIS OpenDocument 1.3: a zip whose first entry is the uncompressed `mimetype`, a manifest, and `content.xml`.
"""

from __future__ import annotations

import io
import re
import zipfile
from xml.sax.saxutils import escape, quoteattr

from sync.backends.google.emulator.book import Book
from sync.backends.google.emulator.cells import Value
from sync.backends.google.emulator.sheet import Sheet

ODS = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in (("office", "office"), ("table", "table"), ("text", "text"))
)
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def open_document(book: Book) -> bytes:
    tables = "".join(_table(book, sheet) for sheet in book.sheets)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content {_NAMES} office:version="1.3">'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(zipfile.ZipInfo("mimetype"), ODS, zipfile.ZIP_STORED)
        packed.writestr("META-INF/manifest.xml", _MANIFEST)
        packed.writestr("content.xml", content)
    return out.getvalue()


def _table(book: Book, sheet: Sheet) -> str:
    rows = []
    spilled = book.reader.spill_columns(sheet.id)
    for row in range(book.reader.last_data_row(sheet.id)):
        columns = {*sheet.row(row).filled, *(range(sheet.column_count) if spilled is None else spilled)}
        cells = [_cell(book, sheet, row, column) for column in range(max(columns, default=-1) + 1)]
        while cells and cells[-1] == _BLANK:
            cells.pop()
        rows.append(f"<table:table-row>{''.join(cells) or _BLANK}</table:table-row>")
    body = "".join(rows) or f"<table:table-row>{_BLANK}</table:table-row>"
    hidden = ' table:display="false"' if sheet.properties.get("hidden") else ""
    return f"<table:table table:name={quoteattr(sheet.title)}{hidden}>{body}</table:table>"


_BLANK = "<table:table-cell/>"
_UNFIT = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")  # no characters of XML


def _cell(book: Book, sheet: Sheet, row: int, column: int) -> str:
    value = book.reader.value(sheet.id, row, column)
    if value is None:
        return _BLANK
    text = _UNFIT.sub("", book.reader.shown(sheet.id, row, column))
    shown = "".join(f"<text:p>{escape(line)}</text:p>" for line in text.split("\n"))
    return f"<table:table-cell {_typed(value)}>{shown}</table:table-cell>"


def _typed(value: Value) -> str:
    if isinstance(value, bool):
        return f'office:value-type="boolean" office:boolean-value="{str(value).lower()}"'
    if isinstance(value, float):
        return f'office:value-type="float" office:value="{value!r}"'
    return 'office:value-type="string"'
