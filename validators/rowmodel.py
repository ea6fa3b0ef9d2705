"""Table → pydantic row model: what a record of that table may hold, built once per scheme version.

The model speaks of canonical texts (`values.py`) and turns them into Decimal, date and lists; the constraints that a
scheme gives a field (least and greatest value, length, pattern, number of items, precision) are part of its types.
The validator asks the same types cell by cell, once for each new content, so that one bad cell costs that cell only.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Literal, NotRequired

from annotated_types import Ge, Le, MaxLen
from pydantic import BeforeValidator, ConfigDict, StringConstraints, TypeAdapter, ValidationError, with_config
from pydantic_core import ErrorDetails, PydanticCustomError
from typing_extensions import TypedDict

from validators.parsers.base import ParsedCell, error
from validators.scheme.tables import Field, Table
from validators.values import DATE_TYPES, LIST_TYPES, NUMBER_TYPES, first_day, last_day, precision, split_list

_CONFIG = ConfigDict(regex_engine="python-re", strict=False)  # patterns of schemes are Python's
_PRECISIONS = ("year", "month", "day")
_ROUGH = "too_rough"
LONGEST_SHOWN = 60


def field_type(field: Field) -> Any:
    """The annotated type of a field's canonical text."""
    if field.type in DATE_TYPES:
        bounds = [Ge(first_day(field.minimum))] if field.minimum else []
        return _annotated(date, *bounds, *([Le(last_day(field.maximum))] if field.maximum else []), _to_day(field))
    if field.type in NUMBER_TYPES:
        bounds_ = [kind(Decimal(text)) for kind, text in ((Ge, field.minimum), (Le, field.maximum)) if text]
        return _annotated(Decimal, *bounds_)
    if field.type in LIST_TYPES:
        return _annotated(list[str], *([MaxLen(field.at_most)] if field.at_most else []), BeforeValidator(_to_list))
    if field.type == "yesno":
        return Literal["是", "否"]
    pattern = rf"\A(?:{field.pattern})\Z" if field.pattern else None
    return Annotated[str, StringConstraints(max_length=field.max_length, pattern=pattern)]


def _annotated(base: Any, *parts: Any) -> Any:
    """`Annotated[base, *parts]` for parts that are known only now."""
    for part in parts:
        base = Annotated[base, part]
    return base


def _to_list(value: Any) -> Any:
    return split_list(value) if isinstance(value, str) else value


def _to_day(field: Field) -> BeforeValidator:
    """A month or a year stands for its last day, unless the field wants it more exactly."""
    least = _PRECISIONS.index(field.precision) if field.precision else 0

    def convert(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if _PRECISIONS.index(precision(value)) < least:
            raise PydanticCustomError(_ROUGH, "not precise enough")
        return last_day(value)

    return BeforeValidator(convert)


@lru_cache(maxsize=256)
def row_model(table: Table) -> TypeAdapter[dict[str, Any]]:
    """The model of a table's rows: a TypedDict whose absent keys are blank fields. `json_schema()` serves the API."""
    fields = {item.name: NotRequired[field_type(item)] for item in table.fields}
    model = TypedDict(table.name, fields, total=False)  # type: ignore[misc]
    return TypeAdapter(with_config(ConfigDict(**_CONFIG, extra="forbid"))(model))  # type: ignore[arg-type]


class Constraints:
    """The constraints of one field as the row model has them, with what to say when one is broken."""

    __slots__ = ("_most", "_validate", "field", "free", "unsigned")

    def __init__(self, field: Field) -> None:
        self.field = field
        self.free = not (field.minimum or field.maximum or field.pattern or field.at_most or field.precision)
        self._most = field.max_length
        bounds = field.maximum or field.pattern or field.at_most or field.precision or field.type in DATE_TYPES
        self.unsigned = not bounds and field.minimum in ("", "0")
        self._validate = TypeAdapter(field_type(field), config=_CONFIG).validator.validate_python

    def none_under(self, length: int) -> bool:
        """Whether every plain value of at most so many characters is allowed here."""
        return (self.free or self.unsigned) and length <= self._most

    def fits(self, value: str) -> bool:
        """Whether a plain value, which is no negative number, is allowed here."""
        return len(value) <= self._most if self.free or self.unsigned else self.broken(value) is None

    def broken(self, value: str) -> ParsedCell | None:
        """Why a canonical text is not allowed here, None when it is."""
        if self.free and len(value) <= self.field.max_length:
            return None
        try:
            self._validate(value)
        except ValidationError as wrong:
            return self._told(wrong.errors(include_url=False, include_input=False)[0], value)
        return None

    def _told(self, wrong: ErrorDetails, value: str) -> ParsedCell:
        field, kind = self.field, wrong["type"]
        dated = field.type in DATE_TYPES
        if kind == "greater_than_equal":
            return error("cell.before_limit" if dated else "cell.below", limit=field.minimum + _unit(field))
        if kind == "less_than_equal":
            return error("cell.after_limit" if dated else "cell.above", limit=field.maximum + _unit(field))
        if kind == "too_long":
            return error("cell.too_many", count=len(split_list(value)), most=field.at_most)
        if kind == "string_too_long":
            return error("cell.too_long", length=len(value), most=field.max_length)
        if kind == _ROUGH:
            return error("cell.date.too_rough", wanted="日" if field.precision == "day" else "月")
        return error("cell.pattern" if kind == "string_pattern_mismatch" else "cell.unreadable")


def _unit(field: Field) -> str:
    return "" if field.type in DATE_TYPES else "%" if field.type.startswith("pct") else field.unit


def typed(table: Table, values: dict[str, str]) -> dict[str, Any]:
    """Canonical texts of a whole row → typed values. pydantic's ValidationError when they are no record of the table."""
    return row_model(table).validate_python(values)
