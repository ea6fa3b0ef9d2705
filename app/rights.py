"""Who may do what: roles as sets of rights. What a person sees is `app.sight`'s affair."""

from __future__ import annotations

from typing import Any, Literal

from validators.scheme.tables import Field

Right = Literal["read", "all", "resync", "upload", "decide", "phones", "people", "audit", "scheme"]

# all: every unit's book, not only one's own; phones: telephone numbers in full, of those books that are one's affair;
# people: make and disable users; scheme: change the policy
RIGHTS: dict[str, frozenset[Right]] = {
    "admin": frozenset({"read", "all", "resync", "upload", "decide", "phones", "people", "audit", "scheme"}),
    "commission": frozenset({"read", "all", "resync", "upload", "decide", "phones", "audit", "scheme"}),
    "department": frozenset({"read", "resync", "upload", "phones"}),
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


def _has(person: dict[str, Any], right: Right) -> bool:
    """Whether the person's role has the right, by whatever token he comes."""
    return right in RIGHTS.get(person["role"], frozenset())


def hidden(field: Field) -> bool:
    """Whether a column is shown with asterisks to those who do not need it: telephone numbers, and what is marked so."""
    return field.sensitive or field.type == "phone"


def mask_phone(text: str) -> str:
    """13855412345 → 138****2345; every run of seven or more digits keeps its first three and last four."""
    import re

    return re.sub(r"\d[\d-]{5,}\d", _masked, text)


def _masked(found: Any) -> str:
    digits = found.group(0)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) > 7 else f"{digits[:1]}****{digits[-2:]}"
