"""The text of one cell → plain data as scheme files have it, by the type that is wanted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from app.scheme_book.cell_kinds import (
    EMPTY,
    NOTHING,
    CellError,
    Names,
    end_of_quote,
    is_list,
    is_map,
    is_model,
    is_scalar,
    item_kinds,
    key_of,
    plain_kinds,
    split,
    unquoted,
    values_of,
)  # fmt: skip

_INTEGER = re.compile(r"[-+]?\d+(?:\.0+)?$")
_DECIMAL = re.compile(r"[-+]?\d+(?:\.\d+)?$")
_DATE = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?$")
_TRUE, _FALSE = {"是", "对", "√", "✓", "✔", "true", "yes", "1"}, {"否", "不", "×", "false", "no", "0"}


class CellReader:
    def __init__(self, names: Names) -> None:
        self.names = names

    def cell(self, text: str, kinds: tuple[Any, ...]) -> Any:
        lists = [kind for kind in kinds if is_list(kind)]
        maps = [kind for kind in kinds if is_map(kind)]
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
            return [self.scalar(line[1:].strip(), item_kinds(kind)) for line in lines]
        return self.scalar(text, tuple(item for item in kinds if not is_list(item)))

    def _list(self, text: str, kind: Any) -> list[Any]:
        if text == EMPTY:
            return []
        inner = item_kinds(kind)
        if not is_scalar(inner):
            return [self._line(line, inner) for line in self._lines(text)]
        parts = self._lines(text) if "\n" in text else [part for part in split(text, "、") if part]
        return [self.scalar(part, inner) for part in parts]

    def _line(self, text: str, kinds: tuple[Any, ...]) -> Any:
        lists = [kind for kind in kinds if is_list(kind)]
        maps = [kind for kind in kinds if is_map(kind)]
        if lists:
            return [] if text == "[]" else [self.inline(part, item_kinds(lists[0])) for part in split(text, "、")]
        if maps and len(kinds) == 1 and not text.startswith("{"):
            return self._map(split(text, "；"), maps)
        return self.inline(text, kinds)

    def inline(self, text: str, kinds: tuple[Any, ...]) -> Any:
        maps = [kind for kind in kinds if is_map(kind)]
        lists = [kind for kind in kinds if is_list(kind)]
        if text.startswith("{") and maps:
            if not text.endswith("}"):
                raise CellError("少了收尾的 }")
            return self._map(split(text[1:-1], "；"), maps)
        bracketed = text.startswith("[") and text.endswith("]") and len(split(text, "、")) == 1
        if lists and (bracketed or str not in kinds):
            if text == "[]":
                return []
            inner = item_kinds(lists[0])
            nested = not is_scalar(inner) and any(is_list(kind) for kind in inner)
            body = text[1:-1] if bracketed and not nested else text
            return [self.inline(part, inner) for part in split(body, "、") if part]
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
        models = [kind for kind in kinds if is_model(kind)]
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
            end = end_of_quote(part, 0)
            key, rest = unquoted(part[:end]), part[end:].lstrip()
            if key is None or rest[:1] not in (":", "："):
                raise CellError(f"“{part[:20]}”读不懂，要写成“名称: 值”")
            return key, rest[1:].strip()
        found = re.search("[:：]", part)
        if found is None or not found.start():
            raise CellError(f"“{part[:20]}”里没有冒号，要写成“名称: 值”")
        return part[: found.start()].strip(), part[found.end() :].strip()

    def _dict(self, written: Mapping[str, str], kind: Any) -> dict[str, Any]:
        keys, inner = plain_kinds(get_args(kind)[0]), plain_kinds(get_args(kind)[1])
        read = {key: key if keys == (str,) else str(self.scalar(key, keys)) for key in written}
        return {read[key]: self.inline(value, inner) for key, value in written.items()}

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
                found[key] = self.inline(text, plain_kinds(info.annotation))
        for name, info in model.model_fields.items():
            if info.is_required() and key_of(name, info) not in found:
                raise CellError(f"少了“{self.names.title(model, name)}”")
        return found

    def scalar(self, text: str, kinds: tuple[Any, ...]) -> Any:
        """The first kind that reads the text; a plain text last."""
        quoted = unquoted(text)
        if quoted is not None and (str in kinds or Any in kinds):
            return quoted
        if type(None) in kinds and text in (NOTHING, "null", "~"):
            return None
        wanted = []
        for kind in kinds:
            if kind in (str, Any, type(None)) or is_list(kind) or is_map(kind):
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
    digits = plain_number(plain)
    if kind is int and _INTEGER.match(digits):
        return int(Decimal(digits))
    if kind is Decimal and _DECIMAL.match(digits):
        return Decimal(digits)
    if kind is Decimal and digits.endswith("%") and _DECIMAL.match(digits[:-1]):
        return Decimal(digits[:-1]) / 100
    raise CellError("要写一个整数" if kind is int else "要写一个数，不带单位")


def plain_number(text: str) -> str:
    """A number without full-width digits and without commas between thousands."""
    return re.sub(r"(?<=\d),(?=\d{3}(\D|$))", "", unicodedata.normalize("NFKC", text))


def _day(plain: str) -> str:
    found = _DATE.match(plain.replace(" 00:00:00", ""))
    try:
        return date(*map(int, found.groups())).isoformat() if found else date.fromisoformat(plain).isoformat()
    except ValueError:
        raise CellError("要写日期，如 2025-06-30") from None
