"""Plain data as short YAML that our loader reads back as the same data."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

_PLAIN = re.compile(r"[A-Za-z_\u4e00-\u9fff《（“][\w\u4e00-\u9fff（）《》“”、。；？！·—…→×÷≥≤．./()+=<>'%* -]*$")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}$")
_CONSTANT = {"true", "false", "null", "yes", "no", "on", "off", "y", "n", ""}
_CONTROL = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def emit(value: Any) -> str:
    """A value on one line."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value.to_integral_value():f}" if value == value.to_integral_value() else f"{value:f}"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**14 else _text(str(value))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key_text(str(key))}: {emit(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(emit(item) for item in value) + "]"
    return _text(str(value))


def key_text(key: str) -> str:
    """A key of a mapping: always text to our loader, so that `n` and `on` need no quotation marks."""
    return key if _PLAIN.match(key) and key == key.strip() and " #" not in key else _text(key)


def block_item(value: Any, indent: str) -> str:
    """An item of a list whose neighbours stand on several lines: one key a line."""
    if not isinstance(value, Mapping) or not value:
        return emit(value)
    lines = [f"{key_text(str(key))}: {emit(item)}" for key, item in value.items()]
    return f"\n{indent}  ".join(lines)


def _text(text: str) -> str:
    safe = _PLAIN.match(text) or _DATE.match(text)
    if safe and text == text.strip() and text.lower() not in _CONSTANT and " #" not in text and not text.endswith(":"):
        return text
    body = json.dumps(text, ensure_ascii=False)
    return _CONTROL.sub(lambda match: json.dumps(match[0])[1:-1], body)
