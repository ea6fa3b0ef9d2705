"""Taking out what is wrong in a scheme until the rest can be looked at, so that one mistake does not hide the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from validators.scheme.models import Scheme
from validators.scheme.source import Loc, MarkedList, MarkedMap, SchemeError, describe, locate
from validators.scheme.wording import in_data, mentions_key, nearest, sentence

_STUB: dict[str, Any] = {
    "id": "x",
    "title": "x",
    "version": "0",
    "source": {"document": "x"},
    "units": [],
    "tables": [],
}
_NAMING = frozenset({"name", "code", "id", "value", "title", "track"})  # keys that give a thing a name
_ROUNDS = 40  # each round removes at least one mistake; more would be a file of nothing but mistakes


class Salvage:
    """Takes out what is wrong until the rest is a scheme, so that one mistake does not hide the others."""

    def __init__(self, data: MarkedMap, errors: list[SchemeError]) -> None:
        self.data = data
        self.errors = errors
        self.lost: set[str] = set()  # names of things taken out: references to them are no further mistakes
        self.maimed: dict[int, frozenset[str]] = {}  # rules of which something was taken out, by `id`, and what

    def complain(self, loc: Loc, message: str) -> None:
        file, line = locate(self.data, loc)
        self.errors.append(SchemeError(file, line, describe(self.data, loc), message))

    def scheme(self) -> Scheme:
        rules = self._rules()
        head = MarkedMap().mark(self.data.file, self.data.line)
        for key, value in self.data.items():
            if key != "rules":
                head.absorb(key, value, *self.data.spot(key))
        self.data, whole = head, self.data
        scheme: Scheme | None = self._settle(head, Scheme.model_validate)
        self.data = whole
        if scheme is None:  # nothing could be kept; what is wrong has been said
            return Scheme.model_validate(_STUB)
        return scheme.model_copy(update={"rules": tuple(rules)})

    def _rules(self) -> list[Any]:
        from validators.rules import kinds, parse_rule

        written = self.data.get("rules")
        if not isinstance(written, MarkedList):
            if written is not None:
                self.complain(("rules",), "这里要列表，一条规则以 - 开头")
            return []
        rules: list[Any] = []
        position = 0
        while position < len(written):
            rule = self._rule(written[position], position, kinds(), parse_rule)
            if rule is None:
                self._lose(written[position])
                written.drop(position)
                continue
            rules.append(rule)
            position += 1
        return rules

    def _rule(self, item: Any, position: int, kinds: dict[str, Any], parse: Callable[[dict[str, Any]], Any]) -> Any:
        loc: Loc = ("rules", position)
        if not isinstance(item, MarkedMap):
            self.complain(loc, "一条规则要写成“键: 值”，至少有 id、kind、title")
            return None
        kind = item.get("kind")
        if kind not in kinds:
            word = f"没有“{kind}”这种规则" if kind else "少了“kind”（规则的种类）"
            told = nearest(str(kind), kinds) or f"；可用的有{'、'.join(sorted(kinds))}"
            self.complain((*loc, "kind"), f"{word}{told}")
            return None
        taken: set[Loc] = set()
        rule = self._settle(item, lambda data: parse(dict(data)), loc, kinds[kind], taken)
        if rule is not None and taken:
            self.maimed[id(rule)] = frozenset(str(place[0]) for place in taken if place)
        return rule

    def _settle(
        self,
        data: MarkedMap,
        build: Callable[[Any], Any],
        base: Loc = (),
        model: Any = Scheme,
        gone: set[Loc] | None = None,
    ) -> Any:
        taken = set[Loc]() if gone is None else gone
        for _ in range(_ROUNDS):
            try:
                return build(data)
            except ValidationError as problem:
                if not self._take_out(data, problem, base, model, taken):
                    return None
            except (ValueError, TypeError) as problem:
                self.complain(base, str(problem))
                return None
        return None

    def _take_out(
        self, data: MarkedMap, problem: ValidationError, base: Loc, model: type[BaseModel], taken: set[Loc]
    ) -> bool:
        """Report each mistake and remove it; False when nothing is left to keep. `taken`: what went before, to which this
        adds: that it is missing now is no mistake of the author's."""
        found = _causes(in_data(data, problem.errors()))
        told: set[Loc] = set()
        for loc, item in found:
            if loc not in told and not _stubbed(data, loc, item["type"]) and not _follows(loc, item, taken):
                self.complain((*base, *loc), sentence(item, model, chinese=True))
            told.add(loc)
        taken |= told
        for loc in sorted({loc for loc, _ in found}, key=_backwards, reverse=True):
            if not self._remove(data, loc, is_root=not base):
                return False
        return True

    def _remove(self, data: MarkedMap, loc: Loc, is_root: bool) -> bool:
        holder: Any = data
        for step in loc[:-1]:
            try:
                holder = holder[step]
            except (KeyError, IndexError, TypeError):
                return True  # went with a mistake further up
        if not loc:
            return False
        last = loc[-1]
        if isinstance(holder, MarkedList) and isinstance(last, int) and last < len(holder):
            self._lose(holder[last])
            holder.drop(last)
        elif isinstance(holder, dict) and last in holder:
            self._lose({str(last): holder.pop(str(last))})
            if is_root and len(loc) == 1 and last in _STUB:
                holder[str(last)] = _STUB[str(last)]
        elif len(loc) == 1:
            if not is_root or last not in _STUB:
                return False
            holder[str(last)] = _STUB[str(last)]
        else:
            return self._remove(data, loc[:-1], is_root)
        return True

    def _lose(self, item: Any) -> None:
        if isinstance(item, dict):
            named = [key for key in item if key in _NAMING or str(key).endswith("into")]
            self.lost |= {str(item[key]) for key in named}
            for value in item.values():
                self._lose(value)
        elif isinstance(item, list):
            for value in item:
                self._lose(value)


def _causes(found: list[tuple[Loc, ErrorDetails]]) -> list[tuple[Loc, ErrorDetails]]:
    """Without lists that are too short only because of a mistake in one of their items."""
    locs = {loc for loc, _ in found}
    return [
        (loc, item)
        for loc, item in found
        if item["type"] != "too_short" or not any(other[: len(loc)] == loc and other != loc for other in locs)
    ]


def _follows(loc: Loc, item: ErrorDetails, taken: set[Loc]) -> bool:
    """Whether it is wrong only because of what was taken out before."""
    kind = item["type"]
    if kind in ("missing", "extra_forbidden"):
        return bool(taken)  # all that was left out or added by the author was said in the first round
    inside = [other[len(loc) :] for other in taken if other[: len(loc)] == loc and other != loc]
    if kind == "too_short":
        return bool(inside)
    if kind not in ("value_error", "assertion_error"):
        return False
    keys = {step for steps in inside for step in steps if isinstance(step, str)}
    return mentions_key(str(item.get("ctx", {}).get("error", "")), keys)


def _backwards(loc: Loc) -> list[str]:
    """Sorted in reverse by this, later items of a list go first, so that earlier places stay right."""
    return [str(step).zfill(6) for step in loc]


def _stubbed(data: MarkedMap, loc: Loc, kind: str) -> bool:
    """A stub of ours that does not fit is no mistake of the author."""
    return kind == "missing" and len(loc) == 1 and loc[0] in data
