"""Where everything stands in a book, as last read: kept in the store so that an answer can be rendered again without
reading. Valid only while the book's fingerprint is the one it was read with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sync.accept import Acceptance
from sync.accept import own_names as own_names_of
from sync.lost import columns_told_lost, lost_columns
from sync.parts import Parts
from sync.store.base import BookState
from validators.rows import RawRow

if TYPE_CHECKING:
    from sync.collect import Reading

Layout = dict[str, Any]


def make_layout(
    parts: Parts, book: BookState, reading: Reading, acceptance: Acceptance, shuffled: Mapping[str, str] | None = None
) -> Layout:
    """JSON: {"read_at", "own_names", "todo", "tabs": [{"table", "title", "header_row", "columns", "lost", "units",
    "answers", "rows": [[row, id, digest, text digest, updated]], "opened": [rows], "late": [rows], "empty": [rows],
    "shuffled": decision, "last": row}]}; late: written after the scheme's end and not taken."""
    before = _texts_before(book)
    tabs = []
    for table, tab, matching in reading.tabs:
        rows = []
        for pair in matching.pairs:
            record_id = acceptance.ids[table.name, pair.row.row]
            text, updated = before.get(record_id, ("", ""))
            rows.append([pair.row.row, record_id, pair.digest, text, updated])
        opened = [row.row for row in reading.opened.get(table.name, ())]
        tabs.append(
            {
                "table": table.name,
                "title": tab.title,
                "header_row": tab.header_row,
                "columns": tab.columns,
                "lost": [*dict.fromkeys([*lost_columns(book, table, tab), *columns_told_lost(tab)])],
                "units": tab.units,
                "answers": tab.answer_columns,
                "rows": rows,
                "opened": opened,
                "opened_keys": [_opened_key(table.name, row) for row in reading.opened.get(table.name, ())],
                "late": sorted(reading.late.get(table.name, ())),
                "empty": [row.row for row in reading.empty.get(table.name, ())],
                "shuffled": (shuffled or {}).get(table.name, ""),
                "last": max([tab.header_row, *(r.row for r in tab.rows), *(r.row for r in tab.totals)]),
            }
        )
    return {
        "read_at": parts.clock.now(),
        "own_names": own_names_of(parts, book, reading),
        "todo": reading.snapshot.own_tabs.get("todo", ""),
        "tabs": tabs,
    }


def _opened_key(table: str, row: RawRow) -> list[str]:
    return list(row.cells)


def _texts_before(book: BookState) -> dict[str, tuple[str, str]]:
    return {row[1]: (row[3], row[4]) for tab in book.layout.get("tabs", ()) for row in tab["rows"]}
