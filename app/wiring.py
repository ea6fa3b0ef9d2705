"""Settings → schemes, backend, store: the one place where parts are put together."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from app.calendar_table import load_calendar
from app.feedback import FeedbackBook
from app.process import is_dead, owner
from app.scheme_fit import check_fit, refuse_lost_tables
from app.settings import Settings, SettingsError
from sheets_templates import catalog
from sync.backends import open_backend
from sync.backends.base import Backend
from sync.clock import Clock
from sync.parts import Limits, Parts
from sync.shapes import book_shapes
from sync.store import open_store
from sync.store.base import Store
from validators.calendar import Calendar
from validators.evaluate import Evaluator
from validators.scheme.models import Scheme
from validators.validate import RowValidator


@dataclass(slots=True)
class Office:
    """One workspace at work: what commands, pages and jobs hold in their hands."""

    settings: Settings
    scheme: Scheme
    store: Store
    backend: Backend
    clock: Clock
    calendar: Calendar
    parts: Parts
    feedback: FeedbackBook
    lock: threading.Lock = field(default_factory=threading.Lock)

    def worker(self, name: str, progress: Callable[[str, str], None] | None = None) -> Parts:
        """Parts for one thread: the same store and backend, leases in its own name."""
        from dataclasses import replace

        parts = replace(self.parts, owner=f"{owner()}:{name}")
        if progress is not None:
            parts.progress = progress
        return parts

    def adopt(self, scheme: Scheme, calendar: Calendar | None = None) -> None:
        """Work by another version of the scheme, or by another calendar, from now on. Under another scheme all books are
        read anew in the next round; under another calendar what was judged is judged again. SettingsError when it has
        lost a table of which rows are kept."""
        if scheme is not self.scheme:
            refuse_lost_tables(scheme, self.store, self.scheme)
        self.calendar = calendar or self.calendar
        parts = make_parts(scheme, self.store, self.backend, self.clock, self.calendar, self.settings)
        self.feedback.use(scheme)
        self.scheme, self.parts = scheme, parts

    def close(self) -> None:
        closer = getattr(self.backend, "close", None)
        if closer is not None:
            closer()
        self.store.close()


def open_office(settings: Settings, *, as_of: date | None = None, reading: bool = False) -> Office:
    """Put a workspace together. SettingsError or SyncError say what is missing and what to do. `reading`: for a look
    only; neither the store nor a book nor anything beside them is written."""
    scheme = load_scheme(settings)
    clock = Clock(as_of)
    calendar = load_calendar(settings)
    store = open_store(settings.database_url, reading=reading)
    feedback = FeedbackBook(scheme)
    backend = make_backend(settings, clock, feedback, reading=reading)
    if set_aside := getattr(backend, "set_aside", None):
        set_aside(store.setting(f"google_consolidated:{scheme.id}"))  # the consolidated book among the spreadsheets
    parts = make_parts(scheme, store, backend, clock, calendar, settings)
    office = Office(settings, scheme, store, backend, clock, calendar, parts, feedback)
    try:
        check_fit(scheme, store, parts.versions)
        store.free_leases(is_dead, clock.now())
    except BaseException:
        office.close()
        raise
    return office


@contextmanager
def office_of(settings: Settings, *, as_of: date | None = None, reading: bool = False) -> Any:
    """An office for the length of a block."""
    office = open_office(settings, as_of=as_of, reading=reading)
    try:
        yield office
    finally:
        office.close()


def make_parts(
    scheme: Scheme, store: Store, backend: Backend, clock: Clock, calendar: Calendar, settings: Settings | None = None
) -> Parts:
    """Parts of one scheme over any store and backend; tests use it with their own."""
    if use_colours := getattr(backend, "use_colours", None):
        from app.spreadsheets.colours import template_colours

        use_colours(template_colours(scheme))
    limits = Limits(settings.vanish_rows, settings.vanish_share) if settings else Limits()
    return Parts(
        scheme=scheme,
        shapes=book_shapes(scheme),
        backend=backend,
        store=store,
        evaluator=Evaluator(scheme, calendar),
        validators={table.name: RowValidator(scheme, table) for table in scheme.tables},
        clock=clock,
        owner=owner(),
        limits=limits,
        begun=settings.begun if settings else None,
        workers=settings.workers if settings else 1,
    )


def load_scheme(settings: Settings) -> Scheme:
    """The workspace's scheme: its own copy under `scheme/` first, else the bundled one of that id."""
    if not settings.scheme:
        raise SettingsError("tianbao.toml 里没有写 scheme。填方案编号，可用 tianbao scheme list 查看。")
    return catalog.load(scheme_place(settings))


def scheme_place(settings: Settings) -> Path:
    """The directory of the scheme in use: the workspace's own copy, else the bundled one."""
    local = own_scheme(settings)
    return local if local.is_dir() else catalog.find(settings.scheme)


def own_scheme(settings: Settings) -> Path:
    """Where the workspace's own copy lies, or would lie."""
    return settings.path("scheme") / settings.scheme


def make_backend(settings: Settings, clock: Clock, feedback: FeedbackBook, *, reading: bool = False) -> Backend:
    return open_backend(settings, clock, feedback_writer=feedback, reading=reading)


def workspace_of(path: str | None) -> Path:
    return Path(path or os.environ.get("TIANBAO_WORKSPACE", "."))
