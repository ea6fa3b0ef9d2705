"""The one catalogue of what people are told: sentences by code and parameters (DESIGN §5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from validators.messages.books import BOOK_MESSAGES
from validators.messages.cells import CELL_MESSAGES, CELL_WANTED
from validators.messages.rules import RULE_MESSAGES, RULE_WANTED

_SENTENCES: dict[str, str] = {**BOOK_MESSAGES, **CELL_MESSAGES, **RULE_MESSAGES}
_WANTED: dict[str, str] = {**CELL_WANTED, **RULE_WANTED}


class _Word(str):
    """A parameter inside a sentence. `{example:，如#}` says ，如… where there is an example, and nothing where not."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return (spec.replace("#", self) if self else "") if spec else str(self)


class _Words:
    """Parameters of a sentence, looked at when they are named: lists read as 甲、乙, an absent one as nothing."""

    __slots__ = ("_params",)

    def __init__(self, params: Mapping[str, Any]) -> None:
        self._params = params

    def __getitem__(self, key: str) -> _Word:
        value = self._params.get(key, "")
        return _Word("、".join(map(str, value)) if isinstance(value, list | tuple) else value)


def sentence(code: str, params: Mapping[str, Any]) -> str:
    """What is the matter, as a person reads it. An unknown code reads as what it names, or as itself."""
    words = _Words(params)
    text = _SENTENCES.get(code)
    if text is None:
        return str(words["what"] or words["title"] or code)
    return text.format_map(words)


def wanted(code: str, params: Mapping[str, Any]) -> str:
    """What is wanted of the reader; "" when the sentence says it already."""
    text = _WANTED.get(code, "")
    return text.format_map(_Words(params)) if text else ""
