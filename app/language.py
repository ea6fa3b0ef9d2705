"""The language of the request at hand: Chinese unless somebody asks for English."""

from __future__ import annotations

import sys

LANGUAGES = {"zh": "中文", "en": "English"}
COOKIE, PARAMETER = "language", "lang"


def chosen() -> str:
    """As the address says (`?lang=en`), else as chosen before on the page; zh outside a request."""
    if "flask" not in sys.modules:  # a command; it need not load what serves pages
        return "zh"
    from flask import has_request_context, request

    if not has_request_context():
        return "zh"
    for asked in (request.args.get(PARAMETER, ""), request.cookies.get(COOKIE, "")):
        if asked in LANGUAGES:
            return asked
    return "zh"
