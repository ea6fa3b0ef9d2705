"""What all rules share: identity, scope, modality, source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field as F

from validators.findings import Severity
from validators.periods import PeriodKind
from validators.rules.anchors import child_tables
from validators.scheme.base import Model

if TYPE_CHECKING:
    from validators.facts import SharedJudge
    from validators.rules.context import Env, Judge
    from validators.scheme.models import Scheme
    from validators.status import Status

PERIOD_KINDS: frozenset[PeriodKind] = frozenset({"day", "week", "ten_days", "month", "quarter", "half", "year"})
Modality = Literal["硬", "原则上", "力争", "探索", "定性"]


class RuleBase(Model):
    """Base of every rule model. A subclass adds `kind: Literal["…"]` and its parameters.

    `id` is the matrix id in the bundled schemes (`T-9`, `T-9.b`). `table` is the table whose records are the
    subjects ("" for rules about units or the scheme). `when` is an expression: false → 不适用, unknown → 待补条件.
    """

    id: str = F(description="id in the policy matrix, with a letter where an item makes several rules")
    kind: str = F(description="kind of rule; it decides which parameters there are")
    title: str = F(description="a few words for lists and reports")
    table: str = F("", description="table whose rows are judged")
    when: str = F("", description="condition; false: 不适用, a blank cell: 待补条件")
    modality: Modality = F("硬", description="how strictly the policy speaks; it decides severity and suffix")
    responsible: tuple[str, ...] = F((), description="units or departments that answer for it, by name or alias")
    section: str = F("", description="place in the policy document, e.g. 二(一)1")
    sentence: str = F("", description="how the rule reads to a clerk, one short clause in our own words")
    shown: bool = F(True, description="takes part in 节点状态; false: only in 校验结果, explain and reports")
    trial: bool = F(False, description="试行: shown, never counted")
    severity: Severity | None = F(None, description="of its findings, instead of what the modality gives")

    clocked: ClassVar[bool] = False  # runs by time; a terminated record shows 已终止
    rank: ClassVar[int] = 50  # rules that derive values come first, then stages, then the rest

    def reads(self) -> frozenset[str]:
        """Names of the tables the rule reads; a change there marks it to be judged again."""
        return frozenset({self.table} if self.table else ())

    def uses(self) -> frozenset[str]:
        """Ids of rules whose results the rule takes; what they read, it reads."""
        return frozenset()

    def turns(self, scheme: Scheme) -> frozenset[PeriodKind]:
        """Kinds of period at whose turn a shared rule may speak of new subjects."""
        kind = getattr(self, "period", None)
        return PERIOD_KINDS & {kind} if isinstance(kind, str) else frozenset()

    def children(self) -> frozenset[str]:
        """Child tables of `table`, in the same book, whose rows a record rule looks at (`row.children`)."""
        return child_tables(self)

    def scope(self) -> Literal["record", "family", "shared"]:
        """record: own row (and its parent) only; family: rows of one parent in one book; shared: across books."""
        return "record"

    def compile(self, env: Env) -> Judge | None:
        """The closure that judges one row; None when the rule is not about single rows (scope "shared")."""
        return None

    def compile_shared(self, env: Env) -> SharedJudge | None:
        """The closure that judges all facts at once; None when the rule is about single rows."""
        return None

    def derives(self) -> tuple[tuple[str, str], ...]:
        """(name, type) of values the rule puts on the row, for conditions of other rules."""
        return ()

    def told(self, status: Status) -> list[str]:
        """Clauses with the figures of a status that follow the sentence in its reason."""
        return []

    def details(self) -> dict[str, Any]:
        """What sentences may name in braces beside the dates: {limit} …"""
        return {}
