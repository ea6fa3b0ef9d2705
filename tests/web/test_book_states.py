"""How the page says that a book stands: also while its file is not whole, or has become another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.desk import Desk
from app.queries.overview import unit_line
from app.scheduler import Scheduler
from app.sight import EVERYTHING
from sync.backends.folder.backend import READ_LIMIT
from tests.web.conftest import MINE, OTHER, book_file


def status(desk: Desk, code: str = MINE) -> tuple[str, str]:
    line = unit_line(desk, EVERYTHING, code)
    assert line is not None
    return line.status.code, line.status.reason


@pytest.mark.parametrize("kept", [0, 0.5])
def test_a_file_that_is_not_whole_is_said_to_be_so(desk: Desk, scheduler: Scheduler, kept: float) -> None:
    """For the minutes in which it may be a copy under way too; over when the file is whole again."""
    scheduler.poll()
    file = book_file(desk)
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * kept)])
    scheduler.poll()
    assert status(desk) == ("later", "文件不完整，可能正在复制")
    assert status(desk, OTHER)[0] == "ok"
    file.write_bytes(whole)
    scheduler.poll()
    assert status(desk)[0] == "ok"


def test_a_file_that_is_too_large_is_said_to_be_so_at_once(desk: Desk, scheduler: Scheduler) -> None:
    """What we cut off ourselves is no sign of a copy under way."""
    scheduler.poll()
    file = book_file(desk)
    with file.open("r+b") as opened:
        opened.truncate(READ_LIMIT + 1_000_000)
    scheduler.poll()
    code, reason = status(desk)
    assert code == "unreadable" and "太大" in reason


def test_a_book_saved_as_csv_is_named(desk: Desk, scheduler: Scheduler) -> None:
    scheduler.poll()
    file = book_file(desk)
    file.rename(file.with_suffix(".csv"))
    scheduler.poll()
    code, reason = status(desk)
    assert code == "lost" and f"“{file.stem}.csv”" in reason and "另存为" in reason
    Path(file.with_suffix(".csv")).unlink()
    assert "csv" not in status(desk)[1]
