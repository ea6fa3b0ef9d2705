"""What stands in the cells of a tab: values of rows as texts or numbers, references by the titles people know."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.scheme_book.cellform import alternatives, write
from app.scheme_book.layout import TABLE_KEYS, Column
from app.scheme_book.words import NAMES, label_of

Shown = str | int | float


def shown(value: Any, column: Column, titles: Mapping[str, str]) -> Shown:
    """A value as it stands in a cell; "" for a default. `titles`: names of tables → titles."""
    if column.words:
        text = str(getattr(value, "value", value)) if value is not None else ""
        return label_of(text, column.words)
    if value == column.default and type(value) is type(column.default) and not column.required:
        return ""
    if is_table(column) and isinstance(value, str):
        return titles.get(value, value)
    if isinstance(value, bool):
        return "是" if value else "否"
    numeric = {int, Decimal} & set(alternatives(column.annotation))
    if isinstance(value, int) and numeric and abs(value) < 10**11:
        return value
    if isinstance(value, Decimal) and numeric and _fits(value):
        return int(value) if value == value.to_integral_value() else float(value)
    return write(value, column.annotation, NAMES)


def is_table(column: Column) -> bool:
    """Whether the column names a table."""
    return column.key in TABLE_KEYS and alternatives(column.annotation) == (str,)


def table_named(text: str, titles: Mapping[str, str]) -> str:
    """A table's name by what people wrote: its title or its name."""
    return next((name for name, title in titles.items() if title == text), text)


def is_field(column: Column) -> bool:
    """Whether titles of columns may be chosen there."""
    kinds = alternatives(column.annotation)
    return (len(kinds) > 1 and str in kinds and any(hasattr(kind, "model_fields") for kind in kinds)) or (
        kinds == (str,) and column.title.endswith("列")
    )


def _fits(value: Decimal) -> bool:
    return Decimal(repr(float(value))) == value and len(str(value)) < 15
