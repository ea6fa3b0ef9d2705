"""Switching between Chinese and English."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from app.language import COOKIE, LANGUAGES, chosen
from app.pages import pages

__all__ = ["COOKIE", "LANGUAGES", "chosen", "language", "local_address"]


@pages.get("/language/<code>")
def language(code: str) -> Response:
    """Switch, and go back to where one was."""
    answer = redirect(local_address(request.args.get("next", "")))
    if code in LANGUAGES:
        answer.set_cookie(COOKIE, code, max_age=365 * 86400, samesite="Lax", httponly=True, secure=request.is_secure)
    return answer


def local_address(wanted: str) -> str:
    """The address when it is one of ours, else the overview: nobody is led away by a link."""
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and "\\" not in wanted
    return wanted if inside and wanted.isprintable() else url_for("pages.overview")
