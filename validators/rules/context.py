"""What a compiled rule is given, and what it gives back.

A rule is compiled once per scheme version: `rule.compile(env)` returns a closure that judges one row on one day.
The closure must be lean (100,000 records × a whole scheme in ten seconds), so rows carry canonical texts as stored
(`values.py`) and are read with `row.values.get(name)`; a blank field is absent. Three-valued expressions yield
`None` for unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from validators.findings import Finding
from validators.status import Flag, Status

if TYPE_CHECKING:
    from validators.calendar import Calendar
    from validators.scheme.models import Scheme


@dataclass(slots=True)
class TypedRow:
    """One record as rules see it: canonical texts, derived values beside them, and its relatives.

    `parent` is the record the row belongs to, `children` the rows that belong to it, by table; both only as far as
    they were given. `void` holds names of fields whose value stands but does not count (a violated precondition).
    """

    id: str
    table: str
    unit: str
    values: Mapping[str, str]
    facts: Mapping[str, Any] = field(default_factory=dict)
    derived: dict[str, str] = field(default_factory=dict)
    stage: str = ""
    parent: TypedRow | None = None
    children: Mapping[str, Sequence[TypedRow]] = field(default_factory=dict)
    void: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Ctx:
    """The day that counts as today, and the statutory calendar."""

    today: date
    calendar: Calendar


@dataclass(slots=True)
class Outcome:
    """What a rule says of a row. `derived` values and `stage` are put on the row for the rules after it."""

    status: Status | None = None
    findings: tuple[Finding, ...] = ()
    flags: tuple[Flag, ...] = ()
    derived: Mapping[str, str] = field(default_factory=dict)
    stage: str = ""
    void: tuple[str, ...] = ()


Expression = Callable[[TypedRow, Ctx], Any]  # None = unknown
Test = Callable[[TypedRow, Ctx], bool | None]
Judge = Callable[[TypedRow, Ctx], Outcome | None]


@dataclass(frozen=True, slots=True)
class Env:
    """What compiling needs: the scheme, and how a text becomes an expression over the rows of a table.

    `expression(text, table)` raises validators.expressions' error with the position of the mistake.
    """

    scheme: Scheme
    calendar: Calendar
    expression: Callable[[str, str], Expression]

    def test(self, text: str, table: str) -> Test | None:
        """The condition compiled, or None when there is none (which means: always)."""
        return self.expression(text, table) if text else None
