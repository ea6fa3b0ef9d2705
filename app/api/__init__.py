"""The JSON API under /api/v1: the same questions as the pages, for other systems."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, g, jsonify, request
from pydantic import BaseModel, TypeAdapter, ValidationError
from werkzeug.wrappers import Response

from app.pages.errors import Mistaken
from validators.scheme.wording import sentence

PREFIX = "/api/v1"
_LIST = TypeAdapter(list[Any])


def api(app: Flask) -> Blueprint:
    """The blueprint with all endpoints; CSRF is asked of sessions, not of tokens."""
    from app.api import duty_routes, routes
    from app.api.openapi import document
    from app.api.registry import ENDPOINTS
    from app.pages.guard import needs

    assert routes and duty_routes
    blueprint = Blueprint("api", __name__, url_prefix=PREFIX)
    app.extensions["csrf_guard"].exempt(blueprint)
    blueprint.before_request(_ask_for_csrf)
    blueprint.add_url_rule("/openapi.json", "openapi", lambda: jsonify(document()))
    for item in ENDPOINTS:
        blueprint.add_url_rule(item.rule, item.name, needs(item.right)(_view(item)), methods=[item.method])
    return blueprint


def _ask_for_csrf() -> None:
    from flask import current_app
    from flask_login import current_user

    if request.method not in ("GET", "HEAD", "OPTIONS") and current_user.is_authenticated and not g.get("by_token"):
        current_app.extensions["csrf_guard"].protect()


def _view(item: Any) -> Any:
    def view(**parameters: str) -> Any:
        if item.query is not None:
            parameters["query"] = _parsed(item.query, request.args.to_dict())
        if item.body is not None:
            parameters["body"] = _parsed(item.body, request.get_json(silent=True))
        return _sent(item.view(**parameters))

    view.__name__ = item.name
    return view


def _parsed(model: type[BaseModel], given: Any) -> Any:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise Mistaken(
            [f"{'.'.join(map(str, item['loc'])) or '内容'}：{sentence(item, model)}" for item in error.errors()]
        ) from None


def _sent(answer: Any) -> Response:
    if isinstance(answer, Response):
        return answer
    from flask import Response as FlaskResponse

    data = _LIST.dump_json(answer) if isinstance(answer, list) else answer.model_dump_json().encode()
    return FlaskResponse(data, mimetype="application/json")
