"""A project's light that takes the result of a streak: judged again when the streak changes, also from another book.

The department rates the companies in a book of its own, the towns' books hold the projects. What stands in the store
after any edit is what judging everything from nothing says, and the town's book shows it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.wiring import make_parts
from sync.backends.memory import MemoryBackend, MemoryBook
from sync.clock import FixedClock
from sync.decide import decide, open_decisions
from sync.engine import sync_round
from sync.judge import as_record
from sync.nightly import new_day
from sync.store import open_store
from tests.duties.kit import at
from tests.unit.rules.kit import scheme, table
from validators.calendar import default_calendar
from validators.facts import Facts
from validators.scheme.models import Department

PROJECT = table(
    "project", "项目", "name 项目名称 text\nbuilder 施工单位 text\nsite 现场灯 text", keys=(("name",),), rows=20
)
PROGRESS = table(
    "progress", "月度进展", "project 项目名称 text\nmonth 月份 month\nlight 进度灯 text",
    parent="project", parent_field="project", keys=(("project", "month"),), rows=20,
)  # fmt: skip
RATED = table(
    "rated", "评价", "company 单位 text\nquarter 季度 quarter\nresult 结果 text", filler="commission",
    keys=(("company", "quarter"),), rows=20,
)  # fmt: skip
RULES = """
- {id: L, kind: lights, table: project, lights: [现场灯], order: [绿灯, 黄灯, 红灯], into: 总灯, flags: {红灯: 红牌},
   streaks: [{rule: S-1, light: 红灯, otherwise: 绿灯}, {rule: S-2, light: 黄灯}]}
- {id: S-1, kind: streak, table: rated, period: 季度, subject: [单位], result: 结果, bad: [落后], flag: 重点监测,
   tag_table: project, tag_by: [[施工单位]]}
- {id: S-2, kind: streak, table: progress, period: 月份, result: 进度灯, bad: [红灯], flag: 连续红灯}
- {id: T, kind: target, table: project, where: 总灯 = '红灯', goal: 0, at_most: true, measure: 个}
- {id: U, kind: unique, table: project, fields: [项目名称], within: all}
"""
OFFICE = scheme(
    [PROJECT, PROGRESS, RATED], RULES, departments=(Department(code="fgw", name="区发改委", commission=True),)
)


class Office:
    """Books of two towns and of the department, in memory."""

    def __init__(self, place: Path) -> None:
        self.clock = FixedClock(at=at("2025-07-01 09:00"))
        projects = {
            "01": [["甲", "好公司", "绿灯"], ["乙", "差公司", ""]],
            "02": [["丙", "差公司", ""], ["丁", "", "黄灯"]],
        }
        self.books = {
            code: self._book(code, "unit", {"project": projects.get(code, []), "progress": []}) for code in ("01", "02")
        }
        rated = [["差公司", "2025Q1", "落后"], ["差公司", "2025Q2", "一般"], ["好公司", "2025Q2", "优秀"]]
        self.books["commission"] = self._book("commission", "commission", {"rated": rated})
        self.store = open_store(f"sqlite:///{place}/tianbao.db")
        self.backend = MemoryBackend(self.books)
        self.parts = make_parts(OFFICE, self.store, self.backend, self.clock, default_calendar())
        self.rounds(1)

    def _book(self, code: str, role: str, tabs: dict[str, list[list[str]]]) -> MemoryBook:
        rows = {name: [{"cells": cells} for cells in found] for name, found in tabs.items()}
        return MemoryBook(rows, scheme=OFFICE.id, version="1", unit=code, role=role, saved_at=self.clock.at)

    def rounds(self, minutes: int) -> None:
        self.clock.at += 60 * minutes
        report = sync_round(self.parts)
        assert not report.failures, report.failures

    def edit(self, code: str, act: Any) -> None:
        """A clerk edits and saves; the next round takes it, and all is as it would be from nothing."""
        self.clock.at += 600
        act(self.books[code])
        self.books[code].saved_at = self.clock.at
        self.rounds(1)
        assert self.stored() == self.from_nothing()
        assert not self.store.dirty(OFFICE.id)

    def stored(self) -> dict[tuple[str, str], Any]:
        found = {}
        for item in self.store.judgements(OFFICE.id):
            parts = _plain(item.statuses), _plain(item.flags), _plain(item.findings)
            if item.kind != "record" and any(parts):
                found[item.kind, item.key] = parts
        return found

    def from_nothing(self) -> dict[tuple[str, str], Any]:
        items = self.store.records(OFFICE.id)
        parents = {item.id: item.parent for item in items if item.parent}
        facts = Facts.of(OFFICE, map(as_record, items), parents=parents)
        said: dict[tuple[str, str], Any] = defaultdict(lambda: ([], [], []))
        for verdict in self.parts.evaluator.shared(facts, self.clock.today()):
            own = said["shared" if verdict.kind == "record" else verdict.kind, verdict.key]
            for known, more in zip(own, (verdict.statuses, verdict.flags, verdict.findings), strict=True):
                known.extend(more)
        return {key: tuple(map(_plain, parts)) for key, parts in said.items() if any(parts)}

    def lights(self) -> dict[str, str]:
        """Project → its light, as the store has it."""
        names = {item.id: item.values["name"] for item in self.store.records(OFFICE.id, tables=["project"])}
        said = self.store.judgements(OFFICE.id, kind="shared", keys=list(names))
        return {names[j.key]: s.inputs["value"] for j in said for s in j.statuses if s.rule == "L"}

    def shown(self, code: str) -> list[str]:
        """What stands beside the projects of a book: its marks."""
        return [row.shown.get("flag", "") for row in self.books[code].tabs["project"]]


def _plain(items: Any) -> list[str]:
    return sorted(map(str, items))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    found = Office(tmp_path)
    yield found
    found.store.close()


def test_at_first_nobody_has_a_streak(office: Office) -> None:
    assert office.stored() == office.from_nothing()
    assert office.lights() == {"甲": "绿灯", "乙": "绿灯", "丙": "绿灯", "丁": "黄灯"}


def test_a_rating_in_the_departments_book_changes_the_lights_of_both_towns(office: Office) -> None:
    """The second quarter behind: red, in books that nobody touched, and it is written there; mended, green again."""
    office.edit("commission", lambda book: book.clerk_edit("rated", 1, 2, "落后"))
    assert office.lights() == {"甲": "绿灯", "乙": "红灯", "丙": "红灯", "丁": "黄灯"}
    assert [["红牌" in text for text in office.shown(code)] for code in ("01", "02")] == [[False, True], [True, False]]
    office.edit("commission", lambda book: book.clerk_edit("rated", 1, 2, "一般"))
    assert office.lights() == {"甲": "绿灯", "乙": "绿灯", "丙": "绿灯", "丁": "黄灯"}
    assert not any("红牌" in text for code in ("01", "02") for text in office.shown(code))


def test_months_of_a_project_and_what_names_the_company_change_its_light(office: Office) -> None:
    for month in ("2025-05", "2025-06"):
        office.edit("01", lambda book, text=month: book.clerk_insert("progress", 0, ["甲", text, "红灯"]))
    assert office.lights()["甲"] == "黄灯"
    office.edit("01", lambda book: book.clerk_edit("progress", 0, 2, "绿灯"))
    assert office.lights()["甲"] == "绿灯"
    office.edit("commission", lambda book: book.clerk_edit("rated", 1, 2, "落后"))
    office.edit("02", lambda book: book.clerk_edit("project", 1, 1, "差公司"))
    assert office.lights()["丁"] == "红灯"
    office.edit("02", lambda book: book.clerk_edit("project", 0, 1, "好公司"))
    assert office.lights() == {"甲": "绿灯", "乙": "红灯", "丙": "绿灯", "丁": "红灯"}


def test_a_rating_that_is_gone_takes_the_red_light_with_it(office: Office) -> None:
    office.edit("commission", lambda book: book.clerk_edit("rated", 1, 2, "落后"))
    office.edit("commission", lambda book: book.clerk_delete("rated", 0))
    assert "红灯" in office.lights().values()  # until that is confirmed
    for item in [one for one in open_decisions(office.parts) if one.kind == "withdrawal"]:
        decide(office.parts, item.id, True, by="王")
    office.rounds(1)
    assert "红灯" not in office.lights().values()


def test_what_counts_red_lights_counts_them_anew(office: Office) -> None:
    """The target takes the light, which takes the streak."""

    def red() -> str:
        (target,) = office.store.judgements(OFFICE.id, kind="target")
        return str(target.statuses[0].inputs["done"])

    assert red() == "0"
    office.edit("commission", lambda book: book.clerk_edit("rated", 1, 2, "落后"))
    assert red() == "2"


def test_an_edit_that_no_light_looks_at_marks_none(office: Office) -> None:
    asked: list[set[str]] = []
    engine = office.parts.evaluator
    original = engine.shared

    def shared(facts: Any, today: Any, rules: Any = None) -> Any:
        asked.append(set(rules))
        return original(facts, today, rules)

    engine.shared = shared  # type: ignore[method-assign]
    office.clock.at += 600
    office.books["01"].clerk_edit("project", 0, 2, "黄灯")
    office.books["01"].saved_at = office.clock.at
    office.rounds(1)
    engine.shared = original  # type: ignore[method-assign]
    assert asked and all("L" in rules and "U" not in rules for rules in asked)
    assert office.stored() == office.from_nothing()


def test_the_days_pass_says_the_same(office: Office) -> None:
    office.edit("commission", lambda book: book.clerk_edit("rated", 1, 2, "落后"))
    office.clock.at = at("2025-07-02 01:00")
    new_day(office.parts)
    assert office.stored() == office.from_nothing()
    assert office.lights()["乙"] == "红灯"
