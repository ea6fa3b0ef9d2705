"""What other processes have done to the store while the service runs: workers, commands. Pages show it at once, and the
consolidated book is written anew."""

from __future__ import annotations

from collections.abc import Iterable

from app.wiring import Office
from sync.errors import SyncError

_RUNS = 32  # runs of several processes end in another order than they began


class OthersWatch:
    """`look` between two rounds; `ours` tells it what we did ourselves. Before the first look, what was done since the
    consolidated book was written counts as others' work: nobody has told it there."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._known: frozenset[str] | None = None  # the last runs
        self._ours: set[str] = set()
        self._day = ""  # the last day that was done

    def look(self) -> bool:
        """True when another process has done something since the last look."""
        try:
            before, runs = self._known, self._runs()
            day, self._day = self._day, self._last_day()
        except SyncError:  # the round itself says what is wrong with the store
            return False
        self._known, ours, self._ours = runs, self._ours, set()
        return self._untold() if before is None else bool(runs - before - ours) or day != self._day

    def ours(self, runs: Iterable[str], *, day: bool = False) -> None:
        """These runs, and the day's pass, were ours. What others did meanwhile is still news."""
        self._ours.update(runs)
        if day:
            try:
                self._day = self._last_day()
            except SyncError:
                return

    def _runs(self) -> frozenset[str]:
        return frozenset(run.id for run in self._office.store.runs(self._office.scheme.id, limit=_RUNS))

    def _last_day(self) -> str:
        return self._office.store.setting(f"day:{self._office.scheme.id}")

    def _untold(self) -> bool:
        """Whether a book was read after the consolidated book was written."""
        settings, scheme = self._office.settings, self._office.scheme.id
        try:
            written = settings.path(settings.consolidated).stat().st_mtime
            return any(run.finished > written for run in self._office.store.runs(scheme, limit=_RUNS))
        except OSError:
            return True
        except SyncError:
            return False
