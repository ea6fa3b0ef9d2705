"""催办: what a unit reads is what it owes, in plain words; and the commands around duties, as their user calls them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli import cli
from app.desk import Desk
from app.queries.alerts import standing
from app.remind import reminders, write_reminders
from app.sight import EVERYTHING
from sync.closed import close_period
from sync.rulings import exempt, extend
from sync.standing import warned
from tests.duties.kit import SCHEME, World
from validators.calendar import default_calendar


def desk(world: World) -> Desk:
    office = SimpleNamespace(
        scheme=SCHEME, store=world.store, clock=world.clock, calendar=default_calendar(), parts=world.parts
    )
    return Desk.of(office)  # type: ignore[arg-type]


def texts(world: World, **more: str) -> dict[str, str]:
    return {item.unit: item.text for item in reminders(desk(world), **more)}


def test_what_is_late_is_told_with_its_day_and_what_is_missing(world: World) -> None:
    world.report("b", "2025-06-20 09:00", "2025-06")
    world.round("2025-06-20 09:01")
    world.round("2025-07-02 09:00")
    found = texts(world, only="overdue", period="2025-06")
    assert "2025年6月月度进展，应于2025年6月30日前报，已迟2天，已报0个、缺1个：甲项目" in found["a"]
    assert "月度进展" not in found.get("b", "")
    assert found["a"].startswith("【催办】甲镇：截至2025年7月2日，")
    assert found["a"].endswith("区发改委　2025年7月2日")


def test_what_is_nearly_due_and_what_has_more_time(world: World) -> None:
    world.round("2025-06-28 09:00")
    assert "请在2025年6月30日前报，还有2天" in texts(world, only="soon")["a"]
    world.round("2025-07-01 09:00")
    extend(world.parts, "a", "D-1", "2025-06", date(2025, 7, 3), by="张", why="停电")
    assert "请在2025年7月3日前报（已延期），还有2天" in texts(world, only="soon", period="2025-06")["a"]


def test_who_owes_nothing_gets_no_text(world: World) -> None:
    world.round("2025-07-02 09:00")
    exempt(world.parts, "a", since=date(2025, 1, 1), by="李", why="撤并")
    assert "a" not in texts(world, only="overdue")
    assert "b" in texts(world, only="overdue")


def test_what_came_after_the_closing_is_not_asked_for_again(world: World) -> None:
    """It stays 逾期未报 in the closed period; nobody is reminded of it, and it is no warning."""
    world.round("2025-07-02 09:00")
    close_period(world.parts, "2025-06", by="王")
    assert "2025年6月月度进展" in texts(world)["a"]
    world.report("a", "2025-07-09 10:00", "2025-06")
    world.round("2025-07-09 10:05")
    status = world.status("D-1", "a", "2025-06")
    assert (world.word("D-1", "a", "2025-06"), warned(status)) == ("逾期未报", False)
    assert "2025年6月月度进展" not in texts(world).get("a", "")
    assert warned(world.status("D-1", "b", "2025-06"))


def test_a_file_for_each_unit(world: World, tmp_path: Path) -> None:
    world.round("2025-07-02 09:00")
    paths = write_reminders(reminders(desk(world)), tmp_path / "催办")
    assert [path.name for path in paths] == ["催办_甲镇.txt", "催办_乙镇.txt"]
    assert paths[0].read_text("utf-8").startswith("【催办】甲镇")


def test_a_project_that_did_not_report_is_told_once(world: World) -> None:
    """With the report it owes; it is no missed deadline of the project besides."""
    world.round("2025-07-02 09:00")
    missing = [a for a in standing(desk(world), EVERYTHING).alerts if a.record and a.unit == "a" and a.rule == "D-1"]
    assert missing, "the project itself is warned"
    text = texts(world)["a"]
    assert "缺1个：甲项目" in text
    assert "节点逾期" not in text


# as commands -----------------------------------------------------------------------------------------------------

DAY = "2025-07-16"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("duty") / "office"
    arguments = ["--as-of", DAY, "demo", str(root), "--units", "2", "--projects", "12", "--seed", "3"]
    assert CliRunner().invoke(cli, arguments, obj={}).exit_code == 0
    yield root


def run(workspace: Path, *words: str, day: str = DAY) -> Result:
    return CliRunner().invoke(cli, ["-w", str(workspace), "--as-of", day, *words], obj={})


def listed(workspace: Path, *words: str, day: str = DAY) -> Any:
    done = run(workspace, *words, "--json", day=day)
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def duty(workspace: Path, period: str, day: str = DAY) -> Any:
    return listed(workspace, "duty", "list", "--rule", "T-4", "--period", period, day=day)[0]


def test_extending_listing_and_taking_back(workspace: Path) -> None:
    assert duty(workspace, "2025-06")["code"] == "missing"
    words = ("extend", "--unit", "区发改委", "--rule", "T-4", "--period", "2025-06", "--until", "2025-07-31")
    done = run(workspace, *words, "--by", "张三", "--why", "换系统")
    assert done.exit_code == 0 and "延期至2025-07-31（张三批准：换系统）" in done.output
    assert duty(workspace, "2025-06")["extended"] == "2025-07-31"
    ruling = listed(workspace, "extend", "list")[0]
    assert (ruling["what"], ruling["unit_name"], ruling["why"]) == ("延期", "区发改委", "换系统")
    assert run(workspace, "extend", "withdraw", ruling["id"], "--why", "写错").exit_code == 0
    assert duty(workspace, "2025-06")["code"] == "missing"
    assert listed(workspace, "extend", "list") == []
    assert listed(workspace, "extend", "list", "--withdrawn")[0]["withdrawn_why"] == "写错"


def test_a_nil_report_is_declared_on_the_day_that_counts_as_today(workspace: Path) -> None:
    done = run(workspace, "duty", "nil", "--unit", "区发改委", "--rule", "T-4", "--period", "2025-05")
    assert done.exit_code == 0, done.output
    found = duty(workspace, "2025-05")
    assert (found["text"], found["done"]) == ("逾期补报46天", DAY)


@pytest.mark.parametrize(
    "words",
    [
        ["extend"],
        ["extend", "--unit", "没有", "--rule", "T-4", "--period", "2025-06", "--until", "2025-08-01", "--by", "a", "--why", "b"],
        ["extend", "withdraw", "没有", "--why", "x"],
        ["duty", "nil", "--unit", "区发改委", "--rule", "T-12.b", "--period", "2025-06"],
        ["duty", "exempt", "--unit", "区发改委", "--by", "a", "--why", "b"],
        ["duty", "list", "--unit", "没有"],
        ["remind", "--unit", "没有"],
        ["period", "close", "2025-07"],
        ["period", "close", "七月"],
        ["period", "show", "2024-01"],
        ["period", "reopen", "2025-06"],
    ],
)  # fmt: skip
def test_what_does_not_fit_is_wrong_use(workspace: Path, words: list[str]) -> None:
    done = run(workspace, *words)
    assert done.exit_code == 2, done.output
    assert "Traceback" not in done.output


def test_closing_listing_and_showing(workspace: Path) -> None:
    assert run(workspace, "period", "close", "2025-03", "--by", "王", "--note", "三月通报").exit_code == 0
    closed = listed(workspace, "period", "list")[0]
    assert (closed["period"], closed["by"], closed["day"]) == ("2025-03", "王", DAY)
    held = listed(workspace, "period", "show", "2025-03")
    assert {item["rule"] for item in held} >= {"T-4"}
    assert all("已于2025-07-16关账" in item["reason"] for item in held)
    assert run(workspace, "period", "close", "2025-03").exit_code == 2


def test_remind_prints_what_can_be_pasted(workspace: Path, tmp_path: Path) -> None:
    done = run(workspace, "remind", "--overdue")
    assert done.exit_code == 0 and "【催办】区发改委：" in done.output
    assert [item["unit"] for item in listed(workspace, "remind", "--unit", "区发改委")] == ["commission"]
    assert run(workspace, "remind", "--to", str(tmp_path / "out")).exit_code == 0
    assert list((tmp_path / "out").glob("催办_*.txt"))
