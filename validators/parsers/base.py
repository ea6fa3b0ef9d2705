"""What all parsers share: the result, the context, and the few ways to answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal, NamedTuple

from validators.cells import squeeze


class ParsedCell(NamedTuple):
    """`value` is canonical text (see `validators.values`), "" for blank and for errors. `code` names the sentence."""

    kind: Literal["ok", "warn", "error"]
    value: str = ""
    code: str = ""
    params: dict[str, Any] = {}


BLANK = ParsedCell("ok")


def ok(value: str) -> ParsedCell:
    return ParsedCell("ok", value)


def warn(value: str, code: str, **params: Any) -> ParsedCell:
    return ParsedCell("warn", value, code, params)


def error(code: str, **params: Any) -> ParsedCell:
    return ParsedCell("error", "", code, params)


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
    """What a cell alone cannot say. `today` is the day of filling; `unit` the unit of the column's header.

    `choices` serves choice, choices and (when given) stage; `places` serves township; `allow_future` lets an actual
    date lie after today, for the rule engine that calls it 数据异常 itself.
    """

    today: date
    unit: str = ""
    title: str = ""
    example: str = ""
    choices: WordList | None = None
    strict: bool = True
    places: tuple[Place, ...] = ()
    district: str = ""
    allow_future: bool = False
    extra: dict[str, Any] = field(default_factory=dict, compare=False)


TextParser = Callable[[str, ParseContext], ParsedCell]
