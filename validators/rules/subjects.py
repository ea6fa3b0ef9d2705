"""Who a figure counts for: the unit of a row, names in a column, the unit above, the scheme as a whole; and in which groups
they are compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from validators.facts import unit_finder
from validators.rules.context import Env, Getter, TypedRow

if TYPE_CHECKING:
    from validators.scheme.models import Scheme

WHOLE = "@scheme"  # the subject of what is gathered for the scheme as a whole


def subjects_of(env: Env, table: str, by: str) -> Callable[[TypedRow], Sequence[str]]:
    """Who a row counts for: its unit, or those a field names — codes of units and departments where they are known."""
    if not by:
        return lambda row: (row.unit,) if row.unit else ()
    if by == "全部":
        return lambda _row: (WHOLE,)
    get: Getter = env.getter(by, table)
    code = unit_finder(env.scheme)

    def named(row: TypedRow) -> Sequence[str]:
        value = get(row)
        if value is None:
            return ()
        names = value if isinstance(value, list | tuple) else [value]
        return tuple(dict.fromkeys(code(str(name)) for name in names))

    return named


def named_units(scheme: Scheme, words: Iterable[str]) -> frozenset[str]:
    """Codes of the units that the words name: by name or code, or all of a kind at once (镇)."""
    code, codes = unit_finder(scheme), {unit.code for unit in scheme.units}
    found: set[str] = set()
    for word in words:
        known = code(word)
        found |= {known} if known in codes else {unit.code for unit in scheme.units if unit.kind == word.strip()}
    return frozenset(found)


def units_above(scheme: Scheme) -> dict[str, str]:
    """Unit → the unit above it, of those that have one: its code, or the word for one that reports nothing itself."""
    code = unit_finder(scheme)
    return {unit.code: code(unit.parent) for unit in scheme.units if unit.parent}


def counted_above(scheme: Scheme, subjects: Callable[[TypedRow], Sequence[str]]) -> Callable[[TypedRow], Sequence[str]]:
    """The same with units above in the place of those below them, each once."""
    above = units_above(scheme)
    return lambda row: tuple(dict.fromkeys(above.get(unit, unit) for unit in subjects(row)))


def grouping(scheme: Scheme, groups: Mapping[str, Sequence[str]], by: str) -> dict[str, str]:
    """Unit or department → the group in which it is compared: as written, its kind, or the unit above it."""
    if by == "above":
        return units_above(scheme)
    if by == "kind":
        return {unit.code: unit.kind for unit in scheme.units}
    code = unit_finder(scheme)
    return {code(word): group for group, words in groups.items() for word in words}


def subject_names(scheme: Scheme) -> dict[str, str]:
    """Code → name of every department and unit."""
    return {**{item.code: item.name for item in scheme.departments}, **{item.code: item.name for item in scheme.units}}
