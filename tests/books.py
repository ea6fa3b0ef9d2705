"""Books for tests, made by the real builder from the real scheme, only with fewer prepared rows."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from io import BytesIO

from sheets_templates import catalog
from sheets_templates.builder import build_book
from sheets_templates.plan import BookPlan
from sheets_templates.xlsx import write_xlsx
from sync.book import BookAnswer, BookShape, CellText, Snapshot, TodoLine
from sync.shapes import book_shape
from validators.rows import RawRow
from validators.scheme.models import Scheme

BUILT = date(2025, 6, 1)
UNIT = "340403101"  # 安成镇
_WRITTEN: dict[str, bytes] = {}
Rows = Mapping[str, Sequence[Mapping[str, object]]]


@lru_cache
def scheme(rows: int = 8) -> Scheme:
    """田家庵区's scheme with so many prepared rows in each table."""
    whole = catalog.load("tianjiaan")
    return whole.model_copy(update={"tables": tuple(t.model_copy(update={"rows": rows}) for t in whole.tables)})


@lru_cache
def shape(role: str = "unit") -> BookShape:
    return book_shape(scheme(), role)


def plan(rows: Rows | None = None, *, unit: str = UNIT, role: str = "unit") -> BookPlan:
    return build_book(scheme(), unit, role, rows=rows, built=BUILT)  # type: ignore[arg-type]


def book(rows: Rows | None = None, *, unit: str = UNIT, role: str = "unit") -> bytes:
    """A book's bytes with these rows in it; equal ones are written once."""
    key = repr((rows, unit, role))
    if key not in _WRITTEN:
        _WRITTEN[key] = write_xlsx(plan(rows, unit=unit, role=role))
    return _WRITTEN[key]


def problems(*contents: str) -> Rows:
    """Rows of 问题清单, one for each content."""
    return {"problem": [problem(content) for content in contents]}


def problem(content: str) -> dict[str, str]:
    return {"project": "年产500套智能装备项目", "kind": "专班指出问题", "raised_date": "2025-06-19", "content": content}


def answer(snapshot: Snapshot, say: Callable[[RawRow, str], str] | None = None) -> BookAnswer:
    """Texts for every answer cell of every row of a snapshot, and a line of 待改清单 for each row."""
    found = BookAnswer(snapshot.fingerprint, banner="上次同步：2025-06-30 02:00；还有1处要改（明细见“待改清单”）")
    for tab in snapshot.tabs:
        for row in tab.rows:
            for name, column in tab.answer_columns.items():
                text = (say or said)(row, name)
                number = name == "remaining" and text != ""
                found.cells.append(CellText(tab.title, row.row, column, text, row.digest(), number, name))
            found.names[tab.title, row.row] = row.cells[0]
            found.todo.append(TodoLine(f"{tab.title}!D{row.row}", row.cells[0], "整改措施", "必改", "", "请填写"))
    return found


def said(row: RawRow, name: str) -> str:
    """A text for each answer that names the row's content."""
    what = next((cell for cell in row.cells if cell), "")
    texts = {
        "id": f"P{row.row:06d}",
        "check": f"✓ 通过：{what}",
        "status": "逾期12天(原则上)：独立选址项目签约(2025-03-31)后3个月内开工，应于2025-06-30前；依据 二(一)1",
        "stage": "前期 & <准备>",
        "deadline": "2025-06-30",
        "remaining": "-12",
        "problems": "|measures|",
        "updated": "2025-06-30 02:00",
    }
    return texts.get(name, "")


def part_of(title: str) -> str:
    """The part of the package in which a tab of our book stands: tables may be added before it."""
    with zipfile.ZipFile(BytesIO(book())) as archive:
        workbook, links = (archive.read(f"xl/{name}").decode() for name in ("workbook.xml", "_rels/workbook.xml.rels"))
    number = re.search(rf'<sheet name="{title}"[^>]*r:id="(\w+)"', workbook)
    assert number, title
    target = next(link for link in re.findall("<Relationship [^>]*>", links) if f'Id="{number[1]}"' in link)
    return "xl/" + re.findall('Target="([^"]+)"', target)[0].removeprefix("/xl/")
