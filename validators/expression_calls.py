"""Function calls in expressions → nodes: arguments counted and checked, blanks and choices treated their own way."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from validators.calendar import default_calendar
from validators.expression_blanks import Fn, Row, all_there, date_come, field_there, first_there
from validators.expression_functions import FIRST, FUNCTIONS, PRESENCE, Function
from validators.expression_nodes import Node, expect_bool, getter, mismatch
from validators.expression_types import CALENDAR, NUMERIC, TITLES, UNKNOWN, ExpressionError, same_kind

FILLED = frozenset({"已填", "未填"})
CHOICES = frozenset({"如果", "if"})


def call(name: str, arguments: list[Node], line: int, column: int, year_from: int = 1) -> Node:
    """A function call, its arguments counted and checked."""
    reads: frozenset[str] = frozenset().union(*(node.reads for node in arguments))
    if name in PRESENCE:
        there = _presence(name, arguments, line, column)
        return Node("bool", there, reads, parts=tuple(arguments), line=line, column=column)
    if name in FIRST:
        return _first(name, arguments, reads, line, column)
    if name in CHOICES:
        return _choice(name, arguments, reads, line, column)
    function = FUNCTIONS.get(name)
    if function is None:
        raise ExpressionError(f"没有叫“{name}”的函数；可用的有：{'、'.join(_chinese_functions())}", line, column)
    kind = _check_arguments(name, function, arguments, line, column)
    fns = tuple(node.fn for node in arguments)
    compute = partial(function.call, year_from=year_from) if function.of_year else function.call
    if function.of_calendar:
        parts, counts = tuple(arguments), function.workdays
        return Node(kind, _with_calendar(compute, fns), reads, parts=parts, workdays=counts, line=line, column=column)

    def called(row: Row) -> Any:
        values = [f(row) for f in fns]
        return UNKNOWN if UNKNOWN in values else compute(*values)

    return Node(kind, called, reads, parts=tuple(arguments), line=line, column=column)


def _with_calendar(compute: Callable[..., Any], fns: tuple[Fn, ...]) -> Fn:
    """A function that counts working days: it is given the row's calendar first."""

    def called(row: Row) -> Any:
        values = [f(row) for f in fns]
        return UNKNOWN if UNKNOWN in values else compute(row.get(CALENDAR) or default_calendar(), *values)

    return called


def _presence(name: str, arguments: list[Node], line: int, column: int) -> Fn:
    if not arguments:
        raise ExpressionError(f"“{name}”括号里要写字段名，如 {name}(签约日期)", line, column)
    wanted = PRESENCE[name]
    if len(arguments) == 1 and arguments[0].field and "." not in arguments[0].field:
        return field_there(arguments[0].field, wanted)
    if len(arguments) == 1 and arguments[0].cell and "." not in arguments[0].cell and name not in FILLED:
        return date_come(arguments[0].cell, wanted)
    plain = name in FILLED  # whether anything stands in the cell, also what does not count yet
    return all_there(
        [(getter(node.cell) if plain and node.cell else node.fn, node.reads) for node in arguments], wanted
    )


def _first(name: str, arguments: list[Node], reads: frozenset[str], line: int, column: int) -> Node:
    if len(arguments) < 2:
        raise ExpressionError(
            f"“{name}”取第一个不空的值，至少写两个，如 {name}(正式投产日期, 试生产日期)", line, column
        )
    head = arguments[0]
    for node in arguments[1:]:
        if not same_kind(head.type, node.type):
            raise mismatch(head, node)
    first = first_there([(node.fn, node.reads) for node in arguments])
    return Node(head.type, first, reads, parts=tuple(arguments), line=line, column=column)


def _choice(name: str, arguments: list[Node], reads: frozenset[str], line: int, column: int) -> Node:
    if len(arguments) != 3:
        raise ExpressionError(f"“{name}”要三项：条件、成立时的值、不成立时的值", line, column)
    condition, yes, no = arguments
    expect_bool(condition)
    if not same_kind(yes.type, no.type):
        raise mismatch(yes, no)
    f, g, h = condition.fn, yes.fn, no.fn

    def chosen(row: Row) -> Any:
        truth = f(row)
        return UNKNOWN if truth is UNKNOWN else (g(row) if truth else h(row))

    return Node(yes.type, chosen, reads, parts=tuple(arguments), chooses=True, line=line, column=column)


def _chinese_functions() -> list[str]:
    return [name for name in (*PRESENCE, *FUNCTIONS, "首个", "如果") if not name.isascii()]


def _check_arguments(name: str, function: Function, arguments: list[Node], line: int, column: int) -> str:
    wanted = len(function.takes)
    if len(arguments) < wanted or (len(arguments) > wanted and not function.many):
        raise ExpressionError(f"“{name}”括号里应有{wanted}项，如 {function.example}", line, column)
    for position, node in enumerate(arguments):
        if not _fits(node.type, function.takes[min(position, wanted - 1)]):
            raise node.error(f"“{name}”这里不能用{TITLES[node.type]}，应写成 {function.example}")
    if function.many and any(not same_kind(arguments[0].type, node.type) for node in arguments):
        raise ExpressionError(f"“{name}”的各项应是同一种类型", line, column)
    return arguments[-1].type if function.gives == "=" else function.gives


def _fits(kind: str, wanted: str) -> bool:
    if wanted == "number":
        return kind in NUMERIC
    if wanted == "ordered":
        return kind in NUMERIC or kind == "date"
    if wanted == "sized":
        return kind in {"text", "list"}
    return kind == wanted
