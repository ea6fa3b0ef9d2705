"""Rows as found → values and findings: the only door for rows.

Each column is read by the parser of its field with a memory of what it has read: books repeat themselves, so most
cells cost one look-up. Format comes before logic, the root cause before its consequences: a cell that could not be
read is not also reported as missing. One bad cell costs that cell, never the row (law L8).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from validators.columns import Column, Told
from validators.fieldreader import FieldReader, Memories, column_contexts
from validators.findings import Finding, Severity
from validators.rows import RawRow
from validators.scheme.dated import is_dated
from validators.scheme.models import Scheme
from validators.scheme.tables import Table

MOST_PLANS = 16
BLOCK = 2_000  # rows put through at a time


@dataclass(slots=True)
class ValidRow:
    """One row understood. `values`: field → canonical text, blanks absent; `unread`: fields whose cell could not be
    read; `findings` carry no record id yet."""

    values: dict[str, str]
    unread: tuple[str, ...] = ()
    findings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class ValidationResult:
    """Rows in the order they were given."""

    rows: list[ValidRow] = field(default_factory=list)

    @property
    def findings(self) -> Iterator[tuple[int, Finding]]:
        """All findings with the position of their row."""
        return ((index, item) for index, row in enumerate(self.rows) for item in row.findings)


class RowValidator:
    """Validates rows of one table of one scheme version. Safe to share between threads."""

    def __init__(self, scheme: Scheme, table: Table) -> None:
        self.scheme, self.table = scheme, table
        memories: Memories = {}
        self._readers = [FieldReader(scheme, table, item, memories) for item in table.fields]
        self._missing = {  # what is wanted from or until some day is asked for by the row's own day: rules.in_force
            reader.field.name: reader.required_finding()
            for reader in self._readers
            if reader.field.required and not is_dated(reader.field)
        }
        self._place = self._own_place()
        self._units = {unit.code: unit.name for unit in scheme.units}
        self._plans: dict[tuple[date, frozenset[tuple[str, str]]], list[Column]] = {}

    def validate(
        self,
        rows: Sequence[RawRow],
        *,
        today: date,
        own: Mapping[str, Sequence[str]] | None = None,
        unit: str = "",
        units: Mapping[str, str] | None = None,
    ) -> ValidationResult:
        """Read rows whose cells stand in the order of the table's fields.

        `own`: table → the names that drop-downs of child tables offer, as they stand in the book; `unit`: code of the
        unit whose book it is; `units`: field → unit word that the column, its group or the sheet names.
        """
        columns = self._columns(today, units or {}, own or {})
        result = ValidationResult()
        for start in range(0, len(rows), BLOCK):
            block = [row.cells for row in rows[start : start + BLOCK]]
            result.rows += self._block(block, columns, unit)
        return result

    def _block(self, rows: Sequence[Sequence[str]], columns: list[Column], unit: str) -> list[ValidRow]:
        """Column by column, because that is how cells repeat themselves; then put together again as rows."""
        told: dict[int, list[Told]] = defaultdict(list)
        read = [column.texts(cells, told) for column, cells in zip(columns, zip(*rows, strict=True), strict=True)]
        names = [column.name for column in columns]
        found = [
            ValidRow({name: text for name, text in zip(names, texts) if text})  # noqa: B905 - equal by make; a row's time
            for texts in zip(*read, strict=True)
        ]
        for index in {*told, *self._wanting(names, read, unit)}:
            self._finish(found[index], told.get(index, []), unit)
        return found

    def _wanting(self, names: list[str], read: list[list[str]], unit: str) -> set[int]:
        """Positions of rows that miss something, or lie in another unit's area."""
        found: set[int] = set()
        own = self._units.get(unit, "") if self._place else ""
        for name, texts in zip(names, read, strict=True):
            if name in self._missing and "" in texts:
                found.update(index for index, text in enumerate(texts) if not text)
            if own and name == self._place:
                found.update(index for index, text in enumerate(texts) if text != own)
        return found

    def _finish(self, row: ValidRow, told: list[Told], unit: str) -> None:
        """Findings of cells in the order of the columns, then what is missing."""
        values, findings = row.values, [item.finding for item in told]
        missing = [name for name in self._missing if name not in values]
        placed = bool(self._place) and unit in self._units
        if missing or placed:
            said = {item.field for item in findings}
            findings += [self._missing[name] for name in missing if name not in said]
            if placed:
                findings += self._placed(values, said, unit)
        row.findings, row.unread = findings, tuple([item.finding.field for item in told if item.unread])

    def _placed(self, values: dict[str, str], said: set[str], unit: str) -> list[Finding]:
        """A blank 属地 is the book's own unit; another unit's name asks for a word."""
        name, own = self._place, self._units[unit]
        if name not in values:
            if name not in said:
                values[name] = own
            return []
        if values[name] == own:
            return []
        told = {"unit": own}
        return [Finding("cell.township.other", Severity.EXPLAIN, self.table.name, "", name, values[name], told)]

    def _own_place(self) -> str:
        """The field that says in whose area a row lies, "" when the table has none or is not the units' own."""
        if self.table.filler != "unit":
            return ""
        return next((f.name for f in self.table.fields if f.type == "township" and f.choices == "@units"), "")

    def _columns(self, today: date, units: Mapping[str, str], own: Mapping[str, Sequence[str]]) -> list[Column]:
        """The columns of one day and one set of units, kept; those that depend on the book's own names are made anew."""
        key = (today, frozenset((name, word) for name, word in units.items() if word))
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) >= MOST_PLANS:
                self._plans.clear()
            contexts = column_contexts(self.scheme, today)
            plan = [reader.opened(contexts, units.get(reader.field.name, "")) for reader in self._readers]
            self._plans[key] = plan
        if not any(reader.own_table for reader in self._readers):
            return plan
        contexts = column_contexts(self.scheme, today)
        return [
            reader.opened(contexts, units.get(reader.field.name, ""), own) if reader.own_table else column
            for reader, column in zip(self._readers, plan, strict=True)
        ]


def validate_rows(
    scheme: Scheme,
    table: Table,
    rows: Sequence[RawRow],
    *,
    today: date,
    own: Mapping[str, Sequence[str]] | None = None,
    unit: str = "",
    units: Mapping[str, str] | None = None,
) -> ValidationResult:
    """Validate rows of a table once; whoever validates many books keeps a `RowValidator`."""
    return RowValidator(scheme, table).validate(rows, today=today, own=own, unit=unit, units=units)
