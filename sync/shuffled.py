"""One column sorted without the others: every cell is in order, and stands beside the wrong project.

Excel and WPS ask whether to sort the selection only, and many a clerk says yes. Each row then looks edited; only all of
them together show that nothing was entered and contents merely changed places. What the book says is taken (it is what
stands there), the clerk is told, and the question stays open until a person says that it was meant, or the cells are back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from sync.book import TabSnapshot
from sync.parts import Parts
from sync.store.base import BookState, Decision, StoredRecord
from validators.findings import Finding, Severity
from validators.scheme.tables import Table

KIND = "shuffled_column"
FEW = 3  # two rows that exchange a value may have been corrected; three and more hardly ever are

Moves = dict[str, dict[str, str]]  # field → record → what stood there before


def find_moves(table: Table, changed: Iterable[tuple[StoredRecord, Sequence[str]]]) -> Moves:
    """Fields whose contents changed places: `changed` are records as they were, each with the raw cells of its row now."""
    before: Moves = {}
    now: dict[str, list[str]] = {}
    for record, cells in changed:
        for item, cell in zip(table.fields, cells, strict=True):
            old = record.cells.get(item.name, "")
            if old != cell and item.owner != "system":
                before.setdefault(item.name, {})[record.id] = old
                now.setdefault(item.name, []).append(cell)
    return {
        name: olds
        for name, olds in before.items()
        if len(olds) >= FEW and len({*olds.values()}) >= FEW and Counter(olds.values()) == Counter(now[name])
    }


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about one table: the decision as this run leaves it, and whether the clerk is told."""

    decision: Decision
    told: Finding | None = None


def ask_about(
    parts: Parts, book: BookState, table: Table, tab: TabSnapshot, moves: Moves, live: Mapping[str, StoredRecord]
) -> Question | None:
    """The question for this table: opened, still open, or void because the contents are back where they were. None when
    there is none. `live`: the records of the book as they will be."""
    asked = next((t.get("shuffled", "") for t in book.layout.get("tabs", ()) if t["table"] == table.name), "")
    known = parts.store.decision(asked) if asked else None
    if known is not None and known.state in ("open", "rejected"):
        if not _back(known.data["before"], live):
            return Question(known, _told(table, tab, known.data["before"]))
        known.state, known.closed, known.note = "void", parts.clock.now(), "已恢复原来的行"
        return Question(known)
    if not moves:
        return None
    what, now = _what(table, moves), parts.clock.now()
    data = {"name": what, "table": table.title, "where": f"{tab.title}，{_rows(moves)}行", "before": moves}
    mark = blake2b(repr((now, moves)).encode(), digest_size=6).hexdigest()
    opened = Decision(f"{KIND}:{book.id}:{table.name}:{mark}", KIND, parts.scheme.id, book.id, what, data, now)
    return Question(opened, _told(table, tab, moves))


def _told(table: Table, tab: TabSnapshot, moves: Moves) -> Finding:
    params = {"tab": tab.title, "what": _what(table, moves), "count": _rows(moves)}
    return Finding("sheet.column_shuffled", Severity.EXPLAIN, table.name, params=params)


def _what(table: Table, moves: Moves) -> str:
    titles = {item.name: item.title for item in table.fields}  # a field may have left the scheme since
    return "".join(f"“{titles.get(name, name)}”" for name in moves)


def _rows(moves: Moves) -> int:
    return max(map(len, moves.values()))


def _back(before: Moves, live: Mapping[str, StoredRecord]) -> bool:
    """Whether every cell that moved reads as it did, in all rows that are still there."""
    return all(
        record not in live or live[record].cells.get(name, "") == old
        for name, olds in before.items()
        for record, old in olds.items()
    )
