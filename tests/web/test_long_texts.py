"""Texts and names far longer than anybody foresaw are taken or refused in words; never a 500."""

from __future__ import annotations

import io
import zipfile

import pytest
from flask.testing import FlaskClient

from app.desk import Desk
from app.scheduler import Scheduler
from tests.web.conftest import MINE, book_file, post, token
from tests.web.test_uploads import edited, hand_in, receipt

NAME = "项目名称"


def stretched(data: bytes, length: int) -> bytes:
    """The book with one text blown up beyond what Excel itself can hold (32,767 characters)."""
    data, count = edited(data, "STRETCHME", title=NAME), 0
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            content = old.read(item)
            count += content.count(b"STRETCHME")
            new.writestr(item.filename, content.replace(b"STRETCHME", ("长" * length).encode()))
    assert count == 1
    return out.getvalue()


@pytest.mark.parametrize("title", [NAME, "签约日期", "情况说明"])
@pytest.mark.parametrize("length", [3_000, 32_767])
def test_the_longest_text_a_cell_can_hold(
    admin: FlaskClient, scheduler: Scheduler, download: bytes, title: str, length: int
) -> None:  # fmt: skip
    """Handed in, read, shown: every page that speaks of it can be had."""
    answer = hand_in(admin, edited(download, "长" * length, title=title))
    assert receipt(admin, answer)["outcome"] == "taken"
    scheduler.poll()
    for path in (answer.location, f"/books/{MINE}", f"/books/{MINE}/records", "/", "/sync", "/search?q=长长"):
        assert admin.get(path).status_code == 200, path
    found = admin.get(f"/api/v1/books/{MINE}/findings").get_json()
    if title != "情况说明":
        assert any(str(length) in item["wanted"] for item in found), [item["wanted"][:80] for item in found]


@pytest.mark.parametrize("length", [40_000, 3_000_000])
def test_a_text_longer_than_a_cell_may_hold(
    desk: Desk, admin: FlaskClient, scheduler: Scheduler, download: bytes, length: int
) -> None:  # fmt: skip
    """Made by a program: taken with a finding, or refused with what to do."""
    answer = hand_in(admin, stretched(download, length))
    assert answer.status_code in (302, 409), answer.text
    if answer.status_code == 409:
        assert "重新上传" in answer.text or "后再" in answer.text
        return
    scheduler.poll()
    for path in (answer.location, f"/books/{MINE}", "/sync"):
        assert admin.get(path).status_code == 200, path


@pytest.mark.parametrize("name", ["长" * 300 + ".xlsx", "a\0b.xlsx", "../" * 50 + "x.xlsx", "换\n行.xlsx", " .xlsx"])
def test_a_strange_file_name(admin: FlaskClient, desk: Desk, download: bytes, name: str) -> None:
    """The book takes its place under its own name; the receipt names the file as it came."""
    answer = hand_in(admin, edited(download, "2025-01-09"), name=name)
    assert answer.status_code in (302, 409), answer.text
    book_file(desk).with_name("开着").write_text("x")
    assert admin.get(f"/books/{MINE}").status_code == 200


def test_long_forms_and_addresses(admin: FlaskClient, download: bytes) -> None:
    long = "长" * 5_000
    for path in (f"/books/{long[:400]}", f"/records/{'x' * 3000}", f"/search?q={long[:1500]}", f"/decisions/{'y' * 3000}",
                 f"/runs/{'z' * 3000}", f"/receipts/{'9' * 3000}", f"/?sort={'s' * 3000}", "/search?q=%00"):  # fmt: skip
        assert admin.get(path).status_code in (200, 404), path[:60]
    assert hand_in(admin, edited(download, "2025-01-09"), code=long).status_code in (302, 404, 409)
    assert post(admin, "/account/tokens", {"note": long}).status_code < 500
    headers = {"X-CSRFToken": token(admin)}
    answers = [
        admin.post("/api/v1/resync", json={"units": [long]}, headers=headers),
        admin.post(f"/api/v1/decisions/{long[:300]}/apply", json={"note": long}, headers=headers),
        admin.get(f"/api/v1/search?q={long[:1000]}"),
    ]
    assert all(answer.status_code < 500 and answer.get_json() for answer in answers)
