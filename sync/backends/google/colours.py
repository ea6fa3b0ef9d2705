"""Conditional formats of ours that went with a column of ours, laid down again when the column comes back.

A rule whose ranges all lie in the column goes with it; one that lies elsewhere and looks at the column stays, with #REF!
for the column, and is dead for good. Both kinds come back, each once, at its place in the order, and the dead ones go.

What is left of a dead rule tells apart one that died with the column from one that a person had deleted: of rules that lie
elsewhere only those come back whose remains are there. With rules that went with the column this cannot be told; they come
back.

Rules can be named by number alone, and between our look and our write a person may have put in one of his own. What was
taken away is told by the answer to the write: whatever is not what is left of one of ours is given back at once, where it
was; the dead one goes the next time.
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


def put_right(
    sheet: int, wanted: Sequence[Json], standing: Sequence[Json], back: Collection[int], ours: Collection[int]
) -> list[Json]:
    """Requests for the rules that went with the columns in `back` or died with any of `ours`, as far as they are not
    there; and for the dead ones, in whose place one stands now, to go: these last, the last of them first."""
    order: list[int | None] = [_which(rule, wanted) for rule in standing]
    dead = [_remains(rule, wanted) for rule in standing]
    requests = []
    for number, rule in enumerate(wanted):
        if number in order or not _concerned(rule, back, ours if number in dead else ()):
            continue
        at = dead.index(number) if number in dead else _place(order, number)
        order.insert(at, number)
        dead.insert(at, None)
        requests.append({"addConditionalFormatRule": {"rule": rule, "index": at}})
    for at in range(len(dead) - 1, -1, -1):
        if dead[at] is not None and dead[at] in order:
            requests.append({"deleteConditionalFormatRule": {"sheetId": sheet, "index": at}})
    return requests


def given_back(requests: Sequence[Json], replies: Sequence[Json], wanted: Mapping[int, Sequence[Json]]) -> list[Json]:
    """Requests that put back what was taken away and is not dead and ours: the last that went comes first. `wanted`: sheet
    → rules of the template."""
    again = []
    for request, reply in zip(requests, replies, strict=True):
        place = request.get("deleteConditionalFormatRule")
        rule = reply.get("deleteConditionalFormatRule", {}).get("rule")
        if place and rule and _remains(rule, wanted[place["sheetId"]]) is None:
            again.append({"addConditionalFormatRule": {"rule": rule, "index": place["index"]}})
    return again[::-1]


def _concerned(rule: Json, back: Collection[int], died: Collection[int]) -> bool:
    """Whether a rule of the template lies in columns that come back; or it died, and looks at a column of ours."""
    if back and _columns(rule) <= set(back):
        return True
    names = {letters(column) for column in died}
    return any(name in names for name in _PLACE.findall(formula_of(rule)))


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
