"""Books in the name of a person who has signed in: the file of the sign-in as a key, and everything that ends a sign-in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from google.oauth2.credentials import Credentials

from app.settings import load_settings
from sync.backends.google.credentials import SCOPES, account_of, load_accounts
from sync.backends.google.emulator import Emulator
from sync.backends.google.failures import CredentialsRefused
from sync.backends.google.transport import Transport
from sync.errors import ConfigurationError
from tests.google.kit import OWNER
from tests.google.test_doctor import SCHEME, wrong
from tests.web.test_serve import run

ME = "clerk.wang@example.cn"


def key_file(emulator: Emulator, root: Path, email: str = ME, name: str = "person.json", **more: Any) -> Path:
    """The file of a sign-in as gspread.oauth writes it: google-auth's own words, without a type."""
    info = emulator.person(email)
    made = Credentials(
        "old-token", refresh_token=info["refresh_token"], token_uri=info["token_uri"], client_id=info["client_id"],
        client_secret=info["client_secret"], scopes=list(SCOPES),
    )  # fmt: skip
    file = root / name
    file.touch(0o600)
    file.write_text(json.dumps(json.loads(made.to_json("token")) | more))
    return file


def office(emulator: Emulator, root: Path) -> tuple[Any, str]:
    """`init` with a person's file; the settings, and what was said."""
    folder = emulator.folder("填报", ME)
    done = run(
        "init", str(root / "office"), "--scheme", SCHEME, "--backend", "google", "--folder", folder,
        "--key", str(key_file(emulator, root)), "--endpoint", emulator.url,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    return load_settings(root / "office"), done.stdout


def test_a_person_needs_no_blank_spreadsheets(emulator: Emulator, tmp_path: Path) -> None:
    """A person can own files: init makes every book, in the folder, and doctor says whose name it works in."""
    settings, said = office(emulator, tmp_path)
    assert "还缺" not in said
    owned = {file.name: file.owner for file in emulator.world.files.values() if file.name.endswith("镇")}
    assert owned == {"甲镇": ME, "乙镇": ME}
    assert wrong(settings) == ""
    assert f"（{ME}）：登录正常" in run("doctor", "--workspace", str(settings.workspace)).stdout


def test_a_token_that_ran_out_is_refreshed_and_nobody_notices(emulator: Emulator, tmp_path: Path) -> None:
    account = account_of(json.loads(key_file(emulator, tmp_path).read_text()), "")
    transport = Transport([account], clock=emulator.world.clock.now, sleep=lambda s: None, endpoint=emulator.url)
    assert transport.signed_in(account) == ME
    emulator.world.tokens.revoke_all()
    emulator.world.account.reset()
    assert transport.signed_in(account) == ME
    assert emulator.world.account.count(method="token", status=200) == 1


@pytest.mark.parametrize(
    ("trouble", "message", "todo"),
    [
        ("revoked", "个人账号的登录已失效", "重新登录"),
        ("disabled", "个人账号的登录已失效", "重新登录"),
        ("scopes", "登录时没有勾上", "勾上全部权限"),
        ("client", "登录用的 OAuth 客户端已被删除", "重新登录"),
    ],
)
def test_a_sign_in_that_has_ended_is_told(
    emulator: Emulator, tmp_path: Path, trouble: str, message: str, todo: str
) -> None:
    """In Chinese, with what to do; by doctor, and by whatever call comes across it."""
    settings, _ = office(emulator, tmp_path)
    tokens = emulator.world.tokens
    tokens.revoke_all()
    if trouble == "revoked":
        tokens.people.clear()
    elif trouble == "disabled":
        tokens.disabled.add(ME)
    elif trouble == "scopes":
        tokens.scopes[ME] = SCOPES[:1]
    else:
        tokens.no_client = True
    told = wrong(settings)
    assert f"Google 不认系统的账号：{message}" in told
    assert todo in told
    synced = run("sync", "--workspace", str(settings.workspace))
    assert synced.returncode == 2
    assert message in synced.stderr
    assert "Traceback" not in synced.stderr
    assert "invalid_grant" not in synced.stderr


def test_the_file_of_the_client_is_not_yet_a_sign_in(tmp_path: Path) -> None:
    file = tmp_path / "client.json"
    file.write_text(json.dumps({"installed": {"client_id": "x", "client_secret": "y"}}))
    with pytest.raises(ConfigurationError, match="还没有人登录过") as caught:
        load_accounts([file])
    assert "用个人账号" in caught.value.hint


def test_two_people_are_two_identities(emulator: Emulator, tmp_path: Path) -> None:
    """Their files say nothing of who they are; calls, quotas and refusals must not be mixed up."""
    files = [key_file(emulator, tmp_path, email, f"{n}.json") for n, email in enumerate((ME, OWNER, "third@x.cn"))]
    accounts = load_accounts(files)
    assert len({account.name for account in accounts}) == 3
    transport = Transport(accounts, clock=emulator.world.clock.now, sleep=lambda s: None, endpoint=emulator.url)
    assert [transport.signed_in(account) for account in accounts] == [ME, OWNER, "third@x.cn"]


def test_what_the_file_says_of_its_owner_is_the_name(emulator: Emulator, tmp_path: Path) -> None:
    (account,) = load_accounts([key_file(emulator, tmp_path, account=ME)])
    assert (account.name, account.owns) == (ME, True)


def test_a_refusal_of_the_token_is_final(emulator: Emulator, tmp_path: Path) -> None:
    account = account_of(json.loads(key_file(emulator, tmp_path).read_text()), "")
    emulator.world.tokens.people.clear()
    emulator.world.account.reset()
    transport = Transport([account], clock=emulator.world.clock.now, sleep=lambda s: None, endpoint=emulator.url)
    with pytest.raises(CredentialsRefused):
        transport.signed_in(account)
    assert emulator.world.account.count(kind="token") <= 2
