"""A closed period never changes (law L6): whatever is filled in, mended or ruled afterwards is told beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.closed import ClosingError, close_period, closed_by
from sync.errors import LeaseLost, StoreError
from sync.parts import Parts
from sync.shared import judge_now, judge_shared
from tests.duties.kit import SCHEME, World, at
from validators.periods import parse_period
from validators.rules import parse_rule
from validators.scheme.models import Scheme


def closed(world: World, text: str = "2025-06", when: str = "2025-07-05 09:00") -> None:
    world.round(when)
    close_period(world.parts, text, by="王")


def test_a_report_after_the_closing_is_told_beside_it(world: World) -> None:
    """Not reported when it was closed: that stays, and what came afterwards stands beside it."""
    closed(world)
    assert world.word("D-1", "a", "2025-06") == "逾期未报"
    world.report("a", "2025-07-09 10:00", "2025-06")
    world.round("2025-07-09 10:05")
    assert world.word("D-1", "a", "2025-06") == "逾期未报"
    assert "2025年6月已于2025-07-05关账，关账后现为逾期补报5天" in world.reason("D-1", "a", "2025-06")
    assert world.word("D-1", "a", "2025-07") == "未到期"


def test_a_figure_stays_as_it_was_on_the_last_day(world: World) -> None:
    """A date that is changed afterwards changes what is told beside the figure, not the figure."""
    closed(world, "2025H1")
    assert world.status("D-3", "", "").inputs["done"] == "2"
    world.save("a", "2025-07-09 10:00", lambda book: book.clerk_edit("project", 0, 5, "2025-07-03"))
    world.round("2025-07-09 10:05")
    status = world.status("D-3", "", "")
    assert (world.say.word(status, world.clock.today()), status.inputs["done"]) == ("已达标", "2")
    assert "按期末冻结数，现为1" in world.reason("D-3", "", "")


def test_a_half_year_closes_what_lies_in_it(world: World) -> None:
    """Its months too; those that were closed before keep their own closing."""
    closed(world, "2025-05")
    close_period(world.parts, "2025H1", by="王")
    held = {(f.period, f.closing) for f in world.store.frozen(SCHEME.id) if f.rule == "D-2"}
    assert ("2025-05", "2025-05") in held and ("2025-06", "2025H1") in held
    assert not any(period > "2025-06" for period, _ in held)
    assert closed_by(world.parts, parse_period("2025-04")) is not None
    assert closed_by(world.parts, parse_period("2025-07")) is None


def test_one_rule_can_be_closed_before_the_others(world: World) -> None:
    world.round("2025-07-05 09:00")
    close_period(world.parts, "2025-06", by="王", rules=["D-2"])
    assert {item.rule for item in world.store.frozen(SCHEME.id)} == {"D-2"}
    with pytest.raises(ClosingError, match="已经关过"):
        close_period(world.parts, "2025-06", by="王", rules=["D-2"])
    close_period(world.parts, "2025-06", by="王")
    assert {item.rule for item in world.store.frozen(SCHEME.id)} == {"D-1", "D-2", "D-3", "report:R-1"}
    with pytest.raises(ClosingError, match="已经关过"):
        close_period(world.parts, "2025-06", by="王", rules=["D-3"])
    assert {item.period for item in world.store.closings(SCHEME.id)} == {"2025-06:D-2", "2025-06"}


@pytest.mark.parametrize(
    ("text", "when", "said"),
    [
        ("2025-07", "2025-07-31 23:00", "才结束"),
        ("六月", "2025-07-05 09:00", "不是周期"),
    ],
)
def test_what_is_not_over_is_not_closed(world: World, text: str, when: str, said: str) -> None:
    world.round(when)
    with pytest.raises(ClosingError, match=said):
        close_period(world.parts, text, by="王")
    assert world.store.closings(SCHEME.id) == []


def test_a_rehearsal_closes_nothing_ahead_of_its_time(world: World) -> None:
    """Closing is for good: --as-of cannot bring a period to its end before it is over."""
    world.round("2025-06-20 09:00")
    with pytest.raises(ClosingError, match="不能用 --as-of"):
        close_period(_as_of(world.parts, date(2025, 7, 5)), "2025-06", by="王")
    assert world.store.closings(SCHEME.id) == []


def test_closing_waits_a_moment_for_whoever_judges(world: World) -> None:
    """The service holds the scheme's lease for moments; only when it does not give it back is the closing refused."""
    world.round("2025-07-05 09:00")
    now = world.clock.at
    assert world.store.acquire(f"scheme:{SCHEME.id}", "service", 2, now) is not None
    assert close_period(world.parts, "2025-05", by="王").number
    assert world.store.acquire(f"scheme:{SCHEME.id}", "service", 600, world.clock.at) is not None
    with pytest.raises(ClosingError, match="正在判断"):
        close_period(world.parts, "2025-06", by="王")


def test_who_judged_longer_than_the_lease_closes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that slept in the middle wakes with an expired lease (law L5)."""
    world.round("2025-07-05 09:00")

    def slowly(parts: Parts, rules: set[str]) -> Any:
        found = judge_now(parts, rules)
        world.clock.at += world.parts.limits.lease_seconds + 1
        return found

    monkeypatch.setattr("sync.closed.judge_now", slowly)
    with pytest.raises(LeaseLost):
        close_period(world.parts, "2025-06", by="王")
    assert world.store.closings(SCHEME.id) == []


def test_what_is_not_due_yet_is_not_closed(world: World) -> None:
    """An extension runs: closed now, the duty would be 未到期 for ever."""
    from sync.rulings import extend

    world.round("2025-07-02 09:00")
    extend(world.parts, "a", "D-1", "2025-06", date(2025, 7, 10), by="张", why="停电")
    with pytest.raises(ClosingError, match="最晚到 2025-07-10"):
        close_period(world.parts, "2025-06", by="王")


def test_closed_once(world: World) -> None:
    closed(world)
    with pytest.raises(ClosingError, match="已经关过"):
        close_period(world.parts, "2025-06", by="王")
    lease = world.store.acquire(f"scheme:{SCHEME.id}", "t", 60, world.clock.at)
    assert lease is not None
    with pytest.raises(StoreError, match="已经关过"):
        world.store.close_period(lease, world.store.closings(SCHEME.id)[0], world.clock.at)


EACH = {
    "id": "D-9", "kind": "cadence", "title": "逐项月报", "table": "project", "period": "month", "subject": "record",
    "when": "有(开工日期)", "since": "开工日期", "evidence": "monthly", "evidence_period": "month", "section": "一5",
    "sentence": "每月报一次进展",
}  # fmt: skip


def test_a_month_closed_after_its_half_year_brings_nothing_into_it(tmp_path: Path) -> None:
    """A row of an old date that came after the half-year was closed was not known then: the month's own closing, which
    freezes its tables, must not put the row's duties into the half-year."""
    world = World(f"sqlite:///{tmp_path}/t.db", scheme=_with(EACH))
    try:
        closed(world, "2025H1")
        before = _frozen_values(world)
        new = ["新项目", "bx9", "9", "独立选址", "2025-01-02", "2025-02-03"]
        world.save("b", "2025-07-06 10:00", lambda book: book.clerk_insert("project", 0, new))
        closed(world, "2025-06", "2025-07-06 10:05")
        assert _frozen_values(world) == before
        assert {f.kind for f in world.store.frozen(SCHEME.id, closing="2025-06")} == {"report"}
    finally:
        world.close()


def _with(rule: dict[str, object]) -> Scheme:
    return SCHEME.model_copy(update={"rules": (*SCHEME.rules, parse_rule(rule))})


def _frozen_values(world: World) -> set[tuple[str, ...]]:
    return {(f.kind, f.key, f.rule, f.period) for f in world.store.frozen(SCHEME.id) if f.kind != "report"}


def test_as_of_a_day_after_the_period_it_holds_what_it_held(world: World) -> None:
    """Asked as of the 2nd of July, the closed June is as it was closed; as of June itself the data known now are judged."""
    closed(world)
    world.report("a", "2025-07-09 10:00", "2025-06")
    world.round("2025-07-09 10:05")
    for day, code, frozen in ((date(2025, 7, 2), "missing", True), (date(2025, 6, 20), "reported", False)):
        verdicts, _ = judge_now(_as_of(world.parts, day), {"D-1"})
        status = next(v.statuses[0] for v in verdicts if v.key == "D-1|a|2025-06")
        assert (status.code, bool(status.inputs.get("frozen"))) == (code, frozen)


def _as_of(parts: Parts, day: date) -> Parts:
    return replace(parts, clock=replace(parts.clock, as_of=day))


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["report", "start", "vanish", "more", "clear"]), st.sampled_from(["a", "b"]), st.integers(0, 9)
    ),
    min_size=1, max_size=5,
)  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(acts=ACTS)
def test_whatever_happens_afterwards_a_closed_period_reads_the_same(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, str, int]]
) -> None:
    """Close is final: code, figures and days of every frozen subject, through any later edits, rounds and days."""
    world = World(f"sqlite:///{Path(tmp_path_factory.mktemp('w'))}/t.db")
    try:
        world.report("a", "2025-06-20 10:00", "2025-06")
        world.round("2025-06-20 10:01")
        closed(world, "2025H1")
        before = _told(world)
        assert before
        for n, (act, unit, value) in enumerate(acts):
            _do(world, act, unit, value, f"2025-07-{6 + n * 3:02} 10:00")
            world.round(f"2025-07-{6 + n * 3:02} 10:05")
        world.clock.at = at("2025-07-28 09:00")
        judge_shared(world.parts, world.parts.evaluator.shared_rules())
        assert _told(world) == before
    finally:
        world.close()


def _do(world: World, act: str, unit: str, value: int, when: str) -> None:
    if act == "report":
        world.report(unit, when, f"2025-0{value % 6 + 1}", str(value))
    elif act == "start":
        world.save(unit, when, lambda book: book.clerk_edit("project", 0, 5, f"2025-0{value % 7 + 1}-15"))
    elif act == "more":
        name = f"新{unit}{value}"
        row = [name, f"{unit}x{value}{when[8:10]}", "9", "独立选址", "2025-01-02", "2025-02-03"]
        world.save(unit, when, lambda book: book.clerk_insert("project", 0, row))
    elif act == "clear":
        world.save(unit, when, lambda book: book.clerk_edit("project", 0, 5, ""))
    elif world.books[unit].tabs["monthly"]:
        world.save(unit, when, lambda book: book.clerk_delete("monthly", 0))


def _told(world: World) -> dict[str, tuple[object, ...]]:
    """What is said of everything that lies in the closed half-year."""
    keys = {(f.kind, f.key) for f in world.store.frozen(SCHEME.id)}
    figures = ("done", "target", "covered", "due", "ratio", "value")
    return {
        item.key: tuple(
            (s.rule, s.code, s.deadline, s.done, *(s.inputs.get(name) for name in figures)) for s in item.statuses
        )
        for item in world.store.judgements(SCHEME.id)
        if (item.kind, item.key) in keys
    }


def test_that_it_is_closed_is_said_at_once(world: World) -> None:
    """No round has to pass, and nobody has to save a book."""
    world.round("2025-07-02 09:00")
    assert "关账" not in world.reason("D-1", "a", "2025-06")
    close_period(world.parts, "2025-06", by="王")
    assert "已于2025-07-02关账" in world.reason("D-1", "a", "2025-06")
    assert not world.store.dirty(SCHEME.id)
