"""Drive v3: who may do what with a file, with real effect."""

from __future__ import annotations

import re

from sync.backends.google.emulator.cells import Json
from sync.backends.google.emulator.drive_api import drive_mask
from sync.backends.google.emulator.errors import DriveError
from sync.backends.google.emulator.files import ROLES, File, permission_id, permission_json
from sync.backends.google.emulator.masks import apply_mask
from sync.backends.google.emulator.web import Answer, Request
from sync.backends.google.emulator.world import World

_PERMISSION = "kind,id,type,role"
_FIELDS = frozenset(
    ["id", "displayName", "type", "kind", "permissionDetails", "photoLink", "emailAddress", "role", "allowFileDiscovery",
     "domain", "expirationTime", "teamDrivePermissionDetails", "deleted", "view", "pendingOwner",
     "inheritedPermissionsDisabled"]
)  # fmt: skip
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def permissions_list(world: World, request: Request, names: dict[str, str]) -> Json:
    file = world.file_for(names["id"], request.user, "writer")
    asked = request.flat().get("fields") or f"kind,nextPageToken,permissions({_PERMISSION})"
    mask = drive_mask(asked, frozenset(["kind", "nextPageToken", "permissions"]), permissions=_FIELDS)
    found = {
        "kind": "drive#permissionList",
        "permissions": [permission_json(key, item) for key, item in file.permissions.items()],
    }
    masked: Json = apply_mask(found, mask)
    return masked


def permissions_create(world: World, request: Request, names: dict[str, str]) -> Json:
    file = world.file_for(names["id"], request.user, "writer")
    body = request.json()
    kind, role = str(body.get("type") or ""), str(body.get("role") or "")
    if kind not in ("user", "group", "domain", "anyone") or role not in ROLES:
        raise DriveError(400, "The specified permission is invalid.", "invalid")
    if kind in ("user", "group") and not body.get("emailAddress"):
        raise DriveError(400, "The emailAddress field is required.", "required")
    if kind in ("user", "group") and not _EMAIL.fullmatch(str(body["emailAddress"])):
        raise DriveError(400, 'Bad Request. User message: "The email address is invalid."', "invalidSharingRequest")
    if kind == "domain" and not body.get("domain"):
        raise DriveError(400, "The domain field is required.", "required")
    if role == "owner" and body.get("emailAddress") == file.owner:  # said again: nothing changes
        return permission_json(permission_id(file.owner), file.permissions[permission_id(file.owner)])
    if role == "owner" and not (world.role(file, request.user) == "owner" and _says(request, "transferOwnership")):
        raise DriveError(403, "The transferOwnership parameter must be enabled.", "forbidden")
    named: Json = {name: body[name] for name in ("emailAddress", "domain") if body.get(name)}
    key = permission_id(named.get("emailAddress") or named.get("domain") or "anyoneWithLink")
    if kind in ("anyone", "domain"):
        named["allowFileDiscovery"] = str(body.get("allowFileDiscovery")).lower() == "true"
    if kind == "anyone":
        key = "anyone" if named["allowFileDiscovery"] else "anyoneWithLink"
    file.permissions[key] = {"type": kind, "role": role, **named}
    if role == "owner":
        _give_away(world, file, named["emailAddress"])
    world.log(file.id)
    found: Json = apply_mask(
        permission_json(key, file.permissions[key]), drive_mask(request.flat().get("fields") or _PERMISSION, _FIELDS)
    )
    return found


def _says(request: Request, name: str) -> bool:
    return request.flat().get(name, "").lower() == "true"


def _give_away(world: World, file: File, new: str) -> None:
    """Another owner; who was it so far goes on as a writer."""
    old, file.owner = file.owner, new
    file.permissions[permission_id(old)]["role"] = "writer"
    if file.id in world.books:
        world.books[file.id].owner = new


def permissions_get(world: World, request: Request, names: dict[str, str]) -> Json:
    file = world.file_for(names["id"], request.user, "writer")
    item = permission_json(names["permission"], _permission(file, names["permission"]))
    found: Json = apply_mask(item, drive_mask(request.flat().get("fields") or _PERMISSION, _FIELDS))
    return found


def permissions_update(world: World, request: Request, names: dict[str, str]) -> Json:
    file = world.file_for(names["id"], request.user, "writer")
    item = _permission(file, names["permission"])
    body = request.json()
    role = str(body.get("role") or item["role"])
    if role not in ROLES:
        raise DriveError(400, "The specified permission is invalid.", "invalid")
    owns = world.role(file, request.user) == "owner"
    if body.get("pendingOwner"):
        if not owns:
            raise DriveError(403, "Only the owner of a file may propose another.", "insufficientFilePermissions")
        item["pendingOwner"] = True
    if role == "owner" and item["role"] != "owner":
        if not _says(request, "transferOwnership"):
            raise DriveError(
                403, "The transferOwnership parameter must be enabled when the permission role is 'owner'.", "forbidden"
            )
        if not owns and not (item.get("pendingOwner") and item.get("emailAddress") == request.user):
            raise DriveError(
                403, "The user does not have sufficient permissions for this file.", "insufficientFilePermissions"
            )
        _give_away(world, file, str(item.get("emailAddress")))
        item.pop("pendingOwner", None)
    item["role"] = role
    world.log(file.id)
    found: Json = apply_mask(
        permission_json(names["permission"], item), drive_mask(request.flat().get("fields") or _PERMISSION, _FIELDS)
    )
    return found


def permissions_delete(world: World, request: Request, names: dict[str, str]) -> Answer:
    file = world.file_for(names["id"], request.user)
    item = _permission(file, names["permission"])
    if item.get("emailAddress") != request.user:
        world.file_for(names["id"], request.user, "writer")
    if item["role"] == "owner":
        raise DriveError(403, "The owner of a file cannot be removed.", "cannotRemoveOwner")
    del file.permissions[names["permission"]]
    world.log(file.id, audience=frozenset({str(item.get("emailAddress"))}))
    return Answer(None, 204)


def _permission(file: File, key: str) -> Json:
    if key not in file.permissions:
        raise DriveError(404, f"Permission not found: {key}.", "notFound", place="permissionId")
    return file.permissions[key]
