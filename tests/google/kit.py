"""What tests of the spreadsheet service share: gspread pointed at it, ranges."""

from __future__ import annotations

from typing import Any

import gspread
from gspread.http_client import HTTPClient

OWNER = "owner@example.cn"
OTHER = "clerk@example.cn"
HOSTS = ("https://sheets.googleapis.com", "https://www.googleapis.com")


def rebased(url: str) -> type[HTTPClient]:
    """gspread's door, pointed at another address."""

    class Rebased(HTTPClient):
        def request(self, method: str, endpoint: str, *args: Any, **kwargs: Any) -> Any:
            for host in HOSTS:
                endpoint = endpoint.replace(host, url)
            return super().request(method, endpoint, *args, **kwargs)

    return Rebased


def service_client(url: str, key: dict[str, Any]) -> gspread.Client:
    return gspread.service_account_from_dict(key, http_client=rebased(url))


def grid(sheet_id: int, top: int, left: int, bottom: int, right: int) -> dict[str, int]:
    """A GridRange from 0-based, half-open corners."""
    return {
        "sheetId": sheet_id, "startRowIndex": top, "endRowIndex": bottom, "startColumnIndex": left,
        "endColumnIndex": right,
    }  # fmt: skip
