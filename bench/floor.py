"""The floor: the best code one could write in an hour that does the whole of a cold sync with nothing beside it.

Same files, one process, no reader process, no history, no rules, no identity: our raw reader (the fastest that is
safe, xlsx.md §1), a pydantic model with the cells' parsers as before-validators, `executemany` of the records into
SQLite, and a patch of as many cells as we answer, with its verification. It is a yardstick, not a lower bound of nature.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from bench.clockwork import Phases
from sync.backends.folder.package import Limits
from sync.backends.folder.patch import plan_patch
from sync.backends.folder.rawsheet import Cells
from sync.backends.folder.workbook import Workbook
from sync.book import BookAnswer, CellText
from validators.rawcell import MARK
from validators.scheme.tables import Table

_DATE = re.compile(r"\s*(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\s*\Z")
_EIGHT = re.compile(r"(\d{4})(\d\d)(\d\d)\Z")
_WIDE = str.maketrans("０１２３４５６７８９．－", "0123456789.-")
_EPOCH = date(1899, 12, 30)
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_days: dict[str, date] = {}
_amounts: dict[str, Decimal] = {}


def _remember(known: dict[str, Any], raw: str, value: Any) -> Any:
    if len(known) > 50_000:
        known.clear()
    known[raw] = value
    return value


def parse_day(raw: str) -> date:
    """A day from any of nine shapes; remembered by raw content."""
    found = _days.get(raw)
    if found is not None:
        return found
    if raw[0] == MARK:
        digits = raw[2:].partition("\x1f")[0]
        return _remember(_days, raw, _EPOCH + timedelta(days=int(digits)))
    text = raw.translate(_WIDE)
    match = _DATE.match(text) or _EIGHT.match(text)
    if match is None:
        raise ValueError("no date")
    return _remember(_days, raw, date(int(match[1]), int(match[2]), int(match[3])))


def parse_amount(raw: str) -> Decimal:
    """An amount in 万元; remembered by raw content."""
    found = _amounts.get(raw)
    if found is not None:
        return found
    text = raw[2:].partition("\x1f")[0] if raw[0] == MARK else raw.translate(_WIDE).replace(",", "").strip()
    factor = 1
    if text.endswith("亿元"):
        text, factor = text[:-2], 10000
    elif text.endswith("万元"):
        text = text[:-2]
    try:
        value = Decimal(text) * factor
    except InvalidOperation:
        raise ValueError("no amount") from None
    if value < 0:
        raise ValueError("negative")
    return _remember(_amounts, raw, value)


def parse_uscc(raw: str) -> str:
    """18 characters with their check digit."""
    text = raw.translate(_WIDE).strip().upper()
    if len(text) != 18:
        raise ValueError("length")
    total = 0
    for char, weight in zip(text, _WEIGHTS, strict=False):
        total += _USCC.index(char) * weight
    if _USCC[(31 - total % 31) % 31] != text[17]:
        raise ValueError("check digit")
    return text


def _pattern(pattern: str) -> Any:
    match = re.compile(pattern).fullmatch

    def check(raw: str) -> str:
        text = raw.translate(_WIDE).strip()
        if match(text) is None:
            raise ValueError("form")
        return text

    return check


def _one_of(values: list[str]) -> Any:
    known = set(values)

    def check(raw: str) -> str:
        text = raw.strip()
        if text not in known:
            raise ValueError("not in the list")
        return text

    return check


def model_of(table: Table, choices: dict[str, list[str]]) -> TypeAdapter[dict[str, Any]]:
    """A TypedDict of the table: the fastest form of a pydantic model (performance.md §2)."""
    kinds: dict[str, Any] = {
        "uscc": Annotated[str, BeforeValidator(parse_uscc)],
        "projcode": Annotated[str, BeforeValidator(_pattern(r"\d{4}-\d{6}-\d\d-\d\d-\d{6}"))],
        "phone": Annotated[str, BeforeValidator(_pattern(r"1\d{10}|\d{3,4}-\d{7,8}"))],
        "yesno": Annotated[str, BeforeValidator(_one_of(["是", "否"]))],
    }
    fields: dict[str, Any] = {}
    for item in table.fields:
        if item.type.startswith("date"):
            kind: Any = Annotated[date, BeforeValidator(parse_day)]
        elif item.type.startswith("money") or item.type in ("number", "integer", "pct_progress"):
            kind = Annotated[Decimal, BeforeValidator(parse_amount)]
        elif item.choices:
            kind = Annotated[str, BeforeValidator(_one_of(choices[item.choices]))]
        else:
            kind = kinds.get(item.type, str)
        fields[item.name] = kind
    return TypeAdapter(TypedDict("Row", fields, total=False))  # type: ignore[operator]


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
        """As many cells as we write, with texts of about their length."""
        cells = []
        for (number, _), count in zip(rows, told, strict=True):
            texts = {
                "id": f"P{number:06d}",
                "check": f"还有{count}处要改\n开工实际日期：“待定”不是日期，写成2025-03-15" if count else "✓ 通过",
                "status": "逾期12天(原则上)：独立选址项目签约(2025-03-31)后3个月内开工，应于2025-06-30前；依据 一2",
                "stage": "前期",
                "deadline": "2025-06-30",
                "remaining": "12",
                "updated": "2025-06-20 09:00",
                "problems": "|start|" if count else "",
                "echo": "x" * 400,
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
