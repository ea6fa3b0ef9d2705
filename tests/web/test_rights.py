"""Who may open and do what, drawn as one table: every route of the application stands in it, for every role.

A route that is not in the table fails the tests, so that nobody adds a page without saying whom it is for.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import tokens
from app.desk import Desk
from app.sight import departments_see
from tests.web.conftest import MINE, OTHER, signed_in, token

ROLES = (
    "admin",
    "commission",
    "department",
    "leader",
    "unit",
    "reader",
    "nobody",
)  # reader: a token that may only read

# ● may, – may not (403, 401, or led to sign in). mine: the unit's book; other: another unit's; {own}: the department's;
# {far}: a book in which the department sees nothing; {seen}, {unseen}: rows of `other` that it sees and does not see;
# {foreign}: a row of another's book, {row}: one of the unit's
TABLE = """
                                              管理员 发改委 部门 领导 单位 令牌 没登录
GET  /healthz                                   ●     ●    ●    ●    ●    ●    ●
GET  /readyz                                    ●     ●    ●    ●    ●    ●    ●
GET  /metrics                                   ●     ●    ●    ●    ●    ●    ●
GET  /static/tianbao.css                        ●     ●    ●    ●    ●    ●    ●
GET  /api/v1/openapi.json                       ●     ●    ●    ●    ●    ●    ●
GET  /language/en                               ●     ●    ●    ●    ●    ●    ●
GET  /login                                     ●     ●    ●    ●    ●    ●    ●
POST /login                                     ●     ●    ●    ●    ●    ●    ●
GET  /                                          ●     ●    ●    ●    ●    –    –
GET  /alerts                                    ●     ●    ●    ●    ●    –    –
GET  /search?q=项目                             ●     ●    ●    ●    ●    –    –
GET  /consolidated                              ●     ●    –    ●    –    –    –
GET  /books/{mine}                              ●     ●    ●    ●    ●    –    –
GET  /books/{other}                             ●     ●    ●    ●    –    –    –
GET  /books/{own}                               ●     ●    ●    ●    –    –    –
GET  /books/{far}                               ●     ●    –    ●    –    –    –
GET  /books/{mine}/records                      ●     ●    ●    ●    ●    –    –
GET  /books/{other}/records                     ●     ●    ●    ●    –    –    –
GET  /books/{far}/records                       ●     ●    –    ●    –    –    –
GET  /books/{mine}/file                         ●     ●    –    –    ●    –    –
GET  /books/{other}/file                        ●     ●    –    –    –    –    –
GET  /books/{own}/file                          ●     ●    ●    ●    –    –    –
GET  /books/{mine}/empty                        ●     ●    –    ●    ●    –    –
GET  /books/{own}/empty                         ●     ●    ●    ●    –    –    –
POST /books/{mine}/resync                       ●     ●    –    –    ●    –    –
POST /books/{other}/resync                      ●     ●    –    –    –    –    –
POST /books/{own}/resync                        ●     ●    ●    –    –    –    –
GET  /records/{row}                             ●     ●    ●    ●    ●    –    –
GET  /records/{seen}                            ●     ●    ●    ●    –    –    –
GET  /records/{unseen}                          ●     ●    –    ●    –    –    –
GET  /sync                                      ●     ●    ●    ●    ●    –    –
GET  /sync/live                                 ●     ●    ●    ●    ●    –    –
GET  /pulse                                     ●     ●    ●    ●    ●    –    –
POST /resync                                    ●     ●    –    –    –    –    –
GET  /runs/{run}                                ●     ●    –    ●    ●    –    –
GET  /runs/{other_run}                          ●     ●    –    ●    –    –    –
GET  /decisions                                 ●     ●    ●    ●    ●    –    –
GET  /decisions/{decision}                      ●     ●    –    ●    –    –    –
POST /decisions/{decision} verdict=none         ●     ●    –    –    –    –    –
POST /upload code={mine}                        ●     ●    –    –    ●    –    –
POST /upload code={other}                       ●     ●    –    –    –    –    –
POST /upload code={own}                         ●     ●    ●    –    –    –    –
GET  /receipts/{receipt}                        ●     ●    –    ●    –    –    –
GET  /obligations                               ●     ●    ●    ●    ●    –    –
GET  /obligations/remind                        ●     ●    –    –    –    –    –
POST /obligations/extend                        ●     ●    –    –    –    –    –
POST /obligations/exempt                        ●     ●    –    –    –    –    –
POST /obligations/nil unit={mine}               ●     ●    –    –    ●    –    –
POST /obligations/nil unit={other}              ●     ●    –    –    –    –    –
POST /obligations/nil unit={own}                ●     ●    ●    –    –    –    –
POST /obligations/rulings/none/withdraw         ●     ●    –    –    –    –    –
GET  /people                                    ●     –    –    –    –    –    –
POST /people                                    ●     –    –    –    –    –    –
POST /people/nobody/password                    ●     –    –    –    –    –    –
POST /people/nobody/active                      ●     –    –    –    –    –    –
GET  /audit                                     ●     ●    –    –    –    –    –
GET  /bulletins?period=2025-06                  ●     ●    –    ●    –    –    –
GET  /bulletins/word?period=2025-06             ●     ●    –    ●    –    –    –
POST /bulletins/issue                           ●     ●    –    –    –    –    –
POST /bulletins/close                           ●     ●    –    –    –    –    –
GET  /scheme                                    ●     ●    ●    ●    ●    –    –
GET  /scheme/workbook                           ●     ●    –    –    –    –    –
POST /scheme/proposals                          ●     ●    –    –    –    –    –
GET  /scheme/proposals/000000000000             ●     ●    –    –    –    –    –
GET  /scheme/proposals/000000000000/workbook    ●     ●    –    –    –    –    –
POST /scheme/proposals/000000000000/check       ●     ●    –    –    –    –    –
POST /scheme/proposals/000000000000/publish     ●     ●    –    –    –    –    –
GET  /scheme/books                              ●     ●    –    –    –    –    –
POST /scheme/books                              ●     ●    –    –    –    –    –
GET  /account                                   ●     ●    ●    ●    ●    –    –
POST /account/tokens                            ●     ●    ●    ●    ●    –    –
POST /account/tokens/none/revoke                ●     ●    ●    ●    ●    –    –
GET  /password                                  ●     ●    ●    ●    ●    –    –
POST /password                                  ●     ●    ●    ●    ●    –    –
POST /logout                                    ●     ●    ●    ●    ●    ●    ●
GET  /api/v1/overview                           ●     ●    ●    ●    ●    ●    –
GET  /api/v1/units                              ●     ●    ●    ●    ●    ●    –
GET  /api/v1/books/{mine}                       ●     ●    ●    ●    ●    ●    –
GET  /api/v1/books/{other}                      ●     ●    ●    ●    –    ●    –
GET  /api/v1/books/{far}                        ●     ●    –    ●    –    ●    –
GET  /api/v1/books/{mine}/findings              ●     ●    ●    ●    ●    ●    –
GET  /api/v1/books/{other}/findings             ●     ●    ●    ●    –    ●    –
GET  /api/v1/books/{far}/findings               ●     ●    –    ●    –    ●    –
GET  /api/v1/books/{mine}/records               ●     ●    ●    ●    ●    ●    –
GET  /api/v1/books/{other}/records              ●     ●    ●    ●    –    ●    –
GET  /api/v1/books/{far}/records                ●     ●    –    ●    –    ●    –
GET  /api/v1/books/{mine}/file                  ●     ●    –    –    ●    –    –
GET  /api/v1/books/{other}/file                 ●     ●    –    –    –    –    –
GET  /api/v1/books/{own}/file                   ●     ●    ●    ●    –    ●    –
GET  /api/v1/books/{mine}/empty                 ●     ●    –    ●    ●    ●    –
GET  /api/v1/books/{other}/empty                ●     ●    –    ●    –    ●    –
POST /api/v1/books/{mine}/file                  ●     ●    –    –    ●    –    –
POST /api/v1/books/{other}/file                 ●     ●    –    –    –    –    –
POST /api/v1/books/{own}/file                   ●     ●    ●    –    –    –    –
GET  /api/v1/receipts/{receipt}                 ●     ●    –    ●    –    ●    –
POST /api/v1/books/{mine}/resync                ●     ●    –    –    ●    –    –
POST /api/v1/books/{other}/resync               ●     ●    –    –    –    –    –
POST /api/v1/books/{own}/resync                 ●     ●    ●    –    –    –    –
POST /api/v1/resync {"units": []}               ●     ●    ●    –    ●    –    –
POST /api/v1/resync {"units": ["{other}"]}      ●     ●    –    –    –    –    –
GET  /api/v1/live                               ●     ●    ●    ●    ●    ●    –
GET  /api/v1/runs                               ●     ●    ●    ●    ●    ●    –
GET  /api/v1/runs/{run}                         ●     ●    –    ●    ●    ●    –
GET  /api/v1/runs/{other_run}                   ●     ●    –    ●    –    ●    –
GET  /api/v1/records?q=a                        ●     ●    ●    ●    ●    ●    –
GET  /api/v1/records/{row}                      ●     ●    ●    ●    ●    ●    –
GET  /api/v1/records/{seen}                     ●     ●    ●    ●    –    ●    –
GET  /api/v1/records/{unseen}                   ●     ●    –    ●    –    ●    –
GET  /api/v1/alerts                             ●     ●    ●    ●    ●    ●    –
GET  /api/v1/decisions                          ●     ●    ●    ●    ●    ●    –
GET  /api/v1/decisions/{decision}               ●     ●    –    ●    –    ●    –
POST /api/v1/decisions/none/apply {}            ●     ●    –    –    –    –    –
POST /api/v1/decisions/none/reject {}           ●     ●    –    –    –    –    –
GET  /api/v1/consolidated                       ●     ●    –    ●    –    ●    –
GET  /api/v1/obligations                        ●     ●    ●    ●    ●    ●    –
GET  /api/v1/rulings                            ●     ●    ●    ●    ●    ●    –
GET  /api/v1/closings                           ●     ●    ●    ●    ●    ●    –
GET  /api/v1/reminders                          ●     ●    –    –    –    –    –
POST /api/v1/rulings/extension {"unit": "{mine}", "rule": "x", "period": "2025", "until": "2025-08-01", "why": "x"} ● ● – – – – –
POST /api/v1/rulings/exemption {"unit": "{mine}", "rule": "x", "period": "2025", "why": "x"}                        ● ● – – – – –
POST /api/v1/rulings/nil {"unit": "{mine}", "rule": "x", "period": "2025"}                                          ● ● – – ● – –
POST /api/v1/rulings/nil {"unit": "{other}", "rule": "x", "period": "2025"}                                         ● ● – – – – –
POST /api/v1/rulings/nil {"unit": "{own}", "rule": "x", "period": "2025"}                                           ● ● ● – – – –
POST /api/v1/rulings/none/withdraw {"why": "x"}  ●     ●    –    –    –    –    –
"""
_LINE = re.compile(r"(GET|POST) +(\S+)(.*?)((?:\s+[●–]){7})")


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    method: str
    path: str
    sent: str
    may: dict[str, bool]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.sent}".strip()


def lines() -> list[Line]:
    found = []
    for text in TABLE.strip().splitlines()[1:]:
        drawn = _LINE.fullmatch(text.rstrip())
        assert drawn is not None, text
        marks = dict(zip(ROLES, [mark == "●" for mark in drawn[4].split()], strict=True))
        found.append(Line(drawn[1], drawn[2], drawn[3].strip(), marks))
    return found


@pytest.fixture
def places(desk: Desk) -> dict[str, str]:
    """What the names in braces stand for."""
    store, scheme = desk.office.store, desk.office.scheme.id
    tcj = departments_see(desk)["tcj"].rows
    records = store.records(scheme)

    def row(unit: str, seen: bool) -> str:
        return next(item.id for item in records if item.unit == unit and (item.id in tcj) == seen)

    from app.queries.models import Receipt
    from app.uploads import _keep
    from sync.store.base import Decision

    store.save_decision(Decision("d1", "withdrawal", scheme, desk.book_id(OTHER), row(OTHER, True), {}, 1.0))
    taken = Receipt(
        id="r1", unit=OTHER, unit_name="", at=1.0, by="", file="", size=1, digest="", outcome="same", message=""
    )
    _keep(desk, taken)
    return {
        "mine": MINE, "other": OTHER, "own": "tcj", "far": "zgj", "row": row(MINE, True), "seen": row(OTHER, True),
        "unseen": row(OTHER, False), "run": store.runs(scheme, book=desk.book_id(MINE))[0].id,
        "other_run": store.runs(scheme, book=desk.book_id(OTHER))[0].id, "decision": "d1", "receipt": "r1",
    }  # fmt: skip


def filled(text: str, places: dict[str, str]) -> str:
    for name, value in places.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def ask(client: FlaskClient, line: Line, places: dict[str, str], secret: str, headers: dict[str, str]) -> Any:
    """The request as a browser or a program sends it, CSRF token included."""
    path, sent = filled(line.path, places), filled(line.sent, places)
    if line.method == "GET":
        return client.get(path, headers=headers)
    if path.startswith("/api/"):
        body = json.loads(sent) if sent.startswith("{") else None
        return client.post(path, json=body, headers={"X-CSRFToken": secret, **headers})
    data = dict(part.split("=", 1) for part in sent.split())
    return client.post(path, data={"csrf_token": secret, **data}, headers=headers)


def let_in(line: Line, answer: Any) -> bool:
    """Neither refused nor led to sign in; that what was asked for is wrong or not there is another matter."""
    if line.path in ("/login", "/logout"):  # a wrong password is no refusal of the page
        return bool(answer.status_code in (200, 302, 401))
    led = answer.status_code == 302 and answer.location.startswith("/login")
    return answer.status_code not in (401, 403) and not led


def visitor(app: Flask, desk: Desk, role: str) -> tuple[FlaskClient, dict[str, str], str]:
    """Client, headers and CSRF token of one who comes in this role."""
    if role == "reader":
        secret = tokens.issue(desk.office, "commission", "table", ["read"])
        client = app.test_client()
        return client, {"Authorization": f"Bearer {secret}"}, token(client, "/login")
    if role == "nobody":
        client = app.test_client()
        return client, {}, token(client, "/login")
    client = signed_in(app, role)
    return client, {}, token(client)


@pytest.mark.parametrize("role", ROLES)
def test_every_route_answers_each_role_as_drawn(app: Flask, desk: Desk, places: dict[str, str], role: str) -> None:
    """The whole table, one column at a time."""
    client, headers, secret = visitor(app, desk, role)
    wrong = []
    for line in lines():
        answer = ask(client, line, places, secret, headers)
        answer.close()
        if line.path == "/logout":
            client, headers, secret = visitor(app, desk, role)
        if answer.status_code >= 500:
            wrong.append(f"{line}: {answer.status_code}")
        if let_in(line, answer) != line.may[role]:
            wrong.append(f"{line}: {answer.status_code}, drawn {'●' if line.may[role] else '–'}")
    assert wrong == []


def test_every_route_of_the_application_stands_in_the_table(app: Flask, places: dict[str, str]) -> None:
    """Add a route, and say in the table whom it is for."""
    adapter = app.url_map.bind("localhost")
    drawn = set()
    for line in lines():
        endpoint, _ = adapter.match(filled(line.path, places).split("?")[0], method=line.method)
        drawn.add((line.method, endpoint))
    there = {
        (method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or ()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}
    }
    assert there - drawn == set()
    assert drawn - there == set()


OPEN = {"static", "observe.healthz", "observe.readyz", "observe.metrics", "api.openapi", "pages.language"}
OPEN |= {"pages.sign_in", "pages.sign_out"}


def test_every_route_is_drawn_with_somebody_who_may_and_somebody_who_may_not(
    app: Flask, places: dict[str, str]
) -> None:
    """Those that are open to everybody are named one by one."""
    adapter = app.url_map.bind("localhost")
    marks: dict[str, set[bool]] = {}
    for line in lines():
        endpoint, _ = adapter.match(filled(line.path, places).split("?")[0], method=line.method)
        marks.setdefault(endpoint, set()).update(line.may.values())
    assert {endpoint for endpoint, found in marks.items() if found != {True, False}} == OPEN


def test_a_route_nobody_drew_is_found(app: Flask, places: dict[str, str]) -> None:
    """The test above can fail."""
    app.add_url_rule("/secret", "secret", lambda: "x")
    with pytest.raises(AssertionError):
        test_every_route_of_the_application_stands_in_the_table(app, places)


@pytest.mark.parametrize("role", ["admin", "unit"])
def test_everything_that_changes_something_asks_for_the_csrf_token(
    app: Flask, desk: Desk, places: dict[str, str], role: str
) -> None:
    """From a session, pages and API alike: whatever does not carry it is refused, and nothing happens."""
    client, _, _ = visitor(app, desk, role)
    before = len(desk.office.store.events(limit=1000))
    for line in lines():
        if line.method == "POST":
            answer = ask(client, line, places, "", {})
            assert answer.status_code == 400, f"{line}: {answer.status_code}"
            assert "没有提交成功" in answer.get_data(as_text=True), line
    assert len(desk.office.store.events(limit=1000)) == before
