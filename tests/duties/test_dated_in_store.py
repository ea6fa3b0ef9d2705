"""The day on which values, lookups and leads change passes through the store: what is kept is what is true, every day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from sync.judge import judge_due
from sync.shared import judge_now
from tests.duties.kit import SCHEME, World
from validators.rules import parse_rule
from validators.scheme.models import Conventions, LeadsChange, Lookup, LookupChange

LAST, TURN = date(2025, 6, 30), date(2025, 7, 1)
SITES = tuple(
    item.model_copy(update={"effective_to": LAST} if item.value == "独立选址" else {})
    for item in SCHEME.choices["site"]
)
TEAM = {"id": "V-1", "kind": "lookup", "title": "专班", "table": "project", "lookup": "teams", "by": ["选址类型"],
        "into": "专班"}  # fmt: skip
FIRST_TEAM = {"id": "V-2", "kind": "target", "title": "一班的项目", "table": "project", "where": "专班 = '一班'", "period": "month",
              "goal": 2}  # fmt: skip
DATED = SCHEME.model_copy(
    update={
        "choices": {**SCHEME.choices, "site": SITES},
        "lookups": {
            "teams": Lookup(
                rows={"独立选址": "一班"}, changes=(LookupChange(effective_from=TURN, rows={"独立选址": "二班"}),)
            )
        },
        "conventions": Conventions(changes=(LeadsChange(effective_from=TURN, leads={"month": 12}),)),
        "rules": (*SCHEME.rules, parse_rule(TEAM), parse_rule(FIRST_TEAM)),
    }
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    found = World(f"sqlite:///{tmp_path / 'store.db'}", start="2025-06-20 09:00", scheme=DATED)
    found.round()
    yield found
    found.close()


def seen(judged: Any) -> Any:
    return (
        [(s.rule, s.code, s.deadline, s.inputs) for s in judged.statuses],
        sorted((f.code, f.field, str(f.params)) for f in judged.findings),
    )


def told_of(status: Any) -> tuple[Any, ...]:
    return status.code, status.deadline, status.inputs.get("done")


def test_every_day_the_kept_judgement_is_the_one_that_a_whole_judging_gives(world: World) -> None:
    """Only what is due is judged by the pass over a day; nobody touches a book."""
    records = {item.id: item.book for item in world.store.records(SCHEME.id)}
    told: dict[date, tuple[set[str], str]] = {}
    day = date(2025, 6, 25)
    while day < date(2025, 8, 4):
        world.round(f"{day} 09:00")
        kept = {item.key: item for item in world.store.judgements(SCHEME.id, kind="record")}
        for record, book in records.items():
            (fresh,) = judge_due(world.parts, book, [record])
            assert seen(kept[record]) == seen(fresh), (day, record)
        verdicts, _ = judge_now(world.parts, world.parts.evaluator.shared_rules())
        spoken = ("obligation", "target")
        owed = {(v.kind, v.key): [told_of(s) for s in v.statuses] for v in verdicts if v.kind in spoken}
        stored = {
            (j.kind, j.key): [told_of(s) for s in j.statuses]
            for kind in spoken
            for j in world.store.judgements(SCHEME.id, kind=kind)
        }
        assert stored == owed, day
        first = kept[min(records)]
        team = next(s.inputs["value"] for s in first.statuses if s.rule == "V-1")
        told[day] = ({f.code for f in first.findings if f.field == "site"}, team)
        day += timedelta(days=1)
    assert told[LAST] == (set(), "一班")
    assert told[TURN] == ({"cell.choice.retired"}, "二班")


def test_a_month_that_is_over_keeps_the_list_of_its_time(world: World) -> None:
    """Also when the rule is judged again afterwards, because somebody edits a project: 乙项目 is another's now."""
    for day in ("2025-06-30", "2025-07-01", "2025-08-02"):
        world.round(f"{day} 09:00")
    world.save("b", "2025-08-02 10:00", lambda book: book.clerk_edit("project", 0, 3, "标准化厂房"))
    world.round("2025-08-02 10:05")
    done = {
        j.key.rpartition("|")[2]: j.statuses[0].inputs["done"]
        for j in world.store.judgements(SCHEME.id, kind="target")
        if j.key.startswith("V-2|")
    }
    assert [done[f"2025-0{month}"] for month in (5, 6, 7, 8)] == ["1", "1", "0", "0"]


def test_the_clerk_is_told_on_the_day_and_what_he_chooses_instead_settles_it(world: World) -> None:
    world.round("2025-07-01 09:00")
    shown = world.books["a"].tabs["project"][0].shown
    assert "“独立选址”只用到2025-06-30，不能再选" in shown["check"] and "site" in shown["problems"]
    world.save("a", "2025-07-01 10:00", lambda book: book.clerk_edit("project", 0, 3, "标准化厂房"))
    world.round("2025-07-01 10:05")
    assert "只用到" not in world.books["a"].tabs["project"][0].shown["check"]
