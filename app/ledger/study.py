"""A ledger file → which of its tabs are meant, which table they are, and which column is which field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from sync.backends.folder.pool import Reader
from sync.errors import BookUnavailable, SyncError, UnknownName, os_words
from sync.keys import normal
from sync.ledger.body import Line, read_body
from sync.ledger.grid import Grid, Ledger
from sync.ledger.heads import find_header
from sync.ledger.mapping import Mapping, is_form, labels, month_named, name_keys, propose, sent, title_keys
from sync.ledger.split import is_half, split_tables
from sync.ledger.typed import Typist
from validators.scheme.models import Scheme
from validators.scheme.tables import Table

READ_LIMIT = 60_000_000


class NotImported(SyncError):
    """没有导入。"""

    hint = "表没有变。"


class NothingOfThatName(NotImported, UnknownName):
    """没有叫这个名字的表或工作表。"""


@dataclass(slots=True)
class Study:
    """A ledger understood: the table it is, one mapping for each tab that is meant; `others`: tabs that look alike."""

    ledger: Ledger
    table: Table
    mappings: list[Mapping]
    others: list[str] = field(default_factory=list)
    typist: Typist | None = None

    def lines(self, mapping: Mapping) -> list[Line]:
        return read_body(self.grid(mapping), mapping, self.table)

    @property
    def missed(self) -> list[str]:
        """What every row must have and none gets: columns left out for want of certainty, the month of a monthly table."""
        called = {item.name: item.title for item in self.table.fields if item.required}
        told = []
        for mapping in self.mappings:
            filled = mapping.fixed.keys() | {name for item in mapping.columns for name in item.targets}
            told += [f"{mapping.tab} 的{item.letters}列“{item.head.shown}”没有导入，表里的“{called[name]}”会空着：{item.reason}"
                     for item in mapping.columns for name in item.dropped if name in called and name not in filled]  # fmt: skip
            period = self.table.periodic.field if self.table.periodic else ""
            if period and period not in filled and not any(period in item.dropped for item in mapping.columns):
                told.append(f"{mapping.tab} 看不出是哪一期的，表里的“{labels(self.table)[period]}”会空着")
        return told

    def grid(self, mapping: Mapping) -> Grid:
        grid = self.ledger.grid(mapping.tab)
        assert grid is not None
        return grid


def open_ledger(path: Path, reader: Reader) -> Ledger:
    """Everything that stands in the file. NotImported says why it cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(READ_LIMIT + 1)
    except OSError as error:
        raise BookUnavailable(f"打不开 {path.name}：{os_words(error)}") from None
    ledger = reader.grids(data, name=path.name)
    if ledger.problem:
        raise NotImported(ledger.problem)
    return ledger


def study(
    scheme: Scheme, tables: Sequence[Table], ledger: Ledger, today: date, *, tabs: Sequence[str] = (), owner: str = ""
) -> Study:
    """The best reading of a ledger. `tables`: those that may be meant; `tabs`: titles a person named, else the tab of
    the unit's name, else the one of which most is understood."""
    keys = title_keys(tables)
    names = name_keys(tables)
    ledger = replace(ledger, grids=[part for grid in ledger.grids for part in split_tables(grid, keys, names)])
    grids = _grids(ledger, tabs)
    forms = [grid.title for grid in grids if is_form(grid, keys)]
    grids = [grid for grid in grids if grid.title not in forms]
    best: tuple[float, Table, list[Mapping]] | None = None
    for table in tables:
        typist = Typist(scheme, table, today)
        found = [
            item for item in (_mapping(scheme, table, grid, typist, ledger.name) for grid in grids) if item is not None
        ]
        worth = max((_worth(item, table) for item in found), default=0.0)
        if found and (best is None or worth > best[0]):
            best = (worth, table, found)
    if best is None and forms:
        raise NotImported(
            f"“{ledger.name}”的{'、'.join(forms)}是竖着排的登记表（左边是栏目、右边是内容），不是一行一个项目的台账，没有导入。",
            "请汇成一行一个项目的表再导入，或者直接填在单位的表里。表没有变。",
        )
    if best is None:
        where = "、".join(grid.title for grid in grids)
        raise NotImported(
            f"“{ledger.name}”里没有认出表头（看了：{where}）。",
            "表头要有“项目名称”这样的列名；用 --tab 指定工作表，用 --table 指定填到哪张表。表没有变。",
        )
    _, table, found = best
    chosen = found if tabs else _chosen(scheme, table, ledger, found, owner, today)
    others = [item.tab for item in found if item not in chosen]
    others += [f"{title}（登记表，不能导入）" for title in forms]
    others += [f"{grid.title}（隐藏）" for grid in ledger.grids if grid.state == "hidden" and grid.title not in tabs]
    return Study(ledger, table, chosen, others, Typist(scheme, table, today))


def _grids(ledger: Ledger, tabs: Sequence[str]) -> list[Grid]:
    if not tabs:
        return [grid for grid in ledger.grids if grid.state == "visible" and grid.cells]
    missing = [title for title in tabs if ledger.grid(title) is None]
    if missing:
        known = "、".join(grid.title for grid in ledger.grids)
        raise NothingOfThatName(f"“{ledger.name}”里没有工作表“{missing[0]}”；有：{known}。")
    return [grid for title in tabs if (grid := ledger.grid(title)) is not None]


def _mapping(scheme: Scheme, table: Table, grid: Grid, typist: Typist, file: str) -> Mapping | None:
    header = find_header(grid, title_keys((table,)), typist.today, file)
    found = propose(scheme, table, grid, header, typist) if header else None
    return found if found and found.worth > 0 else None


def _worth(mapping: Mapping, table: Table) -> float:
    """A table whose rows could not even be named is not meant."""
    named = not table.name_field or mapping.column_of(table.name_field) is not None
    return mapping.worth + (2.0 if named else 0.0) - (1.0 if table.parent else 0.0)


def _chosen(
    scheme: Scheme, table: Table, ledger: Ledger, found: Sequence[Mapping], owner: str, today: date
) -> list[Mapping]:
    """One tab, with its other half where the table stands in two."""
    unit = scheme.unit(owner)
    names = {normal(word) for word in (unit.name, *unit.aliases)} if unit else set()
    own = [item for item in found if any(name in normal(item.tab) for name in names)]

    def weight(item: Mapping) -> tuple[float, int, str]:
        grid = ledger.grid(item.tab)
        latest = max(item.fixed.values(), default="")  # of a tab for each month the last one
        return round(_worth(item, table), 1), len(grid.cells) if grid else 0, latest

    best = max(own or found, key=weight)
    alike = [
        item for item in own or found if _same_columns(best, item)
    ]  # 在建项目 | 前期项目: the longest, not the cleanest
    best = _latest(max(alike, key=lambda item: (*weight(item)[1:], item is best)), own or found, today)
    return [best, *(item for item in found if is_half(item.tab, best.tab))]


def _latest(best: Mapping, found: Sequence[Mapping], today: date) -> Mapping:
    """Of tabs 1月…12月 with the same columns the last one that is filled in and whose month has begun."""
    months = {month: item for item in found
              if (month := month_named(item.tab, today)) and any(column.samples for column in item.columns)
              and _same_columns(best, item)}  # fmt: skip
    begun = [month for month in months if month <= f"{today:%Y-%m}"]
    return months[max(begun)] if begun and best in months.values() else best


def _same_columns(one: Mapping, other: Mapping) -> bool:
    titles = {item.head.title for item in one.columns}
    return len(titles & {item.head.title for item in other.columns}) * 5 >= len(titles) * 4


def accept_sure(mapping: Mapping) -> Mapping:
    """Only what is certain enough to go without a person."""
    columns = [item if item.sure or not item.targets
               else replace(item, targets=(), dropped=item.targets, reason=f"没有把握，未导入（{item.reason}）")
               for item in mapping.columns]  # fmt: skip
    return Mapping(mapping.tab, mapping.table, mapping.header, columns, mapping.fixed)


def keep_rest(mapping: Mapping) -> Mapping:
    """What goes nowhere is kept as “标题：值”."""
    lost = {item.head.column for item in mapping.lost}
    columns = [replace(item, keep=True) if item.head.column in lost else item for item in mapping.columns]
    return Mapping(mapping.tab, mapping.table, mapping.header, columns, mapping.fixed)


def redirected(table: Table, mapping: Mapping, letters: str, targets: tuple[str, ...], keep: bool) -> Mapping:
    """One column sent elsewhere by a person; whoever filled the field before does so no longer."""
    columns = []
    for item in mapping.columns:
        if item.letters == letters:
            columns.append(sent(table, mapping.header, item, targets, keep))
        elif set(item.targets) & set(targets):
            columns.append(replace(item, targets=(), confidence=0.0, reason=f"改由{letters}列填"))
        else:
            columns.append(item)
    fixed = {name: text for name, text in mapping.fixed.items() if name not in targets}
    return Mapping(mapping.tab, mapping.table, mapping.header, columns, fixed)
