"""What is wrong with a returned workbook, and how it is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.scheme_book.layout import BASICS_TAB, FILES_TAB, GUIDE_TAB, LISTS_TAB, OVERVIEW_TAB, tabs


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in one cell, and what is wanted. `cell` is "" for a tab as a whole."""

    tab: str
    cell: str
    title: str
    value: str
    message: str
    example: str = ""

    def __str__(self) -> str:
        place = f"{self.tab}!{self.cell}" if self.cell else self.tab
        what = f"（{self.title}）" if self.title else ""
        stands = f"现在是“{shortened(self.value)}”，" if self.value else "空着，" if self.cell and self.title else ""
        return f"{place}{what}：{stands}{self.message}" + (f"；例如：{self.example[:80]}" if self.example else "")


def shortened(text: str, most: int = 50) -> str:
    """A text of several lines on one, not too long."""
    line = " ⏎ ".join(part.strip() for part in text.splitlines() if part.strip())
    return line if len(line) <= most else line[: most - 1] + "…"


def strange(titles: Iterable[str]) -> list[str]:
    """Titles of tabs that are not ours: copies, renamed ones, a person's own."""
    known = {tab.title for tab in tabs()} | {GUIDE_TAB, BASICS_TAB, OVERVIEW_TAB, FILES_TAB, LISTS_TAB}
    return [title for title in titles if title not in known]


def perhaps(titles: Iterable[str]) -> str:
    """What a lost tab may be called now."""
    found = strange(titles)
    return f"（有不认识的标签{'、'.join(f'“{title}”' for title in found)}；改了名字的，请改回来）" if found else ""
