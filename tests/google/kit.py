"""What tests of the spreadsheet service share: gspread pointed at it, ranges."""

from __future__ import annotations

from collections.abc import Callable
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


def raw_calls(client: gspread.Client) -> Callable[..., Any]:
    """(method, path) → what the API answers, for what gspread has no method for."""

    def send(method: str, path: str, **more: Any) -> Any:
        host = HOSTS[1] if path.startswith("/drive") else HOSTS[0]
        response = client.http_client.request(method, host + path, **more)
        return response.json() if response.content else None

    return send


def drive_calls(client: gspread.Client) -> Callable[..., Any]:
    """The same of Drive."""
    send = raw_calls(client)
    return lambda method, path, **more: send(method, "/drive/v3" + path, **more)


def grid(sheet_id: int, top: int, left: int, bottom: int, right: int) -> dict[str, int]:
    """A GridRange from 0-based, half-open corners."""
    return {
        "sheetId": sheet_id, "startRowIndex": top, "endRowIndex": bottom, "startColumnIndex": left,
        "endColumnIndex": right,
    }  # fmt: skip
