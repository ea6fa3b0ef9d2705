"""worst: of the rows below a row, the most urgent status of one of their rules — the project shows its worst problem.

Each child keeps its own clock (B-74); this only lifts one of them to the parent, so that the parent's row warns too.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field as F

from validators.calendar import Unit
from validators.facts import Facts, SharedJudge, Verdict
from validators.rules import codes
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env, TypedRow
from validators.status import Status

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

        def look(row: TypedRow, ctx: Ctx) -> Status | None:
            outcomes = [(child, judge(child, ctx)) for child in row.children.get(self.child, ())]
            return self._worst([(c, o.status) for c, o in outcomes if o is not None and o.status is not None], name)

        def shared(facts: Facts, ctx: Ctx) -> list[Verdict]:
            verdicts = []
            for row in facts.table(self.table):
                over: date | None = row.get(ended) if ended else None
                if not row.children.get(self.child) or (over is not None and over <= ctx.today):
                    continue
                status = look(row, ctx)
                if status is not None:
                    verdicts.append(Verdict("record", row.id, self.table, row.unit, statuses=[status]))
            return verdicts

        return shared

    def _worst(self, found: list[tuple[TypedRow, Status]], name: str) -> Status | None:
        speaking = [(row, item) for row, item in found if item.code not in _SILENT]
        if not speaking:
            return None
        row, chosen = min(speaking, key=lambda pair: (_URGENCY[pair[1].code], pair[1].deadline or date.max, pair[0].id))
        change = min((item.next_change for _, item in found if item.next_change), default=None)
        late = sum(item.code in codes.ADVERSE for _, item in speaking)
        inputs = {**chosen.inputs, "node": row.texts.get(name, ""), "count": len(speaking), "late": late}
        return Status(self.id, chosen.code, chosen.deadline, chosen.done, change, inputs)
