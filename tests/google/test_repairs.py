"""Columns of ours that people broke are laid down anew, where they were read and by whom they were read, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sync.engine import sync_round
from tests.google.office import Office
from tests.google.test_answers import ROWS, checks, line, rounds

PASSED, WANTING = "✓ 通过", "还有1处要改"


@pytest.fixture
def office(server):
    found = Office(server, units=[("a", "甲镇")], rows=ROWS)
    rounds(found, 3)
    return found


def at_step(office, wanted, act):
    """`act` is done once, when the backend reaches a step."""
    acts = [act]

    def step(name):
        if name == wanted and acts:
            acts.pop()()

    office.backend._step = step
    return acts


@pytest.mark.parametrize("name", ["check", "updated", "echo"])
def test_what_is_typed_just_before_a_repair_is_not_hidden_by_it(office, name):
    """Ours was the last change of the file when it was read, and is so again after the repair."""
    acts = [lambda: office.type("a", 1, f"@{name}", "我写的")]
    office.world.before = lambda call: acts.pop()() if call.kind == "write" and acts else None
    office.type("a", 0, "total", 12)  # there is something to answer
    repairs = at_step(office, "repair", lambda: office.type("a", 4, "code", "N-4"))
    rounds(office, 5)
    assert not acts and not repairs
    assert checks(office)[4] == WANTING


def test_a_repair_and_the_answer_take_one_round(office):
    office.type("a", 1, "@updated", "我写的")
    office.type("a", 0, "total", 12)
    assert sync_round(office.parts).outcomes["laws:a"].kind == "done"
    assert checks(office)[0] != "待同步" and set(office.column("a", "@updated")[:3]) != {""}


@pytest.mark.parametrize("name", ["check", "echo"])
def test_a_repair_that_comes_too_late_hides_nothing(office, name):
    """The worker slept past its lease, another answered meanwhile, and after that a person typed."""

    def meanwhile():
        office.clock.advance(1000)
        other = replace(office.parts, backend=office.new_backend(), owner="other")
        for _ in range(3):
            sync_round(other)
            office.clock.advance(1)
        assert checks(office)[4] == WANTING
        office.type("a", 5, "code", "N-5")

    office.type("a", 1, f"@{name}", "我写的")
    office.type("a", 4, "code", "N-4")
    acts = at_step(office, "repair", meanwhile)
    sync_round(office.parts)
    assert not acts
    by = office.world.files["book-a"].edits[-1].user
    assert by not in {item.name for item in office.accounts}, (
        "refused as a whole, so that the person's is the last change"
    )
    rounds(office, 2)
    assert checks(office)[4:] == [WANTING] and office.shown("a", 5, "@check").startswith(WANTING)


def test_a_repair_does_not_hit_a_column_that_came_in_its_place(office):
    office.type("a", 1, "@check", "我写的")
    _, _, columns = office.place("a")
    source = line(office, "COLUMNS", columns["sign"])
    move = {"moveDimension": {"source": source, "destinationIndex": columns["@check"]}}
    acts = at_step(office, "repair", lambda: office.act("a", move))
    before = {name: office.column("a", name) for name in ("name", "code", "total", "site", "sign", "start")}
    sync_round(office.parts)
    assert not acts
    assert {name: office.column("a", name) for name in before} == before
    rounds(office, 3)
    assert {name: office.column("a", name) for name in before} == before
    assert checks(office) == [PASSED, PASSED, WANTING, "", ""]


OWN = "我的备注"


def with_a_column_of_ones_own(office, table="project", count=1):
    """A person's column behind the last one, or several, filled from top to bottom."""
    sheet, _, _ = office.place("a", table)
    tab = office.book().sheet(sheet)
    at, rows = tab.column_count, [{"values": [{"userEnteredValue": {"stringValue": OWN}}] * count}] * 20
    start = {"sheetId": sheet, "rowIndex": 0, "columnIndex": at}
    office.act(
        "a",
        {"appendDimension": {"sheetId": sheet, "dimension": "COLUMNS", "length": count}},
        {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}},
    )


def ones_own(office, table="project"):
    """How often a person's text stands, and on how many columns."""
    sheet, _, _ = office.place("a", table)
    found = [at for row in office.book().sheet(sheet).rows for at in row.filled if row[at].entered == OWN]
    return len(found), len(set(found))


@pytest.mark.parametrize("count", [1, 2])
def test_a_repair_does_not_hit_what_stands_where_our_last_column_was_deleted(office, count):
    """The mark of a deleted column can refuse nothing: it is gone. What stands to the right of it tells."""
    with_a_column_of_ones_own(office)
    rounds(office, 2)
    columns = office.place("a")[2]
    last = max(columns.values())
    name = next(name for name, at in columns.items() if at == last - count + 1)
    office.type("a", 1, name, "我写的")
    gone = {"sheetId": office.place("a")[0], "dimension": "COLUMNS", "startIndex": columns[name], "endIndex": last + 1}
    acts = at_step(office, "repair", lambda: office.act("a", {"deleteDimension": {"range": gone}}))
    rounds(office, 3)
    assert not acts and ones_own(office) == (20, 1)
    rounds(office, 3)
    assert ones_own(office) == (20, 1) and checks(office) == [PASSED, PASSED, WANTING, "", ""]


def test_columns_right_of_ours_are_marked_once_and_only_for_a_repair(office):
    with_a_column_of_ones_own(office)
    steps = []
    office.backend._step = steps.append
    office.type("a", 0, "total", 12)
    rounds(office, 2)
    assert "anchor" not in steps
    for text in ("我写的", "又写的"):
        office.type("a", 1, "@check", text)
        rounds(office, 3)
    assert steps.count("anchor") == 1 and steps.count("repair") == 2
    fences = [item for item in office.book().metadata.values() if item["key"] == "tianbao.fence"]
    assert [item["start"] for item in fences if item["dimension"] == "COLUMNS"] == [
        office.book().titled("项目库").column_count - 1
    ]


def test_a_column_without_its_mark_is_told_and_nothing_is_written(office):
    """Where nothing says that the column is ours, nothing of ours is put there."""
    column = office.place("a")[2]["@check"]
    lookup = {"metadataKey": "tianbao.column", "metadataValue": "tb:project.@check"}
    office.act("a", {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}})
    office.type("a", 1, "@check", "我写的")
    calls = []
    office.world.before = lambda call: calls.append(call.method) if call.kind == "write" else None
    report = sync_round(office.parts)
    assert "没有标识" in next(iter(report.outcomes.values())).reason
    assert not calls and office.place("a")[2]["@check"] == column


def marks(office):
    """The rows in which marks of the tab stand, and all of these marks."""
    sheet = office.book().titled("项目库")
    found = {}
    for at, row in enumerate(sheet.rows[:12]):
        for column in row.filled:
            if str(row[column].entered).startswith("tb:project."):
                found.setdefault(at, set()).add(str(row[column].entered))
    return found


def insert_above(office):
    office.act("a", {"insertDimension": {"range": line(office, "ROWS", 0), "inheritFromBefore": False}})


def break_column(office):
    office.type("a", 1, "@check", "我写的")


def delete_column(office, name="@check"):
    office.act("a", {"deleteDimension": {"range": line(office, "COLUMNS", office.place("a")[2][name])}})


def delete_key(office):
    delete_column(office, "@echo")


@pytest.mark.parametrize(
    ("breaks", "before"), [(break_column, 1), (break_column, 2), (delete_column, 1), (delete_key, 1), (delete_key, 2)]
)
def test_a_row_put_in_above_the_header_moves_no_mark_and_no_formula(office, breaks, before):
    """Between the reading and each of the writes: what would be put a row too high is not written at all."""
    whole, writes = marks(office), []
    width = office.book().titled("项目库").column_count
    breaks(office)

    def between(call):
        if call.kind == "write":
            writes.append(call)
            if len(writes) == before:
                insert_above(office)

    office.world.before = between
    rounds(office, 4)
    assert len(writes) >= before
    if breaks is break_column:  # nothing was lost on the way, so that nothing had to come back at the far right
        assert office.book().titled("项目库").column_count == width
    assert marks(office) == {at + 1: names for at, names in whole.items()}
    assert checks(office) == [PASSED, PASSED, WANTING, "", ""]


@pytest.mark.parametrize("breaks", [break_column, delete_column])
def test_a_book_whose_header_has_no_mark_gets_it_first(office, breaks):
    """Books made before there were such marks, and those in which it stands on another row."""
    lookup = {"metadataKey": "tianbao.header"}
    office.act("a", {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}})
    stray = {"sheetId": office.place("a")[0], "dimension": "ROWS", "startIndex": 9, "endIndex": 10}
    data = {"metadataKey": "tianbao.header", "metadataValue": "tb:project", "visibility": "DOCUMENT"}
    office.act("a", {"createDeveloperMetadata": {"developerMetadata": {**data, "location": {"dimensionRange": stray}}}})
    breaks(office)
    steps = []
    office.backend._step = steps.append
    outcome = sync_round(office.parts).outcomes["laws:a"]
    assert outcome.kind == "changed" and "标识" in outcome.reason and steps == ["plan", "anchor"]
    rounds(office, 3)
    assert checks(office) == [PASSED, PASSED, WANTING, "", ""]
    assert steps.count("anchor") == 1
    standing = [item for item in office.book().metadata.values() if item.get("key") == "tianbao.header"]
    assert len([item for item in standing if item["sheet"] == stray["sheetId"]]) == 1
