"""What rules take of other rules is found once in a judging, and is what it would be if it were found each time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from tests.unit.rules.kit import judge, scheme, table
from tests.unit.rules.test_escalated_counted import MADE as ESCALATED
from tests.unit.rules.test_not_final import MADE as NOT_FINAL
from validators.evaluate_json import evaluate_document
from validators.evaluate_shared import SharedRules
from validators.facts import Facts, Verdict
from validators.rules import score_units
from validators.scheme.models import Scheme

FIGURES = table("figures", "数据", "name 事由 text\nmonth 月份 month\nlight 灯 text\ndone 完成 money_wan")
CHAIN = scheme(
    [FIGURES],
    """
    - {id: A, kind: score, period: month, terms: [{name: 完成, measure: {table: figures, value: 完成, period: 月份}}]}
    """
    + "".join(
        f"""
    - {{id: {this}, kind: score, period: {kind}, terms: [{{name: 一, measure: {{rule: {before}, take: mean}}}}, {{name: 二, measure: {{rule: {before}}}}}, {{name: 三, measure: {{rule: {before}, take: last}}}}]}}
    """
        for before, this, kind in (("A", "B", "month"), ("B", "C", "quarter"), ("C", "D", "year"), ("D", "E", "year"))
    )
    + """
    - {id: R, kind: rank, period: year, by: {rule: E}, also: {季: {rule: C}, 年: {rule: D}}, top: [{n: 1, flag: 红旗}]}
    """,
)
ROWS = {
    "数据": [
        {"事由": f"{u}{m}", "填报单位": u, "月份": f"2025-{m:02}", "完成": m * n}
        for n, u in enumerate(("甲镇", "乙镇"), 1)
        for m in range(1, 12)
    ]
}


def test_a_chain_of_rules_is_not_evaluated_again_at_every_use(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: Counter[str] = Counter()
    whole = score_units.ScoredUnits.__call__

    def counted(self: Any, facts: Facts, ctx: Any) -> list[Verdict]:
        calls[self.rule.id] += 1
        return whole(self, facts, ctx)

    monkeypatch.setattr(score_units.ScoredUnits, "__call__", counted)
    assert judge(CHAIN, "2025-11-20", ROWS).unit("乙镇", "R") == "第1名"
    assert max(calls.values()) <= 6, calls  # once for each stretch of periods that is asked for


class _Forgetful(dict[Any, Any]):
    def __contains__(self, key: object) -> bool:
        return False


@pytest.mark.parametrize("made", [CHAIN, NOT_FINAL, ESCALATED], ids=["chain", "not final", "escalated"])
@pytest.mark.parametrize("day", ["2025-02-05", "2025-07-20", "2025-12-31"])
def test_it_is_what_it_would_be_without(made: Scheme, day: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = ROWS if made is CHAIN else {}
    found = evaluate_document(made, {"tables": rows}, date.fromisoformat(day))
    whole = SharedRules.judge

    def forgetting(self: Any, facts: Facts, today: date, rules: Iterable[str] | None = None) -> list[Verdict]:
        facts.memo = _Forgetful()
        return whole(self, facts, today, rules)

    monkeypatch.setattr(SharedRules, "judge", forgetting)
    assert evaluate_document(made, {"tables": rows}, date.fromisoformat(day)) == found
