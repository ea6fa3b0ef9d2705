"""History facts: the little that rules must know of a record's past, folded each time a row is accepted (law L6).

    changed   day of the last change of the row          first     day it was first read
    plans     planned date → {first, last, changes, days}: kept from the first move on, so that moving hides nothing
    dated     dated field → [[since, value], …]: kept from the first change on; "" = since the first reading
    touched   field → day of its last change, for fields that a `stale` or `membership` rule watches
    updates   days of changes, for tables whose updates are a duty; the first of each week and month is enough
    filled    for tables whose rows are reports: the earliest day on which a person can have written in the row, which
              may stand there opened by the system long before; "" = before the first reading, nobody knows when
    read      the day of the reading that first had that
    altered   the earliest day on which the last change after that can have been made; "" = nobody knows
    sent      duty (`sent_key`) → [earliest time, day of the reading], for duties that ask for more than something in
              the row: when its condition first held. The hour too, where the duty names one

Everything is a function of the sequence (old values, new values, day), so revisions rebuild it. Nothing is kept for
what never changed: most rows carry two days and no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from validators.calendar import default_calendar
from validators.expression_types import TODAY
from validators.facts import typed_row
from validators.owner import OWNER_NAMES
from validators.periods import period_of
from validators.rules.context import Env
from validators.rules.evidence import sent_key
from validators.values import first_day

if TYPE_CHECKING:
    from validators.scheme.models import Scheme
    from validators.scheme.tables import Table

KEPT_UPDATES = 80  # weeks and months of more than a year
KEPT_MOVES = 20


@dataclass(frozen=True, slots=True)
class Watched:
    """Which fields of a table leave a trace."""

    plans: frozenset[str]
    dated: frozenset[str]
    touched: frozenset[str]
    updates: bool
    filled: frozenset[str] = frozenset()
    reports: tuple[Report, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A duty whose reports are rows of the table, and what it asks of them. `hour`: it names an hour."""

    rule: str
    holds: Callable[[Mapping[str, Any]], Any]
    hour: bool = False


_BEYOND = frozenset({TODAY, *OWNER_NAMES})  # names that stand for nothing in the cells themselves
_watched: dict[tuple[int, str], tuple[Scheme, Watched]] = {}


def fold(
    scheme: Scheme,
    table: Table,
    facts_before: Mapping[str, Any],
    old_values: Mapping[str, str],
    new_values: Mapping[str, str],
    today: date,
    since: date | None = None,
) -> dict[str, Any]:
    """Facts after a row was accepted with new values. `since`: the earliest time at which they can have been written,
    with its hour where that is known.

    The same values again change nothing.
    """
    fresh = not facts_before and not old_values
    if not fresh and old_values == new_values:
        return dict(facts_before)
    day, watched = today.isoformat(), watched_fields(scheme, table)
    facts: dict[str, Any] = {**facts_before, "changed": day}
    facts.setdefault("first", day)
    names = (
        new_values
        if fresh
        else {n for n in {*old_values, *new_values} if old_values.get(n, "") != new_values.get(n, "")}
    )
    if watched.updates:
        facts["updates"] = _updates(facts_before.get("updates", ()), _day(since) or today, today)
    if watched.filled and "filled" not in facts and not watched.filled.isdisjoint(new_values):
        facts["filled"], facts["read"] = _time(since), day
    elif "filled" in facts_before:
        facts["altered"] = _time(since)[:10]
    if watched.reports and (
        sent := _sent(table, watched.reports, facts_before.get("sent", {}), new_values, since, day)
    ):
        facts["sent"] = sent
    if watched.touched and (touched := watched.touched & set(names)):
        facts["touched"] = {**facts_before.get("touched", {}), **dict.fromkeys(sorted(touched), day)}
    if not fresh:
        for name in sorted(watched.plans & set(names)):
            _move(facts, name, old_values.get(name, ""), new_values.get(name, ""), day)
        for name in sorted(watched.dated & set(names)):
            _date(facts, name, old_values.get(name, ""), new_values.get(name, ""), day)
    return facts


def watched_fields(scheme: Scheme, table: Table) -> Watched:
    """What a scheme watches in a table, found once."""
    key = (id(scheme), table.name)
    found = _watched.get(key)
    if found is None or found[0] is not scheme:
        if len(_watched) > 500:
            _watched.clear()
        found = _watched[key] = (scheme, _find(scheme, table))
    return found[1]


def _find(scheme: Scheme, table: Table) -> Watched:
    spelled = {word: item.name for item in table.fields for word in (*item.aliases, item.title, item.name)}
    plans = {item.name for item in table.fields if item.type == "date_plan"}
    plans |= {node.planned for node in scheme.nodes if node.table == table.name and node.planned}
    touched: set[str] = set()
    updates = False
    for rule in scheme.rules:
        if rule.kind == "planned" and rule.table == table.name:
            plans |= {spelled.get(pair.planned, "") for pair in rule.pairs()}
        if rule.kind == "stale" and rule.table == table.name:
            touched |= {spelled.get(name, "") for name in rule.touched}
        if rule.kind == "membership" and rule.table == table.name:
            touched |= {spelled.get(name, "") for name in rule.watched()}
        if rule.kind == "cadence" and rule.updates and (rule.evidence or rule.table) == table.name:
            updates = True
    dated = {item.name for item in table.fields if item.dated}
    filled = _report_fields(table) if _is_report(scheme, table) else frozenset()
    reports = tuple(_reports(scheme, table)) if filled else ()
    return Watched(frozenset(plans - {""}), frozenset(dated), frozenset(touched - {""}), updates, filled, reports)


def _reports(scheme: Scheme, table: Table) -> Iterator[Report]:
    """Duties that ask for more of a row than that something stands in it. Conditions that look beyond the row, or at
    what rules derive, cannot be told here: `filled` stands for them."""
    env = Env(scheme, default_calendar())
    for rule in scheme.rules:
        if rule.kind != "cadence" or rule.evidence != table.name or not (rule.evidence_when or rule.due_hour):
            continue
        try:
            condition = env.condition(rule.evidence_when, table.name)
        except ValueError:
            continue
        own = condition is None or not any("." in name or name in _BEYOND for name in condition.expression.reads)
        if own:
            yield Report(
                sent_key(scheme.rules, rule), condition.fn if condition is not None else _anything, bool(rule.due_hour)
            )


def _anything(cells: Mapping[str, Any]) -> bool:
    return bool(cells)


def _sent(
    table: Table,
    reports: Iterable[Report],
    known: Mapping[str, Any],
    values: Mapping[str, str],
    since: date | None,
    day: str,
) -> dict[str, Any]:
    """When the row first was what each duty asks for. What was sent stays sent, whatever becomes of the row."""
    wanted = [item for item in reports if item.rule not in known]
    if not wanted:
        return dict(known)
    row = typed_row(table, values)
    fresh = {item.rule: [_time(since, item.hour), day] for item in wanted if item.holds(row) is True}
    return {**known, **fresh}


def _time(since: date | None, hour: bool = False) -> str:
    if isinstance(since, datetime) and hour:
        return since.strftime("%Y-%m-%dT%H:%M")
    found = _day(since)
    return found.isoformat() if found is not None else ""


def _day(since: date | None) -> date | None:
    return since.date() if isinstance(since, datetime) else since


def _is_report(scheme: Scheme, table: Table) -> bool:
    """Whether rows of the table are what a duty asks for."""
    return any(rule.kind in ("cadence", "window") and rule.evidence == table.name for rule in scheme.rules)


def _report_fields(table: Table) -> frozenset[str]:
    """Fields in which a person reports something: not those the system fills, nor what and which period it is of."""
    named = {
        table.parent_field,
        table.periodic.field if table.periodic else "",
        *(n for key in table.keys for n in key),
    }
    written = frozenset(item.name for item in table.fields if item.owner != "system")
    return written - named or written


def _move(facts: dict[str, Any], name: str, old: str, new: str, day: str) -> None:
    """A plan was set, moved or emptied. Emptying is no move, but what stood there is remembered for the next one."""
    plans = dict(facts.get("plans", {}))
    log = dict(plans.get(name, {}))
    if not log and not old:
        return  # set for the first time: nothing to remember until it moves
    log = log or {"first": old, "last": old, "changes": 0, "days": []}
    if new and new != log["last"]:
        log |= {"last": new, "changes": log["changes"] + 1, "days": [*log["days"], day][-KEPT_MOVES:]}
    plans[name] = log
    facts["plans"] = plans


def _date(facts: dict[str, Any], name: str, old: str, new: str, day: str) -> None:
    """A dated value changed; two changes on one day count as one."""
    dated = dict(facts.get("dated", {}))
    log = [list(item) for item in dated.get(name, ())] or ([["", old]] if old else [])
    if log and log[-1][0] == day:
        log.pop()
    if not log or log[-1][1] != new:
        log.append([day, new])
    dated[name] = log
    facts["dated"] = dated


def _updates(known: Any, since: date, today: date) -> list[str]:
    """Days on which the row changed, thinned: one for each week and month is what duties ask for. Both ends of the
    time in which the change was made count, so that an outage of ours makes nobody late."""
    days = list(known)
    for day in dict.fromkeys((since, today)):
        last = first_day(days[-1]) if days else None
        if last is not None and day <= last:
            continue
        if last is None or any(period_of(last, kind) != period_of(day, kind) for kind in ("week", "month")):
            days.append(day.isoformat())
    return days[-KEPT_UPDATES:]
