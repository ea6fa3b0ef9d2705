"""Ids of files and folders, and where a browser finds them."""

from __future__ import annotations

import re

_ID = re.compile(r"[A-Za-z0-9_-]{10,}")
_IN_URL = re.compile(r"/(?:folders|d|view)/([A-Za-z0-9_-]{10,})")


def file_id(text: str) -> str:
    """The id of a file or folder from its id or its address in the browser; "" when there is none in it."""
    found = _IN_URL.search(text)
    if found is not None:
        return found[1]
    return text.strip() if _ID.fullmatch(text.strip()) else ""


def sheet_url(key: str, endpoint: str = "") -> str:
    """Where a person opens a spreadsheet."""
    return f"{endpoint}/view/{key}" if endpoint else f"https://docs.google.com/spreadsheets/d/{key}/edit"
