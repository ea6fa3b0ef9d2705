"""What strangers, guessers and hostile files get: nothing, in words, and quickly."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from app import tokens
from app.cli import cli
from app.desk import Desk
from app.people import PeopleError, add_user, set_password
from app.scheduler import Scheduler
from app.service import write_consolidated
from app.uploads import Refused, receive
from tests.web.conftest import MINE, PASSWORD, book_file, post, save_cell, signed_in, token

FORMULAS = ["=HYPERLINK(\"http://evil.example\",\"点我\")", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "=1+1"]  # fmt: skip


def guess(app: Flask, name: str, password: str, address: str) -> int:
    """One try to sign in, from an address of its own."""
    client = app.test_client()
    data = {"csrf_token": token(client, "/login"), "name": name, "password": password}
    return client.post("/login", data=data, environ_base={"REMOTE_ADDR": address}).status_code


def test_guessing_for_one_name_from_many_addresses_is_stopped(app: Flask) -> None:
    """Twenty wrong tries within ten minutes; other names, and those who know theirs, do not notice."""
    for number in range(20):
        assert guess(app, "leader", "x", f"10.0.0.{number}") == 401
    assert guess(app, "LEADER ", PASSWORD, "10.0.1.1") == 429
    assert guess(app, "leader", PASSWORD, "10.0.1.2") == 429
    assert guess(app, "commission", PASSWORD, "10.0.1.3") == 302


def test_the_present_password_cannot_be_guessed_either(app: Flask) -> None:
    """From a session that somebody left open."""
    client = signed_in(app, "leader")
    data = {"old": "wrong", "new": "another-horse-8", "again": "another-horse-8"}
    for _ in range(10):
        assert post(client, "/password", data, page="/password").status_code == 400
    assert post(client, "/password", {**data, "old": PASSWORD}, page="/account").status_code == 429


def test_a_first_password_opens_nothing_but_its_own_change(app: Flask, desk: Desk) -> None:
    """Neither pages nor, from the same session, the API."""
    secret = add_user(desk.office, "new", role="commission")
    client = app.test_client()
    post(client, "/login", {"name": "new", "password": secret}, page="/login")
    assert client.get("/alerts").location == "/password"
    assert client.get("/api/v1/units").status_code == 403


def test_the_audit_says_who_made_a_user_and_who_reset_a_password(admin: FlaskClient, desk: Desk) -> None:
    """Not the one whose password it is; the command line is called so."""
    post(admin, "/people", {"name": "zhang", "role": "leader"}, page="/people")
    post(admin, "/people/zhang/password", page="/people")
    set_password(desk.office, "zhang", "another-horse-8")
    events = [item for item in desk.office.store.events(limit=10) if item["kind"] in ("user_added", "password_changed")]
    assert [(item["kind"], item["actor"], item["data"]["name"]) for item in events[:3]] == [
        ("password_changed", "", "zhang"), ("password_changed", "admin", "zhang"), ("user_added", "admin", "zhang"),
    ]  # fmt: skip
    page = admin.get("/audit").text
    assert "命令行" in page and "领导" in page


def test_a_user_disabled_by_command_is_enabled_by_command(desk: Desk) -> None:
    """The last administrator too; the audit knows of both."""
    where = ["-w", str(desk.office.settings.workspace)]
    for word, active in (("disable", False), ("enable", True)):
        assert CliRunner().invoke(cli, ["user", word, "admin", *where], obj={}).exit_code == 0
        assert (desk.office.store.user("admin") or {}).get("active", True) is active
        last = desk.office.store.events(limit=1)[0]
        assert (last["kind"], last["actor"], last["data"]["name"]) == (f"user_{word}d", "", "admin")


@pytest.mark.parametrize(("password", "told"), [("short", "至少8个字符"), ("Zhangsan1", "不能和用户名一样")])
def test_a_password_that_anybody_would_guess_is_refused(desk: Desk, password: str, told: str) -> None:
    with pytest.raises(PeopleError, match=told):
        add_user(desk.office, "zhangsan1", role="leader", password=password)


@pytest.mark.parametrize(
    ("ticked", "scopes"),
    [([], ["read"]), (["read", "resync"], ["read", "resync"]), (["read", "people"], []), (["fly"], [])],
)
def test_a_token_made_on_the_page_may_do_what_was_ticked(
    app: Flask, desk: Desk, ticked: list[str], scopes: list[str]
) -> None:
    """Reading only when nothing was; never what the person himself may not, and never everything by mistake."""
    client = signed_in(app, "unit")
    post(client, "/account/tokens", {"note": "大屏", "scope": ticked})
    made = tokens.listed(desk.office, "unit")
    assert [item["scopes"] for item in made] == ([scopes] if scopes else [])


def bomb() -> bytes:
    """A workbook whose sheet is half a gigabyte of nothing."""
    workbook = openpyxl.Workbook()
    plain = io.BytesIO()
    workbook.save(plain)
    out = io.BytesIO()
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for item in source.namelist():
            if item == "xl/worksheets/sheet1.xml":
                with target.open(item, "w", force_zip64=True) as member:
                    for _ in range(512):
                        member.write(b" " * 1024 * 1024)
            else:
                target.writestr(item, source.read(item))
    return out.getvalue()


def test_a_file_that_unpacks_to_half_a_gigabyte_is_refused(desk: Desk) -> None:
    """In words, before it is unpacked; nothing is put into the folder."""
    data = bomb()
    assert len(data) < 8_000_000
    before = sorted(item.name for item in book_file(desk).parent.iterdir())
    began = time.process_time()
    with pytest.raises(Refused) as refusal:
        receive(desk, data, "田东街道.xlsx", by="admin", may_take=lambda unit: True, code=MINE)
    assert str(refusal.value) and refusal.value.hint
    assert time.process_time() - began < 5
    assert sorted(item.name for item in book_file(desk).parent.iterdir()) == before


@pytest.mark.parametrize(
    "name",
    ["../../evil.xlsx", "..\\..\\evil.xlsx", "/etc/evil.xlsx", "C:\\evil.xlsx", "a" * 5000 + ".xlsx", "<b>.xlsx"],
)
def test_the_name_of_an_uploaded_file_leads_nowhere(admin: FlaskClient, desk: Desk, name: str) -> None:
    """The book goes to its own place, whatever the file was called."""
    file = book_file(desk)
    data, around = file.read_bytes(), {item for item in desk.office.settings.workspace.rglob("*") if item.is_file()}
    answer = post(admin, "/upload", {"code": MINE, "file": (io.BytesIO(data), name)})
    assert answer.status_code == 302, answer.text
    assert file.read_bytes() == data
    new = {item for item in desk.office.settings.workspace.rglob("*") if item.is_file()} - around
    assert not [item for item in new if "evil" in item.name or len(item.name) > 200]
    page = admin.get(answer.location).text
    assert "<b>.xlsx" not in page


@pytest.mark.parametrize(
    "path",
    [
        "/books/..%2f..%2ftianbao.toml/file", "/books/%2e%2e/file", "/records/..%2f..%2fx", "/receipts/..%2fx", "/runs/%2e%2e%2fx",
        "/static/..%2f..%2f..%2fpyproject.toml", "/static/%2e%2e/%2e%2e/web.py", "/api/v1/books/..%2fx/file",
        "/api/v1/receipts/%00", "/books/340403001%00/file",
    ],
)  # fmt: skip
def test_no_address_leads_out_of_the_workspace(admin: FlaskClient, path: str) -> None:
    with admin.get(path) as answer:
        assert answer.status_code in (403, 404), answer.status_code
        assert "secret" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_clerk_wrote_is_never_a_formula_in_what_leaves_us(
    desk: Desk, scheduler: Scheduler, admin: FlaskClient, text: str
) -> None:
    """A project called so stands in the consolidated book as text, on pages as text, in JSON as it is."""
    save_cell(book_file(desk), "项目库", "情况说明", "'" + text if text.startswith("=") else text)
    _as_text(book_file(desk), text)
    scheduler.poll()
    path = write_consolidated(desk.office)
    workbook = openpyxl.load_workbook(path)
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row if text in str(cell.value or "")]
    assert cells, "it is in the book"
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert not any(cell.hyperlink for cell in cells)


def _as_text(file: Path, text: str) -> None:
    """The cell holds a text that begins like a formula, as when it was typed with an apostrophe."""
    workbook = openpyxl.load_workbook(file)
    for row in workbook["项目库"].iter_rows():
        for cell in row:
            if str(cell.value or "").lstrip("'") == text:
                cell.value, cell.data_type = text, "s"
    workbook.save(file)


def test_every_answer_carries_the_guarding_headers(app: Flask, admin: FlaskClient) -> None:
    """Pages, API, files, errors, to strangers too."""
    wanted: dict[str, Any] = {
        "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
        "X-Permitted-Cross-Domain-Policies": "none",
    }  # fmt: skip
    for client in (admin, app.test_client()):
        for path in (
            "/",
            "/login",
            "/nowhere",
            "/api/v1/units",
            "/metrics",
            "/static/tianbao.js",
            f"/books/{MINE}/file",
        ):
            with client.get(path) as answer:
                assert {name: answer.headers.get(name) for name in wanted} == wanted, path
                policy = answer.headers["Content-Security-Policy"]
            for rule in (
                "default-src 'none'",
                "script-src 'self'",
                "form-action 'self'",
                "frame-ancestors 'none'",
                "base-uri 'none'",
            ):
                assert rule in policy, path
