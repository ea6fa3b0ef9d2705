"""The Flask application: one factory that puts pages, API and their guards together."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from flask import Flask, Response, abort, g, request
from flask.sessions import SecureCookieSessionInterface
from werkzeug.middleware.proxy_fix import ProxyFix

from app.desk import Desk
from app.proposals import Proposals
from app.secret import session_key
from app.settings import Settings, load_settings
from app.upgrading import Upgrading
from app.wiring import Office, open_office, workspace_of

UPLOAD_LIMIT = 32 * 1024 * 1024
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}


class Sessions(SecureCookieSessionInterface):
    """Cookies are marked Secure where the request came over https."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


def make_app(office: Office | Settings | Desk | None = None, *, testing: bool = False) -> Flask:
    """The application over a desk, an office, settings, or the workspace that the environment names."""
    desk = _desk(office)
    settings = desk.office.settings
    app = Flask("app", template_folder="pages/templates", static_folder="pages/static")
    app.config.update(
        SECRET_KEY=session_key(settings.path(settings.secret_file)),
        TESTING=testing,
        MAX_CONTENT_LENGTH=UPLOAD_LIMIT,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        SESSION_COOKIE_NAME="tianbao",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        WTF_CSRF_SSL_STRICT=False,  # behind a proxy the referrer may be another spelling of us
        BABEL_DEFAULT_LOCALE="zh",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        RATELIMIT_STORAGE_URI="memory://",
        RATELIMIT_HEADERS_ENABLED=False,
    )
    app.session_interface = Sessions()
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["desk"] = desk
    app.extensions["proposals"], app.extensions["upgrading"] = Proposals(desk), Upgrading(desk)
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    _guards(app)
    return app


def _guards(app: Flask) -> None:
    from app.api import api
    from app.observe import observe, watch_requests
    from app.pages import install
    from app.pages.errors import install_errors

    app.before_request(_number_request)
    app.after_request(_secure)
    watch_requests(app)
    install(app)
    app.register_blueprint(api(app))
    app.register_blueprint(observe)
    install_errors(app)


def _desk(given: Any) -> Desk:
    if isinstance(given, Desk):
        return given
    if given is None:
        given = load_settings(workspace_of(None))
    return Desk.of(open_office(given) if isinstance(given, Settings) else given)


def _number_request() -> None:
    """A number by which a person can name what went wrong, and the log find it. No address of ours has a zero byte in
    it; databases differ in what they make of one."""
    g.request_number = secrets.token_hex(4)
    if "\x00" in request.path or b"%00" in request.query_string:
        abort(404)


def _secure(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
