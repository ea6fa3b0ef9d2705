"""Checks of measures: 期初 and 期末 in what is counted stand for a period, so that the rule must have one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from validators.owner import PERIOD_NAMES
from validators.rules.base import RuleBase
from validators.rules.measures import Measure
from validators.scheme.models import Scheme
from validators.scheme.rule_parts import Problem, parts
from validators.scheme.source import Loc

_TEXTS = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|“[^”\n]*”|‘[^’\n]*’")
_DAYS = re.compile(rf"(?<!\w)({'|'.join(PERIOD_NAMES)})(?!\s*[\w(（])")  # 期末(月份) is a function


def check_measured(scheme: Scheme, rule: RuleBase, loc: Loc) -> Iterator[Problem]:
    """Of a rule without periods: where its measures name a day of one."""
    if getattr(rule, "period", None) or getattr(rule, "per", None):
        return
    for place, part in parts(rule, loc):
        if not isinstance(part, Measure) or not part.table:
            continue
        columns = {
            word for item in scheme.tables if item.name == part.table for f in item.fields for word in (f.title,)
        }
        for key in ("where", "value"):
            found = _DAYS.search(_TEXTS.sub("", getattr(part, key)))
            if found is not None and found[1] not in columns:
                yield (*place, key), f"这条规则没有写 period，不分期，没有“{found[1]}”：写 period，或改用 今天"
