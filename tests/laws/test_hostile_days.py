"""What befalls a folder between two syncs: mounts that go away, old versions put back, rows carried to other places,
things that are no files. Nothing is lost, nothing stands beside the wrong row, and people are told."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sync.engine import sync_round
from sync.errors import BookUnavailable
from sync.nightly import new_day
from tests.laws.clerk import GridRow
from tests.laws.four_projects import A, B, C, D, fill, names, records_of, rounds, texts, waiting
from tests.laws.world import World
from tests.paper import Paper, letters

ALL = {"甲项目", "乙项目", "丙项目", "丁项目"}
ROWS = [A, B, C, D]


def folder_of(world: World) -> Path:
    return world.place / "books"


# the folder itself ------------------------------------------------------------------------------------------------


def test_a_folder_that_is_not_mounted_for_an_hour_changes_nothing(office: World, looks: list[str]) -> None:
    """An empty mount point: every book is told to be gone, no record is; back again, no book is even opened."""
    before = {unit: records_of(office, unit) for unit in "ab"}
    away = office.place / "away"
    folder_of(office).rename(away)
    folder_of(office).mkdir()
    looks.clear()
    for _ in range(3):
        office.clock.at += 1200
        report = sync_round(office.parts)
        assert sorted(report.notes) == ["乙镇：表不见了（上次是 乙镇.xlsx）", "甲镇：表不见了（上次是 甲镇.xlsx）"]
        new_day(office.parts)
    folder_of(office).rmdir()
    away.rename(folder_of(office))
    report = rounds(office)
    assert not report.notes and looks == []
    assert {unit: records_of(office, unit) for unit in "ab"} == before
    assert not office.parts.store.decisions("laws")


def test_a_folder_that_cannot_be_entered_is_told_in_chinese(office: World) -> None:
    folder_of(office).rename(office.place / "away")
    with pytest.raises(BookUnavailable, match=r"打不开文件夹 .*不见了"):
        sync_round(office.parts)
    (office.place / "away").rename(folder_of(office))
    assert not rounds(office).notes and names(office) == ALL


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.mkdir()


def _dangling(path: Path) -> None:
    path.symlink_to("/nowhere/甲镇.xlsx")


def _circle(path: Path) -> None:
    path.symlink_to(path.name)


@pytest.mark.parametrize("make", [_fifo, _folder, _dangling, _circle])
@pytest.mark.parametrize("name", ["甲镇(1).xlsx", "别的.xlsx"])
def test_what_is_no_file_is_no_book(office: World, make: Callable[[Path], None], name: str) -> None:
    """A pipe would be waited for for ever; none of them is opened, none stops the round."""
    path = folder_of(office) / name
    make(path)
    report = rounds(office)
    assert not report.notes and not report.failures and not waiting(office, "two_files")
    assert os.path.lexists(path)


def test_a_book_behind_a_link_is_read_and_says_why_it_has_no_answer(office: World) -> None:
    path = folder_of(office) / "甲镇.xlsx"
    real = office.place / "甲镇.xlsx"
    path.rename(real)
    path.symlink_to(real)
    office.drivers["a"].path = real  # type: ignore[attr-defined]
    fill(office, [[*A[:4], "2025-13-01", "", ""], B, C, D])
    rounds(office)
    (pending,) = waiting(office, "pending_answer")
    assert "链接" in pending.data["reason"] and path.is_symlink()
    path.unlink()
    real.rename(path)
    office.drivers["a"].path = path  # type: ignore[attr-defined]
    rounds(office)
    assert not waiting(office, "pending_answer")
    assert "13" in texts(office)["甲项目"]["check"]


# versions ---------------------------------------------------------------------------------------------------------


def test_an_old_version_put_back_is_believed_and_asked_about(office: World) -> None:
    """From a backup, with its old time: what it lacks is missing, not gone; what it says is a change like any other."""
    path = folder_of(office) / "甲镇.xlsx"
    old, times = path.read_bytes(), path.stat()
    fill(office, [[*A[:6], "后来的说明"], B, C, D, ["戊项目", "N-5", "9000", "独立选址", "2025-05-05", "", ""]])
    rounds(office)
    path.write_bytes(old)
    os.utime(path, (times.st_atime - 86400 * 30, times.st_mtime - 86400 * 30))
    rounds(office)
    assert names(office) == ALL and names(office, "missing") == {"戊项目"}
    assert [item.data["name"] for item in waiting(office, "withdrawal")] == ["戊项目"]
    first = next(r for r in office.store.records("laws", book="laws:a") if r.name == "甲项目")
    kinds = [item["changes"] for item in office.store.revisions(record=first.id)]
    assert len(kinds) == 3, "made, changed, and changed back: all of it is kept"
    office.check_answers("a")


def test_two_peoples_versions_one_over_the_other_lose_no_revision(office: World) -> None:
    """Both opened the same version; the second saves over the first. The first one's words are in the history."""
    mine = office.drivers["a"].load()
    fill(office, [[*A[:6], "甲写的"], B, C, D])
    rounds(office)
    mine["project"][1].cells[6] = "乙写的"
    office.drivers["a"].save(mine)
    rounds(office)
    said = {
        text
        for item in office.store.revisions(book="laws:a", limit=1000)
        for pair in item["changes"].values()
        for text in pair
    }
    assert {"甲写的", "乙写的"} <= said
    office.check_answers("a")


# rows that travel -------------------------------------------------------------------------------------------------


def test_a_row_cut_into_another_book_is_missing_there_and_new_here(office: World) -> None:
    """With our columns and all: the 编号 of another book is no claim on its record."""
    mine, theirs = office.drivers["a"].load(), office.drivers["b"].load()
    moved = mine["project"].pop(1)
    theirs["project"].append(moved.copy())
    office.drivers["a"].save(mine)
    office.drivers["b"].save(theirs)
    rounds(office)
    assert names(office, "missing") == {"乙项目"}
    there = next(r for r in office.store.records("laws", book="laws:b") if r.name == "乙项目")
    assert there.id != moved.shown["id"]
    assert waiting(office, "withdrawal")
    for unit in "ab":
        office.check_answers(unit)


def test_a_row_pasted_over_another_leaves_two_questions(office: World) -> None:
    """甲项目 copied over 乙项目: one row too many of the one, the other missing with all that was known of it."""
    grids = office.drivers["a"].load()
    grids["project"][1] = grids["project"][0].copy()
    office.drivers["a"].save(grids)
    rounds(office)
    assert names(office, "missing") == {"乙项目"}
    assert waiting(office, "copied_row") and waiting(office, "withdrawal")
    ids = [row.shown["id"] for row in office.drivers["a"].load()["project"]]
    assert len(set(ids)) == len(ids) == 4
    office.check_answers("a")


def test_numbers_exchanged_and_both_rows_edited_stay_with_their_projects(office: World) -> None:
    """Somebody unhid 编号 and typed in it: what the rows say settles who they are."""
    before = {row.cells[0]: row.shown["id"] for row in office.drivers["a"].load()["project"]}
    grids = office.drivers["a"].load()
    one, two = grids["project"][:2]
    one.shown["id"], two.shown["id"] = two.shown["id"], one.shown["id"]
    one.cells[6], two.cells[6] = "改一", "改二"
    grids["project"][2].shown["id"] = "P999999"
    grids["project"][3].shown["id"] = "=1+1"
    office.drivers["a"].save(grids)
    rounds(office)
    after = {row.cells[0]: row.shown["id"] for row in office.drivers["a"].load()["project"]}
    assert after == before and not names(office, "missing")
    office.check_answers("a")


def test_every_row_twice_is_no_reason_to_join_any(office: World) -> None:
    """The whole table pasted once more below itself."""
    grids = office.drivers["a"].load()
    grids["project"] += [row.copy() for row in grids["project"]]
    office.drivers["a"].save(grids)
    rounds(office)
    ids = [row.shown["id"] for row in office.drivers["a"].load()["project"]]
    assert len(set(ids)) == len(ids) == 8
    assert len(waiting(office, "copied_row")) == 4 and not names(office, "missing")
    office.check_answers("a")


def test_texts_of_ours_pasted_as_values_over_every_row_are_put_right(office: World) -> None:
    grids = office.drivers["a"].load()
    for row in grids["project"]:
        row.shown = dict(grids["project"][0].shown)
    office.drivers["a"].save(grids)
    rounds(office)
    assert names(office) == ALL and not names(office, "missing")
    office.check_answers("a")


# the shape of the sheet -------------------------------------------------------------------------------------------


def test_a_title_merged_over_our_columns_costs_those_cells(office: World) -> None:
    """Rows of 校验结果 merged into one: what cannot be written is named, everything else is right."""
    fill(office, [[*row[:4], "2025-13-01", "", ""] for row in ROWS])
    path = folder_of(office) / "甲镇.xlsx"
    paper = Paper.of(path)
    tab = paper.tab("项目库")
    column, row = next((c, r) for (r, c), text in tab.grid().items() if text == "tb:project.@check")
    tab.merge(f"{letters(column)}{row + 2}:{letters(column)}{row + 4}")
    paper.saved(path)
    office.drivers.clear()  # the oracle of the laws asks for every text
    rounds(office)
    (pending,) = waiting(office, "pending_answer")
    assert "有2格未写" in pending.data["reason"]
    written = Paper.of(path).tab("项目库")
    assert "13" in written.text(row + 2, column) and "13" in written.text(row + 5, column)


def test_a_copy_for_a_colleague_is_never_taken_for_his(office: World) -> None:
    """甲镇's book under 乙镇's colours: two files of 甲镇, 乙镇's own untouched."""
    before = records_of(office, "b")
    shutil.copy(folder_of(office) / "甲镇.xlsx", folder_of(office) / "乙镇6月.xlsx")
    rounds(office, 3)
    (decision,) = waiting(office, "two_files")
    assert decision.book == "laws:a" and records_of(office, "b") == before


def test_a_blank_new_book_in_the_place_of_a_filled_one_is_held(office: World, kit: object) -> None:
    """The clerk fetched an empty template and saved it over his book."""
    path = folder_of(office) / "甲镇.xlsx"
    path.write_bytes(office.kit.books["a"])
    rounds(office)
    (held,) = waiting(office, "held_run")
    assert names(office) == ALL
    assert sorted(name for _, name in held.data["tables"]["project"]) == sorted(ALL)
    fill(office, ROWS)
    rounds(office)
    assert not waiting(office, "held_run") and names(office) == ALL and not names(office, "missing")


def test_ghost_rows_between_are_neither_records_nor_in_the_way(office: World) -> None:
    grids = office.drivers["a"].load()
    blank = GridRow([""] * len(A), {})
    grids["project"] = [row for item in grids["project"] for row in (item, blank.copy(), blank.copy())]
    office.drivers["a"].save(grids)
    rounds(office)
    assert names(office) == ALL and set(texts(office)) - {""} == ALL
    office.check_answers("a")
