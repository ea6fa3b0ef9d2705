"""Where a clock starts or stops: a date field, a formula that gives a date, a pick from several, or an event among the
rows of a child table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Literal

from pydantic import Field as F
from pydantic import model_validator

from validators.scheme.base import Model

Get = Callable[[Any], date | None]


class Pick(Model):
    """Exactly one of three. `all`: the latest day once none is blank; `latest` and `earliest`: of those filled in."""

    all: tuple[str, ...] = F((), description="the latest of them, when all are filled in")
    latest: tuple[str, ...] = F((), description="the latest of those filled in")
    earliest: tuple[str, ...] = F((), description="the earliest of those filled in")

    @model_validator(mode="after")
    def _exactly_one(self) -> Pick:
        if sum(map(bool, (self.all, self.latest, self.earliest))) != 1:
            raise ValueError("all、latest、earliest 三者写且只写一个")
        return self

    def names(self) -> tuple[str, ...]:
        return self.all or self.latest or self.earliest

    def picker(self, getters: Sequence[Get]) -> Get:
        """The closure over a row that picks."""
        if self.all:
            return lambda row: None if None in (days := [get(row) for get in getters]) else max(filter(None, days))
        choose = max if self.latest else min
        return lambda row: choose((day for get in getters if (day := get(row)) is not None), default=None)


class Among(Model):
    """The first or the last date among the rows of a child table, e.g. the first 资金下达."""

    rows: str = F(description="child table of the rule's table, in the same book")
    date: str = F(description="its date field")
    where: str = F("", description="condition on its rows")
    take: Literal["first", "last"] = F("first", description="the earliest or the latest of them")

    def names(self) -> tuple[str, ...]:
        """Fields of the rule's own table: none."""
        return ()


Anchor = str | Pick | Among


def child_tables(thing: Any) -> frozenset[str]:
    """Child tables that the anchors of a model look at, wherever they stand in it."""
    if isinstance(thing, Among):
        return frozenset({thing.rows})
    if isinstance(thing, Model):
        return frozenset().union(*(child_tables(value) for value in vars(thing).values()))
    if isinstance(thing, tuple):
        return frozenset().union(*(child_tables(value) for value in thing))
    return frozenset()
