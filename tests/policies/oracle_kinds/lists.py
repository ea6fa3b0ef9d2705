"""Two lists held side by side as the reference promises (B-37): joined by keys in order of trust, then compared.

Where the text leaves something open, the reading taken here:

- A key joins what no key before it joined. Several rows of one list with the same first key are 代码重复 whatever else is
  found of them; with the same later sure key only where nothing else told them apart.
- What is said of the row opposite such rows, and of sums of several rows, is left open here (`OPEN`).
- What is on a list in which nothing is expected (`expect: left` for a right row) is not spoken of while it is alone.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import Any

from tests.policies.oracle_kinds.kit import Rule, exact

Row = dict[str, Any]
Pair = tuple[list[int], list[int]]
Found = tuple[list[set[str]], list[set[str]]]
OPEN = "*"  # the text does not say


def keys_of(key: Any) -> tuple[list[str], list[str], bool | None]:
    if isinstance(key, list):
        return key, key, None
    return key["left"], key.get("right") or key["left"], key.get("sure")


def told(rule: Rule, left: list[Row], right: list[Row]) -> tuple[list[set[str]], list[set[str]]]:
    """What is said of each left and of each right row."""
    rows = (left, right)
    found: Found = ([set() for _ in left], [set() for _ in right])
    alone = (set(range(len(left))), set(range(len(right))))
    again: Found = ([set() for _ in left], [set() for _ in right])  # the same key in its own list
    for number, key in enumerate(rule["keys"]):
        mine, theirs, sure = keys_of(key)
        sure = number == 0 if sure is None else sure
        for pair in _groups(rows, alone, (mine, theirs)):
            _join(rule, rows, pair, sure, found, alone, again if number == 0 else None)
    for number, key in enumerate(rule["keys"]):
        mine, theirs, sure = keys_of(key)
        for pair in _groups(rows, alone, (mine, theirs)) if sure and number else ():
            for side in _twice(rule, pair):
                for n in pair[side]:
                    again[side][n].add("代码重复")
    for side, word in enumerate((rule.get("missing", "应统未统"), rule.get("extra", "漏入库"))):
        first = keys_of(rule["keys"][0])[side]
        if rule.get("expect", "both") in ("both", ("left", "right")[side]):
            for n in alone[side]:
                lacks = rule.get("keyless", True) and any(rows[side][n].get(title) is None for title in first)
                found[side][n] = {"缺代码" if lacks else word}
    both = [[said | more for said, more in zip(found[side], again[side], strict=True)] for side in (0, 1)]
    return both[0], both[1]


def _groups(rows: Any, alone: Any, titles: tuple[list[str], list[str]]) -> list[Pair]:
    """Rows not joined yet, by their key; a key with a blank part is none."""
    found: dict[Any, Pair] = defaultdict(lambda: ([], []))
    for side in (0, 1):
        for n in sorted(alone[side]):
            values = tuple(rows[side][n].get(title) for title in titles[side])
            if None not in values:
                found[values][side].append(n)
    return list(found.values())


def _twice(rule: Rule, pair: Pair) -> list[int]:
    """The sides of a pair on which only one row may stand, and more do."""
    return [
        side
        for side, name in enumerate(("left", "right"))
        if len(pair[side]) > 1 and rule.get("many") not in (name, "both")
    ]


def _join(rule: Rule, rows: Any, pair: Pair, sure: bool, found: Found, alone: Any, again: Found | None) -> None:
    twice = _twice(rule, pair) if sure else []
    if not (pair[0] and pair[1]):
        for side in twice if again is not None else ():
            for n in pair[side]:
                again[side][n].add("代码重复")
        return
    many = max(len(pair[0]), len(pair[1])) > 1
    for side in (0, 1):
        for n in pair[side]:
            alone[side].discard(n)
            if not sure:
                found[side][n] = {"疑似匹配"}
            elif side in twice:
                found[side][n] = {"代码重复"}
            else:
                found[side][n] = {OPEN} if many else {_compared(rule, rows[0][pair[0][0]], rows[1][pair[1][0]])}


def _compared(rule: Rule, mine: Row, theirs: Row) -> str:
    if rule.get("expect") == "apart":
        return "代码重复"
    same = all(_agree(item, mine.get(item["left"]), theirs.get(item["right"])) for item in rule.get("compare", ()))
    return "一致" if same else "字段不一致"


def _agree(item: Rule, mine: Any, theirs: Any) -> bool:
    if mine is None and theirs is None:
        return True
    if mine is None or theirs is None:
        return item.get("blank") == "ignore"
    if item.get("least") and mine >= theirs:
        return True
    tolerance = item.get("tolerance", "0")
    if isinstance(mine, date):
        return abs((mine - theirs).days) <= int(tolerance)
    apart = abs(exact(mine) - exact(theirs))
    if tolerance.endswith("%"):
        return apart <= Fraction(tolerance[:-1]) / 100 * abs(exact(theirs))
    return apart <= Fraction(tolerance.removesuffix("万元"))
