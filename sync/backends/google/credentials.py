"""Key files of service accounts and of people who have signed in, as credentials."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from google.auth.credentials import Credentials
from google.oauth2 import credentials as people
from google.oauth2 import service_account

from sync.errors import ConfigurationError, os_words

SCOPES = ("https://www.googleapis.com/auth/spreadsheets", "https://www.googleapis.com/auth/drive")
_TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address, not a secret


@dataclass(frozen=True, slots=True)
class Account:
    """One identity; `name` is its address where that is known. `owns`: whether it can own files (a person can, a
    service account cannot)."""

    name: str
    project: str
    credentials: Credentials
    owns: bool


def load_accounts(files: Sequence[Path]) -> list[Account]:
    """All accounts of the key files, each with a name of its own. ConfigurationError names the file and what to do."""
    if not files:
        raise ConfigurationError(
            "没有 Google 账号：请在 tianbao.toml 的 google_accounts 里填服务账号的密钥文件（JSON）。",
            "在 Google Cloud 控制台建立服务账号并下载 JSON 密钥，步骤见 docs/google.md。",
        )
    found: dict[str, Account] = {}
    for path in files:
        account, number = load_account(path), 2
        while account.name in found:  # files of people who have signed in need not say who that is
            account, number = replace(account, name=f"{account.name.rstrip('0123456789')}{number}"), number + 1
        found[account.name] = account
    return list(found.values())


def load_account(path: Path) -> Account:
    """The account of one key file."""
    again = "请重新下载 JSON 密钥。"
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(f"没有密钥文件 {path}", "请把服务账号的 JSON 密钥放在那里。") from None
    except OSError as error:
        raise ConfigurationError(
            f"密钥文件 {path} 读不出来：{os_words(error)}", "请让运行 tianbao 的用户能读它。"
        ) from None
    except ValueError:
        raise ConfigurationError(f"密钥文件 {path} 读不懂：里面不是 JSON", again) from None
    if not isinstance(found, dict):
        raise ConfigurationError(f"密钥文件 {path} 读不懂：里面不是一份密钥", again)
    return account_of(found, str(path))


def account_of(info: dict[str, Any], where: str) -> Account:
    """An account from the content of a key file."""
    if info.get("type") == "service_account":
        _need(info, where, "client_email", "private_key", "token_uri")
        return Account(info["client_email"], str(info.get("project_id", "")), _signer(info, where), owns=False)
    if "refresh_token" in info:  # `authorized_user`; written by gspread it has no type
        _need(info, where, "refresh_token", "client_id", "client_secret")
        name = str(info.get("account") or info.get("email") or "登录的人")
        return Account(name, info["client_id"].partition("-")[0], _person(info), owns=True)
    if "installed" in info or "web" in info:
        raise ConfigurationError(
            f"{where} 是 OAuth 客户端的文件，还没有人登录过，不能用来读写",
            "用它登录一次，把登录得到的文件填在这里；步骤见 docs/google.md“用个人账号”。",
        )
    raise ConfigurationError(
        f"密钥文件 {where} 不是服务账号的密钥，也不是个人账号的登录文件（type = {info.get('type')!r}）",
        "请在 Google Cloud 控制台“服务账号 → 密钥 → 添加密钥 → JSON”下载。",
    )


def _need(info: dict[str, Any], where: str, *names: str) -> None:
    missing = [name for name in names if not isinstance(info.get(name), str) or not info[name]]
    if missing:
        raise ConfigurationError(f"密钥文件 {where} 不完整：缺 {'、'.join(missing)}", "请重新下载 JSON 密钥。")


def _signer(info: dict[str, Any], where: str) -> Credentials:
    try:
        made: Credentials = service_account.Credentials.from_service_account_info(info, scopes=SCOPES)  # type: ignore[no-untyped-call]
    except ValueError:
        raise ConfigurationError(
            f"密钥文件 {where} 里的私钥（private_key）读不出来，多半没有复制完整", "请重新下载 JSON 密钥。"
        ) from None
    return made


def _person(info: dict[str, Any]) -> Credentials:
    return people.Credentials(  # type: ignore[no-untyped-call]
        None,
        refresh_token=info["refresh_token"],
        token_uri=info.get("token_uri", _TOKEN_URI),
        client_id=info["client_id"],
        client_secret=info["client_secret"],
        scopes=SCOPES,
    )
