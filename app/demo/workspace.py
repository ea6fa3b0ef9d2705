"""Filling the books of a demo workspace."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

from app.demo.generate import Generator
from app.settings import Settings
from app.workspace import Bar, book_owners, write_books
from sheets_templates import catalog


def fill(settings: Settings, units: int | None, projects: int, seed: int, day: date, *, bar: Bar) -> None:
    """Write filled books for the first `units` units (all by default) and for the commission and departments."""
    rows, chosen = made_rows(settings, units, projects, seed, day)
    write_books(settings, rows, day, units=chosen, bar=bar)


def made_rows(
    settings: Settings, units: int | None, projects: int, seed: int, day: date
) -> tuple[dict[str, Any], list[str]]:
    """Rows of every book, and the units that have one."""
    directory = settings.path("scheme") / settings.scheme
    redate(directory, day)
    scheme = catalog.load(directory)
    made = Generator(scheme, directory / "demo.yaml", day, seed)
    chosen = [unit.code for unit in scheme.units][: units or None]
    shares = _shares(projects, len(chosen))
    rows: dict[str, Any] = {code: made.book(code, count) for code, count in zip(chosen, shares, strict=True)}
    for code, role in book_owners(scheme, chosen):
        if role != "unit":
            rows[code] = made.commission(role)
    return rows, chosen


def redate(directory: Path, day: date) -> None:
    """The demo's own copy of the scheme, moved to the year of its day: targets of a year gone by show nothing.

    Only figures of the scheme's year change (of a scheme that ends later also those of the years up to its end), in
    dates and texts alike; the bundled scheme stays as it is. One that is in force on the day until a set end is not moved.
    """
    scheme = catalog.load(directory)
    year, since, until = scheme.year, scheme.effective_from, scheme.effective_to
    if year is None or year == day.year or (since and until and since <= day <= until):
        return
    years = range(year, max(until.year if until else year, year) + 1)
    figures = re.compile("|".join(str(item) for item in years))
    for file in sorted(directory.rglob("*.yaml")):
        moved = figures.sub(lambda found: str(int(found[0]) + day.year - year), file.read_text("utf-8"))
        file.write_text(moved, "utf-8")
    head = directory / "scheme.yaml"
    head.write_text(f"# 演示用：方案年度由{year}年改成了{day.year}年。\n{head.read_text('utf-8')}", "utf-8")


def _shares(total: int, units: int) -> list[int]:
    """About equal, a little uneven, summing to the total."""
    base = [max(total * (3 + i % 5) // (5 * units), 1) for i in range(units)]
    base[0] += max(total - sum(base), 0)
    return base
