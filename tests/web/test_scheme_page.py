"""The scheme on the page: read by all, changed in a workbook by those who own it, tried before it is put into use."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.aside import run_aside
from app.desk import Desk
from app.proposals import KEPT, Proposals
from app.scheduler import Scheduler
from app.upgrading import Upgrading
from tests.web.conftest import DAY, MINE, book_file, post, save_cell, signed_in, token
from validators.speak import speaker

RULE = "T-10"  # 独立选址的签约后3个月内开工


def at_once(work: Any) -> None:
    work()


@pytest.fixture
def owner(app: Flask, desk: Desk) -> FlaskClient:
    """The commission at a browser; what would go on in the background is done at once."""
    app.extensions["proposals"] = Proposals(desk, start=at_once)
    app.extensions["upgrading"] = Upgrading(desk, start=at_once)
    return signed_in(app, "commission")


def workbook(client: FlaskClient) -> openpyxl.Workbook:
    answer = client.get("/scheme/workbook")
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(answer.data))


def cell_of(book: openpyxl.Workbook, rule: str, tab: str = "规则·期限", title: str = "期限") -> Any:
    """The cell of a rule in the column with that title."""
    rows = list(book[tab].iter_rows())
    head = next(row for row in rows if any(cell.value == title for cell in row))
    column = next(cell.column for cell in head if cell.value == title)
    line = next(row[0].row for row in rows if row[0].row > head[0].row and rule in [cell.value for cell in row[:3]])
    return book[tab].cell(line, column)


def hand_in(client: FlaskClient, book: openpyxl.Workbook | bytes, name: str = "改好的.xlsx") -> str:
    """The address of the proposal's page."""
    if isinstance(book, openpyxl.Workbook):
        data = io.BytesIO()
        book.save(data)
        book = data.getvalue()
    answer = client.post(
        "/scheme/proposals",
        data={"csrf_token": token(client), "file": (io.BytesIO(book), name)},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 302
    return str(answer.location)


def text_of(client: FlaskClient, path: str) -> str:
    """What a person reads there."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(path).text))


def test_everybody_reads_the_policy_and_only_its_owners_change_it(app: Flask) -> None:
    for role in ("admin", "commission", "leader", "unit", "department"):
        told = text_of(signed_in(app, role), "/scheme")
        assert RULE in told and "项目库" in told
        assert ("上传并检查" in told) is (role in ("admin", "commission")), role


def test_a_changed_limit_is_tried_and_put_into_use(desk: Desk, owner: FlaskClient, scheduler: Scheduler) -> None:
    """From the download to the answers of the books."""
    scheduler.poll()
    book = workbook(owner)
    cell = cell_of(book, RULE)
    before, cell.value = cell.value, 1
    path = hand_in(owner, book)
    told = text_of(owner, path)
    assert "可以换上" in told and f"{RULE}" in told
    assert re.search(r"按2025-07-16的数据，\d+条记录、\d+个对象，其中[1-9]\d*个会变", told)
    assert desk.office.scheme.rules and rule(desk).n == int(before), "nothing is changed by looking"
    post(owner, f"{path}/publish")
    assert "写好" in text_of(owner, path)
    scheduler.poll()
    scheduler.poll()
    assert rule(desk).n == 1
    assert "这个方案正在使用" in text_of(owner, path)
    events = [item for item in desk.office.store.events(limit=50) if item["kind"] == "scheme_published"]
    assert [item["actor"] for item in events] == ["commission"]
    assert "改方案" in text_of(owner, "/audit")
    kept = json.loads(next(desk.office.settings.path("drafts").glob("*/told.json")).read_text("utf-8"))
    moved = [item for item in kept["told"]["rehearsal"]["moves"] if item["kind"] == "record" and item["rule"] == RULE]
    assert moved
    key = moved[0]["key"]
    (judged,) = desk.office.store.judgements(desk.office.scheme.id, kind="record", keys=[key])
    speak = speaker(desk.office.scheme, desk.office.calendar)
    word = next(speak.word(item, DAY) for item in judged.statuses if item.rule == RULE)
    assert moved[0]["new"].startswith(word), "what was foretold is what is said"


def rule(desk: Desk) -> Any:
    return next(item for item in desk.office.scheme.rules if item.id == RULE)


def test_mistakes_are_told_cell_by_cell_and_nothing_can_be_put_into_use(desk: Desk, owner: FlaskClient) -> None:
    book = workbook(owner)
    cell = cell_of(book, RULE)
    cell.value = "三个月"
    path = hand_in(owner, book)
    told = text_of(owner, path)
    assert "有要改的" in told and cell.coordinate in told and "三个月" in told
    assert f'action="{path}/publish"' not in owner.get(path).text
    post(owner, f"{path}/publish")
    assert "还不能换上" in text_of(owner, path)
    assert rule(desk).n != 1 and not [i for i in desk.office.store.events(limit=50) if i["kind"] == "scheme_published"]


@pytest.mark.parametrize(
    ("data", "name", "told"),
    [
        (b"PK\x03\x04 not at all", "坏.xlsx", "读不了"),
        (b"a,b\n1,2\n", "方案.csv", "不是 .xlsx"),
        (b"", "空.xlsx", "空"),
    ],
)
def test_what_is_no_workbook_of_ours_is_refused_in_words(owner: FlaskClient, data: bytes, name: str, told: str) -> None:
    path = hand_in(owner, data, name)
    said = text_of(owner, path)
    assert told in said and "Traceback" not in said


def test_a_scheme_changed_since_the_download_is_not_overwritten(desk: Desk, owner: FlaskClient) -> None:
    book = workbook(owner)
    cell_of(book, RULE).value = 1
    path = hand_in(owner, book)
    place = desk.office.settings.path("scheme") / desk.office.scheme.id
    file = next(item for item in sorted(place.rglob("*.yaml")) if RULE in item.read_text("utf-8"))
    changed = file.read_text("utf-8") + "\n# 另一个人改过\n"
    file.write_text(changed, "utf-8")
    post(owner, f"{path}/publish")
    told = text_of(owner, path)
    assert "下载以后方案另外改过" in told and file.name in told
    assert file.read_text("utf-8") == changed


def test_a_check_that_a_restart_cut_off_can_be_done_again(app: Flask, desk: Desk, owner: FlaskClient) -> None:
    waiting: list[Any] = []
    app.extensions["proposals"] = Proposals(desk, start=waiting.append)
    path = hand_in(owner, workbook(owner))
    assert "正在检查" in text_of(owner, path)
    app.extensions["proposals"] = Proposals(desk, start=at_once)  # another process
    assert "服务停过" in text_of(owner, path)
    post(owner, f"{path}/check")
    assert "和现在用的方案一样" in text_of(owner, path)


def test_another_process_that_lives_is_not_said_to_have_stopped(app: Flask, desk: Desk, owner: FlaskClient) -> None:
    app.extensions["proposals"] = Proposals(desk, start=lambda work: None)
    path = hand_in(owner, workbook(owner))
    told = next(desk.office.settings.path("drafts").glob("*/told.json"))
    kept = json.loads(told.read_text("utf-8"))
    app.extensions["proposals"] = Proposals(desk, start=at_once)
    for checker, words in (("elsewhere:1:2:far:3", "正在检查"), (kept["checker"], "服务停过")):
        told.write_text(json.dumps({**kept, "checker": checker}), "utf-8")
        assert words in text_of(owner, path)


def test_a_fault_of_ours_shows_no_trace(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.aside._PROGRAM", "raise RuntimeError('secret place')")
    said = run_aside(desk.office.settings, "", "scheme", "diff", "x")
    assert "请看服务日志" in said.problem and "secret" not in said.problem and "Traceback" not in said.problem


def test_old_proposals_go(app: Flask, desk: Desk, owner: FlaskClient) -> None:
    found = Proposals(desk, start=lambda work: None)
    numbers = [found.hand_in(b"x", f"{n}.xlsx", "admin").number for n in range(KEPT + 3)]
    assert len(found.all()) <= KEPT + 3
    assert found.get(numbers[-1]) is not None
    again = Proposals(desk, start=lambda work: None)  # nothing runs any more
    again.hand_in(b"x", "最后.xlsx", "admin")
    assert len(again.all()) == KEPT


@pytest.mark.parametrize("number", ["..", "../../etc", "0" * 12, "%2e%2e", "GGGGGGGGGGGG"])
def test_no_other_folder_is_reached(owner: FlaskClient, number: str) -> None:
    assert owner.get(f"/scheme/proposals/{number}").status_code == 404
    assert owner.get(f"/scheme/proposals/{number}/workbook").status_code == 404


def test_books_are_brought_to_the_scheme_from_the_page(desk: Desk, owner: FlaskClient, scheduler: Scheduler) -> None:
    """A new column: first looked at, then put into the books that are out, with what the clerks typed as it was."""
    scheduler.poll()
    typed = save_cell(book_file(desk), "项目库", "签约日期", "2025-02-03")
    assert typed != "2025-02-03"
    place = desk.office.settings.path("scheme") / desk.office.scheme.id
    file = next(item for item in place.rglob("*.yaml") if "name: sign_date" in item.read_text("utf-8"))
    text = file.read_text("utf-8")
    found = re.search(r"^( *)- \{?name: sign_date.*$", text, re.M)
    assert found is not None
    file.write_text(
        text[: found.start()] + f"{found[1]}- {{name: lawyer, title: 法律顾问, type: text}}\n" + text[found.start() :],
        "utf-8",
    )
    scheduler.poll()
    scheduler.poll()
    assert any(item.name == "lawyer" for item in desk.office.scheme.table("project").fields)
    post(owner, "/scheme/books", page="/scheme/books")
    told = text_of(owner, "/scheme/books")
    assert "只看，没有改动" in told and "将升级" in told and "法律顾问" in told
    assert "法律顾问" not in titles(desk)
    post(owner, "/scheme/books", {"really": "1"}, page="/scheme/books")
    told = text_of(owner, "/scheme/books")
    assert "已升级" in told and desk.name(MINE) in told
    assert {item["actor"] for item in desk.office.store.events(limit=9) if item["kind"] == "upgrade"} == {"commission"}
    assert "法律顾问" in titles(desk)
    sheet = openpyxl.load_workbook(book_file(desk))["项目库"]
    assert any(cell.value == "2025-02-03" for row in sheet.iter_rows() for cell in row)


def titles(desk: Desk) -> set[Any]:
    sheet = openpyxl.load_workbook(book_file(desk))["项目库"]
    return {cell.value for row in sheet.iter_rows(max_row=8) for cell in row}
