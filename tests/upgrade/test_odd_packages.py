"""Packages as no program writes them: refused with a sentence, or upgraded; nothing else."""

from __future__ import annotations

import pytest

from app.upgrade.folder.plan import wanted_changes
from sheets_templates.builder import build_book
from sheets_templates.xlsx import write_xlsx
from sync.backends.folder.grids import read_grids
from sync.backends.folder.package import Limits
from sync.backends.folder.reader import read_book
from sync.backends.folder.upgrade.book import upgrade_book
from sync.backends.folder.zippatch import Archive, Refused, patch
from sync.shapes import book_shape
from tests.upgrade.conftest import DAY, project
from tests.upgrade.test_any_change import FRESH, scheme

SHEET, BOOK, STYLES = "xl/worksheets/sheet2.xml", "xl/workbook.xml", "xl/styles.xml"


@pytest.mark.parametrize(
    ("member", "old", "new", "sound"),
    [
        (SHEET, b'<col min="1"', b'<col min="eins"', False),
        (SHEET, b'priority="1"', b'priority="first"', True),
        (SHEET, b"<worksheet ", b"<!DOCTYPE worksheet><worksheet ", False),
        (SHEET, b'sqref="A6:A1005"', b'sqref="A:A junk #REF!"', True),
        (SHEET, b"<cols>", b"<cols><!-- somebody's note -->", True),
        (BOOK, b'localSheetId="1"', b'localSheetId="99"', True),
        (BOOK, b'<sheet name="\xe5\xad\x97\xe5\x85\xb8"', b'<sheet name="dict"', True),
        (STYLES, b'numFmtId="164" formatCode', b'numFmtId="x" formatCode', False),
    ],
)
def test_an_odd_package(member: str, old: bytes, new: bytes, sound: bool) -> None:
    table = scheme().table("project")
    wider = table.model_copy(update={"fields": (*table.fields, *FRESH)})
    newer = scheme().model_copy(
        update={"version": "2", "tables": tuple(wider if item.name == "project" else item for item in scheme().tables)}
    )
    rows = {"project": [project(1)]}
    data = write_xlsx(build_book(scheme(), "101", "unit", rows=rows, built=DAY))  # type: ignore[arg-type]
    shape, grids = book_shape(newer), read_grids(data, "x.xlsx", Limits())
    wanted = wanted_changes(newer, "101", "unit", read_book(data, shape, name="x.xlsx"), grids, DAY)
    archive = Archive(data)
    content = archive.read(member)
    assert old in content
    odd = patch(archive, {member: content.replace(old, new, 1)})
    if not sound:
        with pytest.raises(Refused, match="文件"):
            upgrade_book(odd, wanted)
        return
    after = read_book(upgrade_book(odd, wanted).data, shape, name="x.xlsx")
    tab = after.tab("project")
    assert tab is not None and tab.columns.keys() == {field.name for field in wider.fields} and len(tab.rows) == 1
