"""Units and departments named in rules: by code, name or another name, everywhere alike; what is none of them is told.

A name that nobody has would be no mistake that shows: the unit would be judged as if nothing had been written for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from validators.rules.measures import Measure
from validators.scheme.models import Department, Scheme, Unit
from validators.scheme.rule_parts import Ground, Problem, Wanted
from validators.scheme.source import Loc
from validators.scheme.wording import nearest

ALL = "全部"  # in `fixed`: the scheme as a whole


class UnitWords:
    """Every word for a unit or a department of the scheme → its code."""

    def __init__(self, scheme: Scheme) -> None:
        self.units = _words(scheme.units)
        self.kinds = {unit.kind for unit in scheme.units} - {""}
        self.departments = _words(scheme.departments)
        self.tiered = any(unit.parent for unit in scheme.units)
        self.everyone = {**self.departments, **self.units}
        self.grouped = {**self.departments, **{item.group: item.group for item in scheme.departments if item.group}}

    def problems(self, ground: Ground, loc: Loc, part: Any) -> Iterator[Problem]:
        """Of one part of a rule."""
        if isinstance(part, Measure):
            fixed = [((*loc, "fixed", word), word) for word in part.fixed if word != ALL]
            yield from self._known(ground, fixed, self.everyone, "单位或部门")
            yield from self._twice(fixed, "fixed")
            yield from self._above((*loc, "to"), part.to)
        kind = getattr(part, "kind", "")
        if kind == "target":
            yield from self._goals(ground, loc, part)
        elif kind == "cadence":
            units = [((*loc, "units", at), word) for at, word in enumerate(part.units)]
            units = [(place, word) for place, word in units if word.strip() not in self.kinds]
            yield from self._known(ground, units, self.units, "单位")
            departments = [((*loc, "departments", at), word) for at, word in enumerate(part.departments)]
            yield from self._known(ground, departments, self.grouped, "部门")
        elif kind == "rank":
            exempt = [((*loc, "exempt", at), word) for at, word in enumerate(part.exempt)]
            yield from self._known(ground, exempt, self.everyone, "单位或部门")
        if kind in ("rank", "score"):
            yield from self._groups(ground, loc, part.groups)
            yield from self._above((*loc, "group"), part.group)

    def _above(self, loc: Loc, way: str) -> Iterator[Problem]:
        if way == "above" and not self.tiered:
            yield loc, "写了 above（归到上级单位），可是没有一个单位写了上级：请在 units 里写 parent: 上级单位的代码"

    def _goals(self, ground: Ground, loc: Loc, rule: Any) -> Iterator[Problem]:
        goals = [((*loc, "unit_goals", word), word) for word in rule.unit_goals]
        yield from self._known(ground, goals, self.units, "单位")
        yield from self._twice(goals, "unit_goals")
        if rule.unit_goals and rule.by != "unit":
            yield (
                (*loc, "unit_goals"),
                Wanted("unit_goals（个别单位的目标）只用于一家一个目标：请写上 by: unit，或去掉 unit_goals"),
            )

    def _groups(self, ground: Ground, loc: Loc, groups: dict[str, tuple[str, ...]]) -> Iterator[Problem]:
        named = [((*loc, "groups", name, at), word) for name, words in groups.items() for at, word in enumerate(words)]
        yield from self._known(ground, named, self.everyone, "单位或部门")
        seen: dict[str, str] = {}
        for place, word in named:
            code, group = self.everyone.get(word.strip(), word.strip()), str(place[-2])
            if code in seen:
                where = f"在“{group}”里写了两次" if seen[code] == group else f"既在“{seen[code]}”又在“{group}”"
                yield place, f"“{word}”{where}，一家只能在一组，请去掉一处"
            seen.setdefault(code, group)

    def _known(
        self, ground: Ground, named: Iterable[tuple[Loc, str]], known: dict[str, str], what: str
    ) -> Iterator[Problem]:
        where = "units" if known is self.units else "departments" if known is self.grouped else "units、departments"
        for place, word in named:
            if word.strip() not in known and word not in ground.lost:
                told = nearest(word, known) or f"；请写 {where} 里的代码、名称或叫法"
                yield place, f"没有“{word}”这个{what}{told}"

    def _twice(self, named: Iterable[tuple[Loc, str]], key: str) -> Iterator[Problem]:
        seen: dict[str, str] = {}
        for place, word in named:
            code = self.everyone.get(word.strip(), word)
            if code in seen:
                yield place, f"“{word}”和“{seen[code]}”是同一家，{key} 里一家只写一次"
            seen.setdefault(code, word)


def _words(items: Iterable[Unit | Department]) -> dict[str, str]:
    return {word: item.code for item in items for word in (*item.aliases, item.name, item.code)}
