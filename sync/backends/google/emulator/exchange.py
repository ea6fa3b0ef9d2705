"""Spreadsheets as files of other kinds: export, CSV import (still Drive v2), and the comments of a file."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from html import escape

import xlsxwriter

from sync.backends.google.emulator.book import Book
from sync.backends.google.emulator.cells import Err, Json
from sync.backends.google.emulator.clock import stamp
from sync.backends.google.emulator.errors import DriveError
from sync.backends.google.emulator.files import File, person
from sync.backends.google.emulator.masks import apply_mask, parse_mask
from sync.backends.google.emulator.open_document import ODS, open_document
from sync.backends.google.emulator.sheet import Sheet
from sync.backends.google.emulator.values import write_row
from sync.backends.google.emulator.web import Answer, Request
from sync.backends.google.emulator.world import World

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# export -----------------------------------------------------------------------------------------------------------


def files_export(world: World, request: Request, names: dict[str, str]) -> Answer:
    """CSV and TSV of the first sheet, workbooks of two kinds, pages of HTML in a zip. PDF is not made here."""
    world.file_for(names["id"], request.user)
    kind = request.flat().get("mimeType", "")
    book = world.books.get(names["id"])
    if book is None:
        raise DriveError(403, "Export only supports Docs Editors files.", "fileNotExportable")
    if kind in ("text/csv", "text/tab-separated-values"):
        return Answer(_separated(book, "," if kind == "text/csv" else "\t"), kind=kind)
    if kind == XLSX:
        return Answer(_workbook(book), kind=kind)
    if kind in (ODS, "application/x-vnd.oasis.opendocument.spreadsheet"):
        return Answer(open_document(book), kind=kind)
    if kind == "application/zip":
        return Answer(_pages(book), kind=kind)
    if not kind:
        raise DriveError(400, "Required parameter: mimeType", "required", place="mimeType")
    raise DriveError(400, f"The requested conversion is not supported: {kind}", "badRequest")


def _lines(book: Book, sheet: Sheet) -> Iterator[list[str]]:
    """What is shown, row by row, as wide as the widest row."""
    spilled = book.reader.spill_columns(sheet.id)
    own = max((max(row.filled, default=-1) for row in sheet.rows), default=-1) + 1
    width = sheet.column_count if spilled is None else max(own, max(spilled, default=-1) + 1)
    for row in range(book.reader.last_data_row(sheet.id)):
        yield [book.reader.shown(sheet.id, row, column) for column in range(width)]


def _separated(book: Book, sign: str) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=sign, lineterminator="\r\n").writerows(_lines(book, book.sheets[0]))
    return out.getvalue().encode()


def _workbook(book: Book) -> bytes:
    out = io.BytesIO()
    taken: list[str] = []
    with xlsxwriter.Workbook(out, {"in_memory": True, "nan_inf_to_errors": True}) as made:
        for sheet in book.sheets:
            taken.append(_page_title(sheet.title, taken))
            page = made.add_worksheet(taken[-1])
            if sheet.properties.get("hidden"):
                page.hide()
            for row, line in enumerate(_lines(book, sheet)):
                for column in range(len(line)):
                    value = book.reader.value(sheet.id, row, column)
                    if isinstance(value, bool):
                        page.write_boolean(row, column, value)
                    elif isinstance(value, float):
                        page.write_number(row, column, value)
                    elif value is not None:
                        page.write_string(row, column, (value.shown if isinstance(value, Err) else value)[:32767])
    return out.getvalue()


def _page_title(title: str, taken: list[str]) -> str:
    """A tab's title as a workbook takes it: 31 characters, some signs not among them, no two alike."""
    plain = re.sub(r"[\[\]:*?/\\]", "_", title)
    plain = re.sub(r"^'|'$", "_", plain[:31])
    plain = f"{plain}_" if plain.lower() == "history" else plain
    others, number, found = {item.lower() for item in taken}, 1, plain
    while found.lower() in others:
        number += 1
        found = f"{plain[: 31 - len(str(number)) - 1]}_{number}"
    return found


def _pages(book: Book) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for sheet in book.sheets:
            lines = ("".join(f"<td>{escape(text)}</td>" for text in line) for line in _lines(book, sheet))
            body = "".join(f"<tr>{line}</tr>" for line in lines)
            packed.writestr(f"{sheet.title.replace('/', '_')}.html", f"<meta charset=utf-8><table>{body}</table>")
    return out.getvalue()


# import -----------------------------------------------------------------------------------------------------------


def upload(world: World, request: Request, names: dict[str, str]) -> Json:
    """A CSV file in place of a spreadsheet's content: read as typed, into one sheet called like the file."""
    file = world.file_for(names["id"], request.user, "writer")
    try:
        rows = list(csv.reader(io.StringIO(request.data.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error):
        raise DriveError(400, "Bad Request", "badRequest") from None
    if file.id not in world.books or request.flat().get("uploadType") != "media":
        raise DriveError(400, "Bad Request", "badRequest")

    def change(book: Book) -> tuple[Book, None]:
        changed = book.copy()
        for sheet in changed.sheets[1:]:
            changed.forget_sheet(sheet)
        width = max(map(len, rows), default=0)
        new = Sheet(changed.sheets[0].id, file.name[:100], max(len(rows), 1000), max(width, 26))
        changed.properties["timeZone"] = "America/Los_Angeles"  # as recorded: a converted file has the zone of nobody
        changed.sheets = [new]
        for index, row in enumerate(rows):
            write_row(changed, new, index, 0, row, "USER_ENTERED")
        changed.touch()
        return changed, None

    world.edit(file.id, request.user, change)
    return _old_file(world, file, request.user)


def _old_file(world: World, file: File, user: str) -> Json:
    """A file as Drive v2 tells it: what was recorded of an import, apart from thumbnails and keys of its own."""
    link = f"https://docs.google.com/spreadsheets/d/{file.id}"
    owners = [] if file.shared_drive else [_old_user(file.owner, user)]
    return {
        "kind": "drive#file", "id": file.id, "etag": f'"{file.last_edit(world.clock.now()).version}"',
        "selfLink": f"https://www.googleapis.com/drive/v2/files/{file.id}", "alternateLink": f"{link}/edit?usp=drivesdk",
        "title": file.name, "mimeType": file.mime, "createdDate": stamp(file.created),
        "modifiedDate": stamp(world.clock.now()), "modifiedByMeDate": stamp(world.clock.now()),
        "labels": {"starred": False, "hidden": False, "trashed": world.in_bin(file), "restricted": False, "viewed": True},
        "parents": [{"kind": "drive#parentReference", "id": parent, "isRoot": False} for parent in file.parents],
        "owners": owners, "ownerNames": [item["displayName"] for item in owners],
        "lastModifyingUser": _old_user(user, user), "lastModifyingUserName": _old_user(user, user)["displayName"],
        "editable": True, "copyable": True, "writersCanShare": True, "shared": len(file.permissions) > 1,
        "explicitlyTrashed": file.trashed, "appDataContents": False, "spaces": ["drive"],
    }  # fmt: skip


def _old_user(email: str, user: str) -> Json:
    found = person(email, user)
    found["isAuthenticatedUser"] = found.pop("me")
    return found


# comments ---------------------------------------------------------------------------------------------------------


def comments_list(world: World, request: Request, names: dict[str, str]) -> Json:
    file = world.file_for(names["id"], request.user)
    found: Json = apply_mask({"kind": "drive#commentList", "comments": list(file.comments)}, _fields(request))
    return found


def comments_create(world: World, request: Request, names: dict[str, str]) -> Json:
    file, body = world.file_for(names["id"], request.user, "commenter"), request.json()
    mask = _fields(request)
    if not body.get("content"):
        raise DriveError(400, "The content field is required.", "required")
    now = stamp(world.clock.now())
    made: Json = {
        "kind": "drive#comment", "id": f"AAAA{len(file.comments) + 1:08d}", "createdTime": now, "modifiedTime": now,
        "author": person(request.user, request.user), "deleted": False, "resolved": False,
        **{name: body[name] for name in ("content", "anchor", "quotedFileContent") if body.get(name)},
    }  # fmt: skip
    file.comments.insert(0, made)
    found: Json = apply_mask(made, mask)
    return found


def _fields(request: Request) -> Json | None:
    """Comments are never given without being told which fields."""
    fields = request.flat().get("fields", "")
    if not fields:
        raise DriveError(400, "The 'fields' parameter is required for this method.", "required", place="fields")
    return parse_mask(fields)
