"""Rules compiled for a check: all that keeps them from it is told, each at its own place, and nothing that only follows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from validators.expressions import ExpressionError
from validators.rules.base import RuleBase
from validators.rules.measures import Measure
from validators.rules.order import in_order
from validators.scheme.check_parts import RuleParts
from validators.scheme.models import Scheme
from validators.scheme.rule_parts import Problem, parts, placed
from validators.scheme.source import Loc
from validators.scheme.wording import mentions, nearest

# keys without which the texts of a rule are about other rows, or what it derives is of another type
_SHAPING = frozenset(
    {"table", "rows", "evidence", "list_table", "child", "right", "of_table", "tag_table", "gives", "number"}
)
_FAILURES = (ValueError, LookupError, ArithmeticError, TypeError, AttributeError)


class _Whole(NamedTuple):
    """What keeps a rule from being compiled and has no text of its own. `absent`: the name that was looked for."""

    rule: str
    loc: Loc
    message: str
    absent: str


class Compiling:
    """One scheme's rules, compiled as for work, in the same order: a derived value may be named by the rules after it."""

    def __init__(self, scheme: Scheme, lost: frozenset[str], checks: RuleParts) -> None:
        self.scheme, self.checks, self.env = scheme, checks, checks.env
        self.maimed = checks.ground.maimed
        self.tables = {item.name for item in scheme.tables}
        self.lost = lost
        self.names = set(lost)  # what was taken out, and what rules that failed would have derived
        self.unsure = {name for rule in scheme.rules if id(rule) in self.maimed for name, _ in rule.derives()}
        self.absent: set[str] = set()  # tables that are not there, each told where it is named
        self.messages: dict[str, set[str]] = defaultdict(set)  # rule → why it could not be compiled
        self.whole: list[_Whole] = []

    def problems(self) -> Iterator[Problem]:
        places = {id(rule): position for position, rule in enumerate(self.scheme.rules)}
        for rule in in_order(self.scheme):
            loc: Loc = ("rules", places[id(rule)])
            own = self.checks.problems(rule, loc)
            yield from own
            missing = sorted(({rule.table} - {""} | rule.reads() | rule.children()) - self.tables - {""})
            yield from self._tables(rule, loc, missing)
            if not missing:
                yield from self._compile(rule, loc, own)
                yield from self.checks.compiled(rule, loc)
        yield from self._not_followed()
        yield from self.checks.lookups(self.scheme.rules)

    def _tables(self, rule: RuleBase, loc: Loc, missing: Sequence[str]) -> Iterator[Problem]:
        for name in missing:
            self._failed(rule)
            self.absent.add(name)
            if name not in self.lost:
                place = next(placed(rule, name), ("table",))
                yield (*loc, *place), f"没有“{name}”这张表{nearest(name, self.tables)}"

    def _compile(self, rule: RuleBase, loc: Loc, own: Sequence[Problem]) -> Iterator[Problem]:
        self.env.forget()
        try:
            rule.compile(self.env)
            rule.compile_shared(self.env)
        except _FAILURES as problem:
            if isinstance(problem, TypeError | AttributeError) and not self.env.wrong:
                raise
            follows = bool(self.env.wrong) and not isinstance(problem, ExpressionError)  # of a text that gave nothing
            if not follows and not self._explained(rule, problem, own):
                absent = str(problem.args[0]) if isinstance(problem, LookupError) and problem.args else ""
                self.whole.append(_Whole(rule.id, loc, _said(problem), absent))
            self._failed(rule, _said(problem))
            self._measures(rule)
        yield from self._texts(rule, loc)
        if self.env.wrong:
            self._failed(rule)

    def _texts(self, rule: RuleBase, loc: Loc) -> Iterator[Problem]:
        """Texts that cannot be read; those of a rule whose results this one takes are told there."""
        if _SHAPING & self.maimed.get(id(rule), frozenset()):
            return
        for text, message in self.env.wrong:
            place = next(placed(rule, text), None)
            if place is not None and not mentions(message, self.names) and not mentions(text, self.unsure):
                yield (*loc, *place), message

    def _measures(self, rule: RuleBase) -> None:
        """What a rule measures is read too when the rule itself cannot be compiled; what is wrong, `env` notes."""
        for _, part in parts(rule):
            if isinstance(part, Measure):
                with suppress(*_FAILURES):
                    part.compile(self.env)

    def _failed(self, rule: RuleBase, message: str = "") -> None:
        self.names |= {name for name, _ in rule.derives()}
        self.messages[rule.id].add(message)

    def _explained(self, rule: RuleBase, problem: Exception, own: Sequence[Problem]) -> bool:
        """Whether it has been said with its own place in the rule, or something else that was taken out explains it."""
        message = str(problem)
        removed = self.maimed.get(id(rule), frozenset())
        if isinstance(problem, LookupError | ArithmeticError) and (own or removed):
            return True
        said = any(told.startswith(message) for _, told in own)
        return said or bool(removed & _SHAPING) or mentions(message, self.names)

    def _not_followed(self) -> Iterator[Problem]:
        """What is no fault of a table that is not there, or of a rule whose results are taken."""
        uses: dict[str, set[str]] = defaultdict(set)
        for rule in self.scheme.rules:
            uses[rule.id] |= rule.uses()
        for item in self.whole:
            sources = _reached(uses, item.rule)
            if item.absent not in self.absent and not any(item.message in self.messages[name] for name in sources):
                yield item.loc, item.message


def _reached(uses: dict[str, set[str]], start: str) -> set[str]:
    """Rules whose results a rule takes, straight or by others; not itself."""
    found: set[str] = set()
    ahead = [start]
    while ahead:
        new = uses.get(ahead.pop(), set()) - found
        found |= new
        ahead += new
    return found - {start}


def _said(problem: Exception) -> str:
    if not isinstance(problem, LookupError):
        return str(problem)
    name = str(problem.args[0]) if problem.args else ""
    return f"没有“{name}”" if name else "没有写 table（判断哪张表的行）"
