"""The first ten minutes of a newcomer, for real: the service in a process of its own, LibreOffice as the clerk's program.

A bad date is typed and saved: while the book is open the page knows it and the answer waits; closed, the book answers; mended,
the message is gone and the status is right.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.office import Document, Office

pytestmark = pytest.mark.office
ROOT = Path(__file__).parents[2]
PATIENCE = 120.0  # seconds; a test is no stop-watch, `bench/` measures


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """`tianbao serve --demo` with two units, as `make run` starts it."""
    place = tmp_path_factory.mktemp("newcomer") / "demo"
    main = [sys.executable, "-c", "from app.cli import main; main()"]
    subprocess.run([*main, "demo", str(place), "--units", "2", "--projects", "8"], cwd=ROOT, check=True, timeout=300, capture_output=True)  # fmt: skip
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [*main, "serve", "--demo", str(place), "--port", str(port)],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        until("the service answers", lambda: _ready(port))
        yield place
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(json.load(answer)["status"] == "ready")
    except OSError:
        return False


def until(what: str, holds: Callable[[], Any]) -> Any:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := holds():
            return found
        time.sleep(0.3)
    raise AssertionError(f"never happened: {what}")


def places(document: Document) -> tuple[int, dict[str, int]]:
    """Header row and the column of each title of 项目库."""
    grid = document.grid("项目库")
    header = min(row for (row, _), (text, _) in grid.items() if text.startswith("签约日期"))
    return header, {
        text.partition("（")[0].rstrip("*"): column for (row, column), (text, _) in grid.items() if row == header
    }


def address(column: int, row: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def first_row(office: Office, book: Path) -> dict[str, str]:
    """What the first project's row shows, by title."""
    with office.open(book) as document:
        header, columns = places(document)
        grid = document.grid("项目库")
        return {title: grid.get((header + 1, column), ("", ""))[0] for title, column in columns.items()}


def answered(
    office: Office, book: Path, holds: Callable[[dict[str, str]], bool]
) -> Callable[[], dict[str, str] | None]:
    """Looks into the book only when it has been written since the last look, as an open book is not answered."""
    seen = [0]

    def look() -> dict[str, str] | None:
        stamp = book.stat().st_mtime_ns
        if stamp == seen[0] or any(book.parent.glob(".~lock*")):
            return None
        seen[0] = stamp
        row = first_row(office, book)
        return row if holds(row) else None

    return look


def test_the_book_answers_back(office: Office, service: Path) -> None:
    """Bad date: told in Chinese at its place; mended: the message is gone."""
    book = sorted((service / "books").glob("*街道.xlsx"))[0]
    with office.open(book) as document:
        header, columns = places(document)
        cell = address(columns["签约日期"], header + 1)
        document.set("项目库", cell, "2025-13-01")
        document.save()
        saved = book.read_bytes()
        until("the store knows", lambda: "2025-13-01" in _todo(service))
        assert book.read_bytes() == saved, "written while LibreOffice had it open"
        until("the page says that the answer waits", lambda: "待回写" in _pending(service))
    row = until("the book answers", answered(office, book, lambda row: "签约日期" in row["校验结果"]))
    assert "2025-13-01" in row["校验结果"]
    assert "月份" in row["校验结果"]
    with office.open(book) as document:
        document.set("项目库", cell, "2025-03-01")
        document.save()
    row = until("the message is gone", answered(office, book, lambda row: "2025-13-01" not in row["校验结果"]))
    assert row["节点状态"]


def _todo(service: Path) -> str:
    return _store(service, "select findings, '' from book union all select body, '' from status")


def _pending(service: Path) -> str:
    return _store(service, "select pending, '' from book")


def _store(service: Path, query: str) -> str:
    import sqlite3

    with sqlite3.connect(f"file:{service / 'tianbao.db'}?mode=ro", uri=True) as database:
        return "\n".join(str(row[0]) for row in database.execute(query))
