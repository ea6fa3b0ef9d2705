"""What a rule says of a subject on a day. Never a count of days: days are computed when text is rendered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

UNSETTLED = "unsettled"  # in the inputs of a figure: its period is over, and something it is made of is still to come
RUNNING = "running"  # … its period runs


@dataclass(frozen=True, slots=True)
class Status:
    """`code` is a stable word of the engine (not_started, ok, soon, overdue, done, done_late, …), see `rules/codes.py`.

    `next_change` is the next day on which the code can change by time alone, None when only data can change it.
    `inputs` are JSON values: what the rule looked at, for `explain` and for the sentence.
    """

    rule: str
    code: str
    deadline: date | None = None
    done: date | None = None
    next_change: date | None = None
    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Flag:
    """An assessment flag (考核标识) on a subject, with the reason a person reads."""

    rule: str
    flag: str
    reason: str = ""


def provisional(status: Status) -> list[str]:
    """What is said of a figure that is not final."""
    if status.inputs.get(UNSETTLED):
        return ["还有没到期的，暂计"]
    return ["本期未完，暂计"] if status.inputs.get(RUNNING) else []


def with_excuse(status: Status, log: Mapping[str, Any]) -> Status:
    """The status, and that it was explained."""
    return replace(status, inputs={**status.inputs, "excused": dict(log)})
