"""Which rows make a list that is held beside another: of one office's book only, and of lists that have been delivered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from validators.facts import unit_finder
from validators.rules.context import Env, TypedRow
from validators.rules.pairing import KeyOf


def book_of(env: Env, name: str) -> Callable[[TypedRow], bool]:
    """Whether a row stands in the book of the office of that name; "" = any book.

    The book of the commission goes by its role or by the department's own code.
    """
    if not name:
        return lambda _row: True
    code = unit_finder(env.scheme)(name)
    known = {item.code for item in env.scheme.units} | {item.code for item in env.scheme.departments}
    if code not in known:
        raise ValueError(f"没有“{name}”这个单位或部门")
    codes = {code} | {"commission" for item in env.scheme.departments if item.code == code and item.commission}
    return lambda row: row.unit in codes


def list_title(title: str, book: str) -> str:
    """How people call a list: the table, or the table of one office."""
    return f"{book}的{title}" if book else title


def undelivered(rows: Iterable[TypedRow], rights: Sequence[TypedRow], left: KeyOf, right: KeyOf) -> set[str]:
    """Ids of left rows whose list has not come: the other list has no row of that key at all. A blank key is no list."""
    come = {right(row) for row in rights}
    return {row.id for row in rows if (key := left(row)) is not None and key not in come}
