"""What other processes have done to the store while the service runs: workers, commands. Pages show it at once, and the
consolidated book is written anew."""

from __future__ import annotations

from app.wiring import Office
from sync.errors import SyncError

_RUNS = 32  # runs of several processes end in another order than they began
Done = tuple[tuple[str, ...], str]


class OthersWatch:
    """`look` between two rounds, and `seen` after one's own. Before the first look, what was done since the consolidated
    book was written counts as others' work: nobody has told it there."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._known: Done | None = None

    def look(self) -> bool:
        """True when something has been done since the last look."""
        try:
            before, self._known = self._known, self._done()
            return self._untold() if before is None else before != self._known
        except SyncError:  # the round itself says what is wrong with the store
            return False

    def seen(self) -> None:
        """What stands there now is known: we did it."""
        try:
            self._known = self._done()
        except SyncError:
            self._known = None

    def _done(self) -> Done:
        """The last runs, and the last day that was done."""
        store, scheme = self._office.store, self._office.scheme.id
        return tuple(run.id for run in store.runs(scheme, limit=_RUNS)), store.setting(f"day:{scheme}")

    def _untold(self) -> bool:
        """Whether a book was read after the consolidated book was written."""
        settings, scheme = self._office.settings, self._office.scheme.id
        try:
            written = settings.path(settings.consolidated).stat().st_mtime
        except OSError:
            return True
        return any(run.finished > written for run in self._office.store.runs(scheme, limit=_RUNS))
