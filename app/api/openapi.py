"""The OpenAPI 3.1 document, made from the endpoints and their pydantic models."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import version
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from app.api.registry import ENDPOINTS, Endpoint
from app.queries.models import Failure

REF = "#/components/schemas/{model}"
_PARAMETERS = {
    "code": "unit code, or the role of whoever fills the book",
    "record_id": "编号 of the record",
    "run_id": "id of the run",
    "key": "key or id of the decision",
    "number": "number of the receipt",
    "ruling_id": "id of the ruling",
}
_FAILURES = {
    "400": "看不懂的请求",
    "401": "没有登录",
    "403": "没有权限",
    "404": "没有",
    "409": "不能这样做",
    "503": "暂时做不了",
}


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The whole document."""
    paths: dict[str, Any] = {}
    for item in ENDPOINTS:
        paths.setdefault(item.path, {})[item.method.lower()] = _operation(item)
    return {
        "openapi": "3.1.0",
        "info": {"title": "填报 Tianbao", "version": version("tianbao"), "license": {"name": "Apache-2.0"}},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "tianbao"},
            },
        },
    }


def _operation(item: Endpoint) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": item.name,
        "summary": item.summary,
        "tags": [item.tag],
        "responses": {"200": {"description": "好", "content": _content(item)}, **_failures()},
    }
    parameters = [
        {"name": name, "in": "path", "required": True, "description": _PARAMETERS[name], "schema": {"type": "string"}}
        for name in item.parameters
    ]
    if item.query is not None:
        parameters += _query(item.query)
    if parameters:
        operation["parameters"] = parameters
    if item.body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(item.body)}}}
    elif item.upload:
        form = {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}
        operation["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": form}}}
    return operation


def _content(item: Endpoint) -> dict[str, Any]:
    if isinstance(item.answer, str):
        return {item.answer: {"schema": {"type": "string", "format": "binary"}}}
    single = item.item()
    schema = {"type": "array", "items": _ref(single)} if single else _ref(item.answer)
    return {"application/json": {"schema": schema}}


def _failures() -> dict[str, Any]:
    content = {"application/json": {"schema": _ref(Failure)}}
    return {code: {"description": text, "content": content} for code, text in _FAILURES.items()}


def _query(model: type[BaseModel]) -> list[dict[str, Any]]:
    schema = model.model_json_schema(ref_template=REF)
    required = set(schema.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in required, "schema": shape}
        for name, shape in schema.get("properties", {}).items()
    ]


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": REF.format(model=model.__name__)}


def _schemas() -> dict[str, Any]:
    models: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {(Failure, "serialization"): None}
    for item in ENDPOINTS:
        answer = item.item() or item.answer
        if not isinstance(answer, str):
            models[answer, "serialization"] = None
        if item.body is not None:
            models[item.body, "validation"] = None
    _, schema = models_json_schema(list(models), ref_template=REF)
    found: dict[str, Any] = schema.get("$defs", {})
    return dict(sorted(found.items()))
