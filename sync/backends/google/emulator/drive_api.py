"""Drive v3: files, permissions, changes."""

from __future__ import annotations

import re
from typing import Any

from sync.backends.google.emulator.cells import Json
from sync.backends.google.emulator.errors import ApiError, DriveError, no_file
from sync.backends.google.emulator.files import FOLDER, SPREADSHEET, File, person, root_id
from sync.backends.google.emulator.masks import Mask, apply_mask, parse_mask
from sync.backends.google.emulator.query import parse_query
from sync.backends.google.emulator.web import Answer, Request
from sync.backends.google.emulator.world import Change, World

_PLAIN = "kind,id,name,mimeType"
ROOM = 1000  # files on a page at most


def _file(world: World, file: File, user: str, fields: str) -> Json:
    found: Json = apply_mask(world.told(file, user), drive_mask(fields, _FILE_FIELDS))
    return found


def drive_mask(text: str, names: frozenset[str], **below: frozenset[str]) -> Mask | None:
    """The `fields` of a call of Drive: these names, and under some of them those. 400 for any other."""
    try:
        mask = parse_mask(text)
    except ApiError:
        raise _no_field(text) from None
    for name, inner in (mask or {}).items():
        if name not in names and name != "*":
            raise _no_field(name)
        for part in inner if name in below else ():
            if part not in below[name] and part != "*":
                raise _no_field(part)
    return mask


def _no_field(text: str) -> DriveError:
    return DriveError(400, f"Invalid field selection {text}", "invalidParameter", place="fields")


_LIST_FIELDS = frozenset(["kind", "nextPageToken", "incompleteSearch", "files"])
_CHANGES_FIELDS = frozenset(["kind", "nextPageToken", "newStartPageToken", "changes"])
_CHANGE_FIELDS = frozenset(
    ["kind", "type", "changeType", "time", "removed", "fileId", "file", "driveId", "drive", "teamDriveId", "teamDrive"]
)


_FILE_FIELDS = frozenset(
    [
        "*",
        "appProperties",
        "capabilities",
        "contentHints",
        "contentRestrictions",
        "copyRequiresWriterPermission",
        "createdTime",
        "description",
        "driveId",
        "explicitlyTrashed",
        "exportLinks",
        "fileExtension",
        "folderColorRgb",
        "fullFileExtension",
        "hasAugmentedPermissions",
        "hasThumbnail",
        "headRevisionId",
        "iconLink",
        "id",
        "imageMediaMetadata",
        "inheritedPermissionsDisabled",
        "isAppAuthorized",
        "kind",
        "labelInfo",
        "lastModifyingUser",
        "linkShareMetadata",
        "md5Checksum",
        "mimeType",
        "modifiedByMe",
        "modifiedByMeTime",
        "modifiedTime",
        "name",
        "originalFilename",
        "ownedByMe",
        "owners",
        "parents",
        "permissionIds",
        "permissions",
        "properties",
        "quotaBytesUsed",
        "resourceKey",
        "sha1Checksum",
        "sha256Checksum",
        "shared",
        "sharedWithMeTime",
        "sharingUser",
        "shortcutDetails",
        "size",
        "spaces",
        "starred",
        "teamDriveId",
        "thumbnailLink",
        "thumbnailVersion",
        "trashed",
        "trashedTime",
        "trashingUser",
        "version",
        "videoMediaMetadata",
        "viewedByMe",
        "viewedByMeTime",
        "viewersCanCopyContent",
        "webContentLink",
        "webViewLink",
        "writersCanShare",
    ]
)


def about(world: World, request: Request, names: dict[str, str]) -> Json:
    """Who is signed in. Google wants to be told which fields."""
    fields = request.flat().get("fields", "")
    if not fields:
        raise DriveError(400, "The 'fields' parameter is required for this method.", "required", place="fields")
    found: Json = apply_mask({"kind": "drive#about", "user": person(request.user, request.user)}, parse_mask(fields))
    return found


# files ------------------------------------------------------------------------------------------------------------


def files_list(world: World, request: Request, names: dict[str, str]) -> Json:
    """What this user may see, newest first unless ordered otherwise; pages by token."""
    given = request.flat()
    fits = parse_query(given.get("q", ""), request.user, world.seen, world.in_bin)
    shown = [file for file in world.files.values() if _everywhere(given) or not file.shared_drive]
    files = [file for file in shown if world.role(file, request.user) and fits(file)]
    _order(files, given.get("orderBy", ""), world.seen)
    start = _page(given.get("pageToken", ""))
    size = _size(given)
    asked = given.get("fields") or f"kind,nextPageToken,incompleteSearch,files({_PLAIN})"
    mask = drive_mask(asked, _LIST_FIELDS, files=_FILE_FIELDS)
    inner = None if not mask else mask.get("files")
    found: Json = {
        "kind": "drive#fileList",
        "incompleteSearch": False,
        "files": [apply_mask(world.told(file, request.user), inner) for file in files[start : start + size]],
    }
    if start + size < len(files):
        found["nextPageToken"] = f"~page~{start + size}"
    return {name: value for name, value in found.items() if not mask or name in mask}


def _everywhere(given: dict[str, str]) -> bool:
    """Whether files of shared drives are meant too: a program has to say that it knows of them."""
    return supports_drives(given) and given.get("includeItemsFromAllDrives", "").lower() == "true"


def supports_drives(given: dict[str, str]) -> bool:
    return any(given.get(name, "").lower() == "true" for name in ("supportsAllDrives", "supportsTeamDrives"))


def _size(given: dict[str, str]) -> int:
    text = given.get("pageSize") or "100"
    if not text.isdigit() or not 1 <= int(text) <= ROOM:
        message = f"Invalid value '{text}'. Values must be within the range: [1, {ROOM}]"
        raise DriveError(400, message, "invalidParameter", place="pageSize")
    return int(text)


def _page(token: str) -> int:
    if not token:
        return 0
    number = token.removeprefix("~page~")
    if not number.isdigit():
        raise DriveError(400, "Invalid Value", "invalid", place="pageToken")
    return int(number)


def _order(files: list[File], text: str, seen: float) -> None:
    keys: dict[str, Any] = {
        "modifiedTime": lambda file: file.modified(seen),
        "recency": lambda file: file.modified(seen),
        "createdTime": lambda file: file.created,
        "folder": lambda file: file.mime != FOLDER,
        "name": lambda file: file.name,
        "name_natural": lambda file: _natural(file.name),
    }
    for part in reversed((text or "modifiedTime desc").split(",")):
        name, _, direction = part.strip().partition(" ")
        if name not in keys:
            raise DriveError(400, "Invalid Value", "invalid", place="orderBy")
        files.sort(key=keys[name], reverse=direction.strip() == "desc")


def _natural(name: str) -> list[tuple[int, int | str]]:
    """1, 2, 12 rather than 1, 12, 2."""
    return [(0, int(part)) if part.isdecimal() else (1, part) for part in re.split(r"([0-9]+)", name)]


def files_get(world: World, request: Request, names: dict[str, str]) -> Json:
    if names["id"] in ("root", root_id(request.user)):
        root = {"kind": "drive#file", "id": root_id(request.user), "name": "My Drive", "mimeType": FOLDER}
        found: Json = apply_mask(root, drive_mask(request.flat().get("fields") or _PLAIN, _FILE_FIELDS))
        return found
    file = world.file_for(names["id"], request.user)
    if request.flat().get("alt") == "media":
        message = "Only files with binary content can be downloaded. Use Export with Docs Editors files."
        raise DriveError(403, message, "fileNotDownloadable", place="alt")
    return _file(world, file, request.user, request.flat().get("fields") or _PLAIN)


def files_create(world: World, request: Request, names: dict[str, str]) -> Json:
    body = request.json()
    parents = _parents(world, request, body.get("parents") or [])
    mime = str(body.get("mimeType") or "application/octet-stream")
    file = world.create_file(str(body.get("name") or "Untitled"), mime, request.user, parents)
    file.app_properties |= body.get("appProperties") or {}
    return _file(world, file, request.user, request.flat().get("fields") or _PLAIN)


def _parents(world: World, request: Request, given: list[str]) -> list[str]:
    """The folder for a file, one at most: "every file must have exactly one parent folder location" since 2020."""
    if len(given) > 1:
        raise _two_parents()
    parents = [parent for parent in given if parent not in ("root", root_id(request.user))]
    for parent in parents:
        folder = world.file_for(parent, request.user, "writer")
        if folder.shared_drive and not supports_drives(request.flat()):
            raise no_file(parent)
    return parents


def _two_parents() -> DriveError:
    return DriveError(403, "Increasing the number of parents is not allowed", "cannotAddParent")


def files_copy(world: World, request: Request, names: dict[str, str]) -> Json:
    source = world.file_for(names["id"], request.user)
    body = request.json()
    parents = _parents(world, request, body["parents"]) if body.get("parents") else source.parents
    file = world.create_file(str(body.get("name") or f"Copy of {source.name}"), source.mime, request.user, parents)
    if source.mime == SPREADSHEET:
        twin = world.books[source.id].copy()
        made = world.books[file.id]
        twin.id, twin.owner, twin.day = made.id, made.owner, made.day
        twin.properties["title"] = file.name
        twin.touch()
        world.books[file.id] = twin
    return _file(world, file, request.user, request.flat().get("fields") or _PLAIN)


def files_update(world: World, request: Request, names: dict[str, str]) -> Json:
    """Name, description, trashed, parents (addParents, removeParents), appProperties."""
    given, body = request.flat(), request.json()
    least = "owner" if "trashed" in body else "writer"
    file = world.file_for(names["id"], request.user, least)
    parents = _moved(world, request, file, given)
    file.description = str(body.get("description", file.description) or "")
    if "name" in body:
        file.name, file.renamed = str(body["name"]), world.clock.now()
        if file.id in world.books:
            world.books[file.id].properties = {**world.books[file.id].properties, "title": file.name}
    if "trashed" in body:
        file.trashed = bool(body["trashed"])
    for name, value in (body.get("appProperties") or {}).items():
        if value is None:
            file.app_properties.pop(name, None)
        else:
            file.app_properties[name] = str(value)
    file.parents = parents
    world.log(file.id)
    return _file(world, file, request.user, given.get("fields") or _PLAIN)


def _moved(world: World, request: Request, file: File, given: dict[str, str]) -> list[str]:
    """Where a file is after `addParents` and `removeParents`: a folder can be added only to a file that has none left."""
    root = root_id(request.user)

    def named(name: str) -> list[str]:
        return [root if parent == "root" else parent for parent in (given.get(name) or "").split(",") if parent]

    held = file.parents or ([root] if file.owner == request.user else [])
    left = [parent for parent in held if parent not in named("removeParents")]
    more = [parent for parent in named("addParents") if parent not in left]
    if more and len(left) + len(more) > 1:
        raise _two_parents()
    return [parent for parent in left if parent != root] + _parents(world, request, more)


def files_delete(world: World, request: Request, names: dict[str, str]) -> Answer:
    """For ever, by the owner alone; 204 without a body. "If the target is a folder, all descendants owned by the user
    are also deleted"; those of others stay, in no folder."""
    todo = [world.file_for(names["id"], request.user, "owner")]
    while todo:
        file = todo.pop()
        _forget(world, file)
        for child in [item for item in world.files.values() if file.id in item.parents]:
            if child.owner == request.user:
                todo.append(child)
            else:
                child.parents = [parent for parent in child.parents if parent != file.id]
    return Answer(None, 204)


def _forget(world: World, file: File) -> None:
    audience = frozenset(str(item.get("emailAddress")) for item in file.permissions.values())
    del world.files[file.id]
    world.folders.pop(file.id, None)
    world.books.pop(file.id, None)
    world.log(file.id, audience=audience, deleted=True)


# changes ----------------------------------------------------------------------------------------------------------


def changes_start(world: World, request: Request, names: dict[str, str]) -> Json:
    return {"kind": "drive#startPageToken", "startPageToken": str(_noticed(world) + 1)}


def _noticed(world: World) -> int:
    """Up to which change everything has been noticed; a late one holds back those behind it."""
    number = 0
    for change in world.changes:
        if change.content and change.at > world.seen:
            break
        number = change.number
    return number


def changes_list(world: World, request: Request, names: dict[str, str]) -> Json:
    """Changes since a page token, each file once, as this user sees them."""
    given = request.flat()
    text = given.get("pageToken", "")
    if not text:
        raise DriveError(400, "Required parameter: pageToken", "required", place="pageToken")
    if not text.isdigit():
        raise DriveError(400, "Invalid Value", "invalid", place="pageToken")
    size = _size(given)
    asked = given.get("fields") or (
        f"kind,nextPageToken,newStartPageToken,changes(kind,changeType,time,removed,fileId,file({_PLAIN}))"
    )
    mask = drive_mask(asked, _CHANGES_FIELDS, changes=_CHANGE_FIELDS)
    last = _noticed(world)
    latest: dict[str, Change] = {}
    for change in world.changes[int(text) - 1 : last]:
        latest[change.file] = change
    seen = [item for change in latest.values() if (item := _change(world, change, request.user)) is not None]
    if given.get("includeRemoved", "").lower() == "false":
        seen = [item for item in seen if not item[1]["removed"]]
    if not _everywhere(given):
        seen = [item for item in seen if not (file := world.files.get(item[0].file)) or not file.shared_drive]
    page, rest = seen[:size], seen[size:]
    found: Json = {"kind": "drive#changeList", "changes": [item for _, item in page]}
    if rest:
        found["nextPageToken"] = str(rest[0][0].number)
    else:
        found["newStartPageToken"] = str(last + 1)
    masked: Json = apply_mask(found, mask)
    return masked


def _change(world: World, change: Change, user: str) -> tuple[Change, Json] | None:
    from sync.backends.google.emulator.clock import stamp

    file = world.files.get(change.file)
    role = world.role(file, user) if file else ""
    if not role and user not in change.audience:
        return None
    found: Json = {
        "kind": "drive#change", "changeType": "file", "time": stamp(change.at), "fileId": change.file,
        "removed": not role,
    }  # fmt: skip
    if file is not None and role:
        found["file"] = world.told(file, user)
    return change, found
