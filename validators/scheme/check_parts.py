"""Checks of rules one by one, part by part: names of units, words that can never be, days and ranges that cannot be meant.

What is found here is said with its own place in the rule, before the rule is compiled as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from validators.calendar import Calendar
from validators.expressions import UNKNOWN, Expression, ExpressionError
from validators.rules.base import RuleBase
from validators.rules.context import Env
from validators.scheme.check_days import check_days
from validators.scheme.check_limits import check_limits
from validators.scheme.check_lookups import check_lookups
from validators.scheme.check_measured import check_measured
from validators.scheme.check_ranges import check_ranges
from validators.scheme.check_references import check_references
from validators.scheme.check_taken import check_taken
from validators.scheme.check_texts import check_texts
from validators.scheme.check_unit_words import UnitWords
from validators.scheme.check_words import WordChecks
from validators.scheme.models import Scheme
from validators.scheme.possible import Possible
from validators.scheme.rule_parts import Ground, Maimed, Problem, Wanted, parts
from validators.scheme.source import Loc


class Listening(Env):
    """Remembers which texts a rule was compiled from, and over which table; of those that are wrong not only the first:
    a text that cannot be read gives nothing known, and compiling goes on."""

    def __init__(self, scheme: Scheme, calendar: Calendar) -> None:
        super().__init__(scheme, calendar)
        self.heard: list[tuple[str, str]] = []
        self.wrong: dict[tuple[str, str], None] = {}  # (text, what is wrong with it), in order

    def forget(self) -> None:
        self.heard.clear()
        self.wrong.clear()

    def expression(self, text: str, table: str, wanted: str = "") -> Expression:
        self.heard.append((text, table))
        try:
            return super().expression(text, table, wanted)
        except ExpressionError as problem:
            self._note(text, problem)
            return Expression(text, frozenset(), wanted or "text", _nothing)

    def own(self, text: str, table: str) -> str:
        try:
            return super().own(text, table)
        except ValueError as problem:
            self._note(text, problem)
            return text

    def _note(self, text: str, problem: Exception) -> None:
        self.wrong[text, str(problem)] = None


def _nothing(_row: object) -> object:
    return UNKNOWN


class RuleParts:
    """The checks of one scheme, made ready once for all of its rules. `env`: with it the rules are compiled."""

    def __init__(self, scheme: Scheme, lost: frozenset[str], maimed: Maimed | None = None) -> None:
        self.env = Listening(scheme, Calendar())
        self.ground = Ground(scheme, lost, maimed or {})
        self.units = UnitWords(scheme)
        self.known = Possible(scheme, self.env, lost)
        self.words = WordChecks(self.known)

    def problems(self, rule: RuleBase, loc: Loc) -> list[Problem]:
        """Of one rule, before it is compiled."""
        whole = id(rule) not in self.ground.maimed
        return [(place, told) for place, told in self._problems(rule, loc) if whole or not isinstance(told, Wanted)]

    def _problems(self, rule: RuleBase, loc: Loc) -> Iterator[Problem]:
        for place, part in parts(rule, loc):
            yield from self.units.problems(self.ground, place, part)
        yield from check_days(self.ground, loc, rule)
        yield from check_taken(self.ground, self.known, loc, rule)
        yield from check_ranges(loc, rule)
        yield from check_measured(self.ground.scheme, rule, loc)
        yield from check_limits(loc, rule)
        yield from check_texts(self.ground, loc, rule)
        yield from check_references(self.ground, loc, rule)

    def compiled(self, rule: RuleBase, loc: Loc) -> Iterator[Problem]:
        """Of one rule, once it and those whose values it takes have been compiled."""
        unread = {text for text, _ in self.env.wrong}
        yield from self.words.conditions(rule, loc, [item for item in self.env.heard if item[0] not in unread])
        yield from self.words.keys(rule, loc)

    def lookups(self, rules: Iterable[RuleBase]) -> Iterator[Problem]:
        """Of the scheme's lookups, once all rules have been compiled."""
        return check_lookups(rules, self.known, self.ground.maimed)
