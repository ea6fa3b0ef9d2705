"""`scheme check` on what is in force for some days only: gaps, overlaps, days the wrong way round, with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from validators.scheme.load import read_scheme

HEAD = """\
id: small
title: 小方案
version: "1"
source: {document: 样例}
units: [{code: A, name: 甲镇}]
"""
TABLE = """\
tables:
  - name: project
    title: 项目库
    fields:
      - {name: name, title: 名称}
      - {name: signed, title: 签约日期, type: date_actual}
"""
CHOICES = "choices:\n  grades:\n    - {value: 甲%s}\n    - {value: 乙%s}\n"
LOOKUPS = "lookups:\n  teams:\n    rows: {甲: 一}\n    changes:\n      - {effective_from: 2026-01-01, rows: {%s}}\n      - {effective_from: %s, rows: {甲: 三}}\n"
TO, FROM = ", effective_to: %s", ", effective_from: %s"
LEADS = "conventions:\n  changes:\n    - {effective_from: 2026-01-01, leads: {月: 9}}\n    - {effective_from: %s, leads: {月: %s}}\n"
FIELD = "      - {name: leader, title: 包保领导, %s}\n"

CASES = {
    "values that meet": (CHOICES % (TO % "2025-12-31", FROM % "2026-01-01"), 0, ""),
    "values that overlap": (CHOICES % (TO % "2026-12-31", FROM % "2026-01-01"), 0, ""),
    "a value always there": (CHOICES % ("", FROM % "2026-01-01"), 0, ""),
    "days without any value": (CHOICES % (TO % "2025-12-31", FROM % "2026-02-01"), 15, "从 2026-01-01 到 2026-01-31 没有一个值能选"),
    "a value the wrong way round": (CHOICES % (FROM % "2026-01-01" + TO % "2025-12-31", ""), 14, "早于开始用的"),
    "a lookup that changes twice": (LOOKUPS % ("甲: 二", "2026-07-01"), 0, ""),
    "two changes of one day": (LOOKUPS % ("甲: 二", "2026-01-01"), 17, "有两处都从 2026-01-01 起"),
    "taking out what was not there": (LOOKUPS % ("丁: null", "2026-07-01"), 16, "在那以前就没有它"),
    "taking out and putting back": (LOOKUPS % ("甲: null", "2026-07-01"), 0, ""),
    "leads twice": (LEADS % ("2026-01-01", "3"), 15, "提前天数有两处都从"),
    "leads below zero": (LEADS % ("2026-07-01", "-3"), 15, "不能是负数"),
    "a wanted column from a day on": (FIELD % "required: true, effective_from: 2026-01-01", 0, ""),
    "days for a column nobody wants": (FIELD % "effective_from: 2026-01-01", 12, "没有写 required: true"),
    "a column the wrong way round": (FIELD % "required: true, effective_from: 2026-01-01, effective_to: 2025-01-01", 12, "早于开始用的"),
    "rows by their own day": ("    version_by: 签约日期\n", 0, ""),
    "rows by no day": ("    version_by: 签约日\n", 12, "没有叫“签约日”的字段；是不是“签约日期”"),
    "rows by a text": ("    version_by: 名称\n", 12, "这里要的是日期"),
}  # fmt: skip


@pytest.mark.parametrize(("more", "line", "said"), CASES.values(), ids=CASES)
def test_what_is_wrong_with_days_is_said_with_its_line(tmp_path: Path, more: str, line: int, said: str) -> None:
    (tmp_path / "scheme.yaml").write_text(HEAD + TABLE + more, "utf-8")
    _, errors = read_scheme(tmp_path)
    assert [(item.line, said in item.message) for item in errors] == ([(line, True)] if line else []), errors
