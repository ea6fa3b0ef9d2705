"""Drop-down lists of a book: which list a field draws on, and the hidden tab 字典 that holds them all."""

from __future__ import annotations

import re
from datetime import date

from sheets_templates.plan import DropList
from validators.scheme.models import Scheme
from validators.scheme.tables import Field, Table

DICTIONARY = "字典"
YES_NO = ("是", "否")
OWN = "@own:"
UNITS = "@units"

_CHOICE_TYPES = frozenset({"choice", "stage", "yesno", "township", "industry"})


def list_key(scheme: Scheme, table: Table, field: Field) -> str:
    """The key of the list a field chooses from: a list of the scheme, "@units", "@own:<table>", "@yesno" or
    "@month"/"@quarter"; "" = none. A field that takes several values (`choices`) has a hint instead of a list."""
    if field.type == "choices":
        return ""
    if field.choices:
        return field.choices
    if field.type == "yesno":
        return "@yesno"
    if field.type == "township":
        return UNITS
    if table.periodic and field.name == table.periodic.field and field.type in {"month", "quarter"}:
        return f"@{field.type}"
    if field.type in _CHOICE_TYPES and field.type in scheme.choices:
        return field.type
    return ""


def list_items(scheme: Scheme, key: str, built: date) -> tuple[str, ...]:
    """Items of a list by key; none for the unit's own records, which are a range of the book itself. Values that could
    be chosen until some day before `built` stand last, and only where rows may be of such a day."""
    if key == UNITS:
        return tuple(unit.name for unit in scheme.units if unit.valid_to is None or unit.valid_to >= built)
    if key == "@yesno":
        return YES_NO
    if key in {"@month", "@quarter"}:
        return _periods(key, built.year)
    items = scheme.choices.get(key, ())
    gone = [item for item in items if item.effective_to is not None and item.effective_to < built]
    past = gone if gone and any(_looks_back(table, key) for table in scheme.tables) else []
    return tuple(item.value for item in (*(item for item in items if item not in gone), *past))


def _looks_back(table: Table, key: str) -> bool:
    """Whether rows with that drop-down are of a day of their own, which may lie in the past."""
    return bool(table.version_by or table.periodic) and any(field.choices == key for field in table.fields)


def _periods(key: str, year: int) -> tuple[str, ...]:
    """This year's and the next one's, and the last quarter of the year before: December is reported in January."""
    if key == "@quarter":
        return f"{year - 1}Q4", *(f"{y}Q{q}" for y in (year, year + 1) for q in range(1, 5))
    before = (f"{year - 1}-{month}" for month in (10, 11, 12))
    return *before, *(f"{y}-{month:02d}" for y in (year, year + 1) for month in range(1, 13))


def defined_name(key: str) -> str:
    """The defined name of a list: `tb_` and the key, with what names cannot hold replaced."""
    return "tb_" + re.sub(r"\W+", "_", key.removeprefix("@"))


def lists_of(scheme: Scheme, tables: tuple[Table, ...], built: date) -> tuple[DropList, ...]:
    """The lists that these tables draw on, each once, in the order of use."""
    found: dict[str, DropList] = {}
    for table in tables:
        for field in table.fields:
            key = list_key(scheme, table, field)
            items = list_items(scheme, key, built) if key and not key.startswith(OWN) else ()
            if items:
                found.setdefault(key, DropList(defined_name(key), field.title, items))
    return tuple(found.values())
