"""What all rules share: identity, scope, modality, source."""

from __future__ import annotations

from datetime import date
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

PERIOD_KINDS: frozenset[PeriodKind] = frozenset(
    {"day", "week", "ten_days", "half_month", "month", "quarter", "half", "year"}
)
OfRows = Literal["", "today", "periods"]
Modality = Literal["硬", "原则上", "力争", "探索", "定性"]


class RuleBase(Model):
    """Base of every rule model. A subclass adds `kind: Literal["…"]` and its parameters.

    `id` is the matrix id in the bundled schemes (`T-9`, `T-9.b`). `table` is the table whose records are the
    subjects ("" for rules about units or the scheme). `when` is an expression: false → 不适用, unknown → 待补条件.
    """

    id: str = F(description="规则编号，用政策条目的编号；一条拆成几条规则的加字母：A-1、A-1.b")
    kind: str = F(description="规则的种类，决定有哪些参数")
    title: str = F(description="几个字，列表和报表里用")
    table: str = F("", description="判断哪张表的行")
    when: str = F("", description="条件；不成立显示“不适用”，要看的格子空着显示“待补条件”")
    modality: Modality = F("硬", description="语气，照原文；决定后缀和问题的程度")
    responsible: tuple[str, ...] = F((), description="责任单位、部门的名称或叫法")
    section: str = F("", description="原文出处，如 二(一)1")
    sentence: str = F("", description="填报人读到的话，自己的话写一短句；可用 {from} {deadline} {done} {limit}")
    shown: bool = F(True, description="写进“节点状态”；false 只在校验结果、explain、报表里")
    trial: bool = F(False, description="试行：显示，不统计")
    severity: Severity | None = F(None, description="校验问题的程度，代替由语气定的")

    effective_from: date | None = F(
        None, description="从哪天起执行；一个编号写几条、日期前后相接，就是几个版本，各管各的日子"
    )
    effective_to: date | None = F(None, description="执行到哪天（含）；空着到下一个版本开始，没有下一个就一直执行")
    version_by: str = F(
        "", description="按哪个日期选版本，列或算式；空着按起算日期，没有起算日期的按判断那天，分期的按期末"
    )

    clocked: ClassVar[bool] = False  # runs by time; a terminated record shows 已终止
    asks: ClassVar[bool] = False  # asks for something to be filled in or done; of a terminated record nothing is asked
    extendable: ClassVar[bool] = False  # has a limit; a row may be granted a later last day (`rules.granting`)
    rank: ClassVar[int] = 50  # rules that derive values come first, then stages, then the rest

    def reads(self) -> frozenset[str]:
        """Names of the tables the rule reads; a change there marks it to be judged again."""
        return frozenset({self.table} if self.table else ())

    def uses(self) -> frozenset[str]:
        """Ids of rules whose results the rule takes; what they read, it reads."""
        return frozenset()

    def traces(self) -> frozenset[str]:
        """Tables of which the rule looks at when a row was written or changed, or at columns that it does not name: any
        change of a row there marks what hangs on it."""
        evidence = getattr(self, "evidence", "")
        return frozenset({evidence} if evidence else ())

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

    def excusable(self, scheme: Scheme) -> frozenset[str]:
        """Tables on whose rows it speaks, so that an accepted excuse there (`excuse.of`) can switch off what it puts on
        them. Empty for what is said of units or sums only."""
        return frozenset({self.table} if self.scope() != "shared" and self.table else ())

    def of_rows(self) -> OfRows:
        """Whether what a shared rule says of single rows may be counted by other rules, for the units of these rows: of
        each period (the level that the months of a project come to), or as it stands (应统未统), which rules of
        periods ask on the last day of each."""
        return ""

    def details(self) -> dict[str, Any]:
        """What sentences may name in braces beside the dates: {limit} …"""
        return {}
