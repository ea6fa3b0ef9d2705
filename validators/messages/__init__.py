"""The one catalogue of what people are told: sentences by code and parameters (DESIGN §5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from validators.messages.books import BOOK_MESSAGES
from validators.messages.books_en import BOOKS_EN, RULES_EN
from validators.messages.cells import CELL_MESSAGES, CELL_WANTED
from validators.messages.cells_en import CELLS_EN
from validators.messages.rules import RULE_MESSAGES, RULE_WANTED

_PAIRS_EN = {**CELLS_EN, **RULES_EN}
SENTENCES: dict[str, dict[str, str]] = {  # language → code → what is the matter
    "zh": {**BOOK_MESSAGES, **CELL_MESSAGES, **RULE_MESSAGES},
    "en": {**BOOKS_EN, **{code: matter for code, (matter, _) in _PAIRS_EN.items()}},
}
WANTED: dict[str, dict[str, str]] = {  # language → code → what is wanted of the reader
    "zh": {**CELL_WANTED, **RULE_WANTED},
    "en": {code: asked for code, (_, asked) in _PAIRS_EN.items()},
}
_COMMAS, _STOPS = {"zh": "，", "en": ". "}, {"zh": "。", "en": ". "}
_QUOTED, _INNER = ("value", "dropped"), str.maketrans("“”", "‘’")  # what sentences put between “ and ”
_ENDS = tuple("。？！；：.?!;:")


class _Word(str):
    """A parameter inside a sentence. `{example:，如#}` says ，如… where there is an example, and nothing where not."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return (spec.replace("#", self) if self else "") if spec else str(self)


class _Words:
    """Parameters of a sentence, looked at when they are named: lists read as 甲、乙, an absent one as nothing."""

    __slots__ = ("_between", "_params")

    def __init__(self, params: Mapping[str, Any], lang: str = "zh") -> None:
        self._params, self._between = params, ", " if lang == "en" else "、"

    def __getitem__(self, key: str) -> _Word:
        value = self._params.get(key, "")
        if key in _QUOTED and isinstance(value, str) and "“" in value:
            value = value.translate(_INNER)
        return _Word(self._between.join(map(str, value)) if isinstance(value, list | tuple) else value)


_told: dict[Any, tuple[str, str]] = {}
_TOLD_LIMIT = 5_000


def both(code: str, params: Mapping[str, Any], lang: str = "zh") -> tuple[str, str]:
    """`sentence` and `wanted`; remembered, because the same slips stand in many rows and are told in two places."""
    try:
        key = (code, lang, *params.items())
        found = _told.get(key)
    except TypeError:  # a list among the parameters
        return sentence(code, params, lang), wanted(code, params, lang)
    if found is None:
        if len(_told) >= _TOLD_LIMIT:
            _told.clear()
        found = _told[key] = sentence(code, params, lang), wanted(code, params, lang)
    return found


def sentence(code: str, params: Mapping[str, Any], lang: str = "zh") -> str:
    """What is the matter, as a person reads it. An unknown code reads as what it names, or as itself."""
    words = _Words(params, lang)
    text = SENTENCES[lang].get(code)
    if text is None:
        return str(words["what"] or words["title"] or code)
    return text.format_map(words)


def wanted(code: str, params: Mapping[str, Any], lang: str = "zh") -> str:
    """What is wanted of the reader; "" when the sentence says it already."""
    text = WANTED[lang].get(code, "")
    return text.format_map(_Words(params, lang)) if text else ""


def joined(parts: Iterable[str], lang: str = "zh", *, loosely: bool = False) -> str:
    """Sentences one after the other, blank ones left out, each stop once; `loosely`: with a comma where one suits."""
    between = (_COMMAS if loosely else _STOPS)[lang]
    text = ""
    for part in filter(None, parts):
        if text.endswith(_ENDS):
            text += f" {part}" if lang == "en" else part
        else:
            text += f"{between}{part}" if text else part
    return text
