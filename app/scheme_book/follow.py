"""A drop-down value that was given another name: conditions and lookups that name it follow, where it is certain what is
meant.

Certain: of its drop-down just this row says another value and none is gone, so that its row is known; and what the
condition holds against the old word are columns of this very drop-down; a lookup is asked by such a column, or says
nothing but words of this drop-down. All else is left as it stands and told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
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
        places += _lookups_follow(draft, name, columns, old, new)
        if places:
            shown = "、".join(places[:5]) + (f"等{len(places)}处" if len(places) > 5 else "")
            draft.remarks.append(
                f"{entry.tab.title}第{entry.line}行：“{old}”改成了“{new}”，条件、对照表里写着的也跟着改了：{shown}"
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


def _lookups_follow(draft: Draft, choices: str, columns: set[str], old: str, new: str) -> Iterator[str]:
    """Keys that columns of the drop-down ask for, and what lookups say that say its words only; says where."""
    asked = _asked(draft, columns)
    words = {item.value for item in draft.scheme.choices.get(choices, ())}
    saying = {name for name, said in _said(draft).items() if said and said <= words}
    tab = next(item for item in tabs() if item.section == "lookup_rows")
    for entry in draft.entries[tab.title]:
        row = entry.base.values if entry.base else {}
        name = str(entry.changes.get("lookup", row.get("lookup", "")))
        made = {"key": _key(row.get("key"), asked.get(name, set()), old, new)}
        if name in saying:
            made["value"] = _word(row.get("value"), old, new)
        moved = {key: data for key, data in made.items() if data != row.get(key) and key not in entry.changes}
        entry.changes.update(moved)
        if moved:
            yield f"{tab.title}第{entry.line}行"


def _asked(draft: Draft, columns: set[str]) -> dict[str, set[int]]:
    """Lookup → which parts of its keys are words of these columns, in every rule that asks it."""
    found: dict[str, set[int]] = {}
    for rule in draft.scheme.rules:
        both: tuple[Any, Any] = (rule, getattr(rule, "limits", None))
        for asking in both:
            if name := getattr(asking, "lookup", ""):
                places = {at for at, column in enumerate(asking.by) if column in columns}
                found[name] = found.get(name, places) & places
    return found


def _said(draft: Draft) -> dict[str, set[str]]:
    """Lookup → every word it may say, 查不到时的 left aside."""
    found: dict[str, set[str]] = {}
    for name, table in draft.scheme.lookups.items():
        parts: list[Mapping[str, Any]] = [table.rows, *(change.rows for change in table.changes)]
        values = [value for rows in parts for value in rows.values()]
        found[name] = {word for value in values for word in ([value] if isinstance(value, str) else value or [])}
    return found


def _key(key: Any, places: set[int], old: str, new: str) -> Any:
    """A lookup's key, its parts at these places in the new words: 制造业|一期."""
    if not isinstance(key, str) or not places:
        return key
    return "|".join(new if at in places and part == old else part for at, part in enumerate(key.split("|")))


def _word(value: Any, old: str, new: str) -> Any:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_word(item, old, new) for item in value] if old in value else value
    return new if value == old else value


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
        by, rows = data.get("by"), data.get("rows")
        if isinstance(by, list) and isinstance(rows, dict):  # 分情况的期限
            places = {at for at, column in enumerate(by) if column in columns}
            data = {**data, "rows": {_key(key, places, old, new): value for key, value in rows.items()}}
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
