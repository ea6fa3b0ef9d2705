"""The office of the laws on spreadsheets that people edit at the same time: a clerk or the owner acts between any two
calls, calls fail in every way, Drive notices late. Law L2 is asked at every single commit, ours or a person's.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sync.backends.base import Backend
from sync.backends.google.backend import GoogleBackend
from sync.backends.google.colours import Colours
from sync.backends.google.emulator import World as Service
from sync.backends.google.emulator.cells import Err
from sync.backends.google.emulator.errors import ApiError
from sync.backends.google.emulator.files import SPREADSHEET
from sync.backends.google.emulator.world import CallInfo
from sync.backends.google.patience import Backoff, Breaker
from sync.backends.google.transport import Transport
from sync.book import BookAnswer, BookRef, BookShape, Outcome, Snapshot
from sync.engine import sync_round
from sync.errors import BookUnavailable
from tests.laws.clerk import GridRow
from tests.laws.google_driver import (
    CLERK,
    OWNER,
    TEMPLATES,
    WAITING,
    GoogleDriver,
    SharedClock,
    account,
    is_mark,
    server,
    template,
)
from tests.laws.google_hands import ACTS, Hands
from tests.laws.world import Kit, Mood, World, must
from validators.rows import digest


@dataclass
class GoogleMood(Mood):
    """How often somebody acts before a call, and how often a call fails."""

    between: float = 0.3
    fault: float = 0.08


Note = Callable[[str, str, dict[str, str]], None]


class Watched:
    """A backend that tells every text it is asked to show, by the content it was computed from."""

    def __init__(self, backend: GoogleBackend, note: Note) -> None:
        self._inner, self._note = backend, note
        self.by_place = backend.by_place
        self._answers: dict[tuple[str, str], dict[int, str]] = {}

    def list(self) -> list[BookRef]:
        return self._inner.list()

    def busy(self, ref: BookRef) -> str:
        return self._inner.busy(ref)

    def use_colours(self, colours: Colours) -> None:
        self._inner.use_colours(colours)

    def read(self, ref: BookRef, shape: BookShape) -> Snapshot:
        snapshot = self._inner.read(ref, shape)
        for tab in snapshot.tabs:
            self._answers[ref.key, tab.title] = {at: name for name, at in tab.answer_columns.items()}
        return snapshot

    def answer(self, ref: BookRef, answer: BookAnswer) -> Outcome:
        rows: dict[tuple[str, int], tuple[str, dict[str, str]]] = {}
        for cell in answer.cells:
            name = self._answers.get((ref.key, cell.tab), {}).get(cell.column)
            if name:
                rows.setdefault((cell.tab, cell.row), (cell.content, {}))[1][name] = cell.text
        for content, texts in rows.values():
            self._note(ref.key, content, texts)
        return self._inner.answer(ref, answer)


@dataclass
class GoogleWorld(World):
    mood: GoogleMood = field(default_factory=GoogleMood)

    def _backend(self) -> Backend:
        self.service = server().renew(Service(SharedClock(self.clock), self.seed))
        self.service.quota.limits.reads_user = self.service.quota.limits.writes_user = None
        self.service.quota.limits.reads_project = self.service.quota.limits.writes_project = None
        self.service.lag = self.rng.choice([0.0, 14.0])
        self.key = server().service_account()
        account = str(self.key["client_email"])
        self.folder = server().folder("填报", OWNER, account, CLERK)
        self.allowed: dict[str, dict[str, list[dict[str, str]]]] = {}
        for unit in self.scheme.units:
            file = self.service.create_file(unit.code, SPREADSHEET, OWNER, [self.folder], file_id=f"book{unit.code}")
            made = template(self.scheme, unit.code, account).copy()
            made.id, made.owner, made.day = file.id, OWNER, self.service.books[file.id].day
            made.touch()
            self.service.books[file.id] = made
            self.drivers[unit.code] = GoogleDriver(self.service, file.id, self.scheme)
        self.service.after_commit = self._committed
        self.service.before = self._before_call
        self.acting = False
        return self._new_backend()

    def _new_backend(self) -> Backend:
        sleep = SharedClock(self.clock).sleep
        transport = Transport(
            [account(str(self.key["client_email"]))], clock=self.clock.now, sleep=sleep, endpoint=server().url,
            backoff=Backoff(tries=3, chance=random.Random(self.seed)), timeouts=(10.0, 60.0),
            breaker=Breaker(self.clock.now, first=1.0, longest=10.0),
        )  # fmt: skip
        backend = GoogleBackend(
            transport, clock=self.clock.now, folder=self.folder, step=self.at, round_minutes=1e9,
        )  # fmt: skip
        return Watched(backend, self._note)  # type: ignore[return-value]

    def guarded(self, action: Callable[[], object]) -> None:
        def patient() -> None:
            try:
                action()
            except BookUnavailable as error:  # not even the listing came through: the next poll tries again
                self.trace.append(str(error))

        super().guarded(patient)
        if self.trace and self.trace[-1] == "killed":
            self.backend = self._new_backend()
            self.parts = self._parts(f"after-{self.clock.at}")

    def _other_worker(self) -> None:
        """Another machine, with a memory of its own."""
        self.trace.append("other worker")
        self.inside = True
        sync_round(replace(self.parts, owner="other", backend=self._new_backend()))
        self.inside = False

    # people -------------------------------------------------------------------------------------------------------

    def person(self) -> None:
        unit = self.rng.choice(list(self.drivers))
        table = self.rng.choice(["project", "project", "monthly"])
        who = self.rng.choice([CLERK, CLERK, OWNER])
        act = self.rng.choices([a for a, _ in ACTS], [w for _, w in ACTS])[0]
        self.acting = True
        with self.service.lock:
            try:
                act(Hands(self.drivers[unit], self.rng, who, table))
                self.trace.append(f"{unit} {table}: {act.__name__} by {who[:5]}")
            except ApiError as error:
                must(error.code == 400, error)  # refused: protected, merged, nothing to move
            finally:
                self.acting = False
            self.clock.at += 1
            self.shadow[unit] = self._own(self.drivers[unit].load())
            self.seen[unit] = self.drivers[unit].content()
            self.saved[unit] = {self.seen[unit]}

    def _before_call(self, call: CallInfo) -> None:
        """Between any two calls somebody may do something, and any call may fail in any way."""
        if self.calm:
            return
        if self.rng.random() < self.mood.between:
            self.person()
        if self.rng.random() < self.mood.fault:
            fault = self.rng.choice(
                [{"code": 503}, {"code": 503, "commit": True}, {"code": 500, "html": True}, {"code": 429},
                 {"action": "drop"}, {"action": "drop", "commit": True}, {"action": "half"}]
            )  # fmt: skip
            self.trace.append(f"{call.method}: {fault}")
            self.service.faults.add(**fault)

    def settle(self) -> None:
        """At rest every column of ours is there, once, and no other has come in than people's own."""
        super().settle()
        for unit, driver in self.drivers.items():
            for table in self.scheme.tables:
                sheet, first, columns = driver.sheet(table.name)
                before, _, wanted = driver.sheet(table.name, TEMPLATES[unit])
                marks = [str(cell.entered) for cell in sheet.rows[first - 2].values() if is_mark(cell.entered)]
                must(len(marks) == len(set(marks)) and columns.keys() == wanted.keys(), f"{unit} {table.name}: {marks}")
                width = before.column_count + driver.put_in.get(table.name, 0)
                must(sheet.column_count == width, f"{unit} {table.name}: {sheet.column_count} columns, not {width}")

    # law L2, at every commit --------------------------------------------------------------------------------------

    def _note(self, key: str, content: str, texts: dict[str, str]) -> None:
        self.allowed.setdefault(key, {}).setdefault(content, []).append(texts)

    def _committed(self, key: str) -> None:
        driver = next((item for item in self.drivers.values() if item.key == key), None)
        if driver is None or not hasattr(self, "parts"):
            return
        for table in self.scheme.tables:
            for row in driver._grid(table.name):
                self._check_beside(key, table.name, row)

    def _check_beside(self, key: str, table: str, row: GridRow) -> None:
        """Every text of ours stands beside a content it was computed from, or says that it waits."""
        told = {name: text for name, text in row.shown.items() if text}
        if not told or told == {"check": WAITING}:
            return
        system = [i for i, f in enumerate(self.scheme.table(table).fields) if f.owner == "system"]
        known = self.allowed.get(key, {}).get(digest(tuple(row.cells)), [])
        if not any(cell for i, cell in enumerate(row.cells) if i not in system):
            known = [*known, {"check": "待填报"}]
        for name, text in told.items():
            fits = any(item.get(name, "") == text for item in known) or (name == "check" and text == WAITING)
            if not fits and not self._typed_over(key, table, name):
                self.broken = f"{key} {table}: {name} says {text!r} beside {row.cells}"
                must(False, self.broken)

    def _typed_over(self, key: str, table: str, name: str) -> bool:
        """A person's own text stands in our column; then the column shows nothing of ours at all."""
        driver = next(item for item in self.drivers.values() if item.key == key)
        sheet, first, columns = driver.sheet(table)
        return isinstance(driver.book.reader.value(sheet.id, first - 1, columns[f"@{name}"]), Err)


__all__ = ["GoogleWorld", "Kit"]
