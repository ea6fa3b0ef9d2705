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
from itertools import compress

from validators.fieldreader import FieldReader, Memories, Opened, Told, column_contexts
from validators.findings import Finding, Severity
from validators.rows import RawRow
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
        self._missing = {
            reader.field.name: reader.required_finding() for reader in self._readers if reader.field.required
        }
        self._required = frozenset(self._missing)
        self._place = self._own_place()
        self._units = {unit.code: unit.name for unit in scheme.units}
        self._plans: dict[tuple[date, frozenset[tuple[str, str]]], list[Opened]] = {}

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

    def _block(self, rows: Sequence[Sequence[str]], columns: list[Opened], unit: str) -> list[ValidRow]:
        """Column by column, because that is how cells repeat themselves; then put together again as rows."""
        told: dict[int, list[Told]] = defaultdict(list)
        read = [
            _read_column(column, cells, told) for column, cells in zip(columns, zip(*rows, strict=True), strict=True)
        ]
        names = [column.name for column in columns]
        own = self._units.get(unit, "") if self._place else ""
        found = []
        for index, texts in enumerate(zip(*read, strict=True)):
            values = dict(compress(zip(names, texts, strict=True), texts))
            said = told.get(index)
            if said is not None or not self._required <= values.keys() or (own and values.get(self._place) != own):
                found.append(self._finish(values, said or [], unit))
            else:
                found.append(ValidRow(values))
        return found

    def _finish(self, values: dict[str, str], told: list[Told], unit: str) -> ValidRow:
        """Findings of cells in the order of the columns, then what is missing."""
        findings = [item.finding for item in told]
        said = {item.finding.field for item in told}
        findings += [self._missing[name] for name in self._missing if name not in values and name not in said]
        if self._place and unit in self._units:
            findings += self._placed(values, said, unit)
        return ValidRow(values, tuple(item.finding.field for item in told if item.unread), findings)

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

    def _columns(self, today: date, units: Mapping[str, str], own: Mapping[str, Sequence[str]]) -> list[Opened]:
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


def _read_column(column: Opened, cells: Sequence[str], told: dict[int, list[Told]]) -> list[str]:
    """Canonical texts of a column; what must be said is added to `told` by position."""
    texts: list[str | None] = list(map(column.known.get, cells))
    if None in texts:
        read = column.read
        for index in [index for index, text in enumerate(texts) if text is None]:
            found = read(cells[index])
            if isinstance(found, str):
                texts[index] = found
            else:
                texts[index] = found.value
                told[index].append(found)
    return texts  # type: ignore[return-value]


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
