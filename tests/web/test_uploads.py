"""A returned book comes in over the page: nobody's work is overwritten, and the one who hands it in knows what came of it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.desk import Desk
from app.scheduler import Scheduler
from tests.web.conftest import DAY, MINE, OTHER, book_file, find_column, post, save_cell, signed_in

TITLE = "签约日期"


def edited(data: bytes, text: Any, *, row: int = 0, tab: str = "项目库", title: str = TITLE) -> bytes:
    """The book as a person sends it back: one cell changed, saved by another program."""
    workbook = openpyxl.load_workbook(io.BytesIO(data))
    head, column = find_column(workbook[tab], title)
    workbook[tab].cell(row or head + 1, column).value = text
    return saved(workbook)


def saved(workbook: Any) -> bytes:
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def hand_in(client: FlaskClient, data: bytes, name: str = "安成镇改好(1).xlsx", code: str = MINE) -> Any:
    return post(client, "/upload", {"code": code, "file": (io.BytesIO(data), name)})


def receipt(client: FlaskClient, answer: Any) -> dict[str, Any]:
    assert answer.status_code == 302, answer.text
    number = answer.location.rsplit("/", 1)[1]
    found: dict[str, Any] = client.get(f"/api/v1/receipts/{number}").json or {}
    return found


def test_a_download_is_the_file(admin: FlaskClient, desk: Desk, download: bytes) -> None:
    """Byte for byte, under its own name."""
    assert download == book_file(desk).read_bytes()
    headers = admin.get(f"/books/{MINE}/file").headers
    assert "filename*=UTF-8''" in headers["Content-Disposition"]
    empty = admin.get(f"/books/{MINE}/empty").data
    assert (
        openpyxl.load_workbook(io.BytesIO(empty)).sheetnames == openpyxl.load_workbook(io.BytesIO(download)).sheetnames
    )


def test_a_returned_book_takes_its_place_and_is_answered(
    app: Flask, desk: Desk, scheduler: Scheduler, download: bytes
) -> None:
    """The unit itself hands in; the receipt says what changed; after the sync it says what was found."""
    client = signed_in(app, "unit")
    before = book_file(desk).read_bytes()
    answer = hand_in(client, edited(download, "去年夏天"))
    found = receipt(client, answer)
    assert (found["outcome"], found["state"], found["by"]) == ("taken", "waiting", "unit")
    assert {t["title"]: (t["new"], t["changed"], t["gone"]) for t in found["tables"]}["项目库"] == (0, 1, 0)
    assert "正在处理" in client.get(answer.location).text
    scheduler.poll()
    page = client.get(answer.location).text
    assert "已处理" in page
    assert "去年夏天" in page
    assert receipt(client, answer)["must"] > 0
    assert client.get(f"/books/{MINE}/file").data != before
    kept = [file.read_bytes() for file in desk.office.settings.path("backups").glob("*.xlsx")]
    held = [file.read_bytes() for file in desk.office.settings.path("backups").rglob("*.held*")]
    assert before in [*kept, *held]  # the version that made room is not lost


def test_the_same_content_changes_nothing(admin: FlaskClient, desk: Desk, download: bytes) -> None:
    """The file itself, or saved by another program without a change."""
    for data in (download, saved(openpyxl.load_workbook(io.BytesIO(download)))):
        assert receipt(admin, hand_in(admin, data))["outcome"] == "same"
        assert book_file(desk).read_bytes() == download
    assert not desk.book(MINE).wanted


def test_an_older_copy_never_overwrites_a_newer_change(
    admin: FlaskClient, desk: Desk, scheduler: Scheduler, download: bytes
) -> None:
    """Somebody mended the same row in the folder meanwhile: both files stay, a person decides."""
    save_cell(book_file(desk), "项目库", TITLE, "2025-03-06")
    scheduler.poll()
    standing = book_file(desk).read_bytes()
    found = receipt(admin, hand_in(admin, edited(download, "2025-03-07")))
    assert found["outcome"] == "beside"
    assert [(c["field"], c["one"], c["other"]) for c in found["conflicts"]] == [(TITLE, "2025-03-06", "2025-03-07")]
    assert book_file(desk).read_bytes() == standing
    assert (book_file(desk).parent / found["placed"]).exists()
    scheduler.poll()
    decision = next(d for d in admin.get("/api/v1/decisions").json or [] if d["kind"] == "two_files")
    page = admin.get(f"/decisions/{decision['key']}").text
    assert "2025-03-06" in page
    assert "2025-03-07" in page
    assert "两个文件，等待决定" in admin.get(f"/books/{MINE}").text


def test_a_change_of_another_row_meanwhile_is_a_conflict_too(
    admin: FlaskClient, desk: Desk, scheduler: Scheduler, download: bytes
) -> None:
    """The returned copy still holds that row's old text, and taking it would undo the change."""
    save_cell(book_file(desk), "项目库", TITLE, "2025-03-06", row=9)
    scheduler.poll()
    found = receipt(admin, hand_in(admin, edited(download, "2025-03-07")))
    assert found["outcome"] == "beside"
    assert "2025-03-06" in {c["one"] for c in found["conflicts"]}


def test_a_change_that_was_not_read_yet_is_seen(admin: FlaskClient, desk: Desk, download: bytes) -> None:
    """Saved a moment ago, before any poll: compared with the file itself, not with what the store knows."""
    save_cell(book_file(desk), "项目库", TITLE, "2025-03-06")
    assert receipt(admin, hand_in(admin, edited(download, "2025-03-07")))["outcome"] == "beside"


@pytest.mark.parametrize("read", [True, False])
def test_a_long_text_of_an_older_copy_never_overwrites_a_newer_one(
    admin: FlaskClient, desk: Desk, scheduler: Scheduler, download: bytes, read: bool
) -> None:
    """Long texts take no part in the row's 内容标识; what they said before is known all the same."""
    save_cell(book_file(desk), "项目库", "要素会商结论", "用电4月底前接入")
    if read:
        scheduler.poll()
    standing = book_file(desk).read_bytes()
    found = receipt(admin, hand_in(admin, edited(download, "2025-03-07")))
    assert found["outcome"] == "beside"
    assert "用电4月底前接入" in {c["one"] for c in found["conflicts"]}
    assert book_file(desk).read_bytes() == standing


def test_a_long_text_written_anew_in_the_returned_copy_is_taken(admin: FlaskClient, download: bytes) -> None:
    found = receipt(admin, hand_in(admin, edited(download, "供水5月接入", title="要素会商结论")))
    assert found["outcome"] == "taken"


def test_a_row_added_in_the_folder_meanwhile_is_not_lost(
    admin: FlaskClient, desk: Desk, scheduler: Scheduler, download: bytes
) -> None:
    """The copy does not know the new row; it does not sweep it away."""
    workbook = openpyxl.load_workbook(book_file(desk))
    sheet = workbook["项目库"]
    head, column = find_column(sheet, "项目名称")
    last = max(row for row in range(head + 1, sheet.max_row + 1) if sheet.cell(row, column).value)
    sheet.cell(last + 1, column).value = "后来加的项目"
    workbook.save(book_file(desk))
    found = receipt(admin, hand_in(admin, edited(download, "2025-03-07")))
    assert found["outcome"] == "beside"
    assert "后来加的项目" in {c["who"] for c in found["conflicts"]}


def test_a_row_that_the_unit_deleted_is_taken_as_deleted(admin: FlaskClient, download: bytes) -> None:
    """It was there when the copy was made: the copy is newer than it. The sync will ask whether it is withdrawn."""
    workbook = openpyxl.load_workbook(io.BytesIO(download))
    head, _ = find_column(workbook["项目库"], "项目名称")
    workbook["项目库"].delete_rows(head + 1)
    found = receipt(admin, hand_in(admin, saved(workbook)))
    assert found["outcome"] == "taken"
    assert {t["title"]: t["gone"] for t in found["tables"]}["项目库"] == 1


def test_an_open_book_is_not_replaced(admin: FlaskClient, desk: Desk, download: bytes) -> None:
    """Somebody is typing in it."""
    file = book_file(desk)
    (file.parent / f".~lock.{file.name}#").write_text(",王伟,pc,x,y")
    found = receipt(admin, hand_in(admin, edited(download, "2025-03-07")))
    assert found["outcome"] == "beside"
    assert "王伟" in found["message"]
    assert file.read_bytes() == download


def test_a_save_at_the_last_instant_wins(admin: FlaskClient, desk: Desk, download: bytes, monkeypatch: Any) -> None:
    """Between comparing and replacing somebody saves: his version stays, the returned one lies beside it."""
    backend = desk.office.backend
    inspect = backend.inspect  # type: ignore[attr-defined]

    def saves_meanwhile(data: bytes, shape: Any, name: str) -> Any:
        found = inspect(data, shape, name)
        if data == download:
            save_cell(book_file(desk), "项目库", TITLE, "2025-03-08")
        return found

    monkeypatch.setattr(backend, "inspect", saves_meanwhile)
    found = receipt(admin, hand_in(admin, edited(download, "2025-03-07")))
    assert found["outcome"] == "beside"
    workbook = openpyxl.load_workbook(book_file(desk))
    head, column = find_column(workbook["项目库"], TITLE)
    assert workbook["项目库"].cell(head + 1, column).value == "2025-03-08"


def test_a_lost_book_comes_back_by_upload(
    admin: FlaskClient, desk: Desk, scheduler: Scheduler, download: bytes
) -> None:
    """The folder has no file of the unit: the returned one takes its name."""
    file = book_file(desk)
    file.unlink()
    scheduler.poll()
    assert "表不见了" in admin.get(f"/books/{MINE}").text
    assert receipt(admin, hand_in(admin, download))["outcome"] == "taken"
    assert file.exists()
    scheduler.poll()
    assert "表不见了" not in admin.get(f"/books/{MINE}").text


def test_whose_book_it_is_the_content_says(admin: FlaskClient, app: Flask, desk: Desk, download: bytes) -> None:
    """Whatever the file is called; on another unit's page and for another unit's user it is refused in words."""
    assert receipt(admin, hand_in(admin, edited(download, "2025-03-07"), "随便.xlsx", code=""))["unit"] == MINE
    answer = hand_in(admin, download, code=OTHER)
    assert answer.status_code == 409
    assert desk.name(MINE) in answer.text
    other = admin.get(f"/books/{OTHER}/file").data
    refused = hand_in(signed_in(app, "unit"), other, code="")
    assert refused.status_code == 409
    assert desk.name(OTHER) in refused.text


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("表.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "另存为"),
        ("表.xlsx", b"", "空文件"),
        ("表.xlsx", b"PK\x03\x04 nothing", "损坏"),
        ("../../etc/表.xlsx", b"%PDF-1.7", "PDF"),
        ("..\\..\\表.xlsx", b"<html></html>", "网页"),
    ],
)
def test_what_is_no_book_is_refused_in_words(admin: FlaskClient, desk: Desk, name: str, data: bytes, told: str) -> None:
    """Nothing reaches the folder."""
    folder = desk.office.settings.path(desk.office.settings.books)
    before = sorted(folder.iterdir())
    answer = hand_in(admin, data, name)
    assert answer.status_code == 409
    assert told in answer.text
    assert sorted(folder.iterdir()) == before


def test_no_file_and_a_foreign_workbook(admin: FlaskClient, desk: Desk) -> None:
    """Each with what to do."""
    answer = post(admin, "/upload", {"code": MINE})
    assert answer.location == f"/books/{MINE}"
    assert "没有选择文件" in admin.get(answer.location).text
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "会议记录"
    refused = hand_in(admin, saved(workbook))
    assert refused.status_code == 409
    assert "请" in refused.text


def test_a_file_too_large_is_refused(admin: FlaskClient, app: Flask) -> None:
    """Before it is read."""
    app.config["MAX_CONTENT_LENGTH"] = 10_000
    answer = admin.post("/upload", data={"file": (io.BytesIO(b"x" * 20_000), "表.xlsx")})
    assert answer.status_code == 413
    assert "文件太大" in answer.text


def test_the_book_page_lists_receipts(admin: FlaskClient, download: bytes) -> None:
    """Newest first, and other units' users cannot open them."""
    answer = hand_in(admin, edited(download, "2025-03-07"), "六月.xlsx")
    assert "六月.xlsx" in admin.get(f"/books/{MINE}").text
    assert answer.location in admin.get(f"/books/{MINE}").text


def test_dates_are_those_of_the_test(desk: Desk) -> None:
    """Today is injected."""
    assert desk.office.clock.today() == DAY
    assert Path(desk.office.settings.workspace).is_absolute()
