"""Tokens of a formula → a tree. Precedence as in spreadsheets: comparison, &, + -, * /, ^, sign, percent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Union

from sync.backends.google.emulator.cells import Err, Value
from sync.backends.google.emulator.formula import Formula, Malformed, Ref, Token


@dataclass(frozen=True, slots=True)
class Literal:
    value: Value


@dataclass(frozen=True, slots=True)
class RefNode:
    ref: Ref


@dataclass(frozen=True, slots=True)
class Name:
    text: str


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: tuple[Node | None, ...]  # None: an argument left out, as in IF(x,,y)


@dataclass(frozen=True, slots=True)
class Operation:
    sign: str
    left: Node
    right: Node | None = None  # None: a sign before, or % behind


@dataclass(frozen=True, slots=True)
class Literals:
    """{1,2;3,4}: rows of nodes."""

    rows: tuple[tuple[Node, ...], ...]


Node = Union[Literal, RefNode, Name, Call, Operation, Literals]  # noqa: UP007 - a plain alias of forward names

_BINARY = {"=": 1, "<>": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}
_ERRORS = {
    "#REF!": "REF", "#N/A": "N_A", "#NAME?": "NAME", "#VALUE!": "VALUE", "#DIV/0!": "DIVIDE_BY_ZERO", "#NUM!": "NUM",
}  # fmt: skip


def tree_of(formula: Formula) -> Node:
    """The tree of a formula, made once. Malformed when it is none."""
    known: Node | None = formula.__dict__.get("tree")
    if known is None:
        known = formula.__dict__["tree"] = _tree(formula)
    return known


def _tree(formula: Formula) -> Node:
    if formula.broken:
        raise Malformed(formula.broken)
    parser = _Parser([token for token in formula.tokens if token.kind != "space"])
    node = parser.expression(0)
    if parser.at < len(parser.tokens):
        raise Malformed("something stands behind the end")
    return node


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens, self.at = tokens, 0

    def peek(self) -> str:
        return self.tokens[self.at].text if self.at < len(self.tokens) and self._is_sign() else ""

    def _is_sign(self) -> bool:
        return self.tokens[self.at].kind == "op"

    def take(self) -> Token:
        if self.at >= len(self.tokens):
            raise Malformed("ends too early")
        self.at += 1
        return self.tokens[self.at - 1]

    def want(self, sign: str) -> None:
        if self.peek() != sign:
            raise Malformed(f"{sign} is missing")
        self.at += 1

    def expression(self, least: int) -> Node:
        left = self.unary()
        while (power := _BINARY.get(self.peek(), 0)) > least:
            sign = self.take().text
            left = Operation(sign, left, self.expression(power))
        return left

    def unary(self) -> Node:
        if self.peek() in ("-", "+"):
            sign = self.take().text
            return Operation("neg" if sign == "-" else "pos", self.expression(5))
        node = self.atom()
        while self.peek() == "%":
            self.take()
            node = Operation("%", node)
        return node

    def atom(self) -> Node:
        token = self.take()
        if token.kind == "number":
            return Literal(float(token.text))
        if token.kind == "string":
            return Literal(token.text[1:-1].replace('""', '"'))
        if token.kind == "error":
            return Literal(Err(_ERRORS.get(token.text, "ERROR")))
        if token.ref is not None:
            return RefNode(token.ref)
        if token.kind == "name":
            return self.named(token.text)
        if token.text == "(":
            node = self.expression(0)
            self.want(")")
            return node
        if token.text == "{":
            return self.array()
        raise Malformed(f"{token.text} is not expected here")

    def named(self, text: str) -> Node:
        if self.peek() != "(":
            upper = text.upper()
            return Literal(upper == "TRUE") if upper in ("TRUE", "FALSE") else Name(text)
        self.take()
        arguments: list[Node | None] = []
        if self.peek() == ")":
            self.take()
            return Call(text.upper(), ())
        while True:
            arguments.append(None if self.peek() in (",", ")") else self.expression(0))
            if self.peek() == ")":
                self.take()
                return Call(text.upper(), tuple(arguments))
            self.want(",")

    def array(self) -> Node:
        rows: list[tuple[Node, ...]] = []
        row: list[Node] = []
        while True:
            row.append(self.expression(0))
            sign = self.take().text
            if sign == ",":
                continue
            rows.append(tuple(row))
            row = []
            if sign == "}":
                return Literals(tuple(rows))
            if sign != ";":
                raise Malformed("an array is not closed")
