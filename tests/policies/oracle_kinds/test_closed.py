"""Periods are closed, then rows are mended, come and go, and targets are set anew: what was told when it was closed stays told
(docs/operators.md, B-13, B-32), and what counts on with it counts on with what was told. Where no number was told (待补条件), it counts on with today's: a month that
was closed too early does not keep the year without a score.

The figures are those of `goals.py` and `figures.py`, worked out twice: with what was known at the closing, and later.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.policies.oracle_kinds import draw, figures, goals
from tests.policies.oracle_kinds.draw import DAYS, Draw
from tests.policies.oracle_kinds.figures import UNITS, World
from tests.policies.oracle_kinds.goals import Goal, Known
from tests.policies.oracle_kinds.kit import (
    Period,
    Rule,
    covers,
    exact,
    listed,
    period,
    periods,
    scheme_with,
    seeds,
    shown,
    typed,
)
from tests.policies.oracle_kinds.test_goals import draw_tables, draw_target
from tests.policies.statutory import DAY
from validators.calendar import Calendar
from validators.document import read_document
from validators.evaluate import Evaluator
from validators.facts import Facts, Verdict
from validators.frozen import Frozen, freeze, hold, values_of
from validators.periods import parse_period
from validators.scheme.models import Scheme
from validators.speak import speaker

Tables = dict[str, list[dict[str, Any]]]


def _judged(scheme: Scheme, tables: Tables, today: date, frozen: list[Frozen], days: dict[str, date]) -> list[Verdict]:
    """What the shared rules say, with what is frozen."""
    cells = {name: [{"key": f"{name}{n}", **typed(row)} for n, row in enumerate(rows)] for name, rows in tables.items()}
    read = read_document(scheme, {"tables": cells}, today)
    facts = Facts.of(scheme, read.records.values(), parents=read.parents, history=read.history)
    facts.frozen |= values_of(frozen)
    return hold(Evaluator(scheme, Calendar()).shared(facts, today), frozen, days, today, scheme.year_from)


def _closed(d: Draw, today: date) -> Period:
    """A period that is over, of some kind."""
    kind = d.choice(["month", "quarter", "half", "year"])
    return d.choice(periods(kind, date(2024, 10, 1), today)[:-1] or [period("month", date(2024, 10, 1))])


def _later(d: Draw, tables: Tables) -> Tables:
    """Some rows are gone, some mended, some are new."""
    found: Tables = {}
    for name, rows in tables.items():
        kept = [dict(row) for row in rows if d.maybe(0.85)]
        for row in kept:
            other = d.choice(rows)
            for title in ("完成投资", "分值", "总投资", "开工日期", "类型", "代码", "系数"):
                if title in row and d.maybe(0.15):
                    row[title] = other[title]
        found[name] = kept
    return found


# targets ----------------------------------------------------------------------------------------------------------


def _goals(scheme: Scheme, verdicts: Iterable[Verdict], today: date) -> dict[Any, tuple[Goal, bool]]:
    """What is told of targets, and whether something else is told beside it."""
    say, names = speaker(scheme, Calendar()), {item.code: item.name for item in scheme.units}
    found = {}
    for verdict in verdicts:
        for status in verdict.statuses if verdict.kind == "target" else ():
            number = {name: status.inputs.get(name) for name in ("done", "target", "ratio", "gap")}
            told = Goal(
                say.word(status, today), exact(number["done"]), *(_number(number[name]) for name in ("target",)),
                number["ratio"] and number["ratio"].removesuffix(".0"), _number(number["gap"]), status.deadline or date.min,
            )  # fmt: skip
            key = (status.rule, names.get(verdict.unit, verdict.unit), verdict.period)
            found[key] = told, "现为" in say.reason(status, today)
    return found


def _number(text: str | None) -> Any:
    return None if text is None else exact(text)


def _other_goal(d: Draw, rule: Rule) -> Rule:
    """The same target, set anew."""
    return {**rule, **d.some(0.3, goal=d.choice([1, 3, None])), **d.some(0.3, where="类型 = '工业'")}


@pytest.mark.parametrize("seed", seeds(12))
def test_closed_targets(seed: int, tmp_path: Path) -> None:
    d = Draw(f"closed{seed}")
    rules = [draw_target(d, f"G-{number}") for number in range(4)]
    anew = [_other_goal(d, rule) for rule in rules]
    first, second = scheme_with(rules, "contest", tmp_path / "1"), scheme_with(anew, "contest", tmp_path / "2")
    when, today = sorted(d.sample(DAYS, 2))
    when, today = when + DAY, d.choice([today + DAY, today + DAY, when, when - 40 * DAY])
    span, before = _closed(d, when), draw_tables(d, when)
    after = _later(d, before)
    frozen = freeze(_judged(first, before, when, [], {}), parse_period(span.name))
    told = _goals(second, _judged(second, after, today, frozen, {span.name: when}), today)
    for rule, new in zip(rules, anew, strict=True):
        then, now = (goals.told(Known(rows, {}), *at) for rows, at in ((before, (rule, when)), (after, (new, today))))
        assert {key for key in told if key[0] == rule["id"]} == {(rule["id"], *key) for key in now}
        for key, standing in now.items():
            found, beside = told[rule["id"], *key]
            held = then.get(key)
            if (
                held is None
                or not (span.first <= held.deadline <= span.last)
                or today <= held.deadline
                or not _inside(span, key[1])
            ):
                assert (found, beside) == (standing, False), (when, today, span, key, rule, new)
                continue
            settled = held._replace(status=held.status.replace("(暂计)", ""))
            assert found == settled, (when, today, span, key, rule, new)
            if standing.done != held.done and held.status != "不适用":  # of which no figures are told
                assert beside, (when, today, span, key, rule, new)
            if standing == held:
                assert not beside, (when, today, span, key, rule, new)


def _inside(span: Period, name: str) -> bool:
    """Of a period only what lies wholly in the one that is closed; of a window its last day counts."""
    return not name or covers(span, figures.named(name))


# scores -----------------------------------------------------------------------------------------------------------


def _points(scheme: Scheme, verdicts: Iterable[Verdict], today: date) -> dict[tuple[str, str, str], str]:
    """(rule, unit, period) → points as they are told; what people read of the unit itself under ""."""
    say, names = speaker(scheme, Calendar()), {item.code: item.name for item in scheme.units}
    found = {}
    for verdict in verdicts:
        for status in verdict.statuses if verdict.kind in ("score", "unit") else ():
            code, at = (verdict.key, "") if verdict.kind == "unit" else (verdict.key.split("|")[1], verdict.period)
            found[status.rule, names[code], at] = say.word(status, today)
    return found


def _known(world: World, rules: list[Rule], span: Period) -> dict[tuple[str, str, str], figures.Points | None]:
    """Points of the periods that are closed with a period."""
    return {
        (rule["id"], inner.name, unit): figures.points(world, rule, inner, unit)
        for rule in rules
        for inner in periods(rule["period"], span.first, span.last)
        if covers(span, inner)
        for unit in UNITS
    }


@pytest.mark.parametrize("seed", seeds(12))
def test_closed_scores(seed: int, tmp_path: Path) -> None:
    d = Draw(f"points{seed}")
    first = draw.score(d, "S-1", d.choice(["month", "quarter"]), [])
    rules = [first, draw.score(d, "S-2", d.choice(["quarter", "half", "year"]), ["S-1"])]
    scheme = scheme_with(rules, "contest", tmp_path)
    when, today = (day + DAY for day in sorted(d.sample(DAYS, 2)))
    span, before = _closed(d, when), draw.world(d, when, rules)
    after = World(_later(d, dict(before.tables)), today, before.rules, {})
    frozen = freeze(_judged(scheme, before.tables, when, [], {}), parse_period(span.name))
    held = {key: points for key, points in _known(before, rules, span).items() if points is not None}
    after.known.update({key: points for key, points in held.items() if points.value is not None})
    told = _points(scheme, _judged(scheme, after.tables, today, frozen, {span.name: when}), today)
    for rule in rules:
        for unit in UNITS:
            spans = listed(rule["period"], today, figures.STARTS)
            now = {at.name: figures.points(after, rule, at, unit) for at in spans}
            kept = {at.name: held.get((rule["id"], at.name, unit)) for at in spans}
            if any(now[name] is None and points is not None and points.value is None for name, points in kept.items()):
                continue  # no score then, and nothing left to score: told or not, it is the same
            said = {name: kept[name] or now[name] for name in now}
            scored = {name: _word(points, rule) for name, points in said.items() if points is not None}
            found = {inner: word for (name, whose, inner), word in told.items() if (name, whose) == (rule["id"], unit)}
            shown_to_people = found.pop("", None)
            assert found == scored, (when, today, span, unit, rule)
            over = [name for name in scored if not rule.get("closed") or figures.named(name).last <= today]
            assert shown_to_people == (scored[over[-1]] if over else None), (when, today, span, unit, rule)


def _word(found: figures.Points, rule: Rule) -> str:
    return "待补条件" if found.value is None else f"{shown(found.value, rule.get('digits', 2))}分"
