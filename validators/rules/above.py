"""What rules tell of units, and numbers written in the scheme, put together for the unit above: 县得分看所辖乡镇的平均.

Rows are counted for the unit above when they are gathered (`measures`), so that the mean of a county is that of its
rows, and its latest row that of each project.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from validators.facts import Facts
from validators.periods import Period
from validators.rules.context import Ctx
from validators.rules.measures import Gather, Measure, Settled, Values, still_open, together
from validators.rules.subjects import units_above

if TYPE_CHECKING:
    from validators.scheme.models import Scheme


class Above:
    """A measure whose numbers count for the unit above. Of a unit that has none they stay its own."""

    def __init__(self, gather: Gather, model: Measure, scheme: Scheme) -> None:
        self.gather, self.take = gather, model.take
        self.above = units_above(scheme)

    def __call__(self, facts: Facts, ctx: Ctx, periods: Sequence[Period]) -> Values:
        values = self.gather(facts, ctx, periods)
        parts: dict[tuple[str, str], dict[str, Fraction]] = defaultdict(dict)
        for (unit, text), number in values.items():
            parts[self.above.get(unit, unit), text][unit] = number
        open_ = {(self.above.get(unit, unit), text) for unit, text in still_open(values)}
        made = {key: together(self.take, [units[name] for name in sorted(units)]) for key, units in parts.items()}
        return Settled(made, open_)

    def ahead(self, facts: Facts, ctx: Ctx) -> date | None:
        return self.gather.ahead(facts, ctx)
