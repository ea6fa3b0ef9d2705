"""What is wrong with a cell, a row or a book, as data. Sentences are made late, in `messages.py`."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as made
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How much a finding asks of the clerk. DESIGN §4 maps modality to severity."""

    MUST = "必改"  # the value is not stored, or a hard rule is broken
    EXPLAIN = "须说明"  # may be right, but asks for a word in 情况说明
    HINT = "提示"  # taken by inference, or a soft rule
    TRIAL = "试行"  # a rule on trial: shown, never counted


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem. `record` is "" for a finding about a tab or a book; `field` is "" for one about a row.

    It names no row number: where a record stands is known when the message is made (people sort rows).
    """

    code: str  # reads like an address: cell.date.bad_month, row.order, sheet.column_lost
    severity: Severity
    table: str = ""
    record: str = ""
    field: str = ""
    value: str = ""  # what stands there, as a person sees it
    params: dict[str, Any] = made(default_factory=dict)  # JSON values only
    rule: str = ""  # the rule that found it, "" for reading and parsing
