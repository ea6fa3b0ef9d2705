"""Days picked among child rows of which one cannot be read: that row may hold the day, so nobody can tell.

A rule whose clock starts or stops by the first 拨付 of a project waits for the cell (待补条件), as it waits for one of its
own row; it does not take it for blank and say 逾期.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from validators.expression_types import UNKNOWN
from validators.rules import codes
from validators.rules.anchors import Among
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env, Judge, Outcome, TypedRow
from validators.rules.deadlines import applies, plain
from validators.scheme.base import Model

Unseen = Callable[[TypedRow], list[str]]

_SETTLED = frozenset({codes.NOT_APPLICABLE, codes.PENDING, codes.TERMINATED})  # said whatever the cell holds


def waiting_for_unseen(env: Env, rule: RuleBase, judge: Judge) -> Judge:
    """The judge of a rule; of a row for which one of its days is picked among rows that cannot all be read, 待补条件."""
    unseen = unseen_of(env, *amongs(rule))
    if unseen is None:
        return judge
    check = applies(env, rule, env.condition(rule.when, rule.table))

    def judged(row: TypedRow, ctx: Ctx) -> Outcome | None:
        outcome = judge(row, ctx)
        status = outcome.status if outcome is not None else None
        if (status is not None and status.code in _SETTLED) or not (names := unseen(row)):
            return outcome
        if check is not None and (other := check(row)) is not None:
            return other
        return plain(rule.id, codes.PENDING, missing=[title_below(env, name) for name in names], fields=names)

    return judged


def amongs(thing: Any) -> Iterator[Among]:
    """Every pick among child rows in a rule, wherever it stands."""
    if isinstance(thing, Among):
        yield thing
    elif isinstance(thing, Model | tuple):
        for part in vars(thing).values() if isinstance(thing, Model) else thing:
            yield from amongs(part)


def unseen_of(env: Env, *anchors: Among) -> Unseen | None:
    """Cells of child rows, as `table.field`, that could not be read and may hold the day; None for no such picks."""
    looks = [_look(env, item) for item in anchors]
    if not looks:
        return None
    return lambda row: list(dict.fromkeys(name for look in looks for name in look(row)))


def _look(env: Env, anchor: Among) -> Callable[[TypedRow], Iterator[str]]:
    dates = env.expression(anchor.date, anchor.rows, "date").reads
    condition, table = env.condition(anchor.where, anchor.rows), anchor.rows
    chosen = condition.expression.reads if condition is not None else frozenset[str]()

    def look(row: TypedRow) -> Iterator[str]:
        for child in row.children.get(table, ()):
            truth = condition.fn(child) if child.unread and condition is not None else True
            if not child.unread or truth is False:
                continue
            asked = dates | chosen if truth is UNKNOWN else dates
            if truth is True or chosen & child.unread:  # else a blank keeps it from being chosen
                yield from (f"{table}.{name}" for name in sorted(asked & child.unread))

    return look


def title_below(env: Env, name: str) -> str:
    """How a cell of a child row is called from the row above it: 资金拨付的拨付日期."""
    table, _, field = name.partition(".")
    return f"{env.scheme.table(table).title}的{env.title(field, table)}"
