"""What people granted about duties: an extension, an exemption. Part of the facts; who granted it is told in the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from validators.periods import Period


@dataclass(frozen=True, slots=True)
class Grant:
    """By whom and why; `until`: the new last day in time of an extension."""

    by: str = ""
    why: str = ""
    until: date | None = None

    def inputs(self) -> dict[str, Any]:
        """As a status carries it."""
        return {"by": self.by, "because": self.why}


@dataclass(frozen=True, slots=True)
class Absence:
    """From one day to another a unit need not report; None = open. `rule` "" = none of its duties."""

    unit: str
    grant: Grant
    rule: str = ""
    since: date | None = None
    until: date | None = None

    def covers(self, rule: str, period: Period) -> bool:
        """Only periods that lie wholly inside: of a week half of which is free the report is owed."""
        if self.rule not in ("", rule):
            return False
        return (self.since is None or self.since <= period.first) and (self.until is None or period.last <= self.until)


Key = tuple[str, str, str]  # rule, unit (or record), period


@dataclass(slots=True)
class Grants:
    """All that was granted. `extensions` are looked up by the record of a duty first, then by its unit."""

    extensions: dict[Key, Grant] = field(default_factory=dict)
    exemptions: dict[Key, Grant] = field(default_factory=dict)
    absences: dict[str, list[Absence]] = field(default_factory=dict)  # by unit

    def __bool__(self) -> bool:
        return bool(self.extensions or self.exemptions or self.absences)

    def extension(self, rule: str, unit: str, period: str, record: str = "") -> Grant | None:
        if not self.extensions:
            return None
        own = self.extensions.get((rule, record, period)) if record else None
        return own or self.extensions.get((rule, unit, period))

    def exemption(self, rule: str, unit: str, period: Period) -> Grant | None:
        if not self.exemptions and not self.absences:
            return None
        found = self.exemptions.get((rule, unit, period.text))
        if found is None:
            found = next((item.grant for item in self.absences.get(unit, ()) if item.covers(rule, period)), None)
        return found


def granted(inputs: Mapping[str, Any]) -> str:
    """Why and by whom, in brackets: （张三批准：停电）."""
    parts = f"{inputs['by']}批准" if inputs.get("by") else "", str(inputs.get("because") or "")
    words = "：".join(text for text in parts if text)
    return f"（{words}）" if words else ""
