"""A returned workbook → tabs of texts: however it was saved, wherever its columns stand now."""

from __future__ import annotations

import base64
import re
import unicodedata
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from app.scheme_book.layout import FILES_TAB, IDENT
from sync.backends.folder.package import Limits, Trouble
from sync.backends.folder.rawsheet import Cells
from sync.backends.folder.sniff import kind_of
from sync.backends.folder.workbook import Workbook
from sync.errors import os_words
from sync.headers import column_letters
from validators.rawcell import DATED, decode, show

LOOK_DOWN = 12  # the titles are looked for in so many rows
MOST_FILES, MOST_BYTES = 200, 8_000_000


class BookError(Exception):
    """The whole workbook cannot be used: why, and what to do."""


@dataclass(slots=True)
class Line:
    """One row as it stands: 1-based number, what our hidden column says, texts by column title."""

    number: int
    ident: str
    texts: dict[str, str]


@dataclass(slots=True)
class Grid:
    """One tab: its titles with their columns, its rows."""

    title: str
    columns: dict[str, int] = field(default_factory=dict)
    head: int = 0
    lines: list[Line] = field(default_factory=list)
    strange: dict[str, str] = field(default_factory=dict)  # title of a column that is nobody's → its first cell

    def cell(self, line: int, title: str) -> str:
        """The address of a cell, "" where the column is not there."""
        column = self.columns.get(title)
        return f"{column_letters(column)}{line}" if column else ""


@dataclass(slots=True)
class Returned:
    """A workbook as read: rows of its tabs by title (1-based number, cells), the files it was made from."""

    tabs: dict[str, list[tuple[int, Cells]]]
    files: dict[str, bytes]


def open_book(path: Path) -> Returned:
    """Read a workbook of ours. BookError says what to do when it is none."""
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise BookError(f"打不开“{path}”：{os_words(problem)}。") from None
    if len(data) > Limits().file_bytes:
        raise BookError("文件太大，不是方案工作簿。")
    try:
        if kind_of(data, path.name) != "xlsx":
            raise BookError(f"“{path.name}”不是 .xlsx。请在表格软件里“另存为”.xlsx 再导入。")
        book = Workbook(data, Limits())
        tabs = {
            tab.title.strip(): [(number, dict(cells)) for number, cells in book.sheet(tab).rows()] for tab in book.tabs
        }
    except Trouble:
        raise BookError(
            f"“{path.name}”读不了：不是表格，或者坏了、加了密码、太大。请另存一份不加密码的 .xlsx。"
        ) from None
    except (ValueError, OSError, RecursionError, zlib.error) as problem:
        raise BookError(f"“{path.name}”读不了（{type(problem).__name__}），请另存一份 .xlsx。") from None
    return Returned(tabs, _files(tabs.get(FILES_TAB, [])))


def _files(rows: Sequence[tuple[int, Cells]]) -> dict[str, bytes]:
    parts: dict[str, dict[int, str]] = {}
    for _, cells in rows:
        name, number, body = (text_of(cells.get(column, "")) for column in (1, 2, 3))
        if re.fullmatch(r"[\w.-]+(?:/[\w.-]+)*\.yaml", name) and ".." not in name and number.isdigit():
            parts.setdefault(name, {})[int(number)] = body
    if "scheme.yaml" not in parts or len(parts) > MOST_FILES:
        raise BookError("这不是 tianbao scheme export 做出来的工作簿（里面没有方案文件）。请先导出一份，在那一份上改。")
    found = {}
    for name, chunks in parts.items():
        try:
            packed = base64.b64decode("".join(chunks[key] for key in sorted(chunks)), validate=True)
            found[name] = zlib.decompressobj().decompress(packed, MOST_BYTES)
        except (ValueError, zlib.error):
            raise BookError("工作簿里藏着的方案文件被改坏了。请重新导出一份，把改动抄过去。") from None
    return found


def text_of(raw: str) -> str:
    """A cell as text: dates as 2025-06-30, numbers without the noise of binary fractions."""
    kind, body, fmt = decode(raw)
    if kind == "number" and fmt not in DATED and len(body) > 15:
        try:
            body = repr(float(body))
            return f"{Decimal(body).normalize():f}" if fmt != "%" else f"{(Decimal(body) * 100).normalize():f}%"
        except (ArithmeticError, ValueError):
            return body
    if kind == "boolean":
        return "是" if body == "TRUE" else "否"
    return show(raw).replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").strip()


def grid_of(title: str, rows: Sequence[tuple[int, Cells]], wanted: Sequence[str]) -> Grid:
    """Find the titles among the first rows, and the rows below. Columns may have moved, others may stand between."""
    known = {squeezed(name): name for name in [IDENT, *wanted]}
    best: tuple[int, int, Mapping[int, str]] = (0, 0, {})
    for number, cells in rows:
        if number > LOOK_DOWN:
            break
        hits = {column: known[text] for column, raw in cells.items() if (text := squeezed(text_of(raw))) in known}
        if len(hits) > best[0]:
            best = (len(hits), number, hits)
    grid = Grid(title, head=best[1])
    for column, name in sorted(best[2].items()):
        grid.columns.setdefault(name, column)
    for number, cells in rows:
        if number > grid.head:
            _take(grid, number, cells)
        elif number == grid.head:
            heads = {text_of(raw): column for column, raw in cells.items() if column not in grid.columns.values()}
            grid.strange = {text: column_letters(column) for text, column in heads.items() if text}
    return grid


def _take(grid: Grid, number: int, cells: Cells) -> None:
    texts = {name: text_of(cells.get(column, "")) for name, column in grid.columns.items()}
    ident = texts.pop(IDENT, "")
    if ident != "#" and any(texts.values()):
        grid.lines.append(Line(number, ident, texts))


def squeezed(text: str) -> str:
    """A title as it is compared: full width as half width, no spaces."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
