"""A later last day for one node of one project: granted by somebody, for a reason, told beside the day it was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from sync.judge import judge_due
from sync.rulings import RulingError, extend, withdraw
from tests.duties.kit import SCHEME, World, at
from validators.rules import parse_rule

LIMIT = {"id": "N-1", "kind": "elapsed", "title": "签约到开工", "table": "project", "from": "签约日期", "to": "开工日期",
         "n": 6, "unit": "月", "section": "二(一)", "late_into": "误期"}  # fmt: skip
LATER = LIMIT | {"n": 7, "effective_from": "2026-01-01"}
DAYS = {"id": "N-2", "kind": "tier", "title": "误期档", "table": "project", "value": "误期", "into": "误期档",
        "bands": [{"name": "误期", "low": "1"}]}  # fmt: skip
WITHIN = SCHEME.model_copy(update={"rules": (*SCHEME.rules, *(parse_rule(item) for item in (LIMIT, LATER, DAYS)))})
UNTIL = date(2025, 9, 30)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """甲项目, signed on 3 January 2025, is due on 3 July."""
    found = World(f"sqlite:///{tmp_path / 'store.db'}", start="2025-07-20 09:00", scheme=WITHIN)
    for unit in ("a", "b"):
        found.save(unit, "2025-07-20 08:00", lambda book: book.clerk_edit("project", 0, 5, ""))
    found.round("2025-07-20 09:00")
    yield found
    found.close()


def record(world: World, unit: str = "a") -> str:
    return next(r.id for r in world.store.records(SCHEME.id, tables=["project"]) if r.values["code"] == f"{unit}1")


def said(world: World, unit: str = "a", rule: str = "N-1") -> Any:
    (judged,) = world.store.judgements(SCHEME.id, kind="record", keys=[record(world, unit)])
    return next((item for item in judged.statuses if item.rule == rule), None)


def word(world: World, unit: str = "a") -> str:
    return world.say.word(said(world, unit), world.clock.today())


def granted(world: World, until: date = UNTIL, rule: str = "N-1") -> Any:
    return extend(world.parts, "", rule, "", until, by="张三", why="雪灾", record=record(world))


def test_a_granted_day_is_judged_at_once_and_both_days_are_told(world: World) -> None:
    assert word(world) == "逾期17天" and said(world, rule="N-2") is not None
    granted(world)
    assert (word(world), said(world).deadline) == ("正常", UNTIL)
    told = world.say.reason(said(world), world.clock.today())
    assert "应于2025-09-30前，延期至2025-09-30（张三批准：雪灾），原应于2025-07-03前" in told
    assert said(world, rule="N-2") is None, "what other rules know of it follows"
    assert word(world, "b") == "逾期17天", "another project is not meant"


def test_the_book_is_told_at_the_next_look(world: World) -> None:
    for rule in ("N-1", "L-2"):
        granted(world, rule=rule)
    assert "逾期" in world.books["a"].tabs["project"][0].shown["status"]
    world.round("2025-07-20 10:00")
    assert "正常" in world.books["a"].tabs["project"][0].shown["status"]
    assert "2025-09-30" in world.books["a"].tabs["project"][0].shown["deadline"]


def test_done_after_the_old_day_and_before_the_new_one_is_in_time(world: World) -> None:
    granted(world)
    world.save("a", "2025-08-15 10:00", lambda book: book.clerk_edit("project", 0, 5, "2025-08-10"))
    world.round("2025-08-15 10:05")
    assert word(world) == "按期完成"


def test_a_run_of_the_book_and_every_new_day_heed_it(world: World) -> None:
    """Judged only when it is due, on every day as if judged anew."""
    granted(world)
    day = date(2025, 7, 21)
    while day <= UNTIL + timedelta(days=3):
        world.round(f"{day} 09:00")
        (fresh,) = judge_due(world.parts, "laws:a", [record(world)])
        kept = said(world)
        now = next(item for item in fresh.statuses if item.rule == "N-1")
        assert (kept.code, kept.deadline, kept.inputs) == (now.code, now.deadline, now.inputs), day
        day += timedelta(days=1)
    assert word(world) == "逾期3天"


def test_taken_back_all_is_as_before_and_both_acts_stay(world: World) -> None:
    item = granted(world)
    withdraw(world.parts, item.id, by="李四", why="批错了")
    assert word(world) == "逾期17天" and "extended" not in said(world).inputs
    (kept,) = world.store.rulings(SCHEME.id, withdrawn=True)
    assert (kept.by, kept.why, kept.withdrawn_by, kept.withdrawn_why) == ("张三", "雪灾", "李四", "批错了")
    assert {"extension", "ruling_withdrawn"} <= {event["kind"] for event in world.store.events()}


def test_the_last_word_counts(world: World) -> None:
    granted(world)
    world.clock.at += 60
    granted(world, date(2025, 8, 31))
    assert said(world).deadline == date(2025, 8, 31)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"until": date(2025, 7, 3)}, "延期要晚于这一天"),
        ({"period": "2025-06"}, "不分期"),
        ({"record": ""}, "要写明给哪个项目延"),
        ({"record": "P999999"}, "没有编号为"),
        ({"unit": "b"}, "不是这个单位的"),
        ({"by": ""}, "谁批准的"),
        ({"why": " "}, "为什么"),
        ({"rule": "N-2"}, "没有“N-2”"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_kept(world: World, more: dict[str, Any], told: str) -> None:
    given: dict[str, Any] = {"unit": "a", "rule": "N-1", "period": "", "until": UNTIL, "by": "张三", "why": "雪灾",
                             "record": record(world)} | more  # fmt: skip
    with pytest.raises(RulingError, match=told):
        extend(world.parts, **given)
    assert world.store.rulings(SCHEME.id, withdrawn=True) == [] and word(world) == "逾期17天"


def test_a_book_that_is_being_read_is_waited_for(world: World) -> None:
    lease = world.store.acquire("book:laws:a", "somebody else", 60, world.clock.now())
    assert lease is not None
    with pytest.raises(RulingError, match="正在同步"):
        granted(world)
    world.store.release(lease)
    assert granted(world).stands


def test_killed_after_the_word_was_kept_the_next_day_heeds_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("sync.rulings.judge_due", _killed)
        with pytest.raises(KeyboardInterrupt):
            granted(world)
    assert word(world) == "逾期17天"
    world.clock.at = at("2025-07-21 09:00")
    world.round("2025-07-21 09:00")
    assert word(world) == "正常"


def _killed(*_: Any) -> Any:
    raise KeyboardInterrupt
