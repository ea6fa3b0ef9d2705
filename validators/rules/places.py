"""Places in an order and what they bring: ties, shares of a group, prizes for the first and the last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field as F
from pydantic import model_validator

from validators.exact import plain, rounded
from validators.expressions import compile_expression
from validators.scheme.base import Model
from validators.status import Flag

if TYPE_CHECKING:
    from validators.rules.context import Env
    from validators.rules.rank import Rank

# names in conditions: the figure, the place, how many are ranked in the group, places won since the period before
VALUE, PLACE, COUNT, CHANGE = "值", "名次", "个数", "升降"
_ROUNDING: dict[str, Callable[[Fraction], int]] = {
    "down": floor,
    "up": ceil,
    "half": lambda share: floor(share + Fraction(1, 2)),
}


class Prize(Model):
    """What the first or last `n` of a group get, or a share of them: 优秀不超过30%."""

    n: int | None = F(None, ge=1, description="how many places")
    share: Decimal | None = F(
        None, gt=0, le=1, description="instead of n: share of those ranked in the group, e.g. 0.3"
    )
    rounding: Literal["down", "up", "half"] = F(
        "down", description="a part of a place: down: 不超过30%; up: 不少于; half: 四舍五入"
    )
    flag: str = F(description="考核标识, e.g. 红旗、黑旗、通报表扬")
    when: str = F(
        "",
        description="must hold too: 值 >= 90; may name 值、名次、个数、升降 (places up since the period before, negative: "
        "down) and the numbers of `also`; with a table 值、名次、个数 and the columns of the row",
    )
    ties: Literal["include", "exclude"] = F(
        "include", description="when a tie reaches beyond n: all of the tie, or none"
    )
    least: int = F(0, description="groups with fewer ranked subjects get none")

    @model_validator(mode="after")
    def _one_way(self) -> Prize:
        if (self.n is None) == (self.share is None):
            raise ValueError("写 n（几名）或 share（占几成，如 0.3），二者选一")
        return self

    def places(self, count: int) -> int:
        """How many places of a group of `count` it has."""
        if self.share is None:
            return self.n or 0
        return _ROUNDING[self.rounding](Fraction(self.share) * count)


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a subject stands in its group, counted from both ends."""

    place: int
    from_below: int
    count: int
    better: int  # how many stand above it
    worse: int
    tied: int  # how many have the same figure, itself included


Test = Callable[[Mapping[str, Any]], Any]  # a condition compiled: True, False or unknown of cells
Further = Mapping[str, Sequence[Fraction | None]]  # subject → further figures for those with the same one
_Key = tuple[tuple[bool, Fraction], ...]


def placed(
    figures: Mapping[str, Fraction], order: str = "desc", ties: str = "share", further: Further = MappingProxyType({})
) -> dict[str, Placed]:
    """Places of the subjects of one group. Of those with the same figure the one with the larger further one goes first."""
    sign = -1 if order == "desc" else 1
    keys: dict[str, _Key] = {
        subject: ((False, sign * value), *((more is None, -(more or Fraction(0))) for more in further.get(subject, ())))
        for subject, value in figures.items()
    }
    distinct = sorted(set(keys.values()))
    holders: dict[_Key, int] = defaultdict(int)
    for key in keys.values():
        holders[key] += 1
    found: dict[_Key, Placed] = {}
    above = 0
    for position, value in enumerate(distinct):
        tied = holders[value]
        below = len(figures) - above - tied
        place = above + 1 if ties == "share" else position + 1
        from_below = below + 1 if ties == "share" else len(distinct) - position
        found[value] = Placed(place, from_below, len(figures), above, below, tied)
        above += tied
    return {subject: found[key] for subject, key in keys.items()}


def apart(
    subject: str, figures: Mapping[str, Fraction], names: Sequence[str], further: Further
) -> list[tuple[str, Fraction | None]]:
    """The further figures that set a subject apart from others with the same one, by name; [] where there are none."""
    if subject not in figures or all(figures[subject] != value for other, value in figures.items() if other != subject):
        return []
    return list(zip(names, further.get(subject, ()), strict=False))


def reaches(prize: Prize, spot: Placed, bottom: bool = False) -> bool:
    """Whether the place is among the first (or last) n, with ties as the prize says."""
    if spot.count < prize.least:
        return False
    places = prize.places(spot.count)
    if prize.ties == "exclude":
        return (spot.worse if bottom else spot.better) + spot.tied <= places
    return (spot.from_below if bottom else spot.place) <= places


class Prizes:
    """Prizes with their conditions, compiled."""

    def __init__(self, rule: Rank, compiled: Callable[[str], Test | None]) -> None:
        self.rule = rule
        self.top = [(prize, compiled(prize.when)) for prize in rule.top]
        self.bottom = [(prize, compiled(prize.when)) for prize in rule.bottom]

    @classmethod
    def of_units(cls, rule: Rank) -> Prizes:
        """Conditions on the figure, the place and the further numbers."""
        names = numbers(VALUE, PLACE, COUNT, CHANGE, *rule.also)
        return cls(rule, lambda text: condition(text, names))

    @classmethod
    def of_rows(cls, rule: Rank, env: Env) -> Prizes:
        """Conditions on the figure, the place, and the row's own columns: 环保处罚 = 0."""

        def compiled(text: str) -> Test | None:
            found = env.condition(text, rule.table)
            return found.fn if found is not None else None

        with env.naming(rule.table, numbers(VALUE, PLACE, COUNT)):
            return cls(rule, compiled)

    def flags(self, spot: Placed, cells: Mapping[str, Any], told: str) -> list[Flag]:
        section = f"；依据 {self.rule.section}" if self.rule.section else ""
        return [Flag(self.rule.id, prize.flag, f"{self.rule.title}{told}{section}") for prize in self.won(spot, cells)]

    def won(self, spot: Placed, cells: Mapping[str, Any]) -> list[Prize]:
        """Those of the first, else those of the last."""
        cells = {**cells, PLACE: Decimal(spot.place), COUNT: Decimal(spot.count)}
        return self._won(self.top, spot, cells, False) or self._won(self.bottom, spot, cells, True)

    def _won(self, prizes: Any, spot: Placed, cells: Mapping[str, Any], bottom: bool) -> list[Prize]:
        return [
            prize for prize, test in prizes if reaches(prize, spot, bottom) and (test is None or test(cells) is True)
        ]


def numbers(*names: str) -> dict[str, tuple[str, str]]:
    """Names of numbers, as conditions know them."""
    return {name: (name, "number") for name in names}


def condition(text: str, names: Mapping[str, tuple[str, str]]) -> Test | None:
    return compile_expression(text, names, wanted="bool").fn if text else None


def told_apart(found: Sequence[tuple[str, Fraction | None]]) -> dict[str, Any]:
    """What set a subject apart, for the inputs of a status: 完成投资1200."""
    told = [f"{name}{eye(value) if value is not None else '（没有）'}" for name, value in found]
    return {"apart": told} if told else {}


def eye(value: Fraction) -> str:
    return plain(Decimal(rounded(value, 2)))
