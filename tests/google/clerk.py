"""A clerk at a spreadsheet of a workspace's emulator, through gspread, as a program of hers would."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gspread
from google.oauth2.credentials import Credentials

from tests.google.kit import rebased


def signed_in(url: str, key_file: Path) -> gspread.Client:
    """gspread as the person of an authorized_user file."""
    info: dict[str, Any] = json.loads(key_file.read_text())
    made = Credentials(
        None, refresh_token=info["refresh_token"], token_uri=info["token_uri"], client_id=info["client_id"],
        client_secret=info["client_secret"],
    )  # fmt: skip
    return gspread.Client(made, http_client=rebased(url))


class Desk:
    """One entry tab of one book. Rows are counted from the first below the header, columns named by title."""

    def __init__(self, book: gspread.Spreadsheet, tab: str = "项目库") -> None:
        self.sheet = book.worksheet(tab)
        lines = self.sheet.get_values("1:8")
        marks = next(at for at, line in enumerate(lines) if any(cell.startswith("tb:") for cell in line))
        at = next(at for at in range(marks + 1, len(lines)) if "校验结果" in lines[at])
        self.header = at + 1
        self.titles = [title.lstrip("*").split("（")[0] for title in lines[at]]

    def column(self, title: str) -> int:
        return self.titles.index(title) + 1

    def type(self, row: int, title: str, text: str) -> None:
        self.sheet.update([[text]], self._place(row, title), raw=False)

    def shown(self, row: int, title: str) -> str:
        return str(self.sheet.acell(self._place(row, title)).value or "")

    def _place(self, row: int, title: str) -> str:
        return str(gspread.utils.rowcol_to_a1(self.header + 1 + row, self.column(title)))
