"""Where people left everything on an entry tab, and what of it is which column of the new scheme. Of any backend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sheets_templates.addresses import letters
from sheets_templates.columns import field_column, header
from sheets_templates.highlights import Area, entry_highlights
from sheets_templates.plan import Check, Column, EntryTab
from sync.backends.folder.upgrade.spec import OLD
from sync.book import Snapshot, TabSnapshot
from sync.errors import SyncError
from sync.ledger.grid import Grid, Ledger
from validators.headers import header_key
from validators.rawcell import show
from validators.scheme.models import Scheme
from validators.scheme.tables import Field, Table

HEAD_ROWS = 30  # marks stand within the first rows
QUIET = ("kept", "format")  # no reason to touch a book that is the scheme's already: people may have wished it so
Key = tuple[bool, str]  # (ours, name)
_GONE = ("sheet.tab_lost", "sheet.header_lost")
_NOBODYS = Column("", "", "", False, "", "ours", 10, "left", "General", False, False, Check())


class NotUpgraded(SyncError):
    """没有升级。"""

    hint = "表没有变。"


# the book ----------------------------------------------------------------------------------------------------------


def must_be_ours(snapshot: Snapshot, scheme: Scheme, name: str) -> None:
    """NotUpgraded when the book is not one of this scheme's, or people have taken it apart."""
    if snapshot.scheme != scheme.id or not snapshot.tabs:
        raise NotUpgraded(f"“{name}”读不成这个方案的表，没有升级。", "请先运行 tianbao sync，照它说的处理这本表。")
    gone = {item.params.get("tab", "") for tab in snapshot.tabs for item in tab.findings if item.code in _GONE}
    if gone:
        raise NotUpgraded(
            f"工作表“{'、'.join(sorted(map(str, gone)))}”或它的表头不见了。", "请先恢复，同步正常后再升级。"
        )
    for tab in snapshot.tabs:
        if tab.table and not tab.mark_row:
            raise NotUpgraded(f"“{tab.title}”的隐藏标记行不见了。", "请重新下发空表，用 tianbao import 把内容导入。")


def left_over(ledger: Ledger, scheme: Scheme) -> list[str]:
    """Tabs of tables that the scheme no longer has, by the marks that stand on them."""
    known, found = {table.name for table in scheme.tables}, []
    for grid in ledger.grids:
        texts = [show(raw) for row in range(1, HEAD_ROWS) for raw in grid.cells.get(row, {}).values()]
        tables = {text[3:].partition(".")[0] for text in texts if text.startswith("tb:")}
        if tables and not tables & known:
            found.append(grid.title)
    return found


def free_title(title: str, ledger: Ledger) -> str:
    """The title of a new tab; somebody may have a tab of that name."""
    taken = {grid.title.casefold() for grid in ledger.grids}
    names = (title, *(f"{title[:26]}（{number}）" for number in range(2, 500)))
    return next(name for name in names if name.casefold() not in taken)


# a tab -------------------------------------------------------------------------------------------------------------


def marks_of(table: Table, standing: TabSnapshot, grid: Grid) -> dict[int, str]:
    """Column → mark of this table in the hidden mark row."""
    marks = {column: show(raw) for column, raw in grid.cells.get(standing.mark_row, {}).items()}
    return {column: mark for column, mark in marks.items() if mark.startswith(f"tb:{table.name}.")}


def places_of(
    table: Table, standing: TabSnapshot, grid: Grid, marks: Mapping[int, str], wanted: Iterable[Key]
) -> dict[Key, int]:
    """Which column is whose, as sync reads it: by mark, by title or alias; and by a former name among the aliases, by the
    header that a column got when its field was taken out of the scheme."""
    columns = {(False, name): at for name, at in standing.columns.items()}
    answers = {(True, name): at for name, at in standing.answer_columns.items()}
    found = {key: at for key, at in {**columns, **answers}.items() if key in set(wanted)}
    by_name = {mark.rpartition(".")[2]: at for at, mark in marks.items() if at not in found.values()}
    retired = _retired(standing, grid, {*marks, *found.values()})
    for field in table.fields:
        if (False, field.name) in found:
            continue
        former = next((by_name[name] for name in field.aliases if name in by_name), 0)
        former = former or next((retired[text] for text in spellings(field) if text in retired), 0)
        if former:
            found[False, field.name] = former
    return found


def _retired(standing: TabSnapshot, grid: Grid, taken: set[int]) -> dict[str, int]:
    """Former title → column, of the fields that an earlier version of the scheme had."""
    heads = {at: show(raw).strip() for at, raw in grid.cells.get(standing.header_row, {}).items() if at not in taken}
    return {header_key(text.removeprefix(OLD)): at for at, text in heads.items() if text.startswith(OLD)}


def spellings(field: Field) -> tuple[str, ...]:
    """Spellings of a field's header that are the scheme's, as `header_key` has them."""
    return tuple(header_key(text) for text in (field.title, header(field), *field.aliases))


def titles_of(table: Table, column: Column, head: str) -> tuple[str, ...]:
    """Spellings of a column's header that are ours. `head`: as it stands."""
    if column.tone == "ours":
        return (header_key(column.title),)
    found = spellings(table.field(column.name))
    return (*found, header_key(head)) if head.startswith(OLD) else found


def filled(grid: Grid, column: int, below: int) -> int:
    """How many cells of a column hold something below a row."""
    return sum(column in cells for row, cells in grid.cells.items() if row > below)


def laid_out(
    scheme: Scheme, table: Table, base: EntryTab, standing: TabSnapshot, columns: Mapping[int, Column], banner: str
) -> EntryTab:
    """The template's tab with everything at its place in the book; columns of nobody's between ours. `banner`: the cell
    of the banner, "" = the template's."""
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
        highlights=entry_highlights(where, scheme.conventions, _fixed(banner) if banner else "$A$3"),
        name_column=next(at for at, column in enumerate(laid, 1) if column.name == name and column.tone != "ours"),
    )


def _fixed(cell: str) -> str:
    """B3 → $B$3."""
    column = cell.rstrip("0123456789")
    return f"${column}${cell[len(column) :]}"


def _at(scheme: Scheme, table: Table, column: Column, cell: str) -> Column:
    """A column whose check looks at its own first cell."""
    if column.tone == "ours":
        return column
    return replace(column, check=field_column(scheme, table, table.field(column.name), cell).check)
