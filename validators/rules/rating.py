"""rating: results a person enters per subject and period; complete, by the right role, one per subject and period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field as F

from validators.facts import Facts, SharedJudge, Verdict
from validators.findings import Finding, Severity
from validators.rules import codes
from validators.rules.base import RuleBase
from validators.rules.context import Ctx, Env, TypedRow
from validators.rules.messages import message
from validators.rules.participants import Participants
from validators.status import Status

if TYPE_CHECKING:
    from validators.scheme.models import Scheme


class Rating(RuleBase):
    """A row of `table` rates one subject in one period.

    Says 缺项 for dimensions left blank once the row has a result or any dimension, 校验错误 for a criterion that is
    not the role's (`criteria`: role → its fields), and 校验错误 for a second row of the same `subject` and period.
    A row that is as it should be shows its result.
    """

    kind: Literal["rating"] = "rating"
    period: str = F("", description="field that holds the period; '' = one rating for ever")
    subject: tuple[str, ...] = F(
        (), description="fields that together name what is rated, each '|'-separated: code|name; () = not looked at"
    )
    dimensions: tuple[str, ...] = F((), description="fields that must all be filled once there is any or a result")
    result: str = F("", description="field that holds the overall result")
    role: str = F("", description="field that holds the role of the rated")
    criteria: dict[str, tuple[str, ...]] = F({}, description="role → fields that may be filled for it")
    criteria_required: bool = F(False, description="a role's own criteria must be filled")

    def scope(self) -> Literal["record", "family", "shared"]:
        return "shared"

    def excusable(self, scheme: Scheme) -> frozenset[str]:
        return frozenset({self.table})

    def compile_shared(self, env: Env) -> SharedJudge:
        return _Judge(self, env)


class _Judge:
    """The rule compiled: calling it judges every row of the table."""

    def __init__(self, rule: Rating, env: Env) -> None:
        self.rule = rule
        self.period, self.result, self.role = (
            env.own(text, rule.table) if text else "" for text in (rule.period, rule.result, rule.role)
        )
        self.subject = [[env.own(text, rule.table) for text in part.split("|")] for part in rule.subject]
        self.dimensions = [env.own(text, rule.table) for text in rule.dimensions]
        self.criteria = {role: [env.own(text, rule.table) for text in fields] for role, fields in rule.criteria.items()}
        named = [*self.dimensions, *(name for fields in self.criteria.values() for name in fields)]
        self.titles = {name: env.title(name, rule.table) for name in named}
        self.condition = env.condition(rule.when, rule.table)

    def __call__(self, facts: Facts, ctx: Ctx) -> list[Verdict]:
        rows = [row for row in facts.table(self.rule.table) if self.condition is None or self.condition.fn(row) is True]
        verdicts = {row.id: Verdict("record", row.id, row.table, row.unit) for row in rows}
        for row in rows:
            self._row(row, verdicts[row.id])
        for row in self._repeated(rows):
            what = ["这一期已经评过一次，同一对象一期只评一行" if self.period else "已经评过一次，同一对象只评一行"]
            self._say(row, verdicts[row.id], codes.INVALID, what, [name for part in self.subject for name in part])
        return [item for item in verdicts.values() if item.statuses or item.findings]

    def _row(self, row: TypedRow, verdict: Verdict) -> None:
        result = row.texts.get(self.result, "")
        blank = [name for name in self.dimensions if name not in row and name not in row.unread]
        if blank and (result or len(blank) < len(self.dimensions)):
            self._say(row, verdict, codes.INCOMPLETE, [self.titles[name] for name in blank], blank)
        role = row.texts.get(self.role, "") if self.role else ""
        if role in self.criteria:
            self._role(row, verdict, role)
        if result and not verdict.statuses:
            verdict.statuses.append(Status(self.rule.id, codes.RATED, inputs={"value": result}))

    def _role(self, row: TypedRow, verdict: Verdict, role: str) -> None:
        own = self.criteria[role]
        foreign = [n for other in self.criteria.values() for n in other if n not in own and n in row]
        if foreign:
            what = [f"{role}单位不评“{self.titles[name]}”" for name in foreign]
            self._say(row, verdict, codes.INVALID, what, foreign)
        blank = [name for name in own if name not in row and name not in row.unread]
        if blank and self.rule.criteria_required:
            self._say(row, verdict, codes.INCOMPLETE, [self.titles[name] for name in blank], blank)

    def _repeated(self, rows: Sequence[TypedRow]) -> list[TypedRow]:
        """Rows but the first of one subject and period; rows that do not name both are nobody's second."""
        if not self.subject:
            return []
        parts = [Participants(rows, fields) for fields in self.subject]
        groups: dict[tuple[Any, ...], list[TypedRow]] = defaultdict(list)
        for row in sorted(rows, key=lambda item: item.id):
            key = (row.texts.get(self.period, "") if self.period else "*", *(part.key(row) for part in parts))
            if all(key):
                groups[key].append(row)
        return [row for group in groups.values() for row in group[1:]]

    def _say(self, row: TypedRow, verdict: Verdict, code: str, what: list[str], fields: Sequence[str]) -> None:
        outcome = message(self.rule, code, what, fields)
        assert outcome.status is not None
        verdict.statuses.append(outcome.status)
        verdict.findings += [self._placed(item, row) for item in outcome.findings]

    def _placed(self, finding: Finding, row: TypedRow) -> Finding:
        """On the row; a wrong criterion is an error whatever the modality, unless the scheme says otherwise."""
        severity = finding.severity
        if finding.code == "rule.invalid" and self.rule.severity is None and severity == Severity.HINT:
            severity = Severity.MUST
        return replace(finding, record=row.id, severity=severity)
