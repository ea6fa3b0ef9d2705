"""Rows that come period by period: monthly reports, meetings, assessments, plans for every month of a project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from app.demo.timeline import dates
from app.demo.values import Maker
from validators.periods import Period, PeriodKind, period_of, periods_between
from validators.scheme.tables import Table

Row = dict[str, Any]
PAST = "@past"  # true on rows of periods that are over, for `when`


def periodical(maker: Maker, table: Table, plan: Mapping[str, Any], base: Mapping[str, Any]) -> Iterator[Row]:
    """Some rows for each of the last periods, the running one included: see the head of demo.yaml.

    A row whose first date has not come yet is left out; so is, now and then, one that somebody forgot.
    """
    wanted = plan["periods"]
    steps: Sequence[Mapping[str, Any]] = plan.get("timeline", ())
    for period in _last(maker.as_of, wanted["kind"], wanted.get("count", 12), maker.scheme.year_from):
        for _ in range(maker.rng.randint(*plan.get("each", (1, 1)))):
            if maker.rng.random() > 1 - (1 - plan.get("every", 1.0)) * maker.slack:
                continue
            row: Row = {**base, "period_first": period.first, "period_last": period.last}
            row |= dates(steps, row, maker.as_of, maker.as_of, maker.rng, maker.slack)
            if steps and steps[0]["field"] not in row:
                continue
            if wanted.get("field"):
                row[wanted["field"]] = period.text
            yield filled(table, row, maker, plan.get("values", {}))


def given(maker: Maker, table: Table, plan: Mapping[str, Any]) -> Iterator[Row]:
    """Rows that are written down in demo.yaml, with the values of the plan; those dated after the day are left out."""
    for row in plan["given"]:
        if all(not isinstance(value, date) or value <= maker.as_of for value in row.values()):
            yield filled(table, dict(row), maker, plan.get("values", {}))


def spanned(
    maker: Maker, table: Table, plan: Mapping[str, Any], base: Mapping[str, Any], parent: Mapping[str, Any]
) -> Iterator[Row]:
    """A row for each month between two dates of the parent, those to come too, with dates counted from its ends."""
    span = plan["span"]
    first, last = parent.get(span["from"]), parent.get(span["until"])
    if not isinstance(first, date) or not isinstance(last, date):
        return
    for period in periods_between(first, last, "month"):
        if maker.rng.random() <= 1 - (1 - plan.get("every", 1.0)) * maker.slack:
            past = PAST if period.last < maker.as_of else ""
            row: Row = {**base, span["field"]: period.text, PAST: past}
            steps = plan.get("timeline", ())
            ends = {"period_first": period.first, "period_last": period.last}
            row |= dates(steps, {**row, **ends}, maker.as_of, maker.as_of, maker.rng, maker.slack)
            yield filled(table, row, maker, plan.get("values", {}))


def filled(
    table: Table, row: Row, maker: Maker, values: Mapping[str, Any], source: Mapping[str, Any] | None = None
) -> Row:
    """The row with its values, in the order of the plan (`of`: taken from the source); what is no field of the table is
    taken off."""
    given = row if source is None else source
    for name, plan in values.items():
        row[name] = given.get(plan["of"], "") if "of" in plan else maker.value(table.field(name), plan, row)
    known = {item.name for item in table.fields}
    return {name: value for name, value in row.items() if name in known and value not in ("", None)}


def gathered(row: Row, plan: Mapping[str, Any], projects: Sequence[Row]) -> Row:
    """The row with the names of the projects that name it: {field: occupants, of: project_name, by: factory}."""
    if "gather" not in plan:
        return row
    gather = plan["gather"]
    names = [project[gather["of"]] for project in projects if project.get(gather["by"]) == row[gather["by"]]]
    return {**row, gather["field"]: "、".join(names)} if names else row


def periods_before(day: date, kind: PeriodKind, count: int, year_from: int) -> list[Period]:
    current = period_of(day, kind, year_from)
    return [current.shift(back) for back in range(-count, 0)]


def quarters(day: date, count: int, year_from: int) -> list[tuple[str, date]]:
    """The quarters before the one of `day`, with their last days."""
    found = [period_of(day, "quarter", year_from).previous()]
    while len(found) < count:
        found.append(found[-1].previous())
    return [(item.text, item.last) for item in reversed(found[:count])]


def _last(day: date, kind: Any, count: int, year_from: int) -> list[Period]:
    found = [period_of(day, kind, year_from)]
    while len(found) < count:
        found.append(found[-1].previous())
    return found[::-1]
