"""Every sentence of ours that a page can show has its English; none is guessed, and what people wrote stays theirs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.english import english, english_reason, pairs, told
from sync import errors
from sync.decide import WORDS
from sync.rulings import KINDS

ROOT = Path(__file__).parents[2]
CHINESE = re.compile("[\u4e00-\u9fff]")
HOLE = re.compile(r"\{[^{}]*\}")
SAYS = frozenset({  # calls whose first words a person may read on a page
    "Outcome", "Committed", "Blocked", "Refused", "BookUnavailable", "SyncError", "StoreError", "RulingError",
    "ClosingError", "UnknownBook", "PeopleError",
})  # fmt: skip
SOURCES = [
    *(ROOT / "sync" / "backends" / "folder").glob("*.py"), *(ROOT / "sync").glob("*.py"),
    *(ROOT / "sync" / "store").glob("*.py"), ROOT / "sync" / "backends" / "google" / "backend.py",
    *(ROOT / "app").glob("*.py"),
]  # fmt: skip


def said(node: ast.expr) -> str:
    """A text of the source with its parameters as {}; "" where it is none."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return ""


def sentences() -> Iterator[tuple[str, str]]:
    """(where, sentence) of all that is said in the sources."""
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in SAYS:
                    for given in (*node.args, *(item.value for item in node.keywords)):
                        if CHINESE.search(said(given)):
                            yield f"{file.name}:{node.lineno}", said(given)


def known() -> set[str]:
    return {HOLE.sub("{}", chinese) for chinese, _ in pairs()}


def test_every_sentence_of_the_sources_has_its_english() -> None:
    """Write a new one, and write its English into app/english/sentences.txt."""
    found = list(sentences())
    assert len(found) > 100
    missing = [f"{where} {text}" for where, text in found if text not in known()]
    assert missing == []


def test_what_decisions_rulings_and_failures_are_called_has_its_english() -> None:
    words = [word for line in WORDS.values() for word in line]
    words += [*KINDS.values(), *errors._WORDS.values()]
    words += [(item.__doc__ or "").strip() for item in vars(errors).values() if isinstance(item, type)]
    words += [item.hint for item in vars(errors).values() if isinstance(item, type) and hasattr(item, "hint")]
    assert [word for word in words if CHINESE.search(word) and english(word) == word] == []


def test_no_english_has_chinese_of_ours_in_it_and_both_have_the_same_parameters() -> None:
    """Names of columns and values in books are theirs: 待确认退出, 无变化, 零报告, 是, 填报单位, 编号, 免报."""
    theirs = re.compile("待确认退出|无变化|零报告|是|填报单位|编号|免报")
    for chinese, text in pairs():
        assert sorted(HOLE.findall(chinese)) == sorted(HOLE.findall(text)), chinese
        assert not CHINESE.search(theirs.sub("", text)), text
    assert len({chinese for chinese, _ in pairs()}) == len(pairs())


@pytest.mark.parametrize(
    ("chinese", "text"),
    [
        ("待回写：张三 正在用 WPS 或 Excel 打开", "Waiting: 张三 has it open in WPS or Excel"),
        ("暂时写不进文件夹（磁盘已满）", "The folder cannot be written to just now (the disk is full)"),
        ("打不开 田东.xlsx：没有权限", "田东.xlsx cannot be opened: no permission"),
        ("没有“甲镇”这个单位。 本方案的单位：乙镇、丙镇", "There is no unit “甲镇”. Units of this scheme: 乙镇、丙镇"),
        ("田东街道的项目很好", "田东街道的项目很好"),  # not ours
        ("", ""),
        ("plain", "plain"),
        ("没有“{x}”这个单位", "There is no unit “{x}”"),  # braces in what people wrote
    ],
)
def test_a_sentence_in_english(chinese: str, text: str) -> None:
    assert english(chinese) == text


@pytest.mark.parametrize(
    ("chinese", "text"),
    [
        (
            "厂房签约(2025-03-31)后3个月内开工，应于2025-06-30前，已逾期12天；依据 二(一)1",
            "厂房签约(2025-03-31)后3个月内开工, due by 2025-06-30, 12 days overdue; basis 二(一)1",
        ),
        ("填了将来的日期2027-01-01，实际日期不能晚于今天", "a day in the future was given: 2027-01-01, an actual day cannot be after today"),
        ("2025年6月，完成5/14个，35.7%，差9个，截至2025-06-30", "2025-6, 5/14个 done, 35.7%, 9个 short, by 2025-06-30"),
        ("全部做完(暂按周末推算)", "全部做完, reckoned by weekends for the time being"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_reason_in_english_keeps_the_policys_own_sentence(chinese: str, text: str) -> None:
    assert english_reason(chinese) == text


def test_it_depends_on_the_request(app: Flask) -> None:
    """Chinese for commands and Chinese pages."""
    assert told("继续等待") == "继续等待"
    with app.test_request_context("/?lang=en"):
        assert told("继续等待") == "Wait on"
    with app.test_request_context("/?lang=zh"):
        assert told("继续等待") == "继续等待"
