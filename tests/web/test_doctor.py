"""`tianbao doctor`: each thing that can be wrong is named, with what to do about it."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from app.cli import cli
from app.cli.doctor import examine
from app.desk import Desk
from app.doctor import Check
from app.scheduler import Scheduler
from app.settings import Settings, load_settings
from tests.web.conftest import DAY, MINE, book_file, save_cell


def found(settings: Settings, name: str, day: date = DAY) -> list[Check]:
    return [check for check in examine(settings, day) if check.name == name and check.level != "good"]


def rewrite(settings: Settings, old: str, new: str) -> Settings:
    file = settings.workspace / "tianbao.toml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    return load_settings(settings.workspace)


def test_an_orderly_office_is_told_so(settings: Settings) -> None:
    """Nothing bad; exit code 0; JSON for programs."""
    checks = list(examine(settings, DAY))
    assert not [check for check in checks if check.level == "bad"]
    assert {"配置", "中心库", "表的文件夹", "备份", "磁盘", "方案", "节假日", "各单位的表", "改动历史", "用户"} <= {
        check.name for check in checks
    }
    done = CliRunner().invoke(cli, ["doctor", "--json", "-w", str(settings.workspace), "--as-of", str(DAY)])
    assert done.exit_code == 0
    assert {item["name"] for item in json.loads(done.stdout)["checks"]} == {check.name for check in checks}


def test_every_problem_says_what_to_do(settings: Settings) -> None:
    """A check that is not good never leaves one alone."""
    for check in examine(settings, DAY):
        assert check.level == "good" or check.todo, check


def no_folder(settings: Settings) -> None:
    settings.path(settings.books).rename(settings.workspace / "elsewhere")


def no_database(settings: Settings) -> None:
    for file in settings.workspace.glob("tianbao.db*"):
        file.unlink()


def foreign_database(settings: Settings) -> None:
    no_database(settings)
    (settings.workspace / "tianbao.db").write_bytes(b"this is no database, only words" * 100)


def no_admin(settings: Settings) -> None:
    change_store(settings, lambda store: store.save_user({"name": "admin", "active": False}))


def demo_password(settings: Settings) -> None:
    from app.people import set_password
    from app.wiring import office_of

    with office_of(settings) as office:
        set_password(office, "admin", "tianbao-demo")


def tampered(settings: Settings) -> None:
    import sqlite3

    with sqlite3.connect(settings.workspace / "tianbao.db") as connection:
        connection.execute("UPDATE revision SET changes = '{}' WHERE seq = 3")
    connection.close()


def broken_scheme(settings: Settings) -> None:
    file = next((settings.workspace / "scheme").rglob("rules.yaml"))
    file.write_text(file.read_text() + "\n  - {id: X-1, kind: nothing, title: 没有这种规则}\n")


def foreign_workbook() -> bytes:
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "会议记录"
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def change_store(settings: Settings, change: Callable[[Any], None]) -> None:
    from sync.store import open_store

    store = open_store(settings.database_url)
    change(store)
    store.close()


@pytest.mark.parametrize(
    ("harm", "name", "told", "todo"),
    [
        (no_folder, "表的文件夹", "没有", "books"),
        (no_database, "中心库", "还没有建立", "tianbao init"),
        (foreign_database, "中心库", "中心库", ""),
        (no_admin, "用户", "没有可用的管理员", "tianbao user add"),
        (tampered, "改动历史", "校验链不完整", "备份"),
        (broken_scheme, "方案", "rules.yaml", "tianbao scheme check"),
    ],
)
def test_what_is_broken_is_bad(
    settings: Settings, harm: Callable[[Settings], None], name: str, told: str, todo: str
) -> None:
    """Exit code 1, the problem in words, the remedy beside it."""
    harm(settings)
    checks = [check for check in found(settings, name) if check.level == "bad"]
    assert checks, list(examine(settings, DAY))
    assert any(told in check.message and todo in check.todo for check in checks), checks
    done = CliRunner().invoke(cli, ["doctor", "-w", str(settings.workspace), "--as-of", str(DAY)])
    assert done.exit_code == 1, done.output
    assert "Traceback" not in done.output


def test_a_demo_password_is_bad_only_where_others_reach_the_page(settings: Settings) -> None:
    """On one's own machine it is mentioned, on the network it must go."""
    demo_password(settings)
    assert not found(settings, "用户")
    open_to_all = rewrite(settings, 'host = "127.0.0.1"', 'host = "0.0.0.0"')
    assert [check.level for check in found(open_to_all, "用户")] == ["bad"]
    assert found(open_to_all, "网页")


def test_a_wrong_configuration_ends_with_code_two(settings: Settings, tmp_path: Path) -> None:
    """Nothing else can be looked at."""
    file = settings.workspace / "tianbao.toml"
    file.write_text(file.read_text() + "\nsurprise = 1\n")
    for place in (settings.workspace, tmp_path):
        done = CliRunner().invoke(cli, ["doctor", "-w", str(place)])
        assert done.exit_code == 2
        assert "配置" in done.output


def test_calendar_years(settings: Settings) -> None:
    """A year without published holidays is bad; next year's is a reminder from November."""
    assert not found(settings, "节假日")
    assert [c.level for c in found(settings, "节假日", date(2031, 3, 1))] == ["bad"]
    assert {c.level for c in found(settings, "节假日", date(2030, 12, 1))} == {"bad", "warn"}


def test_books_that_wait_are_listed(settings: Settings, desk: Desk, scheduler: Scheduler) -> None:
    """Missing, lost, unreadable, held, pending since yesterday, unknown files, stale signs, conflict copies."""
    scheduler.poll()
    folder = settings.path(settings.books)
    assert any("还没有收到" in check.message for check in found(settings, "各单位的表"))
    (folder / "会议.xlsx").write_bytes(foreign_workbook())
    file = book_file(desk)
    copy = folder / f"{file.stem} (冲突).xlsx"
    copy.write_bytes(file.read_bytes())
    lost = book_file(desk, "340403002")
    lost.unlink()
    scheduler.poll()
    told = " ".join(check.message for check in examine(settings, DAY) if check.level != "good")
    assert "不见了" in told
    assert "等待决定" in told
    assert "会议.xlsx" in told
    assert "冲突副本" in told
    copy.unlink()
    scheduler.poll()
    sign = folder / f".~lock.{file.name}#"
    sign.write_text(",王伟,pc,x,y")
    os.utime(sign, (1, 1))
    assert found(settings, "打开标记")[0].todo.endswith(str(sign))
    save_cell(file, "项目库", "签约日期", "去年夏天")
    scheduler.poll()
    assert desk.book(MINE).pending
    assert any(check.name == "待回写" for check in examine(settings, DAY))


def test_looking_changes_nothing(settings: Settings) -> None:
    """No file is left in the folder, no book is made or read."""
    before = {path: path.stat().st_mtime_ns for path in settings.path(settings.books).iterdir()}
    list(examine(settings, DAY))
    assert {path: path.stat().st_mtime_ns for path in settings.path(settings.books).iterdir()} == before
