"""A condition with a comma, written without quotation marks in braces, is torn in two: said once, with what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from validators.scheme.load import load_scheme
from validators.scheme.source import SchemeErrors

FAMILY = Path(__file__).parents[2] / "data" / "schemes" / "bands"
RULE = "  - {{id: A, kind: {kind}, title: x, table: project, {rest}}}\n"


def problems(tmp_path: Path, kind: str, rest: str) -> list[str]:
    shutil.copytree(FAMILY, tmp_path / "s")
    (tmp_path / "s" / "rules.yaml").write_text("rules:\n" + RULE.format(kind=kind, rest=rest), encoding="utf-8")
    try:
        load_scheme(tmp_path / "s")
    except SchemeErrors as found:
        return [item.message for item in found.errors]
    return []


@pytest.mark.parametrize(
    ("kind", "rest", "half"),
    [
        ("elapsed", "from: 开工日期, to: 纳统日期, n: 3, when: 天数(开工日期, 今天) > 40", "今天) > 40"),
        ("score", "terms: [{name: 分, value: 最小(年度计划投资, 10)}]", "10)"),
        ("bands", "value: 年度计划投资, bands: [{name: 绿, range: (0, 5)}]", "5)"),
    ],
)
def test_the_half_is_named_and_quotation_marks_are_asked_for(tmp_path: Path, kind: str, rest: str, half: str) -> None:
    found = problems(tmp_path, kind, rest)
    told = [text for text in found if f"“{half}”像是被逗号切下来的半句话" in text]
    assert len(told) == 1
    assert "要整个加引号" in told[0]
    assert not any("少了" in text or "个数不少于" in text for text in found)


def test_an_unknown_key_that_is_no_half_of_a_text_is_told_as_before(tmp_path: Path) -> None:
    assert any(
        text.startswith("不认识“rol”；是不是“roll”")
        for text in problems(tmp_path, "elapsed", "from: 开工日期, to: 纳统日期, n: 3, rol: none")
    )


def test_in_quotation_marks_it_is_one_text(tmp_path: Path) -> None:
    assert problems(tmp_path, "elapsed", "from: 开工日期, to: 纳统日期, n: 3, when: '天数(开工日期, 今天) > 40'") == []
