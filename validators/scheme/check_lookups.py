"""Checks of lookups against the rules that look into them: names that exist, keys that can be asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from validators.rules.base import RuleBase
from validators.scheme.possible import Possible
from validators.scheme.rule_parts import Problem
from validators.scheme.wording import listed, nearest


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


def _wrong(known: Possible, way: Asked, key: str) -> str:
    """Why the key can never be asked for in this way; "" where it can."""
    words = key.split("|")
    if len(words) != len(way.by):
        return f"“{key}”有{len(words)}段，按{'、'.join(way.by)}查要{len(way.by)}段，用 | 隔开"
    for name, word in zip(way.by, words, strict=True):
        possible = known.of(way.table, name)
        if word != "*" and possible is not None and word not in possible and word not in known.lost:
            title = known.env.title(name, way.table)
            meant = known.aliases(way.table, name).get(word)
            near = (
                f"；这里请写“{meant}”" if meant else nearest(word, possible) or f"；会有的是{listed(sorted(possible))}"
            )
            return f"“{title}”不会是“{word}”{near}"
    return ""
