"""Signing in, out, and what ends a session."""

from __future__ import annotations

import stat

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.desk import Desk
from app.people import add_user, set_password
from app.secret import session_key
from app.settings import Settings, SettingsError
from tests.web.conftest import PASSWORD, post, signed_in, token


def test_the_right_password_opens_the_overview(client: FlaskClient) -> None:
    """And the event stands in the audit."""
    answer = post(client, "/login", {"name": "admin", "password": PASSWORD}, page="/login")
    assert (answer.status_code, answer.location) == (302, "/")
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("name", "password"), [("admin", "wrong-horse-7"), ("nobody", PASSWORD), ("admin", ""), ("", ""), ("a" * 70, "x")]
)
def test_whatever_is_wrong_reads_the_same(client: FlaskClient, name: str, password: str) -> None:
    """A stranger learns nothing about names."""
    answer = post(client, "/login", {"name": name, "password": password}, page="/login")
    assert answer.status_code == 401
    assert "用户名或口令不对" in answer.text


def test_failures_are_limited_and_successes_are_not(client: FlaskClient) -> None:
    """The eleventh wrong try within a minute is refused, the right password too; before that it works at will."""
    for _ in range(3):
        assert post(client, "/login", {"name": "leader", "password": PASSWORD}, page="/login").status_code == 302
        post(client, "/logout")
    for _ in range(10):
        assert post(client, "/login", {"name": "leader", "password": "x"}, page="/login").status_code == 401
    answer = post(client, "/login", {"name": "leader", "password": PASSWORD}, page="/login")
    assert answer.status_code == 429
    assert "试得太频繁了" in answer.text


def test_a_disabled_user_is_out_at_once(app: Flask, desk: Desk) -> None:
    """Also where he is signed in already."""
    client = signed_in(app, "leader")
    desk.office.store.save_user({"name": "leader", "active": False})
    assert client.get("/").location.startswith("/login")
    assert post(client, "/login", {"name": "leader", "password": PASSWORD}, page="/login").status_code == 401


def test_a_changed_password_ends_other_sessions_and_keeps_ones_own(app: Flask) -> None:
    """The one who changes it stays signed in."""
    here, there = signed_in(app, "leader"), signed_in(app, "leader")
    data = {"old": PASSWORD, "new": "another-horse-8", "again": "another-horse-8"}
    assert post(here, "/password", data, page="/password").location == "/"
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "again", "told"),
    [
        (PASSWORD, "short", "short", "至少8个字符"),
        (PASSWORD, "another-horse-8", "another-horse-9", "两次输入的新口令不一样"),
        ("wrong", "another-horse-8", "another-horse-8", "现在的口令不对"),
        (PASSWORD, PASSWORD, PASSWORD, "请换一个"),
        (PASSWORD, "", "", "都要填"),
    ],
)
def test_a_password_that_will_not_do(app: Flask, old: str, new: str, again: str, told: str) -> None:
    """Says why, changes nothing."""
    client = signed_in(app, "leader")
    answer = post(client, "/password", {"old": old, "new": new, "again": again}, page="/password")
    assert answer.status_code == 400
    assert told in answer.text
    assert signed_in(app, "leader").get("/").status_code == 200


def test_a_first_password_must_be_changed(app: Flask, desk: Desk) -> None:
    """Every page leads there until it is."""
    secret = add_user(desk.office, "new", role="leader")
    client = app.test_client()
    assert post(client, "/login", {"name": "new", "password": secret}, page="/login").location == "/password"
    assert client.get("/alerts").location == "/password"
    data = {"old": secret, "new": "my-own-password", "again": "my-own-password"}
    post(client, "/password", data, page="/password")
    assert client.get("/alerts").status_code == 200


def test_a_reset_password_ends_the_session(app: Flask, desk: Desk) -> None:
    """The administrator's reset works at once."""
    client = signed_in(app, "leader")
    set_password(desk.office, "leader")
    assert client.get("/").status_code == 302


def test_signing_out_ends_the_session(app: Flask) -> None:
    """The next page asks to sign in."""
    client = signed_in(app, "admin")
    assert post(client, "/logout").location == "/login"
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("/alerts?kind=soon", "/alerts?kind=soon"),
        ("//evil.example/x", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nSet-Cookie: x=1", "/"),
    ],
)
def test_nobody_is_led_away_after_signing_in(client: FlaskClient, wanted: str, goes: str) -> None:
    """`next` leads to our own pages only."""
    data = {"name": "admin", "password": PASSWORD, "next": wanted}
    assert post(client, "/login", data, page="/login").location == goes
    assert client.get("/language/en", query_string={"next": wanted}).location == goes


def test_a_page_asked_for_comes_after_signing_in(client: FlaskClient) -> None:
    """The address survives the detour."""
    assert client.get("/alerts?kind=soon").location == "/login?next=/alerts?kind%3Dsoon"


def test_the_cookie_is_guarded(client: FlaskClient) -> None:
    """Scripts cannot read it, other sites do not send it, and over https it is marked so."""
    page = client.get("/login", base_url="https://tianbao.example")
    cookie = page.headers["Set-Cookie"]
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Lax", "Secure"))
    assert "Strict-Transport-Security" in page.headers
    assert "Secure" not in client.get("/login").headers.get("Set-Cookie", "")


def test_a_form_without_its_token_is_refused(app: Flask) -> None:
    """On every page that changes something."""
    client = signed_in(app, "admin")
    for path in (
        "/resync",
        "/people",
        "/logout",
        "/upload",
        "/books/340403001/resync",
        "/decisions/x",
        "/account/tokens",
    ):
        answer = client.post(path)
        assert answer.status_code == 400, path
        assert "没有提交成功" in answer.text
    assert client.post("/login", data={"name": "admin", "password": PASSWORD}).status_code != 500
    assert token(client)


def test_the_session_key_is_made_once_and_kept_secret(settings: Settings) -> None:
    """Readable by the service alone; an unusable one is told."""
    file = settings.path(settings.secret_file)
    file.unlink(missing_ok=True)
    key = session_key(file)
    assert len(key) >= 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert session_key(file) == key
    file.chmod(0o644)
    session_key(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_bytes(b"short")
    with pytest.raises(SettingsError, match="太短"):
        session_key(file)
