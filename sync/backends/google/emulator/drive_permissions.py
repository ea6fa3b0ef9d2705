"""Drive v3: who may do what with a file, with real effect."""

from __future__ import annotations

import re

from sync.backends.google.emulator.cells import Json
from sync.backends.google.emulator.drive_api import drive_mask
from sync.backends.google.emulator.errors import DriveError
from sync.backends.google.emulator.files import ROLES, File, permission_id, permission_json
from sync.backends.google.emulator.masks import apply_mask
from sync.backends.google.emulator.web import Answer, Request
from sync.backends.google.emulator.world import SERVICE, World

_PERMISSION = "kind,id,type,role"
_FIELDS = frozenset(
    ["id", "displayName", "type", "kind", "permissionDetails", "photoLink", "emailAddress", "role", "allowFileDiscovery",
     "domain", "expirationTime", "teamDrivePermissionDetails", "deleted", "view", "pendingOwner",
     "inheritedPermissionsDisabled"]
)  # fmt: skip
_CONSUMERS = ("@gmail.com", "@googlemail.com")
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
    if role == "owner":
        _may_give_away(world, file, request, str(body.get("emailAddress")))
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


def _may_give_away(world: World, file: File, request: Request, new: str) -> None:
    """People without an organisation ask the other first (pendingOwner)."""
    if not _says(request, "transferOwnership"):
        message = "The transferOwnership parameter must be enabled when the permission role is 'owner'."
        raise DriveError(403, message, "forbidden", place="transferOwnership")
    if world.role(file, request.user) != "owner":
        message = "The user does not have sufficient permissions for this file."
        raise DriveError(403, message, "insufficientFilePermissions")
    _within_organisation(file, new)
    if file.owner.endswith(_CONSUMERS):
        message = "Consent is required to transfer ownership of a file to another user."
        raise DriveError(403, message, "consentRequiredForOwnershipTransfer")


def _within_organisation(file: File, new: str) -> None:
    """Ownership goes to somebody of the same organisation alone. A service account belongs to none and has no room, so
    that it cannot be given a file."""
    if new.endswith(SERVICE) or file.owner.rpartition("@")[2].lower() != new.rpartition("@")[2].lower():
        message = "The owner of a file cannot be changed to somebody outside of the owner's organization."
        raise DriveError(403, message, "ownershipChangeAcrossDomainNotPermitted")


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
    new = str(item.get("emailAddress"))
    if body.get("pendingOwner"):
        if world.role(file, request.user) != "owner":
            raise DriveError(403, "Only the owner of a file may propose another.", "insufficientFilePermissions")
        _within_organisation(file, new)
        item["pendingOwner"] = True
    if role == "owner" and item["role"] != "owner":
        accepts = item.get("pendingOwner") and new == request.user
        if not (accepts and _says(request, "transferOwnership")):
            _may_give_away(world, file, request, new)
        _give_away(world, file, new)
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
