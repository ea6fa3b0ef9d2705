"""Books for tests, made by the real builder from the real scheme, only with fewer prepared rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from sheets_templates import catalog
from sheets_templates.builder import build_book
from sheets_templates.plan import BookPlan
from sheets_templates.xlsx import write_xlsx
from sync.book import BookShape
from sync.shapes import book_shape
from validators.scheme.models import Scheme

BUILT = date(2025, 6, 1)
UNIT = "340403101"  # 安成镇
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
    """A book's bytes with these rows in it."""
    return write_xlsx(plan(rows, unit=unit, role=role))


def problems(*contents: str) -> Rows:
    """Rows of 问题清单, one for each content."""
    return {"problem": [problem(content) for content in contents]}


def problem(content: str) -> dict[str, str]:
    return {"project": "年产500套智能装备项目", "kind": "专班指出问题", "raised_date": "2025-06-19", "content": content}
