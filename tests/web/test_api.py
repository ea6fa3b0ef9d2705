"""The API keeps what its OpenAPI document says, for sessions and tokens, and speaks plainly when it cannot."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.api import duty_routes as _duties  # noqa: F401 - the endpoints
from app.api import routes as _registered  # noqa: F401 - the endpoints
from app.api.openapi import document
from app.api.registry import ENDPOINTS
from app.desk import Desk
from app.scheduler import Scheduler
from sync.closed import close_period
from sync.rulings import extend
from tests.web.conftest import MINE, OTHER, post, save_cell, signed_in, token
from tests.web.schema_check import mismatches

API = "/api/v1"
READS = [item for item in ENDPOINTS if item.method == "GET"]


@pytest.fixture
def busy(desk: Desk, scheduler: Scheduler, admin: FlaskClient) -> dict[str, str]:
    """An office in which everything has happened once: ids to ask for."""
    import shutil

    from tests.web.conftest import book_file

    scheduler.poll()
    data = admin.get(f"/books/{MINE}/file").data
    number = post(admin, "/upload", {"code": MINE, "file": (io.BytesIO(data), "a.xlsx")}).location.rsplit("/", 1)[1]
    file = book_file(desk, OTHER)
    shutil.copy(file, file.with_name("副本.xlsx"))
    save_cell(file.with_name("副本.xlsx"), "项目库", "签约日期", "2025-02-03")
    openpyxl.Workbook().save(file.parent / "会议.xlsx")
    scheduler.poll()
    key = next(d["key"] for d in admin.get(f"{API}/decisions").json or [] if d["kind"] == "two_files")
    extend(desk.office.parts, "区发改委", "T-4", "2025-06", date(2025, 7, 31), by="王", why="换系统")
    close_period(desk.office.parts, "2025-05", by="王")
    record = next(x["record"] for x in admin.get(f"{API}/alerts").json or [] if x["record"])
    run = (admin.get(f"{API}/runs").json or [{}])[0]["id"]
    return {"code": MINE, "number": number, "key": key, "record_id": record, "run_id": run}


def schema_of(path: str, method: str, status: int) -> dict[str, Any]:
    found: dict[str, Any] = document()["paths"][path][method.lower()]["responses"][str(status)]["content"]
    return found


@pytest.mark.parametrize("item", READS, ids=[item.name for item in READS])
def test_every_answer_is_as_documented(admin: FlaskClient, busy: dict[str, str], item: Any) -> None:
    """Each endpoint that reads, on an office in which much has happened."""
    path = item.path.format(**busy)
    query = {"q": "项目"} if "q" in (item.query.model_fields if item.query else ()) else {}
    answer = admin.get(API + path, query_string=query)
    assert answer.status_code == 200
    content = schema_of(item.path, "get", 200)
    assert answer.mimetype in content
    if answer.mimetype == "application/json":
        assert answer.json
        assert mismatches(answer.json, content["application/json"]["schema"], document()) == []


def test_the_check_of_the_check(admin: FlaskClient) -> None:
    """A wrong answer would be seen: types, missing and unknown names."""
    line = (admin.get(f"{API}/units").json or [])[0]
    schema = {"$ref": "#/components/schemas/UnitLine"}
    assert mismatches(line, schema, document()) == []
    assert mismatches({**line, "rows": "12"}, schema, document())
    assert mismatches({**line, "last_ok": "yesterday"}, schema, document())
    assert mismatches({key: value for key, value in line.items() if key != "status"}, schema, document())
    assert mismatches({**line, "status": {"code": 1}}, schema, document())


def test_the_document_is_whole(app: Flask, client: FlaskClient) -> None:
    """Every route of the API is in it and every reference leads somewhere; it can be read without signing in."""
    found = client.get(f"{API}/openapi.json").json
    assert found == document()
    assert found["openapi"].startswith("3.1")
    routes = {
        re.sub(r"<(\w+)>", r"{\1}", rule.rule.removeprefix(API))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(API) and not rule.rule.endswith("openapi.json")
    }
    assert routes == set(found["paths"])
    names = set(re.findall(r'#/components/schemas/(\w+)"', client.get(f"{API}/openapi.json").text))
    assert names == set(found["components"]["schemas"])
    ids = [operation["operationId"] for path in found["paths"].values() for operation in path.values()]
    assert len(ids) == len(set(ids))


def test_a_token_acts_for_its_holder(app: Flask, client: FlaskClient, desk: Desk) -> None:
    """With the holder's rights, without a session and without CSRF; revoked it is worth nothing."""
    unit = signed_in(app, "unit")
    page = post(unit, "/account/tokens", {"note": "大屏", "scope": ["read", "resync"]}).text
    secret = re.search(r'class="secret">(tb_[^<]+)<', page)
    assert secret is not None
    assert secret[1] not in unit.get("/account").text
    headers = {"Authorization": f"Bearer {secret[1]}"}
    assert [line["code"] for line in client.get(f"{API}/units", headers=headers).json or []] == [MINE]
    assert client.get(f"{API}/books/{OTHER}", headers=headers).status_code == 403
    assert client.post(f"{API}/books/{MINE}/resync", headers=headers).status_code == 200
    assert desk.book(MINE).wanted
    assert client.get("/books/" + MINE, headers=headers).status_code == 302  # pages are for people
    stored = str(desk.office.store.user("unit"))
    assert secret[1].split("_", 2)[2] not in stored
    post(unit, f"/account/tokens/{secret[1].split('_')[1]}/revoke")
    assert client.get(f"{API}/units", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "value", ["", "Bearer", "Bearer ", "Bearer tb_x_y", "Bearer tb__", "Basic YWRtaW46eA==", "Bearer é"]
)
def test_a_wrong_token_is_no_token(client: FlaskClient, value: str) -> None:
    """401 as documented."""
    answer = client.get(f"{API}/units", headers={"Authorization": value})
    assert answer.status_code == 401
    schema = schema_of("/units", "get", 401)["application/json"]["schema"]
    assert mismatches(answer.json, schema, document()) == []


def test_a_disabled_holders_token_is_worth_nothing(app: Flask, client: FlaskClient, desk: Desk) -> None:
    """At once."""
    from app.tokens import issue

    headers = {"Authorization": f"Bearer {issue(desk.office, 'leader', 'x')}"}
    assert client.get(f"{API}/units", headers=headers).status_code == 200
    desk.office.store.save_user({"name": "leader", "active": False})
    assert client.get(f"{API}/units", headers=headers).status_code == 401


def test_a_session_must_send_its_csrf_token(admin: FlaskClient, desk: Desk) -> None:
    """In a header, as scripts do."""
    assert admin.post(f"{API}/resync", json={}).status_code == 400
    headers = {"X-CSRFToken": token(admin)}
    answer = admin.post(f"{API}/resync", json={}, headers=headers)
    books = len([book for book in desk.office.store.books(desk.office.scheme.id) if book.key])
    assert answer.json == {"message": f"已安排同步{books}本表", "number": books}
    assert desk.book(OTHER).wanted


@pytest.mark.parametrize(
    ("method", "path", "body", "code"),
    [
        ("GET", "/records", None, 400),
        ("GET", "/records?q=", None, 400),
        ("GET", "/alerts?kind=burning", None, 400),
        ("GET", "/runs?limit=0", None, 400),
        ("GET", "/runs?surprise=1", None, 400),
        ("GET", f"/books/{MINE}/records?limit=x", None, 400),
        ("GET", "/books/nobody", None, 404),
        ("GET", "/records/P999999", None, 404),
        ("GET", "/decisions/none", None, 404),
        ("GET", "/nowhere", None, 404),
        ("POST", "/resync", {"units": ["nobody"]}, 404),
        ("POST", "/resync", {"units": "all"}, 400),
        ("POST", "/resync", [1], 400),
        ("POST", "/resync", None, 400),
        ("POST", "/decisions/none/apply", {}, 404),
        ("POST", "/decisions/none/apply", {"choice": 5}, 400),
        ("POST", f"/books/{MINE}/file", None, 400),
        ("DELETE", f"/books/{MINE}", None, 405),
    ],
)
def test_errors_are_as_documented(admin: FlaskClient, method: str, path: str, body: Any, code: int) -> None:
    """What happened and what to do, in the document's form."""
    answer = admin.open(API + path, method=method, json=body, headers={"X-CSRFToken": token(admin)})
    assert answer.status_code == code
    schema = document()["components"]["schemas"]["Failure"]
    assert mismatches(answer.json, schema, document()) == []
    assert answer.json["error"]["message"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("method", "path", "body", "zh", "en"),
    [
        ("GET", "/records", None, "q：少了“q”（part of a name", "q: “q” is missing (part of a name"),
        ("GET", "/runs?limit=0", None, "limit：应不小于1；现在写的是“0”", "limit: must not be less than 1; given is “0”"),
        ("GET", f"/books/{MINE}/records?limit=x", None, "limit：这里要整数；现在写的是“x”", "a whole number is wanted"),
        ("GET", "/runs?surprise=1", None, "surprise：不认识“surprise”；可以写的有unit、limit", "surprise: “surprise” is not known"),
        ("GET", f"/books/{MINE}/findings?severity=x", None, "severity：“x”不在可选的范围里；可以写必改、须说明、提示、试行", "is none of"),
        ("POST", "/resync", [1], "内容：这里要“键: 值”的形式；现在写的是“一组内容”", "content: an object is wanted"),
        ("POST", f"/books/{MINE}/file", None, "file：没有收到文件", "file: no file has come"),
    ],
)  # fmt: skip
def test_an_error_says_what_was_sent_and_what_is_wanted(
    admin: FlaskClient, method: str, path: str, body: Any, zh: str, en: str
) -> None:
    for language, told in (("zh", zh), ("en", en)):
        admin.get(f"/language/{language}?next=/")
        headers = {"X-CSRFToken": token(admin)}
        error = (admin.open(API + path, method=method, json=body, headers=headers).json or {})["error"]
        assert told in error["message"]
        assert "openapi.json" in error["hint"]


def test_deciding_and_uploading_by_api(
    admin: FlaskClient, desk: Desk, scheduler: Scheduler, busy: dict[str, str]
) -> None:
    """The same outcome as by the page."""
    headers = {"X-CSRFToken": token(admin)}
    path = f"{API}/decisions/{busy['key']}"
    answer = admin.post(f"{path}/apply", json={}, headers=headers)
    assert answer.status_code == 409  # which file?
    done = admin.post(f"{path}/apply", json={"choice": "副本.xlsx", "note": "新的"}, headers=headers)
    assert done.status_code == 200
    scheduler.poll()
    assert desk.book(OTHER).key == "副本.xlsx"
    closed = admin.get(f"{API}/decisions?closed=true").json or []
    assert any(item["key"] == busy["key"] and item["note"] == "新的" for item in closed)
    data = admin.get(f"{API}/books/{MINE}/file").data
    upload = admin.post(f"{API}/books/{MINE}/file", data={"file": (io.BytesIO(data), "x.xlsx")}, headers=headers)
    schema = schema_of("/books/{code}/file", "post", 200)["application/json"]["schema"]
    assert mismatches(upload.json, schema, document()) == []
    assert (upload.json or {})["outcome"] == "same"
    refused = admin.post(f"{API}/books/{MINE}/file", data={"file": (io.BytesIO(b""), "x.xlsx")}, headers=headers)
    assert refused.status_code == 409


@pytest.mark.parametrize("role", ["admin", "commission", "department", "leader", "unit"])
def test_rights_are_those_of_the_pages(app: Flask, role: str) -> None:
    """A unit gets its own data only; only some may decide and resync all. Every route is drawn in test_rights."""
    client = signed_in(app, role)
    units = {line["code"] for line in client.get(f"{API}/units").json or []}
    assert (units == {MINE}) is (role == "unit")
    for path in (f"/books/{OTHER}", f"/books/{OTHER}/findings", f"/books/{OTHER}/records"):
        assert (client.get(API + path).status_code == 403) is (role == "unit"), path
    assert {line["unit"] for line in client.get(f"{API}/alerts").json or []} <= units
    assert {line["unit"] for line in client.get(f"{API}/runs").json or []} <= units
    assert {line["unit"] for line in client.get(f"{API}/records?q=项目").json or []} <= units
    headers = {"X-CSRFToken": token(client)}
    may_resync = role != "leader"  # a department its own book
    assert (client.post(f"{API}/resync", json={}, headers=headers).status_code == 200) is may_resync
    decide = client.post(f"{API}/decisions/none/apply", json={}, headers=headers)
    assert (decide.status_code == 403) is (role not in ("admin", "commission"))
    if role == "unit":
        assert client.post(f"{API}/resync", json={"units": [OTHER]}, headers=headers).status_code == 403
