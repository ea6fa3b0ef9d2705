"""A demonstration's spreadsheets: a person makes blank ones in the emulator, ours builds the books, the person fills them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.settings import Settings, write_settings
from app.spreadsheets.adopt import build_books
from app.wiring import Office, office_of
from app.workspace import Bar, Rows, book_owners
from sheets_templates.builder import build_book, owner_name
from sheets_templates.gsheet_cells import Canvas
from sheets_templates.gsheet_entry import row_requests
from sheets_templates.wording import SHARED
from sync.backends.google.backend import CONSOLIDATED, SPREADSHEET
from sync.backends.google.credentials import load_account
from sync.backends.google.emulator.files import FOLDER
from sync.backends.google.emulator.home import enter, leave
from sync.backends.google.transport import Transport
from sync.clock import Clock
from sync.errors import SyncError

Json = dict[str, Any]
PLACES = "sheets(properties(sheetId,title,gridProperties(rowCount)))"


def fill_spreadsheets(
    settings: Settings, values: Mapping[str, Any], rows: Rows, units: list[str], day: date, *, bar: Bar
) -> Settings:
    """Folder, blank spreadsheets, books and their rows. Returns the settings with the folder in them."""
    from app.settings import load_settings

    home = enter(settings.path("emulator"))
    person = load_account(home.key("person.json"))
    clock = Clock()
    transport = Transport([person], clock=clock.now, sleep=clock.sleep, endpoint=home.url)
    try:
        folder = str(transport.create_file({"name": "填报（演示）", "mimeType": FOLDER}, person)["id"])
        transport.share(folder, load_account(home.key()).name, "writer", person)
        write_settings(settings.workspace, {**values, "scheme": settings.scheme, "google_folder": folder})
        changed = load_settings(settings.workspace)
        with office_of(changed, as_of=day) as office:
            owners = book_owners(office.scheme, units)
            _make_blank(office, transport, folder, owners)
            standings = {item.code: item for item in build_books(office, units=units, bar=bar)}
            if bad := [item for item in standings.values() if not item.good]:
                raise SyncError(f"演示的表格没有建好：{bad[0].name}：{bad[0].told}")
            with bar(len(owners), "填表") as advance:
                for code, role in owners:
                    _fill(office, transport, standings[code].key, code, role, rows.get(code, {}), day)
                    advance(standings[code].name)
        return changed
    finally:
        transport.close()
        leave(home)


def _make_blank(office: Office, transport: Transport, folder: str, owners: list[tuple[str, str]]) -> None:
    for code, _ in owners:
        body = {"name": owner_name(office.scheme, code), "mimeType": SPREADSHEET, "parents": [folder]}
        transport.create_file(body, transport.accounts[0])
    body = {"name": CONSOLIDATED, "mimeType": SPREADSHEET, "parents": [folder]}
    transport.create_file(body, transport.accounts[0])


def _fill(
    office: Office, transport: Transport, key: str, code: str, role: str, rows: Mapping[str, Any], day: date
) -> None:
    """Type all rows of a book in one go, with more rows added where the book has too few."""
    plan = build_book(office.scheme, code, role, rows=rows, built=day, wording=SHARED)
    places = {
        str(sheet["properties"]["title"]): sheet["properties"]
        for sheet in transport.get_book(key, plan.title, PLACES)["sheets"]
    }
    requests: list[Json] = []
    for tab in plan.tabs:
        if not tab.rows:
            continue
        place = places[tab.title]
        sheet, height = int(place["sheetId"]), int(place["gridProperties"]["rowCount"])
        missing = tab.first_row + len(tab.rows) - height
        if missing > 0:
            lines = {"sheetId": sheet, "dimension": "ROWS", "startIndex": height - 1, "endIndex": height - 1 + missing}
            requests.append({"insertDimension": {"range": lines, "inheritFromBefore": True}})
        canvas = Canvas(sheet, height + max(missing, 0))
        row_requests(canvas, tab)
        requests += canvas.requests
    if requests:
        transport.update_book(key, plan.title, requests, repeatable=True, fields="spreadsheetId")
