"""Values of the scheme language as the text of one cell, and back, by the types of our own models.

A text is itself. Several of them are joined with 、 or stand one a line. A group of parameters is `名称: 值`, one a line;
several groups stand one a line each, their parts joined with ；. What stands deeper is in { }. A text that would be read
differently is put in quotation marks as in JSON. `read(write(value)) == value` for every value a model can hold.
"""

from __future__ import annotations

import json
import re
import types
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

EMPTY, NOTHING = "（空）", "无"
_OPEN, _CLOSE = "(（[{「", ")）]}」"
_INTEGER = re.compile(r"[-+]?\d+(?:\.0+)?$")
_DECIMAL = re.compile(r"[-+]?\d+(?:\.\d+)?$")
_DATE = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?$")
_TRUE, _FALSE = {"是", "对", "√", "true", "yes", "1"}, {"否", "不", "×", "false", "no", "0"}
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


class CellError(ValueError):
    """What is wanted in a cell, in Chinese."""


@dataclass(frozen=True, slots=True)
class Names:
    """What people call parameters and values. `title(model, field)`, `label(value, all values)`."""

    title: Callable[[type[BaseModel], str], str]
    label: Callable[[str, tuple[str, ...]], str]


def write(value: Any, annotation: Any, names: Names) -> str:
    """The text of a cell for a value. None and empty lists are written too: the caller leaves defaults blank."""
    return _Writer(names).cell(value, _plain(annotation))


def read(text: str, annotation: Any, names: Names) -> Any:
    """The value of a cell as plain data with the keys of scheme files. CellError says what is wanted."""
    return _Reader(names).cell(text.replace("\r\n", "\n").replace("\r", "\n").strip(), _plain(annotation))


def alternatives(annotation: Any) -> tuple[Any, ...]:
    """The types a parameter may have, without None."""
    found = _plain(annotation)
    return tuple(item for item in found if item is not type(None))


def values_of(kind: Any) -> tuple[str, ...]:
    """The words of an enumeration, () when the type is none."""
    if get_origin(kind) is Literal:
        return tuple(str(item) for item in get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return tuple(str(item.value) for item in kind)
    return ()


def _plain(annotation: Any) -> tuple[Any, ...]:
    """The parts of a union; what a validator wraps is unwrapped."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _plain(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return tuple(dict.fromkeys(part for item in get_args(annotation) for part in _plain(item)))
    return (annotation,)


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _is_list(kind: Any) -> bool:
    return get_origin(kind) in (tuple, list, frozenset)


def _is_map(kind: Any) -> bool:
    return get_origin(kind) is dict or _is_model(kind)


def _is_scalar(kinds: Iterable[Any]) -> bool:
    return not any(_is_list(kind) or _is_map(kind) for kind in kinds)


def _item(kind: Any) -> tuple[Any, ...]:
    return _plain(get_args(kind)[0])


def key_of(name: str, info: FieldInfo) -> str:
    """The key of a parameter in scheme files."""
    return info.alias or name


# writing ---------------------------------------------------------------------------------------------------------


def _balanced(text: str) -> bool:
    depth = 0
    for char in text:
        depth += (char in _OPEN) - (char in _CLOSE)
        if depth < 0:
            return False
    return depth == 0


def _risky(text: str, separators: str, kinds: tuple[Any, ...]) -> bool:
    """Whether a text would be read as something else among separators, or where groups and lists may stand too."""
    starts = '"' + "{" * any(map(_is_map, kinds)) + "[·" * any(map(_is_list, kinds))
    if not text or text != text.strip() or text[0] in starts or text == EMPTY or _UNPRINTABLE.search(text):
        return True
    if separators and ('"' in text or not _balanced(text)):
        return True
    return any(len(_split(text, mark)) > 1 for mark in separators)


def _quoted(text: str) -> str:
    body = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: json.dumps(match[0])[1:-1], body)


class _Writer:
    def __init__(self, names: Names) -> None:
        self.names = names

    def cell(self, value: Any, kinds: tuple[Any, ...]) -> str:
        if isinstance(value, str) and not isinstance(value, Enum):
            lines = "\n" in value and value == value.strip() and value[0] != '"' and kinds == (str,)
            if lines and not _UNPRINTABLE.search(value.replace("\n", "")) and _is_scalar(kinds):
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
        inner = _item(kind)
        if mixed:  # beside a plain text only the dots tell a list
            return "\n".join(f"· {self.scalar(item, inner, '')}" for item in items)
        if not _is_scalar(inner):
            return "\n".join(self._line(item, inner) for item in items)
        joined = [self.scalar(item, inner, "、") for item in items]
        lines = [self.scalar(item, inner, "") for item in items]
        return "\n".join(lines) if len(items) > 1 and joined != lines else "、".join(joined)

    def _line(self, value: Any, kinds: tuple[Any, ...]) -> str:
        """One of several that stand one a line."""
        if isinstance(value, tuple | list):
            return "、".join(self.inline(item, _item(self._list_kind(kinds))) for item in value) or "[]"
        if isinstance(value, BaseModel | Mapping) and len(kinds) == 1:
            return "；".join(self._pairs(value, kinds, "；")) or "{}"
        return self.inline(value, kinds) if isinstance(value, BaseModel | Mapping) else self.scalar(value, kinds, "")

    def inline(self, value: Any, kinds: tuple[Any, ...]) -> str:
        """Inside a group."""
        if isinstance(value, tuple | list | frozenset):
            inner = _item(self._list_kind(kinds))
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
                    inner = _plain(info.annotation)
                    found.append(f"{self.names.title(model, name)}: {self._part(part, inner, separators)}")
            return found
        kind = next(kind for kind in kinds if get_origin(kind) is dict)
        keys, inner = _plain(get_args(kind)[0]), _plain(get_args(kind)[1])
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
            same = _Reader(self.names).scalar(text, kinds) == text
        except CellError:
            same = False
        return text if same else _quoted(text)

    def _list_kind(self, kinds: tuple[Any, ...]) -> Any:
        return next(kind for kind in kinds if _is_list(kind))


# reading ---------------------------------------------------------------------------------------------------------


def _split(text: str, mark: str) -> list[str]:
    """Parts between separators, not looking into brackets and quoted texts."""
    parts, start, depth, at, fresh = [], 0, 0, 0, True
    while at < len(text):
        char = text[at]
        if char == '"' and fresh:
            at = _end_of_quote(text, at)
            fresh = False
            continue
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth = max(0, depth - 1)
        elif char == mark and depth == 0:
            parts.append(text[start:at])
            start = at + 1
        fresh = char in "、；:：[{\n" or (fresh and char == " ")
        at += 1
    parts.append(text[start:])
    return [part.strip() for part in parts]


def _end_of_quote(text: str, start: int) -> int:
    at = start + 1
    while at < len(text) and text[at] != '"':
        at += 2 if text[at] == "\\" else 1
    return min(at + 1, len(text))


def _unquoted(text: str) -> str | None:
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        return None
    try:
        value = json.loads(text, strict=False)
    except ValueError:
        return None
    return value if isinstance(value, str) else None


class _Reader:
    def __init__(self, names: Names) -> None:
        self.names = names

    def cell(self, text: str, kinds: tuple[Any, ...]) -> Any:
        lists = [kind for kind in kinds if _is_list(kind)]
        maps = [kind for kind in kinds if _is_map(kind)]
        if lists and str in kinds:
            return self._mixed(text, lists[0], kinds)
        if lists:
            return self._list(text, lists[0])
        if maps and len(kinds) - (type(None) in kinds) == len(maps) and not text.startswith("{"):
            if text == NOTHING and type(None) in kinds:
                return None
            return self._map(self._lines(text), maps)
        if maps and text.startswith("{"):
            return self.inline(text, kinds)
        return self.scalar(text, kinds)

    def _mixed(self, text: str, kind: Any, kinds: tuple[Any, ...]) -> Any:
        if text == EMPTY:
            return []
        lines = self._lines(text)
        if lines and all(line.startswith("·") for line in lines):
            return [self.scalar(line[1:].strip(), _item(kind)) for line in lines]
        return self.scalar(text, tuple(item for item in kinds if not _is_list(item)))

    def _list(self, text: str, kind: Any) -> list[Any]:
        if text == EMPTY:
            return []
        inner = _item(kind)
        if not _is_scalar(inner):
            return [self._line(line, inner) for line in self._lines(text)]
        parts = self._lines(text) if "\n" in text else [part for part in _split(text, "、") if part]
        return [self.scalar(part, inner) for part in parts]

    def _line(self, text: str, kinds: tuple[Any, ...]) -> Any:
        lists = [kind for kind in kinds if _is_list(kind)]
        maps = [kind for kind in kinds if _is_map(kind)]
        if lists:
            return [] if text == "[]" else [self.inline(part, _item(lists[0])) for part in _split(text, "、")]
        if maps and len(kinds) == 1 and not text.startswith("{"):
            return self._map(_split(text, "；"), maps)
        return self.inline(text, kinds)

    def inline(self, text: str, kinds: tuple[Any, ...]) -> Any:
        maps = [kind for kind in kinds if _is_map(kind)]
        lists = [kind for kind in kinds if _is_list(kind)]
        if text.startswith("{") and maps:
            if not text.endswith("}"):
                raise CellError("少了收尾的 }")
            return self._map(_split(text[1:-1], "；"), maps)
        bracketed = text.startswith("[") and text.endswith("]") and len(_split(text, "、")) == 1
        if lists and (bracketed or str not in kinds):
            if text == "[]":
                return []
            inner = _item(lists[0])
            nested = not _is_scalar(inner) and any(_is_list(kind) for kind in inner)
            body = text[1:-1] if bracketed and not nested else text
            return [self.inline(part, inner) for part in _split(body, "、") if part]
        return self.scalar(text, kinds)

    def _lines(self, text: str) -> list[str]:
        return [line.strip() for line in text.split("\n") if line.strip()]

    def _map(self, parts: list[str], kinds: list[Any]) -> dict[str, Any]:
        written: dict[str, str] = {}
        for part in parts:
            if part and part != EMPTY:
                key, value = self._pair(part)
                if key in written:
                    raise CellError(f"“{key}”写了两次")
                written[key] = value
        models = [kind for kind in kinds if _is_model(kind)]
        if not models:
            return self._dict(written, kinds[0])
        fits = [model for model in models if all(self._field(model, key) for key in written)]
        if not fits:
            known = {self.names.title(model, name): None for model in models for name in model.model_fields}
            wrong = next(key for key in written if not any(self._field(model, key) for model in models[:1]))
            raise CellError(f"不认识“{wrong}”；可以写的有{'、'.join(known)}，写成“{next(iter(known))}: …”")
        errors = []
        for model in fits:
            try:
                return self._model(written, model)
            except CellError as problem:
                errors.append(problem)
        raise errors[0]

    def _pair(self, part: str) -> tuple[str, str]:
        if part.startswith('"'):
            end = _end_of_quote(part, 0)
            key, rest = _unquoted(part[:end]), part[end:].lstrip()
            if key is None or rest[:1] not in (":", "："):
                raise CellError(f"“{part[:20]}”读不懂，要写成“名称: 值”")
            return key, rest[1:].strip()
        found = re.search("[:：]", part)
        if found is None or not found.start():
            raise CellError(f"“{part[:20]}”里没有冒号，要写成“名称: 值”")
        return part[: found.start()].strip(), part[found.end() :].strip()

    def _dict(self, written: Mapping[str, str], kind: Any) -> dict[str, Any]:
        keys, inner = _plain(get_args(kind)[0]), _plain(get_args(kind)[1])
        return {str(self.scalar(_quoted(key) if keys == (str,) else key, keys)): self.inline(value, inner)
                for key, value in written.items()}  # fmt: skip

    def _field(self, model: type[BaseModel], word: str) -> tuple[str, FieldInfo] | None:
        for name, info in model.model_fields.items():
            if word in (self.names.title(model, name), info.alias or name, name):
                return key_of(name, info), info
        return None

    def _model(self, written: Mapping[str, str], model: type[BaseModel]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for word, text in written.items():
            key, info = self._field(model, word) or (word, None)
            if info is not None and text == "" and not info.is_required():
                continue
            if info is not None:
                found[key] = self.inline(text, _plain(info.annotation))
        for name, info in model.model_fields.items():
            if info.is_required() and key_of(name, info) not in found:
                raise CellError(f"少了“{self.names.title(model, name)}”")
        return found

    def scalar(self, text: str, kinds: tuple[Any, ...]) -> Any:
        """The first kind that reads the text; a plain text last."""
        quoted = _unquoted(text)
        if quoted is not None and (str in kinds or Any in kinds):
            return quoted
        if type(None) in kinds and text in (NOTHING, "null", "~"):
            return None
        wanted = []
        for kind in kinds:
            if kind in (str, Any, type(None)) or _is_list(kind) or _is_map(kind):
                continue
            try:
                return self._typed(text, kind)
            except CellError as problem:
                wanted.append(str(problem))
        if str in kinds or Any in kinds:
            return text
        raise CellError("，或".join(wanted) or "这里不能只写一个词")

    def _typed(self, text: str, kind: Any) -> Any:
        plain = unicodedata.normalize("NFKC", text).strip()
        if kind is bool:
            return _truth(plain)
        if kind in (int, Decimal):
            return _number(plain, kind)
        if kind is date:
            return _day(plain)
        allowed = values_of(kind)
        for value in allowed:
            if text in (value, label := self.names.label(value, allowed)) or plain in (
                value, unicodedata.normalize("NFKC", label)
            ):  # fmt: skip
                return value
        labels = [self.names.label(value, allowed) or "（不填）" for value in allowed]
        raise CellError(f"只能写{'、'.join(labels)}")


def _truth(plain: str) -> bool:
    if plain.lower() in _TRUE or plain.lower() in _FALSE:
        return plain.lower() in _TRUE
    raise CellError("只能写“是”或“否”")


def _number(plain: str, kind: Any) -> int | Decimal:
    digits = re.sub(r"(?<=\d),(?=\d{3}(\D|$))", "", plain)
    if kind is int and _INTEGER.match(digits):
        return int(Decimal(digits))
    if kind is Decimal and _DECIMAL.match(digits):
        return Decimal(digits)
    if kind is Decimal and digits.endswith("%") and _DECIMAL.match(digits[:-1]):
        return Decimal(digits[:-1]) / 100
    raise CellError("要写一个整数" if kind is int else "要写一个数，不带单位")


def _day(plain: str) -> str:
    found = _DATE.match(plain.replace(" 00:00:00", ""))
    try:
        return date(*map(int, found.groups())).isoformat() if found else date.fromisoformat(plain).isoformat()
    except ValueError:
        raise CellError("要写日期，如 2025-06-30") from None
