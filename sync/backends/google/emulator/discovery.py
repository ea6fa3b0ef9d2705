"""Bodies and masks held against Google's own description of them: unknown names, wrong types and unknown words are 400.

`discovery.txt` is the discovery document of Sheets v4 in short. The words of the refusals are those of Google's JSON
reader (https://protobuf.dev/programming-guides/json): names in either spelling, numbers also as text, null = not given.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from sync.backends.google.emulator.cells import Json
from sync.backends.google.emulator.errors import ApiError, bad
from sync.backends.google.emulator.masks import Mask, invalid_selection, parse_mask

Fields = dict[str, str]
_UNSAID = ("UNSPECIFIED", "UNDEFINED")  # words that say nothing
_INT = range(-(2**31), 2**31)


@lru_cache(maxsize=1)
def types() -> dict[str, Fields]:
    """Name of a type → its fields and their kinds."""
    found: dict[str, Fields] = {}
    for line in Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines():
        name, colon, fields = line.partition(":")
        if colon and not line.startswith("#"):
            found[name] = dict(field.split("=") for field in fields.split())
    return found


def checked(body: Any, kind: str, place: str = "") -> Any:
    """A body as a value of this type, its names in camel case; what is null is left out. ApiError for what it is not."""
    if _fits(kind)(body):
        return body  # as nearly every one is; the long way finds out what is wrong, or only spelt otherwise
    return _spelt_out(body, kind, place)


@lru_cache(maxsize=2000)
def _fits(kind: str) -> Callable[[Any], bool]:
    """Whether a value is of a kind to the letter. Books are made of tens of thousands of cells, so this is quick."""
    if kind.startswith("*"):
        inner = _fits(kind[1:])
        return lambda value: type(value) is list and all(map(inner, value))
    if kind.startswith("@"):
        part = _fits(kind[1:])
        return lambda value: type(value) is dict and all(map(part, value.values()))
    if kind in types():
        return _object_fits(types()[kind])
    if kind in ("text", "mask", "bool"):
        exact = bool if kind == "bool" else str
        return lambda value: type(value) is exact
    if kind == "int":
        return lambda value: type(value) is int and value in _INT
    if kind == "real":
        return lambda value: type(value) in (int, float) and math.isfinite(value)
    words = frozenset(word for word in kind.split("|") if not word.endswith(_UNSAID))
    return (lambda value: True) if kind == "any" else lambda value: type(value) is str and value in words


def _object_fits(fields: Fields) -> Callable[[Any], bool]:
    tests: dict[str, Callable[[Any], bool]] = {}  # made when first needed: types hold themselves

    def fits(value: Any) -> bool:
        if type(value) is not dict:
            return False
        for name, part in value.items():
            if name not in tests:
                if name not in fields:
                    return False
                tests[name] = _fits(fields[name])
            if not tests[name](part):
                return False
        return True

    return fits


def _spelt_out(body: Any, kind: str, place: str) -> Any:
    fields = types()[kind]
    if isinstance(body, list):
        raise _refused(place, f"{_unknown(place)}: Proto field is not repeating, cannot start list.")
    if not isinstance(body, dict):
        raise _refused(place, f"Invalid value at '{place}' ({kind}), {_shown(body)}")
    found: Json = {}
    for name, value in body.items():
        own = name if name in fields else camel(name)
        if own not in fields:
            at = f" at '{place}'" if place else ""
            text = f'Invalid JSON payload received. Unknown name "{name}"{at}: Cannot find field.'
            raise _refused(place, text)
        if value is not None:
            taken = _value(value, fields[own], f"{place}.{snake(own)}" if place else snake(own))
            found |= {} if taken is None else {own: taken}
    return found


def _value(value: Any, kind: str, place: str) -> Any:
    if kind.startswith("*"):
        return _list(value, kind[1:], place)
    if kind == "any":
        return value
    if kind.startswith("@"):
        return _map(value, kind[1:], place)
    if kind in types():
        return _spelt_out(value, kind, place)
    if isinstance(value, list):
        raise _refused(place, f"{_unknown(place)}: Proto field is not repeating, cannot start list.")
    if isinstance(value, dict):
        raise _refused(place, f"{_unknown(place)}: Starting an object on a scalar field")
    return _scalar(value, kind, place)


def _map(value: Any, kind: str, place: str) -> Json:
    if not isinstance(value, dict):
        raise _wrong(place, "Map", value)
    return {name: _spelt_out(part, kind, f"{place}[{name}]") for name, part in value.items()}


def _list(value: Any, kind: str, place: str) -> list[Any]:
    """A list; a single object or word stands for a list of it."""
    if kind.startswith("*"):  # rows of values: a list of ListValue
        rows = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
        for index, row in rows:
            if not isinstance(row, list):
                at = place if index is None else f"{place}[{index}]"
                raise _wrong(at, "type.googleapis.com/google.protobuf.ListValue", row)
        return [row for _, row in rows]
    if not isinstance(value, list):
        return [_value(value, kind, place)]
    if kind in types():  # lists in a list count as one, as recorded of `requests`
        value = [part for item in value for part in (item if isinstance(item, list) else [item])]
    return [_value(item, kind, f"{place}[{index}]") for index, item in enumerate(value)]


def _scalar(value: Any, kind: str, place: str) -> Any:
    if kind in ("text", "mask"):
        if not isinstance(value, str):
            raise _wrong(place, "TYPE_STRING", value)
        return value
    if kind == "bool":
        if value not in (True, False, "true", "false") or isinstance(value, int | float) is not isinstance(value, bool):
            raise _wrong(place, "TYPE_BOOL", value)
        return value in (True, "true")
    if kind in ("int", "real"):
        return _number(value, kind, place)
    words = kind.split("|")
    if value not in words:
        raise _wrong(place, "TYPE_ENUM", value)
    return None if value == words[0] and value.endswith(_UNSAID) else value


def _number(value: Any, kind: str, place: str) -> int | float:
    type_name = "TYPE_INT32" if kind == "int" else "TYPE_DOUBLE"
    try:
        number = float("" if isinstance(value, bool) else value)
    except ValueError:
        raise _wrong(place, type_name, value) from None
    if not math.isfinite(number):
        raise _wrong(place, type_name, value)
    if kind == "real":
        return number if isinstance(value, str) else value
    if not number.is_integer() or int(number) not in _INT:
        raise _wrong(place, type_name, value)
    return int(number)


# masks ------------------------------------------------------------------------------------------------------------


def named(mask: Mask | None, kind: str, place: str = "") -> Mask | None:
    """A mask with its names in camel case. ValueError with the path of a field that this type does not have."""
    if mask is None:
        return None
    fields = types().get(kind.lstrip("*"))
    found: Mask = {}
    for name, below in mask.items():
        own = name if name == "*" or fields is None or name in fields else camel(name)
        path = f"{place}.{snake(own)}" if place else snake(own)
        if fields is not None and own not in fields and own != "*":
            raise ValueError(path)
        inner = "any" if fields is None or own == "*" or fields[own].startswith("@") else fields[own]
        if below and inner != "any" and inner.lstrip("*") not in types():
            raise ValueError(f"{path}.{next(iter(below))}")
        found[own] = named(below, inner, path) or {}
    return found


def check_update_mask(mask: Mask | None, kind: str) -> Mask | None:
    """The `fields` of a request."""
    try:
        return named(mask, kind)
    except ValueError as error:
        raise bad(f"Invalid field: {error}") from None


def answer_mask(text: str | None, kind: str) -> Mask | None:
    """The `fields` of a call that answers with this type."""
    try:
        return named(parse_mask(text), kind)
    except ValueError as error:
        raise invalid_selection(str(error).rpartition(".")[2]) from None


# words ------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=2000)
def camel(name: str) -> str:
    """user_entered_value → userEnteredValue."""
    return re.sub(r"_([a-z0-9])", lambda found: found[1].upper(), name)


@lru_cache(maxsize=2000)
def snake(name: str) -> str:
    """userEnteredValue → user_entered_value."""
    return re.sub("[A-Z]", lambda found: "_" + found[0].lower(), name)


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _unknown(place: str) -> str:
    at, _, name = place.rpartition(".")
    return f'Invalid JSON payload received. Unknown name "{name}"' + (f" at '{at}'" if at else "")


def _wrong(place: str, kind: str, value: Any) -> ApiError:
    return _refused(place, f"Invalid value at '{place}' ({kind}), {_shown(value)}")


def _refused(place: str, message: str) -> ApiError:
    """400 with the violated field in its details, as the reader of bodies answers."""
    violation = {"description": message, **({"field": place} if place else {})}
    details = [{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}]
    return ApiError(400, message, details=details)
