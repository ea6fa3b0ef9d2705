"""The demonstration as a newcomer runs it: made by a command, edited by a clerk, synced, restarted, looked over."""

from __future__ import annotations

import json
import re
import shutil
import signal
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import gspread
import pytest

from sync.backends.google.emulator.home import Home, enter, leave
from tests.google.clerk import Desk, signed_in
from tests.web.test_serve import Service, run

DAY = "2025-07-16"
UNIT = "田东街道"


@pytest.fixture(scope="module", autouse=True)
def _no_full_round() -> Iterator[None]:
    """No book's turn in the slow full round comes just while a test runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIANBAO_GOOGLE_ROUND_MINUTES", "1e7")
        yield


@pytest.fixture(scope="module")
def mould(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demonstration of two units, made once; nobody works in it."""
    place = tmp_path_factory.mktemp("mould") / "demo"
    done = run("demo", str(place), "--backend", "google", "--units", "2", "--projects", "8", "--as-of", DAY)
    assert done.returncode == 0, done.stderr
    (place / "told").write_text(done.stdout)
    return place


@pytest.fixture
def demo(mould: Path, tmp_path: Path) -> Path:
    shutil.copytree(mould, tmp_path / "demo")
    return tmp_path / "demo"


@contextmanager
def at_the_desk(demo: Path, unit: str = UNIT) -> Iterator[Desk]:
    """A clerk's browser, while the emulator runs in this process or another."""
    home = enter(demo / "emulator")
    try:
        yield Desk(open_book(home, unit))
    finally:
        leave(home)


def open_book(home: Home, name: str) -> gspread.Spreadsheet:
    return signed_in(home.url, home.key("person.json")).open(name)


def sync(demo: Path) -> str:
    done = run("--as-of", DAY, "sync", "--workspace", str(demo))
    assert "Traceback" not in done.stderr
    return done.stdout


def test_the_demo_is_filled_and_answered(mould: Path, demo: Path) -> None:
    """Every row has its answer; a newcomer is told where to look and how to sign in."""
    told = (mould / "told").read_text()
    assert "模拟的 Google 表格" in told
    assert "admin / tianbao-demo" in told
    with at_the_desk(demo) as desk:
        assert desk.shown(0, "项目名称")
        assert desk.shown(0, "校验结果")
        assert "待同步" not in str(desk.sheet.get_values())


def test_an_edit_is_answered_by_the_next_sync(demo: Path) -> None:
    """What was typed shows 待同步 until it was seen, then what is wrong with it; mended, the complaint goes."""
    with at_the_desk(demo) as desk:
        before = desk.shown(0, "签约日期")
        desk.type(0, "签约日期", "去年夏天")
        assert desk.shown(0, "校验结果") == "待同步"
    assert UNIT in sync(demo)
    with at_the_desk(demo) as desk:
        assert "签约日期" in desk.shown(0, "校验结果")
        assert desk.shown(0, "签约日期") == "去年夏天"
        desk.type(0, "签约日期", before)
    sync(demo)
    with at_the_desk(demo) as desk:
        assert "签约日期" not in desk.shown(0, "校验结果")


def test_nothing_changed_nothing_is_read(demo: Path) -> None:
    """Restarted, with everything read from disk: a listing and no more."""
    sync(demo)
    told = sync(demo)
    assert "0 本表读取" in told


def test_a_running_service_answers_live(demo: Path) -> None:
    """The service keeps the emulator; the clerk's cell is answered without anybody's command; calls are counted."""
    service = Service("--workspace", str(demo))
    try:
        service.wait()
        with at_the_desk(demo) as desk:
            desk.type(1, "签约日期", "不知道")
            end = time.monotonic() + 60
            while "签约日期" not in desk.shown(1, "校验结果") and time.monotonic() < end:
                time.sleep(0.3)
            assert "签约日期" in desk.shown(1, "校验结果")
        with urllib.request.urlopen(f"http://127.0.0.1:{service.port}/metrics", timeout=10) as answer:
            numbers = answer.read().decode()
        assert re.search(r'tianbao_google_calls_total\{kind="write"\} [1-9]', numbers)
        assert "gserviceaccount" not in numbers
    finally:
        output = service.stop(signal.SIGTERM)
    assert "模拟的 Google 表格" in output
    assert "Traceback" not in output
    with at_the_desk(demo) as desk:
        assert desk.shown(1, "签约日期") == "不知道"


def test_runs_tell_their_calls(demo: Path) -> None:
    """One read and one write for the book that was edited, none for the other."""
    from app.settings import load_settings
    from app.wiring import office_of

    with at_the_desk(demo) as desk:
        desk.type(0, "签约日期", "去年夏天")
    sync(demo)
    with office_of(load_settings(demo)) as office:
        last = office.store.runs(office.scheme.id, limit=1)[0]
    assert {name: last.counts.get(name) for name in ("calls_read", "calls_write")} == {
        "calls_read": 1,
        "calls_write": 1,
    }


def test_books_are_listed_with_their_addresses(demo: Path) -> None:
    done = run("books", "list", "--workspace", str(demo), "--json")
    lines = {item["name"]: item for item in json.loads(done.stdout)}
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/view/\w+", lines[UNIT]["place"])
    assert lines[UNIT]["read"] > 0
    assert lines["史院乡"]["place"] == ""


def test_the_page_leads_to_the_spreadsheet(demo: Path) -> None:
    """Books are there, not lost; they are opened in the browser, and nothing is uploaded or downloaded."""
    from app import create_app
    from app.desk import Desk as PageDesk
    from app.people import add_user
    from app.scheduler import Scheduler
    from app.settings import load_settings
    from app.wiring import open_office
    from tests.web.conftest import PASSWORD, signed_in

    office = open_office(load_settings(demo))
    try:
        add_user(office, "boss", role="admin", display="主任", password=PASSWORD)
        desk = PageDesk.of(office)
        Scheduler(desk).poll()
        browser = signed_in(create_app(desk, testing=True), "boss")
        front = browser.get("/").text
        assert "不见了" not in front
        assert "上传乡镇发回的表" not in front
        code = next(unit.code for unit in office.scheme.units if unit.name == UNIT)
        page = browser.get(f"/books/{code}").text
        assert office.backend.url(desk.book(code).key) in page
        assert "下载当前的表" not in page
        assert "上传退回的表" not in page
        listed = browser.get("/api/v1/units").get_json()
        assert UNIT in json.dumps(listed, ensure_ascii=False)
    finally:
        office.close()


def test_the_consolidated_book_is_there_too(demo: Path) -> None:
    """Where somebody has put a spreadsheet called 汇总: every tab, every project, and again after an edit."""
    home = enter(demo / "emulator")
    try:
        book = open_book(home, "汇总")
        titles = [sheet.title for sheet in book.worksheets()]
        assert {"总览", "总表"} <= set(titles)
        assert "Sheet1" not in titles
        with at_the_desk(demo) as desk:
            name = desk.shown(0, "项目名称")
            desk.type(0, "项目名称", "改了名的项目")
        assert name in str(book.worksheet("总表").get_values())
    finally:
        leave(home)
    sync(demo)
    done = run("--as-of", DAY, "consolidate", "--workspace", str(demo))
    assert done.returncode == 0
    assert re.search(r"Google 里：http://127\.0\.0\.1:\d+/view/\w+", done.stdout)
    home = enter(demo / "emulator")
    try:
        assert "改了名的项目" in str(open_book(home, "汇总").worksheet("总表").get_values())
    finally:
        leave(home)


def test_a_copied_spreadsheet_waits_for_a_decision(demo: Path) -> None:
    """Neither is taken until a person says which one counts; then the other is left alone."""
    home = enter(demo / "emulator")
    try:
        person = signed_in(home.url, home.key("person.json"))
        book = person.open(UNIT)
        folder = json.loads((home.directory / "world.json").read_text())["files"][0]["id"]
        copied = person.copy(book.id, title=f"{UNIT}（副本）", folder_id=folder, copy_comments=False)
        told = sync(demo)
        assert "同一单位有2个文件" in told
        listed = json.loads(run("decide", "list", "--workspace", str(demo), "--json").stdout)
        key = next(item.get("key") or item.get("id") for item in listed if "two_files" in json.dumps(item))
        done = run("decide", "apply", str(key), "--choice", copied.id, "--workspace", str(demo))
        assert done.returncode == 0, done.stderr
        Desk(copied).type(0, "签约日期", "去年夏天")
        sync(demo)
        sync(demo)
        assert "签约日期" in Desk(copied).shown(0, "校验结果")
        assert "去年夏天" not in Desk(book).shown(0, "签约日期")
    finally:
        leave(home)
