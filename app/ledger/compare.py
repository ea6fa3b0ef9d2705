"""Entries of a ledger against the rows that stand in the book: new ones, those there already, those twice.

A row that stands in the book is never changed; what the ledger says otherwise is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.ledger.target import Target
from sync.keys import normal
from sync.ledger.mapping import labels
from sync.ledger.records import Entry
from sync.ledger.typed import Typist
from validators.rawcell import RawCell, show
from validators.scheme.tables import Table

Values = Mapping[str, str]  # field → canonical text, or what stands there where it is not understood


@dataclass(frozen=True, slots=True)
class Differs:
    """A field about which book and ledger disagree."""

    field: str
    book: str
    ledger: str


@dataclass(slots=True)
class Existing:
    """An entry whose record stands in the book already, in that row."""

    entry: Entry
    where: str
    differences: list[Differs] = field(default_factory=list)


@dataclass(slots=True)
class Sorted:
    """What becomes of the entries: `new` ones are to be filled in, in the ledger's order. `opened`: where of an entry,
    the row that sync has opened for it (a month of a project) and in which no clerk has typed yet."""

    new: list[Entry] = field(default_factory=list)
    opened: dict[str, int] = field(default_factory=dict)
    existing: list[Existing] = field(default_factory=list)
    refused: list[Entry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Known:
    where: str
    values: Values
    row: int = 0
    opened: bool = False  # nothing but what the system put there


class _Index:
    """Records by their keys; one of a lower key counts only where no surer key of one field says otherwise."""

    def __init__(self, table: Table) -> None:
        self._keys = table.keys
        self._found: dict[tuple[tuple[str, ...], tuple[str, ...]], list[_Known]] = {}
        self._all: list[_Known] = []

    def add(self, known: _Known) -> None:
        self._all.append(known)
        for key in self._keys:
            if parts := _parts(key, known.values):
                self._found.setdefault((key, parts), []).append(known)

    def find(self, values: Values) -> _Known | None:
        keyed = False
        for key in self._keys:
            parts = _parts(key, values)
            keyed = keyed or bool(parts)
            for known in self._found.get((key, parts), ()) if parts else ():
                if not self._denied(key, values, known.values):
                    return known
        if keyed:
            return None
        return next((known for known in self._all if _covers(known.values, values)), None)

    def _denied(self, key: tuple[str, ...], one: Values, other: Values) -> bool:
        surer = [item for item in self._keys[: self._keys.index(key)] if len(item) == 1]
        return any(
            _parts(item, one) and _parts(item, other) and _parts(item, one) != _parts(item, other) for item in surer
        )


def sort_entries(entries: Iterable[Entry], target: Target, table: Table, typist: Typist) -> Sorted:
    """New, existing and refused entries. Nothing is lost: every entry is in one of the three."""
    result = Sorted()
    book, taken = _Index(table), _Index(table)
    for standing in _standing(target, table, typist):
        book.add(standing)
    for entry in entries:
        if entry.refused:
            result.refused.append(entry)
            continue
        values = values_of(entry)
        known = book.find(values)
        if known and known.opened and known.row not in result.opened.values():
            entry.cells = {name: raw for name, raw in entry.cells.items() if not known.values.get(name)}
            result.opened[entry.where] = known.row
            result.new.append(entry)
        elif known:
            result.existing.append(Existing(entry, known.where, _differences(table, known.values, values)))
        elif twin := taken.find(values):
            same = _covers(twin.values, values)
            entry.refused = f"和{twin.where}重复" if same else f"和{twin.where}同名，内容不同，请核对是不是一个项目"
            result.refused.append(entry)
        else:
            taken.add(_Known(entry.where, values))
            result.new.append(entry)
    return result


def values_of(entry: Entry) -> dict[str, str]:
    """Canonical texts; of cells carried as they stand what they say."""
    return {name: entry.values.get(name, "") or show(raw).strip() for name, raw in entry.cells.items()}


def _standing(target: Target, table: Table, typist: Typist) -> Iterable[_Known]:
    for row in target.tab.rows:
        values: dict[str, str] = {}
        typed = False
        for item, raw in zip(table.fields, row.cells, strict=True):
            if raw:
                typed = typed or item.owner != "system"
                values[item.name] = said(typist, table, item.name, raw, target.tab.units.get(item.name, ""))
        if any(values.values()):
            yield _Known(f"{target.tab.title}!第{row.row}行", values, row.row, opened=not typed)


def said(typist: Typist, table: Table, name: str, raw: RawCell, unit: str) -> str:
    """The canonical text of a cell of the book, else what stands there."""
    return typist.read(table.field(name), raw, unit).value or show(raw).strip()


def _parts(key: Sequence[str], values: Values) -> tuple[str, ...]:
    parts = tuple(normal(values.get(name, "")) for name in key)
    return parts if all(parts) else ()


def _covers(known: Values, values: Values) -> bool:
    return all(normal(known.get(name, "")) == normal(text) for name, text in values.items() if text)


def _differences(table: Table, book: Values, ledger: Values) -> list[Differs]:
    called = labels(table)
    return [
        Differs(called[name], book.get(name, ""), text)
        for name, text in ledger.items()
        if text and normal(text) != normal(book.get(name, ""))
    ]
