"""A backend by its name: each that is offered opens, what is missing for it is said, another name is refused plainly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.settings import Settings, load_settings, write_settings
from sync.backends import open_backend
from sync.backends.google.addresses import file_id
from sync.backends.google.backend import GoogleBackend
from sync.backends.google.emulator import Emulator
from sync.clock import FixedClock
from sync.errors import ConfigurationError


def test_a_backend_that_cannot_be_had_is_not_offered(tmp_path: Path) -> None:
    """The message names what stands there and offers what works."""
    with pytest.raises(ConfigurationError, match=r"“ftp”.*只能填 folder.*或 google"):
        open_backend(Settings(workspace=tmp_path, backend="ftp"), FixedClock())


def test_the_folder_is_opened(tmp_path: Path) -> None:
    """What is offered works."""
    (tmp_path / "books").mkdir()
    backend = open_backend(Settings(workspace=tmp_path, reader_processes=0), FixedClock())
    assert backend.list() == []


def test_google_without_an_account_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="google_accounts") as told:
        open_backend(Settings(workspace=tmp_path, backend="google"), FixedClock())
    assert "docs/google.md" in told.value.hint


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "没有密钥文件"),
        ("half", "读不懂"),
        ('{"type": "service_account"}', "不完整"),
        ('{"type": "x"}', "不是服务账号的密钥"),
    ],
)
def test_a_key_file_that_is_none_is_named(tmp_path: Path, text: str | None, told: str) -> None:
    if text is not None:
        (tmp_path / "key.json").write_text(text)
    settings = Settings(workspace=tmp_path, backend="google", google_accounts=("key.json",))
    with pytest.raises(ConfigurationError, match=told) as found:
        open_backend(settings, FixedClock())
    assert "key.json" in str(found.value)


def test_google_is_opened_with_all_that_the_settings_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From tianbao.toml, the environment going first: accounts, folder by its address, quotas, another endpoint."""
    with Emulator() as emulator:
        for name in ("one", "two"):
            (tmp_path / f"{name}.json").write_text(json.dumps(emulator.service_account(name)))
        folder = emulator.folder("填报", "owner@example.cn", "one@tianbao-demo.iam.gserviceaccount.com")
        write_settings(
            tmp_path,
            {
                "backend": "google", "scheme": "tianjiaan", "google_accounts": ["one.json"], "google_endpoint": emulator.url,
                "google_folder": f"https://drive.google.com/drive/folders/{folder}?usp=sharing",
            },
        )  # fmt: skip
        monkeypatch.setenv("TIANBAO_GOOGLE_ACCOUNTS", "one.json, two.json")
        monkeypatch.setenv("TIANBAO_GOOGLE_CALLS", "30")
        backend = open_backend(load_settings(tmp_path), FixedClock())
        assert isinstance(backend, GoogleBackend)
        assert [account.name.partition("@")[0] for account in backend.transport.accounts] == ["one", "two"]
        assert backend.folder == folder
        assert backend.transport.manner.quotas.per_identity == 30
        assert backend.list() == []
        assert backend.tally() == {"drive": 2}  # an empty listing is looked into: the folder could be hidden
        backend.close()


def test_a_folder_that_is_none_is_not_taken_for_everything(tmp_path: Path) -> None:
    """A name instead of an address would otherwise mean all that is shared."""
    settings = Settings(workspace=tmp_path, backend="google", google_folder="填报")
    with pytest.raises(ConfigurationError, match="google_folder = “填报” 不是文件夹的编号"):
        open_backend(settings, FixedClock())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1AbCdEfGhIjKlMnOp", "1AbCdEfGhIjKlMnOp"),
        ("https://drive.google.com/drive/u/0/folders/1AbCdEfGhIjKlMnOp?usp=sharing", "1AbCdEfGhIjKlMnOp"),
        ("https://docs.google.com/spreadsheets/d/1AbCdEfGhIjKlMnOp/edit#gid=0", "1AbCdEfGhIjKlMnOp"),
        (" 1AbCdEfGhIjKlMnOp\n", "1AbCdEfGhIjKlMnOp"),
        ("", ""),
        ("填报", ""),
        ("https://example.cn/", ""),
    ],
)
def test_an_id_is_found_in_an_address(text: str, found: str) -> None:
    assert file_id(text) == found
