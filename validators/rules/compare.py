"""Whether two rows of different lists say the same: amounts within a tolerance, dates within days, texts as people
mean them. Compared exactly; what differs is told with both values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any, Literal

from pydantic import Field as F

from validators.exact import plain as plain_number
from validators.rules.context import Env, Getter, TypedRow
from validators.rules.participants import normal
from validators.scheme.base import Model


class Compare(Model):
    """One value that must agree. A text value agrees with a list that holds it."""

    left: str = F(description="field or formula of the left list")
    right: str = F("", description="the same in the right list; blank = named alike")
    tolerance: str = F(
        "", description="allowed difference: 10, 10万元, 1% of the right value; for dates a number of days"
    )
    title: str = F("", description="what is told, default the field's title")
    blank: Literal["different", "ignore"] = F("different", description="when only one of the two is filled in")
    each: bool = F(False, description="of several rows each must agree by itself, instead of their sum")
    least: bool = F(False, description="the right value is the least: a greater amount, or a later day, agrees too")


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that differs, with the texts people read."""

    titles: tuple[str, str]  # as the left and the right list call it
    texts: tuple[str, str]
    fields: tuple[str, str]

    def seen(self, side: int, other: str) -> dict[str, str]:
        """As told beside a row of one side (0 left, 1 right); `other` is the title of the other list."""
        return {
            "title": self.titles[side],
            "field": self.fields[side],
            "here": self.texts[side],
            "list": other,
            "there": self.texts[1 - side],
        }


class Comparison:
    """A compared value, compiled."""

    def __init__(self, model: Compare, env: Env, left: str, right: str) -> None:
        self.model = model
        text = model.right or model.left
        self.left, self.right = env.getter(model.left, left), env.getter(text, right)
        self.unread = unread_in(env, model.left, left), unread_in(env, text, right)
        self.names = env.name(model.left, left), env.name(text, right)
        self.titles = model.title or env.title(model.left, left), model.title or env.title(text, right)
        self.share, self.amount = _tolerance(model.tolerance, env, left)

    def differ(self, lefts: Sequence[TypedRow], rights: Sequence[TypedRow]) -> Difference | None:
        """What differs between the rows of one key; amounts of several rows are summed, unless each says the whole. What
        could not be read on either side differs from nothing: that cell has its own finding."""
        if any(self.unread[side](row) for side, rows in enumerate((lefts, rights)) for row in rows if row.unread):
            return None
        if self.model.each:
            pairs = product(_values(lefts, self.left) or [None], _values(rights, self.right) or [None])
            return next((found for a, b in pairs if (found := self._difference(a, b)) is not None), None)
        return self._difference(_together(lefts, self.left), _together(rights, self.right))

    def _difference(self, a: Any, b: Any) -> Difference | None:
        if a is None and b is None:
            return None
        if a is None or b is None:
            if self.model.blank == "ignore":
                return None
        elif self._agree(a, b):
            return None
        return Difference(self.titles, (shown(a), shown(b)), self.names)

    def _agree(self, a: Any, b: Any) -> bool:
        if self.model.least and _reaches(a, b):
            return True
        if isinstance(a, Decimal) and isinstance(b, Decimal):
            return abs(a - b) <= self.amount + self.share * abs(b)
        if isinstance(a, date) and isinstance(b, date):
            return abs((a - b).days) <= self.amount
        if isinstance(a, list) and isinstance(b, list):
            return set(map(normal, a)) == set(map(normal, b))
        if isinstance(a, list) or isinstance(b, list):
            whole, part = (a, b) if isinstance(a, list) else (b, a)
            return normal(str(part)) in set(map(normal, whole))
        return normal(str(a)) == normal(str(b))


def _reaches(a: Any, b: Any) -> bool:
    """Whether an amount is as great, or a day as late, as the one that is the least."""
    if isinstance(a, Decimal) and isinstance(b, Decimal):
        return a >= b
    return isinstance(a, date) and isinstance(b, date) and a >= b


def _values(rows: Sequence[TypedRow], get: Getter) -> list[Any]:
    return [value for row in rows if (value := get(row)) is not None]


def _together(rows: Sequence[TypedRow], get: Getter) -> Any:
    """The rows' value; a sum of amounts where there are several, else the first that is filled in."""
    values = _values(rows, get)
    if len(values) > 1 and all(isinstance(value, Decimal) for value in values):
        return sum(values, Decimal(0))
    return values[0] if values else None


def shown(value: Any) -> str:
    """A value as people read it; a blank as 空."""
    if value is None:
        return "空"
    if isinstance(value, Decimal):
        return plain_number(value)
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def unread_in(env: Env, text: str, table: str) -> Callable[[TypedRow], bool]:
    """Whether a row's cell could not be read that a text looks at."""
    reads = env.expression(text, table).reads
    return lambda row: not row.unread.isdisjoint(reads)


def _tolerance(text: str, env: Env, table: str) -> tuple[Decimal, Decimal]:
    """(share of the right value, amount)."""
    if not text:
        return Decimal(0), Decimal(0)
    value = env.expression(text, table, "number").fn({})
    if not isinstance(value, Decimal) or value < 0:
        raise ValueError(f"容差“{text}”应是一个不小于0的数，如 10万元、1%")
    return (value, Decimal(0)) if text.strip().endswith(("%", "％")) else (Decimal(0), value)
