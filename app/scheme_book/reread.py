"""Stored rows as a changed scheme reads them: what the next sync would accept, from the raw cells kept beside the values.

Read as the sync reads them (`sync.accept`): by the day on which each row was filled in, with the units that its book's
columns name and the names that the book's own drop-downs offer; what cannot be read keeps its last value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sync.clock import local
from sync.looks import last_seen_without
from sync.parts import Parts
from sync.store.base import BookState, StoredRecord
from validators.findings import Finding
from validators.history import fold
from validators.rows import RawRow
from validators.scheme.models import Scheme
from validators.scheme.tables import Table
from validators.validate import RowValidator

_NOT_READ_BY = {"rules", "reports", "answers", "guide", "coverage", "source", "title", "version"}


@dataclass(slots=True)
class Reread:
    """Records under the scheme, those of tables that are gone left out; record id → findings of its cells."""

    records: list[StoredRecord] = field(default_factory=list)
    findings: dict[str, list[Finding]] = field(default_factory=dict)


def reread(parts: Parts, scheme: Scheme, records: Sequence[StoredRecord]) -> Reread:
    """`parts`: of the scheme under which the records were accepted. Where both read cells alike, nothing is read anew."""
    stored, names = parts.scheme, {table.name for table in scheme.tables}
    known = [item for item in records if item.table in names]
    judged = parts.store.judgements(stored.id, kind="record")
    found = Reread([replace(item) for item in known])
    found.findings = {item.key: [part for part in item.findings if not part.rule] for item in judged}
    if _reading(stored) == _reading(scheme):
        return found
    by_table: dict[str, list[StoredRecord]] = defaultdict(list)
    for item in known:
        by_table[item.table].append(item)
    books = {book.id: book for book in parts.store.books(stored.id)}
    found.records = []
    for name, items in by_table.items():
        found.records += _Again(parts, scheme, stored.table(name), books, known).read(items, found.findings)
    return found


def _reading(scheme: Scheme) -> dict[str, Any]:
    return scheme.model_dump(exclude=_NOT_READ_BY)


class _Again:
    """One table of the changed scheme over rows of the table as it was."""

    def __init__(
        self, parts: Parts, scheme: Scheme, was: Table, books: Mapping[str, BookState], everything: list[StoredRecord]
    ) -> None:
        self.parts, self.scheme, self.books = parts, scheme, books
        self.table = scheme.table(was.name)
        self.names = renamed(was, self.table)  # new → old
        self.back = {old: new for new, old in self.names.items()}
        self.validator = RowValidator(scheme, self.table)
        self.everything = everything
        self.today = parts.clock.today()

    def read(self, items: Iterable[StoredRecord], findings: dict[str, list[Finding]]) -> list[StoredRecord]:
        """The records; findings of what is read anew take the place of the former ones. A row that is gone from its
        book is not read: its last values stand."""
        found, alike = [], defaultdict[tuple[str, date], list[StoredRecord]](list)
        for item in items:
            if item.state != "live":
                found.append(self._under_new_names(item))
            else:
                alike[item.book, self._filled_on(item)].append(item)
        for (book, day), rows in alike.items():
            found += self._rows(book, day, rows, findings)
        return found

    def _rows(
        self, book: str, day: date, items: list[StoredRecord], findings: dict[str, list[Finding]]
    ) -> Iterable[StoredRecord]:
        rows = [RawRow(self.table.title, 0, self._cells(item)) for item in items]
        state = self.books.get(book)
        own = self._own_names(book) if any(part.choices.startswith("@") for part in self.table.fields) else {}
        result = self.validator.validate(rows, today=day, own=own, unit=items[0].unit, units=self._units(state))
        since = self._since(state)
        for item, row in zip(items, result.rows, strict=True):
            before = self._under_new_names(item)
            values = row.values | {name: before.values[name] for name in row.unread if name in before.values}
            facts = fold(self.scheme, self.table, before.facts, before.values, values, self.today, since)
            name = values.get(self.table.name_field, "") if self.table.name_field else ""
            findings[item.id] = row.findings
            yield replace(before, values=values, kept=row.unread, facts=facts, name=name)

    def _cells(self, item: StoredRecord) -> tuple[str, ...]:
        return tuple(item.cells.get(self.names.get(part.name, part.name), "") for part in self.table.fields)

    def _filled_on(self, item: StoredRecord) -> date:
        return min(local(item.changed_at).date(), self.today) if item.changed_at else self.today

    def _units(self, book: BookState | None) -> dict[str, str]:
        """Field → the unit that its column in the book names."""
        tabs = book.layout.get("tabs", ()) if book is not None else ()
        units: dict[str, str] = next((tab.get("units", {}) for tab in tabs if tab["table"] == self.table.name), {})
        return {self.back.get(name, name): word for name, word in units.items()}

    def _own_names(self, book: str) -> dict[str, list[str]]:
        """Table → the names of its rows in the book, as they stand in the cells."""
        found: dict[str, list[str]] = {}
        for table in self.scheme.tables:
            if table.name_field and any(item.parent == table.name for item in self.scheme.tables):
                rows = (r for r in self.everything if r.book == book and r.table == table.name and r.state == "live")
                old = renamed(self.parts.scheme.table(table.name), table).get(table.name_field, table.name_field)
                found[table.name] = sorted({cell for row in rows if (cell := row.cells.get(old, ""))})
        return found

    def _since(self, book: BookState | None) -> datetime | None:
        """The earliest time at which what the book says can have been written."""
        at = int(last_seen_without(self.parts, book, book.file_time)) if book is not None else 0
        seen = local(at) if at else None
        return seen if seen is not None and seen.date() <= self.today else None

    def _under_new_names(self, item: StoredRecord) -> StoredRecord:
        """Values, marks and history of renamed fields under their new names; those of fields that are gone left out."""
        known = {part.name for part in self.table.fields}
        values = {self.back.get(name, name): value for name, value in item.values.items()}
        values = {name: value for name, value in values.items() if name in known}
        kept = tuple(name for name in (self.back.get(n, n) for n in item.kept) if name in known)
        return replace(item, values=values, kept=kept, facts=_facts(item.facts, self.back))


def renamed(was: Table, now: Table) -> dict[str, str]:
    """New name → old name of columns that were given another English name: the same title, or the old one as alias."""
    old = {item.name for item in was.fields}
    new = {item.name for item in now.fields}
    found: dict[str, str] = {}
    for item in now.fields:
        if item.name in old:
            continue
        words = {item.title, *item.aliases}
        matches = [part.name for part in was.fields if part.name not in new and part.title in words]
        if len(matches) == 1 and matches[0] not in found.values():
            found[item.name] = matches[0]
    return found


def _facts(facts: Mapping[str, Any], back: Mapping[str, str]) -> dict[str, Any]:
    """History facts under the new names of renamed fields."""
    if not back:
        return dict(facts)
    return {
        key: {back.get(name, name): part for name, part in value.items()} if isinstance(value, dict) else value
        for key, value in facts.items()
    }
