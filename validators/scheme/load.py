"""A directory of YAML files → `Scheme`, or all its mistakes at once, each with file, line and what to do."""

from __future__ import annotations

import json
from hashlib import blake2b
from pathlib import Path
from typing import Any

from validators.scheme.files import FILES, misnamed, scheme_files
from validators.scheme.models import Scheme
from validators.scheme.salvage import Salvage
from validators.scheme.source import MarkedList, MarkedMap, SchemeError, SchemeErrors, read_yaml
from validators.scheme.tables import EXPLANATION

__all__ = ["FILES", "SchemeError", "SchemeErrors", "digest", "load_scheme", "read_scheme"]

_LISTS = frozenset({"units", "departments", "sights", "tables", "nodes", "rules", "answers", "reports", "guide"})
_MAPS = frozenset({"choices", "lookups", "coverage", "conventions"})


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
    salvage = Salvage(data, errors)
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
