"""One unit's book of one table in memory, synced once: for tests of what a reading makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from app.wiring import make_parts
from sync.backends.memory import MemoryBackend, MemoryBook
from sync.clock import ZONE, FixedClock
from sync.engine import sync_round
from sync.parts import Parts
from sync.store import open_store
from validators.calendar import default_calendar
from validators.rawcell import RawCell
from validators.scheme.models import Scheme, Source, Unit
from validators.scheme.tables import Field, Table

UNIT = Unit(code="101", name="甲镇")


def project_table(*fields: Field, keys: tuple[tuple[str, ...], ...] = (("name",),)) -> Table:
    """项目库 with a name and these fields."""
    name = Field(name="name", title="项目名称", type="project_name")
    return Table(name="project", title="项目库", name_field="name", keys=keys, fields=(name, *fields))


def book_of(*rows: list[RawCell]) -> MemoryBook:
    return MemoryBook({"project": [{"cells": cells} for cells in rows]}, scheme="small", version="1", unit=UNIT.code)


@contextmanager
def synced(table: Table, book: MemoryBook, first: Callable[[Parts], object] = lambda parts: None) -> Iterator[Parts]:
    """The parts of an office that has read the book on 20 January 2025. `first`: what happens before."""
    scheme = Scheme(
        id="small", title="小方案", version="1", source=Source(document="文件"), units=(UNIT,), tables=(table,)
    )
    clock = FixedClock(at=datetime(2025, 1, 20, 9, tzinfo=ZONE).timestamp())
    store = open_store("sqlite://")
    made = make_parts(scheme, store, MemoryBackend({UNIT.code: book}), clock, default_calendar())
    first(made)
    sync_round(made)
    yield made
    store.close()
