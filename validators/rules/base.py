"""What all rules share: identity, scope, modality, source."""

from __future__ import annotations

from typing import Literal

from pydantic import Field as F

from validators.scheme.base import Model

Modality = Literal["硬", "原则上", "力争", "探索", "定性"]


class RuleBase(Model):
    """Base of every rule model. A subclass adds `kind: Literal["…"]` and its parameters.

    `id` is the matrix id in the bundled schemes (`T-9`, `T-9.b`). `table` is the table whose records are the
    subjects ("" for rules about units or the scheme). `when` is an expression: false → 不适用, unknown → 待补条件.
    """

    id: str
    kind: str
    title: str
    table: str = ""
    when: str = ""
    modality: Modality = "硬"
    responsible: tuple[str, ...] = ()
    section: str = F("", description="place in the policy document, e.g. 二(一)1")
    sentence: str = F("", description="how the rule reads to a clerk, one short clause in our own words")
    shown: bool = F(True, description="takes part in 节点状态; false: only in 校验结果, explain and reports")
    trial: bool = F(False, description="试行: shown, never counted")

    def reads(self) -> frozenset[str]:
        """Names of the tables the rule reads; a change there marks it to be judged again."""
        return frozenset({self.table} if self.table else ())

    def scope(self) -> Literal["record", "family", "shared"]:
        """record: own row (and its parent) only; family: rows of one parent in one book; shared: across books."""
        return "record"
