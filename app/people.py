"""Users and passwords: Argon2 hashes, generated first passwords, one check that takes the same time for unknown names."""

from __future__ import annotations

import secrets
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from app.wiring import Office

ROLES = ("admin", "commission", "department", "leader", "unit")
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that people misread
_hasher = PasswordHasher()
_DUMMY = _hasher.hash("no such user")


class PeopleError(Exception):
    """A user cannot be made or changed so; the message says why."""


def new_password() -> str:
    """Twelve characters in three groups, easy to read out."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))


def add_user(
    office: Office, name: str, *, role: str, unit: str = "", display: str = "", password: str = "", by: str = ""
) -> str:
    """Make a user; returns the password. `by`: who does it, "" for the command line. PeopleError when name, role or
    unit will not do."""
    if not name or len(name) > 64 or not name.replace("_", "").replace("-", "").replace(".", "").isalnum():
        raise PeopleError("用户名只用字母、数字、汉字和 . _ -，不超过64个字符")
    if office.store.user(name) is not None:
        raise PeopleError(f"用户“{name}”已存在；改口令用 tianbao user password {name}")
    if role not in ROLES:
        raise PeopleError(f"没有“{role}”这种角色，可用：{'、'.join(ROLES)}")
    if role in ("unit", "department") and not _known(office, role, unit):
        raise PeopleError(f"角色 {role} 要用 --unit 写明单位编码；“{unit}”不在方案的名单里")
    secret = _checked(password, name) if password else new_password()
    office.store.save_user({
        "name": name, "display": display or name, "role": role, "unit": unit,
        "password_hash": _hasher.hash(secret), "active": True, "created": office.clock.now(),
        "must_change": not password,
    })  # fmt: skip
    office.store.add_event("user_added", office.clock.now(), by, {"name": name, "role": role})
    return secret


def set_password(office: Office, name: str, password: str = "", by: str = "") -> str:
    """Change a password; returns it. `by`: who does it, "" for the command line. PeopleError when there is no such user
    or it is too weak."""
    person = office.store.user(name)
    if person is None:
        raise PeopleError(f"没有用户“{name}”")
    secret = _checked(password, name) if password else new_password()
    office.store.save_user({**person, "password_hash": _hasher.hash(secret), "must_change": not password})
    office.store.add_event("password_changed", office.clock.now(), by, {"name": name})
    return secret


def verify(office: Office, name: str, password: str) -> dict[str, Any] | None:
    """The user when name and password fit and the user is active, else None; equally slow in all cases."""
    person = office.store.user(name)
    try:
        _hasher.verify(person["password_hash"] if person else _DUMMY, password)
    except (Argon2Error, InvalidHashError):
        return None
    return person if person and person.get("active", True) else None


def _checked(password: str, name: str) -> str:
    if len(password) < 8:
        raise PeopleError("口令至少8个字符")
    if password.casefold() == name.casefold():
        raise PeopleError("口令不能和用户名一样")
    return password


def _known(office: Office, role: str, unit: str) -> bool:
    if role == "unit":
        return office.scheme.unit(unit) is not None
    return any(item.code == unit for item in office.scheme.departments)
