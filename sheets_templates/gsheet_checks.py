"""Checks while typing, hints and conditional formats of a plan as the service's rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sheets_templates.gsheet_cells import Canvas, corners, painted
from sheets_templates.palette import STALE
from sheets_templates.plan import Check, Highlight

Json = dict[str, Any]


def rule_of(check: Check, lists: Mapping[str, str], cell: str) -> Json | None:
    """A data validation; None where nothing is checked and nothing hinted. `lists`: defined name → range formula.

    A check that must stop is strict; one that warns lets the value pass with a mark, as the service does by itself.
    """
    condition = _condition(check, lists, cell)
    if condition is None:
        return None
    found: Json = {"condition": condition, "strict": check.style == "stop" and check.kind != "any"}
    if check.prompt:
        found["inputMessage"] = check.prompt
    if check.kind == "list":
        found["showCustomUi"] = True
    return found


def _condition(check: Check, lists: Mapping[str, str], cell: str) -> Json | None:
    if check.kind == "any":
        return _custom("=TRUE") if check.prompt else None
    if check.kind == "list":
        source = lists.get(check.formula.removeprefix("="))
        return {"type": "ONE_OF_RANGE", "values": [{"userEnteredValue": source}]} if source else None
    if check.kind == "custom":
        return _custom(check.formula)
    if check.kind == "length":
        return _custom(_length(cell, check))
    return _between("DATE" if check.kind == "date" else "NUMBER", check)


def _custom(formula: str) -> Json:
    return {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": formula}]}


def _length(cell: str, check: Check) -> str:
    tests = [f"LEN({cell})>={check.minimum}"] if check.minimum else []
    tests += [f"LEN({cell})<={check.maximum}"] if check.maximum else []
    return "=" + (tests[0] if len(tests) == 1 else f"AND({','.join(tests)})")


def _between(kind: str, check: Check) -> Json:
    low, high = check.minimum, check.maximum
    if low and high:
        return {"type": f"{kind}_BETWEEN", "values": [{"userEnteredValue": low}, {"userEnteredValue": high}]}
    if kind == "DATE":
        word = "DATE_ON_OR_AFTER" if low else "DATE_ON_OR_BEFORE"
    else:
        word = "NUMBER_GREATER_THAN_EQ" if low else "NUMBER_LESS_THAN_EQ"
    return {"type": word, "values": [{"userEnteredValue": low or high}]}


def add_highlights(canvas: Canvas, highlights: tuple[Highlight, ...]) -> None:
    """Conditional formats, the weightiest first."""
    for index, rule in enumerate(highlight_rules(canvas, highlights)):
        canvas.add("addConditionalFormatRule", rule=rule, index=index)


def highlight_rules(canvas: Canvas, highlights: tuple[Highlight, ...]) -> list[Json]:
    """Conditional formats in their order.

    Those that show a displaced text struck out are left out: here a text of ours never stands beside other content.
    """
    return [
        {
            "ranges": [canvas.range(*corners(item.area))],
            "booleanRule": {
                "condition": {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": item.formula}]},
                "format": painted(item.paint),
            },
        }
        for item in highlights
        if item.paint != STALE
    ]
