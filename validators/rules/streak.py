"""streak: the same bad result in n adjacent periods puts a flag on whoever was rated, until it is released."""

from __future__ import annotations

from typing import Literal

from pydantic import Field as F

from validators.rules.base import RuleBase
from validators.rules.context import Env


class Streak(RuleBase):
    """Participants are matched by the first filled of `subject` (code before name); any bad row of a period counts.

    A period without evaluation between two evaluated ones breaks the streak (`gap: break`) and is told as 缺评. The
    flag stays until the next evaluated period that is not bad. It goes to the participant, to its rows of the latest
    period, and as a derived tag to rows of `tag_table` found by name.
    """

    kind: Literal["streak"] = "streak"
    period: str = F(description="field that holds the period")
    subject: tuple[str, ...] = F(description="fields that name the participant, in order of trust: code, then name")
    result: str
    bad: tuple[str, ...]
    n: int = 2
    gap: Literal["break", "skip"] = "break"
    release: Literal["not_bad", "never"] = "not_bad"
    flag: str
    notice: str = F("缺评", description="word for a period without evaluation")
    tag_table: str = F("", description="table whose rows get the derived tag, e.g. the projects of the participant")
    tag_field: str = F("", description="field of `table` that names the tagged row by its name")
    tag_unit: str = F("", description="field of `table` that holds the tagged row's unit, where names repeat")

    def reads(self) -> frozenset[str]:
        return frozenset(name for name in (self.table, self.tag_table) if name)

    def scope(self) -> Literal["record", "family", "shared"]:
        return "shared"

    def compile_shared(self, env: Env):  # type: ignore[no-untyped-def]
        raise NotImplementedError
