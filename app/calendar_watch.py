"""The office's table of days off, edited while the service runs: taken over between two rounds, or the page says why not."""

from __future__ import annotations

import logging

from app.calendar_table import load_calendar
from app.settings import SettingsError
from app.wiring import Office

log = logging.getLogger("tianbao.calendar")
Stamp = tuple[int, int] | None


class CalendarWatch:
    """`look` between two rounds. `problem`: why the table as it lies there now is not in use, "" when it is."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._loaded = self._seen = self._stamp()
        self.problem = ""

    def look(self) -> bool:
        """True when another calendar is in use from now on, or `problem` says something else than before. A change is
        taken when a second look finds the same, because programs save in pieces."""
        now = self._stamp()
        settled, self._seen = now == self._seen, now
        if now == self._loaded or not settled:
            return False
        self._loaded, before = now, self.problem
        return self._take_over() or self.problem != before

    def _take_over(self) -> bool:
        office = self._office
        try:
            fresh = load_calendar(office.settings)
        except (SettingsError, OSError) as error:
            self.problem = f"放假调休表改过，但没有换上，仍按原来的安排判断。{error} 改好保存后会自动换上。"
            log.warning("calendar not taken over: %s", self.problem)
            return False
        self.problem = ""
        if fresh.digest() == office.calendar.digest():
            return False
        office.adopt(office.scheme, fresh)
        log.info("calendar taken over: %s", fresh.digest())
        office.store.add_event("calendar_loaded", office.clock.now(), "", {"digest": fresh.digest()})
        return True

    def _stamp(self) -> Stamp:
        settings = self._office.settings
        try:
            found = settings.path(settings.calendar_file).stat()
        except OSError:  # no table: the arrangements that come with the program
            return None
        return found.st_mtime_ns, found.st_size
