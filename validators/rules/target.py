"""target: a count, a sum or a ratio that must be reached by a day. A value of null is a target nobody has set."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field as F

from validators.periods import PeriodKind
from validators.rules.base import RuleBase
from validators.rules.context import Env


class Target(RuleBase):
    """What is counted: rows of `table` for which `where` holds and whose `date_field` lies in the window (dates after
    today and values that do not count, e.g. 投产 before 联合验收合格, are left out); with `value` their sum.

    Window: `since` (default 1 January of the scheme's year) to `until`; or each `period`.

    `goal` is what must be reached: a number; or, when there is a denominator, a share of it (0.55, 1). Denominator:
    `of` (a number) or `of_where` (rows of `of_table` or `table`; with `of_date` in the window); both: the rows if
    they are at least `of`, else `of` (T-3). Compared exactly: done ≥ goal × denominator; `at_most` turns it round.
    """

    kind: Literal["target"] = "target"
    where: str = ""
    date_field: str = F("", description="date field that puts a row into the window; '' = all rows")
    value: str = F("", description="expression to sum; '' = count rows")
    distinct: str = F("", description="field by which rows are counted once")
    goal: Decimal | None = None
    at_most: bool = F(False, description="the goal is an upper bound (zero targets)")
    of: Decimal | None = None
    of_table: str = ""
    of_where: str = ""
    of_date: str = ""
    since: date | None = None
    until: date | None = None
    period: PeriodKind | None = F(None, description="a target for each period instead of one window")
    by: Literal["scheme", "unit"] = "scheme"
    unit_goals: dict[str, Decimal | None] = F({}, description="goals of single units by code")
    measure: str = F("个", description="what is counted: 个, 万元, %")
    lead: int | None = F(None, description="days of 临期; None = the scheme's leads")
    freeze: bool = F(True, description="after `until` a frozen value, where there is one, is what counts")
    keep: int = F(13, description="with `period`: how many periods back are listed")

    def reads(self) -> frozenset[str]:
        return frozenset(name for name in (self.table, self.of_table) if name)

    def scope(self) -> Literal["record", "family", "shared"]:
        return "shared"

    def compile_shared(self, env: Env):  # type: ignore[no-untyped-def]
        raise NotImplementedError
