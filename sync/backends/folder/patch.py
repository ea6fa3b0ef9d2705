"""A book's bytes and our answer → the new bytes, verified; or nothing, when the book already says all of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sync.backends.folder.own_places import MARKS_TITLE, find_banner, mark_columns, todo_title
from sync.backends.folder.parts import Package, Tab, full_calculation, open_package
from sync.backends.folder.recalc import formulas_look_at
from sync.backends.folder.sheetframe import Sheet
from sync.backends.folder.splice import Blocked, Span, apply, plan_splice, where
from sync.backends.folder.todo_tab import formula_in_the_way, replace_lines
from sync.backends.folder.verify import VerificationFailed, verify, verify_cells, verify_places, verify_written
from sync.backends.folder.zippatch import Archive, Refused, patch
from sync.book import BookAnswer, CellText, TodoLine


@dataclass(slots=True)
class Patch:
    """What an answer does to a book: `data` b"" when nothing is to be written."""

    data: bytes = b""
    written: list[CellText] = field(default_factory=list)
    blocked: list[Blocked] = field(default_factory=list)
    spans: dict[str, list[Span]] = field(default_factory=dict)  # member → spans


def plan_patch(data: bytes, answer: BookAnswer, *, filling: bool = False) -> Patch:
    """The book with our texts in it. `Refused` with a Chinese reason when it must not be written in place.

    `filling`: the cells are what a person has filled in by a command of his own. Then nothing that stands in any of
    them is replaced, and nothing else in the book changes.
    """
    try:
        return _planned(data, answer, filling)
    except VerificationFailed as error:
        raise Refused(f"写回前核对没有通过，未写入任何内容（{error}）") from None


def _planned(data: bytes, answer: BookAnswer, filling: bool) -> Patch:
    archive = Archive(data)
    package = open_package(archive)
    result = Patch()
    _entry_tabs(package, answer.cells, result, filling)
    if not filling:
        _todo_tab(package, answer.todo, result)
    if not any(result.spans.values()):
        return result
    if answer.banner:
        _banners(package, answer, result)
    _calculation(package, result)
    new = {member: apply(archive.read(member), spans) for member, spans in result.spans.items() if spans}
    result.spans = {member: spans for member, spans in result.spans.items() if spans}
    result.data = patch(archive, new)
    for member, spans in result.spans.items():
        verify_written(spans)
        verify_places(archive.read(member), new[member], spans)
    verify(archive, result.data, result.spans)
    return result


def _entry_tabs(package: Package, cells: Sequence[CellText], result: Patch, filling: bool) -> None:
    """Splice the row texts, tab by tab."""
    by_tab: dict[str, list[CellText]] = defaultdict(list)
    for cell in cells:
        by_tab[cell.tab].append(cell)
    for title, wanted in by_tab.items():
        tab = package.tab(title)
        if tab is None:
            raise Refused(f"找不到工作表“{title}”，不能写回")
        sheet = package.sheet(tab)
        marks = _marks(sheet, package)
        astray = {place for place in {(cell.column, cell.name) for cell in wanted} if not _in_its_column(*place, marks)}
        allowed = [cell for cell in wanted if (cell.column, cell.name) not in astray] if astray else wanted
        for cell in wanted:
            if (cell.column, cell.name) in astray:
                result.blocked.append(Blocked(cell, f"{where(cell)} 不是系统写这一项的列"))
        clerks = frozenset(column for column, mark in marks.items() if filling or ".@" not in mark)
        clerks |= {cell.column for cell in wanted} if filling else set()
        done = plan_splice(sheet, allowed, package.shared, clerks)
        verify_cells(sheet.part, done.spans)
        result.spans[tab.member] = done.spans
        result.written += done.written
        result.blocked += done.blocked


def _marks(sheet: Sheet, package: Package) -> dict[int, str]:
    """Column → hidden mark. Marked as the clerk's: we may open a blank row there, and never replace anything (L1)."""
    if not (package.mentions(b"tb:") or b"tb:" in sheet.part):
        return {}
    return mark_columns(sheet, package.shared)


def _in_its_column(column: int, name: str, marks: Mapping[int, str]) -> bool:
    """An answer belongs into the column that bears its mark; a column without a mark was found by its title."""
    mark = marks.get(column, "")
    return not (name and mark) or mark.endswith(f".@{name}")


def _own_tab(package: Package) -> str:
    """Title of our tab 待改清单. "" in a book not made from our template: a tab that bears its title is the clerk's."""
    marks = package.tab(MARKS_TITLE)
    return todo_title(package.sheet(marks), package.shared) if marks else ""


def _todo_tab(package: Package, lines: Sequence[TodoLine], result: Patch) -> None:
    tab = package.tab(_own_tab(package))
    if tab is None:
        return
    sheet = package.sheet(tab)
    if place := formula_in_the_way(sheet, package.shared):
        cell = CellText(tab.title, place.row, place.column, "")
        result.blocked.append(Blocked(cell, f"{where(cell)} 有公式，请清除该单元格的内容"))
    else:
        result.spans[tab.member] = replace_lines(sheet, lines, package.shared)


def _banners(package: Package, answer: BookAnswer, result: Patch) -> None:
    """The banner goes along with another change, and never asks for a write of its own (DESIGN §7)."""
    for tab in _entry_tabs_of(package, answer):
        sheet = package.sheet(tab)
        place = find_banner(sheet, package.shared)
        if place is None:
            continue
        done = plan_splice(sheet, [CellText(tab.title, place.row, place.column, answer.banner)], package.shared)
        verify_cells(sheet.part, done.spans)
        result.spans[tab.member] = sorted([*done.spans, *result.spans.get(tab.member, [])])


def _entry_tabs_of(package: Package, answer: BookAnswer) -> list[Tab]:
    """The tabs that rows of the answer stand on; a book of ours with no row yet has nothing to tell."""
    titles = {cell.tab for cell in answer.cells}
    return [tab for tab in package.tabs if tab.title in titles] if package.tab(MARKS_TITLE) else []


def _calculation(package: Package, result: Patch) -> None:
    written: dict[str, set[int]] = defaultdict(set)
    for cell in result.written:
        written[cell.tab].add(cell.column)
    if formulas_look_at(package, written) and (spans := full_calculation(package.archive.read(package.workbook))):
        result.spans[package.workbook] = spans
