"""What fits where, seen by a real Chromium: one screen for leaders, nothing cut off or written over on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from app.desk import Desk
from app.people import add_user
from tests.web import test_browser
from tests.web.conftest import MINE, PASSWORD

pytestmark = test_browser.pytestmark
chromium, address = test_browser.chromium, test_browser.address

PHONE = {"width": 390, "height": 844}
PAGES = {
    "unit": [f"/books/{MINE}", f"/books/{MINE}/records", "/alerts", "/obligations", "/decisions", "/sync", "/search?q=项目", "/account"],
    "department": ["/", f"/books/{MINE}", f"/books/{MINE}/records", "/books/tcj", "/alerts", "/obligations"],
    "leader": ["/", "/?all=1", "/alerts", "/obligations"],
    "commission": ["/", "/obligations", "/obligations/remind", "/audit", "/sync"],
    "admin": ["/people", "/audit"],
}  # fmt: skip
# cells whose text runs out of them, and over what stands beside it
OVER = """() => [...document.querySelectorAll('.cards td, .tile, nav.main a, .facts dd')]
  .filter((e) => e.offsetParent && e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent.trim().slice(0, 40))"""


@pytest.fixture
def enter(chromium: Any, address: str) -> Iterator[Any]:
    """Somebody signed in, at a size."""
    contexts = []

    def signed_in(name: str, size: dict[str, int]) -> Any:
        context = chromium.new_context(viewport=size, locale="zh-CN")
        contexts.append(context)
        page = context.new_page()
        page.goto(address + "/login")
        page.get_by_label("用户名").fill(name)
        page.get_by_label("口令").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        return page

    yield signed_in
    for context in contexts:
        context.close()


def test_a_leader_sees_all_on_one_screen(enter: Any, address: str) -> None:
    """No scrolling at the size of an ordinary screen; the long list is one click away."""
    page = enter("leader", {"width": 1280, "height": 900})
    page.goto(address + "/")
    assert page.evaluate("document.documentElement.scrollHeight") <= 900
    assert page.get_by_role("heading", name="最要催的单位").is_visible()
    page.get_by_role("link", name="看各单位").click()
    assert page.get_by_role("heading", name="各单位").is_visible()


@pytest.mark.parametrize("role", sorted(PAGES))
def test_nothing_is_cut_off_on_a_phone(enter: Any, address: str, role: str) -> None:
    """No page is wider than the screen, no text runs over its neighbour, and where one is stands in view in the menu."""
    page = enter(role, PHONE)
    for path in PAGES[role]:
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
        assert page.evaluate(OVER) == [], path
        here = page.locator("nav.main [aria-current]")
        if here.count():
            box = here.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"] + 1, path


def test_a_word_of_a_status_stands_in_one_line(enter: Any, address: str, desk: Desk) -> None:
    """On a wide screen no tag is broken into a column of characters."""
    page = enter("commission", {"width": 1280, "height": 900})
    record = desk.office.store.records(desk.office.scheme.id, tables=["project"])[0]
    for path in (f"/records/{record.id}", "/alerts", "/obligations", "/"):
        page.goto(address + path)
        tall = "[...document.querySelectorAll('td .tag')].filter((e) => e.offsetHeight > 32).map((e) => e.textContent)"
        assert page.evaluate(tall) == [], path


def test_a_unit_has_its_whole_menu_on_a_phone(enter: Any) -> None:
    """Six words in one line of 390 px."""
    page = enter("unit", PHONE)
    last = page.locator("nav.main a").last.bounding_box()
    assert last["x"] + last["width"] <= PHONE["width"]


def test_long_words_without_a_gap_break_on_a_phone(enter: Any, address: str, desk: Desk) -> None:
    """Names of files and users come as people make them."""
    at = desk.office.clock.now()
    desk.office.store.add_event("sign_in_failed", at, "", {"name": "x" * 64, "from": "127.0.0.1"})
    desk.office.store.add_event("upload", at, "admin", {"unit": MINE, "file": "y" * 120 + ".xlsx", "outcome": "taken"})
    add_user(desk.office, "z" * 64, role="leader", password=PASSWORD)
    page = enter("admin", PHONE)
    for path in ("/audit", "/people"):
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
        assert page.evaluate(OVER) == [], path
