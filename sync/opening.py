"""Opening a period: the unit's own records with last period's values, in our own columns of blank prepared rows.

Only columns that the scheme gives to `system` are filled, only in rows in which nothing stands, so that the clerk adds
nothing but what is new (本月无变化 is then one cell).
"""

from __future__ import annotations

from typing import Any

from sync.book import CellText
from sync.ended import is_ended
from sync.keys import normal
from sync.parts import Parts
from sync.store.base import StoredRecord
from validators.periods import period_of, place_of
from validators.rawcell import show
from validators.scheme.tables import Table

OPENED_TEXT = "待填报"
_NUMBERS = frozenset({"money_wan", "money_yi", "number", "integer", "pct_progress", "pct_invest"})


def plan_openings(
    parts: Parts,
    layout: dict[str, Any],
    records: dict[str, StoredRecord],
) -> list[CellText]:
    """Cells to fill for the current period of every periodic table of the book."""
    cells: list[CellText] = []
    if is_ended(parts):
        return cells
    for tab in layout["tabs"]:
        table = parts.scheme.table(tab["table"])
        if table.periodic and table.parent:
            cells += _open_tab(parts, table, tab, records)
    return cells


def _open_tab(parts: Parts, table: Table, tab: dict[str, Any], records: dict[str, StoredRecord]) -> list[CellText]:
    assert table.periodic is not None
    period = period_of(parts.clock.today(), table.periodic.kind, parts.scheme.year_from).text
    columns = [(f, tab["columns"][f.name]) for f in table.fields if f.owner == "system" and f.name in tab["columns"]]
    taken = _taken(table, tab, records)
    cells = _come_in_late(parts, table, tab, records, period) if parts.backend.by_place else []
    for parent in _parents_in_scope(parts, table, records):
        name = parent.values.get(parts.scheme.table(table.parent).name_field, "")
        if not name or (normal(name), period) in taken:
            continue
        last = _last_values(table, parent.id, period, records)
        texts = {table.parent_field: name, table.periodic.field: period}
        for field, _ in columns:
            texts.setdefault(field.name, last.get(field.name.removeprefix("last_"), ""))
        row = tab["last"] + 1
        cells += [
            CellText(tab["title"], row, column, texts[field.name], number=field.type in _NUMBERS)
            for field, column in columns
            if texts[field.name]
        ]
        if "check" in tab["answers"]:
            cells.append(CellText(tab["title"], row, tab["answers"]["check"], OPENED_TEXT))
        _note_opened(table, tab, row, texts)
    return cells


def _come_in_late(
    parts: Parts, table: Table, tab: dict[str, Any], records: dict[str, StoredRecord], period: str
) -> list[CellText]:
    """Last period's values that came in late, in rows that only hold our opening. Only blank cells are filled: what
    stands there somebody may have typed (law L1)."""
    assert table.periodic is not None
    name_field = parts.scheme.table(table.parent).name_field
    parents = {normal(r.values.get(name_field, "")): r.id for r in records.values() if r.table == table.parent}
    shown = [(f, f.name.removeprefix("last_"), tab["columns"].get(f.name)) for f in table.fields if f.owner == "system"]
    cells = []
    for row, key in zip(tab["opened"], tab.get("opened_keys", ()), strict=False):
        parent = parents.get(normal(show(key[table.index(table.parent_field)])))
        if parent is None or show(key[table.index(table.periodic.field)]).strip() != period:
            continue
        last = _last_values(table, parent, period, records)
        for field, source, column in shown:
            text = last.get(source, "") if source != field.name else ""
            if column and text and not key[table.index(field.name)]:
                cells.append(CellText(tab["title"], row, column, text, number=field.type in _NUMBERS))
    return cells


def _note_opened(table: Table, tab: dict[str, Any], row: int, texts: dict[str, str]) -> None:
    """The layout that will be true once the opening stands in the book: the next one begins below it."""
    tab["opened"] = [*tab["opened"], row]
    tab["opened_keys"] = [*tab.get("opened_keys", ()), [texts.get(field.name, "") for field in table.fields]]
    tab["last"] = row


def _parents_in_scope(parts: Parts, table: Table, records: dict[str, StoredRecord]) -> list[StoredRecord]:
    """Parents that owe a row for the period: the table's cadence rule says which (its `scope` expression)."""
    parents = [item for item in records.values() if item.table == table.parent and item.state == "live"]
    return [
        item
        for item in parents
        if parts.evaluator.in_scope(table.name, item.table, item.values, parts.clock.today(), item.unit)
    ]


def _taken(table: Table, tab: dict[str, Any], records: dict[str, StoredRecord]) -> set[tuple[str, str]]:
    """(parent name, period) that have a row already, filled or opened."""
    assert table.periodic is not None
    field = table.periodic.field
    taken = {
        (normal(item.values.get(table.parent_field, "")), item.values.get(field, ""))
        for item in records.values()
        if item.table == table.name
    }
    parent_at, period_at = table.index(table.parent_field), table.index(field)
    for cells in tab.get("opened_keys", ()):
        taken.add((normal(show(cells[parent_at])), show(cells[period_at]).strip()))
    return taken


def _before(text: str, period: str) -> bool:
    return bool(text) and place_of(text) < place_of(period)


def _last_values(table: Table, parent: str, period: str, records: dict[str, StoredRecord]) -> dict[str, str]:
    """What the parent's rows before the period last said of each field: a month declared unchanged hides nothing."""
    assert table.periodic is not None
    field = table.periodic.field
    rows = [
        item
        for item in records.values()
        if item.table == table.name and item.parent == parent and _before(item.values.get(field, ""), period)
    ]
    values: dict[str, str] = {}
    for item in sorted(rows, key=lambda item: place_of(item.values[field])):
        values.update(item.values)
    return values
