"""Checks and conditional formats of a spreadsheet: which of them are ours."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from sheets_templates.gsheet_cells import Canvas
from sheets_templates.gsheet_checks import highlight_rules
from sheets_templates.plan import EntryTab
from sync.backends.folder.upgrade.checks import skeleton
from sync.backends.google.colours import formula_of
from sync.backends.google.upgrade.reading import StandingTab

Json = dict[str, Any]
_LISTS = re.compile(r"='?字典'?!")
_WORDLESS = ("=LEN(", "=AND(LEN(", "=TRUE")  # checks of ours that may have no hint


def is_ours(rule: Json, title: str, words: Collection[str]) -> bool:
    """Whether a check is one of the template's: it has our hint, or asks what only ours ask. `title`: of the tab; `words`:
    what stands on the book's own 填报说明, which has every hint; none where somebody removed it."""
    kind, values = _parts(rule)
    first = values[0] if values else ""
    if message := str(rule.get("inputMessage", "")):
        hint = message.removesuffix("…").split("\n例：")[0]
        return not words or any(text.startswith(hint) for text in words)
    if kind == "ONE_OF_RANGE":
        return bool(_LISTS.match(first)) or first.startswith((f"='{title}'!", f"={title}!"))
    return kind == "CUSTOM_FORMULA" and first.startswith(_WORDLESS)


def says(rule: Json | None) -> tuple[Any, ...]:
    """What a person notices of a check. Where a list stands is no matter; what it offers is told by its own sentence."""
    if rule is None:
        return ()
    kind, values = _parts(rule)
    shown = () if kind == "ONE_OF_RANGE" else tuple(skeleton(value) for value in values)
    return kind, shown, rule.get("inputMessage", ""), bool(rule.get("strict"))


def _parts(rule: Json) -> tuple[str, list[str]]:
    condition = rule.get("condition", {})
    return str(condition.get("type", "")), [
        str(item.get("userEnteredValue", "")) for item in condition.get("values", ())
    ]


class Highlights:
    """Conditional formats of one tab, exchanged for those of the new scheme.

    They can be named by number alone. What was deleted comes back with the answer: if it was a person's, who put one in
    just then, it is given back.
    """

    def __init__(self, tab: EntryTab, standing: StandingTab) -> None:
        self.canvas = Canvas(standing.tab.id, standing.tab.row_count)
        self.wanted = highlight_rules(self.canvas, tab.highlights)
        self.known = {skeleton(formula_of(rule)) for rule in self.wanted}
        self.places = [at for at, rule in enumerate(standing.highlights) if self.ours(rule)]

    def ours(self, rule: Json) -> bool:
        text = skeleton(formula_of(rule))
        return text in self.known or '"|"&MID(' in text or '"?"&MID(' in text

    def requests(self) -> list[Json]:
        """Deletions from the last to the first, then the new ones where the first of ours was."""
        sheet = self.canvas.sheet
        gone = [{"deleteConditionalFormatRule": {"sheetId": sheet, "index": at}} for at in reversed(self.places)]
        start = min(self.places, default=0)
        return gone + [
            {"addConditionalFormatRule": {"rule": rule, "index": start + at}} for at, rule in enumerate(self.wanted)
        ]

    def given_back(self, replies: list[Json]) -> list[Json]:
        """Requests that put back what a person had laid down and we took away. `replies`: of our requests, in order."""
        rules = [reply["deleteConditionalFormatRule"].get("rule", {}) for reply in replies[: len(self.places)]]
        return [
            {"addConditionalFormatRule": {"rule": rule, "index": 0}} for rule in rules if rule and not self.ours(rule)
        ]
