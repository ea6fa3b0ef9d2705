"""Whatever the scheme's owners change and however people left their book: every cell is read again as it was typed."""

from __future__ import annotations

import io
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from app.upgrade.folder.plan import wanted_changes
from sheets_templates.builder import build_book
from sheets_templates.xlsx import write_xlsx
from sync.backends.folder.grids import read_grids
from sync.backends.folder.package import Limits
from sync.backends.folder.reader import read_book
from sync.backends.folder.upgrade.book import upgrade_book
from sync.book import Snapshot
from sync.shapes import book_shape
from tests.upgrade.conftest import DAY, write_scheme
from validators.scheme.load import load_scheme
from validators.scheme.models import Scheme
from validators.scheme.tables import Field

NAMES = ("code", "company", "industry", "site", "money", "phone", "sign_date", "start_plan", "start_date", "ended")
FRESH = (
    Field(name="contact", title="联系人", type="person"),
    Field(name="area", title="用地面积", type="number", unit="亩", group="要素"),
    Field(name="late_why", title="慢在哪里", type="long_text"),
)
typed = st.one_of(
    st.sampled_from(
        ["1.2亿元", "2025年3月底", " 食品加工 ", "独立选址", "２０２５.６", "待定", "2504-340403-04-01-123456", "=甲"]
    ),
    st.integers(0, 99_999),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.text("甲乙丙<&\"' \n0123", min_size=1, max_size=12).filter(str.strip),
)
rows = st.lists(st.dictionaries(st.sampled_from(NAMES), typed, max_size=6), min_size=1, max_size=6)


@cache
def scheme() -> Scheme:
    with TemporaryDirectory() as place:
        write_scheme(Path(place) / "scheme")
        return load_scheme(Path(place) / "scheme")


@st.composite
def newer(draw: st.DrawFn) -> tuple[Scheme, dict[str, str]]:
    """A changed scheme, and the new name of each field that is still there."""
    table = scheme().table("project")
    kept = [field for field in table.fields if field.name not in draw(st.sets(st.sampled_from(NAMES), max_size=3))]
    called = {field.name: field.name for field in kept}
    for field in draw(st.lists(st.sampled_from(kept), max_size=2, unique_by=lambda item: item.name)):
        if field.name in NAMES:
            called[field.name] = f"new_{field.name}"
    changed = [
        field
        if called[field.name] == field.name
        else field.model_copy(
            update={"name": called[field.name], "title": f"新{field.title}", "aliases": (field.title,)}
        )
        for field in kept
    ]
    fields = draw(
        st.permutations([*changed, *draw(st.lists(st.sampled_from(FRESH), unique_by=lambda item: item.name))])
    )
    project = table.model_copy(update={"fields": tuple(fields), "keys": (("name",),)})
    tables = tuple(project if item.name == "project" else item for item in scheme().tables)
    return scheme().model_copy(update={"tables": tables, "version": "2025.2"}), called


def filled(content: list[dict[str, object]]) -> bytes:
    lines = [{"name": f"项目{number}", **line} for number, line in enumerate(content, 1)]
    return write_xlsx(build_book(scheme(), "101", "unit", rows={"project": lines}, built=DAY))  # type: ignore[dict-item,list-item]


def handled(data: bytes, above: int, beside: int, note: str) -> bytes:
    """Rows inserted above the heading, a column of one's own somewhere in the table, a note far to the right."""
    book = load_workbook(io.BytesIO(data))
    sheet = book["项目库"]
    for area in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(area))
    if beside:
        sheet.insert_cols(beside + 3)
        sheet.cell(7, beside + 3).value = note
    if above:
        sheet.insert_rows(1, above)
    sheet.cell(9, sheet.max_column + 1 + above).value = note
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def cells_of(snapshot: Snapshot, of: Scheme, names: dict[str, str]) -> dict[int, dict[str, str]]:
    """Row → field → cell as typed; fields by their new names."""
    tab, table = snapshot.tab("project"), of.table("project")
    assert tab is not None
    return {
        row.row: {new: row.cells[table.index(old)] for old, new in names.items() if row.cells[table.index(old)]}
        for row in tab.rows
    }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows, newer(), st.integers(0, 2), st.integers(0, 12), st.sampled_from(["要催", "=1+1", "x"]))
def test_every_cell_is_read_as_it_was_typed(
    content: list[dict[str, object]], change: tuple[Scheme, dict[str, str]], above: int, beside: int, note: str
) -> None:
    new, called = change
    data = handled(filled(content), above, beside, note)
    before = read_book(data, book_shape(scheme()), name="东河镇.xlsx")
    grids = read_grids(data, "东河镇.xlsx", Limits())
    wanted = wanted_changes(new, "101", "unit", read_book(data, book_shape(new), name="东河镇.xlsx"), grids, DAY)
    done = upgrade_book(data, wanted)
    after = read_book(done.data, book_shape(new), name="东河镇.xlsx")
    assert cells_of(after, new, {name: name for name in called.values()}) == cells_of(before, scheme(), called)
    tab = after.tab("project")
    assert tab is not None and tab.columns.keys() == {field.name for field in new.table("project").fields}
    everything, still = grids.grid("项目库"), read_grids(done.data, "东河镇.xlsx", Limits()).grid("项目库")
    assert everything is not None and still is not None
    below = {row: cells for row, cells in everything.cells.items() if row > tab.header_row}
    assert below == {row: cells for row, cells in still.cells.items() if row > tab.header_row}, "also what is no field"
    again = wanted_changes(new, "101", "unit", after, read_grids(done.data, "东河镇.xlsx", Limits()), DAY)
    assert {item.kind for item in upgrade_book(done.data, again).changes} <= {"kept"}, "twice is once"
