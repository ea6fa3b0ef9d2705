"""For those who run the service: alive, ready, numbers; and no names in them."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from app.desk import Desk
from app.scheduler import Scheduler
from tests.web.conftest import MINE, book_file, save_cell


def numbers(client: FlaskClient) -> dict[str, float]:
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {
        sample.name + "".join(f"[{value}]" for value in sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


def test_alive_and_ready(client: FlaskClient, desk: Desk) -> None:
    """Without signing in; not ready while the books' folder is away."""
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").status_code == 200
    folder = desk.office.settings.path(desk.office.settings.books)
    folder.rename(folder.with_name("away"))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["reason"]) == (503, "没有存放表的文件夹")  # type: ignore[index]
    folder.with_name("away").rename(folder)


def test_the_numbers_are_those_of_the_page(client: FlaskClient, admin: FlaskClient, scheduler: Scheduler) -> None:
    """Records, overdue, books by state, rounds."""
    scheduler.poll()
    found = numbers(client)
    totals = (admin.get("/api/v1/overview").json or {})["totals"]
    assert found["tianbao_records"] == totals["rows"] > 0
    assert found["tianbao_statuses[overdue]"] == totals["overdue"]
    assert sum(value for name, value in found.items() if name.startswith("tianbao_books[")) == totals["units"]
    assert found["tianbao_rounds_total"] == 1
    assert found["tianbao_leader"] == 1


def test_an_answer_that_waits_is_counted(client: FlaskClient, desk: Desk, scheduler: Scheduler) -> None:
    """One that an alarm can be set on."""
    scheduler.poll()
    assert numbers(client)["tianbao_answers_pending"] == 0
    file = book_file(desk)
    (file.parent / f".~lock.{file.name}#").write_text(",王伟,pc,x,y")
    save_cell(file, "项目库", "签约日期", "去年夏天")
    scheduler.poll()
    assert numbers(client)["tianbao_answers_pending"] == 1
    assert numbers(client)["tianbao_books[pending]"] == 1


def test_no_name_leaves_by_the_numbers(client: FlaskClient, desk: Desk) -> None:
    """Neither units nor people nor projects; requests are counted by endpoint, not by address."""
    client.get(f"/books/{MINE}")
    client.get("/books/whatever-secret")
    text = client.get("/metrics").text
    assert not re.search(r"[\u4e00-\u9fff]", text)
    assert MINE not in text
    assert "whatever-secret" not in text
