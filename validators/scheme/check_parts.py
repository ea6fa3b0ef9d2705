"""Checks of rules one by one, part by part: names of units, words that can never be, days and ranges that cannot be meant.

What is found here is said with its own place in the rule, before the rule is compiled as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.calendar import Calendar
from validators.expressions import Expression
from validators.rules.base import RuleBase
from validators.rules.context import Env
from validators.scheme.check_days import check_days
from validators.scheme.check_lookups import check_lookups
from validators.scheme.check_ranges import check_ranges
from validators.scheme.check_unit_words import UnitWords
from validators.scheme.check_words import WordChecks
from validators.scheme.models import Scheme
from validators.scheme.possible import Possible
from validators.scheme.rule_parts import Ground, Problem, parts
from validators.scheme.source import Loc


class Listening(Env):
    """Remembers which texts a rule was compiled from, and over which table."""

    def __init__(self, scheme: Scheme, calendar: Calendar) -> None:
        super().__init__(scheme, calendar)
        self.heard: list[tuple[str, str]] = []

    def expression(self, text: str, table: str, wanted: str = "") -> Expression:
        self.heard.append((text, table))
        return super().expression(text, table, wanted)


class RuleParts:
    """The checks of one scheme, made ready once for all of its rules. `env`: with it the rules are compiled."""

    def __init__(self, scheme: Scheme, lost: frozenset[str]) -> None:
        self.env = Listening(scheme, Calendar())
        self.ground = Ground(scheme, lost)
        self.units = UnitWords(scheme)
        self.known = Possible(scheme, self.env, lost)
        self.words = WordChecks(self.known)

    def problems(self, rule: RuleBase, loc: Loc) -> Iterator[Problem]:
        """Of one rule, in the order of its parts."""
        for place, part in parts(rule, loc):
            yield from self.units.problems(self.ground, place, part)
        yield from check_days(self.ground, loc, rule)
        yield from check_ranges(loc, rule)

    def compiled(self, rule: RuleBase, loc: Loc) -> Iterator[Problem]:
        """Of one rule, once it and those whose values it takes have been compiled."""
        yield from self.words.conditions(rule, loc, self.env.heard)
        yield from self.words.keys(rule, loc)
        self.env.heard.clear()

    def lookups(self, rules: Iterable[RuleBase]) -> Iterator[Problem]:
        """Of the scheme's lookups, once all rules have been compiled."""
        return check_lookups(rules, self.known)
