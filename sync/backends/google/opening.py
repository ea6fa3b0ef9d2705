"""A workspace's settings → its Google backend: accounts, quotas, and for a demonstration the emulator beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from sync.backends.google.addresses import file_id
from sync.backends.google.backend import GoogleBackend
from sync.backends.google.client import Quotas
from sync.backends.google.credentials import load_accounts
from sync.backends.google.pace import SharedPace
from sync.backends.google.transport import Transport
from sync.clock import Clock
from sync.errors import ConfigurationError

CALLS = "google-calls"  # directory of the workspace: when calls were made, for all its processes
EMULATOR = "emulator"  # as endpoint: the workspace's own emulator


class GoogleSettings(Protocol):
    """What must be known to reach the spreadsheets. `app.settings.Settings` has all of it."""

    @property
    def google_accounts(self) -> Sequence[str]: ...

    google_folder: str
    google_endpoint: str
    google_calls: int
    google_project_calls: int
    google_round_minutes: float
    google_round_share: float

    def path(self, name: str) -> Path: ...


def open_google(settings: GoogleSettings, clock: Clock, step: Callable[[str], None], **more: Any) -> GoogleBackend:
    """The backend, no call made yet. ConfigurationError when an account is missing or its file cannot be read."""
    folder = file_id(settings.google_folder)
    if settings.google_folder.strip() and not folder:
        raise ConfigurationError(
            f"tianbao.toml 里的 google_folder = “{settings.google_folder}” 不是文件夹的编号，也不是它的网址。",
            "在浏览器里打开那个文件夹，把地址栏里的网址整个复制过来。",
        )
    transport, leave = open_transport(settings, clock)
    backend = GoogleBackend(
        transport,
        clock=clock.now,
        folder=folder,
        today=clock.today if clock.as_of is None else None,
        round_minutes=settings.google_round_minutes,
        round_share=settings.google_round_share,
        step=step,
        **more,
    )
    backend.leave = leave
    return backend


def open_transport(settings: GoogleSettings, clock: Clock) -> tuple[Transport, Callable[[], None]]:
    """Calls in the name of all accounts, and what is to be done when no more are needed."""
    endpoint, leave, files = settings.google_endpoint, _nothing, key_files(settings)
    if endpoint == EMULATOR:
        from sync.backends.google.emulator import home as emulated

        home = emulated.enter(settings.path(EMULATOR))
        endpoint, files = home.url, files or [home.key()]

        def leave() -> None:
            emulated.leave(home)

    try:
        accounts = load_accounts(files)
    except BaseException:
        leave()
        raise
    quotas = Quotas(settings.google_calls, settings.google_project_calls)
    try:
        pace = SharedPace(clock.now, clock.sleep, settings.path(CALLS))
    except BaseException:
        leave()
        raise
    transport = Transport(
        accounts, clock=clock.now, sleep=clock.sleep, endpoint=endpoint, quotas=quotas, pace=pace
    )  # fmt: skip
    return transport, leave


def _nothing() -> None:
    """Nothing is held."""


def key_files(settings: GoogleSettings) -> list[Path]:
    """The key files of the settings, those with a relative name in the workspace."""
    return [settings.path(str(Path(name).expanduser())) for name in settings.google_accounts]
