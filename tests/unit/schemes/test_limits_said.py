"""`scheme check` on limits: one of n and limits, keys with all their parts, and no number only where that is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.schemes import wrong_lines

ELAPSED = "kind: elapsed, table: project, from: 开工日期, to: 竣工日期"
LIMITS = ELAPSED + ", limits: {by: [选址, 原因], rows: {%s}}"
REACH = "kind: reach, table: project, amount: 总投资, day: 开工日期, goal: 100"
SYNC = "kind: sync, table: project, trigger: 开工日期, companion: 竣工日期"

CASES = {
    "a number": (ELAPSED + ", n: 3", "", ""),
    "no number, and said so": (ELAPSED + ", n: null", "", ""),
    "no number": (ELAPSED + ", unit: 月", "", "没有写 n（几个单位的期限）；原文没有写数的，写 n: null"),
    "the end of the year": (ELAPSED + ", unit: 同年", "", ""),
    "chosen by the row": (LIMITS % "租用厂房|甲: 3, '*|*': 4", "", ""),
    "two limits": (LIMITS % "租用厂房|甲: 3" + ", n: 3", ".n", "写了 limits（按列查期限）就不用 n"),
    "a part left out": (LIMITS % "租用厂房: 3", ".limits.rows.租用厂房", "“租用厂房”有1段，按选址、原因查要2段"),
    "a part too many": (LIMITS % "租用厂房|甲|乙: 3", ".limits.rows.租用厂房|甲|乙", "有3段，按选址、原因查要2段"),
    "a last day": (ELAPSED + ", due: 月末(开工日期 + 1个月)", "", ""),
    "a last day and a number": (ELAPSED + ", due: 计划开工, n: 3", ".n", "写了 due（到哪一天）就不用 n"),
    "a last day and a unit": (ELAPSED + ", due: 计划开工, unit: 月", ".unit", "写了 due（到哪一天）就不用 unit"),
    "limits of nothing": (ELAPSED + ", limits: {by: [选址]}", ".limits", "limits 写 rows（键: 期限）或 lookup"),
    "silence without a number": ("kind: stale, table: project, since: 开工日期", "", "没有写 n（几天没动静就说）"),
    "days only": ("kind: stale, table: project, since: 开工日期, n: null", "", ""),
    "money without a limit": (REACH, "", ""),
    "money from a day on": (REACH + ", from: 开工日期", "", "没有写 n（几个单位里达到）"),
    "in step": (SYNC, "", "没有写 n（容许差几天）"),
    "in step until the next node": (SYNC + ", stop: 竣工日期", "", ""),
    "no goal": ("kind: target, table: project", "", "没有写 goal（目标）；还没有下达的写 goal: null"),
    "no goal yet": ("kind: target, table: project, goal: null", "", ""),
    "goals of units": ("kind: target, table: project, by: unit, unit_goals: {东乡: 3}", "", ""),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "place", "words"), CASES.values(), ids=CASES)
def test_a_limit_is_said_or_said_to_be_none(tmp_path: Path, rule: str, place: str, words: str) -> None:
    wrong_lines.told(tmp_path, rule, place, words)


def test_a_wrong_number_is_not_missed_besides(tmp_path: Path) -> None:
    wrong_lines.told(tmp_path, ELAPSED + ", n: 3个月", ".n", "这里只写 3")
