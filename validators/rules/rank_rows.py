"""`rank` of the rows of a table."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from validators.exact import as_decimal
from validators.expression_types import UNKNOWN
from validators.facts import Facts, Verdict
from validators.rules import codes
from validators.rules.context import Condition, Ctx, Env, TypedRow
from validators.rules.counted import derived_named
from validators.rules.ended import ended_on, turn_on
from validators.rules.measures import earliest
from validators.rules.places import VALUE, Placed, Prizes, eye, placed, told_apart
from validators.status import Flag, Status

if TYPE_CHECKING:
    from validators.rules.rank import Rank


class RankedRows:
    """Places of the rows of a table, compiled. Rules that count past periods by what it puts on the rows get the places of
    the last day of each: by the rows that had come by then, as they were."""

    daily = True  # every past day has places of its own

    def __init__(self, rule: Rank, env: Env) -> None:
        self.rule = rule
        above, env.above = env.above, False
        self.value = env.getter(rule.value, rule.table, "number")
        self.group = env.getter(rule.group_by, rule.table) if rule.group_by else None
        self.then = [env.getter(text, rule.table, "number") for text in rule.then]
        self.titles = [env.title(text, rule.table) for text in rule.then]
        self.when = env.condition(rule.when, rule.table)
        self.exempt: Condition | None = env.condition(rule.exempt_when, rule.table)
        self.tables = {table.name: table for table in env.scheme.tables}
        self.model = self.tables[rule.table]
        self.prizes = Prizes.of_rows(rule, env)
        for name, kind in rule.derives():
            env.derive(rule.table, name, kind)
        self.derived = derived_named(env, rule.table, [rule])
        self.above, env.above = env.above, above or env.above

    def turns(self, _facts: Facts) -> set[date]:
        """Its places are a list that changes with the days; see `daily`."""
        return set()

    def _as_of(self, facts: Facts, ctx: Ctx) -> Iterator[tuple[TypedRow, TypedRow, date]]:
        """The rows to rank, each also as it was on the day by which it is ranked."""
        then, day = ctx.then, ctx.held
        for row in facts.table(self.rule.table):
            if day is None or then is None:
                yield row, row, ctx.today
            elif then.come(row, day):
                yield row, then(row, day, self.derived, above=self.above), day

    def __call__(self, facts: Facts, ctx: Ctx) -> list[Verdict]:
        groups: dict[str, dict[str, Fraction]] = defaultdict(dict)
        rows: dict[str, tuple[TypedRow, str]] = {}
        was: dict[str, TypedRow] = {}
        for row, cells, day in self._as_of(facts, ctx):
            over = ended_on(self.tables, self.model, cells, day)
            if (over is not None and over <= day) or (self.when is not None and self.when.fn(cells) is not True):
                continue
            named = self.group(cells) if self.group is not None else None
            group = "" if named is None else str(named)
            rows[row.id], was[row.id] = (row, group), cells
            if self._lost(group):  # a blank is no group of its own
                continue
            value = self.value(cells)
            if value is not None and (self.exempt is None or self.exempt.fn(cells) in (False, UNKNOWN)):
                groups[group][row.id] = Fraction(value)
        places: dict[str, Placed] = {}
        told: dict[str, dict[str, Any]] = {}
        for figures in groups.values():
            further = {key: [_fraction(get(was[key])) for get in self.then] for key in figures} if self.then else {}
            places |= placed(figures, self.rule.order, self.rule.ties, further)
            if further:
                shared = Counter(figures.values())
                told |= {
                    key: told_apart(list(zip(self.titles, further[key], strict=True)))
                    for key, value in figures.items()
                    if shared[value] > 1
                }
        return [
            self._verdict(row, was[key], group, places.get(key), groups[group].get(key), told.get(key, {}))
            for key, (row, group) in rows.items()
        ]

    def _lost(self, group: str) -> bool:
        """Whether it is not known with which rows it is to be compared."""
        return self.group is not None and not group

    def _derive(self, row: TypedRow, spot: Placed, flags: Sequence[Flag]) -> None:
        """Put its place on the row, for rules that look at it."""
        made: dict[str, Any] = {self.rule.into: Decimal(spot.place)} if self.rule.into else {}
        if self.rule.won_into:
            made[self.rule.won_into] = "、".join(flag.flag for flag in flags) or "—"
        row.update(made)
        row.derived.update(made)

    def ahead(self, facts: Facts, ctx: Ctx) -> date | None:
        """The next day on which a row is over and leaves its place, or is back."""
        rows = facts.table(self.rule.table)
        return earliest(*(turn_on(self.tables, self.model, row, ctx.today) for row in rows))

    def _verdict(
        self,
        row: TypedRow,
        cells: TypedRow,
        group: str,
        spot: Placed | None,
        value: Fraction | None,
        more: Mapping[str, Any],
    ) -> Verdict:
        if spot is None or value is None:
            why = f"{self.rule.group_by}空着，不知道和谁比" if self._lost(group) else "没有可比的数，或不参加排名"
            status = Status(self.rule.id, codes.UNRANKED, inputs={"why": why})
            return Verdict("record", row.id, row.table, row.unit, statuses=[status])
        inputs: dict[str, Any] = {"value": str(spot.place), "count": spot.count, "figure": eye(value), "group": group}
        inputs |= more
        flags = self.prizes.flags(
            spot, {**cells, VALUE: as_decimal(value)}, f"{inputs['figure']}{self.rule.measure}，第{spot.place}名"
        )
        if flags:
            inputs["won"] = [flag.flag for flag in flags]
        self._derive(row, spot, flags)
        return Verdict(
            "record",
            row.id,
            row.table,
            row.unit,
            statuses=[Status(self.rule.id, codes.RANKED, inputs=inputs)],
            flags=flags,
        )


def _fraction(value: Any) -> Fraction | None:
    return None if value is None else Fraction(value)
