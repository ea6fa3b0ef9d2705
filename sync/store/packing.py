"""Values to text columns and back: JSON, and the compact form of statuses, flags and findings."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from operator import attrgetter
from typing import Any

import orjson
from pydantic_core import from_json

from validators.findings import Finding, Severity
from validators.status import Flag, Status

# a day becomes ISO text in JSON, a severity its word
_OF_FINDING = attrgetter("code", "severity", "table", "record", "field", "value", "params", "rule")
_OF_STATUS = attrgetter("rule", "code", "deadline", "done", "next_change", "inputs")
_OF_FLAG = attrgetter("rule", "flag", "reason")


def pack(value: Any) -> str:
    """JSON text. An empty list or dict is "" (most are). Lone surrogates, which UTF-8 cannot hold, are escaped."""
    if not value:
        return ""
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # also numbers of more than 64 bits, and keys that are no text
        return json.dumps(value, separators=(",", ":"), default=str)


def unpack(text: str, empty: Any) -> Any:
    if not text:
        return empty
    try:
        return from_json(text)
    except ValueError:
        return json.loads(text)


def plain(text: str) -> str:
    """Text that any database takes: no NUL, no lone surrogate."""
    if text.isascii():
        return text.replace("\0", "") if "\0" in text else text
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def day_of(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def pack_findings(findings: Iterable[Finding]) -> list[Any]:
    return list(map(_OF_FINDING, findings))


def unpack_findings(rows: Iterable[list[Any]]) -> list[Finding]:
    return [Finding(code, Severity(severity), *rest) for code, severity, *rest in rows]


def pack_statuses(statuses: Iterable[Status]) -> list[Any]:
    return list(map(_OF_STATUS, statuses))


def unpack_statuses(rows: Iterable[list[Any]]) -> list[Status]:
    return [
        Status(rule, code, day_of(deadline), day_of(done), day_of(change), inputs)
        for rule, code, deadline, done, change, inputs in rows
    ]


def pack_flags(flags: Iterable[Flag]) -> list[Any]:
    return list(map(_OF_FLAG, flags))


def unpack_flags(rows: Iterable[list[str]]) -> list[Flag]:
    return [Flag(*row) for row in rows]
