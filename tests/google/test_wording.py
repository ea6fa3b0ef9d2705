"""A shared spreadsheet's own texts speak of a place where nothing is saved or closed; those of a file still do."""

from __future__ import annotations

import json
from datetime import date

import pytest

from app.workspace import book_owners
from sheets_templates import catalog
from sheets_templates.builder import build_book
from sheets_templates.gsheet import book_requests
from sheets_templates.wording import SHARED
from sync.backends.google.emulator import World
from sync.backends.google.emulator.files import SPREADSHEET

BUILT = date(2025, 7, 1)


@pytest.mark.parametrize("scheme_id", catalog.bundled())
def test_nobody_is_told_to_save_a_shared_spreadsheet(scheme_id: str) -> None:
    """In no cell, note, banner, hint or message of any book of the bundled schemes."""
    scheme = catalog.load(scheme_id)
    codes = {role: code for code, role in book_owners(scheme)}
    for role, code in codes.items():
        plan = build_book(scheme, code, role, built=BUILT, wording=SHARED)
        requests = book_requests(plan, ["a@b.cn"], [(0, "Sheet1")], [0])
        text = json.dumps(requests, ensure_ascii=False)
        world = World()
        made = world.create_file(code, SPREADSHEET, "owner@example.cn")
        world.act(made.id, "owner@example.cn", *requests)  # and the service takes it as it is
        assert [word for word in ("保存", "关闭", "WPS", "文件夹", "左上角的 1") if word in text] == []
        assert SHARED.welcome in text
        assert "待同步" in text


def test_a_file_is_saved_and_closed() -> None:
    scheme = catalog.load(catalog.default())
    code, role = book_owners(scheme)[0]
    plan = build_book(scheme, code, role, built=BUILT)
    assert plan.tabs[0].banner.startswith("填好保存、关闭文件即可")
    assert any("再次保存后" in cell for line in plan.guide.lines for cell in line.cells)
