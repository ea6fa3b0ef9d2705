"""通报 on the page: the numbers of a period, the Word document, noting that it was sent, closing the period."""

from __future__ import annotations

import io

import docx
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.bulletin.content import content
from app.desk import Desk
from app.scheduler import Scheduler
from tests.web.conftest import post, signed_in
from tests.web.test_scheme_page import text_of

PERIOD = "2025-06"


@pytest.fixture
def commission(app: Flask, scheduler: Scheduler) -> FlaskClient:
    scheduler.poll()
    return signed_in(app, "commission")


def test_the_last_month_is_shown_with_the_numbers_of_the_document(desk: Desk, commission: FlaskClient) -> None:
    told, found = text_of(commission, "/bulletins"), content(desk.office, PERIOD)
    assert "2025年6月" in told and "还没有关账" in told
    assert f"应报 {found['total']['due']}" in told and found["units"][0]["name"] in told
    assert found["late"] and found["late"][0]["title"] in told
    document = docx.Document(io.BytesIO(commission.get(f"/bulletins/word?period={PERIOD}").data))
    words = "\n".join(part.text for part in document.paragraphs)
    assert "2025年6月" in words


@pytest.mark.parametrize("period", ["六月", "2030-01", "../../etc", "<script>"])
def test_what_is_no_period_is_told_in_words(commission: FlaskClient, period: str) -> None:
    for path in ("/bulletins", "/bulletins/word"):
        answer = commission.get(path, query_string={"period": period}, follow_redirects=True)
        assert answer.status_code == 200 and "<script>" not in answer.text.partition("<main")[2]
    assert "note bad" in commission.get("/bulletins", query_string={"period": period}).text
    post(commission, "/bulletins/issue", {"period": period})
    assert not [item for item in commission.application.extensions["desk"].office.store.events(limit=9) if item["kind"] == "bulletin"]  # fmt: skip


def test_that_it_was_sent_is_noted_with_who(desk: Desk, commission: FlaskClient) -> None:
    post(commission, "/bulletins/issue", {"period": PERIOD})
    (event,) = [item for item in desk.office.store.events(limit=9) if item["kind"] == "bulletin"]
    assert event["actor"] == "commission" and event["data"]["period"] == PERIOD
    assert "已记下" in text_of(commission, "/bulletins")


def test_a_period_is_closed_once_and_for_good(desk: Desk, app: Flask, commission: FlaskClient) -> None:
    post(commission, "/bulletins/close", {"period": "2025-01", "note": "已核对"})
    told = text_of(commission, "/bulletins?period=2025-01")
    assert "已关账" in told and "已核对" in told and "用关账时的数" in told
    post(commission, "/bulletins/close", {"period": "2025-01"})
    assert "关过" in text_of(commission, "/bulletins?period=2025-01")
    assert len(desk.office.store.closings(desk.office.scheme.id)) == 1
    assert "确定关账吗" not in signed_in(app, "leader").get("/bulletins?period=2025-02").text
