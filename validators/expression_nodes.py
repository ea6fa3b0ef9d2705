"""From a parse tree to closures: every node knows its type, what it reads and how to compute itself.

Comparisons of a field with a constant, by far the most frequent, get a closure of their own (one dictionary look-up,
one comparison); everything else is built from the general pieces.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, DivisionByZero, InvalidOperation
from typing import Any

from validators.calendar import default_calendar
from validators.expression_blanks import Fn, Row
from validators.expression_types import (
    CALENDAR,
    NUMERIC,
    ORDERED,
    PARENT,
    TITLES,
    TODAY,
    UNKNOWN,
    Duration,
    ExpressionError,
    same_kind,
)

_NOT_CONSTANT: Any = object()
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


@dataclass(frozen=True, slots=True)
class Node:
    """`constant` is set for literals; `field` is the canonical name when the node is a bare field."""

    type: str
    fn: Fn
    reads: frozenset[str] = frozenset()
    constant: Any = _NOT_CONSTANT
    field: str = ""
    percent: bool = False  # a literal written with %
    cell: str = ""  # the field whose cell it looks at, where what stands there does not always count
    parts: tuple[Node, ...] = ()  # what it is made of
    chooses: bool = False  # 如果: the first part says which of the others counts
    workdays: bool = False  # it counts working days itself
    line: int = 1
    column: int = 1

    @property
    def is_constant(self) -> bool:
        return self.constant is not _NOT_CONSTANT

    @property
    def by_workdays(self) -> bool:
        """Whether working days are counted anywhere in it: in a year without its notice they are assumed."""
        return self.workdays or any(part.by_workdays for part in self.parts)

    def lacks(self, row: Row) -> frozenset[str]:
        """Fields whose knowledge could settle what is unknown of this row: a blank that answers 为空(…) is no lack."""
        if self.fn(row) is not UNKNOWN:
            return frozenset()
        if not self.parts:
            return self.reads
        parts = self.parts
        if self.chooses:
            truth = parts[0].fn(row)
            parts = (parts[0] if truth is UNKNOWN else parts[1] if truth else parts[2],)
        return frozenset[str]().union(*(part.lacks(row) for part in parts))

    def error(self, message: str) -> ExpressionError:
        return ExpressionError(message, self.line, self.column)


def constant(kind: str, value: Any, line: int, column: int, percent: bool = False) -> Node:
    return Node(kind, lambda _row: value, constant=value, percent=percent, line=line, column=column)


def field(name: str, kind: str, line: int, column: int) -> Node:
    fetch = _truth(name) if kind == "bool" else getter(name)
    return Node(kind, fetch, frozenset({name}), field=name, line=line, column=column)


def happened(name: str, line: int, column: int) -> Node:
    """A field of an actual date that counts from its day on: one after 今天 is not there yet (B-58)."""
    fetch = getter(name)
    if "." not in name:

        def own_past(row: Row) -> Any:
            day = row.get(name)
            return UNKNOWN if day is None or ((today := row.get(TODAY)) is not None and day > today) else day

        return Node("date", own_past, frozenset({name}), line=line, column=column, cell=name)

    def past(row: Row) -> Any:
        day, today = fetch(row), row.get(TODAY)
        return UNKNOWN if day is not UNKNOWN and today is not None and day > today else day

    return Node("date", past, frozenset({name}), line=line, column=column, cell=name)


def getter(name: str) -> Fn:
    """What stands in a field of the row, or (表.字段) of its parent."""
    table, dot, inner = name.partition(".")
    if not dot:

        def own(row: Row) -> Any:
            value = row.get(name)
            return UNKNOWN if value is None else value

        return own
    key = PARENT + table

    def of_parent(row: Row) -> Any:
        parent = row.get(key)
        value = parent.get(inner) if parent is not None else None
        return UNKNOWN if value is None else value

    return of_parent


def _truth(name: str) -> Fn:
    """Whether a field of the row or of its parent says 是."""
    if "." not in name:

        def own(row: Row) -> Any:
            value = row.get(name)
            return UNKNOWN if value is None else value is True or value == "是"

        return own
    fetch = getter(name)

    def truth(row: Row) -> Any:
        value = fetch(row)
        return value if value is UNKNOWN else value is True or value == "是"

    return truth


def _binary(left: Node, right: Node, kind: str, fn: Fn) -> Node:
    return Node(kind, fn, left.reads | right.reads, parts=(left, right), line=left.line, column=left.column)


def _strict(op: Callable[[Any, Any], Any], left: Node, right: Node) -> Fn:
    if _is_own(left) and _is_own(right):
        return _with_each_other(op, left.field, right.field)
    f, g = left.fn, right.fn

    def both(row: Row) -> Any:
        a = f(row)
        if a is UNKNOWN:
            return UNKNOWN
        b = g(row)
        return UNKNOWN if b is UNKNOWN else op(a, b)

    return both


def _is_own(node: Node) -> bool:
    """A bare field of the row itself, taken as it stands there."""
    return bool(node.field) and "." not in node.field and node.type != "bool"


def _with_each_other(op: Callable[[Any, Any], Any], first: str, second: str) -> Fn:
    def compare(row: Row) -> Any:
        a = row.get(first)
        if a is None:
            return UNKNOWN
        b = row.get(second)
        return UNKNOWN if b is None else op(a, b)

    return compare


def _with_constant(op: Callable[[Any, Any], Any], name: str, value: Any) -> Fn:
    def compare(row: Row) -> Any:
        found = row.get(name)
        return UNKNOWN if found is None else op(found, value)

    return compare


# comparison ------------------------------------------------------------------


def compare(op: str, left: Node, right: Node) -> Node:
    left, right = _meet(left, right)
    if not same_kind(left.type, right.type):
        raise mismatch(left, right)
    if op not in {"=", "!="} and left.type not in ORDERED:
        raise right.error(f"“{op}”不能用来比较{TITLES[left.type]}，只能用 = 或 ≠")
    if left.type == "duration":
        raise left.error("两个时长不能直接比较，请写成 天数(起, 止) > 30")
    call = _OPERATORS[op]
    plain = _is_own(left) and right.is_constant
    fn = _with_constant(call, left.field, right.constant) if plain else _strict(call, left, right)
    return _binary(left, right, "bool", fn)


def _meet(left: Node, right: Node) -> tuple[Node, Node]:
    """Literals take the sense of what stands beside them: 55%, 30日, '是'."""
    return _adapt(left, right), _adapt(right, left)


def _adapt(node: Node, beside: Node) -> Node:
    if not node.is_constant:
        return node
    if node.percent and beside.type == "percent" and not beside.is_constant:
        return replace(node, constant=node.constant * 100, fn=lambda _row: node.constant * 100, percent=False)
    if node.type == "duration" and beside.type in NUMERIC:
        days = Decimal(_days_of(node))
        return replace(node, type="number", constant=days, fn=lambda _row: days)
    if node.type == "text" and beside.type == "bool" and node.constant in {"是", "否"}:
        truth = node.constant == "是"
        return replace(node, type="bool", constant=truth, fn=lambda _row: truth)
    return node


def _days_of(node: Node) -> int:
    count, unit = node.constant
    if unit not in {"日", "周"}:
        raise node.error(f"“{count}{unit}”长短不定，不能与天数比较；请写天数，如 30日，或写成 日期 + {count}{unit}")
    return int(count * 7 if unit == "周" else count)


def mismatch(left: Node, right: Node) -> ExpressionError:
    """What is wrong with two values of different kinds side by side."""
    if "list" in {left.type, right.type}:
        return right.error("一边有多个值，不能用 = 比较；请写 包含(字段, '值') 或 '值' 属于 字段")
    if {left.type, right.type} == {"date", "text"}:
        return right.error("日期要与日期比较，日期不加引号，如 2025-06-30")
    if {left.type, right.type} == {"bool", "text"}:
        return right.error("这是“是/否”字段，请写 = '是' 或 = '否'，或只写字段名")
    hint = "；文字要加引号，数字不加引号" if "text" in {left.type, right.type} else ""
    return right.error(f"{TITLES[left.type]}不能与{TITLES[right.type]}比较{hint}")


def member(left: Node, right: Node, negate: bool) -> Node:
    """`x 属于 [a, b]` or `x 属于 多值字段`."""
    if right.type != "list":
        raise right.error("“属于”后面应是方括号里的几个值，如 属于 ['标准化厂房', '独立选址']")
    if not right.is_constant:
        if left.type != "text":
            raise left.error("“属于”一个多值字段时，前面应是文字")
        call: Callable[[Any, Any], Any] = (lambda a, b: a not in b) if negate else (lambda a, b: a in b)
        return _binary(left, right, "bool", _strict(call, left, right))
    values = _members(left, right)
    f = left.fn

    def within(row: Row) -> Any:
        value = f(row)
        return UNKNOWN if value is UNKNOWN else (value in values) is not negate

    return _binary(left, right, "bool", within)


def _members(left: Node, right: Node) -> frozenset[Any]:
    items = right.constant
    adapted = [compare("=", left, item) and _adapt(item, left).constant for item in items if isinstance(item, Node)]
    return frozenset(adapted) if adapted else frozenset(items)


# arithmetic ------------------------------------------------------------------


def arithmetic(op: str, left: Node, right: Node) -> Node:
    if "date" in {left.type, right.type}:
        return _dates(op, left, right)
    for node in (left, right):
        if node.type not in NUMERIC:
            raise node.error(f"“{op}”只能用于数字和日期，这里是{TITLES[node.type]}")
    if op == "/":
        return _binary(left, right, "number", _strict(_divide, left, right))
    kind = _result_type(op, left, right)
    if kind == "percent":
        left, right = _meet(left, right)
    return _binary(left, right, kind, _strict(_OPERATORS[op], left, right))


def _result_type(op: str, left: Node, right: Node) -> str:
    kinds = {left.type, right.type}
    if "money" in kinds and not (op == "*" and kinds == {"money"}):
        return "money"
    return "percent" if "percent" in kinds and op != "*" else "number"


def _divide(a: Decimal, b: Decimal) -> Any:
    """No ratio over zero: unknown, not 0 % and not an error (B-54)."""
    try:
        return a / b
    except (DivisionByZero, InvalidOperation, ZeroDivisionError):
        return UNKNOWN


def _dates(op: str, left: Node, right: Node) -> Node:
    if op == "-" and left.type == right.type == "date":
        return _binary(left, right, "number", _strict(lambda a, b: Decimal((a - b).days), left, right))
    if op not in {"+", "-"} or left.type != "date":
        raise left.error("日期只能加减时长（如 签约日期 + 3个月）或减日期（如 今天 - 签约日期）")
    if right.type in NUMERIC:
        raise right.error(
            "日期加减要写明单位，如 签约日期 + 30日、+ 3个月、+ 5个工作日；天数是算出来的，写 加日(签约日期, 天数)"
        )
    if right.type != "duration":
        raise right.error(f"日期后面加减的应是时长，如 3个月；这里是{TITLES[right.type]}")
    made = _binary(left, right, "date", _shift(left.fn, right.constant, -1 if op == "-" else 1))
    return replace(made, workdays=right.constant.unit == "工作日")


def _shift(fetch: Fn, length: Duration, sign: int) -> Fn:
    count, unit = length.length * sign, length.unit

    def shifted(row: Row) -> Any:
        start = fetch(row)
        if start is UNKNOWN:
            return UNKNOWN
        return (row.get(CALENDAR) or default_calendar()).add(start, count, unit).day

    return shifted


def negative(node: Node) -> Node:
    if node.type not in NUMERIC:
        raise node.error(f"负号后面应是数字，这里是{TITLES[node.type]}")
    f = node.fn
    if node.is_constant:
        return replace(node, constant=-node.constant, fn=lambda _row: -node.constant)
    return replace(node, fn=lambda row: UNKNOWN if (v := f(row)) is UNKNOWN else -v, field="", parts=(node,))


# logic -----------------------------------------------------------------------


def logical(op: str, parts: list[Node]) -> Node:
    """Kleene: one false makes `且` false and one true makes `或` true, whatever is unknown beside it."""
    for node in parts:
        expect_bool(node)
    stop = op == "or"
    fns = tuple(node.fn for node in parts)
    reads = frozenset().union(*(node.reads for node in parts))
    if len(fns) == 2:
        return Node("bool", _two(stop, *fns), reads, parts=tuple(parts), line=parts[0].line, column=parts[0].column)

    def joined(row: Row) -> Any:
        unknown = False
        for f in fns:
            value = f(row)
            if value is stop:
                return stop
            if value is UNKNOWN:
                unknown = True
        return UNKNOWN if unknown else not stop

    return Node("bool", joined, reads, parts=tuple(parts), line=parts[0].line, column=parts[0].column)


def _two(stop: bool, f: Fn, g: Fn) -> Fn:
    """The same for two parts, the most frequent case."""

    def joined(row: Row) -> Any:
        one = f(row)
        if one is stop:
            return stop
        other = g(row)
        if other is stop:
            return stop
        return UNKNOWN if one is UNKNOWN or other is UNKNOWN else not stop

    return joined


def negation(node: Node) -> Node:
    expect_bool(node)
    f = node.fn
    return Node(
        "bool",
        lambda row: v if (v := f(row)) is UNKNOWN else not v,
        node.reads,
        parts=(node,),
        line=node.line,
        column=node.column,
    )


def expect_bool(node: Node) -> None:
    """ExpressionError when it is no condition."""
    if node.type != "bool":
        raise node.error(f"这里应是一个条件，现在是{TITLES[node.type]}；例如写 有(签约日期) 或 总投资 >= 1亿元")


def literal_date(text: str, line: int, column: int) -> Node:
    year, month, day = (int(part) for part in text.split("-"))
    try:
        return constant("date", date(year, month, day), line, column)
    except ValueError:
        raise ExpressionError(f"“{text}”没有这一天，日期写成 2025-06-30 的样子", line, column) from None
