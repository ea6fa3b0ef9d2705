"""Which path is which method, and what it costs: read or write of Sheets, Drive, token."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import unquote

from sync.backends.google.emulator import drive_api as drive
from sync.backends.google.emulator import drive_permissions as permissions
from sync.backends.google.emulator import exchange
from sync.backends.google.emulator import sheets_api as sheets
from sync.backends.google.emulator.creation import create
from sync.backends.google.emulator.web import Request
from sync.backends.google.emulator.world import World

Handler = Callable[[World, Request, dict[str, str]], Any]


class Route(NamedTuple):
    method: str
    pattern: re.Pattern[str]
    kind: str  # read, write, drive
    name: str
    handler: Handler
    body: str = ""  # type of the request's body, of Sheets alone
    answer: str = ""  # type of the answer
    query: tuple[str, ...] = ()  # parameters besides those every call takes


_S = "/v4/spreadsheets"
_ID = "/(?P<id>[^/:]+)"
_VALUES = _S + _ID + "/values"
_RANGE = "/(?P<range>[^/]+)"  # a colon need not be encoded
_F = "/drive/v3/files"
_PERMISSIONS = _F + _ID + "/permissions"


def _route(
    method: str, path: str, kind: str, name: str, handler: Handler, body: str = "", answer: str = "", query: str = ""
) -> Route:
    return Route(method, re.compile(path + "$"), kind, name, handler, body, answer, tuple(query.split()))


_SHOW = "valueRenderOption dateTimeRenderOption majorDimension"
_WRITE = "valueInputOption includeValuesInResponse responseValueRenderOption responseDateTimeRenderOption"
_GET = "ranges includeGridData excludeTablesInBandedRanges commentsViewMode"


ROUTES: tuple[Route, ...] = (
    _route("POST", _S, "write", "spreadsheets.create", create, "Spreadsheet", "Spreadsheet"),
    _route("GET", _S + _ID, "read", "spreadsheets.get", sheets.get, "", "Spreadsheet", _GET),
    _route("POST", _S + _ID + ":batchUpdate", "write", "spreadsheets.batchUpdate", sheets.update, "BatchUpdateSpreadsheetRequest", "BatchUpdateSpreadsheetResponse"),
    _route("POST", _S + _ID + ":getByDataFilter", "read", "spreadsheets.getByDataFilter", sheets.get_by_filter, "GetSpreadsheetByDataFilterRequest", "Spreadsheet"),
    _route("POST", _S + _ID + r"/sheets/(?P<sheet>\d+):copyTo", "write", "sheets.copyTo", sheets.copy_to, "CopySheetToAnotherSpreadsheetRequest", "SheetProperties"),
    _route("GET", _VALUES + ":batchGet", "read", "values.batchGet", sheets.values_batch_get, "", "BatchGetValuesResponse", _SHOW + " ranges"),
    _route("POST", _VALUES + ":batchGetByDataFilter", "read", "values.batchGetByDataFilter", sheets.values_batch_get_by_filter, "BatchGetValuesByDataFilterRequest", "BatchGetValuesByDataFilterResponse"),
    _route("POST", _VALUES + ":batchUpdate", "write", "values.batchUpdate", sheets.values_batch_update, "BatchUpdateValuesRequest", "BatchUpdateValuesResponse"),
    _route("POST", _VALUES + ":batchUpdateByDataFilter", "write", "values.batchUpdateByDataFilter", sheets.values_batch_update_by_filter, "BatchUpdateValuesByDataFilterRequest", "BatchUpdateValuesByDataFilterResponse"),
    _route("POST", _VALUES + ":batchClear", "write", "values.batchClear", sheets.values_batch_clear, "BatchClearValuesRequest", "BatchClearValuesResponse"),
    _route("POST", _VALUES + ":batchClearByDataFilter", "write", "values.batchClearByDataFilter", sheets.values_batch_clear_by_filter, "BatchClearValuesByDataFilterRequest", "BatchClearValuesByDataFilterResponse"),
    _route("GET", _VALUES + _RANGE, "read", "values.get", sheets.values_get, "", "ValueRange", _SHOW),
    _route("PUT", _VALUES + _RANGE, "write", "values.update", sheets.values_update, "ValueRange", "UpdateValuesResponse", _WRITE),
    _route("POST", _VALUES + _RANGE + ":append", "write", "values.append", sheets.values_append, "ValueRange", "AppendValuesResponse", _WRITE + " insertDataOption"),
    _route("POST", _VALUES + _RANGE + ":clear", "write", "values.clear", sheets.values_clear, "ClearValuesRequest", "ClearValuesResponse"),
    _route("POST", _S + _ID + "/developerMetadata:search", "read", "developerMetadata.search", sheets.metadata_search, "SearchDeveloperMetadataRequest", "SearchDeveloperMetadataResponse"),
    _route("GET", _S + _ID + "/developerMetadata/(?P<metadata>[^/:]+)", "read", "developerMetadata.get", sheets.metadata_get, "", "DeveloperMetadata"),
    _route("GET", "/drive/v3/about", "drive", "about.get", drive.about),
    _route("GET", _F, "drive", "files.list", drive.files_list),
    _route("POST", _F, "drive", "files.create", drive.files_create),
    _route("GET", _F + _ID, "drive", "files.get", drive.files_get),
    _route("PATCH", _F + _ID, "drive", "files.update", drive.files_update),
    _route("DELETE", _F + _ID, "drive", "files.delete", drive.files_delete),
    _route("POST", _F + _ID + "/copy", "drive", "files.copy", drive.files_copy),
    _route("GET", _F + _ID + "/export", "drive", "files.export", exchange.files_export),
    _route("PUT", "/upload/drive/v2/files/(?P<id>[^/:]+)", "drive", "files.upload", exchange.upload),
    _route("GET", _F + _ID + "/comments", "drive", "comments.list", exchange.comments_list),
    _route("POST", _F + _ID + "/comments", "drive", "comments.create", exchange.comments_create),
    _route("GET", _PERMISSIONS, "drive", "permissions.list", permissions.permissions_list),
    _route("POST", _PERMISSIONS, "drive", "permissions.create", permissions.permissions_create),
    _route("GET", _PERMISSIONS + "/(?P<permission>[^/:]+)", "drive", "permissions.get", permissions.permissions_get),
    _route("PATCH", _PERMISSIONS + "/(?P<permission>[^/:]+)", "drive", "permissions.update", permissions.permissions_update),
    _route("DELETE", _PERMISSIONS + "/(?P<permission>[^/:]+)", "drive", "permissions.delete", permissions.permissions_delete),
    _route("GET", "/drive/v3/changes/startPageToken", "drive", "changes.getStartPageToken", drive.changes_start),
    _route("GET", "/drive/v3/changes", "drive", "changes.list", drive.changes_list),
)  # fmt: skip


def find_route(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route of a path that is still encoded, with its decoded pieces."""
    for route in ROUTES:
        if route.method != method:
            continue
        match = route.pattern.match(path)
        if match:
            return route, {name: unquote(text) for name, text in match.groupdict().items()}
    return None
