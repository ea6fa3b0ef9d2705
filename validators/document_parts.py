"""The parts of an evaluated document beside its rows: reports, roster, frozen figures. Rules and units they name exist, times
and figures can be read; what would otherwise be left out in silence is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from validators.document import DocumentError
from validators.facts import moment
from validators.periods import try_period
from validators.scheme.wording import nearest
from validators.values import last_day

if TYPE_CHECKING:
    from validators.scheme.models import Department, Scheme, Unit

_WANTED = {"submissions": ("rule", "at"), "roster": ("unit",), "frozen": ("rule", "value")}
_UNIT_KEYS = ("unit", "填报单位", "单位", "所属单位")


def check_parts(scheme: Scheme, document: Mapping[str, Any]) -> None:
    """DocumentError with everything that is wrong, an item a line."""
    told = [line for part in _WANTED for line in _part(scheme, part, document.get(part, ()))]
    if told:
        raise DocumentError("\n".join(told))


def unknown_units(scheme: Scheme, document: Any) -> list[str]:
    """Units that rows, reports and others name and the scheme has not: they are judged all the same, each by its word."""
    known = _people(scheme)
    columns = {word for table in scheme.tables for field in table.fields for word in (field.title, *field.aliases)}
    keys = [key for key in _UNIT_KEYS if key not in columns]
    words: dict[str, str] = {}
    for part, items in _listed(document):
        for item in items if isinstance(items, list) else ():
            named = next((item[key] for key in keys if item.get(key)), "") if isinstance(item, Mapping) else ""
            if named and str(named).strip() not in known:
                words.setdefault(str(named), part)
    return [f"{part}里的单位“{word}”不在方案里{nearest(word, known)}" for word, part in words.items()]


def _listed(document: Any) -> Iterator[tuple[str, Any]]:
    tables = document.get("tables") if isinstance(document, Mapping) else None
    yield from ((f"表“{name}”", rows) for name, rows in (tables.items() if isinstance(tables, Mapping) else ()))
    yield from ((f"{part} ", document.get(part, ())) for part in _WANTED if isinstance(document, Mapping))


def _people(scheme: Scheme) -> set[str]:
    everyone: tuple[Unit | Department, ...] = (*scheme.units, *scheme.departments)
    fillers = {"commission", "unit", *(filler for table in scheme.tables for filler in scheme.fillers_of(table))}
    return {word for item in everyone for word in (item.code, item.name, *item.aliases)} | fillers


def _part(scheme: Scheme, part: str, items: Any) -> Iterator[str]:
    if isinstance(items, str | bytes | Mapping) or not isinstance(items, Iterable):
        yield f"{part} 要是一个列表，一项一个对象"
        return
    rules = {rule.id for rule in scheme.rules}
    for number, item in enumerate(items, 1):
        place = f"{part} 第{number}项"
        if not isinstance(item, Mapping):
            yield f"{place}要是一个对象，要有 {'、'.join(_WANTED[part])}"
            continue
        missing = [key for key in _WANTED[part] if item.get(key) in (None, "")]
        yield from (f"{place}少了 {key}" for key in missing)
        rule = str(item.get("rule", ""))
        if rule and rule not in rules:
            yield f"{place}：方案里没有规则“{rule}”{nearest(rule, rules)}"
        yield from _values(place, item)


def _values(place: str, item: Mapping[str, Any]) -> Iterator[str]:
    for key, (read, wanted) in _READ.items():
        value = item.get(key)
        if value in (None, ""):
            continue
        try:
            read(value)
        except (ValueError, TypeError, InvalidOperation, OverflowError, OSError):
            yield f"{place}的 {key}：“{value}”{wanted}"


def _period(value: Any) -> None:
    if try_period(str(value)) is None:
        date.fromisoformat(str(value))


def _figure(value: Any) -> None:
    if not Decimal(str(value).partition("/")[0].strip()).is_finite():
        raise ValueError(value)


_READ: dict[str, tuple[Callable[[Any], object], str]] = {
    "at": (moment, "不是时间，写成 2025-06-05 或 2025-06-05 10:00"),
    "from": (lambda value: last_day(str(value)), "不是日期，写成 2025-06-05"),
    "to": (lambda value: last_day(str(value)), "不是日期，写成 2025-06-05"),
    "period": (_period, "不是一期，写成 2025-06、2025-W24、2025Q2、2025H1 或 2025"),
    "value": (_figure, "不是数，写成 12 或 3/10"),
}
