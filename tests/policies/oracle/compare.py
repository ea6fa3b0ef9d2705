"""What an oracle says of a row, held against what the engine told of it, the sentence included."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from tests.policies.oracle.clocks import Said

ANY = "*"  # the texts leave it open
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def differences(
    expected: Mapping[str, Said | str | None], record: Mapping[str, Any], row: Mapping[str, Any]
) -> list[str]:
    """One line for every rule whose word, deadline, days or sentence is not what it should be."""
    told = {item["rule"]: item for item in record["statuses"]}
    lines = []
    for rule, wanted in expected.items():
        found = told.get(rule)
        if wanted == ANY:
            continue
        if wanted is None or found is None:
            if (wanted is None) != (found is None):
                lines.append(f"{rule}: wanted {wanted}, told {found}")
            continue
        lines += [f"{rule}: wanted {wanted}, told {found}"] if not _same(wanted, found) else []
        lines += [f"{rule}: {line}" for line in untrue(found, row)]
    return lines


def _same(wanted: Said | str, found: Mapping[str, Any]) -> bool:
    if isinstance(wanted, str):
        return bool(found["status"] == wanted)
    deadline = wanted.deadline.isoformat() if wanted.deadline else None
    return (found["status"], found["deadline"], found["days"]) == (wanted.status, deadline, wanted.days)


def untrue(found: Mapping[str, Any], row: Mapping[str, Any]) -> list[str]:
    """Days and numbers in a sentence that neither the row nor the deadline bears out."""
    reason, deadline = found["reason"], found["deadline"]
    known = {value.isoformat() for value in row.values() if isinstance(value, date)} | {deadline}
    lines = [f"names {day}, which stands nowhere: {reason}" for day in _DAY.findall(reason) if day not in known]
    due, late = re.search(r"应于([\d-]+)前", reason), re.search(r"已逾期(\d+)天", reason)
    if due and due[1] != deadline:
        lines.append(f"due {due[1]}, not {deadline}: {reason}")
    if due and (start := re.search(r"\((\d{4}-\d{2}-\d{2})\)后", reason)) and due[1] < start[1]:
        lines.append(f"due before it began: {reason}")
    if late and -int(late[1]) != found["days"]:
        lines.append(f"late by {late[1]}, not {found['days']}: {reason}")
    return lines
