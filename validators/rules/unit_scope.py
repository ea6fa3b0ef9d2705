"""Conditions on a unit in a period: `when` of rules that judge units and departments, and of the terms of their scores."""

from __future__ import annotations

from typing import Any

from validators.expressions import Expression, compile_expression
from validators.owner import PERIOD_FIRST, PERIOD_LAST, PERIOD_NAMES, UNIT_KIND
from validators.periods import Period
from validators.rules.context import Env
from validators.rules.subjects import subject_names

UNIT = "单位"
_NAMES = {
    **PERIOD_NAMES,
    UNIT: (UNIT, "text"),
    UNIT_KIND: (UNIT_KIND, "text"),
}


class UnitScope:
    """Whom, and which periods, a condition is about: 季度(期末) = 1, 单位类型 = '园区', 单位 != '经开区'.

    It may name 期初 and 期末 (of a rule with periods), 单位 (the name) and 单位类型 (`kind` in units). ExpressionError for
    anything else.
    """

    def __init__(self, env: Env, text: str, *, periods: bool = True) -> None:
        names = _NAMES if periods else {name: _NAMES[name] for name in (UNIT, UNIT_KIND)}
        self.condition: Expression | None = (
            compile_expression(text, names, env.constants, "bool", env.scheme.year_from) if text else None
        )
        self._names = subject_names(env.scheme)
        self._kinds = {unit.code: unit.kind for unit in env.scheme.units}

    def __call__(self, subject: str, period: Period | None) -> bool:
        """Whether it holds; what cannot be told does not."""
        if self.condition is None:
            return True
        cells: dict[str, Any] = {UNIT: self._names.get(subject, subject), UNIT_KIND: self._kinds.get(subject, "")}
        if period is not None:
            cells |= {PERIOD_FIRST: period.first, PERIOD_LAST: period.last}
        return self.condition.fn(cells) is True
