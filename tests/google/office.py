"""A small office on the spreadsheet service: unit books made by the real builder, a backend over real HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.spreadsheets.colours import template_colours
from app.wiring import make_parts
from sheets_templates import catalog
from sheets_templates.builder import build_book
from sheets_templates.gsheet import book_requests
from sync.backends.google.backend import GoogleBackend
from sync.backends.google.client import Quotas
from sync.backends.google.credentials import Account, account_of
from sync.backends.google.emulator import Emulator, World
from sync.backends.google.emulator.book import Book
from sync.backends.google.emulator.clock import EmulatorClock
from sync.backends.google.emulator.files import SPREADSHEET
from sync.backends.google.pace import Pace
from sync.backends.google.patience import Backoff
from sync.backends.google.transport import Transport
from sync.clock import FixedClock
from sync.parts import Parts
from sync.store import open_store
from tests.google.kit import OWNER
from validators.calendar import default_calendar
from validators.scheme.models import Scheme, Unit

NOW = 1_750_381_200.0  # 2025-06-20 09:00 in Shanghai
LAWS = Path(__file__).parent.parent / "data" / "schemes" / "laws"


class Together(EmulatorClock):
    """One stopped clock for office and service; sleeping moves it."""

    def __init__(self, at: float = NOW) -> None:
        super().__init__(at)
        self.office = FixedClock(at=at)

    def now(self) -> float:
        return self.office.at

    def advance(self, seconds: float) -> None:
        self.office.at += seconds

    def sleep(self, seconds: float) -> None:
        self.office.at += seconds


@lru_cache(maxsize=1)
def laws() -> Scheme:
    return catalog.load(LAWS)


@lru_cache(maxsize=64)
def account(url: str, name: str = "tianbao") -> Account:
    """Loading a key takes a tenth of a second; the account is the same in every world."""
    return account_of(_emulators[url].service_account(name), name)


_emulators: dict[str, Emulator] = {}


class Office:
    """Books of a scheme's units, and everything that syncs them."""

    def __init__(
        self,
        emulator: Emulator,
        *,
        units: Sequence[tuple[str, str]] = (("a", "甲镇"), ("b", "乙镇")),
        identities: int = 1,
        quotas: Quotas | None = None,
        rows: dict[str, Any] | None = None,
        round_minutes: float = 1e9,
        tries: int = 5,
        today: bool = False,
        ends: date | None = None,
    ) -> None:
        _emulators[emulator.url] = emulator
        self.emulator, self.clock = emulator, Together()
        self.world = emulator.renew(World(self.clock))
        if quotas is None:
            self.limits(None)
        self.scheme = _with_units(laws(), tuple(units)).model_copy(update={"ends": ends})
        names = ["tianbao", *(f"tianbao{number}" for number in range(2, identities + 1))]
        self.accounts = [account(emulator.url, name) for name in names]
        for item, name in zip(self.accounts, names, strict=True):
            emulator.service_account(name)  # known to the new world too
            assert item.name.startswith(name)
        self.folder = emulator.folder("填报", OWNER, *(item.name for item in self.accounts))
        self.rows = rows or {}
        self.slept: list[float] = []
        self.round_minutes, self.quotas, self.tries, self.today = round_minutes, quotas, tries, today
        self.backend = self.new_backend()
        self.parts = self._parts()
        for code, _ in units:
            self.make(code)

    def new_backend(self, pace: Pace | None = None) -> GoogleBackend:
        def sleep(seconds: float) -> None:
            self.slept.append(seconds)
            self.clock.sleep(seconds)

        self.transport = Transport(
            self.accounts, clock=self.clock.now, sleep=sleep, endpoint=self.emulator.url,
            quotas=self.quotas or Quotas(per_identity=100_000, per_project=100_000, drive=100_000),
            backoff=Backoff(tries=self.tries), timeouts=(5.0, 30.0), pace=pace,
        )  # fmt: skip
        backend = GoogleBackend(
            self.transport, clock=self.clock.now, folder=self.folder, round_minutes=self.round_minutes,
            today=self.clock.office.today if self.today else None,
        )  # fmt: skip
        backend.use_colours(template_colours(self.scheme))
        return backend

    def _parts(self) -> Parts:
        store = open_store("sqlite://")
        return make_parts(self.scheme, store, self.backend, self.clock.office, default_calendar())

    def restarted(self) -> Parts:
        """A new process: nothing remembered but the store."""
        self.backend = self.new_backend()
        return replace(self.parts, backend=self.backend)

    def make(self, code: str) -> str:
        """A unit's book, made by its owner; its id is `book-<code>`."""
        file = self.world.create_file(
            _name(self.scheme, code), SPREADSHEET, OWNER, [self.folder], file_id=f"book-{code}"
        )
        made = _template(code, tuple(item.name for item in self.accounts), repr(self.rows.get(code)), self).copy()
        old = self.world.books[file.id]
        made.id, made.owner, made.day = file.id, OWNER, old.day
        made.properties["title"] = file.name
        made.touch()
        self.world.books[file.id] = made
        return file.id

    def book(self, code: str = "a") -> Book:
        return self.world.books[f"book-{code}"]

    def limits(self, number: int | None) -> None:
        """Quotas of the service for reads and writes of a user; None = without end."""
        limits = self.world.quota.limits
        limits.reads_user = limits.writes_user = number
        limits.reads_project = limits.writes_project = None if number is None else number * 5

    # what people see and do ---------------------------------------------------------------------------------------

    def act(self, code: str, *requests: dict[str, Any], who: str = OWNER) -> None:
        self.clock.advance(1)
        self.world.act(f"book-{code}", who, *requests)

    def type(self, code: str, row: int, field: str, value: str | float | None, table: str = "project") -> None:
        """Type into a field; row 0 is the first below the header."""
        sheet, first, columns = self.place(code, table)
        data: dict[str, Any] = {}
        if isinstance(value, str) and value:
            data = {"userEnteredValue": {"stringValue": value}}
        elif isinstance(value, int | float):
            data = {"userEnteredValue": {"numberValue": value}}
        start = {"sheetId": sheet, "rowIndex": first + row, "columnIndex": columns[field]}
        self.act(code, {"updateCells": {"start": start, "rows": [{"values": [data]}], "fields": "userEnteredValue"}})

    def place(self, code: str, table: str = "project") -> tuple[int, int, dict[str, int]]:
        """Sheet id, first data row, columns by name, all from 0; by the hidden marks."""
        for sheet in self.book(code).sheets:
            for at, row in enumerate(sheet.rows[:9]):
                columns = {
                    str(cell.entered).partition(".")[2]: column
                    for column, cell in sorted(row.items(), reverse=True)
                    if str(cell.entered).startswith(f"tb:{table}.")
                }
                if columns:
                    return sheet.id, at + 2, columns
        raise AssertionError(f"no tab of {table}")

    def shown(self, code: str, row: int, name: str, table: str = "project") -> str:
        """What a cell shows; a field, or an answer with @."""
        sheet, first, columns = self.place(code, table)
        return self.book(code).reader.shown(sheet, first + row, columns[name])

    def column(self, code: str, name: str, table: str = "project", count: int = 6) -> list[str]:
        return [self.shown(code, row, name, table) for row in range(count)]


def _with_units(scheme: Scheme, units: tuple[tuple[str, str], ...]) -> Scheme:
    made = tuple(Unit(code=code, name=name) for code, name in units)
    return scheme.model_copy(update={"units": made})


def _name(scheme: Scheme, code: str) -> str:
    return next(unit.name for unit in scheme.units if unit.code == code)


_TEMPLATES: dict[tuple[Any, ...], Book] = {}


def _template(code: str, editors: tuple[str, ...], rows: str, office: Office) -> Book:
    key = (code, _name(office.scheme, code), editors, rows)
    if key not in _TEMPLATES:
        plan = build_book(office.scheme, code, "unit", rows=office.rows.get(code), built=date(2025, 6, 1))
        world = World(EmulatorClock(NOW))
        made = world.create_file(code, SPREADSHEET, OWNER)
        world.act(made.id, OWNER, *book_requests(plan, list(editors), [(0, "Sheet1")], [0]))
        _TEMPLATES[key] = world.books[made.id]
    return _TEMPLATES[key]
