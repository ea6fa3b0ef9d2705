"""A real Chromium uses the page: sign in, look, resync with live progress, decide, upload, on a phone too."""

from __future__ import annotations

import io
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app import create_app
from app.desk import Desk
from app.scheduler import Scheduler
from tests.web.conftest import MINE, PASSWORD, book_file, find_column, save_cell

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE = {"width": 390, "height": 844}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="没有 Chromium：apt-get install chromium"),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    """The service as it runs: waitress, and the scheduler's own clockwork."""
    from waitress.server import create_server

    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    sock.listen()
    app = create_app(desk)
    scheduler = Scheduler(desk)
    scheduler.settings = desk.office.settings.model_copy(update={"poll_seconds": 0.3})
    server = create_server(app, sockets=[sock], threads=4)

    def run() -> None:
        with suppress(OSError, ValueError):  # at the end its socket is closed while it waits for somebody
            server.run()

    thread = threading.Thread(target=run)
    thread.start()
    scheduler.start()
    yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    server.close()
    scheduler.stop()
    server.task_dispatcher.shutdown()
    thread.join(20)
    sock.close()


@pytest.fixture
def page(chromium: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A signed-in page; whatever the browser complains about fails the test."""
    size = getattr(request, "param", {"width": 1280, "height": 900})
    context = chromium.new_context(viewport=size, locale="zh-CN", accept_downloads=True)
    complaints: list[str] = []
    found = context.new_page()
    found.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    found.on("pageerror", lambda error: complaints.append(str(error)))
    found.on("request", lambda asked: complaints.append(asked.url) if not asked.url.startswith(address) else None)
    found.goto(address + "/login")
    found.get_by_label("用户名").fill("admin")
    found.get_by_label("口令").fill(PASSWORD)
    found.get_by_role("button", name="登录").click()
    found.wait_for_url(address + "/")
    yield found
    context.close()
    assert complaints == []


def fits(page: Any) -> bool:
    """Nothing is wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def comes_to_rest(page: Any, desk: Desk) -> None:
    """The book's page says 正常 by itself; if it does not, what is known of the book is told."""
    from playwright.sync_api import TimeoutError as Late

    try:
        page.locator("h1 .tag", has_text="正常").wait_for(timeout=60_000)
    except Late:
        book, live = desk.book(MINE), desk.live
        pytest.fail(
            f"page: {page.locator('h1').inner_text()} {page.evaluate('document.body.dataset.version')}; "
            f"desk: {desk.version()} {live.problem} {live.notes} {live.rounds_now()[:2]}; "
            f"book: {book.key} {book.pending} {book.problem} {book.held} {book.token} {live.present}"
        )


def test_from_the_overview_to_a_record(page: Any, desk: Desk) -> None:
    """Units with their numbers, a book with its findings, a record with its reasons."""
    page.get_by_role("heading", name="总览").wait_for()
    page.get_by_role("link", name=desk.name(MINE), exact=True).click()
    page.get_by_role("heading", name="待改清单").wait_for()
    page.locator("table.findings a").first.click()
    page.get_by_role("heading", name="节点状态").wait_for()
    assert page.locator("section", has_text="改动历史").count() >= 1


def test_a_wrong_password_is_told(chromium: Any, address: str) -> None:
    """In words, on the same page."""
    page = chromium.new_page()
    page.goto(address + "/login")
    page.get_by_label("用户名").fill("admin")
    page.get_by_label("口令").fill("wrong")
    page.get_by_role("button", name="登录").click()
    page.get_by_role("alert").filter(has_text="用户名或口令不对").wait_for()
    page.close()


def test_a_resync_is_watched_to_its_end(page: Any, desk: Desk) -> None:
    """All books: progress, then done, without touching the page."""
    before = desk.book(MINE).last_ok
    page.get_by_role("button", name="全部同步").click()
    page.get_by_text("同步完成").first.wait_for(timeout=60_000)
    page.locator(".steps li.done").first.wait_for()
    assert desk.book(MINE).last_ok > before


def test_the_book_page_keeps_itself_fresh(page: Any, desk: Desk, address: str) -> None:
    """A clerk has the book open and saves: finding and waiting answer appear by themselves, and go when he closes."""
    page.goto(f"{address}/books/{MINE}")
    file = book_file(desk)
    lock = file.parent / f".~lock.{file.name}#"
    lock.write_text(",王伟,pc,x,y")
    save_cell(file, "项目库", "签约日期", "去年夏天")
    page.get_by_role("cell", name="去年夏天").first.wait_for(timeout=60_000)
    page.get_by_text("王伟 正在用 LibreOffice 打开").first.wait_for(timeout=60_000)
    save_cell(file, "项目库", "签约日期", "2025-03-01")
    lock.unlink()
    page.get_by_role("cell", name="去年夏天").first.wait_for(state="detached", timeout=60_000)
    comes_to_rest(page, desk)


def test_nobody_is_disturbed_while_choosing_a_file(page: Any, desk: Desk, address: str, tmp_path: Path) -> None:
    """The page offers to refresh rather than throwing the choice away."""
    page.goto(f"{address}/books/{MINE}")
    chosen = tmp_path / "要交的表.xlsx"
    chosen.write_bytes(book_file(desk).read_bytes())
    page.locator("input[type=file]").set_input_files(chosen)
    assert "要交的表.xlsx" in page.locator(".drop").inner_text()
    save_cell(book_file(desk), "项目库", "签约日期", "去年夏天")
    page.locator("button.news").wait_for(timeout=60_000)
    assert "要交的表.xlsx" in page.locator(".drop").inner_text()
    page.locator("button.news").click()
    page.get_by_role("cell", name="去年夏天").first.wait_for()


def test_a_returned_book_is_uploaded_and_answered(page: Any, desk: Desk, address: str, tmp_path: Path) -> None:
    """Download, mend at home, upload: the receipt fills itself in, and the answered book can be downloaded."""
    page.goto(f"{address}/books/{MINE}")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载当前的表").click()
    workbook = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    head, column = find_column(workbook["项目库"], "签约日期")
    workbook["项目库"].cell(head + 1, column).value = "去年夏天"
    home = tmp_path / "改好了(1).xlsx"
    workbook.save(home)
    page.locator("input[type=file]").set_input_files(home)
    page.get_by_role("button", name="上传").click()
    page.get_by_role("heading", name="受理回执").wait_for()
    page.get_by_text("已处理").wait_for(timeout=60_000)
    page.get_by_role("cell", name="去年夏天").first.wait_for()
    with page.expect_download() as answered:
        page.get_by_role("link", name="下载带答复的表").click()
    todo = openpyxl.load_workbook(io.BytesIO(Path(answered.value.path()).read_bytes()))["待改清单"]
    assert "去年夏天" in [cell.value for row in todo.iter_rows() for cell in row]


def test_two_files_are_decided(page: Any, desk: Desk, address: str) -> None:
    """From the overview to the choice, and the book goes on with the chosen file."""
    file = book_file(desk)
    copy = file.with_name("最终版2.xlsx")
    copy.write_bytes(file.read_bytes())
    save_cell(copy, "项目库", "签约日期", "2025-02-03")
    page.locator(".waits").get_by_role("link").filter(has_text="最终版2.xlsx").click(timeout=60_000)
    page.get_by_role("cell", name="2025-02-03").wait_for()
    page.get_by_role("button", name="采用").click()
    page.get_by_text("请先选择用哪一个文件").wait_for()
    page.get_by_label("最终版2.xlsx").check()
    page.get_by_label("理由（记入审计）").fill("这本新")
    page.get_by_role("button", name="采用").click()
    page.get_by_text("没有等待决定的事项").wait_for(timeout=60_000)
    page.goto(f"{address}/books/{MINE}")
    page.get_by_text("最终版2.xlsx").first.wait_for(timeout=60_000)
    comes_to_rest(page, desk)


def test_a_reminder_is_copied_and_a_duty_extended(page: Any, address: str) -> None:
    """The text on the page is what is pasted elsewhere; an extension is granted where the duty stands."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address + "/obligations/remind")
    card = page.locator("section.card").last
    card.get_by_role("button", name="复制").click()
    card.get_by_role("button", name="已复制").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == card.locator("p.pre").text_content()
    page.goto(address + "/obligations?period=2025-06&state=missing")
    row = page.locator("tr", has_text="签约项目库每月更新")
    row.get_by_text("延期、免报").click()
    row.get_by_label("延到").fill("2025-07-31")
    row.get_by_label("原因").first.fill("换系统")
    row.get_by_role("button", name="延期").click()
    page.get_by_text("已办：延期").wait_for()
    page.goto(address + "/obligations?period=2025-06")
    assert "换系统" in page.locator("tr", has_text="已延期").first.inner_text()


def test_the_policy_is_changed_without_a_command(page: Any, desk: Desk, address: str, tmp_path: Path) -> None:
    """Download, change a limit in the workbook, upload; what would change is shown by itself; put into use."""
    from tests.web.test_scheme_page import RULE, cell_of, rule

    page.goto(address + "/scheme")
    with page.expect_download() as taken:
        page.get_by_role("link", name="下载方案工作簿").click()
    taken.value.save_as(tmp_path / "方案.xlsx")
    book = openpyxl.load_workbook(tmp_path / "方案.xlsx")
    cell_of(book, RULE).value = 1
    book.save(tmp_path / "方案.xlsx")
    page.locator("input[type=file]").set_input_files(tmp_path / "方案.xlsx")
    page.get_by_role("button", name="上传并检查").click()
    page.get_by_role("heading", name="预演").wait_for(timeout=90_000)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="换上").click()
    page.get_by_text("这个方案正在使用").wait_for(timeout=60_000)
    assert rule(desk).n == 1


@pytest.mark.parametrize("page", [PHONE], indirect=True)
def test_on_a_phone_every_page_fits(page: Any, address: str, desk: Desk) -> None:
    """Nothing is wider than the screen; menus and buttons can be reached."""
    records = desk.office.store.records(desk.office.scheme.id, tables=["project"])
    for path in (
        "/", f"/books/{MINE}", f"/books/{MINE}/records", f"/records/{records[0].id}", "/alerts", "/decisions", "/sync",
        "/obligations", "/obligations/remind", "/bulletins", "/scheme", "/scheme/books",
        "/search?q=项目", "/people", "/audit", "/account", "/password",
    ):  # fmt: skip
        page.goto(address + path)
        assert fits(page), path
    page.goto(address + "/")
    page.get_by_role("button", name="全部同步").click()
    page.get_by_text("同步完成").first.wait_for(timeout=60_000)
    page.locator("details.who summary").click()
    page.get_by_role("button", name="退出").click()
    page.get_by_role("button", name="登录").wait_for()


def test_english_on_the_way(page: Any) -> None:
    """One click there, one back."""
    page.locator("details.who summary").click()
    page.get_by_role("link", name="English").click()
    page.get_by_role("heading", name="Overview").wait_for()
    page.locator("details.who summary").click()
    page.get_by_role("link", name="中文").click()
    page.get_by_role("heading", name="总览").wait_for()
