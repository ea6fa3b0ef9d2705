"""Where a clock starts or stops: a date field, a formula that gives a date, or a pick from several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

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


Anchor = str | Pick
