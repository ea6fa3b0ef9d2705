"""Whose a row of a ledger is: what it says of its place, and the section it stands in. Rows of others must not slip in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sync.keys import normal
from sync.ledger.body import Line
from sync.ledger.mapping import Mapping, Proposal
from validators.fieldreader import column_contexts
from validators.parsers.read import parse_cell
from validators.rawcell import RawCell, show
from validators.scheme.models import Scheme

_LONGEST = 24  # characters; what is longer is no name of a place


class Places:
    """The columns of a tab in which mostly units' names stand, whether they are mapped or not."""

    def __init__(self, scheme: Scheme, mapping: Mapping, lines: Sequence[Line], today: date) -> None:
        self._ctx = column_contexts(scheme, today)
        self._names = {
            normal(word): unit.name for unit in scheme.units for word in (unit.name, *unit.aliases) if len(word) > 1
        }
        self._meant: dict[RawCell, tuple[str, ...] | None] = {}
        self._columns = [item for item in mapping.columns if self._tells(item, lines)]

    def elsewhere(self, line: Line, own: str) -> str:
        """Why a row is not the unit's called `own`, "" when nothing says so. A text that names no unit of ours is another
        district's, or a slip that a person must look at: never a silent yes."""
        for item in self._columns:
            raw = line.cells.get(item.head.column, "")
            meant = self._units(raw)
            if meant is not None and own not in meant:
                return f"“{item.head.shown}”是{show(raw).strip()[:30]}，不是{own}"
        section = normal(line.section)
        found = {name for word, name in self._names.items() if word in section}
        if len(found) == 1 and own not in found:
            return f"在“{line.section[:20]}”这一节里，不是{own}的"
        return ""

    def _tells(self, item: Proposal, lines: Sequence[Line]) -> bool:
        cells = [line.cells.get(item.head.column, "") for line in lines if line.kind == "data"]
        words = [raw for raw in cells if normal(show(raw))]
        return bool(words) and sum(map(self._is_place, words)) * 2 > len(words)

    def _is_place(self, raw: RawCell) -> bool:
        word = normal(show(raw))
        if word in self._names:
            return True
        named = len(word) <= _LONGEST and any(name in word for name in self._names)
        return named and bool(parse_cell("township", raw, self._ctx).value)

    def _units(self, raw: RawCell) -> tuple[str, ...] | None:
        """The units that a cell can mean, () when it names another place; None where it says nothing. Remembered."""
        if raw not in self._meant:
            self._meant[raw] = self._read(raw)
        return self._meant[raw]

    def _read(self, raw: RawCell) -> tuple[str, ...] | None:
        read = parse_cell("township", raw, self._ctx)
        if read.value:
            return (read.value,)
        if read.kind != "error":
            return None
        return (*str(read.params.get("found", "")).split("、"), str(read.params.get("suggest", "")))
