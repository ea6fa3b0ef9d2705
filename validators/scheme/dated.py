"""Parts of a scheme that change on a day: values of drop-downs, lookups, leads. What they are on a given day.

Nothing is ever deleted: what holds no longer says until when it held, so that old rows are judged as before.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from validators.scheme.models import Conventions, Lookup, Scheme
from validators.scheme.tables import Choice, Field

_ONE_DAY = timedelta(days=1)


def in_force(item: Choice | Field, day: date) -> bool:
    """Whether a value can be chosen, a column be asked for, on a day."""
    return (item.effective_from or date.min) <= day <= (item.effective_to or date.max)


def is_dated(item: Choice | Field) -> bool:
    """Whether it is in force for some days only."""
    return item.effective_from is not None or item.effective_to is not None


def turning_days(items: Iterable[Choice | Field]) -> set[date]:
    """The days on which any of them comes into force or is in force no more."""
    found = set()
    for item in items:
        if item.effective_from is not None:
            found.add(item.effective_from)
        if item.effective_to is not None and item.effective_to < date.max:
            found.add(item.effective_to + _ONE_DAY)
    return found


def lookup_on(table: Lookup, day: date) -> Lookup:
    """A lookup as it is on a day."""
    if not table.changes:
        return table
    rows = dict(table.rows)
    for change in sorted(table.changes, key=lambda item: item.effective_from):
        if change.effective_from <= day:
            rows |= {key: value for key, value in change.rows.items() if value is not None}
            for key in [key for key, value in change.rows.items() if value is None]:
                rows.pop(key, None)
    return table.model_copy(update={"rows": rows, "changes": ()})


def conventions_on(conventions: Conventions, day: date) -> Conventions:
    """The conventions with the leads of a day."""
    if not conventions.changes:
        return conventions
    leads = dict(conventions.leads)
    for change in sorted(conventions.changes, key=lambda item: item.effective_from):
        if change.effective_from <= day:
            leads |= change.leads
    return conventions.model_copy(update={"leads": leads, "changes": ()})


def parts_on(scheme: Scheme, day: date) -> Scheme:
    """The scheme with its drop-downs, lookups and leads as they are on a day; its rules are not looked at."""
    always = {"effective_from": None, "effective_to": None}
    update = {
        "choices": {
            name: tuple(item.model_copy(update=always) for item in items if in_force(item, day))
            for name, items in scheme.choices.items()
        },
        "lookups": {name: lookup_on(table, day) for name, table in scheme.lookups.items()},
        "conventions": conventions_on(scheme.conventions, day),
    }
    return scheme.model_copy(update=update)


def has_dated_parts(scheme: Scheme) -> bool:
    """Whether drop-downs, lookups or leads change on some day."""
    return (
        bool(scheme.conventions.changes)
        or any(table.changes for table in scheme.lookups.values())
        or any(is_dated(item) for items in scheme.choices.values() for item in items)
    )
