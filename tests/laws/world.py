"""A small office under a seed: two books, a sync that can be interrupted anywhere, clerks who act at any instant, and an
oracle that knows what must never be seen.

The oracle judges a row from its own cells alone, by the public doors of `validators`; it never looks into the engine.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from app.wiring import make_parts
from sync.backends.base import Backend
from sync.backends.folder.backend import FolderBackend, Patience
from sync.backends.memory import MemoryBackend, MemoryBook
from sync.clock import ZONE, FixedClock
from sync.decide import decide, open_decisions
from sync.engine import sync_round
from sync.nightly import new_day
from sync.opening import OPENED_TEXT
from sync.parts import Parts
from sync.store import open_store
from tests.laws.clerk import Grid, GridRow, acts_for, seed_rows
from tests.laws.drivers import Driver, FolderDriver, MemoryDriver, trimmed
from validators.calendar import default_calendar
from validators.evaluate import Related
from validators.render import row_answer
from validators.rows import RawRow, Record
from validators.scheme.models import Scheme
from validators.scheme.tables import Table

START = datetime(2025, 6, 20, 9, 0, tzinfo=ZONE).timestamp()
JUDGED = ("check", "status", "stage", "deadline", "remaining", "flag")
VISIBLE = frozenset({"displaced", "done"})  # steps of a backend at which an answer of ours can be seen


class Broken(BaseException):
    """A law is broken. No handler of the engine may take it for a failing book."""


def must(holds: bool, message: object) -> None:
    if not holds:
        raise Broken(str(message))


class Killed(BaseException):
    """The process dies here: no handler for ordinary errors may see it."""


@dataclass(slots=True)
class Mood:
    """How often things happen at a step of the pipeline."""

    act: float = 0.12
    kill: float = 0.02
    open: float = 0.03
    other: float = 0.02
    pause: float = 0.02


@dataclass(slots=True)
class Kit:
    """What all worlds of a session share: the scheme, an empty book per unit, an empty database."""

    scheme: Scheme
    books: dict[str, bytes]
    database: Path


@dataclass
class World:
    kit: Kit
    kind: str
    seed: int
    place: Path
    mood: Mood = field(default_factory=Mood)
    clock: FixedClock = field(default_factory=lambda: FixedClock(at=START))
    trace: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.scheme = self.kit.scheme
        self.calm = True
        self.inside = False
        self.is_open: dict[str, bool] = {unit.code: False for unit in self.scheme.units}
        self.open_at_write: set[str] = set()
        self.loaded: dict[str, dict[str, Grid]] = {}
        self.place.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.kit.database, self.place / "store.db")
        self.store = open_store(f"sqlite:///{self.place / 'store.db'}")
        self.drivers: dict[str, Driver] = {}
        self.backend = self._backend()
        self.parts = self._parts("first")
        self.shadow: dict[str, dict[str, list[tuple[str, ...]]]] = {}
        self.saved: dict[str, set[str]] = {}  # contents as clerks saved them: an older one may show while names change
        self.seen: dict[str, str] = {}  # content as it was at the last look
        for unit in self.drivers:
            self._first_rows(unit)

    # setting up ---------------------------------------------------------------------------------------------------

    def _backend(self) -> Backend:
        if self.kind == "memory":
            books = {u.code: MemoryBook({t.name: [] for t in self.scheme.tables}, scheme=self.scheme.id,
                                        version=self.scheme.version, unit=u.code) for u in self.scheme.units}  # fmt: skip
            self.drivers = {code: MemoryDriver(book) for code, book in books.items()}
            return MemoryBackend(books, step=self.at)
        folder = self.place / "books"
        folder.mkdir()
        for unit in self.scheme.units:
            path = folder / f"{unit.name}.xlsx"
            path.write_bytes(self.kit.books[unit.code])
            self.drivers[unit.code] = FolderDriver(path, self.scheme)
        return self._folder_backend()

    def _folder_backend(self) -> FolderBackend:
        backend = FolderBackend(
            self.place / "books", backups=self.place / "backups", clock=self.clock.now, sleep=self.clock.sleep,
            patience=Patience(quiet=0, looks_apart=0, second_look=0), step=self.at,
        )  # fmt: skip
        backend.recover()
        return backend

    def _parts(self, owner: str) -> Parts:
        parts = make_parts(self.scheme, self.store, self.backend, self.clock, default_calendar())
        return replace(parts, owner=owner, step=self.at)

    def _first_rows(self, unit: str) -> None:
        project = self.scheme.table("project")
        names = [f.name for f in project.fields]
        grids = self.drivers[unit].load()
        grids["project"] = seed_rows(self.rng, names, self.rng.randrange(2, 7))
        self._save(unit, grids)

    # what happens -------------------------------------------------------------------------------------------------

    def run(self, rounds: int = 5) -> None:
        """Rounds of sync with people in between and inside; then quiet, and the last look."""
        for _ in range(rounds):
            for _ in range(self.rng.randrange(3)):
                self.person()
            self.calm = False
            self.round()
            self.calm = True
            self.check_clerks("after a round")
            if self.rng.random() < 0.15:
                self.clock.at += 86400 * self.rng.randrange(1, 40)
                self.guarded(lambda: new_day(self.parts))
            self.clock.at += 30
        self.settle()

    def round(self) -> None:
        self.guarded(lambda: sync_round(self.parts))

    def guarded(self, action: Callable[[], object]) -> None:
        """One piece of work; when it is killed a new process takes over once the dead one's leases have run out."""
        self.inside = False
        try:
            action()
        except Killed:
            self.trace.append("killed")
            self.clock.at += 400
            if self.kind == "folder":
                calm, self.calm = self.calm, True
                self.backend = self._folder_backend()
                self.calm = calm
            self.parts = self._parts(f"after-{self.clock.at}")

    def settle(self) -> None:
        """Nobody acts any more: the sync comes to rest, waiting questions answered with yes."""
        for unit, driver in self.drivers.items():
            driver.close()
            self.is_open[unit] = False
        self.loaded.clear()
        self.clock.at += 400
        for _ in range(8):
            for item in open_decisions(self.parts):
                if item.kind == "held_run":
                    decide(self.parts, item.id, True, by="审核人")
            report = sync_round(self.parts)
            must(not report.failures, report.failures)
            self.clock.at += 5
        before = {unit: driver.content() for unit, driver in self.drivers.items()}
        report = sync_round(self.parts)
        must(not report.runs, "a quiet book was read again")
        must(before == {unit: driver.content() for unit, driver in self.drivers.items()}, "a quiet round wrote")
        self.check_clerks("at rest")
        for unit in self.drivers:
            self.check_answers(unit)
        self.check_nothing_lost()

    def at(self, step: str) -> None:
        """Called between all steps of engine and backend."""
        self.trace.append(step)
        if step == "write":
            self.open_at_write = {unit for unit, opened in self.is_open.items() if opened}
        if step in VISIBLE:
            for unit in self.drivers:
                self.check_visible(unit)
        if self.calm or self.inside:
            return
        roll, mood = self.rng.random(), self.mood
        for chance, happens in (
            (mood.act, self.person), (mood.kill, self._kill), (mood.open, self._open_or_close),
            (mood.other, self._other_worker), (mood.pause, self._long_pause),
        ):  # fmt: skip
            if roll < chance:
                happens()
                return
            roll -= chance

    def person(self) -> None:
        """A clerk does something to one of the books, or saves a copy loaded long ago."""
        unit = self.rng.choice(list(self.drivers))
        if unit in self.loaded and self.rng.random() < 0.5:
            self.trace.append(f"{unit} saves an old copy")
            self._save(unit, self.loaded.pop(unit))
            return
        driver = self.drivers[unit]
        grids = driver.load()
        table = self.scheme.table(self.rng.choice(["project", "project", "monthly"]))
        names = [f.name for f in table.fields]
        system = {i for i, f in enumerate(table.fields) if f.owner == "system"}
        acts = acts_for(names, system)
        act = self.rng.choices([a for a, _ in acts], [w for _, w in acts])[0]
        act(self.rng, grids[table.name])
        self.trace.append(f"{unit} {table.name}: {getattr(act, '__name__', 'act')}")
        if self.rng.random() < 0.1:
            self.loaded[unit] = grids  # saved later, over whatever stands there then
        else:
            self._save(unit, grids)

    def _save(self, unit: str, grids: dict[str, Grid]) -> None:
        self.drivers[unit].save(grids)
        self.shadow[unit] = self._own(self.drivers[unit].load())
        self.seen[unit] = self.drivers[unit].content()
        self.saved.setdefault(unit, set()).add(self.seen[unit])

    def _kill(self) -> None:
        raise Killed

    def _open_or_close(self) -> None:
        unit = self.rng.choice(list(self.drivers))
        self.is_open[unit] = not self.is_open[unit]
        (self.drivers[unit].open if self.is_open[unit] else self.drivers[unit].close)()
        if not self.is_open[unit]:
            self.open_at_write.discard(unit)
        self.trace.append(f"{unit} {'opened' if self.is_open[unit] else 'closed'}")

    def _other_worker(self) -> None:
        """Another process runs a round right now."""
        self.trace.append("other worker")
        self.inside = True
        other = replace(self.parts, owner="other")
        sync_round(other)
        self.inside = False

    def _long_pause(self) -> None:
        """The worker sleeps past its lease; another does the work meanwhile."""
        self.clock.at += 1000
        self._other_worker()

    # what must hold -----------------------------------------------------------------------------------------------

    def _own(self, grids: dict[str, Grid]) -> dict[str, list[tuple[str, ...]]]:
        found = {}
        for table in self.scheme.tables:
            keep = [i for i, f in enumerate(table.fields) if f.owner != "system"]
            rows = [tuple(row.cells[i] for i in keep) for row in grids[table.name]]
            while rows and not any(rows[-1]):
                rows.pop()
            found[table.name] = rows
        return found

    def check_clerks(self, when: str) -> None:
        """L1: what clerks typed stands exactly where they left it."""
        for unit, driver in self.drivers.items():
            must(self._own(driver.load()) == self.shadow[unit], f"{unit}: clerk's cells changed {when}")

    def check_visible(self, unit: str) -> None:
        """L2 at the very instant an answer can be seen; and none may be seen in a book that was open before."""
        content = self.drivers[unit].content()
        if content != self.seen[unit] and content not in self.saved[unit]:
            must(unit not in self.open_at_write, f"{unit}: written while its clerk had it open")
            self.seen[unit] = content
            self.check_answers(unit)

    def check_answers(self, unit: str) -> None:
        """Every row has its texts, and every text stands beside the content it was computed from."""
        grids = self.drivers[unit].load()
        own = {"project": sorted({row.cells[0] for row in grids["project"] if row.cells[0]})}
        for table in self.scheme.tables:
            system = {i for i, f in enumerate(table.fields) if f.owner == "system"}
            for row in trimmed(grids[table.name]):
                self._check_row(unit, table, row, own, system)

    def _check_row(self, unit: str, table: Table, row: GridRow, own: dict[str, list[str]], system: set[int]) -> None:
        clerk = [cell for i, cell in enumerate(row.cells) if i not in system]
        if not any(clerk):
            opened = any(row.cells)
            texts = {k: v for k, v in row.shown.items() if v}
            wanted = {"check": OPENED_TEXT} if opened else {}
            must(texts == wanted, f"{unit}: texts beside a blank row {row.cells}: {texts}")
            return
        record_id = row.shown.get("id", "")
        stored = {
            r.id: r
            for r in self.store.records(self.scheme.id, ids=[record_id], states=("live", "missing", "withdrawn"))
        }
        must(record_id in stored, f"{unit}: row {row.cells} carries {record_id!r}, which is no record")
        record = stored[record_id]
        cells = {f.name: c for f, c in zip(table.fields, row.cells, strict=True) if c}
        must(record.cells == cells, f"{unit}: {record_id} stands beside {cells}, but is {record.cells}")
        expected = self.expected(unit, table, row, own)
        for name in JUDGED:
            if name in expected and name in row.shown | dict.fromkeys(self._answers(table), ""):
                must(
                    row.shown.get(name, "") == expected[name],
                    f"{unit} {record_id} {name}: shows {row.shown.get(name, '')!r}, "
                    f"its content {row.cells} means {expected[name]!r}",
                )

    def _answers(self, table: Table) -> set[str]:
        return set(table.answers or [answer.name for answer in self.scheme.answers])

    def expected(self, unit: str, table: Table, row: GridRow, own: dict[str, list[str]]) -> dict[str, str]:
        """The texts this content means today, judged from nothing but itself."""
        today = self.clock.today()
        raw = RawRow(table.title, 1, tuple(row.cells))
        result = self.parts.validators[table.name].validate([raw], today=today, own=own, unit=unit).rows[0]
        if result.unread:
            return {}  # an unreadable cell keeps its last accepted value, which the content alone does not tell
        record = Record("X", table.name, unit, dict(result.values))
        judged = self.parts.evaluator.records(table.name, [record], today, Related.of({"X": record}, {}))[0]
        return row_answer(
            self.scheme, table, judged.stage, judged.statuses, judged.flags,
            [*result.findings, *judged.findings], record.values, today,
        )  # fmt: skip

    def check_nothing_lost(self) -> None:
        """L3: every row of the files is a live record, every record ever made is still there, and the revisions of each
        add up to its values."""
        states = ("live", "missing", "withdrawn")
        everything = {r.id: r for r in self.store.records(self.scheme.id, states=states)}
        for unit, driver in self.drivers.items():
            book = f"{self.scheme.id}:{unit}"
            must(self.store.verify_chain(book), f"{book}: chain of revisions broken")
            self._check_rows_are_records(unit, driver, everything, book)
            self._check_replay(book, everything)

    def _check_rows_are_records(self, unit: str, driver: Driver, everything: dict, book: str) -> None:  # type: ignore[type-arg]
        grids = driver.load()
        for table in self.scheme.tables:
            system = {i for i, f in enumerate(table.fields) if f.owner == "system"}
            rows = sorted(
                tuple((f.name, c) for f, c in zip(table.fields, row.cells, strict=True) if c)
                for row in grids[table.name]
                if any(c for i, c in enumerate(row.cells) if i not in system)
            )
            live = sorted(
                tuple((f.name, r.cells[f.name]) for f in table.fields if r.cells.get(f.name))
                for r in everything.values()
                if r.book == book and r.table == table.name and r.state == "live"
            )
            must(rows == live, f"{unit} {table.name}: rows {rows} and records {live} differ")

    def _check_replay(self, book: str, everything: dict) -> None:  # type: ignore[type-arg]
        replayed: dict[str, dict[str, str]] = {}
        for revision in reversed(self.store.revisions(book=book, limit=100_000)):
            values = replayed.setdefault(revision["record"], {})
            for name, (old, new) in revision["changes"].items():
                must(
                    values.get(name, "") == old, f"{revision['record']}.{name}: {values.get(name)!r} was never {old!r}"
                )
                values[name] = new
        for record_id, values in replayed.items():
            must(record_id in everything, f"{record_id} was accepted and is gone")
            kept = everything[record_id].values
            must({k: v for k, v in values.items() if v} == kept, f"{record_id}: {values} accepted, {kept} kept")

    def close(self) -> None:
        self.store.close()


__all__ = ["Broken", "Killed", "Kit", "Mood", "World"]
