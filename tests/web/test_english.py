"""English by switch or by address: findings, problems and what runs came to, not only the page's labels."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.desk import Desk
from app.scheduler import Scheduler
from tests.web.conftest import MINE, book_file, save_cell


@pytest.fixture
def faulty(desk: Desk, scheduler: Scheduler) -> Desk:
    scheduler.poll()
    save_cell(book_file(desk), "项目库", "签约日期", "去年夏天")
    scheduler.poll()
    return desk


def test_findings_are_english_where_english_is_asked_for(faulty: Desk, admin: FlaskClient) -> None:
    """By address for one page, by the switch for all; the book itself keeps answering in Chinese."""
    path = f"/books/{MINE}"
    chinese, english = admin.get(path).text, admin.get(f"{path}?lang=en").text
    assert "说不准是哪一天" in chinese and "does not say which day" not in chinese
    assert "does not say which day" in english and "说不准是哪一天" not in english and "去年夏天" in english
    assert "说不准是哪一天" in admin.get(path).text  # an address changes nothing for the next page
    admin.get("/language/en?next=/")
    assert "does not say which day" in admin.get(path).text
    assert "说不准是哪一天" in admin.get(f"{path}?lang=zh").text
    answers = faulty.office.backend.read(faulty.file(faulty.book(MINE)), faulty.office.parts.shapes["unit"])  # type: ignore[arg-type]
    assert "说不准是哪一天" in str([row.shown for tab in answers.tabs for row in tab.rows])


def test_a_record_and_the_api_speak_english_too(faulty: Desk, admin: FlaskClient) -> None:
    found = admin.get(f"/api/v1/books/{MINE}/findings?lang=en").get_json()
    (line,) = [item for item in found if item["value"] == "去年夏天"]
    assert "does not say which day" in line["wanted"]
    assert "does not say which day" in admin.get(f"/records/{line['record']}?lang=en").text
    assert "说不准是哪一天" in str(admin.get(f"/api/v1/books/{MINE}/findings").get_json())
    assert admin.get(f"/api/v1/books/{MINE}/findings?lang=fr").status_code == 400


def test_a_book_that_cannot_be_read_is_told_in_english(desk: Desk, scheduler: Scheduler, admin: FlaskClient) -> None:
    """On its page, in the overview, and among the runs."""
    scheduler.poll()
    book_file(desk).write_bytes(b"PK\x03\x04" + b"x" * 3000 + b"PK\x05\x06" + bytes(18))
    scheduler.poll()
    for path in (f"/books/{MINE}", "/", "/sync"):
        page = admin.get(f"{path}?lang=en").text
        assert "is no book to report with" in page and "不是填报用的表" not in page, path


def test_status_words_have_an_english_gloss(faulty: Desk, admin: FlaskClient) -> None:
    """The word stays the scheme's own; what it means stands beside it, on English pages only."""
    (record, *_) = faulty.office.store.records(faulty.office.scheme.id, book=faulty.book_id(MINE))
    english, chinese = (admin.get(f"/records/{record.id}?lang={code}").text for code in ("en", "zh"))
    assert '<small class="muted">not begun</small>' in english and "未启动" in english
    assert "not begun" not in chinese


def test_why_a_book_stands_as_it_does_is_told_in_english(desk: Desk, scheduler: Scheduler, admin: FlaskClient) -> None:
    scheduler.poll()
    book_file(desk).unlink()
    scheduler.poll()
    assert "is no longer in the folder" in admin.get(f"/books/{MINE}?lang=en").text
    assert "数据仍是上次读到的" in admin.get(f"/books/{MINE}").text


def test_why_an_answer_waits_and_what_can_be_decided_are_told_in_english(desk: Desk, admin: FlaskClient) -> None:
    """The store keeps the Chinese sentence; whose program it is stays as it is written."""
    book = desk.book(MINE)
    book.pending, book.pending_since = "张三 正在用 WPS 或 Excel 打开", desk.office.clock.now()
    desk.office.store.save_book(book)
    desk.live.bump()
    for path in ("/", f"/books/{MINE}", "/decisions"):
        english, chinese = (admin.get(f"{path}?lang={code}").text for code in ("en", "zh"))
        assert "张三 has it open in WPS or Excel" in english, path
        assert "正在用" in chinese and "正在用" not in english, path
    assert "The answer could not be written into the book yet" in admin.get("/decisions?lang=en").text


def test_an_error_and_a_reason_are_told_in_english(desk: Desk, admin: FlaskClient) -> None:
    """What could not be done, with its hint; and why a status stands as it does, clause by clause."""
    page = admin.get("/books/nobody?lang=en").text
    assert "There is no unit “nobody”" in page and "Choose a unit in the overview" in page
    alerts = admin.get("/alerts?lang=en").text
    assert "due by 20" in alerts and "basis " in alerts
    assert "应于20" in admin.get("/alerts?lang=zh").text and "应于20" not in alerts


def test_the_result_of_a_row_in_a_list_is_english_too(faulty: Desk, admin: FlaskClient) -> None:
    """校验结果 stands in lists of records as in the book; there too in the reader's language."""
    path = f"/books/{MINE}/records"
    chinese, english = admin.get(path).text, admin.get(f"{path}?lang=en").text
    assert "处要改" in chinese and "to mend" not in chinese
    assert "to mend" in english and "✓ passed" in english and "处要改" not in english and "✓ 通过" not in english
