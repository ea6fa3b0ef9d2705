"""A small office with its books in a spreadsheet service: the same commands, people at the same sheets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import gspread

from app.workspace import book_owners, create_workspace
from sheets_templates import catalog
from sheets_templates.builder import build_book, owner_name
from sheets_templates.gsheet import book_requests
from sheets_templates.wording import SHARED
from sync.backends.google.emulator import Emulator, World
from sync.backends.google.emulator.book import Book
from sync.backends.google.emulator.formula import Formula
from sync.backends.google.emulator.sheet import Sheet
from sync.store.base import StoredRecord
from tests.google.kit import OWNER, service_client
from tests.upgrade.conftest import Place

CLERK = "clerk@example.cn"
SERVICE = "tianbao@tianbao-demo.iam.gserviceaccount.com"
TAB, BOOK = "项目库", "东河镇"
Json = dict[str, Any]
Cells = dict[tuple[int, int], str]  # row and column from 1 → text


@dataclass
class Sheets(Place):
    """A workspace whose books people fill in the browser. `keys`: whose book → its id."""

    emulator: Emulator = field(default_factory=Emulator)
    keys: dict[str, str] = field(default_factory=dict)
    scheme_id: str = "qingxi"

    @property
    def scheme(self) -> Path:
        return self.workspace / "scheme" / self.scheme_id

    @property
    def world(self) -> World:
        return self.emulator.world

    def file(self, name: str = BOOK) -> Book:
        return self.world.books[self.keys[name]]

    def tab(self, title: str = TAB, name: str = BOOK) -> Sheet:
        found = self.file(name).titled(title)
        assert found is not None, f"{name} has no {title}"
        return found

    def act(self, *requests: Json, who: str = OWNER, name: str = BOOK) -> None:
        self.world.act(self.keys[name], who, *requests)

    def client(self) -> gspread.Client:
        return service_client(self.emulator.url, self.emulator.service_account())

    # what a person sees -------------------------------------------------------------------------------------------

    def grid(self, title: str = TAB, name: str = BOOK) -> Cells:
        book, sheet = self.file(name), self.tab(title, name)
        cells = {
            (row + 1, column + 1): book.reader.shown(sheet.id, row, column)
            for row in range(book.reader.last_data_row(sheet.id))
            for column in range(sheet.column_count)
        }
        return {place: text for place, text in cells.items() if text}

    def header(self, title: str = TAB, name: str = BOOK) -> int:
        """The row of the heads, from 1."""
        return next(row for (row, _), text in sorted(self.grid(title, name).items()) if text == "校验结果")

    def heads(self, title: str = TAB, name: str = BOOK) -> list[str]:
        grid, row = self.grid(title, name), self.header(title, name)
        return [grid.get((row, column), "") for column in range(1, self.tab(title, name).column_count + 1)]

    def at(self, head: str, title: str = TAB, name: str = BOOK) -> int:
        """The column under a head, from 1; star and unit left out."""
        heads = [text.lstrip("*").split("（")[0] for text in self.heads(title, name)]
        return heads.index(head) + 1

    def column(self, head: str, title: str = TAB, name: str = BOOK) -> list[str]:
        """The texts under a head, blanks left out."""
        at, top = self.at(head, title, name), self.header(title, name)
        found = sorted(self.grid(title, name).items())
        return [text for (row, column), text in found if column == at and row > top]

    def rule(self, head: str, row: int = 1, title: str = TAB, name: str = BOOK) -> Json | None:
        """The check of a cell so many rows below the head."""
        cell = self.tab(title, name).cell(self.header(title, name) - 1 + row, self.at(head, title, name) - 1)
        return cell.rule

    def marks(self, title: str = TAB, name: str = BOOK) -> list[str]:
        sheet = self.tab(title, name)
        row = next(row for row in sheet.rows if any(str(cell.entered).startswith("tb:") for cell in row.values()))
        return [str(cell.entered) for _, cell in sorted(row.items()) if cell.entered is not None]

    def formulas(self, title: str = TAB, name: str = BOOK) -> dict[str, str]:
        """Head → formula, of all formulas in the row of heads."""
        sheet, book, row = self.tab(title, name), self.file(name), self.header(title, name) - 1
        heads = self.heads(title, name)
        return {
            heads[column]: book.formula_text(cell.entered)
            for column, cell in sheet.rows[row].items()
            if isinstance(cell.entered, Formula)
        }

    # what a person does -------------------------------------------------------------------------------------------

    def type(self, head: str, row: int, text: str, title: str = TAB, name: str = BOOK, who: str = CLERK) -> None:
        """Type into a cell so many rows below the head."""
        start = {
            "sheetId": self.tab(title, name).id,
            "rowIndex": self.header(title, name) - 1 + row,
            "columnIndex": self.at(head, title, name) - 1,
        }
        value = {"userEnteredValue": {"stringValue": text}} if text else {}
        body = {"start": start, "rows": [{"values": [value]}], "fields": "userEnteredValue"}
        self.act({"updateCells": body}, who=who, name=name)

    def insert_column(self, before: str, head: str = "", who: str = OWNER) -> None:
        """A column of one's own, with a head if there is one."""
        at = self.at(before) - 1
        place = {"sheetId": self.tab().id, "dimension": "COLUMNS", "startIndex": at, "endIndex": at + 1}
        start = {"sheetId": self.tab().id, "rowIndex": self.header() - 1, "columnIndex": at}
        data = [{"values": [{"userEnteredValue": {"stringValue": head}}]}]
        requests: list[Json] = [{"insertDimension": {"range": place}}]
        if head:
            requests.append({"updateCells": {"start": start, "rows": data, "fields": "userEnteredValue"}})
        self.act(*requests, who=who)

    def records_of(self, scheme: str) -> list[StoredRecord]:
        with self.office() as office:
            return list(office.store.records(scheme))

    def calls(self, *words: str) -> list[str]:
        """The calls that a command makes, those of the token left out."""
        found: list[str] = []
        self.world.before = lambda call: found.append(call.method)
        try:
            self.upgrade(*words)
        finally:
            self.world.before = None
        return found


def made(root: Path, emulator: Emulator, scheme: Path, rows: Mapping[str, Any]) -> Sheets:
    """Filled by hand; nothing is synced yet. `rows`: unit → table → rows."""
    emulator.renew()
    quota = emulator.world.quota.limits
    quota.reads_user = quota.writes_user = quota.reads_project = quota.writes_project = None
    key = root / "key.json"
    key.write_text(json.dumps(emulator.service_account()))
    folder = emulator.folder("填报", OWNER, SERVICE, CLERK)
    values = {
        "backend": "google", "google_accounts": [str(key)], "google_folder": folder, "google_endpoint": emulator.url,
        "google_calls": 100_000, "google_project_calls": 100_000, "workers": 1, "quiet_seconds": 0,
    }  # fmt: skip
    create_workspace(root / "workspace", str(scheme), values)
    found = catalog.load(scheme)
    keys = {}
    for code, role in book_owners(found):
        name = owner_name(found, code)
        plan = build_book(found, code, role, rows=rows.get(code), built=date(2025, 6, 1), wording=SHARED)
        keys[name] = emulator.spreadsheet(name, OWNER, SERVICE, CLERK, parents=[folder])
        emulator.world.act(keys[name], OWNER, *book_requests(plan, [SERVICE], [(0, "Sheet1")], [0]))
    return Sheets(root, emulator, keys, found.id)
