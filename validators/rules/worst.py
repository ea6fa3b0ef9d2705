"""worst: of the rows below a row, the most urgent status of one of their rules — the project shows its worst problem.

Each child keeps its own clock (B-74); this only lifts one of them to the parent, so that the parent's row warns too.
Of monthly figures only the latest may matter: what was behind a month ago and is not any more, is no warning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field as F

from validators.calendar import Unit
from validators.facts import Facts, SharedJudge, Verdict
from validators.periods import try_period
from validators.rules import codes
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env, Judge, Outcome, TypedRow
from validators.rules.ended import ended_on, turn_on
from validators.rules.versions import compile_record, versions_of
from validators.status import Flag, Status

if TYPE_CHECKING:
    from validators.scheme.models import Scheme

_URGENCY = {code: position for position, code in enumerate(codes.URGENCY)}
# what says nothing, and what only the child's own row can mend
_SILENT = frozenset(
    {codes.NOT_STARTED, codes.NOT_APPLICABLE, codes.WAITING, codes.TERMINATED, codes.BROKEN, codes.PENDING}
)


class Worst(RuleBase):
    """The status of rule `of` on the rows of `child` that is most urgent; nothing where none of them says anything, or
    where `when` does not hold of the row itself.

    `inputs`: the child it comes from (`node`), how many children speak (`count`) and how many are late (`late`).
    """

    kind: Literal["worst"] = "worst"
    child: str = F(description="table whose rows belong to rows of `table`")
    of: str = F(description="id of a rule of the child table")
    unit: Unit = F("日", description="in what days are counted: the unit of the rule it lifts")
    latest: str = F("", description="period or date field of the child: only its latest that says something is lifted")
    flags: bool = F(False, description="the 考核标识 that the child's rule puts on its row is shown here too")

    clocked: ClassVar[bool] = True

    def reads(self) -> frozenset[str]:
        return frozenset({self.table, self.child})

    def uses(self) -> frozenset[str]:
        return frozenset({self.of})

    def scope(self) -> Literal["record", "family", "shared"]:
        return "shared"

    def excusable(self, scheme: Scheme) -> frozenset[str]:
        return frozenset({self.table})

    def compile_shared(self, env: Env) -> SharedJudge:
        versions = versions_of(env.scheme.rules, self.of)
        found = versions[-1] if versions else None
        if found is None or found.table != self.child:
            raise ValueError(f"表“{self.child}”没有规则“{self.of}”")
        if env.scheme.table(self.child).parent != self.table:
            raise ValueError(f"“{self.child}”不是“{self.table}”的下级表")
        judge = compile_record(env, versions)
        if judge is None:
            raise ValueError(f"规则“{self.of}”不是逐行判断的，不能汇到上级")
        return _Judge(self, env, judge)

    def worst(
        self, judged: Iterable[tuple[TypedRow, Outcome | None]], name: str, latest: str
    ) -> tuple[Status, list[Flag]] | None:
        """The most urgent status and, where asked for, the flags that come with it; None when no child says anything."""
        found = [(row, item, item.status) for row, item in judged if item is not None and item.status is not None]
        changes = [status.next_change for _, _, status in found if status.next_change]
        speaking = [part for part in found if part[2].code not in _SILENT]
        if latest:
            speaking = _latest(speaking, latest)
        if not speaking:
            return None
        row, outcome, chosen = min(
            speaking, key=lambda part: (_URGENCY[part[2].code], part[2].deadline or date.max, part[0].id)
        )
        late = sum(status.code in codes.ADVERSE for _, _, status in speaking)
        inputs = {**chosen.inputs, "node": row.texts.get(name, ""), "count": len(speaking), "late": late}
        status = Status(self.id, chosen.code, chosen.deadline, chosen.done, min(changes, default=None), inputs)
        return status, [replace(flag, rule=self.id) for flag in outcome.flags] if self.flags else []


class _Judge:
    """The rule compiled: calling it lifts a status to every parent."""

    def __init__(self, rule: Worst, env: Env, judge: Judge) -> None:
        self.rule, self.judge = rule, judge
        self.tables = {table.name: table for table in env.scheme.tables}
        self.model, self.name = self.tables[rule.table], self.tables[rule.child].name_field
        self.latest = env.own(rule.latest, rule.child) if rule.latest else ""
        self.when = env.condition(rule.when, rule.table)

    def __call__(self, facts: Facts, ctx: Ctx) -> list[Verdict]:
        verdicts = []
        for row in self._running(facts, ctx):
            found = self.rule.worst(self._children(row, ctx), self.name, self.latest)
            if found is not None:
                status, flags = found
                verdicts.append(Verdict("record", row.id, row.table, row.unit, statuses=[status], flags=flags))
        return verdicts

    def ahead(self, facts: Facts, ctx: Ctx) -> date | None:
        """The next day on which a child that says nothing yet, or nothing of which a verdict tells, will speak,
        or on which a parent is over."""
        days = [
            day
            for row in self._running(facts, ctx)
            for _, item in self._children(row, ctx)
            if item is not None and (day := _turn(item)) is not None
        ]
        turns = (turn_on(self.tables, self.model, row, ctx.today) for row in facts.table(self.rule.table))
        return min([*days, *(day for day in turns if day is not None)], default=None)

    def _running(self, facts: Facts, ctx: Ctx) -> Iterator[TypedRow]:
        for row in facts.table(self.rule.table):
            over = ended_on(self.tables, self.model, row, ctx.today)
            if self.when is not None and self.when.fn(row) is not True:
                continue
            if row.children.get(self.rule.child) and (over is None or over > ctx.today):
                yield row

    def _children(self, row: TypedRow, ctx: Ctx) -> list[tuple[TypedRow, Outcome | None]]:
        return [(child, self.judge(child, ctx)) for child in row.children.get(self.rule.child, ())]


def _turn(outcome: Outcome) -> date | None:
    """The day on which a silent outcome may change."""
    if outcome.status is not None and outcome.status.code not in _SILENT:
        return outcome.next_change
    days = (outcome.next_change, outcome.status.next_change if outcome.status is not None else None)
    return min((day for day in days if day is not None), default=None)


def _latest(speaking: Sequence[tuple[TypedRow, Outcome, Status]], field: str) -> list[tuple[TypedRow, Outcome, Status]]:
    """Those of the latest period or date; a row that names none is older than all others."""
    days = [_day(row, field) for row, _, _ in speaking]
    last = max(days, default=date.min)
    return [part for part, day in zip(speaking, days, strict=True) if day == last]


def _day(row: TypedRow, field: str) -> date:
    value = row.get(field)
    if isinstance(value, date):
        return value
    period = try_period(row.texts.get(field, ""))
    return period.last if period is not None else date.min
