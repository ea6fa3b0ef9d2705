"""A small office with duties: two units that report monthly, books in memory, a clock that is set by hand."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from app.wiring import make_parts
from sheets_templates import catalog
from sync.backends.memory import MemoryBackend, MemoryBook
from sync.clock import ZONE, FixedClock
from sync.engine import sync_round
from sync.nightly import new_day
from sync.parts import Parts
from sync.store import open_store
from validators.calendar import default_calendar
from validators.rules import parse_rule
from validators.scheme.models import Department, Report, Scheme
from validators.speak import speaker

RULES = (
    {"id": "D-1", "kind": "cadence", "title": "月度进展", "table": "project", "period": "month", "subject": "unit",
     "coverage": "all", "when": "有(开工日期)", "since": "开工日期", "evidence": "monthly", "evidence_period": "month",
     "evidence_when": "本月无变化 = 是 或 有(本月累计)", "uncovered": "未报月度进展", "section": "一5", "sentence": "每月报一次进展"},
    {"id": "D-2", "kind": "cadence", "title": "库每月更新", "table": "project", "period": "month", "subject": "unit",
     "updates": True, "nil": "本月无变化", "section": "一6", "sentence": "项目库每月更新一次"},
    {"id": "D-3", "kind": "target", "title": "开工目标", "table": "project", "where": "有(开工日期)", "date_field": "开工日期",
     "until": "2025-06-30", "goal": 2, "measure": "个", "section": "二1"},
)  # fmt: skip
BASE = catalog.load(Path(__file__).parents[1] / "data" / "schemes" / "laws")
SCHEME = BASE.model_copy(
    update={
        "rules": (*BASE.rules, *(parse_rule(item) for item in RULES)),
        "reports": (Report(id="R-1", title="开工情况", kind="group", table="project", cadence="month", group_by=("unit",),
                           measures={"项目数": "个数", "已开工": "个数(有(开工日期))"}),),
        "departments": (Department(code="fgw", name="区发改委", commission=True),),
    }
)  # fmt: skip


def at(text: str) -> float:
    """POSIX seconds of an office time: 2025-06-30 17:00."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()


class World:
    """Books, a store and a clock. `a` and `b` are the units; each has one project under way since January."""

    def __init__(self, url: str, start: str = "2025-06-02 09:00", scheme: Scheme = SCHEME) -> None:
        self.clock = FixedClock(at=at(start))
        self.books = {
            code: MemoryBook(
                {"project": [{"cells": [f"{name}项目", f"{code}1", "100", "独立选址", "2025-01-03", "2025-01-05"]}], "monthly": []},
                scheme=SCHEME.id, version=SCHEME.version, unit=code, saved_at=self.clock.at,
            )
            for code, name in (("a", "甲"), ("b", "乙"))
        }  # fmt: skip
        self.store = open_store(url)
        self.backend = MemoryBackend(self.books)
        self.parts: Parts = make_parts(scheme, self.store, self.backend, self.clock, default_calendar())
        self.say = speaker(scheme, default_calendar())

    def round(self, when: str = "") -> None:
        """The service looks, at that time; on a new day it does the day's pass first."""
        if when:
            self.clock.at = at(when)
        report = sync_round(self.parts)
        assert not report.failures, report.failures
        if self.store.setting(f"day:{SCHEME.id}") != self.clock.today().isoformat():
            new_day(self.parts)

    def save(self, unit: str, when: str, act: Any) -> None:
        """A clerk edits the book and saves it at that time."""
        self.clock.at = at(when)
        act(self.books[unit])
        self.books[unit].saved_at = self.clock.at

    def report(self, unit: str, when: str, month: str, done: str = "50") -> None:
        """A row of 月度进展 is filled in."""
        name = {"a": "甲", "b": "乙"}[unit]
        self.save(unit, when, lambda book: book.clerk_insert("monthly", 0, [f"{name}项目", month, "", done, ""]))

    def status(self, rule: str, unit: str, period: str) -> Any:
        key = "|".join((rule, unit, period)).rstrip("|")
        found = [s for j in self.store.judgements(SCHEME.id, keys=[key]) for s in j.statuses]
        assert len(found) == 1, (key, found)
        return found[0]

    def word(self, rule: str, unit: str, period: str) -> str:
        return self.say.word(self.status(rule, unit, period), self.clock.today())

    def reason(self, rule: str, unit: str, period: str) -> str:
        return self.say.reason(self.status(rule, unit, period), self.clock.today())

    def close(self) -> None:
        self.store.close()
