"""Checks of what is in force for some days only: drop-down values, wanted columns, lookups, leads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from validators.scheme.dated import in_force, is_dated, turning_days
from validators.scheme.models import LeadsChange, LookupChange, Scheme
from validators.scheme.source import Loc
from validators.scheme.tables import Choice, Field, Table

Problem = tuple[Loc, str]
_ONE_DAY = timedelta(days=1)


def check_dated(scheme: Scheme, lost: frozenset[str]) -> Iterator[Problem]:
    """Days the wrong way round, days on which nothing can be chosen, changes of one day written twice."""
    for name, items in scheme.choices.items():
        yield from _choices(name, items)
    for name, lookup in scheme.lookups.items():
        yield from _changes(lookup.changes, ("lookups", name, "changes"), f"对照表“{name}”")
        yield from _removed(name, lookup.rows, lookup.changes)
    yield from _changes(scheme.conventions.changes, ("conventions", "changes"), "提前天数")
    for position, table in enumerate(scheme.tables):
        for at, field in enumerate(table.fields):
            yield from _field(field, ("tables", position, "fields", at))
        yield from _version_by(scheme, table, ("tables", position, "version_by"), lost)


def _choices(name: str, items: Sequence[Choice]) -> Iterator[Problem]:
    wrong = False
    for position, item in enumerate(items):
        if problem := _backwards(item, f"“{item.value}”"):
            wrong = True
            yield ("choices", name, position, "effective_to"), problem
    if wrong or not items or not all(map(is_dated, items)):
        return
    if gap := _gap(items):
        first, last = gap
        told = (
            f"下拉“{name}”从 {first} 到 {last} 没有一个值能选；请把前一个的 effective_to 和后一个的 effective_from 接上"
        )
        at = next(i for i, item in enumerate(items) if item.effective_from == last + _ONE_DAY)
        yield ("choices", name, at, "effective_from"), told


def _gap(items: Sequence[Choice]) -> tuple[date, date] | None:
    """The first days between two values on which none is in force."""
    days = sorted(turning_days(items))
    for day, following in pairwise(days):
        begun = any((item.effective_from or date.min) < day for item in items)
        if begun and not any(in_force(item, day) for item in items):
            return day, following - _ONE_DAY
    return None


def _backwards(item: Choice | Field, what: str) -> str:
    first, last = item.effective_from, item.effective_to
    if first is not None and last is not None and first > last:
        return f"{what}用到 {last}，早于开始用的 {first}；请核对两个日期"
    return ""


def _field(field: Field, loc: Loc) -> Iterator[Problem]:
    if problem := _backwards(field, f"“{field.title}”"):
        yield (*loc, "effective_to"), problem
    if is_dated(field) and not field.required:
        key = "effective_from" if field.effective_from is not None else "effective_to"
        told = f"“{field.title}”写了从哪天到哪天必填，却没有写 required: true；补上它，或者去掉日期"
        yield (*loc, key), told


def _changes(changes: Sequence[LookupChange | LeadsChange], loc: Loc, what: str) -> Iterator[Problem]:
    seen: set[date] = set()
    for position, change in enumerate(changes):
        if change.effective_from in seen:
            told = f"{what}有两处都从 {change.effective_from} 起，分不清用哪一处；请合成一处"
            yield (*loc, position, "effective_from"), told
        seen.add(change.effective_from)
        for unit, days in getattr(change, "leads", {}).items():
            if days < 0:
                yield (*loc, position, "leads", unit), "提前天数不能是负数"


def _removed(name: str, rows: Iterable[str], changes: Sequence[LookupChange]) -> Iterator[Problem]:
    """A key that is taken out must have been there."""
    known = set(rows)
    for change in sorted(changes, key=lambda item: item.effective_from):
        for key, value in change.rows.items():
            if value is None and key not in known:
                told = f"从 {change.effective_from} 起去掉“{key}”，可是在那以前就没有它；请核对键的写法"
                yield ("lookups", name, "changes", changes.index(change), "rows", key), told
            if value is None:
                known.discard(key)
            else:
                known.add(key)


def _version_by(scheme: Scheme, table: Table, loc: Loc, lost: frozenset[str]) -> Iterator[Problem]:
    if not table.version_by or any(word in table.version_by for word in lost if len(word) > 1):
        return
    from validators.calendar import Calendar
    from validators.rules.context import Env
    from validators.rules.versions import day_of_table

    env: Any = Env(scheme, Calendar())
    try:
        day_of_table(env, table.name)
    except (ValueError, LookupError) as problem:
        yield loc, str(problem)
