"""streak: the same bad result in n adjacent periods puts a flag on whoever was rated, until it is released."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field as F
from pydantic import model_validator

from validators.rules.base import OfRows, RuleBase
from validators.rules.context import Env
from validators.rules.streak_judge import StreakJudge

if TYPE_CHECKING:
    from validators.scheme.models import Scheme


class Streak(RuleBase):
    """Participants are matched by the first filled of `subject` (code before name); any bad row of a period counts.
    Without `subject` who is rated is the row above: the project of its monthly rows.

    A period without evaluation between two evaluated ones breaks the streak (`gap: break`) and is told as 缺评. The
    flag stays until the next evaluated period that is not bad. A row with an accepted excuse (`excuse.of`) does not show
    it, and nobody does where all rows of the latest period have one; the result itself still counts. It goes to the
    participant, to its rows of the latest period, and as a derived tag to rows of `tag_table` found by name or by the
    fields that name the participant there. Of a row above that is over 已终止 is said; what is rated of it afterwards does
    not count.
    """

    kind: Literal["streak"] = "streak"
    period: str = F(description="field that holds the period")
    subject: tuple[str, ...] = F(
        (),
        description="fields that name the participant, in order of trust: code, then name; () = the row of the table above",
    )
    result: str = F(description="field or derived value that holds the result, e.g. a light")
    bad: tuple[str, ...] = F(description="results that count")
    n: int = F(2, ge=1, description="how many adjacent periods")
    gap: Literal["break", "skip"] = F("break", description="what a period without evaluation does to the streak")
    release: Literal["not_bad", "never"] = F("not_bad", description="what ends the flag")
    flag: str = F(description="text of the flag")
    notice: str = F("缺评", description="word for a period without evaluation")
    tag: str = F("参建单位{flag}", description="what rows of `tag_table` show")
    tag_table: str = F("", description="table whose rows get the derived tag, e.g. the projects of the participant")
    tag_field: str = F("", description="field of `table` that names the tagged row by its name")
    tag_unit: str = F("", description="field of `table` that holds the tagged row's unit, where names repeat")
    tag_by: tuple[tuple[str, ...], ...] = F(
        (), description="fields of `tag_table` that name the participant there, each in order of trust"
    )

    @model_validator(mode="after")
    def _named(self) -> Streak:
        if self.tag_table and not self.subject:
            raise ValueError("写了 tag_table 要写 subject（评的是谁）；不写 subject 的，说的就是上级表的那一行")
        return self

    def reads(self) -> frozenset[str]:
        return frozenset(name for name in (self.table, self.tag_table) if name)

    def scope(self) -> Literal["record", "family", "shared"]:
        return "shared"

    def excusable(self, scheme: Scheme) -> frozenset[str]:
        return self.reads()

    def of_rows(self) -> OfRows:
        return "" if self.subject else "periods"

    def compile_shared(self, env: Env) -> StreakJudge:
        return StreakJudge(self, env)
