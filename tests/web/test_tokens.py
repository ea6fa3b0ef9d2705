"""`tianbao token`: keys for programs, limited to what they are for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from app.cli import cli
from app.desk import Desk
from tests.web.conftest import MINE, OTHER

API = "/api/v1"


def run(desk: Desk, *words: str) -> Result:
    return CliRunner().invoke(cli, ["token", *words, "-w", str(desk.office.settings.workspace)])


def made(desk: Desk, *words: str) -> dict[str, Any]:
    done = run(desk, "create", *words, "--json")
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def bearer(found: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {found['token']}"}


def test_a_token_may_do_only_what_it_is_for(desk: Desk, client: FlaskClient) -> None:
    """One that reads cannot ask for a sync, though its holder can; nor see telephone numbers in full."""
    reader, worker = made(desk, "commission", "--scope", "read"), made(desk, "commission", "--scope", "resync")
    assert client.get(f"{API}/units", headers=bearer(reader)).status_code == 200
    assert client.post(f"{API}/books/{OTHER}/resync", headers=bearer(reader)).status_code == 403
    assert client.post(f"{API}/books/{OTHER}/resync", headers=bearer(worker)).status_code == 200
    assert client.get(f"{API}/units", headers=bearer(worker)).status_code == 403


def test_a_scope_gives_nothing_that_its_holder_has_not(desk: Desk, client: FlaskClient) -> None:
    """A unit's token sees the unit's book only, whatever was asked for."""
    found = made(desk, "unit", "--scope", "read", "--scope", "decide", "--scope", "audit")
    assert [line["code"] for line in client.get(f"{API}/units", headers=bearer(found)).json or []] == [MINE]
    assert client.get(f"{API}/books/{OTHER}", headers=bearer(found)).status_code == 403
    assert client.post(f"{API}/decisions/x/apply", json={}, headers=bearer(found)).status_code in (403, 404)


def test_a_token_that_may_not_read_gets_no_book_of_all(desk: Desk, client: FlaskClient) -> None:
    """汇总簿 is everything at once: only who may read at all gets it."""
    worker, reader = made(desk, "commission", "--scope", "resync"), made(desk, "commission", "--scope", "read")
    assert client.get(f"{API}/consolidated", headers=bearer(worker)).status_code == 403
    assert client.get(f"{API}/consolidated", headers=bearer(reader)).status_code == 200


def test_a_units_token_does_what_it_is_for_in_its_own_book_only(desk: Desk, client: FlaskClient) -> None:
    found = made(desk, "unit", "--scope", "resync")
    assert client.post(f"{API}/books/{MINE}/resync", headers=bearer(found)).status_code == 200
    assert client.post(f"{API}/books/{OTHER}/resync", headers=bearer(found)).status_code == 403


def test_without_scopes_it_acts_as_its_holder(desk: Desk, client: FlaskClient) -> None:
    found = made(desk, "commission")
    assert client.get(f"{API}/units", headers=bearer(found)).status_code == 200
    assert client.post(f"{API}/books/{OTHER}/resync", headers=bearer(found)).status_code == 200


def test_tokens_are_listed_without_their_secret_and_revoked(desk: Desk, client: FlaskClient) -> None:
    """In words with what each may do, and as JSON; revoked it is worth nothing at once."""
    assert "没有令牌" in run(desk, "list").output
    told = run(desk, "create", "leader", "--note", "大屏", "--scope", "read")
    secret = next(line for line in told.output.splitlines() if line.startswith("tb_"))
    assert "以后不再显示" in told.output
    shown = run(desk, "list").output
    assert all(word in shown for word in ("leader", "大屏", "读数据")) and secret not in shown
    (item,) = json.loads(run(desk, "list", "leader", "--json").stdout)
    assert item.keys() == {"id", "name", "note", "scopes", "created"} and item["scopes"] == ["read"]
    assert run(desk, "revoke", item["id"]).exit_code == 0
    assert client.get(f"{API}/units", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    assert json.loads(run(desk, "list", "--json").stdout) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["create", "nobody"], "没有用户"),
        (["create", "leader", "--scope", "fly"], "fly"),
        (["list", "nobody"], "没有用户"),
        (["revoke", "abc"], "编号见 tianbao token list"),
    ],
)
def test_wrong_use_is_told(desk: Desk, words: list[str], told: str) -> None:
    """Exit code 2 and a sentence."""
    done = run(desk, *words)
    assert done.exit_code == 2 and told in done.output
