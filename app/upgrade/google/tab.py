"""What is to be asked for an entry tab that stands: new columns, heads and marks, checks, filter; and how it is told.

All of it is named by its place as it was read, in a batch that is refused when anything has moved since. Texts that stand
in fields' heads are exchanged by what they say besides: what a person has just put there stays.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.upgrade.google.places import Layout
from app.upgrade.google.rules import is_ours, says
from app.upgrade.survey import filled, titles_of
from sheets_templates.addresses import letters
from sheets_templates.gsheet_cells import Canvas
from sheets_templates.gsheet_entry import check_of, column_look, field_columns, own_formula
from sheets_templates.gsheet_upgrade import exchange_text, insert_column, set_check
from sync.backends.folder.upgrade.spec import OLD, Change
from sync.backends.google.grid import OURS
from validators.headers import header_key
from validators.sheet_formulas import KEY, covered_columns

Json = dict[str, Any]
RETIRED = "旧:"  # in the mark row instead of tb:
_FORMATS = {"TEXT": "文本", "DATE": "日期", "": "常规"}


@dataclass(slots=True)
class TabWork:
    """Requests for one tab."""

    layout: Layout
    canvas: Canvas
    changes: list[Change] = field(default_factory=list)
    rekeyed: bool = False  # the columns that a row's key joins are others now

    def write(self, row: int, column: int, text: str) -> None:
        """A text or formula of ours into one cell; the column as read. The batch is refused when that has moved."""
        at = self.layout.then[column]
        value = {"formulaValue": text} if text.startswith("=") else {"stringValue": text}
        self.canvas.write(row, at, [[{"userEnteredValue": value} if text else {}]], "userEnteredValue")

    def tell(self, kind: str, text: str) -> None:
        self.changes.append(Change(kind, self.layout.snapshot.title, text))


def work_on(layout: Layout, lists: Mapping[str, str], words: Collection[str]) -> TabWork:
    """`words`: what stands on 填报说明: titles and hints as we wrote them."""
    tab = layout.standing.tab
    work = TabWork(layout, Canvas(tab.id, tab.row_count))
    for at in layout.fresh:
        insert_column(work.canvas, layout.laid, at, lists, group=not _under_merge(layout, at))
        left = layout.left_of(at)
        where = f"，在“{left}”右边" if left else ""
        work.tell("column", f"{letters(at)}列 新增“{layout.laid.columns[at - 1].title}”{where}")
    _marks(work)
    _heads(work, {header_key(text) for text in words})
    _dropped(work)
    _checks(work, lists, words)
    _formats(work)
    _filter(work)
    _head_guard(work)
    _formulas(work)
    return work


def _under_merge(layout: Layout, at: int) -> bool:
    """Whether the new column comes to lie inside a merged title of a group, which then reaches over it."""
    then, row = layout.then, layout.laid.group_row
    merges = [box for box in layout.standing.grid.merges if box[0] <= row <= box[2] and box[3] > box[1]]
    return any(then.get(left, left) < at < then.get(right, right) for _, left, _, right in merges)


def _marks(work: TabWork) -> None:
    """Marks follow the names of fields; a column that has lost its own texts gets them again."""
    layout = work.layout
    for key, at in layout.places.items():
        mark, text = layout.wanted[key].mark, layout.text(layout.snapshot.mark_row, at)
        if at in layout.bare:
            _bare_column(work, at, mark, layout.laid.columns[layout.then[at] - 1].title)
        elif text != mark and text.startswith(("tb:", RETIRED)):
            exchange_text(work.canvas, text, mark)


def _bare_column(work: TabWork, at: int, mark: str, title: str) -> None:
    """A column of ours whose texts are gone, or displaced by a row that was moved: they go where they belong now. What a
    person has put there stays."""
    layout, snapshot = work.layout, work.layout.snapshot
    column = layout.laid.columns[layout.then[at] - 1]
    head = own_formula(layout.laid, column) if column.tone == "ours" else ("*" if column.required else "") + title
    ours = {mark, head, title, column.group}
    for row in range(1, snapshot.header_row):
        text = layout.text(row, at)
        if row == layout.laid.group_row:
            continue
        if text and text in ours:
            exchange_text(work.canvas, text, "", row, layout.then[at])
        elif layout.standing.tab.formulas.get((row, at), "").startswith(OURS):
            work.write(row, at, "")
    free = [
        (row, text)
        for row, text in ((snapshot.mark_row, mark), (snapshot.header_row, head))
        if layout.text(row, at) in ("", *ours) or (column.tone == "ours" and row == snapshot.header_row)
    ]
    for row, text in free:
        work.write(row, at, text)
    told = f"“{title}”的表头和标记补在原处" if len(free) == 2 else f"“{title}”的表头或标记处有别人的内容，没有补"
    work.tell("column" if len(free) == 2 else "kept", told)


def _heads(work: TabWork, titles: set[str]) -> None:
    """Headers that are still ours follow the scheme; one that a person wrote stays."""
    layout, row = work.layout, work.layout.snapshot.header_row
    for (ours, _), at in layout.places.items():
        if at in layout.bare:
            continue
        column = layout.laid.columns[layout.then[at] - 1]
        raw = layout.text(row, at)
        old, new = raw.strip(), ("*" if column.required and not ours else "") + column.title
        if old == new or (ours and not old):
            continue
        if ours:
            work.write(row, at, own_formula(layout.laid, column))
            work.tell("header", f"表头“{old}”改为“{new}”")
        elif header_key(old) in {*titles, *titles_of(layout.table, column, old)}:
            exchange_text(work.canvas, raw, new, row, layout.then[at])
            work.tell("header", f"表头“{old}”改为“{new}”")
        else:
            work.tell("kept", f"表头“{old}”是自己改的，没有改成“{new}”")


def _dropped(work: TabWork) -> None:
    """The column of a field that is no more stays where it is with all that was filled in."""
    layout, snapshot = work.layout, work.layout.snapshot
    for at, mark in layout.dropped.items():
        name = mark.rpartition(".")[2]
        raw = layout.text(snapshot.header_row, at)
        title = raw.strip().lstrip("*") or name
        exchange_text(work.canvas, mark, RETIRED + mark.removeprefix("tb:"), snapshot.mark_row, layout.then[at])
        if name.startswith("@"):
            work.write(snapshot.header_row, at, OLD + title)
            work.tell("dropped", f"系统的“{title}”列不再使用，不再显示答复")
            continue
        if raw and not title.startswith(OLD):
            exchange_text(work.canvas, raw, OLD + title, snapshot.header_row, layout.then[at])
        count = filled(layout.standing.grid, at, snapshot.header_row)
        work.tell("dropped", f"“{title}”不再使用，改叫“{OLD}{title}”，已填的{count}格原样留在那里")


# checks and formats --------------------------------------------------------------------------------------------------


def _checks(work: TabWork, lists: Mapping[str, str], words: Collection[str]) -> None:
    """Every field gets the check and hint of the new scheme, unless a person set one of his own there."""
    layout, below = work.layout, work.layout.snapshot.header_row
    title = layout.laid.title
    for (ours, _), at in layout.places.items():
        if ours:
            continue
        column = layout.laid.columns[layout.then[at] - 1]
        standing = layout.standing.rules.get(at, {})
        theirs = [rule for row, rule in standing.items() if row > below and not is_ours(rule, title, words)]
        if theirs:
            work.tell("kept", f"“{column.title}”有自己设的数据有效性，没有改")
            continue
        rule = check_of(layout.laid, layout.then[at], lists)
        if says(layout.standing.common_rule(at, below)) != says(rule):
            work.tell("check", f"“{column.title}”：提示或下拉已换新")
        if rule is not None or standing:
            set_check(work.canvas, layout.laid, layout.then[at], rule)


def _formats(work: TabWork) -> None:
    """A field whose type has changed: cells still to be filled take the format of the new one."""
    layout = work.layout
    rows = [row for row, cells in layout.standing.grid.cells.items() if cells.keys() & layout.then.keys()]
    last = max([layout.snapshot.header_row, *rows])
    for (ours, _), at in layout.places.items():
        blanks = {kind for row, kind in layout.standing.blanks.get(at, {}).items() if row > last}
        form = column_look(layout.laid.columns[layout.then[at] - 1]).get("numberFormat", {})
        wanted = form.get("type", "")
        if ours or len(blanks) != 1 or blanks == {wanted}:  # of several kinds: people have chosen some of them
            continue
        place = layout.then[at]
        box = work.canvas.range(last + 1, place, layout.standing.tab.row_count, place)
        look = {"userEnteredFormat": {"numberFormat": form}} if form else {}
        work.canvas.add("repeatCell", range=box, cell=look, fields="userEnteredFormat.numberFormat")
        title = layout.laid.columns[place - 1].title
        work.tell("format", f"“{title}”：空行的格式改为{_FORMATS.get(wanted, wanted)}，已填的格子没有动")


# what lies over the head ----------------------------------------------------------------------------------------------


def _filter(work: TabWork) -> None:
    """A filter over the table must reach over the new columns: sorting by it would tear rows apart otherwise."""
    layout, found = work.layout, work.layout.standing.filter
    if found is None or not layout.fresh:
        return
    box = found.get("range", {})
    right = int(box.get("endColumnIndex", layout.standing.tab.column_count))
    last = max(field_columns(layout.laid))
    if int(box.get("startRowIndex", 0)) != layout.snapshot.header_row - 1 or layout.then.get(right, right) >= last:
        return
    start = layout.then.get(int(box.get("startColumnIndex", 0)) + 1, 1) - 1
    body = {**found, "range": {**box, "startColumnIndex": start, "endColumnIndex": last}}
    work.canvas.add("setBasicFilter", filter=_columns_moved(body, layout.then))


def _columns_moved(found: Json, then: Mapping[int, int]) -> Json:
    """The filter's own columns where they will be."""

    def place(index: Any) -> int:
        return then.get(int(index) + 1, int(index) + 1) - 1

    made = dict(found)
    if "sortSpecs" in made:
        made["sortSpecs"] = [
            {**item, "dimensionIndex": place(item.get("dimensionIndex", 0))} for item in made["sortSpecs"]
        ]
    if "filterSpecs" in made:
        made["filterSpecs"] = [
            {**item, "columnIndex": place(item.get("columnIndex", 0))} for item in made["filterSpecs"]
        ]
        made.pop("criteria", None)  # the same once more, in the older way
    elif "criteria" in made:
        made["criteria"] = {str(place(index)): item for index, item in made["criteria"].items()}
    return made


def _head_guard(work: TabWork) -> None:
    """The header's protection reaches over all columns of ours."""
    layout, last = work.layout, len(work.layout.laid.columns)
    for item in layout.standing.protected:
        box = item.get("range", {})
        right = int(box.get("endColumnIndex", 0))
        if not str(item.get("description", "")).startswith("表头") or not right or not layout.fresh:
            continue
        if layout.then.get(right, right) < last:
            body = {"protectedRangeId": item["protectedRangeId"], "range": {**box, "endColumnIndex": last}}
            work.canvas.add("updateProtectedRange", protectedRange=body, fields="range")


def _formulas(work: TabWork) -> None:
    """The key joins just the fields that there are: laid down anew wherever its column is then."""
    layout, row = work.layout, work.layout.snapshot.header_row
    at = layout.places.get((True, KEY), 0)
    if not at:
        return
    formula = layout.standing.tab.formulas.get((row, at), "")
    now = {letters(column) for (ours, _), column in layout.places.items() if not ours}
    fresh = any(layout.laid.columns[column - 1].tone != "ours" for column in layout.fresh)
    if not fresh and covered_columns(formula, row) == now:
        return
    work.rekeyed = True
    column = layout.laid.columns[layout.then[at] - 1]
    work.write(row, at, own_formula(layout.laid, column))
