"""A value of the scheme language → the text of one cell."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from app.scheme_book.cell_kinds import (
    CLOSE,
    EMPTY,
    NOTHING,
    OPEN,
    UNPRINTABLE,
    CellError,
    Names,
    is_list,
    is_map,
    is_scalar,
    item_kinds,
    plain_kinds,
    split,
    values_of,
)  # fmt: skip
from app.scheme_book.cell_reader import CellReader


def _balanced(text: str) -> bool:
    depth = 0
    for char in text:
        depth += (char in OPEN) - (char in CLOSE)
        if depth < 0:
            return False
    return depth == 0


def _risky(text: str, separators: str, kinds: tuple[Any, ...]) -> bool:
    """Whether a text would be read as something else among separators, or where groups and lists may stand too."""
    starts = '"' + "{" * any(map(is_map, kinds)) + "[·" * any(map(is_list, kinds))
    if not text or text != text.strip() or text[0] in starts or text == EMPTY or UNPRINTABLE.search(text):
        return True
    if separators and ('"' in text or not _balanced(text)):
        return True
    return any(len(split(text, mark)) > 1 for mark in separators)


def _quoted(text: str) -> str:
    body = json.dumps(text, ensure_ascii=False)
    return UNPRINTABLE.sub(lambda match: json.dumps(match[0])[1:-1], body)


class CellWriter:
    def __init__(self, names: Names) -> None:
        self.names = names

    def cell(self, value: Any, kinds: tuple[Any, ...]) -> str:
        if isinstance(value, str) and not isinstance(value, Enum):
            lines = "\n" in value and value == value.strip() and value[0] != '"' and kinds == (str,)
            if lines and not UNPRINTABLE.search(value.replace("\n", "")) and is_scalar(kinds):
                return value
        if isinstance(value, tuple | list | frozenset):
            return self._list(list(value), self._list_kind(kinds), mixed=str in kinds)
        if isinstance(value, BaseModel | Mapping):
            if len(kinds) > 1 and any(kind is str for kind in kinds):
                return self.inline(value, kinds)
            pairs = self._pairs(value, kinds, "")
            return "\n".join(pairs) or EMPTY
        return self.scalar(value, kinds, "")

    def _list(self, items: list[Any], kind: Any, *, mixed: bool) -> str:
        """At the level of a cell."""
        if not items:
            return EMPTY
        inner = item_kinds(kind)
        if mixed:  # beside a plain text only the dots tell a list
            return "\n".join(f"· {self.scalar(item, inner, '')}" for item in items)
        if not is_scalar(inner):
            return "\n".join(self._line(item, inner) for item in items)
        joined = [self.scalar(item, inner, "、") for item in items]
        lines = [self.scalar(item, inner, "") for item in items]
        return "\n".join(lines) if len(items) > 1 and joined != lines else "、".join(joined)

    def _line(self, value: Any, kinds: tuple[Any, ...]) -> str:
        """One of several that stand one a line."""
        if isinstance(value, tuple | list):
            return "、".join(self.inline(item, item_kinds(self._list_kind(kinds))) for item in value) or "[]"
        if isinstance(value, BaseModel | Mapping) and len(kinds) == 1:
            return "；".join(self._pairs(value, kinds, "；")) or "{}"
        return self.inline(value, kinds) if isinstance(value, BaseModel | Mapping) else self.scalar(value, kinds, "")

    def inline(self, value: Any, kinds: tuple[Any, ...]) -> str:
        """Inside a group."""
        if isinstance(value, tuple | list | frozenset):
            inner = item_kinds(self._list_kind(kinds))
            parts = [self._among(item, inner) for item in value]
            return "[" + "、".join(parts) + "]" if not value or str in kinds else "、".join(parts)
        if isinstance(value, BaseModel | Mapping):
            return "{" + "；".join(self._pairs(value, kinds, "、；")) + "}"
        return self.scalar(value, kinds, "、；")

    def _among(self, value: Any, kinds: tuple[Any, ...]) -> str:
        """One of several inside a group: lists in brackets, so that a text that begins with one is quoted."""
        text = self.inline(value, kinds)
        if isinstance(value, tuple | list):
            return text if not value or str in kinds else f"[{text}]"
        return _quoted(text) if isinstance(value, str) and text.startswith("[") else text

    def _pairs(self, value: Any, kinds: tuple[Any, ...], separators: str) -> list[str]:
        if isinstance(value, BaseModel):
            model = type(value)
            found = []
            for name, info in model.model_fields.items():
                part = getattr(value, name)
                if info.is_required() or part != info.get_default(call_default_factory=True):
                    inner = plain_kinds(info.annotation)
                    found.append(f"{self.names.title(model, name)}: {self._part(part, inner, separators)}")
            return found
        kind = next(kind for kind in kinds if get_origin(kind) is dict)
        keys, inner = plain_kinds(get_args(kind)[0]), plain_kinds(get_args(kind)[1])
        return [
            f"{self._key(key, keys, separators)}: {self._part(part, inner, separators)}" for key, part in value.items()
        ]

    def _part(self, value: Any, kinds: tuple[Any, ...], separators: str) -> str:
        if isinstance(value, tuple | list | frozenset | BaseModel | Mapping):
            return self.inline(value, kinds)
        return self.scalar(value, kinds, separators)

    def _key(self, key: Any, kinds: tuple[Any, ...], separators: str) -> str:
        text = self.scalar(key, kinds, separators)
        return text if text.startswith('"') or not re.search("[:：]|^{", text) else _quoted(text)

    def scalar(self, value: Any, kinds: tuple[Any, ...], separators: str) -> str:
        if value is None:
            return NOTHING
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, Decimal | int):
            return f"{value:f}" if isinstance(value, Decimal) else str(value)
        text = str(value.value if isinstance(value, Enum) else value)
        for kind in kinds:
            if text in values_of(kind):
                return self.names.label(text, values_of(kind))
        if _risky(text, separators, kinds):
            return _quoted(text)
        try:
            same = CellReader(self.names).scalar(text, kinds) == text
        except CellError:
            same = False
        return text if same else _quoted(text)

    def _list_kind(self, kinds: tuple[Any, ...]) -> Any:
        return next(kind for kind in kinds if is_list(kind))
