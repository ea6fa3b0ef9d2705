"""Drop-down lists of a book: which list a field draws on, and the hidden tab 字典 that holds them all."""

from __future__ import annotations

import re
from datetime import date

from sheets_templates.plan import DropList
from validators.periods import PeriodKind, periods_between
from validators.scheme.models import Scheme
from validators.scheme.tables import Field, Table

DICTIONARY = "字典"
YES_NO = ("是", "否")
OWN = "@own:"
UNITS = "@units"

# kinds of period that are chosen from a list → the month of the year before with which the list begins
_SINCE: dict[PeriodKind, int] = {"ten_days": 12, "half_month": 11, "month": 10, "quarter": 10, "half": 7}
_CHOICE_TYPES = frozenset({"choice", "stage", "yesno", "township", "industry"})


def list_key(scheme: Scheme, table: Table, field: Field) -> str:
    """The key of the list a field chooses from: a list of the scheme, "@units", "@own:<table>", "@yesno" or
    that of a period ("@month"); "" = none. A field that takes several values (`choices`) has a hint instead of a list."""
    if field.type == "choices":
        return ""
    if field.choices:
        return field.choices
    if field.type == "yesno":
        return "@yesno"
    if field.type == "township":
        return UNITS
    if table.periodic and field.name == table.periodic.field and field.type in _SINCE:
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
    for kind in _SINCE:
        if key == f"@{kind}":
            return _periods(kind, built.year, scheme.year_from)
    items = scheme.choices.get(key, ())
    gone = [item for item in items if item.effective_to is not None and item.effective_to < built]
    past = gone if gone and any(_looks_back(table, key) for table in scheme.tables) else []
    return tuple(item.value for item in (*(item for item in items if item not in gone), *past))


def _looks_back(table: Table, key: str) -> bool:
    """Whether rows with that drop-down are of a day of their own, which may lie in the past."""
    return bool(table.version_by or table.periodic) and any(field.choices == key for field in table.fields)


def _periods(kind: PeriodKind, year: int, year_from: int) -> tuple[str, ...]:
    """This year's and the next one's, and the last ones of the year before: December is reported in January."""
    first, last = date(year - 1, _SINCE[kind], 1), date(year + 1, 12, 31)
    return tuple(period.text for period in periods_between(first, last, kind, year_from))


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
