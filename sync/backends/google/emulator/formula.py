"""A formula as typed: its tokens, whose references follow what happens to rows, columns and sheets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from sync.backends.google.emulator.a1 import column_of, letters, quote_title

GONE = "#REF!"

_TOKEN = re.compile(
    r"""
      (?P<string>"(?:[^"]|"")*")
    | (?P<ref>(?:(?P<sheet>'(?:[^']|'')*'|[^\W\d]\w*)!)?
        (?:\$?[A-Za-z]{1,3}\$?[0-9]+(?::\$?[A-Za-z]{1,3}\$?[0-9]+|:\$?[A-Za-z]{1,3}(?![\w(])|:\$?[0-9]+)?
          |\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?:\$?[0-9]+)?(?![\w(])
          |\$?[0-9]+:\$?[0-9]+)(?![\w(.]))
    | (?P<number>[0-9]+\.?[0-9]*(?:[Ee][+-]?[0-9]+)?|\.[0-9]+(?:[Ee][+-]?[0-9]+)?)
    | (?P<error>\#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|ERROR!))
    | (?P<name>[^\W\d][\w.]*)
    | (?P<op><>|<=|>=|[-+*/^&=<>%(){},;!])
    | (?P<space>\s+)
    """,
    re.VERBOSE,
)
_POINT = re.compile(r"(\$?)([A-Za-z]{0,3})(\$?)([0-9]*)")


class Point(NamedTuple):
    """A corner of a reference, counted from 0; None leaves that side open. The flags tell of $ signs."""

    column: int | None
    row: int | None
    fixed_column: bool = False
    fixed_row: bool = False

    def text(self) -> str:
        column = ("$" if self.fixed_column else "") + letters(self.column) if self.column is not None else ""
        row = ("$" if self.fixed_row else "") + str(self.row + 1) if self.row is not None else ""
        return column + row


class Ref(NamedTuple):
    """A reference: sheet id (None = the formula's own sheet) and two corners; a single cell has no second one."""

    sheet: int | None
    first: Point
    last: Point | None = None

    @property
    def single(self) -> bool:
        return self.last is None


class Token(NamedTuple):
    kind: str
    text: str
    ref: Ref | None = None


class Malformed(ValueError):
    """Not a formula; the spreadsheet shows #ERROR!."""


Titles = Callable[[str], int | None]  # title → sheet id


@dataclass(frozen=True)
class Formula:
    """Tokens after the equals sign. `broken` keeps the typed text of what could not be read."""

    tokens: tuple[Token, ...]
    broken: str = ""

    @cached_property
    def spills(self) -> tuple[bool, bool]:
        """Whether it may fill more cells than its own, and whether more columns."""
        array = any(token.text == "{" for token in self.tokens)
        named = any(token.kind == "name" and token.text.upper() == "ARRAYFORMULA" for token in self.tokens)
        wide = any(ref.last is not None and ref.first.column != ref.last.column for ref in self.refs)
        return array or named, array or wide

    @property
    def refs(self) -> Iterator[Ref]:
        return (token.ref for token in self.tokens if token.ref is not None)

    def text(self, title_of: Callable[[int], str]) -> str:
        """The formula as the API returns it, with the sheets' present titles."""
        titles = tuple(title_of(sheet) for sheet in self._sheets)
        known: tuple[tuple[str, ...], str] | None = self.__dict__.get("written")
        if known is None or known[0] != titles:
            text = "=" + (self.broken or "".join(_token_text(token, title_of) for token in self.tokens))
            known = self.__dict__["written"] = (titles, text)
        return known[1]

    @cached_property
    def _sheets(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(ref.sheet for ref in self.refs if ref.sheet is not None))

    def moved(self, change: Callable[[Ref], Ref | None]) -> Formula:
        """With every reference changed; None makes it #REF!."""
        tokens = tuple(_changed(token, change) if token.ref is not None else token for token in self.tokens)
        return self if tokens == self.tokens else Formula(tokens, self.broken)


def parse(text: str, sheet_of: Titles) -> Formula:
    """A formula from what stands behind the equals sign."""
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            return Formula((), text)
        kind = match.lastgroup or ""
        kind = "ref" if match["ref"] is not None else kind
        tokens.append(_token(kind, match, sheet_of))
        at = match.end()
    return Formula(tuple(tokens))


def _token(kind: str, match: re.Match[str], sheet_of: Titles) -> Token:
    if kind != "ref":
        return Token(kind, match[0])
    sheet: int | None = None
    if match["sheet"] is not None:
        quoted = match["sheet"]
        title = quoted[1:-1].replace("''", "'") if quoted.startswith("'") else quoted
        sheet = sheet_of(title)
        if sheet is None:
            return Token("error", GONE)
    address = match["ref"].rpartition("!")[2]
    first, colon, last = address.partition(":")
    return Token("ref", match[0], Ref(sheet, _point(first), _point(last) if colon else None))


def _point(text: str) -> Point:
    match = _POINT.fullmatch(text)
    assert match is not None, text
    dollar_row = match[3] or (match[1] if not match[2] else "")
    return Point(
        column_of(match[2]) if match[2] else None,
        int(match[4]) - 1 if match[4] else None,
        bool(match[1] and match[2]),
        bool(dollar_row and match[4]),
    )


def _token_text(token: Token, title_of: Callable[[int], str]) -> str:
    ref = token.ref
    if ref is None:
        return token.text
    text = ref.first.text() + (":" + ref.last.text() if ref.last is not None else "")
    return text if ref.sheet is None else f"{quote_title(title_of(ref.sheet))}!{text}"


def _changed(token: Token, change: Callable[[Ref], Ref | None]) -> Token:
    assert token.ref is not None
    ref = change(token.ref)
    if ref is None:
        return Token("error", GONE)
    return token if ref == token.ref else Token("ref", "", ref)


# what happens to references ---------------------------------------------------------------------------------------

Spans = Callable[[int, int | None], tuple[int, int | None] | None]
Line = Callable[[int], int | None]  # old index of a row or column → its new one, None when it is gone


def follow(ref: Ref, own: int, sheet: int, rows: bool, line: Line, *, ranges: Spans) -> Ref | None:
    """The reference after rows or columns of `sheet` have moved. `ranges` answers new (first, last) of a span."""
    if (own if ref.sheet is None else ref.sheet) != sheet:
        return ref
    if ref.last is None:
        at = ref.first.row if rows else ref.first.column
        new = line(at) if at is not None else at
        if at is not None and new is None:
            return None
        return ref._replace(first=_with(ref.first, rows, new))
    first = ref.first.row if rows else ref.first.column
    last = ref.last.row if rows else ref.last.column
    if first is None:
        return ref
    found = ranges(first, last)
    if found is None:
        return None
    new_first, new_last = found
    return ref._replace(first=_with(ref.first, rows, new_first), last=_with(ref.last, rows, new_last))


def _with(point: Point, rows: bool, value: int | None) -> Point:
    return point._replace(row=value) if rows else point._replace(column=value)


def inserted(at: int, count: int) -> tuple[Line, Spans]:
    """Where lines are after `count` new ones were put in before `at`."""

    def line(index: int) -> int:
        return index + count if index >= at else index

    def span(first: int, last: int | None) -> tuple[int, int | None]:
        return line(first), None if last is None else line(last)

    return line, span


def deleted(at: int, count: int) -> tuple[Line, Spans]:
    """Where lines are after those from `at` to `at + count - 1` were deleted."""
    end = at + count

    def line(index: int) -> int | None:
        return index if index < at else None if index < end else index - count

    def span(first: int, last: int | None) -> tuple[int, int | None] | None:
        new_first = first if first < at else at if first < end else first - count
        if last is None:
            return new_first, None
        new_last = last if last < at else at - 1 if last < end else last - count
        return (new_first, new_last) if new_last >= new_first else None

    return line, span


def rearranged(new_of: Callable[[int], int]) -> tuple[Line, Spans]:
    """Where lines are after some were moved."""

    def span(first: int, last: int | None) -> tuple[int, int | None]:
        if last is None:
            return new_of(first), None
        ends = new_of(first), new_of(last)
        return min(ends), max(ends)

    return new_of, span


def carried(formula: Formula, down: int, across: int = 0) -> Formula:
    """The formula as it reads after its cell was copied or moved by so many rows and columns."""

    def change(ref: Ref) -> Ref | None:
        points = [point and _carried(point, down, across) for point in (ref.first, ref.last)]
        if any(point is not None and min(point.row or 0, point.column or 0) < 0 for point in points):
            return None
        return ref._replace(first=points[0] or ref.first, last=points[1])

    return formula.moved(change)


def _carried(point: Point, down: int, across: int) -> Point:
    row = point.row if point.row is None or point.fixed_row else point.row + down
    column = point.column if point.column is None or point.fixed_column else point.column + across
    return point._replace(row=row, column=column)
