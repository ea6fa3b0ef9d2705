"""Where two files for one unit say different things, row by row, so that a person can choose."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest

from app.desk import Desk
from app.english import told
from app.queries.models import Difference
from app.rights import hidden, mask_phone
from sync.book import BookRef, Snapshot, TabSnapshot
from sync.errors import SyncError
from sync.keys import key_maker
from validators.rawcell import show
from validators.rows import RawRow
from validators.scheme.models import Scheme
from validators.scheme.tables import Table

MOST = 200


def differences(desk: Desk, code: str, keys: list[str]) -> list[Difference]:
    """Between the first file and the second. A file that cannot be read now is told as one difference."""
    if len(keys) < 2:
        return []
    office, role = desk.office, desk.book(code).role
    snapshots: list[Snapshot] = []
    for key in keys[:2]:
        try:
            snapshots.append(office.backend.read(BookRef(key, key), office.parts.shapes[role]))
        except SyncError as error:
            return [Difference(table=told("整本表"), who=key, field="", one=told(str(error)), other="")]
    found: list[Difference] = []
    for table in office.scheme.tables_of(role):
        found += _of_tab(table, snapshots[0].tab(table.name), snapshots[1].tab(table.name))
    return [_told(item) for item in found[:MOST]]


def _told(item: Difference) -> Difference:
    """Our own words in the language at hand; what stands in cells as it is."""
    if item.field != "整行":
        return item
    words = {"field": told(item.field), "one": told(item.one), "other": told(item.other)}
    return item.model_copy(update=words)


def masked(scheme: Scheme, found: Iterable[Difference]) -> list[Difference]:
    """The same without telephone numbers."""
    titles = {(table.title, item.title) for table in scheme.tables for item in table.fields if hidden(item)}
    return [
        item.model_copy(update={"one": mask_phone(item.one), "other": mask_phone(item.other)})
        if (item.table, item.field) in titles
        else item
        for item in found
    ]


def _of_tab(table: Table, one: TabSnapshot | None, other: TabSnapshot | None) -> list[Difference]:
    left, right = _by_key(table, one), _by_key(table, other)
    found = []
    for key in dict.fromkeys((*left, *right)):
        for a, b in zip_longest(left.get(key, ()), right.get(key, ())):
            found += _of_row(table, a, b)
    return found


def _of_row(table: Table, one: RawRow | None, other: RawRow | None) -> list[Difference]:
    row = one or other
    if row is None:
        return []
    who = show(row.cells[table.index(table.name_field)]) if table.name_field else row.id
    who = who or row.id or f"第{row.row}行"
    if one is None or other is None:
        words = ("有这一行", "没有这一行")
        a, b = words if other is None else words[::-1]
        return [Difference(table=table.title, who=who, field="整行", one=a, other=b)]
    return [
        Difference(table=table.title, who=who, field=item.title, one=show(a), other=show(b))
        for item, a, b in zip(table.fields, one.cells, other.cells, strict=True)
        if a != b
    ]


def _by_key(table: Table, tab: TabSnapshot | None) -> dict[str, list[RawRow]]:
    """Rows by 编号, else by their first natural key, else by content."""
    keys_of = key_maker(table)
    own = [i for i, item in enumerate(table.fields) if item.owner != "system"]
    rows: dict[str, list[RawRow]] = {}
    for row in tab.rows if tab else ():
        if any(row.cells[i] for i in own):
            key = row.id or next((text for text in keys_of(row) if text), "") or row.digest()
            rows.setdefault(key, []).append(row)
    return rows
