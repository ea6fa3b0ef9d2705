"""The table of days off is edited while the service runs: in use from the next round, or the page says which line is wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.desk import Desk
from app.doctor.data import books, calendar
from app.scheduler import Scheduler
from tests.web.test_scheme_watch import polls

DAY = date(2040, 1, 3)


def table(desk: Desk) -> Path:
    return desk.office.settings.path("calendar.csv")


def test_an_edit_is_in_use_without_a_restart_and_a_mistake_is_told(
    desk: Desk, scheduler: Scheduler, admin: FlaskClient
) -> None:
    polls(scheduler)
    assert desk.office.calendar.is_workday(DAY) and not desk.office.calendar.known(2040)
    table(desk).write_text("日期,类型\n2040-01-02至2040-01-04,放假\n", "utf-8")
    polls(scheduler)
    assert not desk.office.calendar.is_workday(DAY) and desk.office.calendar.known(2040)
    assert desk.office.parts.evaluator.calendar is desk.office.calendar
    assert desk.office.store.setting(f"calendar:{desk.office.scheme.id}") == desk.office.calendar.digest()
    assert desk.office.store.events(limit=3)[0]["kind"] == "calendar_loaded"

    used = desk.office.calendar
    table(desk).write_text("日期,类型\n2040-01-02,放假\n2040年元旦,放假\n", "utf-8")
    polls(scheduler)
    assert desk.office.calendar is used
    assert "calendar.csv 第3行读不懂" in admin.get("/").text

    table(desk).unlink()
    polls(scheduler)
    assert desk.office.calendar.is_workday(DAY) and "读不懂" not in admin.get("/").text


def test_the_doctor_names_the_years_that_deadlines_run_into(desk: Desk) -> None:
    from sync.store.base import Judgement
    from validators.status import Status

    store, scheme = desk.office.store, desk.office.scheme.id
    lease = store.acquire(f"scheme:{scheme}", "test", 60, desk.office.clock.now())
    assert lease is not None
    status = Status("T-1", "ok", date(2041, 1, 9), inputs={"from": "2040-12-20", "provisional": True})
    store.save_judgements(lease, [Judgement("scheme", "T-1", statuses=[status])], desk.office.clock.now())
    store.release(lease)
    told = " ".join(item.message for item in calendar(desk.office))
    assert "2040年1项、2041年1项" in told


def test_a_book_that_cannot_be_reckoned_anew_is_told_to_those_who_look_after_the_system(
    desk: Desk, scheduler: Scheduler, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug of ours")

    polls(scheduler)
    assert desk.office.store.books(desk.office.scheme.id)[0].last_ok
    monkeypatch.setattr("sync.recount.judge_due", broken)
    table(desk).write_text("日期,类型\n2040-01-02至2040-01-04,放假\n", "utf-8")
    polls(scheduler)
    page, told = admin.get("/").text, [check for check in books(desk.office) if check.level == "bad"]
    assert "按新安排重算时系统内部出错" in page and "Traceback" not in page
    (check,) = told
    assert "区发改委" in check.message and "试了1次" in check.message and "单位不用重填" in check.message
    assert "days off have changed" in admin.get("/?lang=en").text
