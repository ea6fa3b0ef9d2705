"""Conditional formats: faulty cells, status words, and texts of ours that no longer belong to their row.

All of them look at cells that move with the row (问题字段, 内容标识) or with the column (the hidden mark row), so
sorting, inserting and moving keep them right. Formulas are relative to the first data row.
"""

from __future__ import annotations

from sheets_templates.addresses import area, letters
from sheets_templates.palette import ALERT, DOUBT, FAULT, PASSED, STALE, WANTED, status_paints, status_word
from sheets_templates.plan import Column, Highlight, Paint
from validators.rules import codes
from validators.scheme.echo import SEPARATOR, echo_fields
from validators.scheme.models import Conventions
from validators.scheme.tables import Table


class Area:
    """Where things stand on an entry tab while its highlights are made."""

    def __init__(self, table: Table, columns: tuple[Column, ...], mark_row: int, first_row: int, reach: int):
        self.table, self.columns = table, columns
        self.mark_row, self.first_row, self.reach = mark_row, first_row, reach
        self.at = {(column.tone == "ours", column.name): index for index, column in enumerate(columns, 1)}

    def field(self, name: str) -> int:
        return self.at[False, name]

    def answer(self, name: str) -> int:
        """Column of an answer; 0 when the tab does not show it."""
        return self.at.get((True, name), 0)

    def cell(self, column: int) -> str:
        """First data cell of a column, the column fixed: $F7."""
        return f"${letters(column)}{self.first_row}"

    def down(self, column: int, last: int = 0) -> str:
        return area(self.first_row, column, self.reach, last or column)


def entry_highlights(where: Area, conventions: Conventions, banner: str) -> tuple[Highlight, ...]:
    """All conditional formats of an entry tab; those of one area stand together, the weightiest first."""
    return (
        *_faults(where),
        *_check(where),
        *_status(where, conventions),
        *_others(where),
        Highlight(banner, f'=ISNUMBER(FIND("还有",{banner}))', ALERT, "还有要改的"),
    )


def _faults(where: Area) -> tuple[Highlight, ...]:
    """A clerk's cell is red when 问题字段 holds |its name|, yellow when ?its name?; the name is read off the mark."""
    problems = where.answer("problems")
    if not problems:
        return ()
    places = [index for index, column in enumerate(where.columns, 1) if column.tone != "ours"]
    first, last = min(places), max(places)
    mark = f"{letters(first)}${where.mark_row}"
    name = f'MID({mark},FIND(".",{mark})+1,99)'
    spot = where.down(first, last)

    def rule(sign: str, paint: Paint, meaning: str) -> Highlight:
        formula = f'=ISNUMBER(FIND("{sign}"&{name}&"{sign}",{where.cell(problems)}))'
        return Highlight(spot, formula, paint, meaning)

    return rule("|", FAULT, "必改"), rule("?", DOUBT, "提示或须说明")


def stale_formula(where: Area) -> str:
    """True when the row no longer reads as it did when judged; "" without the hidden column 内容标识."""
    echo = where.answer("echo")
    if not echo:
        return ""
    content = f'&"{SEPARATOR}"&'.join(where.cell(where.field(name)) for name in echo_fields(where.table))
    return f'=AND({where.cell(echo)}<>"",{where.cell(echo)}<>{content})'


def _stale(where: Area, column: int) -> tuple[Highlight, ...]:
    formula = stale_formula(where)
    return (Highlight(where.down(column), formula, STALE, "内容已改，待同步"),) if formula else ()


def _check(where: Area) -> tuple[Highlight, ...]:
    column = where.answer("check")
    if not column:
        return ()
    cell, spot = where.cell(column), where.down(column)
    return (
        *_stale(where, column),
        Highlight(spot, f'=LEFT({cell},2)="还有"', WANTED, "还有要改的"),
        Highlight(spot, f'=LEFT({cell},1)="✓"', PASSED, "通过"),
    )


def _status(where: Area, conventions: Conventions) -> tuple[Highlight, ...]:
    """Status words in their colours, one rule per look; a cell with several statuses takes the most urgent."""
    column = where.answer("status")
    if not column:
        return ()
    everything = {word for code in codes.WORDS if (word := status_word(conventions, code))}
    looks: dict[Paint, list[str]] = {}
    for _, word, paint in status_paints(conventions):
        looks.setdefault(paint, []).append(_holds(where.cell(column), word, everything))
    spot = where.down(column)
    rules = tuple(Highlight(spot, "=" + _either(tests), paint, "节点状态") for paint, tests in looks.items())
    return _stale(where, column) + rules


def _holds(cell: str, word: str, words: set[str]) -> str:
    """Formula: the cell holds this word, and not merely as part of a longer one (逾期 in 逾期完成)."""
    text = cell
    for longer in sorted(item for item in words if word in item and item != word):
        text = f'SUBSTITUTE({text},"{longer}","")'
    return f'ISNUMBER(FIND("{word}",{text}))'


def _either(tests: list[str]) -> str:
    return tests[0] if len(tests) == 1 else f"OR({','.join(tests)})"


def _others(where: Area) -> tuple[Highlight, ...]:
    found: list[Highlight] = []
    for name in ("stage", "deadline", "remaining", "flag", "updated"):
        if column := where.answer(name):
            found += _stale(where, column)
    if column := where.answer("remaining"):
        cell = where.cell(column)
        found.append(Highlight(where.down(column), f"=AND(ISNUMBER({cell}),{cell}<0)", ALERT, "已过期限"))
    return tuple(found)
