"""What must wait for a person waits, says what it would do, and does it: files, rows gone, copies, reused rows, new names."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from sync.decide import WORDS, decide, open_decisions
from sync.errors import SyncError
from sync.store.base import StoredRecord
from tests.laws.four_projects import A, B, C, D, fill, names, records_of, rounds, texts, waiting
from tests.laws.world import Killed, World
from validators.messages import sentence


def test_every_kind_of_decision_says_what_it_would_do() -> None:
    """What it is, what yes does, what no does: three sentences each."""
    assert all(len(words) == 3 and all(words) for words in WORDS.values())


def test_a_renamed_file_is_known_by_its_content(office: World) -> None:
    """安成镇6月报表(1).xlsx is still the unit's book; nothing is asked."""
    folder = office.place / "books"
    (folder / "甲镇.xlsx").rename(folder / "甲镇6月报表(1)最终版2.xlsx")
    report = rounds(office)
    assert not waiting(office, "two_files")
    assert office.store.book("laws:a").name == "甲镇6月报表(1)最终版2.xlsx"  # type: ignore[union-attr]
    assert names(office) == {"甲项目", "乙项目", "丙项目", "丁项目"}
    assert not report.failures


def test_another_units_book_saved_over_ours_is_not_ours(office: World) -> None:
    """However few rows it has: nothing of it becomes 乙镇's; put back, 乙镇's book counts again."""
    folder = office.place / "books"
    before, own = records_of(office, "b"), (folder / "乙镇.xlsx").read_bytes()
    shutil.copy(folder / "甲镇.xlsx", folder / "乙镇.xlsx")
    report = rounds(office, 3)
    assert records_of(office, "b") == before and names(office) == {"甲项目", "乙项目", "丙项目", "丁项目"}
    assert any("是别的单位的表" in note for note in report.notes)
    (finding,) = office.store.book_findings("laws:b")
    assert finding.code == "book.other_unit" and "甲镇" in sentence(finding.code, finding.params)
    (folder / "乙镇.xlsx").write_bytes(own)
    rounds(office, 3)
    assert records_of(office, "b") == before and not office.store.book_findings("laws:b")
    assert office.store.book("laws:b").key == "乙镇.xlsx"  # type: ignore[union-attr]


def test_two_books_with_their_names_exchanged_are_known_by_content(office: World) -> None:
    folder = office.place / "books"
    before = {unit: records_of(office, unit) for unit in "ab"}
    ours, theirs = (folder / "甲镇.xlsx").read_bytes(), (folder / "乙镇.xlsx").read_bytes()
    (folder / "甲镇.xlsx").write_bytes(theirs)
    (folder / "乙镇.xlsx").write_bytes(ours)
    report = rounds(office, 3)
    assert not report.notes and not open_decisions(office.parts)
    assert {unit: records_of(office, unit) for unit in "ab"} == before
    assert office.store.book("laws:a").key == "乙镇.xlsx"  # type: ignore[union-attr]


def test_two_files_for_one_unit_wait_for_a_person(office: World) -> None:
    """Neither is taken; the one chosen counts, the other is left alone until it is touched again."""
    folder = office.place / "books"
    shutil.copy(folder / "甲镇.xlsx", folder / "甲镇 - 副本.xlsx")
    fill(office, [A, B, C])
    report = rounds(office)
    (decision,) = waiting(office, "two_files")
    assert any("同一单位有2个文件" in note for note in report.notes)
    assert names(office) == {"甲项目", "乙项目", "丙项目", "丁项目"}
    with pytest.raises(SyncError, match="没有说明用哪一个文件"):
        decide(office.parts, decision.id, True, by="审核人")
    decide(office.parts, decision.id, True, by="审核人", choice="甲镇 - 副本.xlsx")
    rounds(office)
    assert office.store.book("laws:a").name == "甲镇 - 副本.xlsx"  # type: ignore[union-attr]
    assert not waiting(office, "two_files")
    assert names(office) == {"甲项目", "乙项目", "丙项目", "丁项目"}


def test_most_rows_gone_is_held_and_changes_nothing(office: World) -> None:
    """A cleared tab is not a withdrawal of everything; agreed to, the rows become 待确认退出."""
    fill(office, [A])
    rounds(office)
    (decision,) = waiting(office, "held_run")
    assert names(office) == {"甲项目", "乙项目", "丙项目", "丁项目"}
    assert sorted(name for _, name in decision.data["tables"]["project"]) == ["丁项目", "丙项目", "乙项目"]
    decide(office.parts, decision.id, True, by="审核人")
    rounds(office)
    assert names(office) == {"甲项目"}
    assert names(office, "missing") == {"乙项目", "丙项目", "丁项目"}
    assert len(waiting(office, "withdrawal")) == 3


def test_a_held_run_refused_stays_out_until_the_file_changes(office: World) -> None:
    """No means no for this content; rows brought back are taken again."""
    fill(office, [A])
    rounds(office)
    decide(office.parts, waiting(office, "held_run")[0].id, False, by="审核人")
    rounds(office)
    assert names(office) == {"甲项目", "乙项目", "丙项目", "丁项目"}
    fill(office, [A, B, C, D])
    rounds(office)
    assert not waiting(office, "held_run")
    assert office.store.book("laws:a").held == ""  # type: ignore[union-attr]


def test_a_held_run_that_was_mended_and_comes_again_is_a_new_question(office: World) -> None:
    """The very same file, after it was otherwise for a while."""
    path = office.drivers["a"].path  # type: ignore[attr-defined]
    fill(office, [A])
    rounds(office)
    held = path.read_bytes()
    fill(office, [A, B, C, D])
    rounds(office)
    assert not waiting(office, "held_run")
    path.write_bytes(held)
    rounds(office)
    assert len(waiting(office, "held_run")) == 1
    assert names(office) == {"甲项目", "乙项目", "丙项目", "丁项目"}


@pytest.mark.parametrize(
    ("before", "after", "held"), [(10, 7, True), (11, 8, False), (10, 8, False), (3, 1, False), (2, 0, True)]
)
def test_three_rows_and_three_in_ten_gone_at_once_are_held(office: World, before: int, after: int, held: bool) -> None:
    """Two of two are all: an emptied tab is held however few rows it had."""
    rows = [[f"第{n}个项目", f"M-{n}", str(10000 + n), "独立选址", "2025-03-31", "", ""] for n in range(before)]
    fill(office, rows)
    rounds(office)
    for decision in waiting(office, "held_run"):  # the four that stood there before
        decide(office.parts, decision.id, True, by="审核人")
    rounds(office)
    assert len(names(office)) == before
    fill(office, rows[:after])
    rounds(office)
    assert len(waiting(office, "held_run")) == held
    assert len(names(office)) == (before if held else after)


def test_a_row_gone_waits_and_can_come_back(office: World) -> None:
    """Absence deletes nothing; the row pasted back is the same record and the question is void."""
    before = texts(office)["乙项目"]["id"]
    fill(office, [A, C, D])
    rounds(office)
    assert names(office, "missing") == {"乙项目"}
    assert [item.data["name"] for item in waiting(office, "withdrawal")] == ["乙项目"]
    fill(office, [A, C, D, B])
    rounds(office)
    assert names(office, "missing") == set()
    assert not waiting(office, "withdrawal")
    assert texts(office)["乙项目"]["id"] == before


def test_a_withdrawal_confirmed_keeps_the_history(office: World) -> None:
    """Confirmed by name: the record is withdrawn, its revisions stay and name the person."""
    fill(office, [A, C, D])
    rounds(office)
    decide(office.parts, waiting(office, "withdrawal")[0].id, True, by="审核人")
    assert names(office, "withdrawn") == {"乙项目"}
    gone = office.store.records("laws", book="laws:a", tables=["project"], states=("withdrawn",))[0]
    revisions = office.store.revisions(record=gone.id)
    assert revisions[0]["kind"] == "withdrawn"
    assert revisions[0]["actor"] == "审核人"
    assert revisions[-1]["kind"] == "created"


def test_a_copied_row_gets_an_id_of_its_own_and_people_are_told(office: World) -> None:
    """Copied with our columns: two rows, two ids, one question."""
    grids = office.drivers["a"].load()
    copied = grids["project"][0].copy()
    copied.cells[0], copied.cells[1] = "戊项目", "N-5"
    grids["project"].append(copied)
    office.drivers["a"].save(grids)
    rounds(office)
    shown = texts(office)
    assert shown["戊项目"]["id"] not in ("", shown["甲项目"]["id"])
    assert waiting(office, "copied_row")


def test_a_row_reused_for_another_project_is_another_record(office: World) -> None:
    """Everything retyped over an old row: the old project is missing, not renamed; nothing of it is lost."""
    old = texts(office)["乙项目"]["id"]
    grids = office.drivers["a"].load()
    grids["project"][1].cells = ["己项目", "N-9", "90000", "独立选址", "2025-06-01", "2025-06-10", "新项目"]
    office.drivers["a"].save(grids)
    rounds(office)
    assert texts(office)["己项目"]["id"] != old
    assert names(office, "missing") == {"乙项目"}
    assert waiting(office, "reused_row")


def test_a_renamed_project_keeps_its_record_and_can_be_split(office: World) -> None:
    """Name and code corrected, the rest as it was: one record; rejected, two."""
    old = texts(office)["丙项目"]["id"]
    grids = office.drivers["a"].load()
    grids["project"][2].cells[:2] = ["丙项目二期", "N-30"]
    office.drivers["a"].save(grids)
    rounds(office)
    assert texts(office)["丙项目二期"]["id"] == old
    (decision,) = waiting(office, "renamed")
    decide(office.parts, decision.id, False, by="审核人")
    rounds(office)
    assert texts(office)["丙项目二期"]["id"] != old
    assert names(office, "missing") == {"丙项目"}
    assert [item.subject for item in waiting(office, "withdrawal")] == [old]


def test_a_split_gives_back_what_stood_before_the_new_name(office: World) -> None:
    """Also when the row was edited again before anybody decided; the revisions still add up to the values."""
    old = texts(office)["丙项目"]["id"]
    before = records_of(office, "a")[old]
    for change in (["丙项目二期", "N-30", "18000"], ["丙项目二期", "N-30", "19000"]):
        grids = office.drivers["a"].load()
        grids["project"][2].cells[:3] = change
        office.drivers["a"].save(grids)
        rounds(office)
    (decision,) = waiting(office, "renamed")
    decide(office.parts, decision.id, False, by="审核人")
    rounds(office)
    (kept,) = office.store.records("laws", ids=[old], states=("missing",))
    assert (kept.values, kept.name) == (before, "丙项目")
    new = records_of(office, "a")[texts(office)["丙项目二期"]["id"]]
    assert new == {**before, **dict(zip(before, ["丙项目二期", "N-30", "19000"], strict=False))}
    office.check_nothing_lost()


@pytest.mark.parametrize("killed", [False, True])
def test_what_was_decided_is_not_done_again(office: World, killed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two people press at the same time, or the process dies right after the commit: one record is split off, once."""
    grids = office.drivers["a"].load()
    grids["project"][2].cells[:2] = ["丙项目二期", "N-30"]
    office.drivers["a"].save(grids)
    rounds(office)
    (decision,) = waiting(office, "renamed")
    if killed:
        monkeypatch.setattr(office.store, "save_decision", lambda _: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            decide(office.parts, decision.id, False, by="审核人")
        monkeypatch.undo()
        assert not waiting(office, "renamed")
    else:
        monkeypatch.setattr("sync.decide.find", lambda parts, _: replace(decision))  # both saw it open
        decide(office.parts, decision.id, False, by="审核人")
        with pytest.raises(SyncError, match="刚刚已由别人处理"):
            decide(office.parts, decision.id, False, by="另一人")
    rounds(office)
    assert sorted(names(office)) == ["丁项目", "丙项目二期", "乙项目", "甲项目"]
    assert len(names(office)) == 4 and names(office, "missing") == {"丙项目"}


def test_an_answer_waits_while_the_book_is_open_and_shows_why(office: World) -> None:
    """待回写 with the person's name; after closing it is written without anybody asking."""
    fill(office, [[*A[:4], "2025-13-01", "", ""], B, C, D])
    office.drivers["a"].open()
    rounds(office)
    (pending,) = waiting(office, "pending_answer")
    assert "王伟" in pending.data["reason"]
    assert "2025-13-01" not in texts(office)["甲项目"].get("check", "")
    office.drivers["a"].close()
    rounds(office)
    assert not waiting(office, "pending_answer")
    assert "13" in texts(office)["甲项目"]["check"]


def test_a_foreign_file_is_named_and_left_alone(office: World) -> None:
    """A file that is nobody's book is told to the operator, never taken and never touched."""
    stranger = office.place / "books" / "通讯录.xlsx"
    stranger.write_bytes(b"PK\x05\x06" + bytes(18))
    report = rounds(office)
    assert any("通讯录.xlsx" in note for note in report.notes)
    assert stranger.read_bytes() == b"PK\x05\x06" + bytes(18)


def test_a_book_that_is_gone_is_told_and_keeps_its_records(office: World) -> None:
    """The file was deleted: its records stay."""
    (office.place / "books" / "甲镇.xlsx").unlink()
    report = rounds(office)
    assert any("不见了" in note for note in report.notes)
    assert names(office) == {"甲项目", "乙项目", "丙项目", "丁项目"}


def test_a_cell_that_cannot_be_read_keeps_its_last_value(office: World) -> None:
    """The accepted date stays, marked as kept, and is told; a cell emptied on purpose is empty."""

    def record() -> StoredRecord:
        found = office.store.records("laws", book="laws:a", tables=["project"])
        return next(item for item in found if item.values["name"] == "甲项目")

    fill(office, [[*A[:4], "2025-13-01", "", ""], B, C, D])
    rounds(office)
    assert (record().values["sign"], record().kept) == ("2025-03-31", ("sign",))
    assert "13" in texts(office)["甲项目"]["check"]
    fill(office, [[*A[:4], "", "", ""], B, C, D])
    rounds(office)
    assert ("sign" in record().values, record().kept) == (False, ())
