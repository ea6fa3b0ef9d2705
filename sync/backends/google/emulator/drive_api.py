"""Drive v3: files, permissions, changes."""

from __future__ import annotations

from typing import Any

from sync.backends.google.emulator.cells import Json
from sync.backends.google.emulator.errors import DriveError
from sync.backends.google.emulator.files import (
    SPREADSHEET,
    File,
    file_json,
    person,
)
from sync.backends.google.emulator.masks import apply_mask, parse_mask
from sync.backends.google.emulator.query import parse_query
from sync.backends.google.emulator.web import Answer, Request
from sync.backends.google.emulator.world import Change, World

_PLAIN = "kind,id,name,mimeType"
ROOM = 1000  # files on a page at most


def _file(world: World, file: File, user: str, fields: str) -> Json:
    whole = file_json(file, user, world.seen, world.role(file, user))
    mask = parse_mask(fields)
    for name in mask or ():
        if name not in _FILE_FIELDS:
            raise DriveError(400, f"Invalid field selection {name}", "invalidParameter")
    found: Json = apply_mask(whole, mask)
    return found


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
        raise DriveError(400, "The 'fields' parameter is required for this method.", "required")
    found: Json = apply_mask({"kind": "drive#about", "user": person(request.user, request.user)}, parse_mask(fields))
    return found


# files ------------------------------------------------------------------------------------------------------------


def files_list(world: World, request: Request, names: dict[str, str]) -> Json:
    """What this user may see, newest first unless ordered otherwise; pages by token."""
    given = request.flat()
    fits = parse_query(given.get("q", ""), request.user, world.seen)
    files = [file for file in world.files.values() if world.role(file, request.user) and fits(file)]
    _order(files, given.get("orderBy", ""), world.seen)
    start = _page(given.get("pageToken", ""))
    size = _size(given)
    mask = parse_mask(given.get("fields") or f"kind,nextPageToken,incompleteSearch,files({_PLAIN})")
    inner = None if not mask else mask.get("files")
    found: Json = {
        "kind": "drive#fileList",
        "incompleteSearch": False,
        "files": [
            apply_mask(file_json(file, request.user, world.seen, world.role(file, request.user)), inner)
            for file in files[start : start + size]
        ],
    }
    if start + size < len(files):
        found["nextPageToken"] = f"~page~{start + size}"
    return {name: value for name, value in found.items() if not mask or name in mask}


def _size(given: dict[str, str]) -> int:
    text = given.get("pageSize") or "100"
    if not text.isdigit() or not 1 <= int(text) <= ROOM:
        message = f"Invalid value '{text}'. Values must be within the range: [1, {ROOM}]"
        raise DriveError(400, message, "invalidParameter")
    return int(text)


def _page(token: str) -> int:
    if not token:
        return 0
    number = token.removeprefix("~page~")
    if not number.isdigit():
        raise DriveError(400, "Invalid Value", "invalid")
    return int(number)


def _order(files: list[File], text: str, seen: float) -> None:
    keys: dict[str, Any] = {
        "modifiedTime": lambda file: file.modified(seen),
        "createdTime": lambda file: file.created,
        "name": lambda file: file.name,
        "name_natural": lambda file: file.name,
    }
    for part in reversed((text or "modifiedTime desc").split(",")):
        name, _, direction = part.strip().partition(" ")
        if name not in keys:
            raise DriveError(400, f"Invalid Value: orderBy {part}", "invalid")
        files.sort(key=keys[name], reverse=direction.strip() == "desc")


def files_get(world: World, request: Request, names: dict[str, str]) -> Json:
    file = world.file_for(names["id"], request.user)
    return _file(world, file, request.user, request.flat().get("fields") or _PLAIN)


def files_create(world: World, request: Request, names: dict[str, str]) -> Json:
    body = request.json()
    parents = [parent for parent in body.get("parents") or [] if parent != "root"]
    for parent in parents:
        world.file_for(parent, request.user, "writer")
    mime = str(body.get("mimeType") or "application/octet-stream")
    file = world.create_file(str(body.get("name") or "Untitled"), mime, request.user, parents)
    file.app_properties |= body.get("appProperties") or {}
    return _file(world, file, request.user, request.flat().get("fields") or _PLAIN)


def files_copy(world: World, request: Request, names: dict[str, str]) -> Json:
    source = world.file_for(names["id"], request.user)
    body = request.json()
    parents = [parent for parent in body.get("parents") or source.parents if parent != "root"]
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
    """Name, trashed, parents (addParents, removeParents), appProperties."""
    given, body = request.flat(), request.json()
    least = "owner" if "trashed" in body else "writer"
    file = world.file_for(names["id"], request.user, least)
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
    gone = set((given.get("removeParents") or "").split(","))
    added = [parent for parent in (given.get("addParents") or "").split(",") if parent]
    file.parents = [parent for parent in file.parents if parent not in gone] + added
    world.log(file.id)
    return _file(world, file, request.user, given.get("fields") or _PLAIN)


def files_delete(world: World, request: Request, names: dict[str, str]) -> Answer:
    """For ever, by the owner alone; 204 without a body."""
    file = world.file_for(names["id"], request.user, "owner")
    audience = frozenset(str(item.get("emailAddress")) for item in file.permissions.values())
    del world.files[file.id]
    world.books.pop(file.id, None)
    world.log(file.id, audience=audience, deleted=True)
    return Answer(None, 204)


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
    if not text.isdigit():
        raise DriveError(400, "Invalid Value", "invalid")
    size = _size(given)
    last = _noticed(world)
    latest: dict[str, Change] = {}
    for change in world.changes[int(text) - 1 : last]:
        latest[change.file] = change
    seen = [item for change in latest.values() if (item := _change(world, change, request.user)) is not None]
    page, rest = seen[:size], seen[size:]
    found: Json = {"kind": "drive#changeList", "changes": [item for _, item in page]}
    if rest:
        found["nextPageToken"] = str(rest[0][0].number)
    else:
        found["newStartPageToken"] = str(last + 1)
    masked: Json = apply_mask(found, parse_mask(given.get("fields", "")))
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
        found["file"] = file_json(file, user, world.seen, role)
    return change, found
