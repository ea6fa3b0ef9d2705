"""Rules that span books are judged again one by one: what the store holds of them is what judging all from nothing says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.wiring import make_parts
from sync.accept import Acceptance
from sync.backends.memory import MemoryRow
from sync.collect import _changed as changed_columns
from sync.days import is_done
from sync.engine import sync_round
from sync.judge import as_record
from sync.nightly import new_day
from sync.shared import NOT_JUDGED, judge_shared
from sync.store.base import Revision, StoredRecord
from tests.duties.families import MAY, WITH_ROWS
from tests.duties.kit import SCHEME, World
from validators.calendar import default_calendar
from validators.evaluate import Evaluator
from validators.facts import Facts
from validators.rules import parse_rule
from validators.scheme.models import Scheme

RULES: tuple[dict[str, Any], ...] = (
    {"id": "S-1", "kind": "unique", "title": "编码不重", "table": "project", "fields": ["code"], "within": "all"},
    {"id": "S-2", "kind": "reconcile", "title": "开工的都有拨付", "table": "project", "when": "有(开工日期)", "right": "payment",
     "keys": [{"left": ["项目名称"], "right": ["项目名称"]}], "expect": "left", "tell": "left", "many": "left",
     "missing": "没有拨付", "keyless": False},
    {"id": "S-3", "kind": "target", "title": "独立选址问题整改", "table": "problem", "where": "项目库.选址类型 = '独立选址'",
     "date_field": "整改日期", "until": "2025-06-30", "goal": 1, "measure": "个"},
)  # fmt: skip
SPANNING = WITH_ROWS.model_copy(update={"rules": tuple(parse_rule(item) for item in RULES)})


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """甲项目 and 乙项目 of two units have one code; only 乙项目 has begun, and has no payment."""
    found = World(f"sqlite:///{tmp_path}/tianbao.db", "2025-06-02 09:00", SPANNING)
    for code, book in found.books.items():
        book.tabs |= {"visit": [], "problem": [], "payment": []}
        if code == "a":
            book.tabs |= {table: [MemoryRow(list(row)) for row in rows] for table, rows in MAY.items()}
            del book.tabs["payment"][0]
    found.books["b"].tabs["project"][0].cells[1] = "a1"
    found.round()
    yield found
    found.close()


def stored(world: World) -> dict[tuple[str, str], Any]:
    found = {}
    for item in world.store.judgements(SCHEME.id):
        parts = list(item.statuses), list(item.flags), list(item.findings)
        if item.kind != "record" and any(parts):
            found[item.kind, item.key] = (*parts, item.next_change)
    return found


def by_rule(items: list[Any]) -> list[Any]:
    return sorted(items, key=lambda one: one.rule)


def from_nothing(world: World) -> dict[tuple[str, str], Any]:
    """All shared rules at once over all that is known, by the engine's own door."""
    items = world.store.records(SCHEME.id)
    facts = Facts.of(SPANNING, map(as_record, items), parents={item.id: item.parent for item in items if item.parent})
    found: dict[tuple[str, str], Any] = defaultdict(lambda: ([], [], []))
    for verdict in world.parts.evaluator.shared(facts, world.clock.today()):
        said = found["shared" if verdict.kind == "record" else verdict.kind, verdict.key]
        for known, more in zip(said, (verdict.statuses, verdict.flags, verdict.findings), strict=True):
            known.extend(more)
    return {
        key: (by_rule(s), f, by_rule(w), min((one.next_change for one in s if one.next_change), default=None))
        for key, (s, f, w) in found.items()
        if s or f or w
    }  # fmt: skip


def rules_of(world: World, unit: str) -> set[str]:
    """Which rules speak of the unit's project."""
    (record,) = world.store.records(SCHEME.id, book=f"laws:{unit}", tables=["project"])
    judged = world.store.judgements(SCHEME.id, kind="shared", keys=[record.id])
    return {part.rule for item in judged for parts in (item.statuses, item.findings) for part in parts}


def edit(world: World, unit: str, table: str, row: int, column: int, value: str, when: str) -> None:
    world.save(unit, when, lambda book: book.clerk_edit(table, row, column, value))
    world.round(when)
    assert stored(world) == from_nothing(world)
    assert not world.store.dirty(SCHEME.id), "what was judged is marked no more"


def test_at_first_all_is_said(world: World) -> None:
    assert stored(world) == from_nothing(world)
    assert rules_of(world, "a") == {"S-1"} and rules_of(world, "b") == {"S-1", "S-2"}


def test_a_rule_that_nothing_marked_keeps_its_word_beside_one_that_was_judged_again(world: World) -> None:
    """A payment says nothing of codes: that rule is not asked, and what it said of the same project stays."""
    asked: list[set[str]] = []
    engine = world.parts.evaluator
    original = engine.shared

    def shared(facts: Any, today: Any, rules: Any = None) -> Any:
        asked.append(set(rules))
        return original(facts, today, rules)

    engine.shared = shared  # type: ignore[method-assign]
    world.save(
        "b", "2025-06-03 10:00", lambda book: book.clerk_insert("payment", 0, ["乙项目", "2025-05", "7", "2025-05-20"])
    )
    world.round("2025-06-03 10:00")
    assert {"S-2"} in asked, "the day's pass, which follows, asks others"
    engine.shared = original  # type: ignore[method-assign]
    assert rules_of(world, "b") == {"S-1", "S-2"}
    assert stored(world) == from_nothing(world)


@pytest.mark.parametrize(
    ("table", "column", "value", "marked"),
    [
        ("project", 1, "b9", {"S-1"}),
        ("project", 2, "23456", set()),  # 总投资: no rule over several books looks at it
        ("project", 3, "标准化厂房", {"S-3"}),
        ("project", 5, "2025-05-20", {"S-2"}),
        ("problem", 2, "2025-05-30", set()),
        ("problem", 3, "2025-05-30", {"S-3"}),
    ],
)
def test_an_edit_marks_the_rules_that_read_the_column(
    world: World, table: str, column: int, value: str, marked: set[str]
) -> None:
    """And what the store holds afterwards is what judging all from nothing says."""
    lease = world.store.acquire(f"scheme:{SCHEME.id}", "somebody else", 300, world.clock.at)
    assert lease is not None  # so that the marks can be looked at
    world.save("a", "2025-06-02 09:03", lambda book: book.clerk_edit(table, 0, column, value))
    world.round()
    assert set(world.store.dirty(SCHEME.id)) == marked
    world.store.release(lease)
    judge_shared(world.parts)
    assert stored(world) == from_nothing(world)


def test_a_row_that_belongs_to_another_now_marks_all_rules_of_its_table(world: World) -> None:
    """Its own cells say what they said; but whose they are is another matter."""
    lease = world.store.acquire(f"scheme:{SCHEME.id}", "somebody else", 300, world.clock.at)
    assert lease is not None
    world.save("a", "2025-06-02 09:03", lambda book: book.clerk_edit("project", 0, 0, "改名项目"))
    world.round()
    assert set(world.store.dirty(SCHEME.id)) == {"S-1", "S-2", "S-3"}
    world.store.release(lease)
    judge_shared(world.parts)
    assert stored(world) == from_nothing(world)


def test_a_row_that_was_edited_and_belongs_to_another_counts_as_another_row() -> None:
    """Its columns alone do not say what has changed."""
    record = StoredRecord("P1", "problem", "a", "", {}, {})
    edited = Acceptance(upserts=[record], revisions=[Revision("P1", "changed", {"what": ["a", "b"]})])
    assert changed_columns(edited) == {"problem": {"what"}}
    edited.moved = {"P1"}
    assert changed_columns(edited) == {"problem": None}


@pytest.mark.parametrize("edited", [False, True], ids=["only the scheme", "rows too"])
def test_under_another_scheme_all_rules_are_judged_again(tmp_path: Path, edited: bool) -> None:
    """Also when every row was edited at the same time, in a column that none of the new rules reads."""
    target = {"id": "G-1", "kind": "target", "title": "开工", "table": "project", "where": "有(开工日期)", "goal": 2}

    def scheme(version: str, *rules: dict[str, Any]) -> Scheme:
        return SCHEME.model_copy(update={"version": version, "rules": tuple(map(parse_rule, rules))})

    world = World(f"sqlite:///{tmp_path}/tianbao.db", "2025-06-02 09:00", scheme("1", target))
    world.round()
    for unit in "ab" if edited else "":
        world.save(unit, "2025-06-02 09:05", lambda book: book.clerk_edit("project", 0, 2, "23456"))
    changed = scheme("2", {**target, "goal": 5}, {**target, "id": "G-2", "title": "新"})
    world.parts = make_parts(changed, world.store, world.backend, world.clock, default_calendar())
    world.round("2025-06-02 09:10")
    found = world.store.judgements(SCHEME.id, kind="target") + world.store.judgements(SCHEME.id, kind="unit")
    assert {s.rule: str(s.inputs.get("target")) for item in found for s in item.statuses} == {"G-1": "5", "G-2": "2"}
    world.close()


def test_what_is_not_said_any_more_is_gone_from_both_books(world: World) -> None:
    edit(world, "b", "project", 0, 1, "b1", "2025-06-03 10:00")
    assert "S-1" not in rules_of(world, "a") | rules_of(world, "b")
    assert "S-2" in rules_of(world, "b")


def test_a_rule_that_newly_speaks_of_a_project_leaves_what_others_said_of_it(world: World) -> None:
    edit(world, "b", "project", 0, 1, "b1", "2025-06-03 10:00")
    assert rules_of(world, "b") == {"S-2"}
    edit(world, "a", "project", 0, 1, "b1", "2025-06-03 11:00")
    assert rules_of(world, "b") == {"S-1", "S-2"}


def test_a_mark_made_while_the_rules_are_judged_stays(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another book was committed after the records were read: the rule is judged once more."""
    judge = Evaluator.shared

    def marked_meanwhile(engine: Evaluator, *given: Any) -> Any:
        world.store.mark(SCHEME.id, {"S-1"})
        return judge(engine, *given)

    monkeypatch.setattr(Evaluator, "shared", marked_meanwhile)
    world.save("b", "2025-06-02 09:03", lambda book: book.clerk_edit("project", 0, 1, "b1"))
    sync_round(world.parts)
    assert set(world.store.dirty(SCHEME.id)) == {"S-1"}
    monkeypatch.setattr(Evaluator, "shared", judge)
    sync_round(world.parts)
    assert not world.store.dirty(SCHEME.id)


def test_a_condition_on_the_parent_holds_in_rules_that_span_books(world: World) -> None:
    def target() -> str:
        (status,) = [s for j in world.store.judgements(SCHEME.id, kind="target") for s in j.statuses]
        return str(status.inputs["done"])

    edit(world, "a", "problem", 0, 3, "2025-06-02", "2025-06-03 10:00")
    assert target() == "1"
    edit(world, "a", "project", 0, 3, "标准化厂房", "2025-06-03 11:00")
    assert target() == "0"


def test_marks_stay_while_somebody_else_judges_and_a_named_rule_does_not_hide_them(world: World) -> None:
    world.save("b", "2025-06-03 10:00", lambda book: book.clerk_edit("project", 0, 1, "b1"))
    lease = world.store.acquire(f"scheme:{SCHEME.id}", "somebody else", 300, world.clock.at)
    assert lease is not None
    world.round()
    assert "S-1" in world.store.dirty(SCHEME.id) and "S-1" in rules_of(world, "a")
    world.store.release(lease)
    judge_shared(world.parts, {"S-3"})
    assert not world.store.dirty(SCHEME.id) and "S-1" not in rules_of(world, "a")


def test_a_rule_that_fails_keeps_no_book_from_its_answer_and_its_marks_stay(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """L8: a bug of ours in a rule that spans books is told; the edit is answered, and the next round makes it good."""
    judge = Evaluator.shared

    def failing(*_: object, **__: object) -> None:
        raise RuntimeError("a bug of ours")

    monkeypatch.setattr(Evaluator, "shared", failing)
    world.save("b", "2025-06-03 10:00", lambda book: book.clerk_edit("project", 0, 1, "b1"))
    report = sync_round(world.parts)
    assert (report.notes, report.outcomes[f"{SCHEME.id}:b"].kind) == ([NOT_JUDGED], "done")
    assert "S-1" in world.store.dirty(SCHEME.id) and "S-1" in rules_of(world, "a")
    before = world.store.dirty(SCHEME.id).marks.get("S-3", 0)
    monkeypatch.setattr("sync.nightly.turned_rules", lambda *_: {"S-3"})
    assert new_day(world.parts).notes == [NOT_JUDGED] and is_done(world.parts)
    assert world.store.dirty(SCHEME.id).marks["S-3"] == before + 1  # what the day asked for is asked for still
    monkeypatch.setattr(Evaluator, "shared", judge)
    assert not sync_round(world.parts).notes
    assert not world.store.dirty(SCHEME.id) and "S-1" not in rules_of(world, "a")
