"""Which cells are filled in and which are blank: 有(…), 为空(…), 首个(…).

A cell that could not be read is neither: what hangs on it is unknown until somebody mends it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from validators.expression_types import PARENT, TODAY, UNKNOWN, UNREAD

Row = Mapping[str, Any]
Fn = Callable[[Row], Any]
Part = tuple[Fn, frozenset[str]]  # a formula, and the names it reads


def field_there(name: str, wanted: bool) -> Fn:
    """Whether one field of the row itself is filled in, or blank: look-ups and nothing else."""
    mark = name + UNREAD
    if wanted:
        return lambda row: True if row.get(name) is not None else UNKNOWN if mark in row else False
    return lambda row: False if row.get(name) is not None else UNKNOWN if mark in row else True


def date_come(name: str, wanted: bool) -> Fn:
    """The same of a date of the row itself that counts from its day on (B-58): one that lies ahead is not there yet."""
    mark = name + UNREAD

    def come(row: Row) -> Any:
        day = row.get(name)
        if day is not None and ((today := row.get(TODAY)) is None or day <= today):
            return wanted
        return UNKNOWN if mark in row else not wanted

    return come


def all_there(formulas: Iterable[Part], wanted: bool) -> Fn:
    """Whether all are filled in, or all are blank; unknown where that hangs on a cell that could not be read."""
    parts = tuple((fn, _unread(reads)) for fn, reads in formulas)

    def there(row: Row) -> Any:
        unknown = False
        for fn, unread in parts:
            if fn(row) is not UNKNOWN:
                if not wanted:
                    return False
            elif unread(row):
                unknown = True
            elif wanted:
                return False
        return UNKNOWN if unknown else True

    return there


def first_there(formulas: Iterable[Part]) -> Fn:
    """The first that is filled in; unknown where one before it could not be read."""
    parts = tuple((fn, _unread(reads)) for fn, reads in formulas)

    def first(row: Row) -> Any:
        for fn, unread in parts:
            value = fn(row)
            if value is not UNKNOWN or unread(row):
                return value
        return UNKNOWN

    return first


def _unread(reads: frozenset[str]) -> Callable[[Row], bool]:
    """Whether something could not be read in a cell that one of these names stands for: then it is not blank."""
    own = tuple(name + UNREAD for name in reads if "." not in name)
    parents = tuple((PARENT + t, inner + UNREAD) for t, dot, inner in (name.partition(".") for name in reads) if dot)

    def unread(row: Row) -> bool:
        for mark in own:
            if mark in row:
                return True
        return any((parent := row.get(key)) is not None and mark in parent for key, mark in parents)

    return unread
