"""Matters that wait for a person: shown with what each choice would do, and done."""

from __future__ import annotations

import shutil
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.desk import Desk
from app.doctor.data import books
from app.scheduler import Scheduler
from sync.decide import WORDS
from tests.web.conftest import MINE, book_file, find_column, post, save_cell, signed_in


def waiting(client: FlaskClient, kind: str) -> dict[str, Any]:
    found = [item for item in client.get("/api/v1/decisions").json or [] if item["kind"] == kind]
    assert found, kind
    result: dict[str, Any] = found[0]
    return result


def delete_rows(desk: Desk, tab: str, count: int) -> None:
    workbook = openpyxl.load_workbook(book_file(desk))
    sheet = workbook[tab]
    head, _ = find_column(sheet, "项目名称" if tab == "项目库" else "问题内容")
    sheet.delete_rows(head + 1, count)
    workbook.save(book_file(desk))


@pytest.fixture
def two_files(desk: Desk, scheduler: Scheduler, admin: FlaskClient) -> dict[str, Any]:
    """Somebody put a changed copy beside the book."""
    scheduler.poll()
    file = book_file(desk)
    shutil.copy(file, file.with_name("最终版2.xlsx"))
    save_cell(file.with_name("最终版2.xlsx"), "项目库", "签约日期", "2025-02-03")
    scheduler.poll()
    return waiting(admin, "two_files")


def test_two_files_are_compared_and_one_is_chosen(
    desk: Desk, scheduler: Scheduler, admin: FlaskClient, two_files: dict[str, Any]
) -> None:
    """The page shows where they differ; the chosen one becomes the book; the other is left alone."""
    path = f"/decisions/{two_files['key']}"
    page = admin.get(path).text
    assert "最终版2.xlsx" in page
    assert "2025-02-03" in page
    assert WORDS["two_files"][1] in page
    answer = post(admin, path, {"verdict": "apply"})
    assert answer.location == path
    assert "请先选择用哪一个文件" in admin.get(path).text
    post(admin, path, {"verdict": "apply", "choice": "最终版2.xlsx", "note": "这本新"})
    scheduler.poll()
    assert desk.book(MINE).key == "最终版2.xlsx"
    assert not desk.book(MINE).held
    found = admin.get("/api/v1/records", query_string={"q": "P000001"}).json or []
    assert found
    page = admin.get("/decisions?closed=1").text
    assert "这本新" in page
    assert "没有等待决定的事项" in admin.get("/decisions").text
    event = next(e for e in desk.office.store.events(limit=20) if e["kind"] == "decision")
    assert (event["actor"], event["data"]["note"]) == ("admin", "这本新")


def test_a_file_that_does_not_exist_cannot_be_chosen(admin: FlaskClient, two_files: dict[str, Any]) -> None:
    """Says which there are; nothing is decided."""
    post(admin, f"/decisions/{two_files['key']}", {"verdict": "apply", "choice": "没有.xlsx"})
    assert "最终版2.xlsx" in admin.get(f"/decisions/{two_files['key']}").text
    assert waiting(admin, "two_files")["state"] == "open"


def test_an_unusual_loss_waits_and_is_applied(desk: Desk, scheduler: Scheduler, admin: FlaskClient) -> None:
    """Held with names of what is gone; applied, the rows are to be confirmed as withdrawn, nothing is deleted."""
    scheduler.poll()
    number = len(desk.office.store.records(desk.office.scheme.id, book=desk.book_id(MINE), tables=["project"]))
    delete_rows(desk, "项目库", 3)
    scheduler.poll()
    held = waiting(admin, "held_run")
    assert "少了3行" in held["lines"][0]
    assert "暂停，等待决定" in admin.get(f"/books/{MINE}").text
    store = desk.office.store
    assert len(store.records(desk.office.scheme.id, book=desk.book_id(MINE), tables=["project"])) == number
    post(admin, f"/decisions/{held['key']}", {"verdict": "apply"})
    scheduler.poll()
    assert (
        len(store.records(desk.office.scheme.id, book=desk.book_id(MINE), tables=["project"], states=("live",)))
        == number - 3
    )
    gone = [d for d in admin.get("/api/v1/decisions").json or [] if d["kind"] == "withdrawal"]
    assert len(gone) >= 3


def test_a_withdrawal_is_confirmed_on_its_page(desk: Desk, scheduler: Scheduler, admin: FlaskClient) -> None:
    """The record says so and keeps its history."""
    scheduler.poll()
    delete_rows(desk, "项目库", 1)
    scheduler.poll()
    item = waiting(admin, "withdrawal")
    record = item["records"][0]
    assert "从表里消失，待确认" in admin.get(f"/records/{record}").text
    post(admin, f"/decisions/{item['key']}", {"verdict": "apply", "note": "不建了"})
    page = admin.get(f"/records/{record}").text
    assert "已退出" in page
    assert "确认退出" in page


def test_a_renaming_shows_what_it_was_and_what_it_is(desk: Desk, scheduler: Scheduler, admin: FlaskClient) -> None:
    """Name and code, old and new; the record itself is not called another one."""
    scheduler.poll()
    before = save_cell(book_file(desk), "项目库", "项目名称", "改名年产一百台机床项目")
    code = save_cell(book_file(desk), "项目库", "投资项目统一代码", "2504-340403-04-01-222333")
    assert before and code
    scheduler.poll()
    item = waiting(admin, "renamed")
    page = admin.get(f"/decisions/{item['key']}").text
    assert f"项目名称：原来是“{before}”，现在是“改名年产一百台机床项目”" in page
    assert "现在是“2504-340403-04-01-222333”" in page
    assert "另一条" not in page
    english = admin.get(f"/decisions/{item['key']}?lang=en").text
    assert f"项目名称: it was “{before}”" in english


def test_what_was_decided_cannot_be_decided_again(desk: Desk, scheduler: Scheduler, admin: FlaskClient) -> None:
    """The second one is told so."""
    scheduler.poll()
    delete_rows(desk, "项目库", 1)
    scheduler.poll()
    item = waiting(admin, "withdrawal")
    path = f"/decisions/{item['key']}"
    post(admin, path, {"verdict": "reject"})
    assert "已否决" in admin.get(path).text
    post(admin, path, {"verdict": "apply"})
    assert "该事项已处理过" in admin.get(path).text
    assert post(admin, path, {"verdict": "burn"}).status_code == 400


def test_a_waiting_answer_is_shown_and_tried_again(desk: Desk, scheduler: Scheduler, admin: FlaskClient) -> None:
    """While the book is open its page shows the findings and says who has it open."""
    scheduler.poll()
    file = book_file(desk)
    lock = file.parent / f".~lock.{file.name}#"
    lock.write_text(",王伟,pc,x,y")
    save_cell(file, "项目库", "签约日期", "去年夏天")
    scheduler.poll()
    page = admin.get(f"/books/{MINE}").text
    assert "去年夏天" in page
    assert "王伟 正在用 LibreOffice 打开" in page
    assert "待回写" in page
    item = waiting(admin, "pending_answer")
    lock.unlink()
    post(admin, f"/decisions/{item['key']}", {"verdict": "apply"})
    scheduler.poll()
    assert not desk.book(MINE).pending
    assert "待回写" not in admin.get(f"/books/{MINE}").text


def test_units_see_their_own_matters_and_decide_none(
    app: Flask, desk: Desk, scheduler: Scheduler, two_files: dict[str, Any]
) -> None:
    """Reading is allowed for one's own book; deciding is the commission's."""
    unit = signed_in(app, "unit")
    path = f"/decisions/{two_files['key']}"
    page = unit.get(path).text
    assert "这件事由发改委或管理员决定" in page
    assert 'name="verdict"' not in page
    assert post(unit, path, {"verdict": "apply", "choice": "最终版2.xlsx"}).status_code == 403
    desk.office.store.save_user({"name": "unit", "unit": "340403002"})
    assert unit.get(path).status_code == 403
    assert unit.get("/api/v1/decisions").json == []


def test_a_book_that_takes_no_answer_says_why_and_what_to_do(
    desk: Desk, scheduler: Scheduler, admin: FlaskClient
) -> None:
    """A link: read as always, not written; the page and doctor say so, and it is not called a book that is open."""
    scheduler.poll()
    file = book_file(desk)
    save_cell(file, "项目库", "签约日期", "去年夏天")
    elsewhere = file.rename(desk.office.settings.workspace / "elsewhere.xlsx")
    file.symlink_to(elsewhere)
    scheduler.poll()
    page = admin.get(f"/books/{MINE}").text
    assert "去年夏天" in page and "不能写回" in page and "指向别处的链接" in page
    assert "文件改好再存，系统会自动重试" in page and "关闭以后自动写上" not in page
    assert admin.get(f"/api/v1/books/{MINE}").get_json()["unit"]["status"]["code"] == "refused"
    (check,) = [item for item in books(desk.office) if item.name == "不能写回"]
    assert "指向别处的链接" in check.message and "重新同步" in check.todo


def test_the_audit_names_what_was_decided_in_words(desk: Desk, scheduler: Scheduler, admin: FlaskClient) -> None:
    """The matter with a way to it, the unit by name; no codes of the program, no lists of Python."""
    delete_rows(desk, "项目库", 1)
    scheduler.poll()
    matter = waiting(admin, "withdrawal")
    post(admin, f"/decisions/{matter['key']}", {"verdict": "reject", "note": "没有退出"})
    post(admin, f"/books/{MINE}/resync")
    post(admin, "/account/tokens", {"note": "大屏", "scope": ["read", "resync"]})
    page = admin.get("/audit").text
    for word in (
        f"/decisions/{matter['key']}",
        matter["subject"],
        "这一行从表里消失了",
        "否决",
        "田东街道",
        "要求同步",
        "读数据",
    ):
        assert word in page, word
    for code in ("gone:", "withdrawal", "scopes", "[&#39;", f" {MINE}"):
        assert code not in page, code
