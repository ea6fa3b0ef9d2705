"""Whose a row of a ledger is: what it says of its place, and the section it stands in. Rows of others must not slip in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from sync.keys import normal
from sync.ledger.body import Line
from sync.ledger.mapping import Mapping, Proposal
from validators.cells import is_ditto, squeeze
from validators.fieldreader import column_contexts
from validators.parsers.read import parse_cell
from validators.rawcell import RawCell, show
from validators.scheme.models import Scheme

_LONGEST = 24  # characters; what is longer is no name of a place
_WHOSE = re.compile(r"属地|乡镇|镇街|街道|载体|辖区|所属|所在|(?:责任|牵头|推进|报送|填报|落实)(?:单位|主体)")
_BETWEEN = re.compile(r"[、,，;；/\\\n\s]|和|及")


class Places:
    """The columns of a tab that say whose a row is, whether they are mapped or not: those that are the field of places,
    those in which mostly units' names stand; and those whose title says so, though departments stand there too."""

    def __init__(self, scheme: Scheme, mapping: Mapping, lines: Sequence[Line], today: date) -> None:
        self._ctx = column_contexts(scheme, today)
        self._names = {
            normal(word): unit.name for unit in scheme.units for word in (unit.name, *unit.aliases) if len(word) > 1
        }
        self._district, self._within = scheme.district, scheme.within
        self._meant: dict[RawCell, tuple[str, ...] | None] = {}
        table = scheme.table(mapping.table)
        self._mapped = {item.head.column for item in mapping.columns
                        if any(table.field(name).type == "township" for name in item.targets)}  # fmt: skip
        self._columns = [item for item in mapping.columns if self._tells(item, lines)]
        self._loose = [item for item in mapping.columns if item not in self._columns and self._hints(item, lines)]
        self._others = {
            item.head.column: set[str]().union(*map(self._named, _words(item, lines)))
            for item in (*self._columns, *self._loose)
        }
        self._above = {item.head.column: _carried(item.head.column, lines) for item in self._columns}

    def elsewhere(self, line: Line, own: str) -> str:
        """Why a row is not the unit's called `own`, "" when nothing says so. A text that names no unit of ours is another
        district's, or a slip that a person must look at: never a silent yes. A blank or 〃 says what the row above says."""
        for item in self._columns:
            raw, row = self._above[item.head.column].get(line.row, (line.cells.get(item.head.column, ""), line.row))
            meant = self._units(raw)
            if meant is not None and own not in meant:
                said = f"“{item.head.shown}”是{show(raw).strip()[:30]}"
                return f"{said}，不是{own}" if row == line.row else f"{said}（第{row}行写的，以下没有另写），不是{own}"
        for item in self._loose:
            raw = line.cells.get(item.head.column, "")
            named = self._named(raw)
            if named and own not in named:
                return f"“{item.head.shown}”是{show(raw).strip()[:30]}，不是{own}"
        found = self._in_section(line)
        if len(found) == 1 and own not in found:
            return f"在“{line.section[:20]}”这一节里，不是{own}的"
        return ""

    def _in_section(self, line: Line) -> set[str]:
        section = normal(line.section)
        return {name for word, name in self._names.items() if word in section}

    def unclear(self, line: Line, own: str) -> tuple[Proposal, str] | None:
        """A column that says whose rows are, but of this row not this unit; with what it says."""
        carried = [(item, self._above[item.head.column].get(line.row, ("", 0))[0]) for item in self._columns]
        if any(own in (self._units(raw) or ()) for _, raw in carried) or self._in_section(line) == {own}:
            return None
        for item, raw in carried:
            if self._others[item.head.column] - {own}:
                return item, show(raw).strip()
        for item in self._loose:
            raw = line.cells.get(item.head.column, "")
            if self._others[item.head.column] <= {own}:
                continue  # a ledger of its own
            if own not in self._named(raw) and own not in (self._units(raw) or ()):
                return item, show(raw).strip()
        return None

    def _tells(self, item: Proposal, lines: Sequence[Line]) -> bool:
        words = _words(item, lines)
        if item.head.column in self._mapped:
            return bool(words)
        return bool(words) and sum(map(self._is_place, words)) * 2 > len(words)

    def _hints(self, item: Proposal, lines: Sequence[Line]) -> bool:
        """责任单位: places and departments; one name of a unit is enough."""
        return bool(_WHOSE.search(squeeze(item.head.title))) and any(map(self._named, _words(item, lines)))

    def _is_place(self, raw: RawCell) -> bool:
        word = normal(show(raw))
        if word in self._names:
            return True
        named = len(word) <= _LONGEST and any(name in word for name in self._names)
        return named and bool(parse_cell("township", raw, self._ctx).value)

    def _named(self, raw: RawCell) -> set[str]:
        """Units that a cell names plainly, alone or among others: 安成镇、区住建局."""
        pieces = [normal(piece) for piece in _BETWEEN.split(show(raw))]
        return {self._names[piece] for piece in pieces if piece in self._names}

    def _units(self, raw: RawCell) -> tuple[str, ...] | None:
        """The units that a cell can mean, () when it names another place; None where it says nothing. Remembered."""
        if raw not in self._meant:
            self._meant[raw] = self._read(raw)
        return self._meant[raw]

    def _read(self, raw: RawCell) -> tuple[str, ...] | None:
        said = squeeze(show(raw))
        if said in ("全区", "本区") or (len(said) > 1 and (self._within + self._district).endswith(said)):
            return None  # the district of us all
        read = parse_cell("township", raw, self._ctx)
        if read.value:
            return (read.value,)
        if read.kind != "error":
            return None
        return (*str(read.params.get("found", "")).split("、"), str(read.params.get("suggest", "")))


def _words(item: Proposal, lines: Sequence[Line]) -> list[RawCell]:
    cells = [line.cells.get(item.head.column, "") for line in lines if line.kind == "data"]
    return [raw for raw in cells if _says(raw)]


def _says(raw: RawCell) -> bool:
    return bool(normal(show(raw))) and not is_ditto(squeeze(show(raw)))


def _carried(column: int, lines: Sequence[Line]) -> dict[int, tuple[RawCell, int]]:
    """Row → what the column says of it and at which row that stands: written once for a block of rows, or 〃."""
    found: dict[int, tuple[RawCell, int]] = {}
    section, last = "", ("", 0)
    for line in lines:
        if line.section != section:
            section, last = line.section, ("", 0)
        raw = line.cells.get(column, "")
        if line.kind not in ("data", "more"):
            continue
        if _says(raw):
            last = raw, line.row
        found[line.row] = last
    return found
