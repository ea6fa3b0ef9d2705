"""When things run: the poll, the new day, the consolidated book, tidying up. One process at a time, by a lease.

A round is never cut inside a book: stopping waits for the book at hand. What was asked for stands in the store, so a
kill loses nothing.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from app.backup.make import BACKUP_FAILED, folder_of, make_backup, prune
from app.calendar_watch import CalendarWatch
from app.desk import Desk
from app.live import Watching
from app.others_watch import OthersWatch
from app.scheme_watch import SchemeWatch
from app.service import day_is_new, run_day, write_consolidated
from app.settings import Settings, SettingsError
from app.wiring import Office
from sync.clock import ZONE, local
from sync.engine import Report, needs_answer, needs_reading, sync_round
from sync.errors import LeaseLost, SyncError, os_words
from sync.parts import Parts
from sync.store.base import Lease

LEASE_SECONDS = 60.0
CONSOLIDATE_SECONDS = 30.0
log = logging.getLogger("tianbao.scheduler")


class Stopped(Exception):
    """Raised between two books when the service is to end."""


class Scheduler:
    """Jobs over one desk. `start` it once, `stop` it once; `poll` and `day` can be called by themselves too."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.settings: Settings = desk.office.settings
        self._jobs = BackgroundScheduler(
            timezone=ZONE,
            executors={"default": ThreadPoolExecutor(4)},
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": 60},
        )
        self._owner = desk.office.parts.owner
        self._lease: Lease | None = None
        self._lease_lock = threading.Lock()
        self._work = threading.Lock()  # poll and day never at the same time
        self._again = threading.Event()
        self._stopping = threading.Event()
        self._stale = threading.Event()  # the consolidated book does not tell what the store knows
        self._scheme = SchemeWatch(desk.office)
        self._calendar = CalendarWatch(desk.office)
        self._others = OthersWatch(desk.office)
        self._hour, self._minute = nightly_time(self.settings)
        self._backup_time = time_of(self.settings, "backup_time")
        desk.wake = self.wake

    # life -------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to work in the background."""
        every = self.settings.poll_seconds
        self._jobs.add_job(self.poll, IntervalTrigger(seconds=every), id="poll", next_run_time=datetime.now(UTC))
        self._jobs.add_job(self.poll, CronTrigger(hour=self._hour, minute=self._minute, timezone=ZONE), id="nightly")
        every = min(CONSOLIDATE_SECONDS, max(5 * self.settings.poll_seconds, 3))
        self._jobs.add_job(self.consolidate, IntervalTrigger(seconds=every), id="consolidate")
        self._jobs.add_job(self._leading, IntervalTrigger(seconds=LEASE_SECONDS / 4), id="lease")
        self._jobs.add_job(self.tidy, CronTrigger(hour=3, minute=40, timezone=ZONE), id="tidy")
        if self.settings.backup_keep:
            hour, minute = self._backup_time
            trigger = CronTrigger(hour=hour, minute=minute, timezone=ZONE)
            self._jobs.add_job(self.backup, trigger, id="backup", misfire_grace_time=6 * 3600)
        if not self.settings.path(self.settings.consolidated).exists():
            self._stale.set()
        self._jobs.start()

    def stop(self) -> None:
        """Finish the book at hand, let nobody wait for the lease, end."""
        self._stopping.set()
        if self._jobs.running:
            self._jobs.shutdown(wait=True)
        if self._lease is not None:
            self.desk.office.store.release(self._lease)
            self._lease, self.desk.live.leader = None, False

    def wake(self) -> None:
        """Somebody asked for something: look now rather than at the next turn."""
        self._again.set()
        if self._jobs.running and not self._work.locked():
            self._jobs.modify_job("poll", next_run_time=datetime.now(UTC))

    # jobs -------------------------------------------------------------------------------------------------------

    def poll(self) -> None:
        """Look at the books; sync what changed or is wanted; do the day's pass when a day has come."""
        if not self._work.acquire(blocking=False):
            return
        try:
            self._again.set()
            while self._again.is_set() and not self._stopping.is_set():
                self._again.clear()
                self._look_at_scheme()
                if self._others.look():
                    self.desk.live.bump()
                    self._stale.set()
                if not self._leading():
                    return
                self._say_versions()
                self._guarded("poll", self._round)
                if self._day_has_come():
                    self._guarded("day", self._day)
        finally:
            self._work.release()

    def consolidate(self) -> None:
        """Write the consolidated book anew when something it tells has changed."""
        if not self._stale.is_set() or not self.desk.live.leader:
            return
        self._stale.clear()
        try:
            write_consolidated(self.desk.office)
        except Exception as error:  # tried again at the next turn; the books come first
            self._stale.set()
            log.warning("consolidated book not written: %s", error, exc_info=not isinstance(error, OSError | SyncError))

    def tidy(self) -> None:
        """Drop old backups of displaced versions."""
        prune = getattr(self.desk.office.backend, "prune", None)
        if prune is not None and self.desk.live.leader:
            log.info("%d old backups deleted", prune())

    def backup(self) -> None:
        """Everything in one file, and no more of these than asked for. What went wrong is kept for `tianbao doctor`."""
        if not self.desk.live.leader:
            return
        store, name = self.desk.office.store, f"{BACKUP_FAILED}:{self.desk.office.scheme.id}"
        try:
            made = make_backup(self.settings, self.desk.office.clock.now())
            deleted = prune(folder_of(self.settings), self.settings.backup_keep)
            log.info("backup %s, %d old ones deleted", made.file.name, deleted)
            told = ""
        except SyncError as error:
            told = f"{error}{error.hint}"
        except OSError as error:
            told = f"写不进 {folder_of(self.settings)}：{os_words(error)}。"
        if told:
            log.warning("no backup: %s", told)
        if told != store.setting(name):
            store.save_setting(name, told)

    def _look_at_scheme(self) -> None:
        """Between two rounds: a changed scheme or calendar comes into use, or the page says why not."""
        looked = [self._scheme.look(), self._calendar.look()]
        if any(looked):
            self.desk.live.scheme_problem = " ".join(filter(None, (self._scheme.problem, self._calendar.problem)))
            self.desk.live.bump()
            self._stale.set()

    def _say_versions(self) -> None:
        """By what we read and judge, for workers: two processes that differ would read each other's books for ever."""
        store, name = self.desk.office.store, versions_name(self.desk.office)
        try:
            if store.setting(name) != self.desk.office.parts.versions:
                store.save_setting(name, self.desk.office.parts.versions)
        except SyncError as error:  # the round itself tells it on the page
            log.warning("versions not noted: %s", error)

    # inside -----------------------------------------------------------------------------------------------------

    def _round(self, parts: Parts) -> Report:
        return sync_round(parts, "poll")

    def _day(self, parts: Parts) -> Report:
        report = run_day(self.desk.office)
        self._stale.set()
        return report

    def _guarded(self, trigger: str, work: Callable[[Parts], Report]) -> None:
        """One pass; whatever goes wrong is told on the page and in the log, and the next pass tries again."""
        live = self.desk.live
        live.begin(trigger)
        try:
            report = work(self._parts(trigger))
        except Stopped:
            live.end()
        except SyncError as error:
            told = f"{error}{error.hint}"
            if told != live.problem:  # once, not every second
                log.warning("round %s not completed: %s", trigger, error)
            live.end(problem=told)
        except Exception:  # the service goes on; the log has the trace
            log.exception("round %s failed", trigger)
            live.end(problem="同步出了意外，下一轮会再试；详情见服务日志。")
        else:
            self._others.ours((run.id for run in report.runs), day=trigger == "day")
            if live.end(report):
                self._stale.set()

    def _parts(self, trigger: str) -> Parts:
        parts = self.desk.office.worker(f"scheduler-{trigger}", self._told)
        parts.backend = Watching(parts.backend, self.desk.live)
        return parts

    def _told(self, unit: str, what: str) -> None:
        if what == "读取" and self._stopping.is_set():
            raise Stopped
        live = self.desk.live
        if live.current is not None and not live.current.steps:
            live.expect(self._expected())
        live.told(unit, what)

    def _expected(self) -> list[str]:
        """Units whose books this round will look into, for a bar that knows its end."""
        office, present = self.desk.office, self.desk.live.present or {}
        found = []
        for book in office.store.books(office.scheme.id, layout=False):
            ref = present.get(book.key)
            if ref is None or book.held:
                continue
            if needs_answer(book) or needs_reading(office.parts, book, ref, set()):
                found.append(book.unit)
        return found

    def _day_has_come(self) -> bool:
        office = self.desk.office
        if not day_is_new(office):
            return False
        now = local(office.clock.now())
        if (now.hour, now.minute) >= (self._hour, self._minute) or office.clock.as_of is not None:
            return True
        yesterday = (office.clock.today() - timedelta(days=1)).isoformat()
        return office.store.setting(f"day:{office.scheme.id}") < yesterday  # a night was missed

    def _leading(self) -> bool:
        """Whether this process is the one that syncs: it holds the lease, or has just got it."""
        store, now = self.desk.office.store, self.desk.office.clock.now()
        name, live = f"scheduler:{self.desk.office.scheme.id}", self.desk.live
        with self._lease_lock:
            try:
                self._lease = self._renewed(now) or store.acquire(name, self._owner, LEASE_SECONDS, now)
            except SyncError as error:
                if live.problem != (told := f"{error}{error.hint}"):
                    log.warning("lease not renewed: %s", error)
                live.problem = told
                return False
            live.leader = self._lease is not None
            return live.leader

    def _renewed(self, now: float) -> Lease | None:
        if self._lease is not None and self._lease.until - now > LEASE_SECONDS / 2:
            return self._lease  # an idle poll writes nothing
        try:
            return self.desk.office.store.renew(self._lease, LEASE_SECONDS, now) if self._lease else None
        except LeaseLost:
            return None


def versions_name(office: Office) -> str:
    """The setting in which the service says by what scheme and program it works."""
    return f"versions:{office.scheme.id}"


def nightly_time(settings: Settings) -> tuple[int, int]:
    """Hour and minute of `nightly`. SettingsError when it is no time of day."""
    return time_of(settings, "nightly")


def time_of(settings: Settings, name: str) -> tuple[int, int]:
    """Hour and minute of a setting. SettingsError when it is no time of day."""
    text = getattr(settings, name)
    try:
        hour, minute = (int(part) for part in text.split(":"))
        datetime(2000, 1, 1, hour, minute)
    except ValueError:
        raise SettingsError(f"tianbao.toml 里的 {name} = “{text}”不是时间，应写成 00:10 这样。") from None
    return hour, minute
