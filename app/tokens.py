"""Tokens for machines: a person makes one, it acts with that person's rights, only its hash is kept."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection
from hashlib import sha256
from typing import Any

from app.people import PeopleError
from app.rights import SCOPES
from app.wiring import Office

LEAD = "tb"
MOST = 20


def issue(office: Office, name: str, note: str, scopes: Collection[str] = ()) -> str:
    """A new token of a person; shown once and never again. `scopes`: what it may be used for (see SCOPES), all that
    its holder may do when empty. PeopleError when there are too many, or a scope is unknown."""
    if unknown := sorted(set(scopes) - SCOPES.keys()):
        raise PeopleError(f"没有“{'、'.join(unknown)}”这种权限，可用：{'、'.join(SCOPES)}")
    person = office.store.user(name)
    if person is None:
        raise PeopleError(f"没有用户“{name}”")
    kept = list(person.get("tokens", ()))
    if len(kept) >= MOST:
        raise PeopleError(f"一个人最多{MOST}个接口令牌，请先停用不用的")
    number, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    now = office.clock.now()
    kept.append(
        {"id": number, "note": note.strip()[:60], "hash": _hash(secret), "created": now, "scopes": sorted(set(scopes))}
    )
    office.store.save_user({"name": name, "tokens": kept})
    office.store.save_setting(f"token:{number}", name)
    office.store.add_event("token_made", now, name, {"id": number, "note": note, "scopes": sorted(set(scopes))})
    return f"{LEAD}_{number}_{secret}"


def revoke(office: Office, name: str, number: str) -> None:
    """The token is worth nothing from now on."""
    person = office.store.user(name)
    if person is None:
        raise PeopleError(f"没有用户“{name}”")
    kept = [item for item in person.get("tokens", ()) if item["id"] != number]
    if len(kept) == len(person.get("tokens", ())):
        raise PeopleError("没有这个接口令牌")
    office.store.save_user({"name": name, "tokens": kept})
    office.store.save_setting(f"token:{number}", "")
    office.store.add_event("token_revoked", office.clock.now(), name, {"id": number})


def listed(office: Office, name: str = "") -> list[dict[str, Any]]:
    """All tokens, or one person's, newest last: id, name, note, scopes, created. Never a hash. PeopleError when there
    is no such person."""
    people = [person for person in office.store.users() if name in ("", person["name"])]
    if name and not people:
        raise PeopleError(f"没有用户“{name}”")
    found = [
        {"id": item["id"], "name": person["name"], "note": item["note"], "scopes": list(item.get("scopes", ())),
         "created": item["created"]}
        for person in people
        for item in person.get("tokens", ())
    ]  # fmt: skip
    return sorted(found, key=lambda item: (item["created"], item["id"]))


def owner(office: Office, number: str) -> str:
    """Whose token has this number, "" when there is none."""
    return office.store.setting(f"token:{number}")


def holder(office: Office, token: str) -> dict[str, Any] | None:
    """The active person whose token this is, with the token's `scopes` (empty: all rights), or None."""
    lead, _, rest = token.partition("_")
    number, _, secret = rest.partition("_")
    name = office.store.setting(f"token:{number}") if lead == LEAD and number.isalnum() else ""
    person = office.store.user(name) if name else None
    if person is None or not person.get("active", True):
        return None
    kept = next((item for item in person.get("tokens", ()) if item["id"] == number), {"hash": ""})
    if not hmac.compare_digest(kept["hash"], _hash(secret)):
        return None
    return {**person, "scopes": list(kept.get("scopes", ()))}


def _hash(secret: str) -> str:
    return sha256(secret.encode("utf-8", "replace")).hexdigest()
