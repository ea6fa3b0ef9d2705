"""`scheme check` and the engine on units named in rules: by code or any name alike; what is nobody's name is told."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.unit.schemes import wrong_lines
from validators.evaluate_json import evaluate_document
from validators.scheme.load import load_scheme

GOAL = "kind: target, table: project, goal: 5"
RANK = "kind: rank, period: quarter, by: {fixed: {东乡: 1}}"
SCORE = "kind: score, period: quarter, terms: [{name: 甲, measure: {fixed: {%s}}}]"

CASES = {
    "goals by name": (GOAL + ", by: unit, unit_goals: {西镇: 1}", "", ""),
    "goals by code": (GOAL + ', by: unit, unit_goals: {"102": 1}', "", ""),
    "goals by another name": (GOAL + ", by: unit, unit_goals: {东乡乡: 1}", "", ""),
    "a goal of nobody": (GOAL + ", by: unit, unit_goals: {西鎮: 1}", ".unit_goals.西鎮", "没有“西鎮”这个单位；是不是“西镇”？"),
    "a goal of a department": (GOAL + ", by: unit, unit_goals: {县发改委: 1}", ".unit_goals.县发改委", "没有“县发改委”这个单位；请写 units 里"),
    "a goal of one unit twice": (GOAL + ', by: unit, unit_goals: {东乡: 1, "101": 2}', ".unit_goals.101", "“101”和“东乡”是同一家"),
    "goals of units that have none": (GOAL + ", unit_goals: {西镇: 1}", ".unit_goals", "请写上 by: unit"),
    "a duty of named units": ("kind: cadence, period: month, units: [东乡, \"102\"]", "", ""),
    "a duty of nobody": ("kind: cadence, period: month, units: [东乡, 北乡]", ".units[2]", "没有“北乡”这个单位；是不是“东乡”？"),
    "a duty of a kind": ("kind: cadence, period: month, units: [镇]", "", ""),
    "a duty of a kind that nobody is of": ("kind: cadence, period: month, units: [街道]", ".units[1]", "没有“街道”这个单位"),
    "exempt": (RANK + ", exempt: [东乡, 县发改委]", "", ""),
    "exempt is nobody": (RANK + ", exempt: [西鎮]", ".exempt[1]", "没有“西鎮”这个单位或部门；是不是“西镇”？"),
    "groups": (RANK + ", groups: {甲组: [东乡], 乙组: [西镇]}", "", ""),
    "a group with nobody": (RANK + ", groups: {甲组: [东乡, 北镇]}", ".groups.甲组[2]", "没有“北镇”这个单位或部门；是不是“西镇”？"),
    "a unit in two groups": (RANK + ', groups: {甲组: [东乡], 乙组: ["101"]}', ".groups.乙组[1]", "“101”既在“甲组”又在“乙组”"),
    "a unit twice in a group": (RANK + ", groups: {甲组: [东乡, 东乡]}", ".groups.甲组[2]", "在“甲组”里写了两次"),
    "groups of scores": (SCORE % "东乡: 1" + ", groups: {甲组: [南乡]}", ".groups.甲组[1]", "没有“南乡”这个单位或部门"),
    "fixed numbers": (SCORE % "东乡: 1, 县发改委: 2, 全部: 3", "", ""),
    "a fixed number of nobody": (SCORE % "北乡: 1", ".terms[甲].measure.fixed.北乡", "没有“北乡”这个单位或部门"),
    "for units above of which there are none": (SCORE.replace("measure: {", "measure: {to: above, ") % "东乡: 1", ".terms[甲].measure.to", "没有一个单位写了上级：请在 units 里写 parent"),
    "ranked below units that there are not": (RANK + ", group: above", ".group", "没有一个单位写了上级"),
    "a fixed number twice": (SCORE % '东乡: 1, "101": 2', ".terms[甲].measure.fixed.101", "“101”和“东乡”是同一家"),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "place", "words"), CASES.values(), ids=CASES)
def test_a_word_that_is_nobodys_name_is_told_with_its_place(tmp_path: Path, rule: str, place: str, words: str) -> None:
    wrong_lines.told(tmp_path, rule, place, words)


def test_a_unit_with_a_mistake_of_its_own_is_not_missed_in_rules(tmp_path: Path) -> None:
    found = wrong_lines.said(
        tmp_path, GOAL + ", by: unit, unit_goals: {南乡: 1}", units="units: [{code: '103', name: 南乡, kinds: 乡}]"
    )
    assert [place for _, place, _ in found] == ["units[南乡].kinds"]


def test_a_duty_of_a_kind_is_owed_by_every_unit_of_the_kind(tmp_path: Path) -> None:
    assert not wrong_lines.said(tmp_path, "kind: cadence, period: year, units: [镇]")
    found: dict[str, Any] = evaluate_document(load_scheme(tmp_path), {"tables": {}}, date(2025, 7, 1))
    assert {item["unit"] for item in found["obligations"]} == {"西镇"}


@pytest.mark.parametrize("word", ["西镇", "102"])
def test_goals_and_duties_hold_for_the_unit_however_it_is_named(tmp_path: Path, word: str) -> None:
    rules = (GOAL + f", by: unit, unit_goals: {{'{word}': 1}}", f"kind: cadence, period: year, units: ['{word}']")
    assert not wrong_lines.said(tmp_path, *rules)
    found: dict[str, Any] = evaluate_document(load_scheme(tmp_path), {"tables": {}}, date(2025, 7, 1))
    assert {item["unit"]: item["target"] for item in found["targets"]} == {"东乡": 5, "西镇": 1}
    assert {item["unit"] for item in found["obligations"]} == {"西镇"}


def test_no_unit_is_above_itself(tmp_path: Path) -> None:
    units = "units: [{code: '103', name: 南乡, parent: 南乡}, {code: '104', name: 北乡, parent: 南乡}]"
    found = wrong_lines.said(tmp_path, RANK + ", group: above", units=units)
    assert [(place, message) for _, place, message in found] == [("units[南乡].parent", "“南乡”的上级写成了自己")]
