"""A table of the scheme as an entry tab: where its rows stand, its columns, sign row, marks and prefilled rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from sheets_templates.addresses import letters
from sheets_templates.columns import answer_column, field_column
from sheets_templates.highlights import Area, entry_highlights
from sheets_templates.plan import CellValue, Column, EntryTab, PlanError, SignCell
from sheets_templates.wording import FILE
from validators.scheme.models import Scheme
from validators.scheme.tables import MECHANISM, AnswerColumn, Table

TITLE_ROW, SIGN_ROW, BANNER_ROW, MARK_ROW = 1, 2, 3, 4
BANNER = "A3"
SPARE_ROWS = 20  # blank rows below prefilled ones
REACH = 1000  # checks and marks cover at least this many rows
WIDE_PAGE = 430  # characters on one A3 page at about half size, the smallest print offices put up with
FROZEN_LIMIT = 110  # characters; more would leave a small screen nothing to scroll
SCREEN = 200  # characters a small screen shows at 85 %; a wider tab is shown smaller, its heading starts at the left
FOLDED_FROM = 40  # columns; from here on groups can be folded away
TINTS = 4


def entry_tab(
    scheme: Scheme, table: Table, unit_name: str, rows: Sequence[Mapping[str, CellValue]], welcome: str = FILE.welcome
) -> EntryTab:
    """The entry tab of a table in the book of `unit_name`. PlanError when a row names an unknown field."""
    grouped = any(field.group for field in table.fields)
    header_row = MARK_ROW + (2 if grouped else 1)
    first_row = header_row + 1
    columns = _columns(scheme, table, first_row)
    prepared = max(table.rows, len(rows) + SPARE_ROWS if rows else 0)
    reach = first_row + max(REACH, prepared + 500) - 1
    where = Area(table, columns, MARK_ROW, first_row, reach)
    paper, pages, heading_last = _pages(table, columns)
    return EntryTab(
        table=table.name,
        title=table.title,
        heading=f"{scheme.title}{table.title}",
        columns=columns,
        sign=_sign(columns, heading_last, unit_name),
        banner=welcome,
        mark_row=MARK_ROW,
        group_row=MARK_ROW + 1 if grouped else 0,
        header_row=header_row,
        first_row=first_row,
        last_row=first_row + prepared - 1,
        reach=reach,
        freeze_column=_freeze(table, columns),
        rows=tuple(_values(table, columns, row) for row in rows),
        highlights=entry_highlights(where, scheme.conventions, f"$A${BANNER_ROW}"),
        paper=paper,
        pages_wide=pages,
        name_column=_name_column(table, columns),
        heading_last=heading_last,
        footer=unit_name,
        note=table.note,
        zoom=100 if sum(_widths(columns)) <= SCREEN else 85,
    )


def _columns(scheme: Scheme, table: Table, first_row: int) -> tuple[Column, ...]:
    shown = [item for item in scheme.answers if not table.answers or item.name in {*table.answers, *MECHANISM}]
    left = [answer_column(table, item) for item in shown if item.side == "left"]
    fields = [
        field_column(scheme, table, field, f"{letters(index)}{first_row}")
        for index, field in enumerate(table.fields, len(left) + 1)
    ]
    return (*left, *_folded(table, fields), *_right(table, shown))


def _folded(table: Table, fields: Sequence[Column]) -> list[Column]:
    """Groups told apart by colour; on a very wide tab each can be folded down to its first column.

    Nothing is folded at the start: a person who pastes over folded columns fills cells he does not see.
    """
    printed = {field.name: field.print for field in table.fields}
    folds = len(fields) >= FOLDED_FROM
    found: list[Column] = []
    tint = -1
    for at, column in enumerate(fields):
        first = at == 0 or column.group != fields[at - 1].group
        tint += 1 if first and column.group else 0
        level = 0 if first or not folds or not column.group else 1 if printed[column.name] else 2
        found.append(replace(column, level=level, tint=max(tint, 0) % TINTS))
    return found


def _right(table: Table, shown: Sequence[AnswerColumn]) -> list[Column]:
    """Hidden columns go last, so that a person who deletes the columns behind the table finds nothing odd between."""
    right = sorted((item for item in shown if item.side == "right"), key=lambda item: item.hidden)
    return [answer_column(table, item) for item in right]


def _name_column(table: Table, columns: tuple[Column, ...]) -> int:
    """The column a row is called by."""
    name = table.name_field or (table.keys[-1][0] if table.keys else table.fields[0].name)
    return _first_field(columns) + table.index(name)


def _first_field(columns: tuple[Column, ...]) -> int:
    return next(index for index, column in enumerate(columns, 1) if column.tone != "ours")


def _freeze(table: Table, columns: tuple[Column, ...]) -> int:
    """Frozen through the name column, or the first field, or our own columns: what leaves room on a small screen."""
    first = _first_field(columns)
    fitting = (at for at in (_name_column(table, columns), first) if sum(_widths(columns)[:at]) <= FROZEN_LIMIT)
    return next(fitting, first - 1)


def _widths(columns: tuple[Column, ...]) -> list[float]:
    return [0 if column.hidden else column.width for column in columns]


def _pages(table: Table, columns: tuple[Column, ...]) -> tuple[Literal["A3", "A4"], int, int]:
    """Paper, pages side by side, last column of the heading.

    One page wide as long as it can be read; beyond that the name column is repeated and the heading stays on the
    first page, where a reader begins.
    """
    widths = _widths(columns)
    last = max(index for index, width in enumerate(widths, 1) if width)
    paper: Literal["A3", "A4"] = "A3" if sum(1 for width in widths if width) > 15 else "A4"
    pages = -(-int(sum(widths)) // WIDE_PAGE)
    if pages == 1:
        return paper, 1, last
    page = (sum(widths) + (pages - 1) * widths[_name_column(table, columns) - 1]) / pages
    return paper, pages, _reach(widths, 0.93 * page / sum(widths)) - 1


def _sign(columns: tuple[Column, ...], last: int, unit_name: str) -> tuple[SignCell, ...]:
    """填报单位（盖章）, 填报人 … laid over the columns of the heading in proportion to their width."""
    texts = [f"填报单位（盖章）：{unit_name}", "填报人：", "审核人：", "联系电话：", "填报日期："]
    texts += ["单位：万元"] if any("（万元）" in column.title for column in columns) else []
    if last < len(texts):
        return (SignCell(1, last, "    ".join(texts)),)
    widths = _widths(columns)[:last]
    cells, start = [], 1
    for index, text in enumerate(texts):
        rest = len(texts) - index - 1
        end = max(start, min(_reach(widths, (index + 1) / len(texts)), last - rest))
        cells.append(SignCell(start, end, text, "right" if text.startswith("单位") else "left"))
        start = end + 1
    return tuple(cells)


def _reach(widths: Sequence[float], share: float) -> int:
    """The column at which this share of the whole width is reached."""
    wanted, seen = sum(widths) * share, 0.0
    for index, width in enumerate(widths, 1):
        seen += width
        if seen >= wanted - 0.01:
            return index
    return len(widths)


def _values(table: Table, columns: tuple[Column, ...], row: Mapping[str, CellValue]) -> tuple[CellValue, ...]:
    unknown = set(row) - {field.name for field in table.fields}
    if unknown:
        raise PlanError(f"表“{table.title}”没有这些栏目：{'、'.join(sorted(unknown))}")
    return tuple(None if column.tone == "ours" else row.get(column.name) for column in columns)
