"""Values of duties: what people ruled on them, what came when, and periods that are closed. Nothing here knows SQL.

All times are POSIX seconds (UTC), 0.0 = none; all days are `datetime.date`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from validators.frozen import Frozen

RulingKind = Literal["extension", "exemption", "nil"]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a person ruled on a duty: an extension (延期 until a day), an exemption (免报 of one period, or of all that
    lie between two days), or a nil report declared (零报告). Never deleted: it can be withdrawn, which is dated too."""

    id: str
    kind: RulingKind
    scheme: str
    unit: str
    rule: str = ""  # "" = every duty of the unit (exemptions only)
    period: str = ""  # "" = those between `since` and `until` (exemptions), or a node of `record` (extensions)
    record: str = ""  # of a duty about one row
    since: date | None = None  # of a nil report: the day on which it was declared
    until: date | None = None  # of an extension: the new last day in time
    by: str = ""
    why: str = ""
    at: float = 0.0
    withdrawn: float = 0.0
    withdrawn_by: str = ""
    withdrawn_why: str = ""

    @property
    def stands(self) -> bool:
        return not self.withdrawn


@dataclass(frozen=True, slots=True)
class Sent:
    """A report that came and stays known to have come: for which duty, and the earliest time at which it can have come
    (0.0: nobody knows since when, which counts as in time)."""

    rule: str
    unit: str
    period: str
    record: str = ""
    at: float = 0.0
    seen: float = 0.0  # when we first knew of it


@dataclass(frozen=True, slots=True)
class Closing:
    """A period that was closed: by whom, and the day that counted as today. Final."""

    scheme: str
    period: str  # "<period>:<rule>" where only one rule's values were closed
    day: date
    by: str = ""
    note: str = ""
    at: float = 0.0
    frozen: Sequence[Frozen] = field(default=(), compare=False)


__all__ = ["Closing", "Frozen", "Ruling", "RulingKind", "Sent"]
