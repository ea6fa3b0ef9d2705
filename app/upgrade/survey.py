"""Where people left everything on an entry tab, and where the new scheme's columns go on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sheets_templates.addresses import letters
from sheets_templates.columns import field_column, header
from sheets_templates.highlights import Area, entry_highlights
from sheets_templates.plan import Check, Column, EntryTab
from sync.backends.folder.upgrade.spec import TabChange
from sync.book import TabSnapshot
from sync.errors import SyncError
from sync.ledger.grid import Grid
from validators.headers import header_key
from validators.rawcell import show
from validators.scheme.models import Scheme
from validators.scheme.tables import Table

COLUMN_LIMIT = 400  # what a reader looks at
Key = tuple[bool, str]  # (ours, name)
_NOBODYS = Column("", "", "", False, "", "ours", 10, "left", "General", False, False, Check())


class NotUpgraded(SyncError):
    """没有升级。"""

    hint = "表没有变。"


@dataclass(frozen=True, slots=True)
class Surveyed:
    """A tab as the new scheme wants it, laid out as it stands, and what is to change on it."""

    tab: EntryTab
    change: TabChange
    banner: str


def survey(scheme: Scheme, table: Table, base: EntryTab, standing: TabSnapshot, grid: Grid) -> Surveyed:
    """`base`: the template's tab. NotUpgraded when the tab has lost its marks or has no room."""
    if not standing.mark_row:
        raise NotUpgraded(f"“{standing.title}”的隐藏标记行不见了。", "请重新下发空表，用 tianbao import 把内容导入。")
    marks = {column: show(raw) for column, raw in grid.cells.get(standing.mark_row, {}).items()}
    marks = {column: mark for column, mark in marks.items() if mark.startswith(f"tb:{table.name}.")}
    wanted = {(column.tone == "ours", column.name): column for column in base.columns}
    places = _places(table, standing, marks, wanted)
    known = {column.mark for column in base.columns}
    dropped = {at: mark for at, mark in marks.items() if at not in places.values() and mark not in known}
    lacking = [key for key in wanted if key not in places]
    fresh = _room(grid, standing, max([*places.values(), *marks]), len(lacking))
    whole = {**places, **dict(zip(lacking, fresh, strict=True))}
    tab = _laid_out(scheme, table, base, standing, {at: wanted[key] for key, at in whole.items()})
    titles = {at: _titles(scheme, table, wanted[key]) for key, at in whole.items()}
    heads = {at: grid.text(standing.header_row, at).strip().lstrip("*") for at in dropped}
    change = TabChange(
        title=standing.title,
        mark_row=tab.mark_row,
        group_row=tab.group_row,
        header_row=tab.header_row,
        first_row=tab.first_row,
        fresh=tuple(fresh),
        kept={at: wanted[key].mark for key, at in places.items()},
        answers=tuple(at for (ours, _), at in whole.items() if ours),
        dropped={at: heads[at] or mark.rpartition(".")[2] for at, mark in dropped.items()},
        heads={at: header_key(grid.text(standing.header_row, at)) for at in {*places.values(), *dropped}},
        called={**titles, **{at: (header_key(text),) for at, text in heads.items() if text}},
    )
    return Surveyed(tab, change, standing.banner_cell)


def _places(
    table: Table, standing: TabSnapshot, marks: Mapping[int, str], wanted: Iterable[Key]
) -> dict[Key, int]:  # fmt: skip
    """Which column is whose, as sync reads it: by mark, by title or alias; and by a former name among the aliases."""
    columns = {(False, name): at for name, at in standing.columns.items()}
    answers = {(True, name): at for name, at in standing.answer_columns.items()}
    found = {key: at for key, at in {**columns, **answers}.items() if key in set(wanted)}
    by_name = {mark.rpartition(".")[2]: at for at, mark in marks.items() if at not in found.values()}
    for field in table.fields:
        former = next((by_name[name] for name in field.aliases if name in by_name), 0)
        if former and (False, field.name) not in found:
            found[False, field.name] = former
    return found


def _room(grid: Grid, standing: TabSnapshot, last: int, count: int) -> list[int]:
    """As many columns side by side behind ours in which nothing stands in any row."""
    taken = {column for row in grid.cells.values() for column in row}
    for top, left, bottom, right in grid.merges:
        if bottom >= standing.mark_row and top != 1:
            taken.update(range(left, min(right, COLUMN_LIMIT) + 1))
    start = last + 1
    while any(at in taken for at in range(start, start + count)):
        start += 1
    if start + count - 1 > COLUMN_LIMIT:
        raise NotUpgraded(
            f"“{standing.title}”右边没有放得下{count}列的空位。", "请先把右边自己加的内容移到另一张工作表。"
        )
    return list(range(start, start + count))


def _titles(scheme: Scheme, table: Table, column: Column) -> tuple[str, ...]:
    """Spellings of a header that are the scheme's."""
    if column.tone == "ours":
        return (header_key(column.title),)
    field = table.field(column.name)
    return tuple(header_key(text) for text in (field.title, header(field), *field.aliases))


def _laid_out(
    scheme: Scheme, table: Table, base: EntryTab, standing: TabSnapshot, columns: Mapping[int, Column]
) -> EntryTab:
    """The template's tab with everything at its place in the book; columns of nobody's between ours."""
    first = standing.header_row + 1
    grouped = base.group_row and standing.header_row - standing.mark_row > 1
    laid = tuple(
        _at(scheme, table, columns[at], f"{letters(at)}{first}") if at in columns else _NOBODYS
        for at in range(1, max(columns) + 1)
    )
    last = max([first, *(row.row for row in (*standing.rows, *standing.totals))])
    reach = max(first + base.reach - base.first_row, last + 500)
    name = base.columns[base.name_column - 1].name
    where = Area(table, laid, standing.mark_row, first, reach)
    banner = (
        "$"
        + standing.banner_cell.rstrip("0123456789")
        + "$"
        + standing.banner_cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    )
    return replace(
        base,
        title=standing.title,
        columns=laid,
        sign=(),
        heading_last=1,
        mark_row=standing.mark_row,
        group_row=standing.header_row - 1 if grouped else 0,
        header_row=standing.header_row,
        first_row=first,
        last_row=first,
        reach=reach,
        rows=(),
        highlights=entry_highlights(where, scheme.conventions, banner if len(banner) > 2 else "$A$3"),
        name_column=next(at for at, column in enumerate(laid, 1) if column.name == name and column.tone != "ours"),
    )


def _at(scheme: Scheme, table: Table, column: Column, cell: str) -> Column:
    """A column whose check looks at its own first cell."""
    if column.tone == "ours":
        return column
    return replace(column, check=field_column(scheme, table, table.field(column.name), cell).check)
