"""Computing formulas: trees → functions of a position in the result, so that a column is computed row by row.

Inside ARRAYFORMULA a range stands for its value at the same place; functions that look at whole ranges (XLOOKUP, SUM)
get them whole. An array is as high as its highest range, to the end of the sheet where that is open below.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from sync.backends.google.emulator.cells import Err, Value
from sync.backends.google.emulator.entry import CELL_LIMIT
from sync.backends.google.emulator.formula import Formula, Malformed, Ref
from sync.backends.google.emulator.functions import (
    GATHERING,
    LOOKING,
    STRICT,
    VALUE_ERROR,
    FormulaError,
    as_bool,
    as_number,
    as_text,
    equal,
    less,
)
from sync.backends.google.emulator.syntax import Call, Literal, Literals, Name, Node, Operation, RefNode, tree_of

_EPOCH = date(1899, 12, 30).toordinal()
At = Callable[[int, int], Value]
Index = dict[object, int]  # value → its first place in a range


class Reader(Protocol):
    """What a formula may look at."""

    def value(self, sheet: int, row: int, column: int) -> Value: ...
    def shown(self, sheet: int, row: int, column: int) -> str: ...
    def size(self, sheet: int) -> tuple[int, int]: ...
    def used(self, sheet: int) -> int:
        """Rows down to the last one with anything in it."""
        ...

    def day(self) -> date: ...
    def index(self, key: object, make: Callable[[], Index]) -> Index:
        """What was made from cells of this version of the book, made once."""
        ...


class Expr(NamedTuple):
    """A computable piece: its size and its value at a place. A size of 1 × 1 is the same everywhere."""

    height: int
    width: int
    at: At


class Area(NamedTuple):
    sheet: int
    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Result:
    """What a formula comes to: a value, or more of them to be spilled. `rest` stands in all rows below `rows`."""

    rows: list[list[Value]]
    height: int = 1
    rest: Value = None

    @property
    def first(self) -> Value:
        return self.rows[0][0]


def compute(formula: Formula, reader: Reader, sheet: int, row: int, column: int) -> Result:
    """Compute the formula that stands in a cell. Errors are values."""
    place = (sheet, row, column)
    # taken out while it is in use: whoever comes meanwhile makes his own
    compiler: _Compiler | None = formula.__dict__.pop("compiled", None)
    try:
        if compiler is None or not compiler.fits(reader, place):
            compiler = _Compiler(reader, *place)
            compiler.compile(tree_of(formula))
        return compiler.result()
    except Malformed:
        return Result([[Err("ERROR", "Formula parse error.")]])
    except FormulaError as found:
        return Result([[found.error]])
    finally:
        if compiler is not None and compiler.whole is not None:
            compiler.rest()
            formula.__dict__["compiled"] = compiler


def holds(formula: Formula, reader: Reader, sheet: int, origin: tuple[int, int], place: tuple[int, int]) -> bool:
    """Whether a conditional format's formula, written for `origin`, is true at `place`."""
    try:
        compiler = _Compiler(reader, sheet, *place, shift=(place[0] - origin[0], place[1] - origin[1]))
        return as_bool(compiler.expression(tree_of(formula), spread=False).at(0, 0))
    except (FormulaError, Malformed):
        return False


def _safe(at: At, i: int, j: int) -> Value:
    try:
        return at(i, j)
    except FormulaError as found:
        return found.error


def _held(at: At, i: int, j: int) -> Value:
    """What a cell can hold of it."""
    value = _safe(at, i, j)
    if isinstance(value, str) and len(value) > CELL_LIMIT:
        return Err("VALUE", f"Text result is longer than the limit of {CELL_LIMIT} characters.")
    return value


class _Compiler:
    """Compiles one formula at one place."""

    def __init__(self, reader: Reader, sheet: int, row: int, column: int, shift: tuple[int, int] = (0, 0)) -> None:
        self.reader, self.sheet, self.row, self.column, self.shift = reader, sheet, row, column, shift
        self.names: dict[str, Expr] = {}
        self.whole: Expr | None = None  # what was compiled
        self._sizes: dict[int, tuple[int, int]] = {}  # of the sheets it looks at
        self._reach: set[tuple[int, int]] = set()  # (sheet, first row) of the ranges that are gone through row by row
        self._down = self._above = 0  # rows that stand above a range inside {…;…}
        self._memories: list[dict[tuple[int, int], Value]] = []

    def fits(self, reader: Reader, place: tuple[int, int, int]) -> bool:
        """Take what was compiled for another version of the book, where it is still right there."""
        if (self.sheet, self.row, self.column) != place:
            return False
        self.reader = reader
        return all(reader.size(sheet) == size for sheet, size in self._sizes.items())

    def compile(self, tree: Node) -> None:
        self.whole = self.expression(tree, spread=False)
        self._above = self._down

    def rest(self) -> None:
        """Let go of everything that belongs to one version of the book."""
        del self.reader
        for memory in self._memories:
            memory.clear()

    def result(self) -> Result:
        """All its values: down to the last row of what it looks at, and one for the blank rows below."""
        whole = self.whole
        assert whole is not None
        if whole.height == 1 and whole.width == 1:
            return Result([[_held(whole.at, 0, 0)]])
        used = max((self.reader.used(sheet) - top for sheet, top in self._reach), default=self.reader.used(self.sheet))
        filled = min(whole.height, max(used + self._above, 0) + 1)
        rows = [[_held(whole.at, i, j) for j in range(whole.width)] for i in range(filled)]
        rest = _held(whole.at, filled, 0) if filled < whole.height else None
        return Result(rows, whole.height, rest)

    def expression(self, node: Node | None, spread: bool) -> Expr:
        """`spread`: whether ranges stand for their values place by place (inside ARRAYFORMULA)."""
        match node:
            case None:
                return _constant(None)
            case Literal(value):
                return _constant(value)
            case RefNode(ref):
                return self.reference(ref, spread)
            case Name(text):
                if text.casefold() in self.names:
                    return self.names[text.casefold()]
                return _constant(Err("NAME", f"Unknown range name: '{text.upper()}'."))
            case Operation(sign, left, right):
                return self.operation(sign, left, right, spread)
            case Literals(rows):
                return self.literals(rows, spread)
            case Call(name, arguments):
                return self.call(name, arguments, spread)

    # references ---------------------------------------------------------------------------------------------------

    def area(self, ref: Ref) -> Area:
        sheet = self.sheet if ref.sheet is None else ref.sheet
        rows, columns = self._sizes[sheet] = self.reader.size(sheet)
        down, across = self.shift
        last = ref.last or ref.first

        def row(point: object, default: int) -> int:
            value = point.row  # type: ignore[attr-defined]
            return default if value is None else value + (0 if point.fixed_row else down)  # type: ignore[attr-defined]

        def column(point: object, default: int) -> int:
            value = point.column  # type: ignore[attr-defined]
            return default if value is None else value + (0 if point.fixed_column else across)  # type: ignore[attr-defined]

        top, bottom = row(ref.first, 0), row(last, rows - 1)
        left, right = column(ref.first, 0), column(last, columns - 1)
        return Area(sheet, min(top, bottom), min(left, right), max(top, bottom) + 1, max(left, right) + 1)

    def reference(self, ref: Ref, spread: bool) -> Expr:
        sheet, top, left, bottom, right = self.area(ref)
        if ref.single:
            return Expr(1, 1, lambda i, j: self.reader.value(sheet, top, left))
        if spread:
            height, width = bottom - top, right - left
            if height > 1:
                self._reach.add((sheet, top))
            if height > 1 and width == 1:
                return Expr(height, 1, lambda i, j: self.reader.value(sheet, top + i, left))
            down, across = int(height > 1), int(width > 1)
            return Expr(height, width, lambda i, j: self.reader.value(sheet, top + i * down, left + j * across))
        if right - left == 1 and top <= self.row < bottom:  # the value beside the formula
            return Expr(1, 1, lambda i, j: self.reader.value(sheet, self.row, left))
        return _constant(Err("VALUE", "An array value could not be found."))

    def values(self, node: Node | None, spread: bool) -> list[Value]:
        """All values of an argument, for functions that take ranges whole."""
        if isinstance(node, RefNode):
            sheet, top, left, bottom, right = self.area(node.ref)
            bottom = min(bottom, self.reader.used(sheet))
            value = self.reader.value
            return [value(sheet, row, column) for row in range(top, bottom) for column in range(left, right)]
        found = self.expression(node, spread)
        height = min(found.height, self.reader.used(self.sheet) + 1) if found.height > 1 else 1
        return [found.at(i, j) for i in range(height) for j in range(found.width)]

    # operations ---------------------------------------------------------------------------------------------------

    def operation(self, sign: str, left: Node, right: Node | None, spread: bool) -> Expr:
        first = self.expression(left, spread)
        if right is None:
            one = _SIGNS[sign]
            return Expr(first.height, first.width, lambda i, j: one(as_number(first.at(i, j))))
        second, two = self.expression(right, spread), _OPERATIONS[sign]
        a, b = first.at, second.at
        return _sized((first, second), lambda i, j: two(a(i, j), b(i, j)))

    def literals(self, rows: tuple[tuple[Node, ...], ...], spread: bool) -> Expr:
        """{…;…}: pieces above each other; the last one may be open below."""
        parts = [[self.expression(node, spread) for node in row] for row in rows]
        heights = [max(part.height for part in row) for row in parts]
        starts = [sum(heights[:index]) for index in range(len(heights))]
        self._down += starts[-1]
        width = max(sum(part.width for part in row) for row in parts)

        def at(i: int, j: int) -> Value:
            band = max(index for index, start in enumerate(starts) if start <= i)
            for part in parts[band]:
                if j < part.width:
                    return part.at(i - starts[band], j)
                j -= part.width
            return Err("REF")

        return Expr(sum(heights), width, at)

    # functions ----------------------------------------------------------------------------------------------------

    def call(self, name: str, arguments: tuple[Node | None, ...], spread: bool) -> Expr:
        special = getattr(self, "do_" + name.lower().replace(".", "_"), None)
        if special is not None:
            found: Expr = special(arguments, spread)
            return found
        if name in STRICT:
            return self.scalar(name, *STRICT[name], arguments, spread, strict=True)
        if name in LOOKING:
            return self.scalar(name, *LOOKING[name], arguments, spread, strict=False)
        if name in GATHERING:
            gather = GATHERING[name]
            return Expr(1, 1, lambda i, j: gather([v for item in arguments for v in self.values(item, spread)]))
        return _constant(Err("NAME", f"Unknown function: '{name}'."))

    def scalar(
        self, name: str, function: Callable[..., Value], fewest: int, most: int,
        arguments: tuple[Node | None, ...], spread: bool, *, strict: bool,
    ) -> Expr:  # fmt: skip
        if not fewest <= len(arguments) <= most:
            return _constant(Err("N_A", f"Wrong number of arguments to {name}."))
        parts = [self.expression(item, spread) for item in arguments]
        ats = [part.at for part in parts]
        if strict:
            if len(ats) == 1:
                only = ats[0]
                return _sized(parts, lambda i, j: function(_sound(only(i, j))))
            return _sized(parts, lambda i, j: function(*[_sound(at(i, j)) for at in ats]))
        only = ats[0]
        return _sized(parts, lambda i, j: function(_safe(only, i, j)))

    def do_arrayformula(self, arguments: tuple[Node | None, ...], spread: bool) -> Expr:
        return self.expression(arguments[0], True)

    def do_if(self, arguments: tuple[Node | None, ...], spread: bool) -> Expr:
        test, then = self.expression(arguments[0], spread), self.expression(arguments[1], spread)
        other = self.expression(arguments[2], spread) if len(arguments) > 2 else _constant(False)
        a, b, c = test.at, then.at, other.at
        return _sized((test, then, other), lambda i, j: b(i, j) if as_bool(_sound(a(i, j))) else c(i, j))

    def do_iferror(self, arguments: tuple[Node | None, ...], spread: bool) -> Expr:
        first = self.expression(arguments[0], spread)
        other = self.expression(arguments[1], spread) if len(arguments) > 1 else _constant(None)

        def at(i: int, j: int) -> Value:
            found = _safe(first.at, i, j)
            return other.at(i, j) if isinstance(found, Err) else found

        return _sized((first, other), at)

    def do_let(self, arguments: tuple[Node | None, ...], spread: bool) -> Expr:
        outer = dict(self.names)
        for index in range(0, len(arguments) - 1, 2):
            name = arguments[index]
            if not isinstance(name, Name):
                return _constant(Err("NAME"))
            memory: dict[tuple[int, int], Value] = {}
            self._memories.append(memory)
            self.names[name.text.casefold()] = _remembered(self.expression(arguments[index + 1], spread), memory)
        found = self.expression(arguments[-1], spread)
        self.names = outer
        return found

    def do_row(self, arguments: tuple[Node | None, ...], spread: bool) -> Expr:
        return self._line(arguments, spread, rows=True)

    def do_column(self, arguments: tuple[Node | None, ...], spread: bool) -> Expr:
        return self._line(arguments, spread, rows=False)

    def _line(self, arguments: tuple[Node | None, ...], spread: bool, *, rows: bool) -> Expr:
        if not arguments:
            return _constant(float((self.row if rows else self.column) + 1))
        node = arguments[0]
        if not isinstance(node, RefNode):
            return _constant(VALUE_ERROR)
        _, top, left, bottom, right = self.area(node.ref)
        if not spread:
            return _constant(float((top if rows else left) + 1))
        if rows:
            return Expr(bottom - top, 1, lambda i, j: float(top + i + 1))
        return Expr(1, right - left, lambda i, j: float(left + j + 1))

    def do_to_text(self, arguments: tuple[Node | None, ...], spread: bool) -> Expr:
        """What the cell shows. Only of a reference; the format of anything else is unknown here."""
        node = arguments[0]
        found = self.expression(node, spread)
        if not isinstance(node, RefNode):
            return _sized((found,), lambda i, j: as_text(_sound(found.at(i, j))))
        sheet, top, left, bottom, right = self.area(node.ref)
        one_row, one_column = bottom - top == 1, right - left == 1

        def at(i: int, j: int) -> Value:
            _sound(found.at(i, j))
            return self.reader.shown(sheet, top + (0 if one_row else i), left + (0 if one_column else j))

        return Expr(found.height, found.width, at)

    def do_na(self, arguments: tuple[Node | None, ...], spread: bool) -> Expr:
        return _constant(Err("N_A", "Error"))

    def do_today(self, arguments: tuple[Node | None, ...], spread: bool) -> Expr:
        return Expr(1, 1, lambda i, j: float(self.reader.day().toordinal() - _EPOCH))

    def do_xlookup(self, arguments: tuple[Node | None, ...], spread: bool) -> Expr:
        """XLOOKUP(key, where, what, missing, 0): exact, without wildcards, letters' case not counted."""
        if len(arguments) < 3 or not isinstance(arguments[1], RefNode):
            return _constant(Err("N_A"))
        where, what = self.area(arguments[1].ref), self.expression(arguments[2], True)
        missing = self.expression(arguments[3], spread) if len(arguments) > 3 else _constant(Err("N_A"))
        across = what.height == 1 and what.width > 1
        return self._lookup(
            arguments[0], where, spread, missing, lambda at: what.at(0, at) if across else what.at(at, 0)
        )

    def do_xmatch(self, arguments: tuple[Node | None, ...], spread: bool) -> Expr:
        if len(arguments) < 2 or not isinstance(arguments[1], RefNode):
            return _constant(Err("N_A"))
        where = self.area(arguments[1].ref)
        return self._lookup(arguments[0], where, spread, _constant(Err("N_A")), lambda at: float(at + 1))

    def _lookup(
        self, wanted: Node | None, where: Area, spread: bool, missing: Expr, found: Callable[[int], Value]
    ) -> Expr:
        key = self.expression(wanted, spread)

        def at(i: int, j: int) -> Value:
            place = self._table(where).get(_key(_sound(key.at(i, j))))
            return missing.at(i, j) if place is None else found(place)

        return _sized((key, missing), at)

    def _table(self, where: Area) -> Index:
        """A one-dimensional range, to be searched."""
        return self.reader.index(where, lambda: self._indexed(where))

    def _indexed(self, where: Area) -> Index:
        found: Index = {}
        for place, value in enumerate(self._line_of(where)):
            if value is not None and not isinstance(value, Err):
                found.setdefault(_key(value), place)
        return found

    def _line_of(self, where: Area) -> Iterable[Value]:
        value, sheet = self.reader.value, where.sheet
        if where.right - where.left == 1:
            bottom = min(where.bottom, self.reader.used(sheet))
            return [value(sheet, row, where.left) for row in range(where.top, bottom)]
        return [value(sheet, where.top, column) for column in range(where.left, where.right)]


def _key(value: Value) -> object:
    return (type(value), value.casefold()) if isinstance(value, str) else (type(value), value)


def _constant(value: Value) -> Expr:
    return Expr(1, 1, lambda i, j: value)


def _sound(value: Value) -> Value:
    if isinstance(value, Err):
        raise FormulaError(value)
    return value


def _sized(parts: Iterable[Expr], at: At) -> Expr:
    parts = list(parts)
    return Expr(max(part.height for part in parts), max(part.width for part in parts), at)


def _remembered(part: Expr, known: dict[tuple[int, int], Value]) -> Expr:
    """A name of LET is used several times at each place: computed once there."""

    def at(i: int, j: int) -> Value:
        if (i, j) not in known:
            if len(known) > 8:
                known.clear()
            known[i, j] = part.at(i, j)
        return known[i, j]

    return Expr(part.height, part.width, at)


def _divide(left: Value, right: Value) -> Value:
    divisor = as_number(_sound(right))
    if not divisor:
        raise FormulaError(Err("DIVIDE_BY_ZERO", "Function DIVIDE parameter 2 cannot be zero."))
    return _finite(as_number(_sound(left)) / divisor)


def _finite(value: float) -> float:
    """A result that no double holds is #NUM!."""
    if not math.isfinite(value):
        raise FormulaError(Err("NUM"))
    return value


def _power(left: Value, right: Value) -> Value:
    try:
        return float(as_number(_sound(left)) ** as_number(_sound(right)))
    except (OverflowError, ZeroDivisionError, TypeError):
        raise FormulaError(Err("NUM")) from None


_SIGNS: dict[str, Callable[[float], Value]] = {"neg": lambda x: -x, "pos": lambda x: x, "%": lambda x: x / 100}
_OPERATIONS: dict[str, Callable[[Value, Value], Value]] = {
    "+": lambda a, b: _finite(as_number(_sound(a)) + as_number(_sound(b))),
    "-": lambda a, b: _finite(as_number(_sound(a)) - as_number(_sound(b))),
    "*": lambda a, b: _finite(as_number(_sound(a)) * as_number(_sound(b))),
    "/": _divide,
    "^": _power,
    "&": lambda a, b: as_text(a) + as_text(b),
    "=": lambda a, b: equal(_sound(a), _sound(b)),
    "<>": lambda a, b: not equal(_sound(a), _sound(b)),
    "<": lambda a, b: less(_sound(a), _sound(b)),
    ">": lambda a, b: less(_sound(b), _sound(a)),
    "<=": lambda a, b: not less(_sound(b), _sound(a)),
    ">=": lambda a, b: not less(_sound(a), _sound(b)),
}
