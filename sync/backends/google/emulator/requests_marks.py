"""Requests about what lies over the cells: names, protection, developer metadata."""

from __future__ import annotations

from typing import Any

from sync.backends.google.emulator.a1 import Rect, grid_range, looks_like_cell
from sync.backends.google.emulator.batch import Batch, lines_within, needed_mask, request
from sync.backends.google.emulator.cells import Json
from sync.backends.google.emulator.errors import bad
from sync.backends.google.emulator.lookup import found_metadata
from sync.backends.google.emulator.masks import wants
from sync.backends.google.emulator.resources_over import metadata_json, protected_json
from sync.backends.google.emulator.sheet import Sheet

NAME_LIMIT = 250  # characters of a named range
METADATA_LIMIT = 30_000  # characters of keys and values on one sheet


def _range(batch: Batch, given: Json | None) -> tuple[Sheet, Rect]:
    sheet, rect = batch.sheet_and_rect(given or {})
    return sheet, rect


# names ------------------------------------------------------------------------------------------------------------


@request("addNamedRange")
def _add_name(batch: Batch, body: Json) -> Json:
    given = body.get("namedRange") or {}
    name = str(given.get("name") or "")
    _check_name(batch, name)
    sheet, rect = _range(batch, given.get("range"))
    key = str(given.get("namedRangeId") or batch.fresh_id(lambda n: str(n) in batch.book.named))
    batch.book.named[key] = {"name": name, "sheet": sheet.id, "rect": rect}
    reply = {"namedRangeId": key, "name": name, "range": grid_range(sheet.id, rect)}
    return {"addNamedRange": {"namedRange": reply}}


def _check_name(batch: Batch, name: str, own: str = "") -> None:
    """Letters, numbers, underscores; no number first, nothing that reads as a cell, a range or a truth value."""
    plain = name.replace("_", "a").replace(".", "a").isalnum() and (name[:1].isalpha() or name[:1] == "_")
    if not plain or len(name) > NAME_LIMIT or looks_like_cell(name):
        raise bad(f'"{name}" is not a valid name for a range.')
    for key, item in batch.book.named.items():
        if key != own and item["name"].casefold() == name.casefold():
            raise bad(f"A named range with the name {name} already exists.")


@request("updateNamedRange")
def _update_name(batch: Batch, body: Json) -> Json:
    mask, given = needed_mask(body, "NamedRange"), body.get("namedRange") or {}
    key = str(given.get("namedRangeId"))
    item = dict(_existing(batch.book.named, key, "named range"))
    if wants(mask, "name") and given.get("name"):
        _check_name(batch, str(given["name"]), key)
        item["name"] = str(given["name"])
    if wants(mask, "range"):
        sheet, item["rect"] = _range(batch, given.get("range"))
        item["sheet"] = sheet.id
    batch.book.named[key] = item
    return {}


@request("deleteNamedRange")
def _delete_name(batch: Batch, body: Json) -> Json:
    key = str(body.get("namedRangeId"))
    _existing(batch.book.named, key, "named range")
    del batch.book.named[key]
    return {}


def _existing(items: dict[Any, Json], key: Any, what: str) -> Json:
    if key not in items:
        raise bad(f"No {what} with id: {key}")
    return items[key]


# protection -------------------------------------------------------------------------------------------------------


@request("addProtectedRange")
def _protect(batch: Batch, body: Json) -> Json:
    given = body.get("protectedRange") or {}
    sheet, rect = _named_or_range(batch, given)
    key = int(given.get("protectedRangeId") or batch.fresh_id(batch.book.protected.__contains__))
    if key in batch.book.protected:
        raise bad(f"A protected range with id {key} already exists.")
    batch.book.protected[key] = {
        "sheet": sheet.id,
        "rect": rect,
        **_editors(batch, given),
        "description": str(given.get("description") or ""),
        "warningOnly": bool(given.get("warningOnly")),
        "unprotected": _free(batch, sheet, given),
        "named": str(given.get("namedRangeId") or ""),
    }
    reply = protected_json(batch.book, key, batch.book.protected[key], batch.user)
    return {"addProtectedRange": {"protectedRange": {**reply, "editors": {}}}}


def _editors(batch: Batch, given: Json) -> Json:
    """Who may edit: people have an effect here, groups and the domain are remembered."""
    editors = given.get("editors") or {}
    users = frozenset({*map(str, editors.get("users") or []), batch.user})
    return {
        "editors": users,
        "groups": list(editors.get("groups") or []),
        "domain": bool(editors.get("domainUsersCanEdit")),
    }


def _free(batch: Batch, sheet: Sheet, given: Json) -> tuple[Rect, ...]:
    """ "Unprotected ranges are only supported on protected sheets" (ProtectedRange), and lie on that sheet."""
    found = [_range(batch, item) for item in given.get("unprotectedRanges") or ()]
    if any(other is not sheet for other, _ in found):
        raise bad("unprotectedRanges must lie on the protected sheet")
    return tuple(rect for _, rect in found)


def _named_or_range(batch: Batch, given: Json) -> tuple[Sheet, Rect]:
    if given.get("namedRangeId"):
        item = _existing(batch.book.named, str(given["namedRangeId"]), "named range")
        return batch.book.sheet(item["sheet"]), item["rect"]
    if given.get("range") is None:
        raise bad("Either range or namedRangeId must be set")
    return _range(batch, given["range"])


@request("updateProtectedRange")
def _update_protection(batch: Batch, body: Json) -> Json:
    mask, given = needed_mask(body, "ProtectedRange"), body.get("protectedRange") or {}
    key = int(given.get("protectedRangeId", 0))
    item = dict(_may_change(batch, key))
    if wants(mask, "editors"):
        item |= _editors(batch, given)
    if wants(mask, "range") or (wants(mask, "namedRangeId") and given.get("namedRangeId")):
        sheet, item["rect"] = _named_or_range(batch, given)
        item |= {"sheet": sheet.id, "named": str(given.get("namedRangeId") or "")}
    if wants(mask, "unprotectedRanges"):
        item["unprotected"] = _free(batch, batch.book.sheet(item["sheet"]), given)
    for name in ("description", "warningOnly"):
        if wants(mask, name):
            item[name] = given.get(name) or ("" if name == "description" else False)
    batch.book.protected[key] = item
    return {}


def _may_change(batch: Batch, key: int) -> Json:
    item = _existing(batch.book.protected, key, "protected range")
    if batch.user != batch.book.owner and batch.user not in item["editors"]:
        raise bad("You do not have permission to edit this protected range.")
    return item


@request("deleteProtectedRange")
def _unprotect(batch: Batch, body: Json) -> Json:
    key = int(body.get("protectedRangeId", 0))
    _may_change(batch, key)
    del batch.book.protected[key]
    return {}


# developer metadata -----------------------------------------------------------------------------------------------


@request("createDeveloperMetadata")
def _create_metadata(batch: Batch, body: Json) -> Json:
    given = body.get("developerMetadata") or {}
    if not given.get("metadataKey"):
        raise bad("developerMetadata.metadataKey is required")
    key = int(given.get("metadataId") or batch.fresh_id(batch.book.metadata.__contains__))
    if key < 0:
        raise bad("DeveloperMetadata.metadataId must be positive")
    if key in batch.book.metadata:
        raise bad(f"Developer metadata with id {key} already exists.")
    item: Json = {
        "key": str(given["metadataKey"]),
        "value": str(given.get("metadataValue") or ""),
        "visibility": str(given.get("visibility") or ""),
    }
    if item["visibility"] not in ("DOCUMENT", "PROJECT"):
        raise bad("developerMetadata.visibility is required")
    if item["visibility"] == "PROJECT":
        item["project"] = batch.book.project
    item |= _place(batch, given.get("location") or {})
    batch.book.metadata[key] = item
    _check_quota(batch, item.get("sheet"))
    return {"createDeveloperMetadata": {"developerMetadata": metadata_json(key, item)}}


def _place(batch: Batch, location: Json) -> Json:
    if location.get("spreadsheet"):
        return {}
    if "dimensionRange" in location:
        sheet, start, end, rows = lines_within(batch, location)
        if end != start + 1:
            raise bad("Developer metadata lies on a single row or column")
        return {"sheet": sheet.id, "dimension": "ROWS" if rows else "COLUMNS", "start": start, "end": end}
    if "sheetId" in location:
        return {"sheet": batch.book.sheet(int(location["sheetId"])).id}
    raise bad("developerMetadata.location is required")


def _check_quota(batch: Batch, sheet: int | None) -> None:
    used = sum(
        len(item["key"]) + len(item["value"]) for item in batch.book.metadata.values() if item.get("sheet") == sheet
    )
    if used > METADATA_LIMIT:
        raise bad("This action would exceed the limit of developer metadata on this sheet.")


@request("updateDeveloperMetadata")
def _update_metadata(batch: Batch, body: Json) -> Json:
    mask, given = needed_mask(body, "DeveloperMetadata"), body.get("developerMetadata") or {}
    changed = []
    for key in found_metadata(batch.book, body.get("dataFilters") or []):
        item = dict(batch.book.metadata[key])
        for name, field in (("key", "metadataKey"), ("value", "metadataValue"), ("visibility", "visibility")):
            if wants(mask, field):
                item[name] = str(given.get(field) or "")
        if not item["key"] or not item["visibility"]:
            raise bad("developerMetadata keeps its metadataKey and its visibility")
        if wants(mask, "location") and given.get("location"):
            kept = ("key", "value", "visibility", "project")
            item = {name: item[name] for name in kept if name in item} | _place(batch, given["location"])
        if item["visibility"] == "PROJECT":
            item["project"] = batch.book.project
        batch.book.metadata[key] = item
        _check_quota(batch, item.get("sheet"))
        changed.append(metadata_json(key, item))
    return {"updateDeveloperMetadata": {"developerMetadata": changed} if changed else {}}


@request("deleteDeveloperMetadata")
def _delete_metadata(batch: Batch, body: Json) -> Json:
    gone = []
    for key in found_metadata(batch.book, [body.get("dataFilter") or {}]):
        gone.append(metadata_json(key, batch.book.metadata.pop(key)))
    return {"deleteDeveloperMetadata": {"deletedDeveloperMetadata": gone} if gone else {}}
