"""In which order rules are judged: by rank, and what names a derived value comes after what derives it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from validators.rules.base import RuleBase

if TYPE_CHECKING:
    from validators.scheme.models import Scheme

_LABELS = frozenset({"id", "kind", "title", "table", "section", "sentence", "responsible", "modality", "severity"})


def in_order(scheme: Scheme) -> list[RuleBase]:
    """The rules as they are compiled and judged. 行业 → 专班 is looked up before the stages that look at it, 阶段 → 牵头单位
    after them; of rows that stand below others, what these derive before what looks at it. Versions of one rule stand
    together. Rules that wait for each other stay as their ranks have them; compiling tells what is wrong with them.
    """
    found: list[RuleBase] = []
    waiting: set[str] = set()
    done: set[str] = set()
    parents = {table.name: table.parent for table in scheme.tables}
    ranked = sorted(scheme.rules, key=lambda rule: rule.rank)
    versions: dict[str, list[RuleBase]] = {}
    for rule in ranked:
        versions.setdefault(rule.id, []).append(rule)
    makers = [(rule, re.compile("|".join(map(_whole, names)))) for rule in ranked if (names := _made(rule))]

    def place(rule: RuleBase) -> None:
        if rule.id in done or rule.id in waiting:
            return
        waiting.add(rule.id)
        for version in _with_used(versions, rule.id):
            for maker in _needed(version, makers, parents):
                place(maker)
        waiting.discard(rule.id)
        done.add(rule.id)
        found.extend(versions[rule.id])

    for rule in ranked:
        place(rule)
    return found


def _with_used(versions: Mapping[str, Sequence[RuleBase]], name: str) -> list[RuleBase]:
    """The versions of a rule, and of the rules whose results it takes: they are compiled with it."""
    found, waiting = dict[str, Sequence[RuleBase]](), [name]
    while waiting:
        if (name := waiting.pop()) not in found and name in versions:
            found[name] = versions[name]
            waiting += sorted(used for version in versions[name] for used in version.uses())
    return [version for items in found.values() for version in items]


def derived_on(scheme: Scheme, *tables: str) -> frozenset[str]:
    """Names that rules put on rows of these tables."""
    return frozenset(name for rule in scheme.rules if rule.table in tables for name, _ in rule.derives())


def says(rule: RuleBase, names: Collection[str]) -> bool:
    """Whether the rule names one of some values."""
    if not names:
        return False
    said = "\n".join(texts_of(rule.model_dump(exclude=set(_LABELS))))
    return re.search("|".join(map(_whole, names)), said) is not None


def _made(rule: RuleBase) -> list[str]:
    return [name for name, _ in rule.derives()]


def _whole(name: str) -> str:
    return rf"(?<!\w){re.escape(name)}(?!\w)"


def _needed(
    rule: RuleBase, makers: Iterable[tuple[RuleBase, re.Pattern[str]]], parents: Mapping[str, str]
) -> Iterator[RuleBase]:
    """Rules of the tables it looks at, and of those above them, whose derived values the rule names."""
    own, tables = set(_made(rule)), {rule.table, *rule.reads(), *rule.children()}
    tables |= {parents.get(name, "") for name in tables} - {""}
    said = "\n".join(texts_of(rule.model_dump(exclude=set(_LABELS))))
    for maker, names in makers:
        if maker.id != rule.id and maker.table in tables and any(word not in own for word in names.findall(said)):
            yield maker


def texts_of(value: Any) -> Iterator[str]:
    """All texts in plain data, such as a rule's parameters, wherever they stand, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts_of(key)
            yield from texts_of(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_of(item)
