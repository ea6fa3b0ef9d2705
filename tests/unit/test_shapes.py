"""What readers know of a book agrees with the book that is built."""

from __future__ import annotations

from datetime import date

from sheets_templates import catalog
from sheets_templates.builder import build_book
from sync.shapes import book_shape


def test_a_table_that_lists_its_answers_keeps_those_the_service_lives_by() -> None:
    """编号, 问题字段 and 内容标识 stand on every tab and are read from it, whatever a table chooses to show."""
    scheme = catalog.load("tianjiaan")
    tables = tuple(t.model_copy(update={"answers": ("check",)}) if t.name == "project" else t for t in scheme.tables)
    scheme = scheme.model_copy(update={"tables": tables})
    shape = next(t for t in book_shape(scheme).tables if t.name == "project")
    tab = next(
        t for t in build_book(scheme, scheme.units[0].code, "unit", built=date(2025, 6, 1)).tabs if t.table == "project"
    )
    built = {column.name for column in tab.columns if column.tone == "ours"}
    assert {name for name, _ in shape.answers} == built == {"id", "check", "problems", "echo"}
