"""Checks while typing and conditional formats of an entry tab: ours are laid down anew, those of people stay.

Ours are known by what they say: a check by its list, its guard or the column's title above its hint; a conditional
format by its formula, places left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sync.backends.folder.cellxml import column_letters, column_number
from sync.backends.folder.upgrade.sheet import Donor, SheetTree
from sync.backends.folder.upgrade.spec import TabChange, Upgraded
from sync.backends.folder.upgrade.xml import Element, adopt, child, children
from validators.headers import header_key

_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?\Z")
_PLACE = re.compile(r"\$?\b[A-Z]{1,3}\$?\d{1,7}\b")
_GUARD = "此列由系统回写"
_STALE = 'AND(#<>"",#<>'
Box = tuple[int, int, int, int]


def boxes(sqref: str) -> list[Box]:
    """(top, left, bottom, right) of each piece of a range list; whole columns or rows are left out."""
    found = []
    for piece in sqref.split():
        if match := _RANGE.match(piece):
            top, left = int(match[2]), column_number(match[1])
            found.append((top, left, int(match[4] or top), column_number(match[3] or match[1])))
    return found


def text_of(pieces: Iterable[Box]) -> str:
    """A range list again."""
    return " ".join(
        f"{column_letters(left)}{top}:{column_letters(right)}{bottom}" for top, left, bottom, right in pieces
    )


def skeleton(formula: str) -> str:
    """A formula without its places."""
    return _PLACE.sub("#", formula.removeprefix("=").replace(" ", ""))


# checks while typing -----------------------------------------------------------------------------------------------


def renew_checks(sheet: SheetTree, other: SheetTree, change: TabChange, report: Upgraded) -> None:
    """Every column of ours gets the check and hint of the new scheme, unless a person set one of his own there."""
    standing = sheet.section("dataValidations")
    wanted = {box[1]: item for item in _items(other.section("dataValidations")) for box in boxes(item.get("sqref", ""))}
    mine = {*change.kept, *change.fresh, *change.dropped}
    before: dict[int, Element] = {}
    theirs: set[int] = set()
    for item in _items(standing):
        pieces = boxes(item.get("sqref", ""))
        at = {column for box in pieces for column in range(box[1], min(box[3], 16384) + 1) if column in mine}
        ours = {column for column in at if _is_ours(item, _names(change, column))}
        theirs |= at - ours
        before |= dict.fromkeys(ours, item)
        if ours:
            _cut(item, pieces, ours)
    made = [(column, item) for column, item in sorted(wanted.items()) if column in mine and column not in theirs]
    if standing is None and made:
        standing = sheet.root.makeelement(f"{{{sheet.space}}}dataValidations", {}, None)
        sheet.insert(standing)
    for column, item in made:
        copy = adopt(item, sheet.space)
        copy.set("sqref", text_of(box for box in boxes(item.get("sqref", ""))))
        assert standing is not None
        standing.append(copy)
        if column in change.kept and _says(before.get(column)) != _says(copy):
            report.add(
                "check", change.title, f"{column_letters(column)}列“{_title(other, change, column)}”：提示或下拉已换新"
            )
    for column in sorted(theirs & wanted.keys()):
        report.add("kept", change.title, f"{column_letters(column)}列有自己设的数据有效性，没有改")
    _close(sheet, standing)


def _title(other: SheetTree, change: TabChange, column: int) -> str:
    return other.text(other.cells(change.header_row).get(column)).lstrip("*")


def _items(container: Element | None) -> list[Element]:
    return children(container, "dataValidation") if container is not None else []


def _names(change: TabChange, column: int) -> set[str]:
    """What our hint may call the column: the new scheme's words, or those that stand above it."""
    return {*change.called.get(column, ()), *filter(None, [change.heads.get(column, "")])}


def _is_ours(item: Element, called: set[str]) -> bool:
    formula = _formula(item)
    titles = {header_key(text) for text in (item.get("promptTitle"), item.get("errorTitle")) if text}
    guard = (item.get("error") or "").startswith(_GUARD)
    return guard or formula.startswith("tb_") or bool(titles & called)


def _formula(item: Element) -> str:
    first = child(item, "formula1")
    return (first.text or "").strip().removeprefix("=") if first is not None else ""


def _says(item: Element | None) -> tuple[str, str, str]:
    """What a person notices of a check: what it demands, the hint, the list."""
    if item is None:
        return "", "", ""
    return item.get("type") or "none", (item.get("prompt") or "").replace("_x000a_", "\n"), skeleton(_formula(item))


def _cut(item: Element, pieces: list[Box], columns: set[int]) -> None:
    """Take some columns out of a check's range; without any left it goes."""
    left: list[Box] = []
    for top, first, bottom, last in pieces:
        start = first
        for column in sorted(at for at in columns if first <= at <= last):
            if start < column:
                left.append((top, start, bottom, column - 1))
            start = column + 1
        if start <= last:
            left.append((top, start, bottom, last))
    if left:
        item.set("sqref", text_of(left))
    elif (parent := item.getparent()) is not None:
        parent.remove(item)


def _close(sheet: SheetTree, container: Element | None) -> None:
    if container is None:
        return
    if len(container):
        container.set("count", str(len(container)))
    else:
        sheet.root.remove(container)


# conditional formats -----------------------------------------------------------------------------------------------


def renew_highlights(sheet: SheetTree, other: SheetTree, change: TabChange, donor: Donor) -> None:
    """Ours behind those of people, whose order among themselves stays."""
    wanted = children(other.root, "conditionalFormatting")
    known = {skeleton(text) for block in wanted for text in _formulas(block)}
    answers, priority = set(change.answers), 0
    for block in children(sheet.root, "conditionalFormatting"):
        columns = {box[side] for box in boxes(block.get("sqref", "")) for side in (1, 3)}
        for rule in children(block, "cfRule"):
            if _is_our_rule(rule, known, columns <= answers):
                block.remove(rule)
            else:
                priority = max(priority, int(rule.get("priority") or 0))
        if not children(block, "cfRule"):
            sheet.root.remove(block)
    for block in wanted:
        copy = adopt(block, sheet.space)
        for rule in children(copy, "cfRule"):
            priority += 1
            rule.set("priority", str(priority))
            rule.set("dxfId", str(donor.looks.conditional[int(rule.get("dxfId", "0"))]))
        sheet.insert(copy)


def _formulas(block: Element) -> list[str]:
    return [item.text or "" for rule in children(block, "cfRule") for item in children(rule, "formula")]


def _is_our_rule(rule: Element, known: set[str], on_answers: bool) -> bool:
    texts = [skeleton(item.text or "") for item in children(rule, "formula")]
    return len(texts) == 1 and (texts[0] in known or (on_answers and texts[0].startswith(_STALE)))
