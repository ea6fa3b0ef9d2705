"""Conditional formats of ours that went with a column of ours, laid down again when the column comes back.

A rule whose ranges all lie in the column goes with it; one that lies elsewhere and looks at the column stays, with #REF!
for the column, and is dead for good. Both kinds come back, each once, at its place in the order.

Nothing is taken away or changed: rules can be named by number alone, and between our look and our write a person may have
put in one of his own. No guard helps: a number is refused only when there are fewer rules than that, so that a batch can ask
whether as many are left, never whether they are the same or more; a rule has no id, and no metadata can be fastened to it.
So a dead rule stays where it is (it colours nothing; `doctor` names it and says what to click, and `books upgrade` clears it
away and gives back what was a person's), and it is what tells apart a rule that died with the column from one that a person
had deleted: of rules that lie elsewhere only those come back whose remains are there. With rules that went with the column
this cannot be told; they come back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sync.backends.folder.upgrade.checks import skeleton
from validators.sheet_formulas import letters

Json = dict[str, Any]

GONE = "#REF!"
FIELDS = "sheets(properties(sheetId),conditionalFormats)"
_PLACE = re.compile(r"\$?\b([A-Z]{1,3})\$?\d+\b")


@dataclass(frozen=True, slots=True)
class Laid:
    """An entry tab with everything in its place: what the template's conditional formats depend on. Counted from 1."""

    table: str
    sheet: int
    mark_row: int
    header_row: int
    row_count: int
    columns: Mapping[str, int]
    answers: Mapping[str, int]


Colours = Callable[[Laid], list[Json]]  # the conditional formats of the template for such a tab, in their order


def brought_back(wanted: Sequence[Json], standing: Sequence[Json], back: Collection[int]) -> list[Json]:
    """Requests for the rules that went or died with the columns in `back`, as far as they are not there."""
    order: list[int | None] = [_which(rule, wanted) for rule in standing]
    dead = [_remains(rule, wanted) for rule in standing]
    requests = []
    for number, rule in enumerate(wanted):
        if number in order or not _concerned(rule, back, elsewhere=number in dead):
            continue
        at = dead.index(number) if number in dead else _place(order, number)
        order.insert(at, number)
        dead.insert(at, None)
        requests.append({"addConditionalFormatRule": {"rule": rule, "index": at}})
    return requests


def _concerned(rule: Json, back: Collection[int], *, elsewhere: bool) -> bool:
    """Whether a rule of the template lies in one of the columns; or looks at one, and its remains lie elsewhere."""
    if _columns(rule) <= set(back):
        return True
    names = {letters(column) for column in back}
    return elsewhere and any(name in names for name in _PLACE.findall(formula_of(rule)))


def _which(rule: Json, wanted: Sequence[Json]) -> int | None:
    """Which rule of the template this one is: it says the same, and lies in the same columns or some of them."""
    text, columns = skeleton(formula_of(rule)), _columns(rule)
    fits = (at for at, item in enumerate(wanted) if skeleton(formula_of(item)) == text and _columns(item) & columns)
    return next(fits, None) if text else None


def _remains(rule: Json, wanted: Sequence[Json]) -> int | None:
    """Of which rule of the template this one is what is left."""
    text = formula_of(rule)
    return _which(_with_formula(rule, text.replace(GONE, "A1")), wanted) if GONE in text else None


def _place(order: Sequence[int | None], number: int) -> int:
    """Behind the last of ours that weigh more, else before the first that weighs less, else behind all."""
    before = [at for at, other in enumerate(order) if other is not None and other < number]
    behind = [at for at, other in enumerate(order) if other is not None and other > number]
    return before[-1] + 1 if before else behind[0] if behind else len(order)


def _columns(rule: Json) -> set[int]:
    """The columns in which a rule lies, from 1. One that has no limits lies in none of ours."""
    boxes = [box for box in rule.get("ranges", ()) if "endColumnIndex" in box]
    return {
        at for box in boxes for at in range(int(box.get("startColumnIndex", 0)) + 1, int(box["endColumnIndex"]) + 1)
    }


def formula_of(rule: Json) -> str:
    """The formula by which a rule decides; "" when it goes by something else."""
    condition = rule.get("booleanRule", {}).get("condition", {})
    values = condition.get("values", ())
    return str(values[0].get("userEnteredValue", "")) if condition.get("type") == "CUSTOM_FORMULA" and values else ""


def _with_formula(rule: Json, text: str) -> Json:
    condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": text}]}
    return {**rule, "booleanRule": {**rule["booleanRule"], "condition": condition}}
