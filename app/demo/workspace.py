"""Filling the books of a demo workspace."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.demo.generate import Generator
from app.settings import Settings
from app.workspace import Bar, book_owners, write_books
from sheets_templates import catalog


def fill(settings: Settings, units: int | None, projects: int, seed: int, day: date, *, bar: Bar) -> None:
    """Write filled books for the first `units` units (all by default) and for the commission and departments."""
    directory = settings.path("scheme") / settings.scheme
    scheme = catalog.load(directory)
    made = Generator(scheme, directory / "demo.yaml", day, seed)
    chosen = [unit.code for unit in scheme.units][: units or None]
    shares = _shares(projects, len(chosen))
    rows: dict[str, Any] = {code: made.book(code, count) for code, count in zip(chosen, shares, strict=True)}
    main = next((t for t in scheme.tables_of("unit") if not t.parent), None)
    everything = [row for book in rows.values() for row in book.get(main.name if main else "", ())]
    for code, role in book_owners(scheme, chosen):
        if role != "unit":
            rows[code] = made.commission(role, list(everything))
    write_books(settings, rows, day, units=chosen, bar=bar)


def _shares(total: int, units: int) -> list[int]:
    """About equal, a little uneven, summing to the total."""
    base = [max(total * (3 + i % 5) // (5 * units), 1) for i in range(units)]
    base[0] += max(total - sum(base), 0)
    return base
