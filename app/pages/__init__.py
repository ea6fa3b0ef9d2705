"""Pages for people: server-rendered, Chinese first, English by switch; every script and style is shipped."""

from __future__ import annotations

from flask import Blueprint, Flask

pages = Blueprint("pages", __name__)


def install(app: Flask) -> None:
    """Put the pages with their guards into an application."""
    from flask_babel import Babel
    from flask_limiter import Limiter
    from flask_limiter.util import get_remote_address
    from flask_wtf import CSRFProtect

    from app.pages import audit, books, decisions, obligations, overview, people, records, sessions, syncs, uploads
    from app.pages.guard import install_guard
    from app.pages.language import chosen
    from app.pages.view import install_view

    assert all((audit, books, decisions, obligations, overview, people, records, syncs, uploads))
    Babel(app, locale_selector=chosen)
    app.extensions["csrf_guard"] = CSRFProtect(app)
    install_guard(app)
    install_view(app)
    app.register_blueprint(pages)
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")
    limit = limiter.limit(sessions.LIMIT, methods=["POST"], deduct_when=lambda response: response.status_code == 401)
    app.view_functions["pages.sign_in"] = limit(app.view_functions["pages.sign_in"])
