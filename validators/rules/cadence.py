"""cadence: a periodic duty. Who owes it, for which periods, until when, and what counts as done."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Literal

from pydantic import Field as F
from pydantic import field_validator, model_validator

from validators.facts import SharedJudge
from validators.obligations import told_of_duty
from validators.periods import PeriodKind, parse_period
from validators.rhythm import EPOCH, Rhythm
from validators.rules.anchors import Anchor
from validators.rules.base import RuleBase
from validators.rules.cadence_judge import CadenceJudge
from validators.rules.context import Env
from validators.scheme.base import Model
from validators.status import Status

if TYPE_CHECKING:
    from validators.scheme.models import Scheme


_HOUR = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")
_PARTS = {"ten_days": 3, "half_month": 2}  # parts of a month, whose last days `due_days` names


class DueEvent(Model):
    """Rows that say on which day something happened in a period, e.g. when the statistics network was opened."""

    table: str = F(description="table of the events")
    period: str = F(description="its field that names the period of the duty")
    date: str = F(description="its date field")
    when: str = F("", description="condition on its rows")


class Cadence(RuleBase):
    """A duty once per period.

    Subjects. `subject: unit` – every unit of the scheme; `responsible` – the first of `responsible` (a department);
    `departments` – each of `departments` for itself; `record` – every row of `table` for which `when` holds on the
    period's last day (names 期初 and 期末 stand for the period's days; values of dated fields are those of that day).
    `coverage: all` with `unit` or `responsible` asks for every such row: 完成率 of the unit, and each uncovered row gets
    `uncovered` as its word. A row of which `when` cannot be told is 待补条件 and not counted; the row and its unit are
    told. A terminated row owes nothing for periods at whose end it is over.

    Evidence, any of: a submission (rule, unit, period; whoever sent it where one department answers); a row of `evidence`
    whose `evidence_period` is the period or whose `evidence_date` falls into it, for which `evidence_when` holds (with
    both fields the first names the period and the second is the day it came); with `updates`, any change of a row
    of `table` (or `evidence`) in the period, of the row itself where rows owe. Rows belong to a subject by parent, or by
    `evidence_link` naming the subject's row. With `evidence_parts` a report is complete when each part has come, one by one
    or together, and came with the last of them.

    Due: the period's last day, or `due_day` (of the month, or weekday 1–7) of the period `due_offset` later, plus
    `due_n` `due_unit`, rolled by `roll`; of quarters, half-years and years `due_month` says in which of their months.
    With `due_event` that day is the one an event of the period fell on (开网后3日内), and nothing is due before it is known.
    `due_dates` names exceptions: a first period, a holiday.

    With `times` a report is complete when so many rows have come, and came with the last of them.

    A duty of whole units (`coverage: one`) is owed only for periods for which `when` holds, which then may name 期初,
    期末 and 今天 only: 月(期末) != 1 where January is reported with February.

    With `every` n periods make one, counted from `start` (every 3 days, every second week).
    """

    kind: Literal["cadence"] = "cadence"
    period: PeriodKind = F(description="how often: day, week, ten_days, half_month, month, quarter, half, year")
    every: int = F(1, ge=1, le=366, description="so many periods make one: 2 with week = every second week")
    subject: Literal["unit", "record", "responsible", "departments"] = F(
        "unit",
        description="who owes: every unit, every row of `table`, the first of `responsible`, or each of `departments`",
    )
    departments: tuple[str, ...] = F(
        (),
        description="with subject departments: which, by name, code or their common `group` word; () = all of `responsible`",
    )
    coverage: Literal["one", "all"] = F("one", description="one report for the unit, or one for each row in scope")
    uncovered: str = F("", description="word for a row without evidence when coverage is all, e.g. 本月未核查")
    units: tuple[str, ...] = F(
        (), description="units that owe, by name, code or `kind` (镇: every unit of the kind); () = all"
    )
    since: Anchor = F(
        "",
        description="date of a row of `table`: its entry; owed from the first period that begins on or after it, the one "
        "before is 免报, and nothing while the date is blank (owed all the same: 首个(列入日期, 2000-01-01)). Where the period of entry is never owed, also not on its first day: 竣工日期 + 1日",
    )
    until: Anchor = F("", description="date of a row of `table`: from the period after it nothing is owed")
    entry_counts: bool = F(False, description="the period in which the entry falls is owed too")
    evidence: str = F("", description="table whose rows are the reports")
    evidence_period: str = F("", description="field of `evidence` that names the period")
    evidence_date: str = F(
        "", description="date of `evidence` that falls into the period, a field or a formula: 首个(补报日期, 报送日期)"
    )
    evidence_link: str = F("", description="field that names the subject's row; '' = its parent")
    evidence_unit: str = F(
        "",
        description="field that holds the subject's unit, where names repeat; of a duty of whole units or departments, "
        "whose report the row is, where they stand together in one book",
    )
    evidence_when: str = F("", description="condition: the row is a report")
    times: int = F(1, ge=1, description="how many rows of `evidence` a period wants: 每月到现场不少于2次")
    evidence_part: str = F("", description="field that names which part of the report the row is, also several")
    evidence_parts: tuple[str, ...] = F((), description="parts that must all come, e.g. [谋划, 签约, 开工, 竣工]")
    bulletin: bool = F(False, description="making the period's bulletin (tianbao bulletin) is the report")
    updates: bool = F(False, description="any change of a row of `table` (or `evidence`) counts as the report")
    nil: str = F(
        "", description="word of the act by which nothing to report is declared, e.g. 本月无变化; '' = no such act"
    )
    due_day: int = F(0, description="day of the month, or weekday 1 to 7; 0 = the period's last day")
    due_month: int = F(
        0,
        description="which month of a quarter, half-year or year `due_day` is in, -1 = the last; 0 = the last one of the "
        "period, or with `due_offset` the first one of the later period",
    )
    due_offset: int = F(0, description="how many periods later the day is: 1 = next month")
    due_n: int = F(0, description="units added after that day")
    due_unit: Literal["日", "工作日"] = F("日", description="unit of `due_n`")
    roll: Literal["none", "next_workday", "previous_workday"] = F(
        "none", description="where a due day on a day off moves: 顺延 or 遇休息日提前"
    )
    due_days: tuple[int, ...] = F(
        (),
        description="旬报: days of the month for 上旬, 中旬 and 下旬, e.g. [9, 19, 28]; 半月报: for 上半月 and 下半月, e.g. [14, 28]",
    )
    due_dates: dict[str, date] = F({}, description="period → last day in time, where it is another than usual")
    due_event: DueEvent | None = F(None, description="event of the period from which `due_n` is counted")
    due_hour: str = F(
        "", description="hour of the last day until which a report is in time, itself included, e.g. '15:00'"
    )
    lead: int | None = F(None, description="days of 临期; None = the scheme's leads by period")
    skip_idle: bool = F(True, description="a period without a working day is 免报")
    start: date | None = F(None, description="first day of duty; None = the scheme's effective_from")
    end: date | None = F(None, description="last day of duty; None = the scheme's effective_to")
    keep: int = F(0, description="how many periods back are listed; 0 = what is usual for the period")

    @field_validator("due_hour")
    @classmethod
    def _hour(cls, value: str) -> str:
        if value and _HOUR.fullmatch(value) is None:
            raise ValueError(f"“{value}”不是钟点，写成 '15:00'，要加引号")
        return value

    @field_validator("due_dates")
    @classmethod
    def _named(cls, value: dict[str, date]) -> dict[str, date]:
        wrong = []
        for text in value:
            try:
                named = parse_period(text).text
            except ValueError as problem:
                wrong.append(str(problem))
            else:
                wrong += [f"due_dates 里的“{text}”请写成“{named}”"] if named != text else []
        if wrong:
            raise ValueError("；".join(wrong))
        return value

    @model_validator(mode="after")
    def _sound(self) -> Cadence:
        if self.due_days and (len(self.due_days) != _PARTS.get(self.period) or self.every != 1):
            raise ValueError(
                "due_days 用于旬报（period: ten_days），写三个日子，如 [9, 19, 28]，或半月报（period: half_month），写两个，如 [14, 28]"
            )
        if self.due_month and not self.due_day:
            raise ValueError("due_month（第几个月）与 due_day（几号）一起写")
        if self.due_event is not None and (self.due_day or self.due_offset or self.due_days):
            raise ValueError("写了 due_event，就只用 due_n、due_unit，不写 due_day、due_days、due_offset")
        if bool(self.evidence_part) != bool(self.evidence_parts):
            raise ValueError("evidence_part（哪一列写明是哪一部分）和 evidence_parts（有哪几部分）成对写")
        if self.times > 1 and (self.evidence_parts or self.updates or not self.evidence):
            raise ValueError("times（每期几次）与 evidence 一起写，不与 evidence_parts、updates 一起写")
        if self.departments and self.subject != "departments":
            raise ValueError("departments（哪些部门各报各的）与 subject: departments 一起写")
        if self.nil and (self.subject == "record" or self.coverage == "all"):
            raise ValueError("nil（零报告）用于一个单位报一次的；每行一报的，在行里设“本月无变化”这样的列")
        return self

    def rhythm(self, year_from: int) -> Rhythm:
        """Which periods the duty has, in a scheme whose reporting year begins in that month."""
        return Rhythm(self.period, self.every, self.start or EPOCH, year_from)

    def traces(self) -> frozenset[str]:
        return super().traces() | ({self.evidence or self.table} if self.updates else set())

    def reads(self) -> frozenset[str]:
        event = self.due_event.table if self.due_event is not None else ""
        return frozenset(name for name in (self.table, self.evidence, event) if name)

    def scope(self) -> Literal["record", "family", "shared"]:
        return "shared"

    def excusable(self, scheme: Scheme) -> frozenset[str]:
        return frozenset({self.table} if self.subject == "record" or self.coverage == "all" else ())

    def compile_shared(self, env: Env) -> SharedJudge:
        return CadenceJudge(self, env)

    def told(self, status: Status) -> list[str]:
        """What is special: about the last day, what came, and why nothing is owed."""
        inputs = status.inputs
        found = [f"应在{self.due_hour}前"] if inputs.get("hour") else []
        if inputs.get("absent"):
            found.append(f"还差{'、'.join(inputs['absent'])}")
        if inputs.get("pending"):
            found.append(f"{'另有' if 'covered' in inputs else ''}{inputs['pending']}行待补条件")
        if inputs.get("waits"):
            found.append("等待起算日")
        return [*found, *told_of_duty(inputs, self.nil)]
