"""A bundled scheme's whole office, as large as wanted: projects of all units with their monthly rows, problems and the
lists of departments about them, in the proportions of the scheme's demo.

Some hundred distinct projects are made and understood once, then repeated under other names and codes, so that nothing
is alike by accident and names still lead from a department's row to the project it is about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from app.demo.generate import Generator
from bench.rows import raw_cell
from sheets_templates import catalog
from validators.cells import squeeze
from validators.rows import RawRow, Record
from validators.scheme.models import Scheme
from validators.scheme.tables import Table
from validators.validate import RowValidator

DAY = date(2025, 12, 1)
NAMING = frozenset({"project_name", "projcode", "company", "uscc"})  # types of fields that say whom a row is about


@dataclass(slots=True)
class Book:
    """Rows of one unit or department, as they would be read together; row → its parent."""

    records: dict[str, list[Record]] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Crowd:
    """All books of a scheme. A unit with many projects has them in several."""

    scheme: Scheme
    main: str  # the table of projects
    books: list[Book]

    def count(self, table: str = "") -> int:
        tables = (rows for book in self.books for name, rows in book.records.items() if table in ("", name))
        return sum(map(len, tables))

    def records(self) -> Iterator[Record]:
        return (record for book in self.books for rows in book.records.values() for record in rows)

    def parents(self) -> dict[str, str]:
        return {child: parent for book in self.books for child, parent in book.parents.items()}


def crowd(name: str, *, projects: int = 0, rows: int = 0, distinct: int = 800) -> Crowd:
    """So many projects with all that belongs to them, or so many rows of all tables together."""
    scheme = catalog.load(name)
    main = scheme.tables_of("unit")[0].name
    made = Generator(scheme, catalog.find(name) / "demo.yaml", DAY, seed=3)
    each = -(-distinct // len(scheme.units))
    first = [_book(scheme, unit.code, made.book(unit.code, each)) for unit in scheme.units]
    first += [_book(scheme, role, made.commission(role)) for role in catalog.roles(scheme) if role != "unit"]
    found = Crowd(scheme, main, list(first))
    again = {t.name: _naming(t) for t in scheme.tables if _is_about(scheme, t)}
    share, turn = (found.count(main), 0) if projects else (found.count(), 0)
    while (done := found.count(main if projects else "")) < (projects or rows):
        turn, left = turn + 1, (projects or rows) - done
        some = first if left >= share else first[: max(1, round(len(first) * left / share))]
        found.books += [_again(book, again, turn) for book in some]
    return found


def _book(scheme: Scheme, code: str, tables: Mapping[str, Sequence[dict[str, Any]]]) -> Book:
    found = Book()
    for name, rows in tables.items():
        model = scheme.table(name)
        raw = [RawRow("", n, tuple(raw_cell(row.get(f.name)) for f in model.fields)) for n, row in enumerate(rows, 7)]
        read = RowValidator(scheme, model).validate(raw, today=DAY).rows
        seen = [{"first_seen": (DAY - timedelta(days=n % 60)).isoformat()} for n in range(len(read))]
        found.records[name] = [
            Record(f"{code}-{name}-{n}", name, code, row.values, facts=facts)
            for n, (row, facts) in enumerate(zip(read, seen, strict=True))
        ]
    for table in scheme.tables:
        if table.parent and table.name in found.records:
            found.parents |= _tied(scheme, table, found.records)
    return found


def _tied(scheme: Scheme, table: Table, records: Mapping[str, Sequence[Record]]) -> dict[str, str]:
    """Row → its parent, by the name that it gives."""
    name = scheme.table(table.parent).name_field
    names = {squeeze(item.values.get(name, "")): item.id for item in records.get(table.parent, ())}
    wanted = {item.id: squeeze(item.values.get(table.parent_field, "")) for item in records[table.name]}
    return {key: names[text] for key, text in wanted.items() if text in names}


def _is_about(scheme: Scheme, table: Table) -> bool:
    """Whether there are more rows of the table when there are more projects: what a unit reports of itself is not."""
    return bool(_naming(table)) or (bool(table.parent) and _is_about(scheme, scheme.table(table.parent)))


def _naming(table: Table) -> frozenset[str]:
    return frozenset(item.name for item in table.fields if item.type in NAMING or item.name == table.parent_field)


def _again(book: Book, tables: Mapping[str, frozenset[str]], turn: int) -> Book:
    """The rows once more, about others."""
    found: dict[str, list[Record]] = defaultdict(list)
    for name, rows in book.records.items():
        for item in rows if name in tables else ():
            values = {k: f"{text}·{turn}" if k in tables[name] and text else text for k, text in item.values.items()}
            found[name].append(replace(item, id=f"{item.id}·{turn}", values=values))
    known = {item.id for rows in found.values() for item in rows}
    parents = {f"{child}·{turn}": f"{parent}·{turn}" for child, parent in book.parents.items()}
    return Book(dict(found), {child: parent for child, parent in parents.items() if child in known})
