"""Who may do what: roles as sets of rights, and which unit's book a person sees."""

from __future__ import annotations

from typing import Any, Literal

Right = Literal["read", "all", "resync", "upload", "decide", "phones", "people", "audit"]

# all: every unit's book, not only one's own; phones: telephone numbers in full; people: make and disable users
RIGHTS: dict[str, frozenset[Right]] = {
    "admin": frozenset({"read", "all", "resync", "upload", "decide", "phones", "people", "audit"}),
    "commission": frozenset({"read", "all", "resync", "upload", "decide", "phones", "audit"}),
    "department": frozenset({"read", "all"}),
    "leader": frozenset({"read", "all"}),
    "unit": frozenset({"read", "resync", "upload", "phones"}),
}

ROLE_NAMES = {"admin": "管理员", "commission": "发改委", "department": "部门", "leader": "领导", "unit": "填报单位"}


# what a machine's token may be limited to; whose data it sees is its holder's affair
SCOPES: dict[str, str] = {
    "read": "读数据", "resync": "要求同步", "upload": "上传表", "decide": "处理待决定事项", "phones": "看完整电话",
    "people": "管理用户", "audit": "看操作记录",
}  # fmt: skip


def may(person: dict[str, Any] | None, right: Right) -> bool:
    """Whether the person has the right; one who came by a limited token only what the token is for. What `all` opens
    is read: a token that may not read gets nothing of it."""
    if person is None or not _has(person, right):
        return False
    scopes = person.get("scopes")
    return not scopes or ("read" if right == "all" else right) in scopes


def sees(person: dict[str, Any] | None, unit: str) -> bool:
    """Whether this unit's book and records are among those the person is about; what may be done with them is the
    affair of `may`."""
    if person is None:
        return False
    return _has(person, "all") or (_has(person, "read") and bool(unit) and person["unit"] == unit)


def own_unit(person: dict[str, Any]) -> str:
    """The one unit a person is limited to; "" when he sees all."""
    return "" if _has(person, "all") else str(person["unit"]) or "-"


def _has(person: dict[str, Any], right: Right) -> bool:
    """Whether the person's role has the right, by whatever token he comes."""
    return right in RIGHTS.get(person["role"], frozenset())


def mask_phone(text: str) -> str:
    """13855412345 → 138****2345; every run of seven or more digits keeps its first three and last four."""
    import re

    return re.sub(r"\d[\d-]{5,}\d", _masked, text)


def _masked(found: Any) -> str:
    digits = found.group(0)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) > 7 else f"{digits[:1]}****{digits[-2:]}"
