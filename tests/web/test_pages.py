"""Every page for every role; what may go wrong is told in words; nothing of a clerk's text becomes markup."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.desk import Desk
from app.scheduler import Scheduler
from sync.errors import StoreError
from tests.web.conftest import MINE, OTHER, book_file, post, save_cell, signed_in


def test_a_refusal_is_told_in_words_and_a_unit_is_led_to_its_book(app: Flask) -> None:
    """Who may see what is drawn in test_rights."""
    client = signed_in(app, "unit")
    assert client.get("/").location == f"/books/{MINE}"
    answer = client.get(f"/books/{OTHER}")
    assert answer.status_code == 403
    assert "没有做这件事的权限" in answer.text


def test_the_overview_adds_up(admin: FlaskClient, desk: Desk) -> None:
    """Sums agree with the lines, overdue with 预警, and what is to be mended with the books' lists."""
    found = admin.get("/api/v1/overview").json
    assert found is not None
    for name in ("rows", "must", "explain", "overdue", "soon", "owed", "reported"):
        assert found["totals"][name] == sum(unit[name] for unit in found["units"]), name
    warned = admin.get("/api/v1/alerts").json or []
    assert found["totals"]["overdue"] == sum(line["kind"] == "overdue" for line in warned) > 0
    assert found["totals"]["soon"] == sum(line["kind"] == "soon" for line in warned)
    for unit in (unit for unit in found["units"] if unit["role"]):  # others answer for something and fill no book
        lines = admin.get(f"/api/v1/books/{unit['code']}/findings").json or []
        assert unit["must"] == sum(line["severity"] == "必改" for line in lines)
    projects = desk.office.store.records(desk.office.scheme.id, tables=["project"])
    assert sum(share["number"] for share in found["shares"]) == len(projects)  # each project in one class
    page = admin.get("/").text
    assert f"<b>{found['totals']['must']:,}</b>" in page


def test_the_alerts_agree_with_the_consolidated_book(desk: Desk, admin: FlaskClient) -> None:
    """The same rows, the same words."""
    from sync.consolidate.frames import warnings
    from sync.consolidate.gather import gather

    frame = warnings(gather(desk.office.parts))
    lines = admin.get("/api/v1/alerts").json or []
    words = sorted((desk.filler(row["unit"]), row["rule"], row["word"], row["id"]) for row in frame.to_dict("records"))
    assert sorted((line["unit"], line["rule"], line["text"], line["record"]) for line in lines) == words
    assert words


def test_the_book_page_says_what_the_book_says(admin: FlaskClient, desk: Desk) -> None:
    """Where, what stands there and what is wanted: line for line as in 待改清单."""
    from sync.answers import render_book

    todo = render_book(desk.office.parts, desk.book(MINE)).answer.todo
    lines = admin.get(f"/api/v1/books/{MINE}/findings").json or []
    assert {(x["where"], x["value"], x["wanted"]) for x in lines} == {(x.where, x.value, x.wanted) for x in todo}
    page = admin.get(f"/books/{MINE}").text
    assert all(line["where"] in page for line in lines)


def test_the_record_page_explains(admin: FlaskClient) -> None:
    """Status, reason, source in the policy, values, first revision."""
    line = next(x for x in admin.get("/api/v1/alerts").json or [] if x["record"])
    page = admin.get(f"/records/{line['record']}").text
    assert line["text"] in page
    assert line["section"] in page
    assert "改动历史" in page
    assert "新增" in page


def test_telephone_numbers_are_masked_for_those_who_need_none(app: Flask, desk: Desk) -> None:
    """In values and in history; the commission sees them whole."""
    office = desk.office
    record = next(
        item for item in office.store.records(office.scheme.id, tables=["project"]) if item.values.get("liaison_phone")
    )
    number = record.values["liaison_phone"]
    path = f"/records/{record.id}"
    assert number in signed_in(app, "commission").get(path).text
    hidden = signed_in(app, "leader").get(path).text
    assert number not in hidden
    assert f"{number[:3]}****" in hidden


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "'; alert(1)//"]
)
def test_hostile_cell_text_stays_text(app: Flask, desk: Desk, scheduler: Scheduler, text: str) -> None:
    """On every page on which it can appear."""
    save_cell(book_file(desk), "项目库", "项目名称", f"危险项目{text}")
    save_cell(book_file(desk), "项目库", "签约日期", text)
    scheduler.poll()
    client = signed_in(app, "admin")
    found = client.get("/api/v1/records", query_string={"q": "危险项目"}).json or []
    assert len(found) == 1
    pages = [
        client.get(path).text
        for path in (
            f"/books/{MINE}", f"/books/{MINE}/records", f"/records/{found[0]['id']}", "/alerts", "/decisions",
            "/sync", "/search?q=危险项目",
        )
    ]  # fmt: skip
    assert any("危险项目" in page for page in pages)
    for page in pages:
        assert not re.search(r"<script>alert|<img src=x|危险项目49", page)
        assert not re.search(r"<(script|style)(?![^>]*\b(src|href)=)[^>]*>", page)  # nothing inline at all
        assert not re.search(r"<[^>]+\s(style|onclick|onload|onerror)=", page)


def test_the_headers_guard_every_answer(admin: FlaskClient) -> None:
    """Pages, errors, API, files."""
    for path in ("/", "/nowhere", "/api/v1/units", "/api/v1/nowhere", "/static/tianbao.css", "/healthz"):
        with admin.get(path) as answer:
            headers = answer.headers
        assert "script-src 'self'" in headers["Content-Security-Policy"], path
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
    assert admin.get("/").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "code", "told"),
    [
        ("/nowhere", 404, "没有这个页面"),
        ("/books/nobody", 404, "没有“nobody”这个单位"),
        ("/records/P999999", 404, "没有这个页面或这条记录"),
        ("/records/%00", 404, "没有"),
        ("/runs/x", 404, "没有"),
        ("/receipts/%2e%2e", 404, "没有"),
        ("/decisions/x", 404, "没有"),
        ("/resync", 405, "不能这样用"),
    ],
)
def test_errors_speak_plainly(admin: FlaskClient, path: str, code: int, told: str) -> None:
    """What happened, what to do, and a number for the log."""
    answer = admin.get(path)
    assert answer.status_code == code
    assert told in answer.text
    assert "Traceback" not in answer.text


def test_a_failure_of_ours_shows_no_trace(app: Flask, admin: FlaskClient, monkeypatch: Any) -> None:
    """A bug and a database that is away: a number and plain words; health still answers."""
    from app.pages import books

    def bug(*_: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(books.read, "book_answer", bug)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = admin.get(f"/books/{MINE}")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "服务出了意外" in answer.text


def test_without_its_database_the_service_says_so(app: Flask, admin: FlaskClient, desk: Desk, monkeypatch: Any) -> None:
    """503 in words on pages and API, not ready, still alive."""

    def away(*_: Any, **__: Any) -> None:
        raise StoreError("中心库暂时无法读写：disk I/O error")

    for name in ("user", "overview", "setting", "runs"):
        monkeypatch.setattr(type(desk.office.store), name, away)
    page = admin.get("/")
    assert page.status_code == 503
    assert "中心库暂时无法读写" in page.text
    answer = admin.get("/api/v1/units")
    assert (answer.status_code, answer.json["error"]["status"]) == (503, 503)  # type: ignore[index]
    assert admin.get("/readyz").status_code == 503
    assert admin.get("/healthz").status_code == 200


def test_an_empty_workspace_has_helpful_pages(app: Flask, desk: Desk, settings: Any) -> None:
    """A book that is not there yet says what to do; its download is a 404 in words."""
    client = signed_in(app, "admin")
    page = client.get("/books/340403003").text
    assert "还没有读过这本表" in page
    assert "下载空表" in page
    assert client.get("/books/340403003/file").status_code == 404
    assert "还没有同步过" in page


def test_english_by_switch(app: Flask) -> None:
    """Kept in a cookie; Chinese is the default."""
    client = signed_in(app, "admin")
    assert "总览" in client.get("/").text
    client.get("/language/en?next=/")
    page = client.get("/").text
    assert 'lang="en"' in page
    assert "<h1>Overview</h1>" in page
    client.get("/language/xx?next=/")
    assert "<h1>Overview</h1>" in client.get("/").text
    client.get("/language/zh?next=/")
    assert "<h1>总览</h1>" in client.get("/").text


def test_static_files_are_addressed_by_content(admin: FlaskClient) -> None:
    """A changed style sheet is fetched anew; what is fetched is what is shipped."""
    page = admin.get("/").text
    address = re.search(r'href="(/static/tianbao\.css\?v=[0-9a-f]{8})"', page)
    assert address is not None
    with admin.get(address[1]) as answer:
        assert answer.status_code == 200
    assert not re.search(r'(src|href)="https?://', page)  # no CDN


def test_people_are_added_reset_and_disabled(app: Flask, admin: FlaskClient, desk: Desk) -> None:
    """The first password is shown once and works; nobody disables himself."""
    answer = post(admin, "/people", {"name": "zhang", "display": "张三", "role": "unit", "unit": MINE}, page="/people")
    secret = re.search(r'class="secret">([^<]+)<', answer.text)
    assert secret is not None
    client = app.test_client()
    login = {"name": "zhang", "password": secret[1]}
    assert post(client, "/login", login, page="/login").location == "/password"
    assert secret[1] not in admin.get("/people").text
    assert post(admin, "/people", {"name": "zhang", "role": "unit", "unit": MINE}).status_code == 400
    assert post(admin, "/people", {"name": "li", "role": "unit", "unit": "nobody"}).status_code == 400
    assert post(admin, "/people", {"name": "<b>", "role": "admin"}).status_code == 400
    post(admin, "/people/zhang/active", {"on": "0"})
    assert post(app.test_client(), "/login", login, page="/login").status_code == 401
    post(admin, "/people/admin/active", {"on": "0"})
    assert desk.office.store.user("admin")["active"]  # type: ignore[index]
    assert post(admin, "/people/nobody/password").status_code == 404
    kinds = [event["kind"] for event in desk.office.store.events(limit=50)]
    assert {"user_added", "user_disabled"} <= set(kinds)
    assert "停用用户" in admin.get("/audit").text


def test_a_page_is_never_newer_than_its_content(app: Flask, desk: Desk, monkeypatch: Any) -> None:
    """What changes while a page is being made makes the page old, so that it is fetched again."""
    from app.pages import books

    client = signed_in(app, "admin")
    read = books.read.book_answer

    def changes_meanwhile(*given: Any) -> Any:
        found = read(*given)
        desk.live.bump()
        return found

    monkeypatch.setattr(books.read, "book_answer", changes_meanwhile)
    page = client.get(f"/books/{MINE}").text
    version = re.search(r'data-version="([^"]+)"', page)
    assert version is not None
    assert version[1] != (client.get("/pulse").json or {})["version"]
