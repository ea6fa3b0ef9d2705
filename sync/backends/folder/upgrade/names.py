"""Defined names of the book and the lists behind the drop-downs: ours follow the donor, all others stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from sync.backends.folder.cellxml import column_number
from sync.backends.folder.parts import Package, Tab
from sync.backends.folder.upgrade.sheet import Donor, SheetTree
from sync.backends.folder.upgrade.xml import WORKBOOK, Element, child, children, namespace, place

OURS = "tb_"
_LIST = re.compile(r"'?字典'?!\$([A-Z]+)\$(\d+):\$[A-Z]+\$(\d+)\Z")
_FILTER = "_xlnm._FilterDatabase"
Place: TypeAlias = tuple[int, int]
Lists: TypeAlias = Mapping[str, tuple[str, Sequence[str]]]  # name → title and items


def renew_names(
    workbook: Element, donor: Donor, added: Sequence[str], filters: Mapping[str, str], replaced: set[str]
) -> None:
    """Ours laid down anew. `added`: new tabs; `filters`: tab → range of its filter; `replaced`: tabs with a new part."""
    titles = _titles(workbook)
    space = namespace(workbook)
    container = child(workbook, "definedNames")
    if container is None:
        container = workbook.makeelement(f"{{{space}}}definedNames", {}, None)
        place(workbook, container, WORKBOOK)
    fresh = {*added, *replaced}
    for item in children(container, "definedName"):
        name, tab = str(item.get("name", "")), _tab_of(item, titles)
        if (name.startswith(OURS) and not tab) or (tab in fresh and name.startswith("_xlnm.")):
            container.remove(item)
        elif name == _FILTER and tab in filters:
            item.text = _absolute(tab, filters[tab])
    for item in _names(donor.workbook):
        tab = _tab_of(item, donor.titles)
        attributes = {"name": str(item.get("name"))}
        if tab:
            if tab not in fresh:
                continue
            attributes["localSheetId"] = str(titles.index(tab))
            attributes |= {"hidden": "1"} if item.get("hidden") else {}
        copy = container.makeelement(f"{{{space}}}definedName", attributes, None)
        copy.text = item.text
        container.append(copy)
    if not len(container):
        workbook.remove(container)


def _titles(workbook: Element) -> list[str]:
    sheets = child(workbook, "sheets")
    return [str(item.get("name")) for item in sheets] if sheets is not None else []


def _names(workbook: Element) -> list[Element]:
    container = child(workbook, "definedNames")
    return children(container, "definedName") if container is not None else []


def _tab_of(item: Element, titles: Sequence[str]) -> str:
    """The tab a name belongs to, "" for one of the whole book."""
    number = item.get("localSheetId")
    return titles[int(number)] if number is not None and int(number) < len(titles) else ""


def _absolute(tab: str, spot: str) -> str:
    quoted = tab.replace("'", "''")
    fixed = re.sub(r"([A-Z]+)([0-9]+)", r"$\1$\2", spot)
    return f"'{quoted}'!{fixed}"


def say_lists(package: Package, tree: Callable[[Tab], SheetTree], workbook: Element, donor: Donor) -> list[str]:
    """How the drop-downs differ, one sentence each."""
    tab = package.tab("字典")
    before = _lists(tree(tab), workbook) if tab is not None else {}
    after = _lists(donor.sheet("字典"), donor.workbook)
    return list_changes(before, after)


def list_changes(before: Lists, after: Lists) -> list[str]:
    """How drop-downs differ, one sentence each."""
    found = []
    for name, (title, items) in after.items():
        if name not in before:
            found.append(f"新下拉“{title}”：{'、'.join(items)}")
            continue
        old = before[name][1]
        more, less = [x for x in items if x not in old], [x for x in old if x not in items]
        parts = [f"增加 {'、'.join(more)}"] * bool(more) + [f"去掉 {'、'.join(less)}"] * bool(less)
        if not parts and list(old) != list(items):
            parts = ["次序已变"]
        if parts:
            found.append(f"下拉“{title}”{'；'.join(parts)}")
    return found + [f"下拉“{title}”不再使用" for name, (title, _) in before.items() if name not in after]


def gone_texts(before: Mapping[Place, str], after: Mapping[Place, str]) -> list[str]:
    """What stood on the guide and does not any more, each once; that it names another version goes without saying."""
    now = set(after.values())
    return list(dict.fromkeys(text for text in before.values() if text not in now and "方案版本 " not in text))


def _lists(sheet: SheetTree, workbook: Element) -> dict[str, tuple[str, list[str]]]:
    """Defined name → title and items of a list on the hidden tab."""
    texts = sheet.all_texts()
    found = {}
    for item in _names(workbook):
        match = _LIST.match((item.text or "").lstrip("="))
        if match and str(item.get("name", "")).startswith(OURS):
            column = column_number(match[1])
            items = [texts.get((row, column), "") for row in range(int(match[2]), min(int(match[3]), 60_000) + 1)]
            found[str(item.get("name"))] = (texts.get((1, column), ""), items)
    return found
