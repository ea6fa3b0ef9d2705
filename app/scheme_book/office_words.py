"""What the check of scheme files says, in the words of the workbook: keys of files become titles of columns."""

from __future__ import annotations

import re

from app.scheme_book.layout import Tab
from app.scheme_book.words import label_of
from app.scheme_book.words_models import TABS

_QUOTED = re.compile("(“[^”]*”)")
_PAIR = re.compile(r"(?:(?<![能要])写)? ?(?<![\w{@.])([a-z][a-z_]*): (\w+)")
_WORD = re.compile(r" ?(?<![\w{@.:])([a-z][a-z_]+)(?![\w}.:]) ?")
_VALUES = {"true": "“是”", "false": "“否”"}


def office_words(message: str, tab: Tab) -> str:
    """A message about a tab: `不能写 minimum` → `不能写“最小值”`; `commission: true` → `“牵头”写“是”`. What the message
    quotes is the officer's own and stays."""
    titles = {column.key: f"“{column.title}”" for column in tab.columns}
    types = next((column.words for column in tab.columns if column.key == "type"), ())

    def pair(found: re.Match[str]) -> str:
        key, value = found[1], found[2]
        return f"{titles[key]}写{_VALUES.get(value, value)}" if key in titles else found[0]

    def word(found: re.Match[str]) -> str:
        known = found[1]
        if known in titles:
            return titles[known]
        if known in types:
            return f"“{label_of(known, types)}”"
        return f"“{TABS[known]}”" if known in TABS else found[0]

    told = "".join(part if part[:1] == "“" else _PAIR.sub(pair, part) for part in _QUOTED.split(message))
    return "".join(part if part[:1] == "“" else _WORD.sub(word, part) for part in _QUOTED.split(told))
