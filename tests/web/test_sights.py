"""What a department sees of others' books: the rows the scheme gives it, on every page, in the API, in every number."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.desk import Desk
from app.people import add_user
from app.sight import EVERYTHING, Seen, acts_on, departments_see, given_to, sight_of
from tests.web.conftest import MINE, OTHER, PASSWORD, signed_in
from validators.scheme.models import Sight as Given

API = "/api/v1"


@pytest.fixture
def watcher(app: Flask, desk: Desk) -> FlaskClient:
    """Somebody of 区财政局: it fills no book and is named in no rule; the scheme gives it projects with 融资需求."""
    add_user(desk.office, "watcher", role="department", unit="czj", display="财政", password=PASSWORD)
    return signed_in(app, "watcher")


def seen_rows(desk: Desk, code: str) -> set[str]:
    return set(departments_see(desk)[code].rows)


def rows_of(client: FlaskClient, unit: str) -> set[str]:
    found: Any = client.get(f"{API}/books/{unit}/records?limit=5000").json
    return {line["id"] for line in found}


def test_a_condition_gives_the_rows_for_which_it_holds_and_their_children(desk: Desk) -> None:
    """有(融资需求): each such project with its monthly rows; nothing else of any book."""
    records = desk.office.store.records(desk.office.scheme.id)
    projects = {item.id for item in records if item.table == "project" and item.values.get("loan_demand")}
    assert projects, "the demo has such projects"
    expected = projects | {item.id for item in records if item.parent in projects}
    assert seen_rows(desk, "czj") == expected
    assert expected < {item.id for item in records}


def test_every_list_of_the_department_holds_its_rows_only(desk: Desk, watcher: FlaskClient) -> None:
    """Books, findings, search, alerts, duties: nothing of a row that is not its affair."""
    mine = seen_rows(desk, "czj")
    records = {item.id: item for item in desk.office.store.records(desk.office.scheme.id)}
    units = {records[item].unit for item in mine}
    for unit in units:
        assert rows_of(watcher, unit) == {item for item in mine if records[item].unit == unit}
        found: Any = watcher.get(f"{API}/books/{unit}/findings").json
        assert {line["record"] for line in found} <= mine
    alerts: Any = watcher.get(f"{API}/alerts").json
    assert {line["record"] for line in alerts} <= mine
    duties: Any = watcher.get(f"{API}/obligations?records=true&limit=5000").json
    assert {line["record"] for line in duties} <= mine
    hits: Any = watcher.get(f"{API}/records?q=项目&limit=500").json
    everything: Any = signed_in_api(watcher, desk)
    assert {line["id"] for line in hits} == {line["id"] for line in everything} & mine


def signed_in_api(client: FlaskClient, desk: Desk) -> Any:
    """The same search as the administrator sees it."""
    from app.queries.records import search

    return [line.model_dump() for line in search(desk, EVERYTHING, "项目", limit=500)]


def test_a_duty_of_others_names_no_rows_that_are_not_seen(app: Flask, desk: Desk) -> None:
    """区住建局 is named in duties of 区发改委: it sees how they stand, not which projects are missing in them."""
    add_user(desk.office, "builder", role="department", unit="zjj", password=PASSWORD)
    found: Any = signed_in(app, "builder").get(f"{API}/obligations?limit=5000").json
    rules = {item.id for item in desk.office.scheme.rules if "区住建局" in item.responsible}
    assert found and {line["rule"] for line in found} <= rules
    everything: Any = signed_in(app, "commission").get(f"{API}/obligations?limit=5000").json
    assert any(line["missing"] for line in everything if line["rule"] in rules)
    assert not any(line["missing"] for line in found)


def test_the_numbers_of_the_overview_are_those_of_the_rows_seen(desk: Desk, watcher: FlaskClient) -> None:
    """Sums, shares and lines agree with the lists; nothing of the rest leaks into a total."""
    mine = seen_rows(desk, "czj")
    found: Any = watcher.get(f"{API}/overview").json
    assert found["totals"]["rows"] == len(mine) == sum(line["rows"] for line in found["units"])
    alerts: Any = watcher.get(f"{API}/alerts").json
    assert found["totals"]["overdue"] == sum(line["kind"] == "overdue" for line in alerts)
    assert found["totals"]["soon"] == sum(line["kind"] == "soon" for line in alerts)
    main = [item for item in desk.office.store.records(desk.office.scheme.id, ids=mine) if item.table == "project"]
    assert sum(share["number"] for share in found["shares"]) == len(main)
    must = 0
    for line in found["units"]:
        listed: Any = watcher.get(f"{API}/books/{line['code']}/findings?severity=必改").json
        assert line["must"] == len(listed)
        must += len(listed)
    assert found["totals"]["must"] == must
    assert found["unknown_files"] == [] and found["notes"] == []


def test_a_department_sees_no_runs_decisions_and_progress_of_others(desk: Desk, watcher: FlaskClient) -> None:
    """They speak of whole books."""
    assert watcher.get(f"{API}/runs").json == []
    assert watcher.get(f"{API}/runs?unit={MINE}").json == []
    live: Any = watcher.get(f"{API}/live").json
    assert (live["rounds"], live["wanted"]) == ([], [])
    desk.resync([MINE], "x")
    assert watcher.get(f"{API}/live").json["wanted"] == []  # type: ignore[index]
    page = watcher.get(f"/books/{MINE}").text
    assert "最近的同步" not in page and "下载当前的表" not in page and "重新同步" not in page
    assert "和本部门有关的有" in page


def test_its_own_book_a_department_sees_whole_and_fills(app: Flask, desk: Desk) -> None:
    """Runs, file, resync: as a unit does."""
    client = signed_in(app, "department")
    page = client.get("/books/tcj").text
    assert "最近的同步" in page and "下载当前的表" in page and "重新同步" in page and "上传退回的表" in page
    own = {item.id for item in desk.office.store.records(desk.office.scheme.id, book=desk.book_id("tcj"))}
    assert rows_of(client, "tcj") == own
    assert {line["unit"] for line in client.get(f"{API}/runs").json or []} == {"tcj"}


def test_a_row_that_became_its_affair_is_seen_at_the_next_look(desk: Desk) -> None:
    """What is kept is made anew with every state of the store."""
    person = {"role": "department", "unit": "czj", "name": "x"}
    before = sight_of(desk, person).rows
    records = desk.office.store.records(desk.office.scheme.id, tables=["project"])
    other = next(item for item in records if item.id not in before)
    kept = desk.kept("sights", lambda: departments_see(desk))
    kept["czj"].rows[other.id] = other.unit
    assert other.id in sight_of(desk, person).rows
    desk.live.bump()
    assert other.id not in sight_of(desk, person).rows


# row → (role, unit of the person) → what is seen: everything, own book, nothing
@pytest.mark.parametrize(
    ("role", "unit", "scopes", "everything", "own", "phones"),
    [
        ("admin", "", (), True, False, True),
        ("commission", "", (), True, False, True),
        ("leader", "", (), True, False, False),
        ("unit", MINE, (), False, True, True),
        ("unit", MINE, ("read",), False, True, False),
        ("unit", OTHER, (), False, False, False),
        ("unit", "", (), False, False, False),
        ("department", "fgw", (), True, False, False),  # it runs the scheme
        ("department", "rsj", (), False, False, False),
        ("department", "nobody", (), False, False, False),
        ("commission", "", ("read",), True, False, False),
        ("commission", "", ("resync",), False, False, False),
        ("stranger", MINE, (), False, False, False),
    ],
)
def test_the_sight_of_each_role(
    desk: Desk, role: str, unit: str, scopes: tuple[str, ...], everything: bool, own: bool, phones: bool
) -> None:
    """Everything, one's own book, or nothing; telephone numbers with it or not."""
    found = sight_of(desk, {"role": role, "unit": unit, "name": "x", "scopes": list(scopes)})
    assert (found.everything, found.whole(MINE) and not everything) == (everything, own)
    assert found.phones(MINE) is phones
    assert not found.row("P1", "") or everything


@pytest.mark.parametrize(
    ("role", "unit", "book", "acts"),
    [
        ("admin", "", MINE, True), ("commission", "", "tcj", True), ("leader", "", MINE, False),
        ("unit", MINE, MINE, True), ("unit", MINE, OTHER, False), ("unit", "", "", False),
        ("department", "tcj", "tcj", True), ("department", "tcj", MINE, False), ("department", "fgw", "commission", True),
        ("department", "fgw", MINE, False), ("stranger", MINE, MINE, False),
    ],
)  # fmt: skip
def test_seeing_is_not_acting(desk: Desk, role: str, unit: str, book: str, acts: bool) -> None:
    """A department that sees a row, or everything, hands in its own book only."""
    assert acts_on(desk, {"role": role, "unit": unit}, book) is acts


def with_sights(desk: Desk, *sights: Given) -> dict[str, Seen]:
    """What departments would see under other sights."""
    desk.office.scheme = desk.office.scheme.model_copy(update={"sights": sights})
    return departments_see(desk)


def test_where_the_scheme_says_nothing_a_department_sees_what_its_rules_speak_of(desk: Desk) -> None:
    """The default: 区财政局 is named in no rule and sees nothing; 区住建局 the rows its rules say something of."""
    seen = with_sights(desk)
    assert given_to(desk.office.scheme, "zjj") == (Given(duties=True),)
    assert seen["czj"].rows == {} and not seen["czj"].everything
    rules = {item.id for item in desk.office.scheme.rules if "区住建局" in item.responsible}
    store, scheme = desk.office.store, desk.office.scheme.id
    records = {item.id: item for item in store.records(scheme)}
    speaks = {
        item.key
        for item in store.judgements(scheme)
        for status in item.statuses
        if status.rule in rules and item.key in records
        and status.code not in ("not_applicable", "not_started", "waiting", "pending", "terminated", "value", "stage")
    }  # fmt: skip
    assert speaks
    assert speaks <= set(seen["zjj"].rows) < set(records)


def test_a_column_that_names_the_department_gives_the_row(desk: Desk) -> None:
    """By name or alias, one of several in a cell; other departments do not see it."""
    store, scheme = desk.office.store, desk.office.scheme.id
    matters = [item for item in store.records(scheme) if item.table == "matter" and item.values.get("office")]
    offices = {item.values["office"] for item in matters}
    assert offices
    seen = with_sights(desk, Given(named_in=("承办单位",)))
    for department in desk.office.scheme.departments:
        if not department.commission:
            expected = {item.id for item in matters if item.values["office"] in (department.name, *department.aliases)}
            assert set(seen[department.code].rows) == expected, department.name


def test_a_sight_without_conditions_is_everything(desk: Desk) -> None:
    seen = with_sights(desk, Given(departments=("区督查室",)))
    assert seen["dcs"].everything and not seen["zjj"].everything


def test_telephone_numbers_are_in_full_in_ones_own_book_only(app: Flask, desk: Desk, watcher: FlaskClient) -> None:
    """The same row as commission and as department; also what a finding quotes, and what the row's text says."""
    store, scheme = desk.office.store, desk.office.scheme
    phone = next(item for item in scheme.table("project").fields if item.type == "phone").name
    mine = seen_rows(desk, "czj")
    row = next(item for item in store.records(scheme.id, ids=mine) if len(item.values.get(phone, "")) == 11)
    number = row.values[phone]
    assert number in signed_in(app, "commission").get(f"/records/{row.id}").text
    for client in (watcher, signed_in(app, "leader")):
        page = client.get(f"/records/{row.id}").text
        assert number not in page and f"{number[:3]}****{number[-4:]}" in page
        assert number not in client.get(f"{API}/records/{row.id}").get_data(as_text=True)


def test_the_consolidated_book_of_those_who_need_no_numbers_has_none(app: Flask, desk: Desk) -> None:
    """A leader's copy differs from the commission's in the telephone numbers."""
    import io

    import openpyxl

    store, scheme = desk.office.store, desk.office.scheme
    phone = next(item for item in scheme.table("project").fields if item.type == "phone").name
    numbers = {item.values[phone] for item in store.records(scheme.id, tables=["project"]) if item.values.get(phone)}
    assert numbers

    def texts(role: str) -> str:
        data = signed_in(app, role).get("/consolidated").data
        workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        cells = (cell for sheet in workbook for row in sheet.iter_rows(values_only=True) for cell in row)
        return "\n".join(str(cell) for cell in cells if cell is not None)

    full, masked = texts("commission"), texts("leader")
    assert any(number in full for number in numbers)
    assert not any(number in masked for number in numbers)
    assert any(f"{number[:3]}****{number[-4:]}" in masked for number in numbers)
