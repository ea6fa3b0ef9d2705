"""BooleanConditions: which type goes where, and how many values it takes (ConditionType in the reference)."""

from __future__ import annotations

from sync.backends.google.emulator.cells import Json
from sync.backends.google.emulator.entry import typed
from sync.backends.google.emulator.errors import bad

VALIDATION, FORMAT, FILTER = "data validation", "conditional formatting", "filters"
_ALL = (VALIDATION, FORMAT, FILTER)
_USES: dict[str, tuple[tuple[str, ...], int, int | None]] = {  # type → where, least and most values
    **dict.fromkeys(
        ["NUMBER_GREATER", "NUMBER_GREATER_THAN_EQ", "NUMBER_LESS", "NUMBER_LESS_THAN_EQ", "NUMBER_EQ", "NUMBER_NOT_EQ",
         "TEXT_CONTAINS", "TEXT_NOT_CONTAINS", "TEXT_EQ", "DATE_EQ", "DATE_BEFORE", "DATE_AFTER", "CUSTOM_FORMULA"],
        (_ALL, 1, 1),
    ),
    **dict.fromkeys(["NUMBER_BETWEEN", "NUMBER_NOT_BETWEEN"], (_ALL, 2, 2)),
    **dict.fromkeys(["TEXT_STARTS_WITH", "TEXT_ENDS_WITH"], ((FORMAT, FILTER), 1, 1)),
    **dict.fromkeys(["TEXT_IS_EMAIL", "TEXT_IS_URL", "DATE_IS_VALID"], ((VALIDATION,), 0, 0)),
    **dict.fromkeys(["DATE_ON_OR_BEFORE", "DATE_ON_OR_AFTER", "ONE_OF_RANGE"], ((VALIDATION,), 1, 1)),
    **dict.fromkeys(["DATE_BETWEEN", "DATE_NOT_BETWEEN"], ((VALIDATION,), 2, 2)),
    **dict.fromkeys(["BLANK", "NOT_BLANK"], ((FORMAT, FILTER), 0, 0)),
    "ONE_OF_LIST": ((VALIDATION,), 1, None),
    "BOOLEAN": ((VALIDATION,), 0, 2),
}  # fmt: skip
_COUNTED = {0: "no ConditionValues", 1: "a single ConditionValue", 2: "exactly two ConditionValues"}


def check_condition(condition: Json, use: str) -> None:
    """400 for a condition that Google does not take here."""
    kind, values = str(condition.get("type") or ""), condition.get("values") or []
    if not kind:
        raise bad("BooleanCondition.type is required")
    uses, least, most = _USES.get(kind, ((), 0, None))
    if use not in uses:
        raise bad(f"BooleanCondition.type {kind} is not supported by {use}.")
    if len(values) < least or (most is not None and len(values) > most):
        wanted = _COUNTED[least] if least == most else f"{least} to {most or 'any number of'} ConditionValues"
        raise bad(f"BooleanCondition.type {kind} requires {wanted}, but {len(values)} were supplied.")
    for value in values:
        _check_value(kind, value)
        if value.get("relativeDate") and use == VALIDATION:
            raise bad("Relative dates are not supported in data validation.")


def _check_value(kind: str, value: Json) -> None:
    text = str(value.get("userEnteredValue") or "")
    relative = value.get("relativeDate")
    if bool(text) == bool(relative) or (relative and not kind.startswith("DATE_")):
        raise bad(f"Invalid ConditionValue.userEnteredValue: {text}")
    formula = text.startswith("=")
    if kind == "CUSTOM_FORMULA" and not formula:
        raise bad(f"Invalid ConditionValue.userEnteredValue: {text} (a custom formula begins with =)")
    if (
        kind.startswith("DATE_")
        and text
        and not formula
        and not isinstance(typed(text, None, "zh_CN", 2000).value, float)
    ):
        raise bad(f"Invalid ConditionValue.userEnteredValue: {text}")
    if kind.startswith("NUMBER_") and not formula and not isinstance(typed(text, None, "en_US", 2000).value, float):
        raise bad(f"Invalid ConditionValue.userEnteredValue: {text}")
