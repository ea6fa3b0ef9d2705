"""The inside of a reader process: takes requests on stdin, handles one book at a time, answers on stdout.

Whatever looks into a stranger's bytes is done here: reading them, and planning a patch of them. It imports the reader
and the patch and nothing else of ours, never the store, and lives under limits of memory and time.
"""

from __future__ import annotations

import gc
import os
import pickle
import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sync.backends.folder.grids import encode_grids, read_grids
from sync.backends.folder.grids import unread as unread_ledger
from sync.backends.folder.package import Limits
from sync.backends.folder.patch import plan_patch
from sync.backends.folder.reader import read_book, unread
from sync.backends.folder.upgrade.spec import Upgrade, encode_upgraded
from sync.backends.folder.wire import Patched, PlainAnswer, answer_in, encode, encode_patched, patched_of
from sync.backends.folder.zippatch import Refused
from sync.book import BookShape, Snapshot

HEADER = struct.Struct(">cQ")  # kind of frame, length of what follows
READ, STOPPING, UNAVAILABLE, READY = b"R", b"S", b"U", b"Y"
PATCH, REFUSED = b"P", b"N"
LOWER = 5  # priority: the service itself is what all books wait for; readers take what it leaves of the processors
TOO_LARGE = "工作表太大，不能写回；请删除多余的空白格式行"


@dataclass(slots=True)
class Request:
    """One book to read: its bytes or its path. `shapes` None = those of the last request; `head`: only whose it is."""

    source: bytes | str
    name: str
    shapes: Sequence[BookShape] | None
    limits: Limits
    head: bool = False


@dataclass(slots=True)
class PatchRequest:
    """One book to patch: its bytes and our answer; `filling` as in `plan_patch`."""

    data: bytes
    answer: PlainAnswer
    filling: bool = False


@dataclass(slots=True)
class GridRequest:
    """A stranger's ledger to be read as it stands: its bytes."""

    data: bytes
    name: str
    limits: Limits


@dataclass(slots=True)
class UpgradeRequest:
    """One book to bring to another version of its scheme."""

    data: bytes
    wanted: Upgrade


def send(stream: IO[bytes], kind: bytes, body: bytes = b"") -> None:
    """Write one frame."""
    stream.write(HEADER.pack(kind, len(body)))
    stream.write(body)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[bytes, bytes]:
    """Read one frame. EOFError when the other side is gone."""
    head = stream.read(HEADER.size)
    if len(head) < HEADER.size:
        raise EOFError
    kind, length = HEADER.unpack(head)
    body = stream.read(length)
    if len(body) < length:
        raise EOFError
    return kind, body


def main(memory_mb: int, seconds: int) -> None:
    """Serve requests until the parent goes away."""
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing may print between frames
    _limit(memory_mb)
    if hasattr(os, "nice"):
        os.nice(LOWER)
    gc.freeze()
    gc.disable()  # rows hold no cycles; memory is bounded by the limit, and each round ends with a sweep
    shapes: Sequence[BookShape] = ()
    send(answers, READY)
    while True:
        try:
            _, body = receive(requests)
        except EOFError:
            return
        request: Request | PatchRequest | GridRequest | UpgradeRequest = pickle.loads(body)  # noqa: S301 - from our own parent
        _limit_time(seconds)
        if isinstance(request, PatchRequest):
            stop = _patch(answers, request)
        elif isinstance(request, GridRequest):
            stop = _grids(answers, request)
        elif isinstance(request, UpgradeRequest):
            stop = _upgrade(answers, request)
        else:
            shapes = request.shapes if request.shapes is not None else shapes
            stop = _answer_read(answers, request, shapes)
        if stop:
            return
        del request, body
        gc.collect()


def _answer_read(answers: IO[bytes], request: Request, shapes: Sequence[BookShape]) -> bool:
    """Read and answer; True when the process must be replaced."""
    try:
        snapshot = _read(request, shapes)
    except OSError as error:
        send(answers, UNAVAILABLE, type(error).__name__.encode())
        return False
    struck = any(item.params.get("reason") == "memory" for item in snapshot.findings)
    send(answers, STOPPING if struck else READ, encode(snapshot))
    return struck


def _patch(answers: IO[bytes], request: PatchRequest) -> bool:
    """Plan a patch and answer with the new bytes; True when the process must be replaced."""
    try:
        patched: Patched = patched_of(plan_patch(request.data, answer_in(request.answer), filling=request.filling))
    except Refused as refusal:
        send(answers, REFUSED, str(refusal).encode())
    except MemoryError:
        send(answers, REFUSED, TOO_LARGE.encode())
        return True
    else:
        send(answers, PATCH, encode_patched(patched))
    return False


def _upgrade(answers: IO[bytes], request: UpgradeRequest) -> bool:
    """Upgrade a book; True when the process must be replaced."""
    from sync.backends.folder.upgrade.book import upgrade_book  # seldom wanted

    try:
        body = encode_upgraded(upgrade_book(request.data, request.wanted))
    except Refused as refusal:
        send(answers, REFUSED, str(refusal).encode())
    except MemoryError:
        send(answers, REFUSED, TOO_LARGE.encode())
        return True
    else:
        send(answers, PATCH, body)
    return False


def _grids(answers: IO[bytes], request: GridRequest) -> bool:
    """Read a ledger; True when the process must be replaced."""
    try:
        body, struck = encode_grids(read_grids(request.data, request.name, request.limits)), False
    except MemoryError:
        body, struck = encode_grids(unread_ledger(request.name, "book.bomb")), True
    send(answers, STOPPING if struck else READ, body)
    return struck


def _read(request: Request, shapes: Sequence[BookShape]) -> Snapshot:
    try:
        data = request.source if isinstance(request.source, bytes) else _bytes_of(request.source, request.limits)
        return read_book(data, shapes, name=request.name, limits=request.limits, legacy=True, head=request.head)
    except MemoryError:
        return unread(Snapshot(request.name, "", ""), "book.bomb", request.name, reason="memory")


def _bytes_of(path: str, limits: Limits) -> bytes:
    """No more than one byte above the limit: enough to know that the file is too large."""
    with Path(path).open("rb") as stream:
        return stream.read(limits.file_bytes + 1)


def _limit(memory_mb: int) -> None:
    """No more memory than agreed, no files written, no core dumps. Where there are no such limits, time remains."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _limit_time(seconds: int) -> None:
    """Processor time for one book, so that a reader whose parent was killed cannot run on for ever."""
    try:
        import resource
    except ImportError:  # Windows
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds + 5, hard))
