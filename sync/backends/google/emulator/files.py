"""Files as Drive knows them: names, parents, who may what, and when they were changed, with a settable lag."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sync.backends.google.emulator.cells import Json
from sync.backends.google.emulator.clock import stamp

SPREADSHEET = "application/vnd.google-apps.spreadsheet"
FOLDER = "application/vnd.google-apps.folder"
GOOGLE = "application/vnd.google-apps."  # beginning of the kinds of Google's own documents
OFFICE = frozenset(
    ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/vnd.ms-excel"]
)  # fmt: skip
ROLES = ("reader", "commenter", "writer", "fileOrganizer", "organizer", "owner")


@dataclass(slots=True)
class Edit:
    at: float
    user: str
    version: int = 1


@dataclass(slots=True)
class File:
    """A file or folder. `permissions`: id → {"type", "role", "emailAddress" | "domain"}."""

    id: str
    name: str
    mime: str
    created: float
    owner: str
    parents: list[str] = field(default_factory=list)
    permissions: dict[str, Json] = field(default_factory=dict)
    edits: list[Edit] = field(default_factory=list)
    renamed: float = 0.0
    trashed: bool = False
    shared_drive: bool = False  # a folder of a shared drive: what is made in it belongs to the drive
    app_properties: dict[str, str] = field(default_factory=dict)
    description: str = ""
    comments: list[Json] = field(default_factory=list)
    locked: str = ""  # a user who gets 403 whatever the permissions say ("*" = everybody)

    def last_edit(self, seen: float) -> Edit:
        """The last edit that Drive has noticed at this moment."""
        for edit in reversed(self.edits):
            if edit.at <= seen:
                return edit
        return Edit(self.created, self.owner)

    def modified(self, seen: float) -> float:
        """Titles show at once, contents when Drive has noticed."""
        return max(self.last_edit(seen).at, self.renamed, self.created)


def permission_id(email: str) -> str:
    """Drive's ids of people look like numbers and stay the same."""
    return str(10**19 + sum(ord(char) * 257**index for index, char in enumerate(email.lower())) % (9 * 10**19))


def root_id(email: str) -> str:
    """The id of somebody's "My Drive", for which `root` also stands."""
    return f"0A{permission_id(email)[:14]}PVA"


def parents_of(file: File) -> list[str]:
    """Where a file lies: what lies in no folder lies in its owner's "My Drive"."""
    return list(file.parents) or ([] if file.shared_drive else [root_id(file.owner)])


def file_json(file: File, user: str, seen: float, role: str, *, trashed: bool, parents: list[str]) -> Json:
    """A Drive File resource as this user sees it. `trashed`: by itself or with a folder above it; `parents`: the folder
    that it lies in, where this user sees that folder."""
    edit = file.last_edit(seen)
    writes = ROLES.index(role) >= ROLES.index("writer")
    found: Json = {
        "kind": "drive#file",
        "id": file.id,
        "name": file.name,
        "mimeType": file.mime,
        **({"parents": parents} if parents else {}),
        "createdTime": stamp(file.created),
        "modifiedTime": stamp(file.modified(seen)),
        "version": str(edit.version),
        "trashed": trashed,
        "explicitlyTrashed": file.trashed,
        "ownedByMe": file.owner == user,
        "shared": len(file.permissions) > 1,
        "capabilities": {
            "canEdit": writes, "canComment": writes or role == "commenter", "canShare": writes, "canCopy": True,
            "canRename": writes, "canTrash": role == "owner", "canDelete": role == "owner",
        },
        "lastModifyingUser": person(edit.user, user),
        "appProperties": dict(file.app_properties),
        "webViewLink": f"https://docs.google.com/spreadsheets/d/{file.id}/edit",
    }  # fmt: skip
    if not file.shared_drive:
        found["owners"] = [person(file.owner, user)]
    if file.description:
        found["description"] = file.description
    if writes:
        found["permissions"] = [permission_json(key, item) for key, item in file.permissions.items()]
    return found


def person(email: str, user: str) -> Json:
    return {
        "kind": "drive#user",
        "displayName": email.partition("@")[0],
        "me": email == user,
        "permissionId": permission_id(email),
        "emailAddress": email,
    }


def permission_json(key: str, item: Json) -> Json:
    found: Json = {"kind": "drive#permission", "id": key, **item}
    if item.get("emailAddress"):
        found["displayName"] = str(item["emailAddress"]).partition("@")[0]
    return found


def role_of(file: File, user: str, folders: dict[str, File]) -> str:
    """The strongest role of a user for a file, its folders' sharing included; "" for a stranger."""
    roles = ["owner"] if file.owner == user else []
    seen: set[str] = set()
    todo: list[File] = [file]
    while todo:
        item = todo.pop()
        if item.id in seen:
            continue
        seen.add(item.id)
        roles += [str(entry["role"]) for entry in item.permissions.values() if _names(entry, user)]
        if item is not file and item.owner == user:
            roles.append("writer")
        todo += [folders[parent] for parent in item.parents if parent in folders]
    return max(roles, key=ROLES.index, default="")


def in_bin(file: File, folders: dict[str, File]) -> bool:
    """ "Whether the file has been trashed, either explicitly or from a trashed parent folder" (File.trashed)."""
    seen: set[str] = set()
    todo = [file]
    while todo:
        item = todo.pop()
        if item.trashed:
            return True
        if item.id not in seen:
            seen.add(item.id)
            todo += [folders[parent] for parent in item.parents if parent in folders]
    return False


def _names(entry: dict[str, Any], user: str) -> bool:
    kind = entry.get("type")
    if kind == "anyone":
        return True
    if kind == "domain":
        return user.partition("@")[2] == entry.get("domain")
    return str(entry.get("emailAddress")).lower() == user.lower()
