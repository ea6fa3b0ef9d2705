"""Scheme → BookPlan: one unit's, department's or the commission's book as pure values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from sheets_templates.addresses import absolute
from sheets_templates.entry import BANNER, entry_tab
from sheets_templates.guide import guide_tab
from sheets_templates.lists import DICTIONARY, OWN, defined_name, list_key, lists_of
from sheets_templates.palette import ALERT, DOUBT, PASSED
from sheets_templates.plan import BookPlan, CellValue, EntryTab, Highlight, NamedFormula, PlanError, TodoTab
from sheets_templates.wording import FILE, Wording
from validators.scheme.models import Scheme
from validators.scheme.tables import Table

MARKS = "_tianbao"
COMMISSION = "commission"
TODO = "待改清单"
TODO_HEADER = ("序号", "位置", "项目", "栏目", "程度", "现在填的是", "请这样改")
TODO_WIDTHS = (6.0, 15.0, 30.0, 20.0, 9.0, 24.0, 72.0)
TODO_ROWS = 2000  # highlights of 待改清单 reach this far
SHEET_NAME_LIMIT = 31

NOWHERE: Mapping[str, str] = {}

Rows = Mapping[str, Sequence[Mapping[str, CellValue]]]


def build_book(
    scheme: Scheme, code: str, role: str, *, rows: Rows | None = None, built: date, wording: Wording = FILE
) -> BookPlan:
    """The book of a unit (role "unit"), of the commission ("commission") or of a department (role = its code).

    `code` is the unit's or department's code. `rows`: table name → rows to stand in the book, each field name →
    RawCell or Python value. `wording`: of a file or of a shared spreadsheet. PlanError when the role has no tables, a name is unknown or a program's limit is passed.
    """
    tables = scheme.tables_of(role)
    if not tables:
        raise PlanError(f"方案“{scheme.title}”没有由“{role}”填报的表")
    given = rows or {}
    if unknown := set(given) - {table.name for table in tables}:
        raise PlanError(f"这本簿没有这些表：{'、'.join(sorted(unknown))}")
    name = owner_name(scheme, code)
    tabs = tuple(entry_tab(scheme, table, name, given.get(table.name, ()), wording.welcome) for table in tables)
    guide = guide_tab(scheme, tabs, name, TODO, built, wording)
    _check_sheet_names((guide.title, *(tab.title for tab in tabs), TODO, DICTIONARY, MARKS))
    return BookPlan(
        scheme=scheme.id,
        version=scheme.version,
        unit=code,
        role=role,
        built=built,
        title=f"{scheme.title}（{name}）",
        author=scheme.district or "填报系统",
        template=f"{scheme.id};{scheme.version};{code}",
        guide=guide,
        tabs=tabs,
        todo=_todo(name, wording.todo_notes),
        lists=lists_of(scheme, tables, built),
        names=_own_names(scheme, tables, tabs),
        marks=_marks(scheme, code, role, built, tabs),
    )


def rebuild(
    plan: BookPlan, scheme: Scheme, tabs: tuple[EntryTab, ...], banners: Mapping[str, str], wording: Wording = FILE
) -> BookPlan:
    """The same book with its entry tabs laid out otherwise (as people left them): all that refers to places follows.

    `banners`: table → the cell of its banner where that is no longer the template's.
    """
    name = owner_name(scheme, plan.unit)
    tables = tuple(scheme.table(tab.table) for tab in tabs)
    return replace(
        plan,
        tabs=tabs,
        guide=guide_tab(scheme, tabs, name, TODO, plan.built, wording),
        names=_own_names(scheme, tables, tabs),
        marks=_marks(scheme, plan.unit, plan.role, plan.built, tabs, banners),
    )


def owner_name(scheme: Scheme, code: str) -> str:
    """The name of a unit or department by code; "commission" is the department that runs the scheme. PlanError when
    the scheme has no such owner."""
    for unit in scheme.units:
        if unit.code == code:
            return unit.name
    for item in scheme.departments:
        if item.code == code:
            return item.name
    for item in scheme.departments:
        if code == COMMISSION and item.commission:
            return item.name
    raise PlanError(f"方案“{scheme.title}”没有代码为“{code}”的单位或部门")


def _own_names(scheme: Scheme, tables: tuple[Table, ...], tabs: tuple[EntryTab, ...]) -> tuple[NamedFormula, ...]:
    """Names of the unit's own records, from below the header to the last filled cell.

    Blank cells inside a list would make programs accept anything and open the drop-down at its empty end; anchoring
    on the header row survives the deletion of the first data row.
    """
    keys = {list_key(scheme, table, field) for table in tables for field in table.fields}
    found = []
    for key in sorted(key for key in keys if key.startswith(OWN)):
        tab = next((item for item in tabs if item.table == key.removeprefix(OWN)), None)
        if tab is None:
            raise PlanError(f"下拉“{key}”指的表不在同一本簿里")
        table = scheme.table(tab.table)
        name = table.name_field or table.fields[0].name
        column = next(at for at, item in enumerate(tab.columns, 1) if item.name == name and item.tone != "ours")
        head = absolute(tab.title, column, tab.header_row, tab.header_row).partition(":")[0]
        whole = absolute(tab.title, column, tab.header_row, tab.reach)
        count = f'SUMPRODUCT(MAX(({whole}<>"")*ROW({whole})))-ROW({head})'
        found.append(NamedFormula(defined_name(key), f"=OFFSET({head},1,0,MAX(1,{count}),1)"))
    return tuple(found)


def _marks(
    scheme: Scheme, code: str, role: str, built: date, tabs: tuple[EntryTab, ...], banners: Mapping[str, str] = NOWHERE
) -> tuple[tuple[str, ...], ...]:
    head = (("tianbao",), ("scheme", scheme.id), ("version", scheme.version), ("unit", code), ("role", role))
    places = (
        ("tab", tab.table, tab.title, str(tab.mark_row), str(tab.header_row), banners.get(tab.table, BANNER))
        for tab in tabs
    )
    todo = ("todo", TODO, str(_TODO_HEADER_ROW))
    return (*head, ("built", built.isoformat()), *places, todo)


_TODO_HEADER_ROW = 4


def _todo(name: str, notes: tuple[str, ...]) -> TodoTab:
    spot = f"A{_TODO_HEADER_ROW + 1}:G{TODO_ROWS}"
    first = f"$E{_TODO_HEADER_ROW + 1}"
    return TodoTab(
        title=TODO,
        heading=f"{name}{TODO}",
        notes=notes,
        header=TODO_HEADER,
        widths=TODO_WIDTHS,
        header_row=_TODO_HEADER_ROW,
        highlights=(
            Highlight(spot.replace("A", "E", 1).replace(":G", ":E"), f'={first}="必改"', ALERT, "必改"),
            Highlight(spot.replace("A", "E", 1).replace(":G", ":E"), f'={first}="须说明"', DOUBT, "须说明"),
            Highlight(spot.replace("A", "E", 1).replace(":G", ":E"), f'={first}="试行"', PASSED, "试行"),
        ),
    )


def _check_sheet_names(titles: tuple[str, ...]) -> None:
    seen: set[str] = set()
    for title in titles:
        if len(title) > SHEET_NAME_LIMIT or re.search(r"[\[\]:*?/\\]", title) or title[:1] == "'" or not title:
            raise PlanError(f"表名“{title}”不能用：最多{SHEET_NAME_LIMIT}字，不含 [ ] : * ? / \\")
        if title.casefold() in seen:
            raise PlanError(f"一本簿里有两张表都叫“{title}”")
        seen.add(title.casefold())
