"""consequence: a result or grade leads to a flag whose text is the scheme's."""

from __future__ import annotations

from typing import Literal

from pydantic import Field as F

from validators.rules.base import RuleBase
from validators.rules.context import Env


class Consequence(RuleBase):
    """For rows of `table` for which `when` holds: `flags[result]` on the row, and on the participant where `subject` is
    given. No entry, no flag and no guess. `when` unknown → 待补条件. The participant shows its latest `period` only.
    `unless`: results of the same participant and period that take the flag away (praised here, behind there).
    """

    kind: Literal["consequence"] = "consequence"
    result: str = F(description="field that holds the result or grade")
    flags: dict[str, tuple[str, ...]] = F(description="result → texts of flags")
    subject: tuple[str, ...] = F(
        (), description="fields that name the participant, in order of trust; () = the row only"
    )
    period: str = ""
    unless: tuple[str, ...] = ()
    on_row: bool = F(True, description="the row itself shows the flag too")

    def scope(self) -> Literal["record", "family", "shared"]:
        return "shared"

    def compile_shared(self, env: Env):  # type: ignore[no-untyped-def]
        raise NotImplementedError
