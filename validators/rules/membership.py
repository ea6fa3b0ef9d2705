"""`membership`: whether a row belongs to a library — entered by an event or by approval, left only with consent.

Nothing leaves by absence: when the date that brought a row in is emptied again, a person is asked (待确认). Until an exit
is approved the row counts and its clocks run.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field as F
from pydantic import model_validator

from validators.expression_types import UNKNOWN
from validators.facts import Facts, SharedJudge, Verdict
from validators.periods import PeriodKind, period_of, try_period
from validators.rules import codes
from validators.rules.anchors import Anchor
from validators.rules.base import OfRows, RuleBase
from validators.rules.context import Condition, Ctx, DateGetter, Env, Judge, Outcome, TypedRow
from validators.rules.pairing import key_of
from validators.rules.reconcile import Key
from validators.status import Status

if TYPE_CHECKING:
    from validators.scheme.models import Scheme

State = Literal["member", "outside", "entry_pending", "exit_pending", "left", "to_confirm"]


class Library(RuleBase):
    """在库, 未入库, 增补待批, 退出待批, 已退出 or 待确认; `words` may rename each.

    Entry: from the day of `entered` (automatic; `enter` may add a condition), or from the day of `approved` once it is
    `applied` for. Exit: from the day of `exit_approved`; `exit_applied` alone is 退出待批. A later entry ends an exit.
    `into` derives the state for conditions, under its usual word: 在库, 退出待批 (which still counts) …; `since_into` the
    day of entry.

    With `list_table` a row is in the library while a row of that list names it by `key` in the day's `list_period` (重点 by the
    yearly list, whatever its size). What is derived then can be named by rules over many rows (targets, cadences …) only.
    """

    kind: Literal["membership"] = "membership"
    entered: Anchor = F("", description="date of the event that brings it in")
    enter: str = F("", description="condition that must hold for the automatic entry")
    applied: Anchor = F("", description="date of the application for entry")
    approved: Anchor = F("", description="date on which the entry was approved")
    exit_applied: Anchor = F("", description="date of the application for exit")
    exit_approved: Anchor = F("", description="date of consent; from that day it is out")
    into: str = F("", description="name of the derived state")
    since_into: str = F("", description="name of the derived date of entry, an anchor for other rules")
    words: dict[State, str] = F({}, description="state → word shown, e.g. {member: 重点, outside: 一般}")
    list_table: str = F("", description="table that lists what belongs")
    list_when: str = F("", description="condition on its rows")
    list_period: str = F("", description="its field that holds the period; blank = the list always holds")
    unit: PeriodKind = F("year", description="kind of that period")
    key: Key | None = F(None, description="fields that name the row in the list: {left: […], right: […]}")

    rank: ClassVar[int] = 32

    @model_validator(mode="after")
    def _one_way(self) -> Library:
        by_event = bool(self.entered or self.applied or self.approved)
        if by_event == bool(self.list_table):
            raise ValueError(
                "写 entered（自动入库）或 applied、approved（报批入库），或写 list_table（名单），二者选一"
            )
        if self.applied and not self.approved:
            raise ValueError("写了 applied（申请）要写 approved（批准）")
        if self.exit_applied and not self.exit_approved:
            raise ValueError("写了 exit_applied（申请退出）要写 exit_approved（同意退出）")
        if self.list_table and self.key is None:
            raise ValueError("写了 list_table 要写 key（名单里按哪些列认）")
        if self.since_into and self.list_table:
            raise ValueError("名单没有入库日期，不能写 since_into")
        return self

    def reads(self) -> frozenset[str]:
        return frozenset(name for name in (self.table, self.list_table) if name)

    def scope(self) -> Literal["record", "family", "shared"]:
        return "shared" if self.list_table else "record"

    def of_rows(self) -> OfRows:
        return "today" if self.list_table else ""

    def turns(self, scheme: Scheme) -> frozenset[PeriodKind]:
        return frozenset({self.unit} if self.list_table and self.list_period else ())

    def watched(self) -> tuple[str, ...]:
        """Fields whose emptying must be remembered."""
        anchors = [item for item in (self.entered, self.approved) if item]
        return tuple(name for item in anchors for name in ((item,) if isinstance(item, str) else item.names()))

    def derives(self) -> tuple[tuple[str, str], ...]:
        found = [(self.into, "text")] if self.into else []
        return tuple(found + ([(self.since_into, "date")] if self.since_into else []))

    def excusable(self, scheme: Scheme) -> frozenset[str]:
        return frozenset({self.table})

    def compile(self, env: Env) -> Judge | None:
        if self.list_table:
            return None
        for name, kind in self.derives():
            env.derive(self.table, name, kind)
        return _Judge(self, env)

    def compile_shared(self, env: Env) -> SharedJudge | None:
        if not self.list_table:
            return None
        for name, kind in self.derives():
            env.derive(self.table, name, kind)
        return _ByList(self, env)

    def outcome(self, code: str, since: date | None = None, change: date | None = None, **inputs: Any) -> Outcome:
        """A state with its word, and what is derived from it."""
        word = self.words.get(code)  # type: ignore[call-overload]
        if word:
            inputs["word"] = word
        derived: dict[str, Any] = {self.into: codes.WORDS[code]} if self.into else {}
        if since is not None:
            inputs["from"] = since.isoformat()
            if self.since_into:
                derived[self.since_into] = since
        return Outcome(Status(self.id, code, None, None, change, inputs), derived=derived)

    def told(self, status: Status) -> list[str]:
        return [f"{status.inputs['from']}起"] if "from" in status.inputs else []


class _Judge:
    """A library by events and approvals, compiled: calling it judges one row."""

    def __init__(self, rule: Library, env: Env) -> None:
        self.rule = rule
        self.entered, self.applied, self.approved = (
            _date(env, anchor, rule.table) for anchor in (rule.entered, rule.applied, rule.approved)
        )
        self.exit_applied, self.exit_approved = (
            _date(env, anchor, rule.table) for anchor in (rule.exit_applied, rule.exit_approved)
        )
        self.when, self.enter = env.condition(rule.when, rule.table), env.condition(rule.enter, rule.table)
        self.names = [name for text in rule.watched() if (name := env.name(text, rule.table))]
        self.titles = {name: env.title(name, rule.table) for name in self.names}
        self.env = env

    def __call__(self, row: TypedRow, ctx: Ctx) -> Outcome | None:
        if self.when is not None and self.when.fn(row) is not True:
            return None
        today, rule = ctx.today, self.rule
        out = self.exit_approved(row)
        day = self._entry(row, out if out is not None and out <= today else None)
        if isinstance(day, Outcome):
            return day
        if out is not None and out <= today and (day is None or day <= out or day > today):
            return rule.outcome(codes.LEFT, out, day if day is not None and day > today else None)
        turn = out if out is not None and out > today else None
        if day is None:
            return self._outside(row, today)
        if day > today:
            applied = self.applied(row)
            if applied is None or applied > today:
                return rule.outcome(codes.OUTSIDE, change=min(day, applied or day))
            return rule.outcome(codes.ENTRY_PENDING, applied, day)
        asked = self.exit_applied(row)
        if asked is not None and asked <= today and (out is None or out > today) and asked >= day:
            found = rule.outcome(codes.EXIT_PENDING, day, turn)
            return Outcome(_with(found.status, asked=asked.isoformat()), derived=found.derived)
        turn = min((d for d in (turn, asked if asked is not None and asked > today else None) if d), default=None)
        return rule.outcome(codes.MEMBER, day, turn)

    def _entry(self, row: TypedRow, out: date | None) -> date | Outcome | None:
        """The day of entry: of the event or of the approval, whichever was first; of one that has left, whichever was
        first after that, if any."""
        event, approved = self.entered(row), self.approved(row)
        if event is not None and self.enter is not None:
            truth = self.enter.fn(row)
            if truth is UNKNOWN and approved is None:
                return self._pending(row, self.enter)
            event = event if truth is True else None
        days = [day for day in (event, approved) if day is not None]
        again = [day for day in days if out is not None and day > out]
        return min(again or days, default=None)

    def _pending(self, row: TypedRow, condition: Condition) -> Outcome:
        names = condition.missing(row)
        missing = [self.env.title(name, self.rule.table) for name in names]
        return Outcome(Status(self.rule.id, codes.PENDING, inputs={"missing": missing, "fields": list(names)}))

    def _outside(self, row: TypedRow, today: date) -> Outcome:
        rule = self.rule
        touched = row.facts.get("touched", {}) if row.facts else {}
        emptied = [name for name in self.names if name in touched and row.get(name) is None]
        if emptied:
            return rule.outcome(codes.TO_CONFIRM, emptied=[self.titles[name] for name in emptied])
        applied = self.applied(row)
        if applied is not None:
            if applied > today:
                return rule.outcome(codes.OUTSIDE, change=applied)
            return rule.outcome(codes.ENTRY_PENDING, applied)
        return rule.outcome(codes.OUTSIDE)


class _ByList:
    """A library by a list kept elsewhere, compiled. Puts the state on the rows for shared rules that come after it."""

    def __init__(self, rule: Library, env: Env) -> None:
        assert rule.key is not None
        self.rule, self.year_from = rule, env.scheme.year_from
        self.ours = key_of(env, rule.table, rule.key.left)
        self.theirs = key_of(env, rule.list_table, rule.key.right or rule.key.left)
        self.when, self.list_when = env.condition(rule.when, rule.table), env.condition(rule.list_when, rule.list_table)
        self.period = env.own(rule.list_period, rule.list_table) if rule.list_period else ""

    def __call__(self, facts: Facts, ctx: Ctx) -> list[Verdict]:
        rule = self.rule
        current = period_of(ctx.today, rule.unit, self.year_from)
        listed = {
            key
            for row in facts.table(rule.list_table)
            if (self.list_when is None or self.list_when.fn(row) is True)
            and (not self.period or try_period(row.texts.get(self.period), rule.unit, self.year_from) == current)
            and (key := self.theirs(row)) is not None
        }
        change = current.next().first if self.period else None
        verdicts = []
        for row in facts.table(rule.table):
            if self.when is not None and self.when.fn(row) is not True:
                continue
            found = rule.outcome(codes.MEMBER if self.ours(row) in listed else codes.OUTSIDE, change=change)
            row.update(found.derived)
            row.derived.update(found.derived)
            assert found.status is not None
            verdicts.append(Verdict("record", row.id, row.table, row.unit, statuses=[found.status]))
        return verdicts


def _date(env: Env, anchor: Anchor, table: str) -> DateGetter:
    return env.date(anchor, table) if anchor else lambda _row: None


def _with(status: Status | None, **inputs: Any) -> Status:
    assert status is not None
    return Status(status.rule, status.code, None, None, status.next_change, {**status.inputs, **inputs})
