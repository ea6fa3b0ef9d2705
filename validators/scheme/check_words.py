"""Words a rule expects that can never stand there: 手续灯 = '红登', flags of a result nobody gives, keys of no drop-down.

Such a rule is sound by its types and never says anything. Where the words of a name are not known, nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from validators.expression_words import compared
from validators.periods import try_period
from validators.rules.base import RuleBase
from validators.scheme.check_days import EXAMPLES
from validators.scheme.possible import Possible
from validators.scheme.rule_parts import Problem, placed
from validators.scheme.source import Loc
from validators.scheme.wording import listed, nearest

Names = Mapping[str, tuple[str, str]]


class WordChecks:
    """The checks of one scheme's words."""

    def __init__(self, known: Possible) -> None:
        self.known = known
        self._texts: dict[tuple[str, str], list[str]] = {}

    # conditions -----------------------------------------------------------------------------------------------

    def conditions(self, rule: RuleBase, loc: Loc, heard: Iterable[tuple[str, str]]) -> Iterator[Problem]:
        """Of the texts a rule was compiled from, each with the table it is about."""
        own = dict.fromkeys(heard)
        if rule.kind == "cadence" and rule.table and rule.when:
            own[rule.when, rule.table] = None
        for text, table in own:
            for message in self._condition(text, table):
                place = next(placed(rule, text), None)  # a text of another rule, whose results this one takes: not ours
                if place is not None:
                    yield (*loc, *place), message

    def _condition(self, text: str, table: str) -> list[str]:
        key = (text, table)
        if key not in self._texts:
            self._texts[key] = list(self.of_text(text, table)) if table else []
        return self._texts[key]

    def of_text(self, text: str, table: str) -> Iterator[str]:
        """What is wrong with the words of one condition on the table."""
        try:
            found = compared(text)
        except ValueError:
            return  # that it cannot be read is said by compiling it
        for item in found:
            is_list = self.known.kind(table, item.name) == "list"
            if item.listed != is_list:
                continue  # 包含(项目名称, '面粉') looks for a part of a text
            told = self._never(table, item.name, item.word)
            if told:
                yield f"第{item.line}行第{item.column}字：{told}"

    # keys and lists -------------------------------------------------------------------------------------------

    def keys(self, rule: Any, loc: Loc) -> Iterator[Problem]:
        """Of what a rule writes as names of results, lights, roles and as keys of limits."""
        look = _KEYS.get(rule.kind)
        for place, table, name, word in look(rule) if look is not None else ():
            if told := self._never(table, name, word):
                yield (*loc, *place), told
        if rule.kind == "lights":
            yield from self._order(rule, loc)

    def _order(self, rule: Any, loc: Loc) -> Iterator[Problem]:
        """A colour that neither a light has nor several of them make."""
        lit: set[str] = {item.to for item in rule.raises}
        for name in rule.lights:
            words = self.known.of(rule.table, name)
            if words is None:
                return
            lit |= words
        for at, colour in enumerate(rule.order):
            if colour not in lit and colour not in self.known.lost:
                told = nearest(colour, lit) or f"；会有的是{listed(sorted(lit))}"
                yield (*loc, "order", at), f"这几盏灯不会是“{colour}”{told}"

    def _no_period(self, table: str, name: str, word: str) -> str:
        """A column of periods holds 2025Q1, however people write it: 2025年第一季度 never stands there."""
        kind = self.known.period(table, name)
        if not kind or _as_kept(word, kind, self.known.scheme.year_from):
            return ""
        title = self.known.env.title(name, table)
        return f"“{title}”里的期次不会写成“{word}”，要写成 {EXAMPLES[kind]} 这样"

    def _never(self, table: str, name: str, word: str) -> str:
        """What to say of a word that the name can never stand for; "" where it can, or nobody knows."""
        if told := self._no_period(table, name, word):
            return told
        words = self.known.of(table, name)
        if words is None or word in words or word in self.known.lost:
            return ""
        title = self.known.env.title(name, table)
        if meant := self.known.aliases(table, name).get(word):
            return f"“{word}”读成“{meant}”，“{title}”不会是“{word}”；这里请写“{meant}”"
        return f"“{title}”不会是“{word}”{nearest(word, words) or f'；会有的是{listed(sorted(words))}'}"


def _as_kept(word: str, kind: str, year_from: int) -> bool:
    """Whether a word is the text under which a period of that kind is kept."""
    found = try_period(word, year_from=year_from)
    return found is not None and found.text == word and found.kind == kind


Key = tuple[Loc, str, str, str]  # place in the rule, table, name, the word that is expected of it


def _results(key: str) -> Callable[[Any], Iterator[Key]]:
    """The words of a list that say which results count."""

    def look(rule: Any) -> Iterator[Key]:
        for at, word in enumerate(getattr(rule, key)):
            yield (key, at), rule.table, rule.result, word

    return look


def _consequence(rule: Any) -> Iterator[Key]:
    yield from (((("flags", word), rule.table, rule.result, word)) for word in rule.flags)
    yield from _results("unless")(rule)


def _excuse(rule: Any) -> Iterator[Key]:
    for at, word in enumerate(rule.among):
        yield ("among", at), rule.table, rule.value, word


def _limits(rule: Any) -> Iterator[Key]:
    """Each part of a key of limits against the column it belongs to; `*` is every value."""
    if rule.limits is None:
        return
    for key in rule.limits.rows:
        words = key.split("|")
        for name, word in zip(rule.limits.by, words, strict=False) if len(words) == len(rule.limits.by) else ():
            if word != "*":
                yield ("limits", "rows", key), rule.table, name, word


def _rating(rule: Any) -> Iterator[Key]:
    for word in rule.criteria if rule.role else ():
        yield ("criteria", word), rule.table, rule.role, word


def _evidence(rule: Any) -> Iterator[Key]:
    for at, word in enumerate(rule.evidence_parts if rule.evidence else ()):
        yield ("evidence_parts", at), rule.evidence, rule.evidence_part, word


_KEYS: dict[str, Callable[[Any], Iterator[Key]]] = {
    "consequence": _consequence,
    "escalate": _results("bad"),
    "streak": _results("bad"),
    "excuse": _excuse,
    "elapsed": _limits,
    "rating": _rating,
    "cadence": _evidence,
}
