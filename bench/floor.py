"""The floor: the best code one could write in an hour that does the whole of a cold sync with nothing beside it.

Same files, one process, no reader process, no history, no rules, no identity: our raw reader (the fastest that is
safe, xlsx.md §1), a pydantic model with the cells' parsers as before-validators, `executemany` of the records into
SQLite, and a patch of as many cells as we answer, with its verification. It is a yardstick, not a lower bound of nature.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from bench.clockwork import Phases
from bench.floor_cells import MARK, kinds_of
from sync.backends.folder.package import Limits
from sync.backends.folder.patch import plan_patch
from sync.backends.folder.rawsheet import Cells
from sync.backends.folder.workbook import Workbook
from sync.book import BookAnswer, CellText
from validators.scheme.models import Scheme
from validators.scheme.tables import Table


def model_of(table: Table, choices: dict[str, list[str]]) -> TypeAdapter[dict[str, Any]]:
    """A TypedDict of the table: the fastest form of a pydantic model (performance.md §2)."""
    fields = kinds_of(((item.name, item.type, item.choices) for item in table.fields), choices)
    return TypeAdapter(TypedDict("Row", fields, total=False))  # type: ignore[operator]


def choices_of(scheme: Scheme) -> dict[str, list[str]]:
    """Every spelling of every list."""
    found = {name: [w for c in items for w in (c.value, *c.aliases)] for name, items in scheme.choices.items()}
    return {**found, "@units": [unit.name for unit in scheme.units]}


class Floor:
    """The floor over one table: `book` does one book whole. `phases` tells where the time went."""

    def __init__(self, table: Table, choices: dict[str, list[str]], database: Path) -> None:
        self.table = table
        self.names = [item.name for item in table.fields]
        self.validate = model_of(table, choices).validator.validate_python
        self.phases = Phases()
        self.errors: Counter[str] = Counter()
        self.rows = 0
        self.db = sqlite3.connect(database, isolation_level=None)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=NORMAL")
        columns = ", ".join(f"f_{name}" for name in self.names)
        self.db.execute(f"CREATE TABLE record (id TEXT PRIMARY KEY, book TEXT, hash TEXT, {columns})")
        marks = ", ".join("?" * (len(self.names) + 3))
        self.insert = f"INSERT INTO record VALUES ({marks})"

    def book(self, path: Path) -> None:
        """Read, validate, store, answer one file."""
        with self.phases("read"):
            data = path.read_bytes()
            fingerprint = sha256(data).hexdigest()
            header, rows, answers = self._read(data)
        with self.phases("validate"):
            records, told = self._validate(rows, header)
        with self.phases("store"):
            self._store(path.stem, rows, records)
        with self.phases("answer"):
            self._answer(path, data, fingerprint, rows, told, answers)
        self.rows += len(rows)

    def _read(self, data: bytes) -> tuple[dict[int, str], list[tuple[int, Cells]], dict[str, int]]:
        """Columns by the marks, then the rows below the header."""
        workbook = Workbook(data, Limits())
        tab = next(item for item in workbook.tabs if item.title == self.table.title)
        header: dict[int, str] = {}
        answers: dict[str, int] = {}
        rows: list[tuple[int, Cells]] = []
        for number, cells in workbook.sheet(tab).rows():
            if not header:
                for column, text in cells.items():
                    if text.startswith(f"tb:{self.table.name}."):
                        name = text.rpartition(".")[2]
                        (answers.__setitem__(name[1:], column) if name[0] == "@" else header.__setitem__(column, name))
                start = number + 2  # group and title rows
            elif number > start:
                rows.append((number, cells))
        return header, rows, answers

    def _validate(
        self, rows: list[tuple[int, Cells]], header: dict[int, str]
    ) -> tuple[list[dict[str, Any]], list[int]]:
        records, told = [], []
        validate, errors = self.validate, self.errors
        for _, cells in rows:
            row = {header[column]: cell for column, cell in cells.items() if column in header}
            try:
                records.append(validate(row))
                told.append(0)
            except ValidationError as wrong:
                found = wrong.errors(include_url=False, include_context=False, include_input=False)
                bad = {str(item["loc"][0]) for item in found}
                errors.update(bad)
                records.append(validate({name: cell for name, cell in row.items() if name not in bad}))
                told.append(len(bad))
        return records, told

    def _store(self, book: str, rows: list[tuple[int, Cells]], records: list[dict[str, Any]]) -> None:
        names = self.names
        values = [
            (f"{book}{number}", book, _hash(cells), *[_plain(record.get(name)) for name in names])
            for (number, cells), record in zip(rows, records, strict=True)
        ]
        self.db.execute("BEGIN IMMEDIATE")
        self.db.executemany(self.insert, values)
        self.db.execute("COMMIT")

    def _answer(
        self,
        path: Path,
        data: bytes,
        fingerprint: str,
        rows: list[tuple[int, Cells]],
        told: list[int],
        answers: dict[str, int],
    ) -> None:
        """As many cells as we write, with texts of about their length. The echo is the row itself, as ours is: a
        made-up one of equal letters would be packed in no time."""
        cells = []
        for (number, row), count in zip(rows, told, strict=True):
            texts = {
                "id": f"P{number:06d}",
                "check": f"还有{count}处要改\n开工实际日期：“待定”不是日期，写成2025-03-15" if count else "✓ 通过",
                "status": "逾期12天(原则上)：独立选址项目签约(2025-03-31)后3个月内开工，应于2025-06-30前；依据 一2",
                "stage": "前期",
                "deadline": "2025-06-30",
                "remaining": "12",
                "updated": "2025-06-20 09:00",
                "problems": "|start|" if count else "",
                "echo": "|".join([cell if cell[0] != MARK else cell[2:].partition("\x1f")[0] for cell in row.values()]),
            }
            for name, text in texts.items():
                if name in answers and text:
                    cells.append(CellText(self.table.title, number, answers[name], text, number=name == "remaining"))
        patch = plan_patch(data, BookAnswer(fingerprint, cells))
        if not patch.data:
            raise RuntimeError(f"{path.name}: nothing patched")
        temporary = path.with_suffix(".tmp")
        temporary.write_bytes(patch.data)
        temporary.replace(path)


def _hash(cells: Cells) -> str:
    from hashlib import blake2b

    return blake2b("\x1f".join(cells.values()).encode(), digest_size=16).hexdigest()


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def run_floor(books: list[Path], table: Table, choices: dict[str, list[str]], database: Path) -> Iterator[Floor]:
    """The floor after each book, so that a caller may stop in between."""
    floor = Floor(table, choices, database)
    for path in books:
        floor.book(path)
        yield floor
    floor.db.close()
