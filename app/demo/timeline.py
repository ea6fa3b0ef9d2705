"""Dates of a made-up project, one after the other; some late, some not yet come, some forgotten."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

Step = Mapping[str, Any]


def dates(
    steps: Sequence[Step], row: Mapping[str, Any], start: date, as_of: date, rng: random.Random, slack: float
) -> dict[str, date]:
    """Field → day, for what a clerk would have filled in by `as_of`. `slack`: how much oftener than usual this unit
    is late or forgets. See the head of demo.yaml for what a step may say.

    What follows a step follows its real day; a plan is made from the day on which all would have gone well.
    """
    real: dict[str, date] = {}
    ideal: dict[str, date] = {}
    shown: dict[str, date] = {}
    for step in steps:
        if not fits(step.get("when", {}), row) or ("share" in step and rng.random() >= step["share"]):
            continue
        base = _base(step, row, start, real, ideal)
        if base is None:
            continue
        name = step["field"]
        ideal[name] = real[name] = base + _days(rng, step.get("days", (0, 0)))
        late = step.get("late", {})
        if late and rng.random() < late["share"] * slack:
            real[name] += _days(rng, late["days"])
        forgotten = rng.random() < (1 - step.get("every", 1.0)) * slack
        if not forgotten and (step.get("plan") or real[name] <= as_of):
            shown[name] = real[name]
    return shown


def fits(wanted: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """Whether the row has one of the wanted values in each of the named fields; `true` asks for any value, `false` for
    none."""
    for name, values in wanted.items():
        value = row.get(name)
        if isinstance(values, bool):
            if (value in (None, "")) is values:
                return False
        elif value not in (values if isinstance(values, list) else [values]):
            return False
    return True


def _base(
    step: Step, row: Mapping[str, Any], start: date, real: Mapping[str, date], ideal: Mapping[str, date]
) -> date | None:
    if step.get("start"):
        return start
    if "plan_of" in step:
        return ideal.get(step["plan_of"])
    if "parent" in step:
        names = step["parent"] if isinstance(step["parent"], list) else [step["parent"]]
        return next((found for name in names if isinstance(found := row.get(name), date)), None)
    after = step["after"] if isinstance(step["after"], list) else [step["after"]]
    return max((real[name] for name in after if name in real), default=None)


def _days(rng: random.Random, limits: Sequence[int]) -> timedelta:
    low, high = limits
    return timedelta(days=rng.randint(low, high))
