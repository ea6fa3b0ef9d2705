"""Checks of rules one by one, part by part: names of units, words that can never be, days and ranges that cannot be meant.

What is found here is said with its own place in the rule, before the rule is compiled as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator

from validators.rules.base import RuleBase
from validators.scheme.check_unit_words import UnitWords
from validators.scheme.models import Scheme
from validators.scheme.rule_parts import Ground, Problem, parts
from validators.scheme.source import Loc


class RuleParts:
    """The checks of one scheme, made ready once for all of its rules."""

    def __init__(self, scheme: Scheme, lost: frozenset[str]) -> None:
        self.ground = Ground(scheme, lost)
        self.units = UnitWords(scheme)

    def problems(self, rule: RuleBase, loc: Loc) -> Iterator[Problem]:
        """Of one rule, in the order of its parts."""
        for place, part in parts(rule, loc):
            yield from self.units.problems(self.ground, place, part)
