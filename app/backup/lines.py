"""One value in the text of `tianbao.toml` changed, everything else as people wrote it."""

from __future__ import annotations

import re
import tomllib

from app.settings import FILE, SettingsError
from sync.store.copies import without_password


def with_value(text: str, name: str, value: str) -> str:
    """The settings with that value, on its own line wherever it stands or on a new first line. SettingsError where that
    line is written so that it cannot be changed alone."""
    line = f'{name} = "{value}"'
    changed, found = re.subn(rf"^\s*{name}\s*=.*$", lambda _: line, text, count=1, flags=re.M)
    changed = changed if found else f"{line}\n{text}"
    try:
        if tomllib.loads(changed)[name] == value:
            return changed
    except tomllib.TOMLDecodeError:
        pass
    raise SettingsError(f'{FILE} 里的 {name} 改不了：请在文件里把它写成单独的一行，如 {name} = "{value}"。')


def without_secrets(text: str) -> str:
    """The settings without the password of the database, however its address is quoted there."""
    address = str(tomllib.loads(text).get("database", ""))
    bare = without_password(address)
    return text if bare == address else with_value(text, "database", bare)
