"""What the scheme itself says of days: values of drop-downs and wanted columns that are in force for some time only.

No rule that anybody writes: every table that has such columns is given one. A row is judged by the version of its day
(`Table.version_by`, the end of its period), so that 乙类 abolished in 2026 stays right in a row signed in 2025.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from validators.findings import Finding, Severity
from validators.messages.cells import EXAMPLES
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env, Judge, Outcome, TypedRow
from validators.rules.versions import day_of_table
from validators.scheme.dated import in_force, is_dated, turning_days
from validators.scheme.tables import Choice, Field, Table
from validators.values import split_list

RULE = "版本"  # what stands in the place of a rule's id beside a finding
MOST_OFFERED = 12
Check = Callable[[TypedRow, date, str], Finding | None]  # row, its day, by which column that was chosen


class InForce(RuleBase):
    """Is the value one that could be chosen on the row's day, is what was wanted on that day there? No kind of its own:
    nobody writes it."""

    def compile(self, env: Env) -> Judge:
        table = env.scheme.table(self.table)
        day_of = day_of_table(env, self.table)
        by = _title(env, table) if day_of is not None else ""
        checks, turns = list(_checks(env, table)), sorted(_turns(env, table))

        def judge(row: TypedRow, ctx: Ctx) -> Outcome | None:
            own = day_of(row) if day_of is not None else None
            change = next((day for day in turns if day > ctx.today), None) if own is None else None
            day, named = own or ctx.today, by if own is not None else ""  # today is no part of what is stored
            found = tuple(item for check in checks if (item := check(row, day, named)) is not None)
            return Outcome(findings=found, next_change=change) if found or change is not None else None

        return judge


def in_force_rules(scheme: Any) -> Iterator[InForce]:
    """One for each table that has columns or values of some days only."""
    for table in scheme.tables:
        if any(_wanted(item) or _listed(scheme.choices, item) for item in table.fields):
            yield InForce.model_validate({"id": RULE, "kind": "", "title": "版本", "table": table.name})


def _wanted(field: Field) -> bool:
    return field.required and is_dated(field)


def _listed(choices: Any, field: Field) -> tuple[Choice, ...]:
    """The values of the column's drop-down where any of them is of some days only."""
    items: tuple[Choice, ...] = choices.get(field.choices, ())
    return items if any(is_dated(item) for item in items) else ()


def _turns(env: Env, table: Table) -> set[date]:
    return {
        day
        for field in table.fields
        for day in (
            *turning_days([field] if _wanted(field) else []),
            *turning_days(_listed(env.scheme.choices, field)),
        )
    }


def _checks(env: Env, table: Table) -> Iterator[Check]:
    for field in table.fields:
        if _wanted(field):
            yield _required(table, field)
        if items := _listed(env.scheme.choices, field):
            yield _Values(table, field, items)


def _required(table: Table, field: Field) -> Check:
    told = {"title": field.title, "example": field.example or EXAMPLES.get(field.type, "")}
    missing = Finding("cell.required", Severity.MUST, table.name, "", field.name, "", told, RULE)

    def check(row: TypedRow, day: date, by: str) -> Finding | None:
        return missing if in_force(field, day) and not row.texts.get(field.name) else None

    return check


@dataclass(slots=True)
class _Values:
    """The check of a column with a drop-down some of whose values are of some days only."""

    table: Table
    field: Field
    items: tuple[Choice, ...]

    def __call__(self, row: TypedRow, day: date, by: str) -> Finding | None:
        text = row.texts.get(self.field.name)
        if not text:
            return None
        words = split_list(text) if self.field.type == "choices" else [text]
        wrong = next((item for item in self.items if item.value in words and not in_force(item, day)), None)
        return self._told(wrong, day, by) if wrong is not None else None

    def _told(self, item: Choice, day: date, by: str) -> Finding:
        early = item.effective_from is not None and day < item.effective_from
        offered = [other.value for other in self.items if in_force(other, day)]
        told = {
            "word": item.value,
            "limit": str(item.effective_from if early else item.effective_to),
            "day": str(day) if by else "",
            "by": by,
            "values": "、".join(offered[:MOST_OFFERED]) + ("等" if len(offered) > MOST_OFFERED else ""),
        }
        severity = Severity.MUST if self.field.strict else Severity.HINT
        code = "cell.choice.early" if early else "cell.choice.retired"
        return Finding(code, severity, self.table.name, "", self.field.name, "", told, RULE)


def _title(env: Env, table: Table) -> str:
    """What a person calls the day by which the version of a row is chosen."""
    text = table.version_by or (table.periodic.field if table.periodic is not None else "")
    return env.title(text, table.name) if text else ""
