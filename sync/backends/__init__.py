"""Where books live. `open_backend` makes the backend a workspace's settings ask for; each is imported when used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from sync.backends.base import Backend
from sync.clock import Clock
from sync.errors import ConfigurationError

if TYPE_CHECKING:
    from sync.backends.google.opening import GoogleSettings


class BackendSettings(Protocol):
    """What a backend must be told. `app.settings.Settings` has all of it."""

    backend: str  # folder | google
    books: str
    quiet_seconds: float
    feedback: bool
    reader_processes: int

    def path(self, name: str) -> Path: ...


def open_backend(
    settings: BackendSettings,
    clock: Clock,
    *,
    feedback_writer: Callable[..., bytes] | None = None,
    step: Callable[[str], None] = lambda name: None,
    reading: bool = False,
    **more: Any,
) -> Backend:
    """The backend named in the settings, what a killed run left behind tidied up. `reading`: for a look only, nothing is
    touched. ConfigurationError if unknown."""
    if settings.backend == "folder":
        return _open_folder(settings, clock, feedback_writer, step, {**more, "reading": reading})
    if settings.backend == "google":
        from sync.backends.google.opening import open_google

        return open_google(cast("GoogleSettings", settings), clock, step, **more)
    if settings.backend == "memory":
        from sync.backends.memory import MemoryBackend

        return MemoryBackend(step=step)
    raise ConfigurationError(
        f"tianbao.toml 里的 backend = “{settings.backend}” 不能用；只能填 folder（共享文件夹）或 google（Google 表格）。"
    )


def _open_folder(
    settings: BackendSettings,
    clock: Clock,
    feedback_writer: Callable[..., bytes] | None,
    step: Callable[[str], None],
    more: dict[str, Any],
) -> Backend:
    from sync.backends.folder.backend import FolderBackend, Patience
    from sync.backends.folder.pool import InlineReader, ReaderPool

    root = settings.path(settings.books)
    if not root.is_dir():
        raise ConfigurationError(f"没有存放表的文件夹 {root}；请建立它，或改 tianbao.toml 里的 books。")
    processes = settings.reader_processes
    backend = FolderBackend(
        root,
        backups=settings.path("backups"),
        clock=clock.now,
        sleep=clock.sleep,
        reader=ReaderPool(processes) if processes else InlineReader(),
        patience=Patience(quiet=settings.quiet_seconds),
        feedback=settings.feedback,
        feedback_writer=feedback_writer,
        step=step,
        **more,
    )
    backend.recover()
    return backend
