"""What the golden tests share: a BookPlan as text that a person can compare, and books opened by openpyxl."""

from __future__ import annotations

import io
import json
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from typing import Any

from openpyxl import Workbook, load_workbook

from sheets_templates.plan import BookPlan

BUILT = date(2025, 7, 10)


def opened(data: bytes) -> Workbook:
    return load_workbook(io.BytesIO(data))


def described(plan: BookPlan) -> str:
    """JSON, one line for each column, mark and line of the guide; what is left at its default is left out."""
    return _block(_bare(plan), 0) + "\n"


def _bare(value: Any) -> Any:
    if is_dataclass(value):
        kept = {}
        for item in fields(value):
            found = getattr(value, item.name)
            if item.default is MISSING or found != item.default:
                kept[item.name] = _bare(found)
        return kept
    if isinstance(value, tuple | list):
        return [_bare(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _block(value: Any, depth: int) -> str:
    """Broken over lines where there are lists of things inside; else on one line."""
    if not _holds_things(value):
        return json.dumps(value, ensure_ascii=False)
    pad, end = " " * (depth + 1), " " * depth
    if isinstance(value, list):
        return "[\n" + ",\n".join(pad + _block(item, depth + 1) for item in value) + f"\n{end}]"
    lines = (f"{pad}{json.dumps(key, ensure_ascii=False)}: {_block(item, depth + 1)}" for key, item in value.items())
    return "{\n" + ",\n".join(lines) + f"\n{end}}}"


def _holds_things(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_holds_things(item) for item in value.values())
    return isinstance(value, list) and any(isinstance(item, dict | list) for item in value)
