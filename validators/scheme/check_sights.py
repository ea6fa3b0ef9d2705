"""Checks of `sights`: departments, tables, columns and conditions must exist, or a department sees less than was meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from validators.expressions import ExpressionError, compile_expression
from validators.rules.order import derived_on
from validators.scheme.measures import report_names
from validators.scheme.models import Scheme, Sight
from validators.scheme.source import Loc
from validators.scheme.tables import Table
from validators.scheme.wording import mentions, nearest

if TYPE_CHECKING:
    from validators.scheme.check_words import WordChecks

Problem = tuple[Loc, str]
_PICTURES = frozenset({"photo"})


def check_sights(scheme: Scheme, lost: frozenset[str], known: WordChecks) -> Iterator[Problem]:
    """Problems of all sights."""
    words = {word for item in scheme.departments for word in (item.code, item.name, *item.aliases)}
    tables = {item.name: item for item in scheme.tables}
    for position, sight in enumerate(scheme.sights):
        loc: Loc = ("sights", position)
        for word in sight.departments:
            if word not in words:
                told = nearest(word, words) or "；请写 departments 里的名称或叫法"
                yield (*loc, "departments"), f"没有“{word}”这个部门{told}"
        if sight.table and sight.table not in tables:
            if sight.table not in lost:
                yield (*loc, "table"), f"没有“{sight.table}”这张表{nearest(sight.table, tables)}"
            continue
        yield from _conditions(scheme, sight, tables.get(sight.table), loc, lost)
        if sight.where and sight.table:
            yield from (((*loc, "where"), told) for told in known.of_text(sight.where, sight.table))


def _conditions(scheme: Scheme, sight: Sight, table: Table | None, loc: Loc, lost: frozenset[str]) -> Iterator[Problem]:
    if not (sight.departments or sight.named_in or sight.duties):
        yield loc, "没有写哪些部门，又没有写 named_in 或 duties：每个部门都看得到这些行，请写明是哪些部门"
    if sight.named_in:
        known = {word for item in ([table] if table else scheme.tables) for word in _columns(scheme, item)} | lost
        for word in sight.named_in:
            if word not in known:
                where = f"表“{table.title}”" if table else "各张表都"
                yield (*loc, "named_in"), f"{where}没有“{word}”这一列{nearest(word, known)}"
    if not sight.where:
        return
    if table is None:
        yield (*loc, "where"), "写了条件 where，就要写 table 说明是哪张表的行"
        return
    try:
        compile_expression(sight.where, report_names(scheme, table), scheme.words(), "bool", scheme.year_from)
    except ExpressionError as problem:
        if not mentions(sight.where, lost):
            yield (*loc, "where"), str(problem)


def _columns(scheme: Scheme, table: Table) -> set[str]:
    """Columns that can name a department, by title and name, and values that rules look up."""
    fields = [item for item in table.fields if item.type not in _PICTURES]
    return {word for item in fields for word in (item.name, item.title)} | derived_on(scheme, table.name)
