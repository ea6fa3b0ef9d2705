"""Checks of what a rule names by name beside tables and columns: lookups, drop-downs, other rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from validators.rules.measures import Measure
from validators.scheme.rule_parts import Ground, Problem, parts
from validators.scheme.source import Loc
from validators.scheme.wording import nearest


def check_references(ground: Ground, loc: Loc, rule: Any) -> Iterator[Problem]:
    """Lookups, drop-downs and rules that a rule names and the scheme has not."""
    yield from _rules(ground, loc, rule)
    known = ground.scheme.lookups
    for place, name in _lookups(rule):
        if name and name not in known and name not in ground.lost:
            told = nearest(name, known) or "；"
            yield (*loc, *place), f"没有“{name}”这个对照表{told}对照表写在 lookups 下面"
    for at, need in enumerate(rule.fields if rule.kind == "required" else ()):
        name = getattr(need, "each", "")
        if name and name not in ground.scheme.choices and name not in ground.lost:
            told = nearest(name, ground.scheme.choices) or "；"
            yield (*loc, "fields", at, "each"), f"没有“{name}”这个下拉{told}下拉写在 choices 下面"


def _lookups(rule: Any) -> Iterator[tuple[Loc, str]]:
    if rule.kind == "lookup":
        yield ("lookup",), rule.lookup
    elif rule.kind == "elapsed" and rule.limits is not None:
        yield ("limits", "lookup"), rule.limits.lookup
    elif rule.kind == "variance" and rule.pace is not None:
        yield ("pace", "curve"), rule.pace.curve


def _rules(ground: Ground, loc: Loc, rule: Any) -> Iterator[Problem]:
    named = [((*loc, "of", at), name) for at, name in enumerate(rule.of)] if rule.kind == "excuse" else []
    named += [((*place, "rule"), part.rule) for place, part in parts(rule, loc) if isinstance(part, Measure)]
    known = {item.id for item in ground.scheme.rules} - {rule.id} if named else set()
    for place, name in named:
        if name and name not in known and name not in ground.lost:
            told = "规则的结果不能取自己的" if name == rule.id else f"没有编号为“{name}”的规则{nearest(name, known)}"
            yield place, told
    if rule.kind == "worst":
        yield from _of_child(ground, (*loc, "of"), rule)


def _of_child(ground: Ground, place: Loc, rule: Any) -> Iterator[Problem]:
    """The rule whose status is lifted is one of the child table."""
    known = {item.id for item in ground.scheme.rules if item.table == rule.child}
    if rule.of not in known and rule.of not in ground.lost:
        yield place, f"表“{rule.child}”没有规则“{rule.of}”{nearest(rule.of, known)}"
