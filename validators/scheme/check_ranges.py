"""Checks of ranges of numbers: bounds that cannot be read, nothing between them, two that hold the same number, one name
for two ranges that are really one; a cap under its floor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from itertools import combinations
from typing import Any

from validators.expressions import ExpressionError, compile_expression
from validators.rules.ranges import Range, parse_range
from validators.scheme.rule_parts import Problem
from validators.scheme.source import Loc
from validators.scheme.wording import nearest

Named = tuple[Loc, str, Range]  # place, name, what it holds
Bound = Callable[[str], Decimal]


def check_ranges(loc: Loc, rule: Any) -> Iterator[Problem]:
    """Of one rule."""
    if rule.kind == "bands":
        found, problems = _read(loc, "bands", rule.bands, _fixed)
        yield from problems
        yield from _names(found)  # bands may overlap as the policy's text does: 未规定
        names = {band.name for band in rule.bands}
        if unknown := sorted(set(rule.flags) - names):
            told = f"flags 里的“{'、'.join(unknown)}”不是 bands 里的名称"
            yield (*loc, "flags", unknown[0]), told + nearest(unknown[0], names)
    elif rule.kind == "tier":
        found, problems = _tiers(loc, rule)
        yield from problems
        yield from _names(found) or _overlaps(found)
    elif rule.kind == "score":
        found, problems = _read(loc, "grades", rule.grades, _fixed if rule.table else _plain)
        yield from problems
        yield from _names(found) or _overlaps(found)
        yield from _caps(loc, rule)
        for at, term in enumerate(rule.terms):
            yield from _caps((*loc, "terms", at), term)


def _read(loc: Loc, key: str, items: Any, bound: Bound) -> tuple[list[Named], list[Problem]]:
    """What could be read, and what is wrong with the others: every one of them, not the first alone."""
    found: list[Named] = []
    problems: list[Problem] = []
    for at, item in enumerate(items):
        place: Loc = (*loc, key, at, "range")
        try:
            found.append((place, item.name, parse_range(item.range, bound)))
        except ValueError as problem:
            problems.append((place, str(problem)))
    return found, problems


def _tiers(loc: Loc, rule: Any) -> tuple[list[Named], list[Problem]]:
    """Tiers as ranges; one without bounds is not set yet and takes no part."""
    found: list[Named] = []
    problems: list[Problem] = []
    low_in = rule.inclusive == "low"
    for at, band in enumerate(rule.bands):
        place: Loc = (*loc, "bands", at)
        if not (band.low or band.high):
            continue
        try:
            low, high = (_fixed(text) if text else None for text in (band.low, band.high))
        except ValueError:
            continue  # said by compiling the rule
        item = Range(low, high, low_in, not low_in)
        if item.empty():
            problems.append(((*place, "low"), f"“{band.name}”里一个数也没有：下限 {band.low}，上限 {band.high}"))
        else:
            found.append((place, band.name, item))
    return found, problems


def _names(found: list[Named]) -> list[Problem]:
    """One name for two ranges that meet or overlap: either they are one, or one of the names is wrong."""
    problems: list[Problem] = []
    for (_, name, one), (place, other, two) in combinations(found, 2):
        if name == other and _touch(one, two):
            told = f"“{name}”写了两次，两段又连着；是一档就合成一个范围，是两档就各起一个名称"
            problems.append((place, told))
    return problems


def _overlaps(found: list[Named]) -> list[Problem]:
    problems: list[Problem] = []
    for (_, name, one), (place, other, two) in combinations(found, 2):
        if shared := _shared(one, two):
            told = f"“{other}”和“{name}”重叠（{shared}两档都算）；请改界限，使一个数只在一档"
            problems.append((place, told))
    return problems


def _touch(one: Range, two: Range) -> bool:
    """Whether no number lies between them."""
    first, second = sorted((one, two), key=_start)
    if first.high is None or second.low is None or second.low < first.high:
        return True
    return second.low == first.high and (first.high_in or second.low_in)


def _start(item: Range) -> tuple[bool, Decimal, bool]:
    return item.low is not None, item.low or Decimal(0), not item.low_in


def _shared(one: Range, two: Range) -> str:
    """A number, or the numbers, that both hold; "" for none."""
    first, second = sorted((one, two), key=_start)
    low, high = second.low, min((end for end in (first.high, second.high) if end is not None), default=None)
    if low is None:
        return f"{high}以下" if high is not None else "任何数"
    if high is None or low < high:
        return f"{low}到{high}" if high is not None else f"{low}以上"
    return str(low) if low == high and low in first and low in second else ""


def _caps(loc: Loc, part: Any) -> Iterator[Problem]:
    if part.cap is not None and part.floor is not None and part.cap < part.floor:
        yield (*loc, "cap"), f"cap（最多）是 {part.cap}，比 floor（最少）{part.floor} 还小；请核对"


def _fixed(text: str) -> Decimal:
    """A bound that may be an amount or a share: 1亿元, 30%."""
    try:
        value = compile_expression(text, {}, wanted="number").fn({})
    except ExpressionError:
        raise ValueError(f"界限“{text}”应是一个固定的数") from None
    if not isinstance(value, Decimal):
        raise ValueError(f"界限“{text}”应是一个固定的数")
    return value


def _plain(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(f"界限“{text}”应是一个数，不带单位") from None
