"""A column that was there and is gone costs that column, not its values: they stay as last read (laws L3, L8). A column
of ours that is gone takes the answers with it: people are told how they get it back.

Whose values they are is settled by what the row still says, never by the 编号 alone: somebody who deletes a column may
sort the others in the same minute. So the rows are matched without the lost columns, then each gets its own back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sync.book import Snapshot, TabSnapshot
from sync.keys import key_maker
from sync.matching import CellsOf, Matching, match
from sync.parts import Parts
from sync.store.base import BookState, KnownRow
from validators.findings import Finding, Severity
from validators.rows import RawRow, digest
from validators.scheme.tables import Table

Cells = tuple[str, ...]
COLUMN_LOST = "sheet.column_lost"


def lost_columns(book: BookState, table: Table, tab: TabSnapshot) -> list[str]:
    """Fields that had a column in the last reading, or were kept then, and have none now."""
    before: dict[str, Any] = next((t for t in book.layout.get("tabs", ()) if t["table"] == table.name), {})
    had = {*before.get("columns", ()), *before.get("lost", ())}
    return [item.name for item in table.fields if item.name in had and item.name not in tab.columns]


def columns_told_lost(tab: TabSnapshot) -> list[str]:
    """Fields whose header people are asked to restore. Those of the first reading of a book are known by nothing else:
    without them the next reading would take the columns for ones that the book never had."""
    return [item.field for item in tab.findings if item.code == COLUMN_LOST and item.table == tab.table]


def tell_lost_answers(parts: Parts, book: BookState, snapshot: Snapshot) -> None:
    """One finding for each tab of today's template in which columns that people read our answers in were deleted.

    Where answers are shown by formulas the backend puts them back itself; hidden columns nobody misses.
    """
    if not parts.backend.by_place or snapshot.version != parts.scheme.version:
        return
    hidden = {answer.name for answer in parts.scheme.answers if answer.hidden}
    for shape in parts.shapes[book.role].tables:
        tab = snapshot.tab(shape.name)
        if tab is None or not tab.mark_row:
            continue
        gone = [title for name, title in shape.answers if name not in tab.answer_columns and name not in hidden]
        if gone:
            what = "".join(f"“{title}”" for title in gone)
            params = {"tab": tab.title, "what": f"{what}{len(gone)}列" if len(gone) > 1 else f"{what}列"}
            tab.findings.append(Finding("sheet.answers_lost", Severity.HINT, shape.name, params=params))


def match_without(
    lost: Iterable[str], table: Table, rows: Sequence[RawRow], known: Sequence[KnownRow], cells_of: CellsOf
) -> Matching:
    """Match by the columns that are left; the rows found again then hold what was last read of the lost ones."""
    at = [table.index(name) for name in lost]
    whole = {record: tuple(cells) for record, cells in cells_of([item.id for item in known]).items()}
    rest = {record: _with(cells, at, ()) for record, cells in whole.items()}
    reduced = [item._replace(digest=digest(rest[item.id])) if item.id in rest else item for item in known]

    def rest_of(ids: Iterable[str]) -> Mapping[str, Sequence[str]]:
        return {record: rest[record] for record in ids if record in rest}

    found = match(rows, reduced, key_maker(table), rest_of)
    originals = {item.id: item for item in known}
    pairs = []
    for pair in found.pairs:
        if pair.known is not None and pair.known.id in whole:
            pair.row.cells = _with(pair.row.cells, at, whole[pair.known.id])
        mine = originals[pair.known.id] if pair.known is not None else None
        pairs.append(pair._replace(digest=pair.row.digest(), known=mine))
    return replace(found, pairs=pairs, missing=[originals[item.id] for item in found.missing])


def _with(cells: Cells, at: Iterable[int], source: Cells) -> Cells:
    """The cells with those at some places taken from another row, blank where there is none."""
    changed = list(cells)
    for index in at:
        changed[index] = source[index] if source else ""
    return tuple(changed)
