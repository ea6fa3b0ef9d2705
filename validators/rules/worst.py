"""worst: of the rows below a row, the most urgent status of one of their rules — the project shows its worst problem.

Each child keeps its own clock (B-74); this only lifts one of them to the parent, so that the parent's row warns too.
Of monthly figures only the latest may matter: what was behind a month ago and is not any more, is no warning.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import ClassVar, Literal

from pydantic import Field as F

from validators.calendar import Unit
from validators.facts import Facts, SharedJudge, Verdict
from validators.periods import try_period
from validators.rules import codes
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env, Outcome, TypedRow
from validators.status import Flag, Status

_URGENCY = {code: position for position, code in enumerate(codes.URGENCY)}
# what says nothing, and what only the child's own row can mend
_SILENT = frozenset(
    {codes.NOT_STARTED, codes.NOT_APPLICABLE, codes.WAITING, codes.TERMINATED, codes.BROKEN, codes.PENDING}
)


class Worst(RuleBase):
    """The status of rule `of` on the rows of `child` that is most urgent; nothing where none of them says anything.

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

    def compile_shared(self, env: Env) -> SharedJudge:
        found = next((rule for rule in env.scheme.rules if rule.id == self.of), None)
        if found is None or found.table != self.child:
            raise ValueError(f"表“{self.child}”没有规则“{self.of}”")
        if env.scheme.table(self.child).parent != self.table:
            raise ValueError(f"“{self.child}”不是“{self.table}”的下级表")
        judge = found.compile(env)
        if judge is None:
            raise ValueError(f"规则“{self.of}”不是逐行判断的，不能汇到上级")
        ended, name = env.scheme.table(self.table).ended, env.scheme.table(self.child).name_field
        latest = env.own(self.latest, self.child) if self.latest else ""

        def look(row: TypedRow, ctx: Ctx) -> Verdict | None:
            children = row.children.get(self.child, ())
            found = self._worst([(child, judge(child, ctx)) for child in children], name, latest)
            if found is None:
                return None
            status, flags = found
            return Verdict("record", row.id, self.table, row.unit, statuses=[status], flags=flags)

        def shared(facts: Facts, ctx: Ctx) -> list[Verdict]:
            verdicts = []
            for row in facts.table(self.table):
                over: date | None = row.get(ended) if ended else None
                if not row.children.get(self.child) or (over is not None and over <= ctx.today):
                    continue
                if (verdict := look(row, ctx)) is not None:
                    verdicts.append(verdict)
            return verdicts

        return shared

    def _worst(
        self, judged: Iterable[tuple[TypedRow, Outcome | None]], name: str, latest: str
    ) -> tuple[Status, list[Flag]] | None:
        found = [(row, item, item.status) for row, item in judged if item is not None and item.status is not None]
        changes = [status.next_change for _, _, status in found if status.next_change]
        changes += [item.next_change for _, item, _ in found if item.next_change]
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
