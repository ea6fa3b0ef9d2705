"""Pages for people: server-rendered, Chinese first, English by switch; every script and style is shipped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response

if TYPE_CHECKING:
    from flask_limiter import Limiter

pages = Blueprint("pages", __name__)


def install(app: Flask) -> None:
    """Put the pages with their guards into an application."""
    from flask_babel import Babel
    from flask_limiter import Limiter
    from flask_limiter.util import get_remote_address
    from flask_wtf import CSRFProtect

    from app.pages import (
        audit,
        books,
        bulletins,
        decisions,
        obligations,
        overview,
        people,
        records,
        scheme,
        sessions,
        syncs,
        uploads,
    )
    from app.pages.guard import install_guard
    from app.pages.language import chosen
    from app.pages.view import install_view

    assert all(
        (audit, books, bulletins, decisions, obligations, overview, people, records, scheme, sessions, syncs, uploads)
    )
    Babel(app, locale_selector=chosen)
    app.extensions["csrf_guard"] = CSRFProtect(app)
    install_guard(app)
    install_view(app)
    app.register_blueprint(pages)
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")
    for name, failed in (("pages.sign_in", 401), ("pages.password", 400)):
        _limit_failures(app, limiter, name, failed)


def _limit_failures(app: Flask, limiter: Limiter, name: str, failed: int) -> None:
    """Who guesses passwords is stopped: from one address, and for one name from wherever he comes. Those who know
    theirs never notice."""
    from flask import request
    from flask_limiter.util import get_remote_address

    from app.pages import sessions

    def wrong(response: Response) -> bool:
        return response.status_code == failed

    def whose() -> str:
        return request.form.get("name", "").strip().casefold()[:64] or get_remote_address()

    view: Any = app.view_functions[name]
    for limit, key in ((sessions.LIMIT, get_remote_address), (sessions.LIMIT_OF_NAME, whose)):
        view = limiter.limit(limit, key_func=key, methods=["POST"], deduct_when=wrong)(view)
    app.view_functions[name] = view
