"""`scheme check` on what measures take of other rules: statuses that these never give, figures that they do not tell."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.rules.kit import scheme, table
from validators.rules.says import SAYS
from validators.scheme.check_rules import check_rules

PROJECT = table("project", "项目", "name 项目名称 text\nsigned 签约日期 date_actual\nstarted 开工日期 date_actual")
RULES = """
- {id: D, kind: elapsed, table: project, from: 签约日期, to: 开工日期, n: 30}
- {id: M, kind: cadence, period: month}
- {id: S, kind: score, period: month, terms: [{name: 漏报, measure: {rule: M, codes: [missing]}, blank: zero}]}
- {id: K, kind: rank, period: month, by: {rule: S}, top: [{n: 1, flag: 红榜}]}
- {id: R, kind: reconcile, table: project, has: 有(开工日期), missing: 没开工}
- {id: N, kind: score, terms: [{name: 没开工, measure: {rule: R, codes: [not_counted]}, blank: zero}]}
- {id: X, kind: score, period: month, terms: [{name: x, measure: %s, blank: zero}]}
"""


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        ("{rule: M, codes: [missing, reported_late]}", ""),
        ("{rule: M, codes: [overdue]}", "规则“M”（cadence）不会是 overdue（"),
        ("{rule: D, codes: [overdue]}", ""),
        ("{rule: D, codes: [missing]}", "规则“D”（elapsed）不会是 missing"),
        ("{rule: K, pick: below}", ""),
        ("{rule: K, pick: bellow}", "规则“K”（rank）没有“bellow”这个数；是不是“below”？"),
        ("{rule: S, pick: ratio}", "规则“S”（score）没有“ratio”这个数；有value（得分）"),
        ("{rule: S}", ""),
        ("{rule: K, codes: [ranked], values: [红榜]}", ""),
        ("{rule: K, codes: [ranked], values: [黑榜]}", "规则“K”不会是“黑榜”；是不是“红榜”？"),
        ("{rule: R, codes: [not_counted]}", ""),
        ("{rule: R, pick: ratio}", ""),
        ("{rule: N}", "规则“N”（score）只说今天怎样，不分期，按期的规则取不到它；请给它也写上 period"),
    ],
)
def test_what_a_rule_never_says_cannot_be_taken(measure: str, said: str) -> None:
    made = scheme([PROJECT], RULES % measure)
    told = [text for _, text in check_rules(made, frozenset())]
    assert [said in text for text in told] == ([True] if said else [])


def test_the_list_of_what_rules_say_is_made_anew() -> None:
    """Run tools/rule_outputs.py after changing what a rule says."""
    tools = Path(__file__).parents[3] / "tools"
    code = "from rule_outputs import SAYS, says; assert SAYS.read_text('utf-8') == says()"
    found = subprocess.run([sys.executable, "-c", code], cwd=tools, env={"PYTHONPATH": str(tools.parent)}, check=False)
    assert found.returncode == 0
    assert "missing" in SAYS["cadence"]
