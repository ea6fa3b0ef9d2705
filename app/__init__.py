"""The ways in: command line, web page, JSON API, scheduler. They import all of the house and nobody imports them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def create_app(office: Any = None, **more: Any) -> Flask:
    """The web application over an office, over settings, or over the workspace of TIANBAO_WORKSPACE.

    Imported late, so that small commands never load the web.
    """
    from app.web import make_app

    return make_app(office, **more)
