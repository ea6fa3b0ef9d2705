"""An entry tab brought to the new scheme where it stands: marks, heads, new columns, what is checked while typing.

No cell that a person filled is touched, no column moves: a new column is laid where nothing stands, a field that is no
more keeps its column and its content and only loses its mark.
"""

from __future__ import annotations

from copy import deepcopy

from sync.backends.folder.cellxml import column_letters
from sync.backends.folder.upgrade.checks import boxes, renew_checks, renew_highlights, text_of
from sync.backends.folder.upgrade.sheet import Donor, SheetTree
from sync.backends.folder.upgrade.spec import OLD, TabChange, Upgraded
from sync.backends.folder.upgrade.xml import Element, adopt, child, children, local
from sync.backends.folder.zippatch import Refused
from validators.headers import header_key


def renew_tab(sheet: SheetTree, change: TabChange, donor: Donor, tables: list[str], report: Upgraded) -> set[str]:
    """Change the tab in its tree. `tables`: ranges of spreadsheet tables on it. Returns the cells that were laid."""
    other = donor.sheet(change.title)
    laid: set[str] = set()
    _marks(sheet, other, change, donor, laid)
    _heads(sheet, other, change, donor, tables, report, laid)
    for column in change.fresh:
        _lay_column(sheet, other, change, donor, column, laid)
        report.add("column", change.title, f"{column_letters(column)}列 新增“{_title(other, change, column)}”")
    if change.fresh:
        _widths(sheet, other, change, donor)
        _filter(sheet, change, report)
    _formats(sheet, other, change, donor, report, laid)
    renew_checks(sheet, other, change, report)
    renew_highlights(sheet, other, change, donor)
    _dimension(sheet, change)
    return laid


def _title(other: SheetTree, change: TabChange, column: int) -> str:
    return other.text(other.cells(change.header_row).get(column)).lstrip("*")


def _marks(sheet: SheetTree, other: SheetTree, change: TabChange, donor: Donor, laid: set[str]) -> None:
    wanted, standing = other.cells(change.mark_row), sheet.cells(change.mark_row)
    for column, mark in change.kept.items():
        if sheet.text(standing.get(column)) != mark:
            _lay(sheet, change.mark_row, column, donor.cell(wanted[column], sheet.space), standing.get(column), laid)
    for column in change.dropped:
        if sheet.text(standing.get(column)):
            blank = sheet.root.makeelement(f"{{{sheet.space}}}c", {}, None)
            _lay(sheet, change.mark_row, column, blank, standing.get(column), laid)


def _heads(
    sheet: SheetTree, other: SheetTree, change: TabChange, donor: Donor, tables: list[str], report: Upgraded,
    laid: set[str],
) -> None:  # fmt: skip
    """Header texts that are still ours follow the scheme; one that a person wrote stays."""
    wanted, standing = other.cells(change.header_row), sheet.cells(change.header_row)
    spots = [box for text in tables for box in boxes(text)]
    titles = {column: _titles_of_checks(sheet, column) | {*change.called.get(column, ())} for column in standing}
    for column in change.kept:
        new, old = other.text(wanted.get(column)).strip(), sheet.text(standing.get(column)).strip()
        if column not in wanted or old == new or (column in change.answers and not old):
            continue
        where = f"{column_letters(column)}列"
        if _in_table(spots, change.header_row, column):
            report.add("kept", change.title, f"{where}表头“{old}”在超级表里，没有改成“{new}”")
        elif not old or header_key(old) in titles[column]:
            cell = donor.cell(wanted[column], sheet.space)
            _lay(sheet, change.header_row, column, cell, standing.get(column), laid)
            report.add("header", change.title, f"{where}表头“{old}”改为“{new}”")
        else:
            report.add("kept", change.title, f"{where}表头“{old}”是自己改的，没有改成“{new}”")
    for column, title in change.dropped.items():
        old = sheet.text(standing.get(column)).strip()
        count = sum(bool(sheet.text(sheet.cells(row).get(column))) for row in sheet.rows if row > change.header_row)
        report.add("dropped", change.title, f"{column_letters(column)}列“{title}”不再使用，已填的{count}格原样留在那里")
        if old and not old.startswith(OLD) and not _in_table(spots, change.header_row, column):
            _lay(sheet, change.header_row, column, _text_cell(sheet, OLD + old.lstrip("*")), standing[column], laid)


def _titles_of_checks(sheet: SheetTree, column: int) -> set[str]:
    """What our own hint calls the column: the title it had when the book was made."""
    container = sheet.section("dataValidations")
    found = set[str]()
    for item in children(container, "dataValidation") if container is not None else ():
        if any(box[1] <= column <= box[3] for box in boxes(item.get("sqref", ""))):
            found |= {header_key(text) for text in (item.get("promptTitle"), item.get("errorTitle")) if text}
    return found


def _in_table(spots: list[tuple[int, int, int, int]], row: int, column: int) -> bool:
    return any(top <= row <= bottom and left <= column <= right for top, left, bottom, right in spots)


def _text_cell(sheet: SheetTree, text: str) -> Element:
    cell = sheet.root.makeelement(f"{{{sheet.space}}}c", {"t": "inlineStr"}, None)
    inline = sheet.root.makeelement(f"{{{sheet.space}}}is", {}, None)
    piece = sheet.root.makeelement(f"{{{sheet.space}}}t", {}, None)
    piece.text = text
    inline.append(piece)
    cell.append(inline)
    return cell


def _lay(
    sheet: SheetTree, row: int, column: int, cell: Element, before: Element | None, laid: set[str]
) -> None:  # fmt: skip
    """Put a cell of ours; the look of what stood there stays. Without `before`, nothing may stand there."""
    if before is None and sheet.text(sheet.cells(row).get(column)):
        raise Refused(f"{column_letters(column)}{row} 已有内容，不能放新栏目")
    if before is not None:
        cell.attrib.pop("s", None)
        if before.get("s"):
            cell.set("s", str(before.get("s")))
    sheet.put(row, column, cell)
    laid.add(f"{column_letters(column)}{row}")


def _lay_column(
    sheet: SheetTree, other: SheetTree, change: TabChange, donor: Donor, column: int, laid: set[str]
) -> None:
    for row in (change.mark_row, change.group_row, change.header_row):
        cell = other.cells(row).get(column) if row else None
        if cell is not None:
            _lay(sheet, row, column, donor.cell(cell, sheet.space), None, laid)
    model = other.cells(change.first_row).get(column)
    if model is None:
        return
    for row in sorted(at for at in sheet.rows if at >= change.first_row):
        if sheet.cells(row).keys() & change.kept.keys():
            _lay(sheet, row, column, donor.cell(model, sheet.space), None, laid)


def _formats(
    sheet: SheetTree, other: SheetTree, change: TabChange, donor: Donor, report: Upgraded, laid: set[str]
) -> None:
    """A field whose type has changed: cells still to be filled take the number format of the new one; colours that
    somebody gave them stay. Where their formats differ among each other, people have chosen them."""
    mine = {*change.kept, *change.dropped}
    used = (row for row in sheet.rows if any(sheet.text(sheet.cells(row).get(column)) for column in mine))
    last = max([change.header_row, *used])
    for column in sorted(change.kept.keys() - set(change.answers)):
        model = other.cells(change.first_row).get(column)
        blanks = [row for row in sorted(sheet.rows) if row > last and column in sheet.cells(row)]
        formats = {donor.number_format(sheet.cells(row)[column]) for row in blanks}
        if model is None or len(formats) != 1:
            continue
        model = donor.cell(model, sheet.space)
        if formats == {donor.number_format(model)}:
            continue
        for row in blanks:
            donor.reformat(sheet.cells(row)[column], model)
            laid.add(f"{column_letters(column)}{row}")
        title = _title(other, change, column)
        report.add("format", change.title, f"“{title}”：空行换成新类型的格式，已填的格子没有动")


def _widths(sheet: SheetTree, other: SheetTree, change: TabChange, donor: Donor) -> None:
    """Widths of the new columns; a width that was set for many columns at once is cut into pieces."""
    wanted = {
        at: item for item in _cols(other) for at in range(int(item.get("min", "0")), int(item.get("max", "0")) + 1)
    }
    container = sheet.section("cols")
    if container is None:
        container = sheet.root.makeelement(f"{{{sheet.space}}}cols", {}, None)
        sheet.insert(container)
    for column in change.fresh:
        if column not in wanted:
            continue
        copy = adopt(wanted[column], sheet.space)
        donor.restyle(copy)
        for name in ("outlineLevel", "collapsed"):
            copy.attrib.pop(name, None)
        copy.set("min", str(column))
        copy.set("max", str(column))
        _put_width(container, copy, column)


def _cols(sheet: SheetTree) -> list[Element]:
    container = sheet.section("cols")
    return children(container, "col") if container is not None else []


def _put_width(container: Element, item: Element, column: int) -> None:
    for at, standing in enumerate(children(container, "col")):
        low, high = int(standing.get("min", "0")), int(standing.get("max", "0"))
        if low > column:
            container.insert(at, item)
            return
        if low <= column <= high:
            pieces = [(low, column - 1, standing), (column, column, item), (column + 1, high, standing)]
            made = [_width(piece, first, last) for first, last, piece in pieces if first <= last]
            container[at : at + 1] = made
            return
    container.append(item)


def _width(item: Element, first: int, last: int) -> Element:
    piece = deepcopy(item)
    piece.set("min", str(first))
    piece.set("max", str(last))
    return piece


def _filter(sheet: SheetTree, change: TabChange, report: Upgraded) -> None:
    """A filter over the table must reach over the new columns: sorting by it would tear rows apart otherwise."""
    found = sheet.section("autoFilter")
    spots = boxes(found.get("ref", "")) if found is not None else []
    if found is None or not spots or spots[0][0] != change.header_row:
        return
    top, left, bottom, right = spots[0]
    last = max(right, *change.fresh)
    if last > right:
        found.set("ref", text_of([(top, left, bottom, last)]))
        between = [at for at in range(right + 1, last + 1) if at not in change.fresh]
        if any(sheet.text(cell) for row in sheet.rows for at, cell in sheet.cells(row).items() if at in between):
            report.add("kept", change.title, "筛选范围扩到了新列，中间自己加的列今后随行一起排序")


def _dimension(sheet: SheetTree, change: TabChange) -> None:
    found = child(sheet.root, "dimension")
    spots = boxes(found.get("ref", "")) if found is not None else []
    if found is not None and spots and change.fresh:
        top, left, bottom, right = spots[0]
        found.set("ref", text_of([(top, left, bottom, max(right, *change.fresh))]))


def filter_range(sheet: SheetTree) -> str:
    """The filter's range, "" without one."""
    found = next((item for item in sheet.root if local(item) == "autoFilter"), None)
    return str(found.get("ref", "")) if found is not None else ""
