"""The key that signs sessions: made once, readable by the service alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from app.settings import SettingsError
from sync.errors import os_words


def session_key(file: Path) -> bytes:
    """The key in the file; made with mode 0600 when there is none. SettingsError when it cannot be used."""
    try:
        key = file.read_bytes()
    except FileNotFoundError:
        return _made(file)
    except OSError as error:
        raise SettingsError(f"读不到会话密钥 {file}：{os_words(error)}。请检查权限，或删去它让系统重新生成。") from None
    if len(key) < 32:
        raise SettingsError(f"会话密钥 {file} 太短或是空的。请删去它，系统会重新生成（所有人要重新登录）。")
    if file.stat().st_mode & 0o077:
        file.chmod(0o600)
    return key


def _made(file: Path) -> bytes:
    key = secrets.token_bytes(48)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was first
        return session_key(file)
    except OSError as error:
        raise SettingsError(f"写不了会话密钥 {file}：{os_words(error)}。请检查工作区的权限。") from None
    with os.fdopen(handle, "wb") as out:
        out.write(key)
    return key
