"""Conditional formats of ours on entry tabs that stand, put right in a write: beside columns that come back, or alone where
an earlier version left dead ones behind."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sync.backends.google.colours import FIELDS, Colours, Laid, given_back, put_right
from sync.backends.google.failures import RequestRefused, Unclear
from sync.backends.google.mending import all_held
from sync.backends.google.seen import Seen, SeenTab
from sync.backends.google.status import turn
from sync.backends.google.transport import Transport
from sync.book import BookRef
from sync.errors import BookUnavailable

Json = dict[str, Any]
NOT_GIVEN_BACK = "有人恰好这时加的一条条件格式被换掉了，没能还回去，请看那张表格的版本记录"


@dataclass(slots=True)
class Recolouring:
    """`requests`: the last of a batch; `wanted`: sheet → the template's rules for it."""

    requests: list[Json] = field(default_factory=list)
    wanted: dict[int, list[Json]] = field(default_factory=dict)

    def made_good(self, transport: Transport, ref: BookRef, found: Json) -> None:
        """What the answer to the batch says was taken away and was not ours is put back. Where the tab itself is gone by
        then, so is the format."""
        replies = found.get("replies", [])[-len(self.requests) :] if self.requests else []
        if again := given_back(self.requests, replies, self.wanted):
            try:
                with suppress(RequestRefused):
                    transport.update_book(ref.key, ref.name, again, repeatable=False, fields="replies")
            except (Unclear, BookUnavailable) as error:
                raise Unclear(f"{error}；{NOT_GIVEN_BACK}") from error


def look(
    transport: Transport, ref: BookRef, tabs: Mapping[str, Laid], back: Mapping[str, Collection[int]], colours: Colours
) -> Recolouring:
    """What is to be asked for these tabs; their rules are looked at only now that it matters. `back`: title → columns that
    come back in the same write, which then concerns no others: nothing need hold these where they were read."""
    found = transport.get_book(ref.key, ref.name, FIELDS)
    standing = {int(item["properties"].get("sheetId", 0)): item for item in found.get("sheets", ())}
    made = Recolouring()
    for title, laid in tabs.items():
        wanted = made.wanted[laid.sheet] = colours(laid)
        rules = standing.get(laid.sheet, {}).get("conditionalFormats", ())
        ours = back.get(title, laid.answers.values())
        made.requests += put_right(laid.sheet, wanted, rules, back.get(title, ()), ours)
    return made


def laid(tab: SeenTab, answers: Mapping[str, int]) -> Laid:
    """A tab as it was read, with our columns at these places."""
    return Laid(tab.table, tab.sheet, tab.mark_row, tab.header_row, tab.row_count, tab.columns, answers)


def left_dead(seen: Seen, colours: Colours | None) -> dict[str, Laid]:
    """Tabs on which dead rules of ours can go, all of our columns being there; else they go when the columns come back. A
    person's own dead ones stay."""
    if colours is None or seen.lost or seen.status is None:
        return {}
    found = {tab.title: (laid(tab, tab.answers), tab.rules) for tab in seen.tabs if tab.rules}
    return {
        title: tab
        for title, (tab, rules) in found.items()
        if put_right(tab.sheet, colours(tab), rules, (), tab.answers.values())
    }


def clear(transport: Transport, ref: BookRef, seen: Seen, tabs: Mapping[str, Laid], colours: Colours | None) -> bool:
    """Dead rules make way for living ones; whether any did. The columns that these look at must be where they were read.
    Where Google refuses it, the answer comes all the same."""
    if not tabs or colours is None:
        return False
    made = look(transport, ref, tabs, {}, colours)
    if not made.requests:
        return False
    guards = [request for tab in seen.tabs if tab.title in tabs for request in all_held(tab)]
    requests = [*turn(seen.generation), *guards, *made.requests]
    try:
        found = transport.update_book(ref.key, ref.name, requests, repeatable=True, fields="replies")
    except RequestRefused:
        return False
    seen.generation += 1
    made.made_good(transport, ref, found)
    return True
