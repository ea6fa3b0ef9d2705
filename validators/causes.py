"""Root cause before consequences: what a rule says only because a cell could not be read is not said.

A date typed as 2025-02-30 brings one message, about that cell; that it is 缺项, that what needed it is
前置不满足, or that a clock has an end and no start, would be the same mistake told again (DESIGN §5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from validators.findings import Finding, Severity
from validators.rules import codes
from validators.status import Status

_LISTED = frozenset({"rule.incomplete", "rule.blocked", "rule.notice"})


def faulty_fields(findings: Iterable[Finding]) -> frozenset[str]:
    """Names of the fields whose cells must be mended: they hold nothing a rule could use."""
    return frozenset(item.field for item in findings if item.field and not item.rule and item.severity == Severity.MUST)


def settled(faulty: frozenset[str], findings: Sequence[Finding]) -> list[Finding]:
    """What rules found, without what follows from faulty cells."""
    if not faulty:
        return list(findings)
    return [kept for item in findings if (kept := _without(item, faulty)) is not None]


def settled_statuses(faulty: frozenset[str], statuses: Sequence[Status], titles: Mapping[str, str]) -> list[Status]:
    """Statuses in which an end without a start waits for the start's cell, where that cell is faulty."""
    if not faulty:
        return list(statuses)
    return [_waiting(item, faulty, titles) if item.code == codes.BROKEN else item for item in statuses]


def _without(finding: Finding, faulty: frozenset[str]) -> Finding | None:
    if finding.code == "cell.required" and finding.field in faulty:
        return None
    fields = [name for name in finding.params.get("fields", ()) if name]
    if not finding.rule or finding.code not in _LISTED or not faulty.intersection(fields):
        return finding
    if faulty.issuperset(fields):
        return None
    what = finding.params.get("what", ())
    if len(what) != len(fields):
        return finding  # which of the words is about which field is not known
    left = [(name, word) for name, word in zip(fields, what, strict=True) if name not in faulty]
    params = {**finding.params, "fields": [name for name, _ in left], "what": [word for _, word in left]}
    return replace(finding, field=left[0][0], params=params)


def _waiting(status: Status, faulty: frozenset[str], titles: Mapping[str, str]) -> Status:
    names = [name for name in status.inputs.get("start", ()) if name in faulty]
    if status.inputs.get("problem") != "no_start" or not names:
        return status
    inputs = {"missing": [titles.get(name, name) for name in names], "fields": names}
    return Status(status.rule, codes.PENDING, None, None, None, inputs)
