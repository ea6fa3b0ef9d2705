"""Quota as a budget (law L9): calls are spread so that Google never has to refuse one.

A call takes a place in every bucket that counts it: its identity's and its project's, for reads or for writes. A bucket
never lets more than its limit through within a window a little longer than Google's minute.

Google counts by project and identity, not by process: `serve` and a `tianbao sync` beside it share the buckets of their
workspace (`SharedPace`), in small files under a lock that the system lets go of when a process dies.
"""

from __future__ import annotations

import fcntl
import threading
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from sync.errors import ConfigurationError, os_words

WINDOW = 61.0  # seconds; Google counts 60, and calls take differently long to arrive
LONGEST_CLOSED = 10_000.0  # seconds; nobody is asked to wait longer, so a later time is a mistake
PATIENCE = 0.02  # added to every wait, so that the place is free when we wake


class Bucket:
    """At most `limit` calls within the window. Not safe by itself: `Pace` holds the lock."""

    def __init__(self, limit: int, window: float = WINDOW) -> None:
        self.limit, self.window = max(limit, 1), window
        self._taken: deque[float] = deque()
        self._closed_until = 0.0

    def wait(self, now: float) -> float:
        """Seconds until a place is free; 0 = now."""
        while self._taken and self._taken[0] <= now - self.window:
            self._taken.popleft()
        full = self._taken[-self.limit] + self.window - now if len(self._taken) >= self.limit else 0.0
        return max(full, self._closed_until - now, 0.0)

    def take(self, now: float) -> None:
        self._taken.append(now)

    def close(self, until: float) -> None:
        """Nothing passes before this time: Google has refused a call."""
        self._closed_until = max(self._closed_until, until)

    def load(self, now: float) -> float:
        """Share of the limit taken in the window."""
        self.wait(now)
        return len(self._taken) / self.limit

    def state(self) -> bytes:
        """Closed until when, and when the places were taken, as others may go on from it."""
        return array("d", [self._closed_until, *self._taken]).tobytes()

    def restore(self, state: bytes, now: float) -> None:
        """Go on from where others are. What cannot be, because a clock was wrong, is forgotten."""
        found = array("d")
        found.frombytes(state[: len(state) // 8 * 8])
        self._closed_until = found[0] if found and found[0] < now + LONGEST_CLOSED else 0.0
        self._taken = deque(sorted(at for at in found[1:] if at <= now + 1))


class Pace:
    """Buckets by name, shared by all threads."""

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._clock, self._sleep = clock, sleep
        self._buckets: dict[str, Bucket] = {}
        self._lock = threading.Lock()
        self.waited = 0.0  # seconds, altogether

    def bucket(self, name: str, limit: int) -> str:
        """Make a bucket known; its name."""
        with self._lock:
            self._buckets.setdefault(name, Bucket(limit))
        return name

    @contextmanager
    def _hold(self, names: Iterable[str], *, change: bool) -> Iterator[list[Bucket]]:
        """These buckets, as long as nobody else has them in hand."""
        with self._lock:
            yield [self._buckets[name] for name in names]

    def take(self, names: Iterable[str], deadline: float) -> bool:
        """Wait for a place in all of these buckets and take it; False when that would be after the deadline."""
        chosen = list(names)
        while True:
            with self._hold(chosen, change=True) as buckets:
                now = self._clock()
                wait = max((bucket.wait(now) for bucket in buckets), default=0.0)
                if wait <= 0:
                    for bucket in buckets:
                        bucket.take(now)
                    return True
            if now + wait > deadline:
                return False
            self.waited += wait
            self._sleep(wait + PATIENCE)

    def wait_of(self, names: Iterable[str]) -> float:
        """How long a call that counts in these buckets would wait now."""
        with self._hold(names, change=False) as buckets:
            now = self._clock()
            return max((bucket.wait(now) for bucket in buckets), default=0.0)

    def load_of(self, name: str) -> float:
        with self._hold([name], change=False) as buckets:
            return buckets[0].load(self._clock())

    def close(self, name: str, seconds: float) -> None:
        """Google refused a call: nothing more through this bucket for a while."""
        with self._hold([name], change=True) as buckets:
            buckets[0].close(self._clock() + seconds)


class SharedPace(Pace):
    """The same buckets for all processes that use one directory; a call costs two small files there, no database."""

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], None], place: Path) -> None:
        super().__init__(clock, sleep)
        self._place = place
        with self._told():
            place.mkdir(parents=True, exist_ok=True)
            (place / "lock").touch()

    @contextmanager
    def _hold(self, names: Iterable[str], *, change: bool) -> Iterator[list[Bucket]]:
        chosen = list(names)
        files = [self._place / f"{blake2b(name.encode(), digest_size=10).hexdigest()}.calls" for name in chosen]
        with super()._hold(chosen, change=change) as buckets, self._told(), (self._place / "lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for bucket, file in zip(buckets, files, strict=True):
                bucket.restore(file.read_bytes() if file.exists() else b"", self._clock())
            yield buckets
            if change:
                for bucket, file in zip(buckets, files, strict=True):
                    file.write_bytes(bucket.state())

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Without the count no call is made: we would not know what Google still allows."""
        try:
            yield
        except OSError as error:
            raise ConfigurationError(
                f"不能读写 {self._place}：{os_words(error)}",
                "请看磁盘是否已满、运行 tianbao 的用户能否写工作区；那里记着调用 Google 的次数。",
            ) from None
