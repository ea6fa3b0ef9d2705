"""One contract for every place where books live: the same questions to the folder and to memory.

What a clerk does goes through each place's own hands (`backend_places.py`); what is seen afterwards is looked at
without the backend.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from sync.book import BookAnswer
from sync.errors import BookUnavailable
from tests.contract.backend_places import FIELDS, PLACES, TABLE, Clerk, Place, answer_of, verdict
from tests.contract.google_place import GooglePlace
from validators.findings import Finding, Severity
from validators.parsers.base import ParseContext
from validators.parsers.read import parse_cell
from validators.rawcell import Format, decode, show

KEY = "安成镇.xlsx"
THREE = ("消防通道被堆料占用", "围挡未封闭", "排水不畅")


ALL: dict[str, type[Place]] = {**PLACES, "google": GooglePlace}


@pytest.fixture(params=list(ALL))
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return ALL[request.param](tmp_path)


@pytest.fixture(params=[name for name, kind in ALL.items() if kind.opens])
def locking(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A place where somebody who has a book open keeps others out; elsewhere everybody may have it open at once."""
    return ALL[request.param](tmp_path)


def contents(place: Place) -> list[str]:
    """The contents read, top to bottom."""
    tab = place.read(KEY).tab(TABLE)
    assert tab is not None
    return [row.cells[FIELDS["content"]] for row in tab.rows]


def findings(place: Place) -> list[Finding]:
    tab = place.read(KEY).tab(TABLE)
    assert tab is not None
    return tab.findings


def no_text_beside_the_wrong_row(place: Place) -> None:
    """Law L2: every verdict names the content of its own row."""
    void = ("", "待同步") if place.by_content else ("",)
    for row in place.rows(KEY):
        assert row.get("@check", "") in (*void, verdict(row.get("content", "")))


def answered(place: Place) -> None:
    """Read the book and answer it: the state from which most questions start."""
    assert place.answer(KEY, answer_of(place.read(KEY))).kind == "done"


def answered_in_time(place: Place) -> None:
    """Answer, reading anew as often as the engine would: what was broken is mended first."""
    for _ in range(3):
        outcome = place.answer(KEY, answer_of(place.read(KEY)))
        if outcome.kind != "changed":
            return
    raise AssertionError(outcome)


# listing and reading ----------------------------------------------------------------------------------------------


def test_books_are_listed_and_clutter_is_not(place: Place) -> None:
    place.make(KEY, *THREE)
    place.make("曹庵镇.xlsx")
    place.clutter()
    assert [ref.key for ref in place.backend.list()] == sorted([KEY, "曹庵镇.xlsx"])


def test_a_token_changes_with_a_save_and_only_then(place: Place) -> None:
    before = place.make(KEY, *THREE).token
    assert place.ref(KEY).token == before
    with place.clerk(KEY) as clerk:
        clerk.type(0, "measures", "清理堆料并划线")
    assert place.ref(KEY).token not in ("", before)


def test_reading_tells_whose_book_it_is(place: Place) -> None:
    place.make(KEY, *THREE)
    snapshot = place.read(KEY)
    assert (snapshot.scheme, snapshot.unit, snapshot.role) == ("tianjiaan", "340403101", "unit")
    assert snapshot.version == place.shape.version
    assert {tab.table for tab in snapshot.tabs} >= {"project", "monthly_progress", "problem"}
    assert snapshot.own_tabs == {"todo": "待改清单"}
    assert snapshot.findings == [] and findings(place) == []


def test_rows_are_read_in_field_order(place: Place) -> None:
    place.make(KEY, *THREE)
    with place.clerk(KEY) as clerk:
        clerk.type(1, "done_date", 45833)
    tab = place.read(KEY).tab(TABLE)
    assert tab is not None and contents(place) == list(THREE)
    first, second = tab.rows[0].cells, tab.rows[1].cells
    assert (first[FIELDS["project"]], first[FIELDS["raised_date"]]) == ("年产500套智能装备项目", "2025-06-19")
    assert second[FIELDS["done_date"]].startswith("\x01n45833")
    assert set(tab.columns) == set(FIELDS) and len({*tab.columns.values()}) == len(FIELDS)


SHOWN = [
    ("NUMBER", '0.00"亿元"', 1.2, "亿", "12000"), ("NUMBER", '#,##0"万元"', 12000, "万", "12000"),
    ("NUMBER", '#,##0"元"', 500000, "元", "50"), ("NUMBER", '0!.0,"万"', 12000, "?", ""), ("NUMBER", '0\\.0,"万"', 12000, "?", ""),
    ("CURRENCY", "[$$-409]#,##0.00", 1.2, "$", ""), ("CURRENCY", "[$¥-804]#,##0.00", 1200, "", "1200"),
    ("NUMBER", "0.0,", 0, "?", "0"), ("NUMBER", "#,##0.00", 1200, "", "1200"), ("PERCENT", "0.0%", 0.5, "%", ""),
    ("TIME", "h:mm", 0.5, "d", ""), ("DATE", 'yyyy"年"m"月"', 45900, "m", ""), ("DATE", "yyyy-mm-dd", 45900, "d", ""),
    ("DATE", "m/d", 45900, "s", ""),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "code", "stored", "fmt", "amount"), SHOWN)
def test_a_unit_that_only_the_number_format_shows_is_read(
    place: Place, kind: str, code: str, stored: float, fmt: Format, amount: str
) -> None:
    """What the clerk sees is what was meant, or it is said that it cannot be told; never the bare number in silence."""
    place.make(KEY, *THREE)
    with place.clerk(KEY) as clerk:
        clerk.type(1, "done_date", stored)
        clerk.format(1, "done_date", kind, code)
    tab = place.read(KEY).tab(TABLE)
    assert tab is not None
    raw = tab.rows[1].cells[FIELDS["done_date"]]
    assert decode(raw) == ("number", f"{stored:g}", fmt)
    read = parse_cell("money_wan", raw, ParseContext(date(2025, 6, 30), unit="万元"))
    assert (read.kind, read.value) == (("ok", amount) if amount else ("error", ""))


@pytest.mark.parametrize("code", ["m/d", "m-d", 'm"月"d"日"', "[$-804]m月d日;@", "d-mmm"])
@pytest.mark.parametrize(
    ("field", "kind", "value", "finding"),
    [("text", "warn", "3月5日", "cell.text.date"), ("projcode", "error", "", "cell.became_date"),
     ("number", "error", "", "cell.number.looks_date"), ("pct_progress", "error", "", "cell.number.looks_date"),
     ("date_actual", "warn", "2025-03-05", "cell.date.hidden_year"), ("month", "warn", "2025-03", "cell.date.hidden_year")],
)  # fmt: skip
def test_what_a_sheet_makes_of_3_5_is_told_in_every_column(
    place: Place, code: str, field: str, kind: str, value: str, finding: str
) -> None:
    """3/5 and 1-2 become a day of the year in which they are typed, which the cell does not show."""
    place.make(KEY, *THREE)
    with place.clerk(KEY) as clerk:
        clerk.type(1, "done_date", 45721)
        clerk.format(1, "done_date", "DATE", code)
    tab = place.read(KEY).tab(TABLE)
    assert tab is not None
    raw = tab.rows[1].cells[FIELDS["done_date"]]
    read = parse_cell(field, raw, ParseContext(date(2025, 6, 30)))
    assert (read.kind, read.value, read.code, show(raw)) == (kind, value, finding, "3月5日")


def test_the_same_content_has_the_same_fingerprint(place: Place) -> None:
    place.make(KEY, *THREE)
    first = place.read(KEY)
    assert place.read(KEY).fingerprint == first.fingerprint
    with place.clerk(KEY) as clerk:
        clerk.type(0, "measures", "清理堆料并划线")
    assert place.read(KEY).fingerprint != first.fingerprint


def test_a_book_that_is_gone_is_unavailable(place: Place) -> None:
    ref = place.make(KEY, *THREE)
    place.remove(KEY)
    assert place.backend.list() == []
    with pytest.raises(BookUnavailable):
        place.backend.read(ref, place.shape)


# columns ----------------------------------------------------------------------------------------------------------


def _insert(clerk: Clerk) -> None:
    clerk.insert_column("content", "我的备注")


def _move(clerk: Clerk) -> None:
    clerk.move_column("content", "project")


def _rename(clerk: Clerk) -> None:
    clerk.rename_column("content", "隐患描述")


@pytest.mark.parametrize("act", [_insert, _move, _rename])
def test_columns_are_found_wherever_they_went(place: Place, act: Callable[[Clerk], None]) -> None:
    """Inserted, moved and renamed columns change nothing of what is read or of where answers go."""
    place.make(KEY, *THREE)
    with place.clerk(KEY) as clerk:
        act(clerk)
    assert contents(place) == list(THREE)
    before = place.foreign(KEY)
    answered(place)
    assert place.foreign(KEY) == before
    assert [row["@check"] for row in place.rows(KEY)] == [verdict(content) for content in THREE]


def test_a_renamed_column_is_told(place: Place) -> None:
    place.make(KEY, *THREE)
    with place.clerk(KEY) as clerk:
        _rename(clerk)
    (finding,) = findings(place)
    assert (finding.code, finding.field, finding.severity) == ("sheet.column_renamed", "content", Severity.HINT)
    assert finding.params["header"] == "隐患描述"


def test_a_column_renamed_to_another_fields_title_must_be_mended(place: Place) -> None:
    place.make(KEY, *THREE)
    with place.clerk(KEY) as clerk:
        clerk.rename_column("done_date", "核验日期")
    (finding,) = findings(place)
    assert (finding.code, finding.field, finding.severity) == ("sheet.column_renamed", "done_date", Severity.MUST)


def test_an_alias_in_the_header_is_no_finding(place: Place) -> None:
    place.make(KEY, *THREE)
    with place.clerk(KEY) as clerk:
        clerk.rename_column("content", "具体问题")
    assert findings(place) == [] and contents(place) == list(THREE)


def test_a_lost_column_costs_one_finding_and_the_rest_is_read(place: Place) -> None:
    place.make(KEY, *THREE)
    with place.clerk(KEY) as clerk:
        clerk.delete_column("raised_date")
    tab = place.read(KEY).tab(TABLE)
    assert tab is not None and "raised_date" not in tab.columns
    (finding,) = tab.findings
    assert (finding.code, finding.field, finding.severity) == ("sheet.column_lost", "raised_date", Severity.MUST)
    assert contents(place) == list(THREE)
    assert all(row.cells[FIELDS["raised_date"]] == "" for row in tab.rows)


# rows -------------------------------------------------------------------------------------------------------------


def test_hidden_rows_are_rows(place: Place) -> None:
    place.make(KEY, *THREE)
    with place.clerk(KEY) as clerk:
        clerk.hide(1)
    assert contents(place) == list(THREE)


def test_totals_and_sections_are_no_records(place: Place) -> None:
    place.make(KEY, *THREE)
    with place.clerk(KEY) as clerk:
        clerk.insert(0)
        clerk.type(0, "project", "一、在建项目")
        clerk.type(4, "project", "合计")
        clerk.type(4, "responsible_person", "3")
    tab = place.read(KEY).tab(TABLE)
    assert tab is not None and contents(place) == list(THREE)
    assert [row.cells[0] for row in tab.totals] == ["一、在建项目", "合计"]


def test_blank_rows_between_are_nothing(place: Place) -> None:
    place.make(KEY, *THREE)
    with place.clerk(KEY) as clerk:
        clerk.insert(1)
        clerk.insert(2)
    assert contents(place) == list(THREE)


def test_a_row_numbered_ahead_is_no_record(place: Place) -> None:
    """A ghost row: somebody numbered the lines before filling them."""
    place.make(KEY, *THREE)
    with place.clerk(KEY) as clerk:
        clerk.type(3, "project", 4)
    assert contents(place) == list(THREE)


def test_a_number_alone_in_the_first_column_is_content_where_numbers_are_meant(place: Place) -> None:
    """Only under names and 序号 is it the number of a line; a clerk may have put a column of days or codes in front."""
    place.make(KEY, *THREE)
    with place.clerk(KEY) as clerk:
        clerk.move_column("raised_date", "project")
        clerk.type(3, "raised_date", 20250601)
    assert contents(place) == [*THREE, ""]


def test_texts_of_ours_left_in_an_emptied_row_are_seen(place: Place) -> None:
    """The clerk blanked the row's own cells: what we wrote there must be found to be taken away."""
    place.make(KEY, *THREE)
    answered(place)
    with place.clerk(KEY) as clerk:
        for name in ("project", "kind", "raised_date", "content"):
            clerk.type(1, name, None)
    tab = place.read(KEY).tab(TABLE)
    assert tab is not None
    if place.by_content:  # gone with the content, at once
        assert [row.get("@check") for row in place.rows(KEY)] == [verdict(THREE[0]), verdict(THREE[2])]
        return
    emptied = [row for row in tab.rows if not any(row.cells)]
    assert len(emptied) == 1 and emptied[0].shown["check"] == verdict(THREE[1])
    answered(place)
    assert [row.get("@check") for row in place.rows(KEY)] == [verdict(THREE[0]), verdict(THREE[2])]


# answers ----------------------------------------------------------------------------------------------------------


def test_an_answer_stands_in_the_book_and_nothing_else_changed(place: Place) -> None:
    place.make(KEY, *THREE)
    before = place.foreign(KEY)
    snapshot = place.read(KEY)
    outcome = place.answer(KEY, answer_of(snapshot))
    assert outcome.kind == "done" and outcome.written == 9 and outcome.reason == ""
    rows = place.rows(KEY)
    assert [row["@check"] for row in rows] == [verdict(content) for content in THREE]
    assert [row["@id"] for row in rows] == ["P0001", "P0002", "P0003"]
    assert [float(row["@remaining"]) for row in rows] == [1, 2, 3]
    assert place.todo(KEY) == [f"请填写整改措施：{content}" for content in THREE]
    assert place.banner(KEY).startswith("上次同步")
    assert place.foreign(KEY) == before


def test_an_answer_tells_the_new_token_and_fingerprint(place: Place) -> None:
    place.make(KEY, *THREE)
    outcome = place.answer(KEY, answer_of(place.read(KEY)))
    assert place.ref(KEY).token == outcome.token
    again = place.read(KEY)
    assert (again.token, again.fingerprint) == (outcome.token, outcome.fingerprint)


def test_answers_are_read_back(place: Place) -> None:
    place.make(KEY, *THREE)
    answered(place)
    tab = place.read(KEY).tab(TABLE)
    assert tab is not None
    assert [row.id for row in tab.rows] == ["P0001", "P0002", "P0003"]
    assert [row.shown["check"] for row in tab.rows] == [verdict(content) for content in THREE]
    assert tab.rows[0].shown["remaining"] == "1"


def test_our_texts_are_no_part_of_a_rows_digest(place: Place) -> None:
    place.make(KEY, *THREE)
    first = place.read(KEY).tab(TABLE)
    answered(place)
    second = place.read(KEY).tab(TABLE)
    assert first and second and [r.digest() for r in first.rows] == [r.digest() for r in second.rows]


def test_the_same_answer_again_writes_nothing(place: Place) -> None:
    place.make(KEY, *THREE)
    answered(place)
    before = place.saved(KEY)
    outcome = place.answer(KEY, answer_of(place.read(KEY)))
    assert outcome.kind == "nothing" and outcome.written == 0
    assert place.saved(KEY) == before


def test_a_banner_alone_writes_nothing(place: Place) -> None:
    place.make(KEY, *THREE)
    answered(place)
    before = place.saved(KEY)
    outcome = place.answer(KEY, answer_of(place.read(KEY), banner="上次同步：2025-07-01 02:00；没有要改的"))
    assert outcome.kind == "nothing" and place.saved(KEY) == before


def test_only_differences_are_written(place: Place) -> None:
    place.make(KEY, *THREE)
    answered(place)
    answer = answer_of(place.read(KEY))
    change = next(at for at, cell in enumerate(answer.cells) if cell.text == verdict(THREE[1]))
    answer.cells[change] = _with_text(answer, change, "还有1处要改")
    outcome = place.answer(KEY, answer)
    assert (outcome.kind, outcome.written) == ("done", 1)
    assert place.rows(KEY)[1]["@check"] == "还有1处要改"


def test_a_mended_row_loses_its_lines_in_the_todo_tab(place: Place) -> None:
    place.make(KEY, *THREE)
    answered(place)
    answer = answer_of(place.read(KEY))
    answer.todo = []
    assert place.answer(KEY, answer).kind == "done"
    assert place.todo(KEY) == ["✓ 目前没有要改的地方"]


def test_what_a_clerk_typed_into_our_cells_is_replaced(place: Place) -> None:
    place.make(KEY, *THREE)
    answered(place)
    with place.clerk(KEY) as clerk:
        clerk.type_ours(0, "check", "我觉得没问题")
        clerk.type_ours(2, "check", "")
    outcome = place.answer(KEY, answer_of(place.read(KEY)))
    written = len(THREE) if place.by_content else 2  # a column with a foreign text in it shows nothing at all
    assert (outcome.kind, outcome.written) == ("done", written)
    no_text_beside_the_wrong_row(place)
    assert [row["@check"] for row in place.rows(KEY)] == [verdict(content) for content in THREE]


AWKWARD = [
    "逾期<3天>&“甲”",
    "=1+1",
    " 前后有空格 ",
    "第一行\n第二行",
    "字面_x0041_不变",
    "😀𠮷",
    "'引号",
    "'",
    "0012",
    "\u200b",
]


@pytest.mark.parametrize("text", AWKWARD)
def test_any_text_reads_back_as_written(place: Place, text: str) -> None:
    """Texts are texts: never formulas, never numbers, escaped and spaced as they are."""
    place.make(KEY, *THREE)
    answer = answer_of(place.read(KEY))
    change = next(at for at, cell in enumerate(answer.cells) if cell.text == verdict(THREE[0]))
    answer.cells[change] = _with_text(answer, change, text)
    assert place.answer(KEY, answer).kind == "done"
    tab = place.read(KEY).tab(TABLE)
    assert tab is not None and tab.rows[0].shown["check"] == text


def test_a_number_of_days_is_a_number(place: Place) -> None:
    place.make(KEY, *THREE)
    answer = answer_of(place.read(KEY))
    at = next(at for at, cell in enumerate(answer.cells) if cell.number)
    answer.cells[at] = _with_text(answer, at, "-12")
    assert place.answer(KEY, answer).kind == "done"
    assert place.rows(KEY)[0]["@remaining"] == "-12"
    assert place.answer(KEY, _again(place, answer)).kind == "nothing"


def _with_text(answer: BookAnswer, at: int, text: str):  # type: ignore[no-untyped-def]
    cell = answer.cells[at]
    return type(cell)(cell.tab, cell.row, cell.column, text, cell.content, cell.number)


def _again(place: Place, answer: BookAnswer) -> BookAnswer:
    return BookAnswer(place.read(KEY).fingerprint, answer.cells, answer.banner, answer.todo)


# never the wrong row ----------------------------------------------------------------------------------------------


def _sort(clerk: Clerk) -> None:
    clerk.arrange([2, 0, 1])


def _sort_apart(clerk: Clerk) -> None:
    clerk.arrange([2, 0, 1], ours=False)


def _insert_row(clerk: Clerk) -> None:
    clerk.insert(1, "新问题")


def _delete_row(clerk: Clerk) -> None:
    clerk.delete(0)


def _edit(clerk: Clerk) -> None:
    clerk.type(1, "content", "围挡已封闭一半")


def _copy(clerk: Clerk) -> None:
    clerk.copy(0, 2)


ACTS = [_sort, _sort_apart, _insert_row, _delete_row, _edit, _copy]


@pytest.mark.parametrize("act", ACTS)
def test_an_answer_to_an_older_content_is_not_written(place: Place, act: Callable[[Clerk], None]) -> None:
    place.make(KEY, *THREE)
    answer = answer_of(place.read(KEY))
    with place.clerk(KEY) as clerk:
        act(clerk)
    before, theirs = place.saved(KEY), place.foreign(KEY)
    outcome = place.answer(KEY, answer)
    if place.by_content:  # the write does no harm, but it is known that the book must be read again
        assert outcome.token == "" and place.foreign(KEY) == theirs
    else:
        assert outcome.kind == "changed" and outcome.reason
        assert place.saved(KEY) == before
    no_text_beside_the_wrong_row(place)


@pytest.mark.parametrize("act", ACTS)
def test_the_next_round_answers_the_new_content(place: Place, act: Callable[[Clerk], None]) -> None:
    """Whatever was done to the rows after an answer, the next one puts every text beside its own content."""
    place.make(KEY, *THREE)
    answered(place)
    with place.clerk(KEY) as clerk:
        act(clerk)
    seen = [row["content"] for row in place.rows(KEY) if "content" in row]
    answered_in_time(place)
    no_text_beside_the_wrong_row(place)
    rows = [row for row in place.rows(KEY) if "content" in row]
    assert [row["content"] for row in rows] == seen
    assert [row["@check"] for row in rows] == [verdict(content) for content in seen]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("at", [0, 1, -1])
def test_a_save_between_any_two_steps_of_an_answer_wins(place: Place, act: Callable[[Clerk], None], at: int) -> None:
    """A person saves in the middle of our write: the person's rows stand, and no text of ours beside another's row."""
    place.make(KEY, *THREE)
    step = place.steps[at]
    saved = []

    def save(name: str) -> None:
        if name == step and not saved:
            with place.clerk(KEY) as clerk:
                act(clerk)
            saved.append(place.foreign(KEY) if place.by_content else place.rows(KEY))

    answer = answer_of(place.read(KEY))
    place.on_step = save
    outcome = place.answer(KEY, answer)
    assert saved
    if place.by_content:
        assert outcome.token == "" and place.foreign(KEY) == saved[0]
    else:
        assert outcome.kind == "changed"
        assert place.rows(KEY) == saved[0]
    no_text_beside_the_wrong_row(place)


# people at work ---------------------------------------------------------------------------------------------------


def test_an_open_book_is_read_but_not_answered(locking: Place) -> None:
    place = locking
    place.make(KEY, *THREE)
    place.open(KEY, "王伟")
    assert contents(place) == list(THREE)
    before = place.saved(KEY)
    assert "王伟" in place.backend.busy(place.ref(KEY))
    outcome = place.answer(KEY, answer_of(place.read(KEY)))
    assert outcome.kind == "postponed" and "王伟" in outcome.reason and outcome.reason.startswith("待回写")
    assert place.saved(KEY) == before


def test_a_closed_book_is_answered(locking: Place) -> None:
    place = locking
    place.make(KEY, *THREE)
    place.open(KEY, "王伟")
    assert place.answer(KEY, answer_of(place.read(KEY))).kind == "postponed"
    place.close(KEY)
    assert place.backend.busy(place.ref(KEY)) == ""
    answered(place)


def test_a_book_opened_while_we_prepare_is_left_alone(locking: Place) -> None:
    place = locking
    place.make(KEY, *THREE)
    before = place.saved(KEY)
    place.on_step = lambda name: place.open(KEY, "王伟") if name == place.steps[0] else None
    assert place.answer(KEY, answer_of(place.read(KEY))).kind == "postponed"
    assert place.saved(KEY) == before


def test_one_book_is_answered_while_another_is_open(locking: Place) -> None:
    place = locking
    place.make(KEY, *THREE)
    place.make("曹庵镇.xlsx", *THREE)
    place.open("曹庵镇.xlsx", "王伟")
    answered(place)


class Killed(BaseException):
    """The process dies."""


@pytest.mark.parametrize("at", [0, 1, -1])
def test_a_kill_before_the_write_leaves_the_book_as_it_was(place: Place, at: int) -> None:
    place.make(KEY, *THREE)
    before = place.saved(KEY)
    answer = answer_of(place.read(KEY))
    step = place.steps[at]

    def kill(name: str) -> None:
        if name == step:
            raise Killed

    place.on_step = kill
    with pytest.raises(Killed):
        place.answer(KEY, answer)
    assert place.saved(KEY) == before
    place.on_step = lambda name: None
    answered(place)
