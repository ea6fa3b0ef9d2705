"""Readers: a small pool of spawned processes for strangers' files, and one without a process for tests.

A reader process that is killed by its limits costs one book one finding; a new one takes its place.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import LifoQueue
from types import TracebackType
from typing import IO, Protocol

from sync.backends.folder.grids import decode_grids, read_grids
from sync.backends.folder.grids import unread as unread_ledger
from sync.backends.folder.overdue import Watchman
from sync.backends.folder.package import Limits
from sync.backends.folder.patch import plan_patch
from sync.backends.folder.reader import read_book, unread
from sync.backends.folder.sniff import OLE
from sync.backends.folder.upgrade.spec import Upgrade, Upgraded, decode_upgraded
from sync.backends.folder.wire import Patched, answer_out, decode, decode_patched, patched_of
from sync.backends.folder.worker import (
    READ,
    REFUSED,
    STOPPING,
    UNAVAILABLE,
    GridRequest,
    PatchRequest,
    Request,
    UpgradeRequest,
    receive,
    send,
)
from sync.backends.folder.zippatch import Refused
from sync.book import BookAnswer, BookShape, Snapshot
from sync.errors import BookUnavailable, SyncError
from sync.ledger.grid import Ledger

Source = bytes | str | os.PathLike[str]
Shapes = BookShape | Sequence[BookShape]

TOO_LONG, TOO_MUCH = "写回这本表用时过长，没有写入", "写回这本表占用内存过多，没有写入"
PIPE_BYTES = 1 << 20  # a whole book: neither side waits for the other to take it bit by bit
_ROOT = str(Path(__file__).resolve().parents[3])
_START = "import sys; sys.path.insert(0, sys.argv[1]); from sync.backends.folder.worker import main; \
main(int(sys.argv[2]), int(sys.argv[3]))"
_KEPT = ("PATH", "SYSTEMROOT", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "LD_LIBRARY_PATH")


class Reader(Protocol):
    """Looks into strangers' files: reads one book (`name` is shown in messages; `head`: only whose it is is wanted),
    or plans the patch that brings our answer into it (`Refused` with a reason in Chinese), or reads a ledger of any
    layout as it stands, or brings a filled book to another version of its scheme (`Refused` likewise)."""

    def read(self, source: Source, shapes: Shapes, *, name: str = "", head: bool = False) -> Snapshot: ...
    def patch(self, data: bytes, answer: BookAnswer, *, filling: bool = False) -> Patched: ...
    def grids(self, data: bytes, *, name: str = "") -> Ledger: ...
    def upgrade(self, data: bytes, wanted: Upgrade) -> Upgraded: ...
    def close(self) -> None: ...


class InlineReader:
    """Reads in this process: for tests and small folders one trusts. .xls and .ods still go to a process."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._pool: ReaderPool | None = None

    def read(self, source: Source, shapes: Shapes, *, name: str = "", head: bool = False) -> Snapshot:
        """As `ReaderPool.read`, without limits of time and memory."""
        data = source if isinstance(source, bytes) else _read_file(source, self._limits)
        name = name or _name_of(source)
        if data.startswith((OLE, b"PK\x03\x04")) and (data.startswith(OLE) or b"opendocument" in data[:200]):
            self._pool = self._pool or ReaderPool(1, limits=self._limits)
            return self._pool.read(data, shapes, name=name, head=head)
        return read_book(data, shapes, name=name, limits=self._limits, head=head)

    def patch(self, data: bytes, answer: BookAnswer, *, filling: bool = False) -> Patched:
        """As `ReaderPool.patch`, without limits of time and memory."""
        return patched_of(plan_patch(data, answer, filling=filling))

    def grids(self, data: bytes, *, name: str = "") -> Ledger:
        """As `ReaderPool.grids`; .xls and .ods go to a process."""
        if not data.startswith(b"PK") or b"opendocument" in data[:200]:
            self._pool = self._pool or ReaderPool(1, limits=self._limits)
            return self._pool.grids(data, name=name)
        return read_grids(data, name, self._limits)

    def upgrade(self, data: bytes, wanted: Upgrade) -> Upgraded:
        """As `ReaderPool.upgrade`, without limits of time and memory."""
        from sync.backends.folder.upgrade.book import upgrade_book

        return upgrade_book(data, wanted)

    def close(self) -> None:
        """Stop the process for old formats, if there is one."""
        if self._pool is not None:
            self._pool.close()


class ReaderPool:
    """`processes` spawned readers with `seconds` and `memory_mb` per book. Safe to use from several threads."""

    def __init__(
        self, processes: int = 2, seconds: int = 60, memory_mb: int = 1024, *, limits: Limits | None = None
    ) -> None:
        self._limits = limits or Limits()
        self._seconds, self._memory, self._watchman = seconds, memory_mb, Watchman(seconds)
        self._idle: LifoQueue[_Process | None] = LifoQueue()
        self._closed = False
        for _ in range(processes):
            self._idle.put(None)  # started when first needed

    def read(self, source: Source, shapes: Shapes, *, name: str = "", head: bool = False) -> Snapshot:
        """Read one book (bytes or path) in a process of its own for the time. BookUnavailable when a path is gone."""
        with self._process() as process:
            return self._read(process, source, shapes, name or _name_of(source), head)

    def patch(self, data: bytes, answer: BookAnswer, *, filling: bool = False) -> Patched:
        """Plan a patch in a process of its own for the time. Refused also when a limit struck."""
        with self._process() as process:
            return self._patch(process, PatchRequest(data, answer_out(answer), filling))

    def grids(self, data: bytes, *, name: str = "") -> Ledger:
        """Read a ledger in a process of its own for the time; `Ledger.problem` also when a limit struck."""
        with self._process() as process:
            try:
                kind, body = process.ask(GridRequest(data, name, self._limits))
            except (EOFError, OSError):
                return unread_ledger(name, "book.timeout" if process.timed_out else "book.bomb", seconds=self._seconds)
            if kind == STOPPING:
                process.stop()
            return decode_grids(body)

    def upgrade(self, data: bytes, wanted: Upgrade) -> Upgraded:
        """Upgrade a book in a process of its own for the time. Refused also when a limit struck."""
        with self._process() as process:
            return decode_upgraded(self._planned(process, UpgradeRequest(data, wanted)))

    @contextmanager
    def _process(self) -> Iterator[_Process]:
        """A living process that nobody else uses; replaced when it died of its work."""
        if self._closed:
            raise SyncError("读表进程已经关闭。")
        process = self._idle.get()
        try:
            if process is not None and not process.alive():  # died while it was idle
                process.stop()
                process = None
            process = process or _Process(self._memory, self._seconds, self._watchman)
            yield process
        finally:
            if process is not None and process.died:
                process.stop()
                process = None
            self._idle.put(process)
            if self._closed:
                self._drain()

    def close(self) -> None:
        """Stop all processes; those at work stop after their book."""
        self._closed = True
        self._watchman.close()
        self._drain()

    def __enter__(self) -> ReaderPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _drain(self) -> None:
        while not self._idle.empty():
            process = self._idle.get()
            if process is not None:
                process.stop()

    def _read(self, process: _Process, source: Source, shapes: Shapes, name: str, head: bool) -> Snapshot:
        wanted = (shapes,) if isinstance(shapes, BookShape) else tuple(shapes)
        body = source if isinstance(source, bytes) else os.fspath(source)
        if isinstance(body, bytes) and len(body) > self._limits.file_bytes:
            return unread(Snapshot(name, "", ""), "book.too_large", name, reason="file", size=len(body))
        request = Request(body, name, None if process.shapes == wanted else wanted, self._limits, head)
        try:
            kind, answer = process.ask(request)
        except (EOFError, OSError):
            if process.timed_out:
                return unread(Snapshot(name, "", ""), "book.timeout", name, seconds=self._seconds)
            return unread(Snapshot(name, "", ""), "book.bomb", name, reason="killed")
        process.shapes = wanted
        if kind == UNAVAILABLE:
            raise BookUnavailable(f"暂时读不到“{name}”（{answer.decode()}）。")
        if kind == STOPPING:
            process.stop()
        return decode(answer)

    def _patch(self, process: _Process, request: PatchRequest) -> Patched:
        return decode_patched(self._planned(process, request))

    def _planned(self, process: _Process, request: PatchRequest | UpgradeRequest) -> bytes:
        try:
            kind, body = process.ask(request)
        except (EOFError, OSError):
            raise Refused(TOO_LONG if process.timed_out else TOO_MUCH) from None
        if kind == REFUSED:
            raise Refused(body.decode())
        return body


class _Process:
    """One reader process and the pipe to it."""

    def __init__(self, memory_mb: int, seconds: int, watchman: Watchman) -> None:
        self.timed_out = False
        self._watchman = watchman
        self.shapes: tuple[BookShape, ...] | None = None  # those of its last request
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        self._popen = subprocess.Popen(  # noqa: S603 - our own interpreter and our own words
            [sys.executable, "-I", "-c", _START, _ROOT, str(memory_mb), str(seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        for stream in (self._popen.stdin, self._popen.stdout):
            _widen(stream)
        try:
            receive(self._out)
        except EOFError as error:
            self.stop()
            raise SyncError("读表进程启动不了。", "请运行 tianbao doctor 检查安装是否完整。") from error

    @property
    def _out(self) -> IO[bytes]:
        assert self._popen.stdout is not None
        return self._popen.stdout

    def alive(self) -> bool:
        """Whether it can take another book."""
        return self._popen.poll() is None

    @property
    def died(self) -> bool:
        """Whether its last book killed it: known without asking the system."""
        return self._popen.returncode is not None

    def ask(self, request: Request | PatchRequest | GridRequest | UpgradeRequest) -> tuple[bytes, bytes]:
        """One request, one answer. EOFError or OSError when the process died of it."""
        assert self._popen.stdin is not None
        body = pickle.dumps(request, pickle.HIGHEST_PROTOCOL)
        try:
            with self._watchman.over(self._strike):
                send(self._popen.stdin, READ, body)
                return receive(self._out)
        except (EOFError, OSError):
            self._popen.kill()
            self._popen.wait()
            raise

    def stop(self) -> None:
        """End the process, whatever it does."""
        self._popen.kill()
        self._popen.wait()
        for stream in (self._popen.stdin, self._popen.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:  # unsent bytes of a broken pipe
                    continue

    def _strike(self) -> None:
        self.timed_out = True
        self._popen.kill()


def _widen(stream: IO[bytes] | None) -> None:
    """A pipe of PIPE_BYTES where the system has such and allows it; else it stays as it is, which is only slower."""
    try:
        import fcntl

        if stream is not None:
            fcntl.fcntl(stream, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    except (ImportError, AttributeError, OSError):
        return


def _name_of(source: Source) -> str:
    return "" if isinstance(source, bytes) else Path(source).name


def _read_file(source: str | os.PathLike[str], limits: Limits) -> bytes:
    try:
        with Path(source).open("rb") as stream:
            return stream.read(limits.file_bytes + 1)
    except OSError as error:
        raise BookUnavailable(f"暂时读不到“{Path(source).name}”（{type(error).__name__}）。") from error
