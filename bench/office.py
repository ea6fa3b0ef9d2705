"""A workspace to measure in: copies of the books, a fresh store, the parts of a run wired as the service wires them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.wiring import make_parts
from bench.books import Size, filled_books, scheme_dir
from bench.rows import AS_OF
from sheets_templates import catalog
from sync.backends.folder.backend import FolderBackend, Patience
from sync.backends.folder.pool import ReaderPool
from sync.clock import Clock
from sync.parts import Parts
from sync.store import open_store
from sync.store.base import Store
from validators.calendar import default_calendar

PATIENT = Patience(quiet=0, looks_apart=0, second_look=0)  # quiet time is not counted (DESIGN §12)


@dataclass(slots=True)
class Office:
    """A workspace at work."""

    place: Path
    parts: Parts
    store: Store
    backend: FolderBackend

    @property
    def books(self) -> Path:
        return self.place / "books"


@contextmanager
def workspace(size: Size) -> Iterator[Path]:
    """A directory with copies of the filled books, thrown away afterwards."""
    with tempfile.TemporaryDirectory(prefix="tianbao-bench-") as name:
        place = Path(name)
        (place / "books").mkdir()
        for path in filled_books(size):
            shutil.copy(path, place / "books" / path.name)
        yield place


@contextmanager
def office(place: Path, units: int, *, workers: int = 1, database: str = "") -> Iterator[Office]:
    """The parts over a workspace: as many reader processes as workers."""
    scheme = catalog.load(scheme_dir(units))
    clock = Clock(AS_OF)
    store = open_store(database or f"sqlite:///{place / 'store.db'}")
    backend = FolderBackend(
        place / "books",
        backups=place / "backups",
        clock=clock.now,
        sleep=clock.sleep,
        reader=ReaderPool(workers),
        patience=PATIENT,
    )
    parts = make_parts(scheme, store, backend, clock, default_calendar())
    parts.workers = workers
    try:
        yield Office(place, parts, store, backend)
    finally:
        backend.close()
        store.close()
