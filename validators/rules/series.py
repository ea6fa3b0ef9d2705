"""series: a row beside the row before it. Cumulative values do not fall; a period just like the last is explained."""

from __future__ import annotations

from typing import Literal

from pydantic import Field as F

from validators.rules.base import RuleBase
from validators.rules.context import Env


class Series(RuleBase):
    """Rows of `table` with the same parent, in the order of `period`. 须说明 until `explanation` is filled."""

    kind: Literal["series"] = "series"
    period: str = F(description="field that holds the period")
    rising: tuple[str, ...] = F((), description="cumulative fields that must not fall")
    same: tuple[str, ...] = F((), description="fields which, all filled as in the row before, ask for a word")
    unchanged: str = F("", description="yes/no field that declares a nil report: then `same` asks nothing")
    explanation: str = "explanation"

    def scope(self) -> Literal["record", "family", "shared"]:
        return "family"

    def compile_shared(self, env: Env):  # type: ignore[no-untyped-def]
        raise NotImplementedError
