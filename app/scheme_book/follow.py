"""A drop-down value that was given another name: the conditions that name it follow, where it is certain what is meant.

Certain: of its drop-down just this row says another value and none is gone, so that its row is known; and what the
condition holds against the old word are columns of this very drop-down. All else is left as it stands and told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from app.scheme_book.draft import UNSET, Draft, Entry
from app.scheme_book.layout import tabs
from validators.expression_words import compared
from validators.expressions import ExpressionError

_PLAIN_TEXTS = ("choices", "lookups", "lookup_rows", "coverage", "guide")  # sections in which no condition stands


def follow_renames(draft: Draft) -> None:
    """Put the new word into the conditions; what was done is among the remarks, each change among the changes."""
    for entry, name, old, new in _renamed(draft):
        columns = _columns_of(draft, name)
        places = [place for other in _with_conditions(draft) for place in _followed(other, columns, old, new)]
        if places:
            shown = "、".join(places[:5]) + (f"等{len(places)}处" if len(places) > 5 else "")
            draft.remarks.append(
                f"{entry.tab.title}第{entry.line}行：“{old}”改成了“{new}”，条件里写着的也跟着改了：{shown}"
            )


def _renamed(draft: Draft) -> Iterator[tuple[Entry, str, str, str]]:
    """Values with another name, of drop-downs in which nothing else was renamed or taken out: drop-down, old, new."""
    tab = next(item for item in tabs() if item.section == "choices")
    entries = draft.entries[tab.title]
    kept = {id(entry.base) for entry in entries}
    unsure = Counter(row.values["choices"] for row in draft.rows[tab.title] if id(row) not in kept)
    found = [entry for entry in entries if entry.base and {"value", "choices"} & entry.changes.keys()]
    unsure.update(str(entry.base.values["choices"]) for entry in found if entry.base)
    for entry in found:
        assert entry.base is not None
        name, old, new = str(entry.base.values["choices"]), str(entry.base.values["value"]), entry.changes.get("value")
        if unsure[name] == 1 and "choices" not in entry.changes and isinstance(new, str):
            yield entry, name, old, new


def _columns_of(draft: Draft, choices: str) -> set[str]:
    """How conditions may call columns of the drop-down, other columns of that name nowhere."""
    found: set[str] = set()
    others: set[str] = set()
    for table in draft.scheme.tables:
        for item in table.fields:
            words = {item.name, item.title, *item.aliases}
            if item.group:
                words |= {f"{item.group}{mark}{word}" for word in (item.title, *item.aliases) for mark in ("·", "")}
            (found if item.choices == choices else others).update(words)
    return found - others


def _with_conditions(draft: Draft) -> Iterator[Entry]:
    for tab in tabs():
        if tab.section not in _PLAIN_TEXTS:
            yield from draft.entries[tab.title]


def _followed(entry: Entry, columns: set[str], old: str, new: str) -> Iterator[str]:
    """Write the new word into one definition; says where."""
    written = entry.base.piece.data if entry.base and entry.base.piece else {}
    for column in entry.tab.columns:
        data = entry.changes.get(column.key, written.get(column.key) if isinstance(written, dict) else None)
        if data is None or data is UNSET:
            continue
        made = _replaced(data, columns, old, new)
        if made != data:
            entry.changes[column.key] = made
            yield f"{entry.tab.title}第{entry.line}行“{column.title}”"


def _replaced(data: Any, columns: set[str], old: str, new: str) -> Any:
    """The same data with the new word in its conditions, at any depth."""
    if isinstance(data, dict):
        return {key: _replaced(value, columns, old, new) for key, value in data.items()}
    if isinstance(data, list):
        return [_replaced(value, columns, old, new) for value in data]
    return _condition(data, columns, old, new) if isinstance(data, str) and old in data else data


def _condition(text: str, columns: set[str], old: str, new: str) -> str:
    try:
        found = [item for item in compared(text) if item.word == old]
    except ExpressionError:
        return text  # a sentence, or a condition that cannot be read, which is told
    lines = text.split("\n")
    for item in sorted(found, key=lambda item: (item.line, item.column), reverse=True):
        if item.name.rpartition(".")[2] in columns:
            line, start = lines[item.line - 1], item.column  # behind the quotation mark
            lines[item.line - 1] = f"{line[:start]}{new}{line[start + len(old) :]}"
    return "\n".join(lines)
