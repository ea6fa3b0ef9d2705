"""A scheme edited while the service runs: used from the next round when it is clean, kept out and told when not."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.desk import Desk
from app.scheduler import Scheduler
from app.settings import SettingsError
from app.wiring import open_office
from tests.web.conftest import MINE, book_file, save_cell, signed_in


def rules(desk: Desk) -> Path:
    return desk.office.settings.path("scheme") / desk.office.settings.scheme / "rules.yaml"


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def polls(scheduler: Scheduler, times: int = 2) -> None:
    for _ in range(times):
        scheduler.poll()


def test_a_clean_change_is_in_use_without_a_restart(desk: Desk, scheduler: Scheduler, admin: FlaskClient) -> None:
    """Every book is judged again by the new words, and answered."""
    polls(scheduler)
    assert "名称有新写法" not in str(desk.office.store.judgements(desk.office.scheme.id))
    edit(rules(desk), "title: 关键节点和甘特图", "title: 关键节点和甘特图（新）")
    polls(scheduler)
    assert any(rule.title == "关键节点和甘特图（新）" for rule in desk.office.scheme.rules)
    assert desk.office.parts.scheme is desk.office.scheme
    books = desk.office.store.books(desk.office.scheme.id)
    assert {book.versions for book in books if book.last_ok} == {desk.office.parts.versions}
    assert "没有换上" not in admin.get("/").text
    assert [item["kind"] for item in desk.office.store.events(limit=3)].count("scheme_loaded") == 1


def test_a_change_with_a_mistake_is_told_with_file_and_line(
    desk: Desk, scheduler: Scheduler, app: Flask, admin: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    """On the page of those who can do something about it, once in the log; the old scheme goes on answering."""
    polls(scheduler)
    before = desk.office.scheme
    edit(rules(desk), "kind: required\n    title: 一项目一专班", "kind: requird\n    title: 一项目一专班")
    line = rules(desk).read_text("utf-8").splitlines().index("    kind: requird") + 1
    with caplog.at_level(logging.WARNING, "tianbao.scheme"):
        polls(scheduler, 4)
    assert desk.office.scheme is before
    page = admin.get("/").text
    assert f"rules.yaml 第{line}行" in page and "仍按原来的方案运行" in page
    assert "rules.yaml" not in signed_in(app, "unit").get(f"/books/{MINE}").text
    assert [record.message for record in caplog.records].count(desk.live.scheme_problem) == 0
    assert sum(f"第{line}行" in record.getMessage() for record in caplog.records) == 1
    save_cell(book_file(desk), "项目库", "签约日期", "去年夏天")
    polls(scheduler)
    assert "去年夏天" in admin.get(f"/books/{MINE}").text
    edit(rules(desk), "kind: requird", "kind: required")
    polls(scheduler)
    assert not desk.live.scheme_problem and "没有换上" not in admin.get("/").text


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("scheme.yaml", "id: tianjiaan", "id: another", "换方案要停止服务再启动"),
        ("rules.yaml", "\n", "\n  : [unclosed\n", "rules.yaml 第"),
    ],
)
def test_what_can_never_be_taken_over_is_told(
    desk: Desk, scheduler: Scheduler, file: str, old: str, new: str, told: str
) -> None:
    polls(scheduler)
    edit(rules(desk).with_name(file), old, new)
    polls(scheduler)
    assert told in desk.live.scheme_problem


def test_a_file_still_being_saved_is_left_for_the_next_look(desk: Desk, scheduler: Scheduler) -> None:
    """Only what two looks find alike is loaded; touched without a change, nothing is read anew."""
    polls(scheduler)
    edit(rules(desk), "title: 关键节点和甘特图", "title: 甲")
    scheduler.poll()
    assert not any(rule.title == "甲" for rule in desk.office.scheme.rules)
    edit(rules(desk), "title: 甲\n", "title: 甲乙\n")
    scheduler.poll()
    assert not any(rule.title in ("甲", "甲乙") for rule in desk.office.scheme.rules)
    scheduler.poll()
    assert any(rule.title == "甲乙" for rule in desk.office.scheme.rules)
    scheme = desk.office.scheme
    rules(desk).touch()
    polls(scheduler, 3)
    assert desk.office.scheme is scheme


def test_a_folder_taken_away_does_not_bring_the_bundled_scheme(desk: Desk, scheduler: Scheduler) -> None:
    """Moved aside for a moment: nothing is judged by other rules than the office's own; put back, nothing has happened."""
    polls(scheduler)
    before, place = desk.office.scheme, rules(desk).parent
    edit(rules(desk), "title: 关键节点和甘特图", "title: 本区自己的")
    polls(scheduler)
    own = desk.office.scheme
    assert own is not before
    place.rename(place.with_name("aside"))
    polls(scheduler)
    assert desk.office.scheme is own and "不见了" in desk.live.scheme_problem
    place.with_name("aside").rename(place)
    polls(scheduler)
    assert desk.office.scheme is own and not desk.live.scheme_problem


def without_table(desk: Desk, name: str) -> None:
    """The workspace's scheme has another table in the place of one, wherever it is named."""
    place = desk.office.settings.path("scheme") / desk.office.settings.scheme
    for file in place.glob("*.yaml"):
        file.write_text(re.sub(rf"\b{name}\b", f"{name}_new", file.read_text("utf-8")), "utf-8")


def test_a_table_whose_rows_are_kept_cannot_be_taken_out(desk: Desk, scheduler: Scheduler) -> None:
    """Its rows could be neither judged nor shown: the old scheme goes on, and says which table it is."""
    polls(scheduler)
    before = desk.office.scheme
    without_table(desk, "project")
    polls(scheduler)
    assert desk.office.scheme is before
    assert "没有表“项目库”（" in desk.live.scheme_problem and "仍按原来的方案运行" in desk.live.scheme_problem


def test_nor_by_a_restart(desk: Desk, scheduler: Scheduler) -> None:
    polls(scheduler)
    without_table(desk, "project")
    with pytest.raises(SettingsError, match="没有表“project”"):
        open_office(desk.office.settings)
