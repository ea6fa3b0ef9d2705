"""A folder of new books: each is looked at to learn whose it is, and read once."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

from app.wiring import make_parts
from sheets_templates import catalog
from sync.backends.memory import MemoryBackend, MemoryBook
from sync.clock import FixedClock
from sync.engine import sync_round
from sync.store import open_store
from validators.calendar import default_calendar

SCHEME = catalog.load(Path(__file__).parents[1] / "data" / "schemes" / "laws")


class Looked(MemoryBackend):
    """Counts what was asked of each book."""

    def __init__(self, books: dict[str, MemoryBook]) -> None:
        super().__init__(books)
        self.asked: Counter[tuple[str, str]] = Counter()

    def peek(self, ref, shape):
        self.asked["peek", ref.key] += 1
        snapshot = super().read(ref, shape)
        snapshot.tabs = []
        return snapshot

    def read(self, ref, shape):
        self.asked["read", ref.key] += 1
        return super().read(ref, shape)


def test_new_books_are_read_once(tmp_path):
    rows = [{"cells": ["甲项目", "A1", "", "", "", "", ""]}]
    books = {
        unit.code: MemoryBook(
            {"project": rows, "monthly": []}, scheme=SCHEME.id, version=SCHEME.version, unit=unit.code
        )
        for unit in SCHEME.units
    }
    backend, store = Looked(books), open_store(f"sqlite:///{tmp_path / 'store.db'}")
    parts = make_parts(SCHEME, store, backend, FixedClock(as_of=date(2025, 6, 20), at=1.7e9), default_calendar())
    try:
        report = sync_round(parts)
        assert not report.failures and len(report.runs) == len(books)
        assert set(backend.asked.values()) == {1}, backend.asked
        sync_round(parts)
        assert sum(backend.asked.values()) == 2 * len(books), "a quiet round looked at something"
        assert len(store.records(SCHEME.id)) == len(books)
    finally:
        store.close()
