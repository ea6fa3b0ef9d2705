"""Sentences of ours in English: what the store, the books' keepers and the rules say in Chinese, for English pages.

Messages are written once, in Chinese, where they arise, and many are kept in the store; so English is found by the
sentence itself: `sentences.txt` holds each with its parameters in braces. What a clerk, an author of schemes or a file
system wrote is a parameter and stays as it is. A sentence without English is shown in Chinese, whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from app.language import chosen

L = TypeVar("L", bound=BaseModel)
FILE = Path(__file__).with_name("sentences.txt")
_HOLE = re.compile(r"\{(\w*)\}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_SHAPES = {  # what a parameter may look like, where anything would be too much
    "year": r"\d{4}", "month": r"\d{1,2}", "week": r"\d{1,2}", "day": r"\d{4}-\d\d-\d\d", "done": r"-?\d[^，]*",
    "target": r"-?\d[^，]*", "gap": r"-?\d[^，]*",
}  # fmt: skip
_PAUSE = re.compile(r"[，；]")


def told(text: str) -> str:
    """The text in the language of the request at hand."""
    return english(text) if chosen() == "en" else text


def reason(text: str) -> str:
    """Why a status stands as it does, in the language at hand: our clauses in English, the policy's sentence as it is."""
    return english_reason(text) if chosen() == "en" else text


def reasons(lines: Iterable[L]) -> list[L]:
    """Lines with their reasons in the language at hand; what is kept for everybody stays Chinese."""
    if chosen() != "en":
        return list(lines)
    return [_line_in_english(line) for line in lines]


def _line_in_english(line: L) -> L:
    ours = {"reason": english_reason, "label": english}
    told_ = {name: say(getattr(line, name)) for name, say in ours.items() if hasattr(line, name)}
    return line.model_copy(update=told_)


@lru_cache(maxsize=4096)
def english(text: str) -> str:
    """One of our sentences in English, or several after one another; the text itself where we do not know it."""
    text = text.strip()
    if not text or not _CHINESE.search(text):
        return text
    for pattern, names, template in _known():
        if (found := pattern.fullmatch(text)) is not None:
            return _filled(template, {name: english(word) for name, word in zip(names, found.groups(), strict=True)})
    for match in re.finditer(r"[。；： ]", text):  # a message and its hint; a file and what is the matter with it
        head, rest = text[: match.end()].rstrip(" ："), text[match.end() :]
        if rest and ((first := english(head)) != head or english(rest) != rest):
            return f"{first}{': ' if match[0] == '：' else ' '}{english(rest)}"
    return text


@lru_cache(maxsize=4096)
def english_reason(text: str) -> str:
    """A reason clause by clause; pieces that are not ours stand between the others as they are."""
    body, _, basis = text.partition("；依据 ")
    body = body.replace("(暂按周末推算)", "，暂按周末推算")
    pieces = [english(piece) for piece in _PAUSE.split(body) if piece]
    told_ = ", ".join(pieces)
    return f"{told_}; basis {english(basis)}" if basis else told_


def _filled(template: str, values: dict[str, str]) -> str:
    return _HOLE.sub(lambda hole: values[hole[1]], template)


@cache
def _known() -> tuple[tuple[re.Pattern[str], tuple[str, ...], str], ...]:
    """Patterns, those that say most before those that are nearly all parameters."""
    found = [(_HOLE.sub("", chinese), chinese, template) for chinese, template in pairs()]
    found.sort(key=lambda item: -len(item[0]))
    return tuple((_pattern(chinese), tuple(_HOLE.findall(chinese)), template) for _, chinese, template in found)


def _pattern(chinese: str) -> re.Pattern[str]:
    parts = _HOLE.split(chinese)
    shaped = (re.escape(part) if at % 2 == 0 else f"({_SHAPES.get(part, '.+?')})" for at, part in enumerate(parts))
    return re.compile("".join(shaped), re.DOTALL)


@cache
def pairs() -> tuple[tuple[str, str], ...]:
    """(Chinese, English) with the same parameters, as drawn in the file: a line of each, blank lines between pairs."""
    found = []
    for block in FILE.read_text("utf-8").split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if lines:
            chinese, template = lines
            found.append((chinese, template))
    return tuple(found)
