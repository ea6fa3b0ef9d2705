"""Conditional formats that go with a column of ours come back with it, each once; those of people are left alone."""

from __future__ import annotations

import contextlib
import re
from datetime import date

import pytest

from app.spreadsheets.colours import template_colours
from sheets_templates import catalog
from sheets_templates.builder import build_book
from sheets_templates.gsheet_cells import Canvas
from sheets_templates.gsheet_checks import highlight_rules
from sync.backends.google.colours import Laid, brought_back
from sync.backends.google.emulator.evaluate import holds
from sync.engine import sync_round
from sync.errors import SyncError
from tests.google.kit import OWNER, grid
from tests.google.office import Office
from tests.google.test_answers import ROWS, checks, delete, rounds
from tests.google.test_rebuild import WHOLE, append_and_type, insert_above, width
from validators.sheet_formulas import letters

PLACE = re.compile(r"\$?\b([A-Z]{1,2})\$?\d+\b")
OURS = ("@check", "@status", "@remaining", "@problems", "@echo")


@pytest.fixture
def office(server):
    found = Office(server, units=[("a", "甲镇")], rows=ROWS)
    rounds(found, 3)
    return found


def rules(office):
    """The conditional formats of the tab in their order: formula with names for cells, the names of their columns."""
    sheet, _, places = office.place("a")
    names = {letters(at + 1): name for name, at in places.items()}
    found = []
    for rule in office.book().sheet(sheet).conditional:
        text = office.book().formula_text(rule["_formula"]) if rule.get("_formula") else ""
        text = PLACE.sub(lambda match: f"<{names.get(match[1])}>", text)
        columns = {names.get(letters(at + 1), "") for box in rule["_ranges"] for at in reach(box)}
        found.append((text, tuple(sorted(columns))))
    return found


def reach(box):
    return (box.left,) if box.right is None else (box.left, box.right - 1)


def live(office):
    return [item for item in rules(office) if "#REF!" not in item[0]]


def red(office, row, field):
    """Whether a cell is shown as faulty."""
    sheet, first, columns = office.place("a")
    tab, at = office.book().sheet(sheet), (first + row, columns[field])
    return any(
        holds(rule["_formula"], office.book().reader, sheet, (rule["_ranges"][0].top, rule["_ranges"][0].left), at)
        for rule in tab.conditional
        if rule.get("_formula") and tab.box(rule["_ranges"][0]).holds(*at)
    )


def own_rule(office, name, at=0):
    sheet, first, columns = office.place("a")
    box = grid(sheet, first, columns[name], first + 20, columns[name] + 1)
    condition = {
        "type": "CUSTOM_FORMULA",
        "values": [{"userEnteredValue": f"=LEN({letters(columns[name] + 1)}{first + 1})>3"}],
    }
    rule = {"ranges": [box], "booleanRule": {"condition": condition, "format": {"textFormat": {"italic": True}}}}
    return {"addConditionalFormatRule": {"rule": rule, "index": at}}


@pytest.mark.parametrize(
    "names", [("@problems",), ("@check",), ("@status",), ("@remaining", "@problems"), OURS], ids="-".join
)
def test_they_come_back_at_their_places_and_twice_is_once(office, names):
    before = rules(office)
    assert red(office, 2, "sign") and not red(office, 0, "sign")
    for _ in range(2):
        delete(office, *names)
        assert live(office) != before
        rounds(office, 4)
        assert live(office) == before and checks(office) == WHOLE
        assert red(office, 2, "sign") and not red(office, 0, "sign")
    delete(office, "@stage")
    rounds(office, 4)
    assert live(office) == before


def test_those_that_stand_are_not_laid_again():
    """Also where all of the template's columns come back: a blank column of ours may have kept its own."""
    wanted = [
        {"ranges": [grid(0, 4, 1, 9, 2)], "booleanRule": {"condition": formula(text), "format": {}}}
        for text in ('=$B5="甲"', '=$C5="乙"')
    ]
    assert brought_back(wanted, wanted, {2}) == []
    assert [item["addConditionalFormatRule"]["index"] for item in brought_back(wanted, wanted[1:], {2})] == [0]
    assert brought_back(wanted, [], {3}) == [], "they lie in another column, and nothing is left of them"


def formula(text):
    return {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": text}]}


def test_a_persons_own_stand_as_they_were(office):
    """Also one that he put on our column, and lost with it."""
    office.act("a", own_rule(office, "name", 2), own_rule(office, "sign", 0), own_rule(office, "@check", 1))
    mine = [item for item in rules(office) if ">3" in item[0]]
    ours = [item for item in rules(office) if item not in mine]
    delete(office, "@check", "@problems")
    rounds(office, 4)
    assert [item for item in live(office) if ">3" in item[0]] == [item for item in mine if "@check" not in item[1]]
    assert [item for item in live(office) if ">3" not in item[0]] == ours


def drop(office, *which):
    """A person deletes conditional formats of ours, by a part of their formulas."""
    sheet = office.place("a")[0]
    found = [at for at, (text, _) in enumerate(rules(office)) if any(part in text for part in which)]
    assert found
    for at in reversed(found):
        office.act("a", {"deleteConditionalFormatRule": {"sheetId": sheet, "index": at}})


def test_what_a_person_had_deleted_stays_deleted_where_that_can_be_told(office):
    """Of rules that lie on the clerk's columns those come back whose remains are there."""
    drop(office, '"?"')
    before = rules(office)
    assert any('"|"' in text for text, _ in before)
    delete(office, "@problems", "@check")
    rounds(office, 4)
    assert live(office) == before


def test_what_lies_on_other_columns_is_not_even_looked_at(office):
    drop(office, "✓", '"|"')
    before = rules(office)
    delete(office, "@status")
    rounds(office, 4)
    assert live(office) == before


@pytest.mark.parametrize("act", [insert_above, append_and_type])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_people_between_the_calls(office, act, at):
    """At the reading, the look at the formats, the write: refused or done, the end is the same."""
    before = live(office)
    delete(office, "@problems", "@check")
    calls = []

    def between(call):
        if call.method.startswith("spreadsheets"):
            calls.append(call)
            if len(calls) == at:
                if requests := act(office):
                    office.world.act("book-a", OWNER, *requests)
                office.world.act("book-a", OWNER, own_rule(office, "name"))

    office.world.before = between
    rounds(office, 5)
    assert len(calls) >= at
    assert [item for item in live(office) if ">3" not in item[0]] == before
    assert len(rules(office)) == len(before) + 3, "the remains of two, and the person's own"


def test_colours_reach_over_all_fields_wherever_they_have_gone(office):
    """A column put in on the left just before the write: the rules would lie a column beside the fields."""
    before = live(office)
    delete(office, "@problems")
    lines = {"sheetId": office.place("a")[0], "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}
    acts = [lambda: office.world.act("book-a", OWNER, {"insertDimension": {"range": lines}})]
    office.world.before = lambda call: acts.pop()() if call.kind == "write" and acts else None
    rounds(office, 5)
    assert not acts and live(office) == before and red(office, 2, "sign")


@pytest.mark.parametrize("commit", [False, True])
def test_a_write_whose_answer_is_lost_lays_nothing_down_twice(office, commit):
    before = live(office)
    delete(office, "@problems", "@status")
    office.world.faults.add(action="drop", commit=commit, kind="write")
    for _ in range(4):
        with contextlib.suppress(SyncError):
            sync_round(office.parts)
        office.clock.advance(120)
    assert live(office) == before


def test_they_cost_one_reading_where_a_column_comes_back_and_none_elsewhere(office):
    office.world.account.reset()
    office.type("a", 0, "total", 5)
    rounds(office, 1)
    assert (office.world.account.count(kind="read"), office.world.account.count(kind="write")) == (1, 1)
    delete(office, "@problems")
    office.world.account.reset()
    rounds(office, 1)
    assert (office.world.account.count(kind="read"), office.world.account.count(kind="write")) == (2, 1)


def test_a_book_without_a_provider_gets_its_columns_all_the_same(office):
    columns = width(office)
    office.backend._colours = None
    delete(office, "@check")
    rounds(office, 4)
    assert checks(office) == WHOLE and width(office) == columns


@pytest.mark.parametrize("scheme", ["tianjiaan", "quanzhou"])
def test_they_are_just_those_of_the_template(scheme):
    """For a tab as the template makes it, and every table of a scheme."""
    found = catalog.load(scheme)
    colours = template_colours(found)
    for tab in build_book(found, found.units[0].code, "unit", built=date(2025, 6, 1)).tabs:
        places = {(item.tone == "ours", item.name): at for at, item in enumerate(tab.columns, 1)}
        columns = {name: at for (ours, name), at in places.items() if not ours}
        answers = {name: at for (ours, name), at in places.items() if ours}
        laid = Laid(tab.table, 7, tab.mark_row, tab.header_row, tab.reach, columns, answers)
        assert colours(laid) == highlight_rules(Canvas(7, tab.reach), tab.highlights)


def test_a_column_that_a_person_took_away_is_no_hindrance(office):
    """The template's rules are made for a tab that lacks one of the fields."""
    found = template_colours(office.scheme)
    table = office.scheme.tables[0]
    columns = {item.name: at for at, item in enumerate(table.fields[1:], 1)}
    laid = Laid(table.name, 7, 4, 6, 40, columns, {"check": 20, "problems": 21, "echo": 22})
    assert found(laid) and found(Laid("none", 7, 4, 6, 40, columns, {})) == []
