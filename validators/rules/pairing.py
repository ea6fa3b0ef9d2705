"""Which rows of two lists mean the same thing: by keys in order of trust, at last by names that are nearly the same.

A key with a blank part is no key. What is found by a weak key or by likeness is a suspicion for a person, never a
match. The outcome does not depend on the order of rows.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz, process

from validators.facts import unit_finder
from validators.rules.context import Env, TypedRow
from validators.rules.participants import normal

UNIT = "填报单位"  # in a key: the unit whose book holds the row
_HYPHENS = re.compile(r"[-‐‑‒–—―－]")
_MARKS = re.compile(r"[\W_]+")
_MOST_COMPARISONS = 2_000_000  # beyond it, only names with the same first character are held together

KeyOf = Callable[[TypedRow], tuple[str, ...] | None]


@dataclass(slots=True)
class Pairing:
    """Rows of both lists, each found in exactly one of these. Groups hold one row on each side unless several may."""

    sure: list[tuple[list[TypedRow], list[TypedRow]]] = field(default_factory=list)
    suspected: list[tuple[list[TypedRow], list[TypedRow]]] = field(default_factory=list)
    left_only: list[TypedRow] = field(default_factory=list)
    right_only: list[TypedRow] = field(default_factory=list)
    keyless: set[str] = field(default_factory=set)  # ids of left-over rows whose trusted key is blank


@dataclass(frozen=True, slots=True)
class KeyPair:
    """One way to tell rows apart, compiled for both lists."""

    left: KeyOf
    right: KeyOf
    sure: bool


@dataclass(frozen=True, slots=True)
class Likeness:
    """Names that are nearly the same, of rows that agree in `within`."""

    left: Callable[[TypedRow], str]
    right: Callable[[TypedRow], str]
    within: KeyPair | None
    least: int


def key_of(env: Env, table: str, texts: Sequence[str]) -> KeyOf:
    """A closure that gives the normalised key of a row, None when a part is blank."""
    parts = [_part(env, table, text) for text in texts]

    def key(row: TypedRow) -> tuple[str, ...] | None:
        found = tuple(part(row) for part in parts)
        return found if all(found) else None

    return key


def _part(env: Env, table: str, text: str) -> Callable[[TypedRow], str]:
    if text == UNIT:
        return lambda row: row.unit
    get = env.getter(text, table)
    name = env.name(text, table)
    if any(item.name == name and item.type == "township" for item in env.scheme.table(table).fields):
        code = unit_finder(env.scheme)
        return lambda row: code(str(value)) if (value := get(row)) is not None else ""
    return lambda row: plain(get(row))


def plain(value: Any) -> str:
    """A value for comparison as a key: full-width forms, case, blanks and hyphens do not matter."""
    if value is None:
        return ""
    text = "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return _HYPHENS.sub("", normal(text))


def plain_name(text: str) -> str:
    """A name for comparison: nothing but its characters and digits."""
    return _MARKS.sub("", normal(text))


def pair(
    left: Iterable[TypedRow],
    right: Iterable[TypedRow],
    keys: Sequence[KeyPair],
    likeness: Likeness | None,
    many: str = "",
) -> Pairing:
    """Pair two lists. `many`: the list ("left", "right", "both") in which several rows may mean one of the other."""
    found = Pairing()
    lefts, rights = sorted(left, key=_id), sorted(right, key=_id)
    for position, key in enumerate(keys):
        if key.sure and position:
            lefts, rights = _joined(found.sure, lefts, rights, keys[: position + 1], many)
        lefts, rights = _by_key(lefts, rights, key, found.sure if key.sure else found.suspected)
    if likeness is not None:
        lefts, rights = _by_likeness(lefts, rights, likeness, found.suspected)
    found.left_only, found.right_only = lefts, rights
    head = keys[0]
    found.keyless = {row.id for row in lefts if head.left(row) is None} | {
        r.id for r in rights if head.right(r) is None
    }
    return found


def _id(row: TypedRow) -> str:
    return row.id


def groups(rows: Iterable[TypedRow], key: KeyOf) -> dict[tuple[str, ...], list[TypedRow]]:
    """Rows by key; rows without one are left out."""
    found: dict[tuple[str, ...], list[TypedRow]] = defaultdict(list)
    for row in rows:
        value = key(row)
        if value is not None:
            found[value].append(row)
    return found


Rest = tuple[list[TypedRow], list[TypedRow]]


def _by_key(lefts: list[TypedRow], rights: list[TypedRow], key: KeyPair, into: list[Rest]) -> Rest:
    ours, theirs = groups(lefts, key.left), groups(rights, key.right)
    taken: set[str] = set()
    for value, rows in ours.items():
        if value in theirs:
            into.append((rows, theirs[value]))
            taken |= {row.id for row in (*rows, *theirs[value])}
    return _left_over(lefts, taken), _left_over(rights, taken)


def _joined(
    pairs: Sequence[Rest], lefts: list[TypedRow], rights: list[TypedRow], keys: Sequence[KeyPair], many: str
) -> Rest:
    """What is left over where several rows of a list may mean one of the other, and one of them is paired already."""
    if many in ("left", "both"):
        lefts = _attached(lefts, 0, pairs, keys)
    if many in ("right", "both"):
        rights = _attached(rights, 1, pairs, keys)
    return lefts, rights


def _attached(rows: list[TypedRow], side: int, pairs: Sequence[Rest], keys: Sequence[KeyPair]) -> list[TypedRow]:
    """Put rows that lack the keys before to the pair whose other side has their last key; the rows for which there is
    none, or more than one. A row with a code of its own, to which nothing answers, means something else."""
    *before, key = ((item.left, item.right) for item in keys if item.sure)
    known: dict[tuple[str, ...], list[list[TypedRow]]] = defaultdict(list)
    for pair_ in pairs:
        for value in {value for row in pair_[1 - side] if (value := key[1 - side](row)) is not None}:
            known[value].append(pair_[side])
    taken: set[str] = set()
    for row in rows:
        value = key[side](row)
        found = known.get(value, []) if value is not None else []
        if len(found) == 1 and all(other[side](row) is None for other in before):
            found[0].append(row)
            taken.add(row.id)
    return _left_over(rows, taken)


def _left_over(rows: list[TypedRow], taken: set[str]) -> list[TypedRow]:
    return [row for row in rows if row.id not in taken]


def _by_likeness(lefts: list[TypedRow], rights: list[TypedRow], likeness: Likeness, into: list[Rest]) -> Rest:
    """The nearest name within each block, the likest pairs first."""
    short = len(lefts) * len(rights) > _MOST_COMPARISONS
    candidates: list[tuple[float, str, str, TypedRow, TypedRow]] = []
    within = likeness.within
    ours = _blocks(lefts, likeness.left, within.left if within else None, short)
    theirs = _blocks(rights, likeness.right, within.right if within else None, short)
    for block, rows in ours.items():
        choices = {row.id: name for name, row in theirs.get(block, ())}
        by_id = {row.id: row for _, row in theirs.get(block, ())}
        for name, row in rows:
            for _, score, other in process.extract(name, choices, scorer=fuzz.ratio, score_cutoff=likeness.least):
                candidates.append((-score, row.id, other, row, by_id[other]))
    taken: set[str] = set()
    for _, mine, other, row, match in sorted(candidates, key=lambda item: item[:3]):
        if mine not in taken and other not in taken:
            into.append(([row], [match]))
            taken |= {mine, other}
    return _left_over(lefts, taken), _left_over(rights, taken)


def _blocks(
    rows: list[TypedRow], name_of: Callable[[TypedRow], str], within: KeyOf | None, short: bool
) -> dict[Any, list[tuple[str, TypedRow]]]:
    found: dict[Any, list[tuple[str, TypedRow]]] = defaultdict(list)
    for row in rows:
        name = name_of(row)
        block = within(row) if within is not None else ()
        if name and block is not None:
            found[block, name[0] if short else ""].append((name, row))
    return found
