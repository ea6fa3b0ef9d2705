"""What the forms of cells are made of: kinds of values by their annotations, brackets, separators, quotation marks."""

from __future__ import annotations

import json
import re
import types
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

EMPTY, NOTHING = "（空）", "无"
OPEN, CLOSE = "(（[{「", ")）]}」"
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


class CellError(ValueError):
    """What is wanted in a cell, in Chinese."""


@dataclass(frozen=True, slots=True)
class Names:
    """What people call parameters and values. `title(model, field)`, `label(value, all values)`."""

    title: Callable[[type[BaseModel], str], str]
    label: Callable[[str, tuple[str, ...]], str]


def alternatives(annotation: Any) -> tuple[Any, ...]:
    """The types a parameter may have, without None."""
    found = plain_kinds(annotation)
    return tuple(item for item in found if item is not type(None))


def values_of(kind: Any) -> tuple[str, ...]:
    """The words of an enumeration, () when the type is none."""
    if get_origin(kind) is Literal:
        return tuple(str(item) for item in get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return tuple(str(item.value) for item in kind)
    return ()


def plain_kinds(annotation: Any) -> tuple[Any, ...]:
    """The parts of a union; what a validator wraps is unwrapped."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return plain_kinds(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return tuple(dict.fromkeys(part for item in get_args(annotation) for part in plain_kinds(item)))
    return (annotation,)


def is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def is_list(kind: Any) -> bool:
    return get_origin(kind) in (tuple, list, frozenset)


def is_map(kind: Any) -> bool:
    return get_origin(kind) is dict or is_model(kind)


def is_scalar(kinds: Iterable[Any]) -> bool:
    return not any(is_list(kind) or is_map(kind) for kind in kinds)


def item_kinds(kind: Any) -> tuple[Any, ...]:
    return plain_kinds(get_args(kind)[0])


def key_of(name: str, info: FieldInfo) -> str:
    """The key of a parameter in scheme files."""
    return info.alias or name


# writing ---------------------------------------------------------------------------------------------------------


def split(text: str, mark: str) -> list[str]:
    """Parts between separators, not looking into brackets and quoted texts."""
    parts, start, depth, at, fresh = [], 0, 0, 0, True
    while at < len(text):
        char = text[at]
        if char == '"' and fresh:
            at = end_of_quote(text, at)
            fresh = False
            continue
        if char in OPEN:
            depth += 1
        elif char in CLOSE:
            depth = max(0, depth - 1)
        elif char == mark and depth == 0:
            parts.append(text[start:at])
            start = at + 1
        fresh = char in "、；:：[{\n" or (fresh and char == " ")
        at += 1
    parts.append(text[start:])
    return [part.strip() for part in parts]


def end_of_quote(text: str, start: int) -> int:
    at = start + 1
    while at < len(text) and text[at] != '"':
        at += 2 if text[at] == "\\" else 1
    return min(at + 1, len(text))


def unquoted(text: str) -> str | None:
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        return None
    try:
        value = json.loads(text, strict=False)
    except ValueError:
        return None
    return value if isinstance(value, str) else None
