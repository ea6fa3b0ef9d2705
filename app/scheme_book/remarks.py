"""What a change of names, codes and values means for books that are out and for what is stored: told, not forbidden."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.scheme_book.draft import Draft, Entry
from app.scheme_book.layout import Tab, tabs
from app.scheme_book.mistakes import Mistake
from app.scheme_book.rows import Row

_CALLED = {"choices": "value", "fields": "title", "units": "name", "departments": "name"}
_CODES = {"units": "code", "departments": "code", "tables": "name", "fields": "name", "rules": "id"}
_GONE = {
    "units": "已经收到的内容还记在它名下。撤并的单位请恢复这一行，写“报到哪天”，历史才留得住",
    "choices": "以前填了它的格子都要改选。停用的请恢复这一行，写“能选到哪天”，以前的行还是对的",
    "fields": "这一列不再读，填过的内容留在各单位的表里",
}


def remarks_of(draft: Draft, mistakes: Sequence[Mistake]) -> list[str]:
    """What an officer should know of the changes. `mistakes`: those that other cells got by them are counted."""
    said: list[str] = []
    for tab in tabs():
        for entry in draft.entries[tab.title]:
            said += _renamed(tab, entry, mistakes)
            said += _coded(tab, entry)
        if tab.section in _GONE:
            kept = {id(entry.base) for entry in draft.entries[tab.title]}
            said += (_gone(tab, row, mistakes) for row in draft.rows[tab.title] if id(row) not in kept)
    return said


def _renamed(tab: Tab, entry: Entry, mistakes: Sequence[Mistake]) -> Iterator[str]:
    """What has another name, and does not keep the old one: books that are out and rules still say it."""
    key = _CALLED.get(tab.section, "")
    old = str(entry.base.values.get(key, "")) if entry.base and key else ""
    new = entry.changes.get(key)
    if not old or not isinstance(new, str):
        return
    aliases = entry.changes.get("aliases")
    aliases = list(entry.base.values.get("aliases", ())) if aliases is None and entry.base else aliases
    still = _still(old, mistakes)
    if isinstance(aliases, list) and old not in aliases:
        column = tab.column("aliases")
        also = f"规则、报表里的{still}处也是；" if still and tab.section != "choices" else ""
        yield (
            f"{tab.title}第{entry.line}行：“{old}”改成了“{new}”。发出去的表里还写着“{old}”，{also}"
            f"请把它写进“{column.title if column else ''}”，照旧认得"
        )
    if still and tab.section == "choices":
        yield (
            f"{tab.title}第{entry.line}行：“{old}”改成了“{new}”，条件里还有{still}处写着旧的。"
            f"在整本工作簿里查找 '{old}'、替换成 '{new}'（都带着两边的单引号），一次改完"
        )


def _coded(tab: Tab, entry: Entry) -> Iterator[str]:
    """A sign by which things are stored, changed."""
    key = _CODES.get(tab.section, "")
    old, new = (str(entry.base.values.get(key, "")) if entry.base and key else ""), entry.changes.get(key)
    column = tab.column(key)
    if old and isinstance(new, str) and column:
        yield (
            f"{tab.title}第{entry.line}行：“{column.title}”{old}改成了{new}。它是存下来的记号，"
            "改了就当作去掉旧的、另加一个新的，库里原来的内容、历史和新的接不上；不是有意的请改回去"
        )


def _gone(tab: Tab, row: Row, mistakes: Sequence[Mistake]) -> str:
    name = str(row.values.get(_CALLED[tab.section], ""))
    still = _still(name, mistakes)
    also = f"规则、报表里还有{still}处用着它，先改那些地方。" if still else ""
    return f"{tab.title}：删掉了“{name}”。{also}{_GONE[tab.section]}"


def _still(word: str, mistakes: Sequence[Mistake]) -> int:
    return sum(f"“{word}”" in item.message for item in mistakes)
