"""The header row deleted, moved, pasted twice or thawed between our reading and our writing: nothing of ours then stands a
row off, and what can still be mended is mended in the next rounds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sync.backends.google.emulator import Emulator
from sync.backends.google.emulator.formula import Formula
from sync.engine import sync_round
from tests.google.office import Office
from tests.google.test_answers import ROWS, checks, line, rounds
from tests.google.test_repairs import PASSED, WANTING, break_column, delete_column, delete_key

FENCE = "tianbao.fence"
CHECKED = [PASSED, PASSED, WANTING, "", ""]


@pytest.fixture
def office(server: Emulator) -> Office:
    found = Office(server, units=[("a", "甲镇")], rows=ROWS)
    rounds(found, 3)
    return found


def header(office: Office) -> int:
    """The row under that of the marks, from 0."""
    return office.place("a")[1] - 1


def ours_beside(office: Office) -> list[tuple[int, str]]:
    """Texts of ours in the row where a project of a clerk's stands: formulas of ours belong into the header alone."""
    book, sheet = office.book(), office.book().titled("项目库")
    name = office.place("a")[2]["name"]
    found = []
    for at, row in enumerate(sheet.rows):
        if str(row[name].entered if name in row.filled else "").endswith("项目"):
            found += [
                (at, book.formula_text(row[to].entered)) for to in row.filled if isinstance(row[to].entered, Formula)
            ]
    return found


def delete(office: Office, *rows: int) -> None:
    """Rows so far from the header are deleted, the last one first."""
    top = header(office)
    for row in sorted(rows, reverse=True):
        office.act("a", {"deleteDimension": {"range": line(office, "ROWS", top + row)}})


def insert(office: Office, row: int) -> None:
    office.act("a", {"insertDimension": {"range": line(office, "ROWS", header(office) + row)}})


def delete_and_insert(office: Office) -> None:
    """As many rows as before."""
    delete(office, 0)
    insert(office, 3)


def delete_two(office: Office) -> None:
    delete(office, 0, 1)


def sort_and_delete(office: Office) -> None:
    sheet, first, columns = office.place("a")
    box = {"sheetId": sheet, "startRowIndex": first, "endRowIndex": first + 3, "startColumnIndex": 0}
    spec = {"dimensionIndex": columns["code"], "sortOrder": "DESCENDING"}
    office.act("a", {"sortRange": {"range": box, "sortSpecs": [spec]}})
    delete(office, 0)


@pytest.mark.parametrize("breaks", [break_column, delete_column, delete_key])
@pytest.mark.parametrize("act", [lambda office: delete(office, 0), delete_and_insert, delete_two, sort_and_delete])
def test_a_header_deleted_just_then_leaves_nothing_beside_a_row(
    office: Office, breaks: Callable[[Office], None], act: Callable[[Office], None]
) -> None:
    """Its mark is gone with it and can refuse nothing; the rows below are a row higher, and one of them tells."""
    breaks(office)
    acts = [act]
    office.world.before = lambda call: acts.pop()(office) if call.kind == "write" and acts else None
    rows = office.column("a", "name", count=8)
    sync_round(office.parts)
    assert not acts and ours_beside(office) == []
    rounds(office, 3)
    assert ours_beside(office) == [] and set(office.column("a", "name", count=8)) - {""} <= set(rows)


def move_header(office: Office) -> None:
    top = header(office)
    office.act("a", {"moveDimension": {"source": line(office, "ROWS", top), "destinationIndex": top + 3}})


def paste_header(office: Office) -> None:
    """The header copied into a row of its own below itself, as where two lists were put together."""
    top = header(office)
    insert(office, 2)
    sheet = office.place("a")[0]
    source = {"sheetId": sheet, "startRowIndex": top, "endRowIndex": top + 1}
    place = {"sheetId": sheet, "startRowIndex": top + 2, "endRowIndex": top + 3}
    office.act("a", {"copyPaste": {"source": source, "destination": place, "pasteType": "PASTE_VALUES"}})


def thaw(office: Office) -> None:
    properties = {"sheetId": office.place("a")[0], "gridProperties": {"frozenRowCount": 0}}
    body = {"properties": properties, "fields": "gridProperties.frozenRowCount"}
    office.act("a", {"updateSheetProperties": body})


def delete_first_row(office: Office) -> None:
    delete(office, 1)


@pytest.mark.parametrize("breaks", [break_column, delete_column, delete_key])
@pytest.mark.parametrize("act", [move_header, paste_header, thaw, delete_first_row, lambda office: insert(office, 1)])
def test_whatever_else_is_done_to_the_header_just_then_is_mended(
    office: Office, breaks: Callable[[Office], None], act: Callable[[Office], None]
) -> None:
    before = set(office.column("a", "name", count=8))
    breaks(office)
    acts = [act]
    office.world.before = lambda call: acts.pop()(office) if call.kind == "write" and acts else None
    sync_round(office.parts)
    assert not acts and ours_beside(office) == []
    rounds(office, 5)
    assert ours_beside(office) == []
    names = dict(zip(office.column("a", "name", count=9), office.column("a", "@check", count=9), strict=True))
    wanted = {"甲项目": PASSED, "乙项目": PASSED, "丙项目": WANTING}
    kept = {name: text for name, text in wanted.items() if name in before and name in names}
    assert len(kept) >= 2, names
    if act is not move_header:  # what stands above the header is told, and shows nothing of ours
        assert {name: names[name].split("\n")[0].replace("提示：", "") for name in kept} == kept


def test_a_book_without_marks_below_its_header_gets_them_first(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Books made before there were such marks; one that was sorted keeps those it has."""
    lookup = {"metadataKey": FENCE}
    office.act("a", {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}})
    steps: list[str] = []
    monkeypatch.setattr(office.backend, "_step", steps.append)
    for text in ("我写的", "又写的"):
        office.type("a", 1, "@check", text)
        rounds(office, 3)
    assert checks(office) == CHECKED
    assert steps.count("anchor") == 1 and steps.count("repair") == 2
    sheet, first, _ = office.place("a")
    marks = [item for item in office.book().metadata.values() if item["key"] == FENCE and item["sheet"] == sheet]
    last = office.book().titled("项目库").row_count - 1
    assert [(item["dimension"], item["start"]) for item in marks] == [("ROWS", first), ("ROWS", last)]


def in_its_place(office: Office) -> None:
    """The header goes and a project comes in where it was: every row below stands where it stood."""
    delete(office, 0)
    insert(office, 0)
    write(office, {"name": "戊项目"})


def write(office: Office, texts: dict[str, str]) -> None:
    """Into the row under that of the marks."""
    for name, text in texts.items():
        office.type("a", -1, name, text)


def told_beside(office: Office) -> dict[str, list[str]]:
    """What our columns show beside a project or under the marks, by project."""
    ours = [name for name in office.place("a")[2] if name.startswith("@") and name != "@echo"]
    rows = {office.shown("a", row, "name"): row for row in range(-1, 6)}
    return {name: [text for one in ours if (text := office.shown("a", row, one))] for name, row in rows.items() if name}


@pytest.mark.parametrize(
    ("breaks", "title"), [(break_column, ["校验结果"]), (delete_column, ["校验结果"]), (delete_key, [])]
)
def test_a_row_put_in_where_the_header_was_shows_a_title_of_ours_and_no_answer(
    office: Office, breaks: Callable[[Office], None], title: list[str]
) -> None:
    """Nothing is refused because a mark is missing (`guards.py`), so this batch is carried out. What stands then in the new
    row is the title of a column of ours, in that column: no text that was computed from a row, and nothing of a clerk's
    is touched. The next round asks for the header; when it is back, so is everything."""
    fields = [name for name in office.place("a")[2] if not name.startswith("@")]
    heads = {name: office.shown("a", -1, name) for name in fields}
    breaks(office)
    acts = [in_its_place]
    office.world.before = lambda call: acts.pop()(office) if call.kind == "write" and acts else None
    sync_round(office.parts)
    for _ in range(2):
        assert not acts and told_beside(office) == {"戊项目": title, "甲项目": [], "乙项目": [], "丙项目": []}
        rounds(office, 1)
    todo = office.book().titled("待改清单").id
    assert any("找不到表头" in office.book().reader.shown(todo, row, 6) for row in range(4, 8))
    insert(office, 0)
    write(office, heads)
    rounds(office, 4)
    assert office.column("a", "name", count=4) == ["戊项目", "甲项目", "乙项目", "丙项目"]
    assert checks(office)[1:4] == CHECKED[:3] and "校验结果" not in checks(office)
