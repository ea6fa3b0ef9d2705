"""A row that is gone and has not withdrawn: a person said so, and whoever fills the book is asked to put it back."""

from __future__ import annotations

from collections.abc import Sequence

from sync.accept import withdrawal_id
from sync.parts import Parts
from validators.findings import Finding, Severity

NAMED = 8  # rows that are named in the message


def asked_back(parts: Parts, gone: Sequence[str]) -> list[Finding]:
    """What the book is told. `gone`: records that were missing before this reading and still are."""
    decisions = [parts.store.decision(withdrawal_id(record)) for record in gone]
    rows = [
        f"“{item.data.get('name') or item.subject}”（{item.data.get('table', '')}）"
        for item in decisions
        if item is not None and item.state == "rejected"
    ]
    if not rows:
        return []
    params = {"rows": "、".join(rows[:NAMED]) + (f"等{len(rows)}行" if len(rows) > NAMED else "")}
    return [Finding("book.rows_asked_back", Severity.MUST, params=params)]
