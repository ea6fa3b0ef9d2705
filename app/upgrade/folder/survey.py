"""Where the new scheme's columns go on an entry tab of a file: nothing moves, new ones stand on the right."""

from __future__ import annotations

from dataclasses import dataclass

from app.upgrade.survey import NotUpgraded, laid_out, marks_of, places_of, titles_of
from sheets_templates.plan import EntryTab
from sync.backends.folder.upgrade.spec import TabChange
from sync.book import TabSnapshot
from sync.ledger.grid import Grid
from validators.headers import header_key
from validators.scheme.models import Scheme
from validators.scheme.tables import Table

COLUMN_LIMIT = 400  # what a reader looks at


@dataclass(frozen=True, slots=True)
class Surveyed:
    """A tab as the new scheme wants it, laid out as it stands, and what is to change on it."""

    tab: EntryTab
    change: TabChange
    banner: str


def survey(scheme: Scheme, table: Table, base: EntryTab, standing: TabSnapshot, grid: Grid) -> Surveyed:
    """`base`: the template's tab. NotUpgraded when the tab has no room."""
    marks = marks_of(table, standing, grid)
    wanted = {(column.tone == "ours", column.name): column for column in base.columns}
    places = places_of(table, standing, grid, marks, wanted)
    known = {column.mark for column in base.columns}
    dropped = {at: mark for at, mark in marks.items() if at not in places.values() and mark not in known}
    lacking = [key for key in wanted if key not in places]
    fresh = _room(grid, standing, max([*places.values(), *marks]), len(lacking))
    whole = {**places, **dict(zip(lacking, fresh, strict=True))}
    columns = {at: wanted[key] for key, at in whole.items()}
    tab = laid_out(scheme, table, base, standing, columns, standing.banner_cell)
    texts = {at: grid.text(standing.header_row, at).strip() for at in {*whole.values(), *dropped}}
    heads = {at: texts[at].lstrip("*") for at in dropped}
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
        heads={at: header_key(texts[at]) for at in {*places.values(), *dropped}},
        called={
            **{at: titles_of(table, column, texts[at]) for at, column in columns.items()},
            **{at: (header_key(text),) for at, text in heads.items() if text},
        },
    )
    return Surveyed(tab, change, standing.banner_cell)


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
