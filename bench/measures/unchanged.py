"""Unchanged rows inside a changed book: pairing the rows of today with the records of yesterday, cells already read."""

from __future__ import annotations

import time
from typing import Any

from bench.books import Size, scheme_dir, unit_name
from bench.lines import Line, rate
from bench.options import Options
from bench.rows import raw_rows, table_rows


def run(options: Options) -> list[Line]:
    """Match as a run does: digest of every row, 编号 and content agree."""
    from sheets_templates import catalog
    from sync.keys import key_maker
    from sync.matching import match

    size = Size(options.few(40), 500)
    table = catalog.load(scheme_dir(size.books)).table("project")
    books = [_book([item.name for item in table.fields], n, size.rows) for n in range(1, size.books + 1)]
    keys_of = key_maker(table)
    match(*books[0], keys_of, _never)
    start = time.process_time()
    for rows, known in books:
        found = match(rows, known, keys_of, _never)
        if found.missing or any(pair.how != "same" for pair in found.pairs):
            raise RuntimeError("rows were not recognised")
    took = time.process_time() - start
    speed = size.total / took
    return [
        Line("unchanged rows inside a changed book: diff", rate(size.total, took), target="≥ 200,000 rows/s",
             good=speed >= 200_000, note="digest, 编号, pairing; 40 cells a row; processor time", figures={"rows": speed})
    ]  # fmt: skip


def _never(ids: Any) -> Any:
    raise RuntimeError("no row should be in doubt")


def _book(fields: list[str], number: int, count: int) -> tuple[list[Any], list[Any]]:
    from sync.store.base import KnownRow
    from validators.rows import RawRow, digest

    rows = [
        RawRow("项目库", place, cells, f"P{number:03d}{place:03d}", {"id": f"P{number:03d}{place:03d}"})
        for place, cells in enumerate(raw_rows(fields, table_rows(1, f"u{number:05d}", unit_name(number), count)), 7)
    ]
    return rows, [KnownRow(row.id, digest(row.cells), (), row.row, "live") for row in rows]
