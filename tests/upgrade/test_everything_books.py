"""Books with everything programs can put into one: charts, pictures, comments, extended formats, macros, strict names."""

from __future__ import annotations

import io
import zipfile

import pytest

from app.upgrade.folder.plan import wanted_changes
from sync.backends.folder.grids import read_grids
from sync.backends.folder.package import Limits
from sync.backends.folder.reader import read_book
from sync.backends.folder.upgrade.book import upgrade_book
from sync.shapes import book_shape
from tests import books
from tests.folder.torture import VARIANTS
from tests.upgrade.test_any_change import FRESH
from validators.scheme.tables import Field, Table

ADDED = Table(name="notes", title="备忘", rows=5, fields=(Field(name="what", title="事项"),))
OURS = ("xl/workbook.xml", "xl/styles.xml", "[content_types].xml", "xl/_rels/workbook.xml.rels", "docprops/custom.xml")


@pytest.mark.parametrize("name", VARIANTS)
def test_nothing_of_anybodys_is_lost(name: str) -> None:
    data = VARIANTS[name]()
    old = books.scheme()
    table = old.table("project")
    wider = table.model_copy(update={"fields": (*table.fields[:30], *table.fields[31:], *FRESH)})
    tables = tuple(wider if item.name == "project" else item for item in old.tables)
    new = old.model_copy(update={"version": "2", "tables": (*tables, ADDED)})
    shape = book_shape(new)
    before, grids = read_book(data, shape, name="x.xlsx"), read_grids(data, "x.xlsx", Limits())
    done = upgrade_book(data, wanted_changes(new, books.UNIT, "unit", before, grids, books.BUILT))
    after = read_book(done.data, shape, name="x.xlsx")
    for tab in before.tabs:
        now = after.tab(tab.table)
        assert now is not None and now.columns.items() >= tab.columns.items()
        item = new.table(tab.table)
        for one, other in zip(tab.rows, now.rows, strict=True):
            assert all(one.cells[item.index(field)] == other.cells[item.index(field)] for field in tab.columns)
    assert {"contact", "area", "late_why"} <= (found.columns.keys() if (found := after.tab("project")) else set())
    assert after.tab("notes") is not None
    parts, still = _parts(data), _parts(done.data)
    others = {part for part, content in parts.items() if still.get(part) != content}
    assert all(part in OURS or part.startswith("xl/worksheets/sheet") for part in others), others
    assert still.keys() - parts.keys() == {"xl/worksheets/tianbao1.xml"}, "the new table"


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name.lower().replace("\\", "/"): archive.read(name) for name in archive.namelist()}
