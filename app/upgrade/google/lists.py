"""The lists behind the drop-downs: each stays in the column of 字典 where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sheets_templates.plan import DropList

Old = tuple[str, list[str]]  # title and items of a list that stands


def old_lists(cells: Mapping[tuple[int, int], str]) -> list[Old]:
    """The lists of 字典 in the order of their columns. `cells`: (row, column) → text."""
    columns = range(1, max((column for _, column in cells), default=0) + 1)
    items = {at: [text for (row, to), text in sorted(cells.items()) if to == at and row > 1] for at in columns}
    return [(cells.get((1, at), ""), items[at]) for at in columns]


def in_place(lists: Sequence[DropList], old: Sequence[Old]) -> tuple[tuple[DropList, ...], dict[str, Old]]:
    """The new lists, each in the column of the one it follows: what people copied elsewhere goes on looking at the right
    one. And the old ones under the names of those that follow them.

    A column is a list's by title and items, by either alone if nothing fits better; one that is no more stays blank.
    """
    rest, kept = list(lists), dict[int, DropList]()
    for fits in (_same, _same_title, _same_items):
        for at, standing in enumerate(old):
            found = next((item for item in rest if at not in kept and fits(item, standing)), None)
            if found is not None:
                rest.remove(found)
                kept[at] = found
    named = {kept[at].name if at in kept else f"#{at}": standing for at, standing in enumerate(old) if standing[0]}
    return (*(kept.get(at, DropList("", "", ())) for at in range(len(old))), *rest), named


def _same(item: DropList, standing: Old) -> bool:
    return _same_title(item, standing) and _same_items(item, standing)


def _same_title(item: DropList, standing: Old) -> bool:
    return item.title == standing[0]


def _same_items(item: DropList, standing: Old) -> bool:
    return list(item.items) == standing[1]
