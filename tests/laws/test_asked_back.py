"""Questions about rows follow the rows: a copy deleted again is no question, a row that must come back is asked for."""

from __future__ import annotations

from sync.decide import decide
from tests.laws.four_projects import A, B, C, D, fill, names, rounds, waiting
from tests.laws.test_lacking import told
from tests.laws.world import World
from validators.findings import Severity
from validators.messages import sentence


def test_a_row_that_did_not_withdraw_is_asked_back_in_the_book(office: World) -> None:
    """Said by the commission, told to the clerk with every sync, over when the row is back."""
    fill(office, [A, C, D])
    rounds(office)
    decide(office.parts, waiting(office, "withdrawal")[0].id, False, by="审核人")
    rounds(office)
    assert told(office) == [("book.rows_asked_back", Severity.MUST)]
    (finding,) = office.store.book_findings("laws:a")
    assert "“乙项目”（项目库）" in sentence(finding.code, finding.params)
    fill(office, [[*A[:6], "改了一句"], C, D])
    rounds(office)
    assert told(office) == [("book.rows_asked_back", Severity.MUST)]
    assert not waiting(office, "withdrawal"), "what was decided is not asked again"
    fill(office, [A, C, D, B])
    rounds(office)
    assert told(office) == [] and names(office) == {"甲项目", "乙项目", "丙项目", "丁项目"}


def test_a_row_nobody_has_decided_upon_is_not_asked_back(office: World) -> None:
    fill(office, [A, C, D])
    rounds(office, 3)
    assert told(office) == [] and len(waiting(office, "withdrawal")) == 1


def test_a_copy_deleted_again_is_no_question_any_more(office: World) -> None:
    """Whether it was meant need not be decided; that a row is gone is asked as of any other."""
    grids = office.drivers["a"].load()
    copied = grids["project"][0].copy()
    copied.cells[0], copied.cells[1] = "戊项目", "N-5"
    grids["project"].append(copied)
    office.drivers["a"].save(grids)
    rounds(office)
    assert waiting(office, "copied_row")
    fill(office, [A, B, C, D])
    rounds(office)
    assert not waiting(office, "copied_row")
    assert [item.data["name"] for item in waiting(office, "withdrawal")] == ["戊项目"]


def test_a_row_reused_stays_a_question_though_the_old_one_is_gone(office: World) -> None:
    """The old record goes missing in the same run: that is what is asked about."""
    grids = office.drivers["a"].load()
    grids["project"][1].cells = ["己项目", "N-9", "90000", "独立选址", "2025-06-01", "2025-06-10", "新项目"]
    office.drivers["a"].save(grids)
    rounds(office, 3)
    assert waiting(office, "reused_row")


def copied(office: World) -> None:
    """甲项目's row copied with our columns: the way in which a clerk adds a project."""
    grids = office.drivers["a"].load()
    grids["project"].append(grids["project"][0].copy())
    office.drivers["a"].save(grids)
    rounds(office)


def test_a_copied_row_that_is_renamed_is_one_question(office: World) -> None:
    """Asked under the name that it has got; decided upon, nothing more is asked."""
    copied(office)
    (first,) = waiting(office, "copied_row")
    grids = office.drivers["a"].load()
    grids["project"][-1].cells[:2] = ["戊项目", "N-5"]
    office.drivers["a"].save(grids)
    rounds(office)
    (asked,) = waiting(office, "copied_row")
    assert (asked.id, asked.data["name"]) == (first.id, "戊项目") and not waiting(office, "renamed")
    decide(office.parts, asked.id, True, by="审核人")
    rounds(office)
    assert not waiting(office, "copied_row") and not waiting(office, "renamed") and "戊项目" in names(office)


def test_a_copy_that_was_refused_is_deleted_without_another_question(office: World) -> None:
    """A person said that the row must go: gone, it counts no more."""
    copied(office)
    decide(office.parts, waiting(office, "copied_row")[0].id, False, by="审核人")
    rounds(office)
    grids = office.drivers["a"].load()
    grids["project"].pop()
    office.drivers["a"].save(grids)
    rounds(office)
    assert not waiting(office, "withdrawal")
    counting = office.store.records("laws", book="laws:a", tables=["project"])
    assert len(counting) == 4 and {item.state for item in counting} == {"live"}


def test_a_refused_copy_that_became_a_project_of_its_own_is_asked_about_like_any(office: World) -> None:
    """Law L3: the person refused a copy, not what the clerk made of the row afterwards."""
    copied(office)
    decide(office.parts, waiting(office, "copied_row")[0].id, False, by="审核人")
    rounds(office)
    grids = office.drivers["a"].load()
    grids["project"][-1].cells[:2] = ["戊项目", "N-5"]
    office.drivers["a"].save(grids)
    rounds(office)
    assert "戊项目" in names(office)
    grids = office.drivers["a"].load()
    grids["project"].pop()
    office.drivers["a"].save(grids)
    rounds(office)
    assert [item.data["name"] for item in waiting(office, "withdrawal")] == ["戊项目"]
    states = {item.name: item.state for item in office.store.records("laws", book="laws:a", tables=["project"])}
    assert states["戊项目"] == "missing"
