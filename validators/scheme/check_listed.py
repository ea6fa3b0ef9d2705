"""Checks of drop-downs of which a cell may hold several values: none may be torn where cells are."""

from __future__ import annotations

from collections.abc import Iterator

from validators.cells import fold, squeeze
from validators.scheme.models import Scheme
from validators.scheme.source import Loc
from validators.values import LIST_SEPARATORS

Problem = tuple[Loc, str]
_JOINT = "、"


def check_listed(scheme: Scheme) -> Iterator[Problem]:
    """Values with 、 in them (they are kept joined by it), and spellings that are read in parts when another value stands
    beside them, unless every part means the same value."""
    fields: dict[str, str] = {}
    for table in scheme.tables:
        for field in table.fields:
            if field.type == "choices" and field.choices in scheme.choices:
                fields.setdefault(field.choices, field.title)
    for name, title in fields.items():
        items = scheme.choices[name]
        means = {_spelled(word): item.value for item in items for word in (item.value, *item.aliases)}
        for position, item in enumerate(items):
            for word in dict.fromkeys((item.value, *item.aliases)):
                parts = [part for part in LIST_SEPARATORS.split(fold(word).strip()) if part]
                torn = any(means.get(_spelled(part)) != item.value for part in parts)
                if len(parts) > 1 and (torn or (word == item.value and _JOINT in fold(word))):
                    pieces = "".join(f"“{part}”" for part in parts)
                    told = f"“{word}”和别的值一起选时会断成{pieces}：“{title}”一格可以选几项，几项用顿号等隔开；"
                    mend = (
                        "请换一个不带这些符号的写法" if word == item.value else "请去掉，或把断开的几段也写进 aliases"
                    )
                    yield ("choices", name, position), told + mend


def _spelled(word: str) -> str:
    return squeeze(word).lower()
