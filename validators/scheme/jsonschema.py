"""A JSON Schema of scheme files from our own models: editors complete keys and underline mistakes while one types."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import TypeAdapter

from validators.scheme.models import Scheme

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def scheme_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of any file of a scheme directory. Nothing is required at the top: files are joined."""
    from validators.rules import kinds

    adapters: list[tuple[str, Literal["validation"], TypeAdapter[Any]]] = []
    adapters.append(("scheme", "validation", TypeAdapter(Scheme)))
    adapters += [(kind, "validation", TypeAdapter(model)) for kind, model in sorted(kinds().items())]
    places, shared = TypeAdapter.json_schemas(adapters, ref_template="#/$defs/{model}")
    definitions: dict[str, Any] = shared.get("$defs", {})
    top = definitions.get("Scheme") or places["scheme", "validation"]
    properties = dict(top["properties"])
    properties["rules"] = {"type": "array", "items": _by_kind(places)}
    _allow_short_choices(properties)
    _allow_numbers(definitions)
    return {
        "$schema": DIALECT,
        "title": "填报方案",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "$defs": {name: body for name, body in definitions.items() if name != "Scheme"},
    }


def _by_kind(places: Any) -> dict[str, Any]:
    """One rule: its `kind` decides which keys it has, so that an editor's complaint names the right kind."""
    branches = []
    for (kind, _), reference in sorted(places.items()):
        if kind != "scheme":
            condition = {"properties": {"kind": {"const": kind}}, "required": ["kind"]}
            branches.append({"if": condition, "then": reference})
    known = [kind for kind, _ in sorted(places) if kind != "scheme"]
    return {
        "type": "object",
        "required": ["id", "kind", "title"],
        "properties": {"kind": {"enum": known}},
        "allOf": branches,
    }


def _allow_short_choices(properties: dict[str, Any]) -> None:
    items = properties["choices"]["additionalProperties"]["items"]
    properties["choices"]["additionalProperties"]["items"] = {"anyOf": [{"type": "string"}, {"type": "number"}, items]}


def _allow_numbers(definitions: dict[str, Any]) -> None:
    """Where text is wanted, the loader takes a plain number for its text (`minimum: 0`)."""
    for body in definitions.values():
        for part in body.get("properties", {}).values():
            if part.get("type") == "string" and "enum" not in part and "format" not in part:
                part["type"] = ["string", "number"]
