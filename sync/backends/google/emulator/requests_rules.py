"""Requests about conditional formats."""

from __future__ import annotations

from sync.backends.google.emulator.a1 import Rect
from sync.backends.google.emulator.batch import Batch, request
from sync.backends.google.emulator.cells import Json
from sync.backends.google.emulator.colours import settled
from sync.backends.google.emulator.conditions import FORMAT, check_condition
from sync.backends.google.emulator.errors import bad
from sync.backends.google.emulator.formula import Formula, Malformed
from sync.backends.google.emulator.resources_over import rule_json
from sync.backends.google.emulator.sheet import Sheet
from sync.backends.google.emulator.syntax import tree_of


@request("addConditionalFormatRule")
def _add_rule(batch: Batch, body: Json) -> Json:
    given = body.get("rule") or {}
    sheet, rule = _rule_of(batch, given)
    sheet.conditional.insert(int(body.get("index") or 0), rule)
    return {}


def _rule_of(batch: Batch, given: Json) -> tuple[Sheet, Json]:
    ranges = given.get("ranges") or []
    if not ranges:
        raise bad("rule.ranges is required")
    sheets = {int(item.get("sheetId", 0)) for item in ranges}
    if len(sheets) != 1:
        raise bad("All ranges of a conditional format must be on the same sheet")
    sheet = batch.book.sheet(sheets.pop())
    rule = {name: value for name, value in given.items() if name != "ranges"}
    rule["_ranges"] = [Rect(*sheet.box(batch.sheet_and_rect(item)[1])) for item in ranges]
    boolean = rule.get("booleanRule")
    if boolean:
        condition = boolean.get("condition") or {}
        check_condition(condition, FORMAT)
        if condition.get("type") == "CUSTOM_FORMULA":
            rule["_formula"] = _custom(batch, sheet, str(condition["values"][0]["userEnteredValue"]))
        rule["booleanRule"] = {**boolean, "format": settled(boolean.get("format") or {}, {})}
    elif rule.get("gradientRule"):
        rule["gradientRule"] = settled(rule["gradientRule"], {})
    else:
        raise bad("Either booleanRule or gradientRule must be set")
    return sheet, rule


def _custom(batch: Batch, sheet: Sheet, text: str) -> Formula:
    """A rule's formula. It must be one, and look at its own sheet alone; INDIRECT is the way around that."""
    formula = batch.book.formula(text[1:])
    if not formula.broken:  # what cannot be read here at all may still be one
        try:
            tree_of(formula)
        except Malformed:
            raise bad(f"Invalid ConditionValue.userEnteredValue: {text}") from None
    if "!" in text and any(ref.sheet not in (None, sheet.id) for ref in formula.refs):
        raise bad("Conditional format rule cannot reference a different sheet.")
    return formula


@request("updateConditionalFormatRule")
def _update_rule(batch: Batch, body: Json) -> Json:
    index = int(body.get("index") or 0)
    if body.get("rule"):
        sheet, rule = _rule_of(batch, body["rule"])
        old = _rule_at(sheet, index)
        sheet.conditional[index] = rule
        reply = {"newRule": rule_json(batch.book, sheet, rule), "oldRule": rule_json(batch.book, sheet, old)}
        return {"updateConditionalFormatRule": reply}
    sheet = batch.book.sheet(int(body.get("sheetId", 0)))
    rule = _rule_at(sheet, index)
    sheet.conditional.remove(rule)
    sheet.conditional.insert(int(body.get("newIndex") or 0), rule)
    return {"updateConditionalFormatRule": {"newRule": rule_json(batch.book, sheet, rule), "oldIndex": index}}


def _rule_at(sheet: Sheet, index: int) -> Json:
    if not 0 <= index < len(sheet.conditional):
        raise bad(f"No conditional format on sheet: {sheet.id} at index: {index}")
    return sheet.conditional[index]


@request("deleteConditionalFormatRule")
def _delete_rule(batch: Batch, body: Json) -> Json:
    sheet = batch.book.sheet(int(body.get("sheetId", 0)))
    rule = _rule_at(sheet, int(body.get("index") or 0))
    sheet.conditional.remove(rule)
    return {"deleteConditionalFormatRule": {"rule": rule_json(batch.book, sheet, rule)}}
