"""Which row of a returned tab is which definition: by what it says, then by the hidden mark.

A person who sorts the columns that he sees leaves the hidden marks where they stood. What a row says of itself (its
number, its code, its name) goes before the mark; the mark tells the rows whose own word was changed.
"""

from __future__ import annotations

from collections.abc import Sequence

Named = tuple[str, tuple[str, ...]]  # hidden mark, the words that tell a definition from others


def pair_up(rows: Sequence[Named], lines: Sequence[Named]) -> list[int | None]:
    """For each line the position of the row it comes from, each row at most once; None for a new line."""
    found: list[int | None] = [None] * len(lines)
    free = dict.fromkeys(range(len(rows)))
    for wanted in (_same, _says, _marked):
        index: dict[object, list[int]] = {}
        for position in free:
            index.setdefault(wanted(rows[position]), []).append(position)
        for place, line in enumerate(lines):
            waiting = index.get(wanted(line)) if found[place] is None and _speaks(line, wanted) else None
            if waiting:
                found[place] = position = waiting.pop(0)
                del free[position]
    return found


def _same(item: Named) -> object:
    return item


def _says(item: Named) -> object:
    return item[1]


def _marked(item: Named) -> object:
    return item[0]


def _speaks(line: Named, wanted: object) -> bool:
    """An empty word is nobody's."""
    return bool(line[0]) if wanted is _marked else any(line[1])
