"""What people rule on duties, through the office: refused where it does not fit, told where it counts, never lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sync.closed import close_period
from sync.rulings import RulingError, declare_nil, exempt, extend, withdraw
from tests.duties.kit import SCHEME, World

BY = {"by": "张三", "why": "全镇停电"}


def given(world: World, **more: Any) -> Any:
    values = {"unit": "甲镇", "rule": "D-1", "period": "2025-06", "until": date(2025, 7, 10), **BY, **more}
    return extend(world.parts, **values)


def test_an_extension_counts_at_once_and_says_by_whom(world: World) -> None:
    world.round("2025-07-02 09:00")
    assert world.word("D-1", "a", "2025-06") == "逾期未报"
    given(world)
    assert world.word("D-1", "a", "2025-06") == "未到期"
    assert "延期至2025-07-10（张三批准：全镇停电），原应于2025-06-30前" in world.reason("D-1", "a", "2025-06")
    assert world.word("D-1", "b", "2025-06") == "逾期未报"


def test_withdrawn_it_no_longer_counts_and_is_still_known(world: World) -> None:
    world.round("2025-07-02 09:00")
    kept = given(world)
    withdraw(world.parts, kept.id, by="李四", why="写错了单位")
    assert world.word("D-1", "a", "2025-06") == "逾期未报"
    assert [item.id for item in world.store.rulings(SCHEME.id, withdrawn=True)] == [kept.id]
    with pytest.raises(RulingError, match="已经撤销过"):
        withdraw(world.parts, kept.id, by="李四", why="再撤一次")
    assert [(e["kind"], e["actor"]) for e in world.store.events()][:2] == [
        ("ruling_withdrawn", "李四"),
        ("extension", "张三"),
    ]


def test_an_extension_can_be_extended(world: World) -> None:
    """Against the usual day, not against the last extension; the later ruling counts, also when it is shorter."""
    world.round("2025-07-02 09:00")
    given(world)
    world.clock.at += 60
    given(world, until=date(2025, 7, 8))
    assert world.status("D-1", "a", "2025-06").deadline == date(2025, 7, 8)


def test_more_time_for_one_project_of_a_unit(world: World) -> None:
    world.round("2025-07-02 09:00")
    record = next(r.id for r in world.store.records(SCHEME.id, tables=["project"]) if r.unit == "a")
    given(world, record=record)
    assert world.word("D-1", "a", "2025-06") == "未到期"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"unit": "不认识"}, "没有“不认识”这个单位"),
        ({"rule": "D-9"}, "没有“D-9”这项定期报送"),
        ({"rule": "L-4"}, "没有“L-4”这项定期报送"),
        ({"rule": "L-2"}, "是项目的期限，不分期"),
        ({"period": "2025Q2"}, "不是这一项的期次"),
        ({"period": "六月"}, "不是这一项的期次"),
        ({"until": date(2025, 6, 30)}, "本来就可以报到 2025-06-30"),
        ({"why": " "}, "谁批准的"),
        ({"by": ""}, "谁批准的"),
        ({"record": "P999999"}, "没有编号为“P999999”的记录"),
        ({"record": "P000002"}, "不是这个单位的"),
        ({"rule": "D-2", "record": "P000001"}, "不能给单个项目延期"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(world: World, more: dict[str, Any], said: str) -> None:
    world.round("2025-07-02 09:00")
    with pytest.raises(RulingError, match=said):
        given(world, **more)
    assert world.store.rulings(SCHEME.id, withdrawn=True) == []


def test_an_exempted_period_is_not_owed(world: World) -> None:
    world.round("2025-07-02 09:00")
    exempt(world.parts, "a", "D-1", "2025-06", by="李四", why="汛期")
    assert world.word("D-1", "a", "2025-06") == "免报"
    assert "李四批准：汛期" in world.reason("D-1", "a", "2025-06")


def test_a_unit_can_be_exempted_from_everything_for_a_time(world: World) -> None:
    world.round("2025-07-02 09:00")
    exempt(world.parts, "a", since=date(2025, 5, 1), until=date(2025, 6, 30), by="李四", why="撤并")
    assert {world.word(rule, "a", "2025-06") for rule in ("D-1", "D-2")} == {"免报"}
    assert world.word("D-1", "b", "2025-06") == "逾期未报"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "没有写免报哪一期"),
        ({"period": "2025-06"}, "要写明是哪一项"),
        ({"rule": "D-1", "period": "2025-06", "since": date(2025, 6, 1)}, "不能都写"),
        ({"since": date(2025, 7, 2), "until": date(2025, 7, 1)}, "早于起"),
    ],
)
def test_an_exemption_says_of_what(world: World, more: dict[str, Any], said: str) -> None:
    with pytest.raises(RulingError, match=said):
        exempt(world.parts, "a", by="李四", why="汛期", **more)


def test_a_nil_report_counts_from_when_it_was_declared(world: World) -> None:
    world.round()
    world.round("2025-08-01 08:00")
    assert world.word("D-2", "a", "2025-07") == "逾期未报"
    world.clock.at += 2 * 86400
    declare_nil(world.parts, "a", "D-2", "2025-07", by="王五")
    assert world.word("D-2", "a", "2025-07") == "逾期补报3天"
    assert "报的是“本月无变化”" in world.reason("D-2", "a", "2025-07")
    with pytest.raises(RulingError, match="已经报过"):
        declare_nil(world.parts, "a", "D-2", "2025-07", by="王五")


def test_a_nil_report_needs_such_an_act_and_a_period_that_has_begun(world: World) -> None:
    world.round()
    with pytest.raises(RulingError, match="没有设零报告"):
        declare_nil(world.parts, "a", "D-1", "2025-06", by="王五")
    with pytest.raises(RulingError, match="还没有开始"):
        declare_nil(world.parts, "a", "D-2", "2025-07", by="王五")


def test_nothing_is_ruled_on_a_closed_period(world: World) -> None:
    world.round("2025-07-02 09:00")
    kept = given(world, until=date(2025, 7, 3))
    world.round("2025-07-05 09:00")
    close_period(world.parts, "2025-06", by="王")
    for act in (
        lambda: given(world),
        lambda: exempt(world.parts, "a", "D-1", "2025-06", **BY),
        lambda: declare_nil(world.parts, "a", "D-2", "2025-06", by="王"),
        lambda: withdraw(world.parts, kept.id, **BY),
    ):
        with pytest.raises(RulingError, match="关账"):
            act()
