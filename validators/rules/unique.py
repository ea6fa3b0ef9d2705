"""unique: the same key twice, in one unit or across units; each of the rows is told where the other is."""

from __future__ import annotations

from typing import Literal

from pydantic import Field as F

from validators.findings import Severity
from validators.rules.base import RuleBase
from validators.rules.context import Env


class Unique(RuleBase):
    """Rows of `table` (for which `when` holds) must differ in `fields`. A blank part makes no key."""

    kind: Literal["unique"] = "unique"
    fields: tuple[str, ...]
    within: Literal["unit", "all", "others"] = F("all", description="unit: same unit; others: other units only")
    severity: Severity = Severity.MUST

    def scope(self) -> Literal["record", "family", "shared"]:
        return "shared"

    def compile_shared(self, env: Env):  # type: ignore[no-untyped-def]
        raise NotImplementedError
