"""cadence: a periodic duty. Who owes it, for which periods, until when, and what counts as done."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field as F

from validators.periods import PeriodKind
from validators.rules.base import RuleBase
from validators.rules.context import Env


class Cadence(RuleBase):
    """A duty once per period.

    Subjects. `subject: unit` – every unit of the scheme; `responsible` – the first of `responsible` (a department);
    `record` – every row of `table` for which `when` holds on the period's last day (names 期初 and 期末 stand for the
    period's days). `coverage: all` with `unit` or `responsible` asks for every such row: 完成率 of the unit, and each
    uncovered row gets `uncovered` as its word.

    Evidence, any of: a submission (rule, unit, period); a row of `evidence` whose `evidence_period` is the period
    or whose `evidence_date` falls into it, for which `evidence_when` holds; with `updates`, any change of a row
    of `table` in the period. Rows belong to a subject by parent, or by `evidence_link` naming the subject's row.

    Due: the period's last day, or `due_day` (of the month, or weekday 1–7) of the period `due_offset` later, plus
    `due_n` `due_unit`, rolled by `roll`.
    """

    kind: Literal["cadence"] = "cadence"
    period: PeriodKind
    subject: Literal["unit", "record", "responsible"] = "unit"
    coverage: Literal["one", "all"] = "one"
    uncovered: str = F("", description="word for a row without evidence when coverage is all, e.g. 本月未核查")
    units: tuple[str, ...] = F((), description="codes of the units that owe; () = all")
    since: str = F("", description="field of `table`: the row's entry; the period of entry is 免报")
    until: str = F("", description="field of `table`: from the period after this date nothing is owed")
    entry_counts: bool = F(False, description="the period of entry is owed too")
    evidence: str = F("", description="table whose rows are the reports")
    evidence_period: str = ""
    evidence_date: str = ""
    evidence_link: str = F("", description="field that names the subject's row; '' = its parent")
    evidence_when: str = ""
    updates: bool = F(False, description="any change of a row of `table` (or `evidence`) counts as the report")
    due_day: int = 0
    due_offset: int = 0
    due_n: int = 0
    due_unit: Literal["日", "工作日"] = "日"
    roll: Literal["none", "next_workday", "previous_workday"] = "none"
    lead: int | None = F(None, description="days of 临期; None = the scheme's leads by period")
    skip_idle: bool = F(True, description="a period without a working day is 免报")
    start: date | None = F(None, description="first day of duty; None = the scheme's effective_from")
    end: date | None = F(None, description="last day of duty; None = the scheme's effective_to")
    keep: int = F(13, description="how many periods back are listed")

    def reads(self) -> frozenset[str]:
        return frozenset(name for name in (self.table, self.evidence) if name)

    def scope(self) -> Literal["record", "family", "shared"]:
        return "shared"

    def compile_shared(self, env: Env):  # type: ignore[no-untyped-def]
        raise NotImplementedError
