"""A small office with real books, synced once for all tests of the page; each test works on a copy of its own."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.demo.workspace import fill
from app.desk import Desk
from app.people import add_user
from app.proposals import Proposals
from app.scheduler import Scheduler
from app.service import run_day, run_round, write_consolidated
from app.settings import Settings, load_settings
from app.upgrading import Upgrading
from app.wiring import open_office
from app.workspace import create_workspace

DAY = date(2025, 7, 16)
PASSWORD = "correct-horse-7"
VALUES = {"quiet_seconds": 0, "poll_seconds": 1, "reader_processes": 0, "workers": 1}
PEOPLE = {"admin": "", "commission": "", "department": "tcj", "leader": "", "unit": "340403001"}
MINE, OTHER = "340403001", "340403002"  # the unit of the user `unit`, and another one


@contextmanager
def no_bar(*_: Any, **__: Any) -> Iterator[Any]:
    yield lambda text="": None


@pytest.fixture(scope="session")
def mould(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of two units and the commission, synced; nobody works in it."""
    place = tmp_path_factory.mktemp("mould") / "workspace"
    settings = create_workspace(place, "", VALUES)
    for file in (place / "scheme").rglob("tables.yaml"):  # small books open fast
        file.write_text(re.sub(r"^( +rows:) \d+$", r"\1 20", file.read_text(), flags=re.M))
    fill(settings, 2, 8, 5, DAY, bar=no_bar)
    office = open_office(settings, as_of=DAY)
    office.backend._sleep = lambda seconds: None  # type: ignore[attr-defined]
    for role, unit in PEOPLE.items():
        add_user(office, role, role=role, unit=unit, display=f"{role} 先生", password=PASSWORD)
    report = run_round(office, "command")
    run_day(office, report)
    write_consolidated(office)
    office.close()
    assert not report.failures
    return place


@pytest.fixture
def settings(mould: Path, tmp_path: Path) -> Settings:
    """A copy of the workspace."""
    shutil.copytree(mould, tmp_path / "workspace")
    return load_settings(tmp_path / "workspace")


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    """The copy opened, on a day that stands still; nobody waits for a second look."""
    office = open_office(settings, as_of=DAY)
    office.backend._sleep = lambda seconds: None  # type: ignore[attr-defined]
    yield Desk.of(office)
    office.close()


@pytest.fixture
def scheduler(desk: Desk) -> Iterator[Scheduler]:
    """A scheduler whose jobs the test calls itself."""
    found = Scheduler(desk)
    yield found
    found.stop()


@pytest.fixture
def app(desk: Desk) -> Flask:
    """What would go on in the background waits until a test does it."""
    made = create_app(desk, testing=True)
    made.extensions["proposals"] = Proposals(desk, start=lambda work: None)
    made.extensions["upgrading"] = Upgrading(desk, start=lambda work: None)
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody has signed in with."""
    return app.test_client()


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    return signed_in(app, "admin")


@pytest.fixture
def runner(app: Flask) -> Any:
    return app.test_cli_runner()


def signed_in(app: Flask, name: str) -> FlaskClient:
    """A browser of its own with this user signed in."""
    client = app.test_client()
    answer = post(client, "/login", {"name": name, "password": PASSWORD}, page="/login")
    assert answer.status_code == 302, answer.text
    return client


def token(client: FlaskClient, page: str = "/account") -> str:
    """The CSRF token that stands in a page."""
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get(page).text)
    assert found is not None
    return found[1]


def post(client: FlaskClient, path: str, data: dict[str, Any] | None = None, *, page: str = "/account") -> Any:
    """A form sent as a browser would, its CSRF token included."""
    return client.post(path, data={"csrf_token": token(client, page), **(data or {})})


def book_file(desk: Desk, code: str = MINE) -> Path:
    """The file of a unit's book."""
    book = desk.book(code)
    assert book.key
    return desk.office.settings.path(desk.office.settings.books) / book.key


def save_cell(file: Path, tab: str, title: str, text: Any, row: int = 0) -> str:
    """As a clerk: open the book, write into the column of that title, save. Returns what stood there."""
    import openpyxl

    workbook = openpyxl.load_workbook(file)
    sheet = workbook[tab]
    head, column = find_column(sheet, title)
    cell = sheet.cell(row or head + 1, column)
    before, cell.value = cell.value, text
    workbook.save(file)
    return str(before or "")


def find_column(sheet: Any, title: str) -> tuple[int, int]:
    """Row of the headers and column of one title."""
    for row in sheet.iter_rows(min_row=1, max_row=8):
        for cell in row:
            if str(cell.value or "").split("（")[0].strip().lstrip("*") == title:
                return int(cell.row), int(cell.column)
    raise AssertionError(f"no column {title} in {sheet.title}")


@pytest.fixture
def download(admin: FlaskClient, scheduler: Scheduler) -> bytes:
    """The book as the unit downloads it, answered."""
    scheduler.poll()
    return admin.get(f"/books/{MINE}/file").data
