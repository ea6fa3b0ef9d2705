"""Ten times the books, ten times the rows: at most eleven times the time, and no more memory for it."""

from __future__ import annotations

from typing import Any

from bench import child
from bench.books import Size, filled_books
from bench.lines import Line
from bench.options import Options

FLAT = 40  # MB more for ten times the books: what is remembered of dates and numbers fills up to its bounds


def run(options: Options) -> list[Line]:
    """Cold syncs of growing folders, on one core."""
    books = (Size(options.few(20), 500), Size(options.few(200), 500))
    rows = (Size(options.few(20), 50), Size(options.few(20), 500))
    return [_line("books", *books, options), _line("rows", *rows, options)]


def _line(what: str, small: Size, large: Size, options: Options) -> Line:
    found = [_sync(small), _sync(large)]
    ratio = found[1]["cpu"] / found[0]["cpu"]
    more = found[1]["main"] - found[0]["main"]
    good = ratio <= 11 and (what != "books" or more <= FLAT)
    return Line(
        f"growth, 10 × the {what}", f"{found[0]['cpu']:.1f} s → {found[1]['cpu']:.1f} s", ratio=f"{ratio:.1f} ×",
        target="≤ 11 ×, flat memory", good=None if options.quick else good,
        note=f"{small.books} × {small.rows} → {large.books} × {large.rows}; memory {found[0]['main']:.0f} → "
        f"{found[1]['main']:.0f} MB ({more:+.0f})", figures={"small": found[0], "large": found[1]},
    )  # fmt: skip


def _sync(size: Size) -> dict[str, Any]:
    filled_books(size)
    return child.run("bench.measures.cold:sync_task", cores=1, workers=1, books=size.books, rows=size.rows)
