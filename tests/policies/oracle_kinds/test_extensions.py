"""Limits of single rows that were extended (`tianbao extend --record`), with what other rules know of them (docs/operators.md;
`deadline_into`, `late_into` of docs/scheme-reference.md). The limits themselves are those of `oracle/clocks.py`.

Where the text leaves something open, the reading taken here:

- What is granted is a day, whatever `roll` says; a day before the old one takes nothing away.
- Only a clock that runs or ran is extended: what is 未启动, 数据异常, 待补条件 or 不适用 stays so.
- The clock that starts from an extended deadline starts from the new one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.policies.oracle import clocks
from tests.policies.oracle.clocks import Limit, Said
from tests.policies.oracle_kinds.draw import Draw
from tests.policies.oracle_kinds.kit import Rule, scheme_with, seeds, typed
from tests.policies.statutory import DAY, is_workday, workdays
from validators.calendar import Calendar
from validators.document import read_document
from validators.evaluate import Evaluator, Related
from validators.rules.granting import GRANTED
from validators.scheme.models import Scheme
from validators.speak import speaker

Row = dict[str, Any]
TODAYS = [date.fromisoformat(word) for word in ["2025-01-31", "2025-02-28", "2025-04-30", "2025-05-06", "2025-06-30", "2025-09-30", "2025-10-09", "2025-12-31"]]  # fmt: skip
WAYS = {"供地": True, "租赁": False, None: None}  # whether the first rule applies


class Told(NamedTuple):
    """`extended`: the old day is told too."""

    said: Said
    extended: bool


def _rules(d: Draw) -> list[Rule]:
    """A limit; another one that starts where it ends; how late it is, in bands."""
    unit = d.choice(["日", "工作日", "周", "月", "月", "同年"])
    first = {
        "id": "E-1", "kind": "elapsed", "title": "签约到开工", "table": "project", "from": "签约日期", "to": "开工日期",
        "n": 0 if unit == "同年" else d.choice([0, 1, 3, 10, 30 if unit != "月" else 6]), "unit": unit,
        "deadline_into": "开工期限", "late_into": "误期", "section": "一",
        **d.some(0.4, when="落地方式 = '供地'"), **d.some(0.3, roll=d.choice(["next_workday", "previous_workday"])),
        **d.some(0.4, modality=d.choice(["原则上", "力争"])), **d.some(0.3, early="done"), **d.some(0.3, orphan="ignore"),
    }  # fmt: skip
    second = {"id": "E-2", "kind": "elapsed", "title": "期限到验收", "table": "project", "from": "开工期限", "to": "验收日期", "n": 1, "unit": "月", "early": "done", "section": "二"}  # fmt: skip
    bands = [{"name": "按时", "range": "<= 0"}, {"name": "误期", "range": "(0, 20]"}, {"name": "久拖", "range": "> 20"}]
    third = {"id": "E-3", "kind": "bands", "title": "误期档", "table": "project", "value": "误期", "bands": bands}
    return [first, second, third]


def _row(d: Draw, number: int, today: date) -> Row:
    signed = d.choice(
        [today - d.choice([0, 1, 30, 31, 92, 200, 400]) * DAY, date(2024, 12, 31), date(2025, 1, 31), None]
    )
    later = signed and signed + d.choice([-1, 0, 1, 3, 10, 28, 31, 59, 60, 90, 184]) * DAY
    return {
        "项目名称": f"P{number}", "填报单位": "甲镇", "签约日期": signed, "开工日期": d.choice([later, None, None, today]),
        "验收日期": d.choice([today - 5 * DAY, today, None, None]), "落地方式": d.choice(["供地", "供地", "租赁", None]),
        "解约日期": today + d.choice([-1, 0, 1]) * DAY if d.maybe(0.15) else None,
    }  # fmt: skip


def _limit(rule: Rule) -> Limit:
    modality = rule.get("modality", "")
    return Limit(rule["n"], rule["unit"], f"({modality})" if modality else "")


def _last(rule: Rule, start: date) -> date:
    day = clocks.due(start, _limit(rule))
    step = {"next_workday": DAY, "previous_workday": -DAY}.get(rule.get("roll", "none"))
    while step is not None and not is_workday(day):
        day += step
    return day


def _first(rule: Rule, row: Row, until: date | None, today: date) -> Told:
    start, end = row["签约日期"], row["开工日期"]
    plain = clocks.elapsed(
        _limit(rule), today, start, end, applies=WAYS[row["落地方式"]] if "when" in rule else True,
        ended=row["解约日期"], orphan="orphan" in rule, early="early" in rule,
    )  # fmt: skip
    if start is None or plain.deadline is None:
        return Told(plain, False)
    last = _last(rule, start)
    granted = until is not None and until > last
    return Told(clocks.dated(_limit(rule), today, until if granted and until else last, end), granted)


def _second(rule: Rule, row: Row, start: date, today: date) -> Said:
    """A start that is worked out may lie ahead (elapsed)."""
    if start > today and not (row["解约日期"] and row["解约日期"] <= today):
        return Said("按期完成") if row["验收日期"] else Said("未启动", clocks.due(start, _limit(rule)))
    return clocks.elapsed(_limit(rule), today, start, row["验收日期"], ended=row["解约日期"], early=True)


def _band(rule: Rule, said: Said, row: Row, today: date) -> str:
    last, day = said.deadline, row["开工日期"] or today
    assert last is not None
    late = workdays(last, day) if rule["unit"] == "工作日" else (day - last).days
    return "按时" if late <= 0 else "误期" if late <= 20 else "久拖"


def _told(
    scheme: Scheme, rows: list[Row], until: dict[int, date], today: date
) -> dict[tuple[int, str], tuple[Said, str]]:
    """(row, rule) → what is said and why."""
    cells = [{"key": f"r{number}", **typed(row)} for number, row in enumerate(rows)]
    read, calendar = read_document(scheme, {"tables": {"project": cells}}, today), Calendar()
    records = list(read.records.values())
    for number, day in until.items():
        grant = {"E-1": {"until": day.isoformat(), "by": "张三", "because": "雪灾"}}
        records[number] = replace(records[number], facts={GRANTED: grant})
    say, found = speaker(scheme, calendar), {}
    judged = Evaluator(scheme, calendar).records("project", records, today, Related.of(read.records, {}))
    for number, result in enumerate(judged):
        for status in result.statuses:
            said = Said(say.word(status, today), status.deadline, say.left(status, today))
            found[number, status.rule] = said, say.reason(status, today)
    return found


@pytest.mark.parametrize("seed", seeds(15))
def test_limits_that_were_extended(seed: int, tmp_path: Path) -> None:
    d = Draw(f"extend{seed}")
    rules = _rules(d)
    scheme = scheme_with(rules, "promise", tmp_path)
    for today in d.sample(TODAYS, 2):
        rows = [_row(d, number, today) for number in range(25)]
        until = {n: today + d.choice([-200, -3, -1, 0, 1, 3, 7, 8, 60]) * DAY for n in range(25) if d.maybe(0.6)}
        told = _told(scheme, rows, until, today)
        for number, row in enumerate(rows):
            wanted = _first(rules[0], row, until.get(number), today)
            found, reason = told[number, "E-1"]
            assert found == wanted.said, (today, row, rules[0], until.get(number))
            granted = f"延期至{until.get(number)}（张三批准：雪灾），原应于"
            assert (granted in reason) == wanted.extended, (today, row, rules[0], until.get(number), reason)
            if wanted.said.deadline is None:
                continue
            later = told[number, "E-2"][0]
            assert later[:2] == _second(rules[1], row, wanted.said.deadline, today)[:2], (
                today,
                row,
                rules,
                until.get(number),
            )
            assert told[number, "E-3"][0].status == _band(rules[0], wanted.said, row, today), (
                today,
                row,
                rules,
                until.get(number),
            )
