"""Checks of lookups against the rules that look into them: names that exist, keys that can be asked for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from validators.expression_types import NUMERIC
from validators.periods import try_period
from validators.rules.base import RuleBase
from validators.scheme.possible import Possible
from validators.scheme.rule_parts import Problem
from validators.scheme.wording import listed, nearest

EXAMPLES = {
    "week": "2025-W24", "ten_days": "2025-06上旬", "half_month": "2025-06上半月", "month": "2025-06", "quarter": "2025Q2", "half": "2025H1",
    "year": "2025",
}  # fmt: skip
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")


class Asked(NamedTuple):
    """One way in which a lookup is asked: by which columns of which table."""

    table: str
    by: tuple[str, ...]


def check_lookups(rules: Iterable[RuleBase], known: Possible, maimed: Collection[int]) -> Iterator[Problem]:
    """A key is wrong when no rule can ever ask for it; of a lookup that nobody asks, or a rule of which something was
    taken out, nothing is known."""
    asked: dict[str, list[Asked]] = defaultdict(list)
    unsure: set[str] = set()
    for rule in rules:
        for name, by in _uses(rule):
            asked[name].append(Asked(rule.table, by))
            unsure |= {name} if id(rule) in maimed else set()
    for name, ways in asked.items():
        table = known.scheme.lookups.get(name)
        rows = () if table is None or name in unsure else [(("lookups", name, "rows", key), key) for key in table.rows]
        for place, key in rows:
            told = [_wrong(known, way, key) for way in ways]
            if told and all(told):
                yield place, told[0]


def _uses(rule: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    if rule.kind == "lookup" and rule.lookup:
        yield rule.lookup, rule.by
    if rule.kind == "elapsed" and rule.limits is not None and rule.limits.lookup:
        yield rule.limits.lookup, rule.limits.by


def _shape(known: Possible, table: str, text: str, word: str) -> str:
    """Why a key of a day, a period or a number can never look like this; "" where it can."""
    if kind := known.period(table, text):
        period = try_period(word, year_from=1)  # only how it is written
        right = "" if period is None or period.kind != kind else period.text
        return "" if right == word else f"“{text}”查到的是期次，如 {EXAMPLES[kind]}，不会是“{word}”"
    kind = known.type_of(table, text)
    if kind == "date" and not _DAY.fullmatch(word):
        return f"“{text}”是日期，查的时候写到日，如 2025-03-01，不会是“{word}”；按年月查请写 by: [年(…), 月(…)]，键如 2025|3"
    if kind in NUMERIC and not _NUMBER.fullmatch(word):
        return f"“{text}”是数，查的时候不带前面的0和单位，如 3、2025，不会是“{word}”"
    return ""


def _wrong(known: Possible, way: Asked, key: str) -> str:
    """Why the key can never be asked for in this way; "" where it can."""
    words = key.split("|")
    if len(words) != len(way.by):
        return f"“{key}”有{len(words)}段，按{'、'.join(way.by)}查要{len(way.by)}段，用 | 隔开"
    for name, word in zip(way.by, words, strict=True):
        if word != "*" and (told := _shape(known, way.table, name, word)):
            return told
        possible = known.of(way.table, name)
        if word != "*" and possible is not None and word not in possible and word not in known.lost:
            title = known.env.title(name, way.table)
            meant = known.aliases(way.table, name).get(word)
            near = (
                f"；这里请写“{meant}”" if meant else nearest(word, possible) or f"；会有的是{listed(sorted(possible))}"
            )
            return f"“{title}”不会是“{word}”{near}"
    return ""
