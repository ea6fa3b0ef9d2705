"""A run that a person asked for says so and says who; one that came by itself says that."""

from __future__ import annotations

from flask.testing import FlaskClient

from app.desk import Desk
from app.scheduler import Scheduler
from tests.web.conftest import MINE, OTHER, book_file, post, save_cell


def causes(desk: Desk) -> dict[str, str]:
    """Unit → trigger of its newest run."""
    runs = desk.office.store.runs(desk.office.scheme.id, limit=20)
    return {run.book.partition(":")[2]: run.trigger for run in reversed(runs)}


def test_all_books_asked_for_on_the_page(admin: FlaskClient, desk: Desk, scheduler: Scheduler) -> None:
    post(admin, "/resync")
    scheduler.poll()
    assert set(causes(desk).values()) == {"manual:admin"}
    assert "手动（admin）" in admin.get("/sync").text
    run = desk.office.store.runs(desk.office.scheme.id, limit=1)[0]
    assert "手动（admin）" in admin.get(f"/runs/{run.id}").text
    answer = admin.get(f"/api/v1/runs?unit={MINE}").json
    assert answer and (answer[0]["trigger"], answer[0]["by"]) == ("manual", "admin")


def test_only_the_book_that_was_asked_for(desk: Desk, scheduler: Scheduler) -> None:
    """Another one that changed in the same round, and a later change of the same one, came by themselves."""
    scheduler.poll()
    desk.resync([MINE], "张三")
    save_cell(book_file(desk, OTHER), "项目库", "项目名称", "改了名字的项目")
    scheduler.poll()
    assert causes(desk)[MINE] == "manual:张三" and causes(desk)[OTHER] == "poll"
    save_cell(book_file(desk, MINE), "项目库", "项目名称", "又改了名字的项目")
    scheduler.poll()
    assert causes(desk)[MINE] == "poll"


def test_a_book_that_the_system_itself_wants_again_was_asked_for_by_nobody(desk: Desk, scheduler: Scheduler) -> None:
    desk.resync([MINE], "张三")
    scheduler.poll()
    assert causes(desk)[MINE] == "manual:张三"
    desk.office.store.want([desk.book_id(MINE)])
    scheduler.poll()
    assert causes(desk)[MINE] == "poll"
