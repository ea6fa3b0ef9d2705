"""What came of a run is said in sentences wherever people look: command, page, run under way. Codes are for programs."""

from __future__ import annotations

import json

from click.testing import CliRunner
from flask.testing import FlaskClient

from app.cli import cli
from app.desk import Desk
from app.scheduler import Scheduler
from tests.web.conftest import MINE, book_file
from tests.web.test_decision_pages import delete_rows


def damage(desk: Desk) -> None:
    file = book_file(desk)
    file.write_bytes(b"PK\x03\x04" + b"x" * 3000 + b"PK\x05\x06" + bytes(18))


def test_the_command_says_what_is_wrong_with_a_book(desk: Desk) -> None:
    """The table has the sentence, the JSON both; the code alone tells a person nothing."""
    damage(desk)
    call = ["sync", "-w", str(desk.office.settings.workspace), "--as-of", "2025-07-16"]
    told = CliRunner().invoke(cli, [*call, "--unit", MINE]).output.replace("\n", "")
    found = json.loads(CliRunner().invoke(cli, [*call, "--unit", MINE, "--json"]).stdout)
    (run,) = found["runs"]
    assert run["message"] == "book.foreign" and "不是填报用的表" in run["text"] and book_file(desk).name in run["text"]
    assert "book.foreign" not in told
    assert "".join(run["text"].split())[:12] in "".join(told.split())


def test_pages_say_it_too(desk: Desk, scheduler: Scheduler, admin: FlaskClient) -> None:
    """The rounds, the list of runs and the run itself."""
    damage(desk)
    scheduler.poll()
    (run, *_) = desk.office.store.runs(desk.office.scheme.id, book=desk.book_id(MINE))
    assert run.message == "book.foreign"
    for path in ("/sync", f"/books/{MINE}", f"/runs/{run.id}"):
        page = admin.get(path).text
        assert "book.foreign" not in page and "不是填报用的表" in page, path


def test_a_held_run_is_not_told_by_its_number(desk: Desk, scheduler: Scheduler, admin: FlaskClient) -> None:
    """Many rows gone: a sentence, on the rounds' page and on the book's."""
    scheduler.poll()
    delete_rows(desk, "项目库", 40)
    scheduler.poll()
    run = desk.office.store.runs(desk.office.scheme.id, book=desk.book_id(MINE))[0]
    assert run.outcome == "held"
    for path in ("/sync", f"/books/{MINE}"):
        page = admin.get(path).text
        assert run.message not in page and "没有采用，等待决定" in page
