"""Places as the reference promises them: order, ties, groups, who is exempt, and what the first and the last get.

Where the text leaves something open, the reading taken here:

- A prize goes by the place people read (`dense`: 1, 1, 2 has three among the first two), counted from the last for `bottom`.
  With `ties: exclude` never more than n get it, however the places are written.
- Who gets something as one of the first gets nothing as one of the last; who is among the first but misses their
  condition may be the last.
- Counting is nought for the units there are on the period's last day (today, while it runs).
- A row whose group is blank cannot be compared with anybody.
- Whoever lacks a number of `then` comes after those who have one.
- The period told is the latest in which anybody has a figure; whoever has none in it is told so, with —.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from tests.policies.oracle_kinds.figures import (
    CODES,
    STARTS,
    UNIT_WHEN,
    UNITS,
    VALUES,
    Row,
    World,
    counts,
    exists,
    group_of,
    measured,
)
from tests.policies.oracle_kinds.kit import Period, Rule, exact, listed


class Place(NamedTuple):
    place: int
    flags: frozenset[str] = frozenset()


NO_PLACE = Place(0)
Numbers = Mapping[str, Fraction | None]
WHEN: dict[str, Callable[[Numbers], bool | None]] = {
    "": lambda n: True,
    "值 >= 100": lambda n: _known(n["值"], lambda v: v >= 100),
    "值 < 80": lambda n: _known(n["值"], lambda v: v < 80),
    "名次 <= 2": lambda n: _known(n["名次"], lambda v: v <= 2),
    "个数 >= 4": lambda n: _known(n["个数"], lambda v: v >= 4),
    "升降 >= 1": lambda n: _known(n.get("升降"), lambda v: v >= 1),
    "开工 > 0": lambda n: _known(n.get("开工"), lambda v: v > 0),
    "首个(开工, 0) = 0": lambda n: (n.get("开工") or 0) == 0,
    "值 < 100 且 开工 >= 1": lambda n: False if n["值"] >= 100 else _known(n.get("开工"), lambda v: v >= 1),
}


def _known(value: Fraction | None, test: Callable[[Fraction], bool]) -> bool | None:
    return None if value is None else test(value)


class Runner(NamedTuple):
    """Somebody with a figure. `beside`: what sets apart those with the same figure, `numbers`: for conditions."""

    who: Any
    figure: Fraction
    beside: tuple[Fraction | None, ...]
    numbers: dict[str, Fraction | None]


def placed(rule: Rule, runners: list[Runner], before: Mapping[Any, int]) -> dict[Any, Place]:
    """Places and flags of one group."""

    def key(item: Runner) -> Any:
        first = -item.figure if rule.get("order", "desc") == "desc" else item.figure
        return first, tuple((v is None, -(v or 0)) for v in item.beside)

    keys = [key(item) for item in runners]
    dense = rule.get("ties") == "dense"
    found = {}
    for item, mine in zip(runners, keys, strict=True):
        ahead, behind, same = [k for k in keys if k < mine], [k for k in keys if k > mine], keys.count(mine)
        place = 1 + len(set(ahead) if dense else ahead)
        last = 1 + len(set(behind) if dense else behind)
        item.numbers.update(值=item.figure, 名次=Fraction(place), 个数=Fraction(len(runners)))
        if item.who in before:
            item.numbers["升降"] = Fraction(before[item.who] - place)
        won = [
            {p["flag"] for p in rule.get(end, ()) if _within(p, spot, beyond + same, len(runners)) and _met(p, item)}
            for end, spot, beyond in (("top", place, len(ahead)), ("bottom", last, len(behind)))
        ]
        found[item.who] = Place(place, frozenset(won[0] or won[1]))
    return found


def _met(prize: Rule, item: Runner) -> bool:
    return WHEN[prize.get("when", "")](item.numbers) is True


def _within(prize: Rule, place: int, taken: int, ranked: int) -> bool:
    """`taken`: how many get it when this tie does."""
    if ranked < prize.get("least", 0):
        return False
    n = prize["n"] if "n" in prize else _part(exact(prize["share"]) * ranked, prize.get("rounding", "down"))
    return place <= n if prize.get("ties", "include") == "include" else taken <= n


def _part(share: Fraction, rounding: str) -> int:
    down = share.numerator // share.denominator
    rest = share - down
    return down + {"down": 0, "up": int(rest > 0), "half": int(rest >= Fraction(1, 2))}[rounding]


# units ------------------------------------------------------------------------------------------------------------


def _figure(world: World, rule: Rule, m: Rule, span: Period, unit: str) -> Fraction | None:
    return measured(world, m, rule["period"], span, unit)


def _ranked(world: World, rule: Rule, span: Period) -> tuple[dict[str, Runner], set[str]]:
    """Who takes part in a period, and who is told that he does not."""
    runners, without = {}, set()
    for unit in UNITS:
        if not UNIT_WHEN[rule.get("when", "")](unit, span):
            continue
        figure = _figure(world, rule, rule["by"], span, unit)
        here = exists(unit, min(span.last, world.today))
        if figure is None and here and (rule.get("blank") == "zero" or _their_own(rule["by"])):
            figure = Fraction(0)
        if figure is None:
            without |= {unit} if here else set()
            continue
        numbers = {name: _figure(world, rule, m, span, unit) for name, m in rule.get("also", {}).items()}
        if {unit, CODES[unit]} & set(rule.get("exempt", ())) or (
            rule.get("exempt_when") and WHEN[rule["exempt_when"]]({**numbers, "值": figure})
        ):
            without.add(unit)
            continue
        runners[unit] = Runner(unit, figure, tuple(numbers[name] for name in rule.get("then", ())), numbers)
    return runners, without


def of_units(world: World, rule: Rule, span: Period, before: Mapping[str, int]) -> dict[str, Place]:
    runners, without = _ranked(world, rule, span)
    groups = defaultdict(list)
    for unit, runner in runners.items():
        groups[group_of(rule, unit)].append(runner)
    found = {unit: place for group in groups.values() for unit, place in placed(rule, group, before).items()}
    return found | dict.fromkeys(without, NO_PLACE)


def told_of_units(world: World, rule: Rule) -> dict[str, Place]:
    """What is said today: the places of the latest period with figures."""
    before: dict[str, int] = {}
    told: dict[str, Place] = {}
    for span in listed(rule["period"], world.today, STARTS):
        if rule.get("closed") and span.last > world.today:
            continue
        found = of_units(world, rule, span, before) if _anybody(world, rule, span) else {}
        before = {unit: place.place for unit, place in found.items() if place.place}
        told = found or told
    return told


def _their_own(m: Rule) -> bool:
    """How many rows a unit has."""
    return counts(m) and not {"by", "of", "to"} & set(m)


def _anybody(world: World, rule: Rule, span: Period) -> bool:
    units = [unit for unit in UNITS if UNIT_WHEN[rule.get("when", "")](unit, span)]
    return any(_figure(world, rule, rule["by"], span, unit) is not None for unit in units)


# rows -------------------------------------------------------------------------------------------------------------

ROW_WHEN: dict[str, Callable[[Row], bool | None]] = {
    "": lambda row: True,
    "行业 = '工业'": lambda row: None if row.get("行业") is None else row["行业"] == "工业",
    "系数 >= 1": lambda row: None if row.get("系数") is None else row["系数"] >= 1,
}


def of_rows(rule: Rule, rows: list[Row]) -> list[Place | None]:
    """Of each row its place, None where nothing is said."""
    groups: dict[Any, list[Runner]] = defaultdict(list)
    found: list[Place | None] = [None] * len(rows)
    for number, row in enumerate(rows):
        if ROW_WHEN[rule.get("when", "")](row) is not True:
            continue
        found[number] = NO_PLACE
        figure = VALUES[rule["value"]](row)
        group = row.get(rule["group_by"]) if "group_by" in rule else ""
        exempt = "exempt_when" in rule and ROW_WHEN[rule["exempt_when"]](row) is True
        if figure is None or group is None or exempt:
            continue
        beside = tuple(None if row.get(title) is None else exact(row[title]) for title in rule.get("then", ()))
        groups[group].append(Runner(number, figure, beside, {}))
    for runners in groups.values():
        for number, place in placed(rule, runners, {}).items():
            found[number] = place
    return found
