"""Everything a run works with, put together once (in `app/wiring.py`) and handed down as one value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from sync.backends.base import Backend
from sync.book import BookShape
from sync.clock import Clock
from sync.store.base import Store
from validators.evaluate import Evaluator
from validators.scheme.load import digest
from validators.scheme.models import Scheme
from validators.validate import RowValidator


@dataclass(frozen=True, slots=True)
class Limits:
    """When a run is held for a person instead of being believed (law L3)."""

    vanish_rows: int = 3  # at least so many rows gone …
    vanish_share: float = 0.3  # … and at least this share of the table
    lease_seconds: float = 300.0
    lease_patience: float = 8.0  # a person's decision waits so many seconds for a book that is being synced
    lost_polls: int = 3  # a book is reported lost after so many rounds without its file


def _no_step(name: str) -> None:
    """Between two named steps of the pipeline; tests act, kill or fail here."""


@dataclass(slots=True)
class Parts:
    """One scheme over one backend and one store."""

    scheme: Scheme
    shapes: Mapping[str, BookShape]  # role → shape
    backend: Backend
    store: Store
    evaluator: Evaluator
    validators: Mapping[str, RowValidator]  # table → validator
    clock: Clock
    owner: str = "local"  # who holds leases: host, process and thread
    limits: Limits = field(default_factory=Limits)
    begun: date | None = None  # nothing was owed before the office took up this work
    workers: int = 1  # books handled at a time
    step: Callable[[str], None] = _no_step
    progress: Callable[[str, str], None] = lambda unit, what: None  # unit, what is being done: for people who wait

    versions: str = ""  # of scheme, parser and rules: rows accepted under others are judged again (DESIGN §6)

    def called(self, code: str) -> str:
        """What people call a unit, or whoever fills a book; the code itself where the scheme knows none."""
        unit = self.scheme.unit(code)
        if unit is not None:
            return unit.name
        found = (
            item for item in self.scheme.departments if code == item.code or (code == "commission" and item.commission)
        )
        return next((item.name for item in found), code)

    def __post_init__(self) -> None:
        self.versions = self.versions or f"{self.scheme.version}/{digest(self.scheme)}/{PARSER_VERSION}.{RULES_VERSION}"


PARSER_VERSION = "6"  # raise when the meaning of a cell changes: all rows are then read anew from their kept cells
RULES_VERSION = "4"  # raise when a kind of rule says something else of the same values: all rows are then judged again
