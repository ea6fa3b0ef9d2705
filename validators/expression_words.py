"""Which words a condition holds against which names: 选址 = '租用厂房', 手续灯 属于 ['黄灯', '红灯'], '食品' 属于 行业.

For checks of a scheme: a word that its column can never hold is a slip of the pen that no type would show.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from lark import Token, Tree

from validators.expressions import parsed

_EQUAL = frozenset({"=", "==", "＝", "!=", "≠", "<>"})
_CONTAINS = frozenset({"包含", "contains"})


class Compared(NamedTuple):
    """A word and the name it is held against, as they are written. `listed`: the column holds several values."""

    name: str
    word: str
    line: int
    column: int
    listed: bool


@lru_cache(maxsize=4096)
def compared(source: str) -> tuple[Compared, ...]:
    """In the order of the text. ExpressionError when it cannot be read."""
    if not any(quote in source for quote in "'\"“‘"):  # no word at all: the usual case
        return ()
    return tuple(_found(parsed(source)))


def _found(tree: Tree[Token] | Token) -> Iterator[Compared]:
    if not isinstance(tree, Tree):
        return
    children = tree.children
    kind = tree.data.strip("_")
    if kind == "compare" and str(children[1]) in _EQUAL:
        yield from _pairs(children[0], children[2])
        yield from _pairs(children[2], children[0])
    elif kind in ("within", "without"):
        yield from _pairs(children[0], children[2])
        yield from _pairs(children[2], children[0], listed=True)
    elif kind == "call" and str(children[0]) in _CONTAINS and isinstance(children[1], Tree):
        arguments = children[1].children
        if len(arguments) == 2:
            yield from _pairs(arguments[0], arguments[1], listed=True)
    for child in children:
        yield from _found(child)


def _pairs(named: Tree[Token] | Token, words: Tree[Token] | Token, listed: bool = False) -> Iterator[Compared]:
    """The words on one side with the bare name on the other."""
    name = _name(named)
    if not name or not isinstance(words, Tree):
        return
    if words.data == "list" and words.children and isinstance(words.children[0], Tree):
        for item in words.children[0].children:
            yield from _pairs(named, item, listed)
    elif words.data == "text":
        token = words.children[0]
        assert isinstance(token, Token)
        yield Compared(name, str(token)[1:-1], token.line or 1, token.column or 1, listed)


def _name(tree: Tree[Token] | Token) -> str:
    if not isinstance(tree, Tree) or tree.data not in ("name", "quoted"):
        return ""
    text = str(tree.children[0])
    return text[1:-1] if tree.data == "quoted" else text
