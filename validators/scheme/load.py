"""A directory of YAML files → `Scheme`, or all its mistakes at once, each with file, line and what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from validators.scheme.files import FILES, misnamed, scheme_files
from validators.scheme.models import Scheme
from validators.scheme.source import (
    Loc,
    MarkedList,
    MarkedMap,
    SchemeError,
    SchemeErrors,
    describe,
    locate,
    read_yaml,
)
from validators.scheme.tables import EXPLANATION
from validators.scheme.wording import data_loc, mentions_key, nearest, sentence

__all__ = ["FILES", "SchemeError", "SchemeErrors", "digest", "load_scheme", "read_scheme"]

_LISTS = frozenset({"units", "departments", "sights", "tables", "nodes", "rules", "answers", "reports", "guide"})
_MAPS = frozenset({"choices", "lookups", "coverage", "conventions"})
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


def load_scheme(directory: Path) -> Scheme:
    """The scheme of a directory (`scheme.yaml` and, beside it, the other files of `FILES`), complete and checked.

    Every table has the clerk's field `explanation`; a field without `owner` is its table's filler's.
    Raises SchemeErrors with every mistake of every file.
    """
    scheme, errors = read_scheme(Path(directory))
    if errors or scheme is None:
        raise SchemeErrors(errors)
    return scheme


def read_scheme(directory: Path) -> tuple[Scheme | None, list[SchemeError]]:
    """As `load_scheme`, but mistakes are returned; the scheme is None when there are any."""
    data, errors, unreadable = _gather(directory)
    if unreadable:  # what is missing without those files is no mistake of its own
        return None, unreadable
    if not (directory / "scheme.yaml").is_file():
        return None, [
            SchemeError(str(directory / "scheme.yaml"), 0, "", "没有这个文件；方案目录里至少要有 scheme.yaml")
        ]
    _complete(data)
    salvage = _Salvage(data, errors)
    scheme = salvage.scheme()
    from validators.scheme.check import check

    for loc, message in check(scheme, salvage.lost, salvage.maimed):
        salvage.complain(loc, message)
    return (None, errors) if errors else (scheme, [])


def digest(scheme: Scheme) -> str:
    """16 hex digits that change whenever anything in the scheme changes, stable across machines and runs."""
    body = json.dumps(scheme.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, default=str)
    return blake2b(body.encode(), digest_size=8).hexdigest()


def _gather(directory: Path) -> tuple[MarkedMap, list[SchemeError], list[SchemeError]]:
    """All files joined into one mapping with the top-level keys of `Scheme`; mistakes; what keeps files from being read."""
    joined = MarkedMap().mark(str(directory / "scheme.yaml"), 1)
    errors: list[SchemeError] = []
    unreadable: list[SchemeError] = []
    wrong = dict(misnamed(directory))
    errors += wrong.values()
    for path in (*scheme_files(directory), *wrong):
        data, found = read_yaml(path, str(path))
        if path in wrong and not _is_part(data):
            continue
        if data is None:
            unreadable += found
            continue
        errors += found
        if not isinstance(data, MarkedMap):
            told = "文件的最外层要是“键: 值”（英文冒号，后面空一格），例如 rules: 下面再列规则"
            unreadable.append(SchemeError(str(path), 1, "", told))
            continue
        for key, value in data.items():
            errors += _join(joined, key, value, *data.spot(key))
    return joined, errors, unreadable


def _is_part(data: Any) -> bool:
    """Whether a file by a wrong name is a part of the scheme: then it is read, so that nothing in it is missed below."""
    return isinstance(data, MarkedMap) and bool(data) and set(data) <= set(Scheme.model_fields)


def _join(joined: MarkedMap, key: str, value: Any, file: str, line: int) -> list[SchemeError]:
    if value is None and key in _LISTS | _MAPS:
        return []
    if key not in joined:
        joined.absorb(key, value, file, line)
        return []
    kept = joined[key]
    if key in _LISTS and isinstance(kept, MarkedList) and isinstance(value, MarkedList):
        for item, spot, number in zip(value, value.spots, value.numbers, strict=True):
            kept.absorb(item, *spot, number)
        return []
    if key in _MAPS and isinstance(kept, MarkedMap) and isinstance(value, MarkedMap):
        return [error for name in value for error in _join_entry(kept, key, name, value)]
    first, first_line = joined.spot(key)
    return [SchemeError(file, line, key, f"“{key}”在 {first} 第{first_line}行已经写过")]


def _join_entry(kept: MarkedMap, key: str, name: str, value: MarkedMap) -> list[SchemeError]:
    file, line = value.spot(name)
    if name in kept:
        first, first_line = kept.spot(name)
        return [SchemeError(file, line, f"{key}.{name}", f"“{name}”在 {first} 第{first_line}行已经写过")]
    kept.absorb(name, value[name], file, line)
    return []


def _complete(data: MarkedMap) -> None:
    """Short forms written out: a choice that is only a text; owners by filler; the clerk's own column 情况说明."""
    choices = data.get("choices")
    for values in choices.values() if isinstance(choices, dict) else ():
        if isinstance(values, MarkedList):
            values[:] = [item if isinstance(item, dict) else _as_choice(item) for item in values]
    tables = data.get("tables")
    for table in tables if isinstance(tables, list) else ():
        fields = table.get("fields") if isinstance(table, dict) else None
        if isinstance(fields, MarkedList):
            _complete_fields(fields, str(table.get("filler", "unit")))


def _as_choice(item: Any) -> Any:
    return item if isinstance(item, bool | list) or item is None else {"value": str(item)}


def _complete_fields(fields: MarkedList, filler: str) -> None:
    written = [item for item in fields if isinstance(item, dict)]
    for item in written:
        item.setdefault("owner", filler)
    if any(item.get("name") == "explanation" for item in written):
        return
    taken = {word for item in written for word in (item.get("title"), *_words(item.get("aliases")))}
    if EXPLANATION in taken:
        return  # an author's own column of that title: `check` asks to call it `explanation`
    aliases = [word for word in ("说明", "备注", "情况备注", "填报说明") if word not in taken]
    explanation = {
        "name": "explanation",
        "title": EXPLANATION,
        "aliases": aliases,
        "type": "long_text",
        "owner": filler,
        "width": 30,
        "hint": "特殊情况、对提示的不同意见、数字变化的原因，写在这里。",
        "example": "设备到货推迟，预计7月完成",
    }
    fields.absorb(explanation, fields.file, fields.line)


def _words(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


class _Salvage:
    """Takes out what is wrong until the rest is a scheme, so that one mistake does not hide the others."""

    def __init__(self, data: MarkedMap, errors: list[SchemeError]) -> None:
        self.data = data
        self.errors = errors
        self.lost: set[str] = set()  # names of things taken out: references to them are no further mistakes
        self.maimed: set[int] = set()  # rules of which something was taken out, by `id`

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
        before = len(self.errors)
        rule = self._settle(item, lambda data: parse(dict(data)), loc, kinds[kind])
        if rule is not None and len(self.errors) > before:
            self.maimed.add(id(rule))
        return rule

    def _settle(self, data: MarkedMap, build: Callable[[Any], Any], base: Loc = (), model: Any = Scheme) -> Any:
        taken: set[Loc] = set()
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
        found = _causes([(data_loc(data, item["loc"]), item) for item in problem.errors()])
        told: set[Loc] = set()
        for loc, item in found:
            if loc not in told and not _stubbed(data, loc, item["type"]) and not _follows(loc, item, taken):
                self.complain((*base, *loc), sentence(item, model))
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
    if kind == "missing":
        return loc in taken
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
