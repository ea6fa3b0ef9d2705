"""rating: results a person enters per subject and period; complete, by the right role, one per subject and period."""

from __future__ import annotations

from typing import Literal

from pydantic import Field as F

from validators.rules.base import RuleBase
from validators.rules.context import Env


class Rating(RuleBase):
    """A row of `table` rates one subject in one period.

    Says 缺项 for dimensions left blank once the row has a result or any dimension, 校验错误 for a criterion that is
    not the role's (`criteria`: role → its fields), and 校验错误 for a second row of the same `subject` and period.
    """

    kind: Literal["rating"] = "rating"
    period: str = F("", description="field that holds the period")
    subject: tuple[str, ...] = F(description="fields that together name what is rated, each '|'-separated: code|name")
    dimensions: tuple[str, ...] = ()
    result: str = ""
    role: str = F("", description="field that holds the role of the rated")
    criteria: dict[str, tuple[str, ...]] = F({}, description="role → fields that may be filled for it")
    criteria_required: bool = F(False, description="a role's own criteria must be filled")

    def scope(self) -> Literal["record", "family", "shared"]:
        return "shared"

    def compile_shared(self, env: Env):  # type: ignore[no-untyped-def]
        raise NotImplementedError
