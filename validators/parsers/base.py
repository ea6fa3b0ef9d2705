"""What all parsers share: the result, the context, and the few ways to answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from validators.cells import squeeze
from validators.rawcell import Format

NOTHING: Mapping[str, Any] = MappingProxyType({})


class ParsedCell(NamedTuple):
    """`value` is canonical text (see `validators.values`), "" for blank and for errors. `code` names the sentence."""

    kind: Literal["ok", "warn", "error"]
    value: str = ""
    code: str = ""
    params: Mapping[str, Any] = NOTHING


BLANK = ParsedCell("ok")


def ok(value: str) -> ParsedCell:
    return ParsedCell("ok", value)


def warn(value: str, code: str, **params: Any) -> ParsedCell:
    return ParsedCell("warn", value, code, _on_one_line(params))


def error(code: str, **params: Any) -> ParsedCell:
    return ParsedCell("error", "", code, _on_one_line(params))


def _on_one_line(params: dict[str, Any]) -> dict[str, Any]:
    """A message is one line, whatever line breaks the cell has."""
    return {name: " ".join(it.split()) if isinstance(it, str) and "\n" in it else it for name, it in params.items()}


def spelled(words: str) -> tuple[str, ...]:
    """Words written one after the other with spaces between: how long lists stay readable."""
    return tuple(words.split())


class Word(NamedTuple):
    """One value of a list with its other spellings."""

    value: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class WordList:
    """A drop-down as parsers see it: spelling → value, insensitive to width, case and spaces."""

    words: tuple[Word, ...]

    @cached_property
    def index(self) -> dict[str, str]:
        spelled = {squeeze(alias).lower(): word.value for word in self.words for alias in word.aliases}
        return spelled | {squeeze(word.value).lower(): word.value for word in self.words}

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(word.value for word in self.words)


class Place(NamedTuple):
    """A reporting unit as the township parser sees it. `region` is its 行政区划代码 where there is one."""

    name: str
    aliases: tuple[str, ...] = ()
    region: str = ""


@dataclass(frozen=True)
class ParseContext:
    """What a cell alone cannot say. `today` is the day of filling; `unit` the unit that the column, its group or the
    sheet names, `base_unit` the one the field's values are kept in (money is always kept in 万元).

    `choices` serves choice, choices and (when given) stage; `places`, `district` and the areas `within` which it lies serve
    township, `places` person too; `allow_future` lets an actual date lie after today, for the rule engine that calls it
    数据异常 itself.
    """

    today: date
    unit: str = ""
    base_unit: str = ""
    choices: WordList | None = None
    strict: bool = True
    places: tuple[Place, ...] = ()
    district: str = ""
    within: str = ""
    allow_future: bool = False
    year_from: int = 1  # month in which the reporting year begins: 第一季度 is that of the reporting year


TextParser = Callable[[str, ParseContext], ParsedCell]
NumberParser = Callable[[str, Format, ParseContext], ParsedCell]  # stored digits, class of the number format
