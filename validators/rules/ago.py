"""Figures of earlier periods told as those of later ones: 环比 (the period before) and 同比 (the same period a year before)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal

from validators.calendar import add_months
from validators.facts import Facts
from validators.periods import Period, period_of, try_period
from validators.rules.context import Ctx
from validators.rules.measures import Gather, Settled, Values

if TYPE_CHECKING:
    from collections.abc import Iterable

Ago = Literal["", "previous", "year"]


def before(period: Period, ago: Ago) -> Period | None:
    """The period with which one is compared; None where there is none: a 53rd week the year before."""
    if ago == "previous":
        return period.previous()
    if period.kind == "week":
        year, _, week = period.text.partition("-")
        return try_period(f"{int(year) - 1:04d}-{week}", "week", period.year_from)
    return period_of(add_months(period.first, -12), period.kind, period.year_from)


class Earlier:
    """A measure whose numbers are those of the periods before."""

    def __init__(self, gather: Gather, ago: Ago) -> None:
        self.gather, self.ago = gather, ago

    def __call__(self, facts: Facts, ctx: Ctx, periods: Sequence[Period]) -> Values:
        """Without periods there is nothing earlier: `scheme check` has told so."""
        pairs = [(period, found) for period in periods if (found := before(period, self.ago)) is not None]
        if not pairs:
            return {}
        values = self.gather(facts, ctx, sorted({found for _, found in pairs}))
        later = {found.text: period.text for period, found in pairs}
        told = {(subject, later[text]): number for (subject, text), number in values.items() if text in later}
        if not isinstance(values, Settled):
            return told
        left = {(subject, later[text]): count for (subject, text), count in values.left.items() if text in later}
        return Settled(told, _moved(values.open, later), left)

    def ahead(self, facts: Facts, ctx: Ctx) -> date | None:
        return self.gather.ahead(facts, ctx)


def _moved(keys: Iterable[tuple[str, str]], later: dict[str, str]) -> set[tuple[str, str]]:
    return {(subject, later[text]) for subject, text in keys if text in later}
