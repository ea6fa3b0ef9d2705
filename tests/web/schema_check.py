"""A small reader of JSON Schema: enough to hold the API's answers against its own OpenAPI document."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,), "array": (list,),
    "object": (dict,), "null": (type(None),),
}  # fmt: skip


def mismatches(value: Any, schema: dict[str, Any], document: dict[str, Any], where: str = "$") -> list[str]:
    """Where the value is not what the schema says; an empty list when it is."""
    if "$ref" in schema:
        found: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return mismatches(value, found, document, where)
    if "anyOf" in schema:
        tried = [mismatches(value, option, document, where) for option in schema["anyOf"]]
        return [] if any(not told for told in tried) else min(tried, key=len)
    told = _of_type(value, schema, where)
    if told:
        return told
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where}: {value!r} is none of {schema['enum']}"]
    if isinstance(value, str) and "format" in schema:
        return _of_format(value, schema["format"], where)
    if isinstance(value, list):
        items = schema.get("items", {})
        return [line for n, item in enumerate(value) for line in mismatches(item, items, document, f"{where}[{n}]")]
    if isinstance(value, dict):
        return _of_object(value, schema, document, where)
    return []


def _of_type(value: Any, schema: dict[str, Any], where: str) -> list[str]:
    wanted = schema.get("type")
    if wanted is None:
        return []
    fits = isinstance(value, _TYPES[wanted]) and (wanted == "boolean" or not isinstance(value, bool))
    return [] if fits else [f"{where}: {value!r} is not of type {wanted}"]


def _of_format(value: str, name: str, where: str) -> list[str]:
    try:
        if name == "date-time":
            assert datetime.fromisoformat(value).tzinfo is not None
        elif name == "date":
            date.fromisoformat(value)
    except (ValueError, AssertionError):
        return [f"{where}: {value!r} is no {name}"]
    return []


def _of_object(value: dict[str, Any], schema: dict[str, Any], document: dict[str, Any], where: str) -> list[str]:
    properties, more = schema.get("properties", {}), schema.get("additionalProperties", not schema.get("properties"))
    told = [f"{where}: {name} is missing" for name in schema.get("required", ()) if name not in value]
    for name, item in value.items():
        if name in properties:
            told += mismatches(item, properties[name], document, f"{where}.{name}")
        elif more is False:
            told.append(f"{where}: {name} is not in the document")
        elif isinstance(more, dict):
            told += mismatches(item, more, document, f"{where}.{name}")
    return told
