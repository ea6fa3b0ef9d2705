"""One line of the table: what was measured, ours, the floor or peer, their ratio, the target, the verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(slots=True)
class Line:
    """`ratio` says how ours stands to `base` (a floor or a peer) in the same run; `good` None = nothing to judge."""

    measure: str
    ours: str
    base: str = ""
    ratio: str = ""
    target: str = ""
    good: bool | None = None
    note: str = ""
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        return "" if self.good is None else "ok" if self.good else "MISSED"

    def plain(self) -> dict[str, Any]:
        return {**asdict(self), "verdict": self.verdict}


def skipped(measure: str, why: str, target: str = "") -> Line:
    """A line for what could not be measured here."""
    return Line(measure, "skipped", target=target, note=(why.strip().splitlines() or [""])[-1][:300])


def table(lines: Iterable[Line]) -> str:
    """Markdown, so that it can be pasted into the README as it is."""
    head = ("measure", "ours", "floor or peer", "ratio", "target", "verdict", "note")
    rows = [head, tuple("---" for _ in head)]
    rows += [(x.measure, x.ours, x.base, x.ratio, x.target, x.verdict, x.note) for x in lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def rate(count: float, seconds: float) -> str:
    return f"{count / seconds:,.0f}/s" if seconds else "-"
