"""A file that was nobody's book, or no book, is looked at again when the scheme has changed; not before."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sheets_templates.builder import build_book
from sheets_templates.xlsx import write_xlsx
from sync.engine import sync_round
from tests.laws.four_projects import A, B, fill, names, rounds
from tests.laws.test_lacking import ISSUES, grown, told, with_scheme
from tests.laws.world import World
from validators.findings import Severity
from validators.scheme.models import Scheme


def written(world: World, scheme: Scheme, unit: str, name: str) -> Path:
    """An empty book of a scheme in the folder."""
    path = world.place / "books" / name
    path.write_bytes(write_xlsx(build_book(scheme, unit, "unit", built=date(2025, 6, 1))))
    return path


def test_a_book_without_tabs_of_the_scheme_is_read_once_the_scheme_has_them(office: World, looks: list[str]) -> None:
    """甲镇 hands in a book of the coming version only: nothing of it is known, until the scheme is taken over."""
    fill(office, [A, B])
    rounds(office)
    whole = grown(office.scheme, "2")
    office.drivers.clear()  # the oracle of the laws looks for 项目库 in every book
    written(office, whole.model_copy(update={"tables": (ISSUES,)}), "a", "甲镇.xlsx")
    rounds(office, 3)
    assert told(office)[0] == ("book.no_tables", Severity.MUST)
    assert names(office) == {"甲项目", "乙项目"}
    looks.clear()
    rounds(office, 2)
    assert looks == [], "the same file under the same scheme is left alone"
    parts = with_scheme(office, whole)
    for _ in range(3):
        office.clock.at += 10
        assert not sync_round(parts).failures
    book = office.store.book("laws:a")
    assert book is not None and not book.problem
    assert "book.no_tables" not in [code for code, _ in told(office)]
    assert {record.name for record in office.store.records("laws", book="laws:a", states=("live",))} == {
        "甲项目",
        "乙项目",
    }
    assert looks.count("甲镇.xlsx") == 1


def test_rows_are_validated_anew_only_under_another_scheme(office: World) -> None:
    """A file that could not be read for a while costs its unchanged rows nothing."""
    fill(office, [A, B])
    rounds(office)
    path = office.place / "books" / "甲镇.xlsx"
    before = path.read_bytes()
    path.write_bytes(before[:2000])
    rounds(office, 1)  # seen first; for a while it may be a copy under way
    office.clock.at += 10_000
    rounds(office, 1)
    assert rounds(office, 1).skipped == 2, "a damaged book is not read again and again"
    assert office.store.book("laws:a").problem == "book.damaged"  # type: ignore[union-attr]
    path.write_bytes(before)
    report = rounds(office, 1)
    assert [run.counts["validated"] for run in report.runs] == [0]


def test_a_file_of_an_unknown_unit_is_taken_once_the_scheme_has_the_unit(office: World, looks: list[str]) -> None:
    third = office.scheme.units[0].model_copy(update={"code": "c", "name": "丙镇", "aliases": ()})
    wider = office.scheme.model_copy(update={"units": (*office.scheme.units, third), "version": "2"})
    written(office, wider, "c", "丙镇.xlsx")
    report = rounds(office, 3)
    assert any(note.startswith("不认识的文件：") and "丙镇.xlsx" in note for note in report.notes)
    assert looks.count("丙镇.xlsx") == 1
    parts = with_scheme(office, wider)
    for _ in range(2):
        office.clock.at += 10
        report = sync_round(parts)
    assert not report.notes
    book = office.store.book("laws:c")
    assert book is not None and (book.key, bool(book.last_ok)) == ("丙镇.xlsx", True)
