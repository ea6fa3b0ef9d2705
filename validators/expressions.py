"""The condition language of schemes: `选址类型 = '标准化厂房' 且 总投资 >= 1亿元 且 有(签约日期)`.

Names are fields by English name or Chinese title; of the parent record as `项目.选址类型`; a title with odd characters
stands in 「…」. Types are checked when the scheme loads, then the text is a closure over a row. A blank cell gives
UNKNOWN, and and/or/not follow Kleene: unknown only where the answer really hangs on the blank.

Rows are mappings canonical name → Decimal, date, str, bool or list of str, blank fields absent; `今天` holds the
injected day, `@<table>` the parent's row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from validators import expression_nodes as nodes
from validators.expression_calls import CHOICES, call
from validators.expression_nodes import Node
from validators.expression_types import (
    DURATION_UNITS,
    MONEY_UNITS,
    NUMERIC,
    PARENT,
    TITLES,
    TODAY,
    UNKNOWN,
    Duration,
    ExpressionError,
    Names,
    Unknown,
    constant_type,
    names_for,
    same_title,
)
from validators.scheme.wording import nearest

__all__ = ["UNKNOWN", "Expression", "ExpressionError", "Unknown", "compile_expression", "names_for"]

_GRAMMAR = r"""
?start: or_
?or_: and_ (_OR and_)*
?and_: not_ (_AND not_)*
?not_: _NOT not_ -> negation | test
?test: sum_ | sum_ COMPARE sum_ -> compare | sum_ IN sum_ -> within | sum_ NOTIN sum_ -> without
?sum_: product | sum_ PLUS product -> add | sum_ MINUS product -> add
?product: factor | product TIMES factor -> add | product OVER factor -> add
?factor: MINUS factor -> negative | atom
?atom: DATE -> date | QUANTITY -> quantity | NUMBER -> number | TEXT -> text | QUOTED_NAME -> quoted
     | TRUE -> true | FALSE -> false
     | NAME _LPAR [expressions] _RPAR -> call | NAME -> name | _LPAR or_ _RPAR
     | _LSQ [expressions] _RSQ -> list
expressions: or_ (_COMMA or_)*

_OR.5: /(or|OR)(?!\w)|或者|或|∨/
_AND.5: /(and|AND)(?!\w)|并且|且|∧/
_NOT.5: /(not|NOT|非)(?!\w)|¬/
IN.5: /(in|IN)(?!\w)|属于/
NOTIN.6: /not\s+in(?!\w)|不属于/
TRUE.5: /(true|真|是)(?![\w.·(（])/
FALSE.5: /(false|假|否)(?![\w.·(（])/
COMPARE: "==" | "=" | "＝" | "!=" | "≠" | "<>" | "<=" | "≤" | "≦" | "<" | "＜" | ">=" | "≥" | "≧" | ">" | "＞"
PLUS: "+" | "＋"
MINUS: "-" | "－" | "−"
TIMES: "*" | "×" | "＊"
OVER: "/" | "÷" | "／"
_LPAR: "(" | "（"
_RPAR: ")" | "）"
_LSQ: "[" | "［" | "【"
_RSQ: "]" | "］" | "】"
_COMMA: "," | "，" | "、"
DATE.4: /\d{4}-\d{1,2}-\d{1,2}/
QUANTITY.3: /\d+(\.\d+)?\s*(%|％|个?工作日|个?月|日|天|周|年|亿元?|万元?|元)/
NUMBER.2: /\d+(\.\d+)?/
TEXT: /'[^'\n]*'|"[^"\n]*"|“[^”\n]*”|‘[^’\n]*’/
QUOTED_NAME: /「[^」\n]+」/
NAME: /[^\W\d]\w*([.·][^\W\d]\w*)*/
%import common.WS
%ignore WS
%ignore /#[^\n]*/
"""
_COMPARISONS = {
    "==": "=",
    "＝": "=",
    "≠": "!=",
    "<>": "!=",
    "≤": "<=",
    "≦": "<=",
    "＜": "<",
    "≥": ">=",
    "≧": ">=",
    "＞": ">",
}
_ARITHMETIC = {"＋": "+", "－": "-", "−": "-", "×": "*", "＊": "*", "÷": "/", "／": "/"}


@dataclass(frozen=True, slots=True)
class Expression:
    """A condition or formula, compiled. `fn(row)` gives a value or UNKNOWN; `type` is one of the five public types."""

    source: str
    reads: frozenset[str]  # canonical names; parents' as "table.field"; 今天 when the day matters
    type: str
    fn: Callable[[Mapping[str, Any]], Any]
    lacks: Callable[[Mapping[str, Any]], frozenset[str]] = lambda _row: frozenset()
    happened: frozenset[str] = frozenset()  # names of dates that count only once they have come
    by_workdays: bool = False  # counts working days

    def missing(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        """What 待补条件 has to ask for, in order: the names on which it hangs that nothing is known of `row`; where that
        cannot be told, those that are blank."""
        blank = [name for name in sorted(self.reads) if value_of(row, name) is None or self._ahead(row, name)]
        decisive = self.lacks(row) if row else frozenset()
        return tuple(name for name in blank if name in decisive) or tuple(blank)

    def _ahead(self, row: Mapping[str, Any], name: str) -> bool:
        """Whether what stands there has not happened yet, and so is not there (B-58)."""
        return name in self.happened and TODAY in row and value_of(row, name) > row[TODAY]


def compile_expression(
    source: str,
    names: Names,
    constants: Mapping[str, Any] | None = None,
    wanted: str = "",
    year_from: int = 1,
    happened: frozenset[str] = frozenset(),
) -> Expression:
    """Compile `source`. `names`: every spelling → (canonical name, type) with type text, number (or money, percent),
    date, bool or list; `constants`: names of fixed values, e.g. a scheme's lists (a column of that name comes first, but
    not after 属于); `wanted`: the type it must have; `year_from`: month in which the reporting year begins;
    `happened`: canonical names of dates that count only once they have come.

    Raises ExpressionError with line, column and what to write instead.
    """
    if not source.strip():
        raise ExpressionError("条件是空的")
    node = _Compiler(names, constants or {}, year_from, happened).compile(parsed(source))
    kind = "number" if node.type in NUMERIC else node.type
    if kind == "duration" or (kind == "list" and node.is_constant):
        raise node.error(f"这里不能只写{TITLES[kind]}")
    if wanted and kind != wanted:
        asked = "条件" if wanted == "bool" else TITLES[wanted]
        raise node.error(f"这里要的是{asked}，写的却是{TITLES[kind]}")
    return Expression(source, node.reads, kind, node.fn, node.lacks, happened, node.by_workdays)


def choices_in(
    source: str, names: Names, constants: Mapping[str, Any] | None = None, year_from: int = 1
) -> list[tuple[Expression, list[Expression]]]:
    """Of each 如果(…) of a formula the condition and what it chooses from, compiled: where a condition is not known, the
    formula is not either."""
    found = []
    for tree in parsed(source).iter_subtrees():
        if tree.data == "call" and str(tree.children[0]) in CHOICES and isinstance(tree.children[1], Tree):
            made = [_Compiler(names, constants or {}, year_from).compile(part) for part in tree.children[1].children]
            condition, *chosen = (Expression(source, node.reads, node.type, node.fn, node.lacks) for node in made)
            found.append((condition, chosen))
    return found


def value_of(row: Mapping[str, Any], name: str) -> Any:
    """What a row holds under a canonical name, of its parent as "table.field"; None when blank."""
    table, dot, inner = name.partition(".")
    if not dot:
        return row.get(name)
    parent = row.get(PARENT + table)
    return parent.get(inner) if parent is not None else None


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", propagate_positions=True, maybe_placeholders=True)


@lru_cache(maxsize=4096)
def parsed(source: str) -> Tree[Token]:
    try:
        return _parser().parse(source)
    except UnexpectedInput as problem:
        raise _syntax_error(problem, source) from None


def _syntax_error(problem: UnexpectedInput, source: str) -> ExpressionError:
    if isinstance(problem, UnexpectedCharacters):
        return ExpressionError(_bad_character(source, problem.pos_in_stream or 0), problem.line, problem.column)
    if isinstance(problem, UnexpectedEOF) or (isinstance(problem, UnexpectedToken) and problem.token.type == "$END"):
        return ExpressionError("条件没有写完，看看括号是否成对、运算符后面是否缺了内容", 1, len(source) + 1)
    token = problem.token if isinstance(problem, UnexpectedToken) else ""
    if isinstance(problem, UnexpectedToken) and problem.token.type == "COMPARE":
        return ExpressionError("不能连着比较，请用“且”分开写，如 x >= 1 且 x < 10", problem.line, problem.column)
    line, column = problem.line, problem.column
    return ExpressionError(f"“{token}”不该在这里；字段之间用 且、或、比较或加减号连接，文字要加引号", line, column)


def _bad_character(source: str, position: int) -> str:
    character = source[position]
    if character in "'\"“‘":
        return "引号没有成对，文字写成 '标准化厂房' 的样子"
    if character in "&|":
        return f"不认识“{character}”，请写 且 或 或"
    return f"不认识“{character}”；标题里有特殊符号时，把整个标题放进「」里"


class _Compiler:
    """One walk over a tree. A method per kind of node, chosen by the rule's name."""

    def __init__(
        self, names: Names, constants: Mapping[str, Any], year_from: int, happened: frozenset[str] = frozenset()
    ) -> None:
        self.year_from, self.happened = year_from, happened
        self.names = names
        self.constants = constants

    def compile(self, tree: Tree[Token] | Token) -> Node:
        assert isinstance(tree, Tree)
        build: Callable[[Tree[Token]], Node] = getattr(self, f"_{tree.data.strip('_')}")
        return build(tree)

    def _or(self, tree: Tree[Token]) -> Node:
        return nodes.logical("or", [self.compile(child) for child in tree.children])

    def _and(self, tree: Tree[Token]) -> Node:
        return nodes.logical("and", [self.compile(child) for child in tree.children])

    def _negation(self, tree: Tree[Token]) -> Node:
        return nodes.negation(self.compile(tree.children[0]))

    def _compare(self, tree: Tree[Token]) -> Node:
        left, op, right = tree.children
        return nodes.compare(_COMPARISONS.get(str(op), str(op)), self.compile(left), self.compile(right))

    def _within(self, tree: Tree[Token]) -> Node:
        return nodes.member(self.compile(tree.children[0]), self._listed(tree.children[2]), negate=False)

    def _without(self, tree: Tree[Token]) -> Node:
        return nodes.member(self.compile(tree.children[0]), self._listed(tree.children[2]), negate=True)

    def _listed(self, tree: Tree[Token] | Token) -> Node:
        """What stands after 属于: there a list's name means the list, also where a column of one value is called so."""
        name, line, column = _spot(tree) if isinstance(tree, Tree) and tree.data == "name" else ("", 1, 1)
        if name not in self.constants or name not in self.names:
            return self.compile(tree)
        if self.names[name][1] == "list":
            told = f"“{name}”既是一列的英文名又是一个下拉，分不清；要看那一列，写它的列名，要看下拉的全部值，给下拉换个名字"
            raise ExpressionError(told, line, column)
        value = self.constants[name]
        return nodes.constant(constant_type(value), value, line, column)

    def _add(self, tree: Tree[Token]) -> Node:
        left, op, right = tree.children
        return nodes.arithmetic(_ARITHMETIC.get(str(op), str(op)), self.compile(left), self.compile(right))

    def _negative(self, tree: Tree[Token]) -> Node:
        return nodes.negative(self.compile(tree.children[1]))

    def _date(self, tree: Tree[Token]) -> Node:
        return nodes.literal_date(*_spot(tree))

    def _number(self, tree: Tree[Token]) -> Node:
        text, line, column = _spot(tree)
        return nodes.constant("number", Decimal(text), line, column)

    def _quantity(self, tree: Tree[Token]) -> Node:
        text, line, column = _spot(tree)
        digits = text.rstrip("％%个工作日月天周年亿万元 \t")
        unit = text[len(digits) :].strip()
        if unit in MONEY_UNITS:
            return nodes.constant("money", Decimal(digits) * MONEY_UNITS[unit], line, column)
        if unit in {"%", "％"}:
            return nodes.constant("number", Decimal(digits) / 100, line, column, percent=True)
        if "." in digits:
            raise ExpressionError(f"“{text}”：时长要写整数", line, column)
        return nodes.constant("duration", Duration(int(digits), DURATION_UNITS[unit]), line, column)

    def _text(self, tree: Tree[Token]) -> Node:
        text, line, column = _spot(tree)
        return nodes.constant("text", text[1:-1], line, column)

    def _true(self, tree: Tree[Token]) -> Node:
        return nodes.constant("bool", True, *_spot(tree)[1:])

    def _false(self, tree: Tree[Token]) -> Node:
        return nodes.constant("bool", False, *_spot(tree)[1:])

    def _quoted(self, tree: Tree[Token]) -> Node:
        text, line, column = _spot(tree)
        return self._named(text[1:-1], line, column)

    def _name(self, tree: Tree[Token]) -> Node:
        return self._named(*_spot(tree))

    def _named(self, name: str, line: int, column: int) -> Node:
        if name in {TODAY, "today"}:
            return nodes.field(TODAY, "date", line, column)
        if name in self.names:
            if self.names[name][0] in self.happened:
                return nodes.happened(self.names[name][0], line, column)
            return nodes.field(*self.names[name], line, column)
        if name in self.constants:
            value = self.constants[name]
            return nodes.constant(constant_type(value), value, line, column)
        raise ExpressionError(self._unknown_name(name), line, column)

    def _unknown_name(self, name: str) -> str:
        for word in ("非", "且", "或"):
            if name.startswith(word) and name[1:] in self.names:
                return f"没有叫“{name}”的字段；是不是“{word} {name[1:]}”？“{word}”后面要空一格"
        if several := same_title(name, self.names):
            return f"叫“{name}”的不止一列，前面写上组名，说明是哪一列：{'、'.join(several)}"
        if told := nearest(name, [*self.names, *self.constants]):
            return f"没有叫“{name}”的字段{told}文字要加引号"
        return f"没有叫“{name}”的字段；如果是文字，请加引号：'{name}'"

    def _list(self, tree: Tree[Token]) -> Node:
        inner = tree.children[0]
        items = [self.compile(child) for child in inner.children] if isinstance(inner, Tree) else []
        meta = tree.meta
        if not items:
            raise ExpressionError("方括号里至少写一个值", meta.line, meta.column)
        for item in items:
            if not item.is_constant:
                raise item.error("方括号里只能写固定的值，如 ['标准化厂房', '独立选址']")
        return nodes.constant("list", tuple(items), meta.line, meta.column)

    def _call(self, tree: Tree[Token]) -> Node:
        name, inner = tree.children
        assert isinstance(name, Token)
        arguments = [self.compile(child) for child in inner.children] if isinstance(inner, Tree) else []
        return call(str(name), arguments, name.line or 1, name.column or 1, self.year_from)


def _spot(tree: Tree[Token]) -> tuple[str, int, int]:
    token = tree.children[0]
    assert isinstance(token, Token)
    return str(token), token.line or 1, token.column or 1
