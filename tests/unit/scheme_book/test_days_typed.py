"""An officer dates values, lookups and columns in the workbook; the round trip keeps what others dated in files."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.scheme_book.compare import compare
from app.scheme_book.importing import read_import, store
from app.scheme_book.tree import Tree, files_of
from tests.unit.scheme_book.books import Person
from validators.scheme.dated import lookup_on
from validators.scheme.load import load_scheme

SCHEME = """\
id: small
title: 小方案
version: "1"
source: {document: 样例}
units: [{code: A, name: 甲镇}]
conventions:
  leads: {月: 7}
  changes: [{effective_from: 2026-01-01, leads: {月: 10}}] # 修订以后早一点
choices:
  grades:
    - 甲类
    # 2026年起不再批
    - {value: 乙类, effective_to: 2025-12-31}
    - {value: 丙类, effective_from: 2026-01-01}
lookups:
  teams:
    rows: {甲类: 一班, 乙类: 二班}
    changes: # 机构改革
      - {effective_from: 2026-01-01, rows: {甲类: 三班, 乙类: null}} # 二班撤了
  plain: {rows: {甲: 乙}}
tables:
  - name: project
    title: 项目库
    version_by: 签约日期
    fields:
      - {name: name, title: 名称, required: true}
      - {name: signed, title: 签约日期, type: date_actual}
      - {name: grade, title: 类别, type: choice, choices: grades}
      - {name: leader, title: 包保领导, type: person, required: true, effective_from: 2026-01-01}
"""
ROWS = "对照表内容"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    directory = tmp_path / "small"
    directory.mkdir()
    (directory / "scheme.yaml").write_text(SCHEME, "utf-8")
    return directory


@pytest.fixture
def person(source: Path, tmp_path: Path) -> Person:
    return Person.of(source, tmp_path)


def imported(source: Path, person: Person) -> Any:
    done = read_import(person.save())
    assert done.mistakes == []
    assert store(source, done)
    return load_scheme(source)


def test_untouched_it_comes_back_byte_for_byte(source: Path, person: Person) -> None:
    done = read_import(person.save())
    assert done.mistakes == [] and done.files == files_of(source)


def test_a_pair_that_changes_from_a_day_on_is_a_row_with_that_day(source: Path, person: Person) -> None:
    person.add(ROWS, **{"对照表": "teams", "什么": "丙类", "对什么": "五班", "从哪天执行": "2026-07-01"})
    person.add(ROWS, **{"对照表": "plain", "什么": "甲", "对什么": "丁", "从哪天执行": "2026-07-01"})
    person.set(ROWS, "teams|甲类@2026-01-01", "对什么", "四班")
    found = imported(source, person).lookups
    assert lookup_on(found["teams"], date(2025, 12, 31)).rows == {"甲类": "一班", "乙类": "二班"}
    assert lookup_on(found["teams"], date(2026, 1, 1)).rows == {"甲类": "四班"}
    assert lookup_on(found["teams"], date(2026, 7, 1)).rows == {"甲类": "四班", "丙类": "五班"}
    assert lookup_on(found["plain"], date(2026, 7, 1)).rows == {"甲": "丁"}
    text = (source / "scheme.yaml").read_text("utf-8")
    assert "# 二班撤了" in text and "# 机构改革" in text and "# 2026年起不再批" in text


def test_a_change_goes_with_its_last_pair(source: Path, person: Person) -> None:
    for key in ("甲类", "乙类"):
        person.drop(ROWS, f"teams|{key}@2026-01-01")
    assert imported(source, person).lookups["teams"].changes == ()


def test_a_value_and_a_column_are_given_their_days(source: Path, person: Person) -> None:
    person.set("下拉选项", "grades.甲类", "能选到哪天", "2026-06-30")
    person.set("字段", "project.leader", "从哪天起必填", "2026-03-01")
    before = load_scheme(source), Tree.at(source)
    found = imported(source, person)
    assert found.choices["grades"][0].effective_to == date(2026, 6, 30)
    assert found.table("project").field("leader").effective_from == date(2026, 3, 1)
    told = [str(item) for item in compare(*before, found, Tree.at(source))]
    assert any("能选到哪天" in item and "2026-06-30" in item for item in told), told


def test_the_same_pair_twice_on_one_day_is_told(person: Person) -> None:
    person.add(ROWS, **{"对照表": "teams", "什么": "甲类", "对什么": "五班", "从哪天执行": "2026-01-01"})
    person.add(ROWS, **{"对照表": "teams", "什么": "乙类", "对什么": "五班"})
    told = [str(item) for item in read_import(person.save()).mistakes]
    assert len(told) == 2 and all("重复" in item for item in told)


def test_the_comparison_names_the_day_of_a_change(source: Path, person: Person) -> None:
    before = load_scheme(source), Tree.at(source)
    person.add(ROWS, **{"对照表": "plain", "什么": "甲", "对什么": "丁", "从哪天执行": "2026-07-01"})
    found = imported(source, person)
    assert [str(item) for item in compare(*before, found, Tree.at(source))] == [
        "＋ 对照表（2026-07-01起） plain“甲”：丁"
    ]
