"""gspread's one door, guarded: another base address, time limits, quota, bounded retries, a count of all calls."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from google.auth.transport.requests import AuthorizedSession
from gspread.http_client import HTTPClient
from requests import PreparedRequest, ReadTimeout, Response
from requests.adapters import HTTPAdapter

from sync.backends.google.credentials import Account
from sync.backends.google.failures import TooSlow, Unclear, Verdict, as_error, classify
from sync.backends.google.pace import Pace
from sync.backends.google.patience import Backoff

SHEETS, DRIVE = "https://sheets.googleapis.com", "https://www.googleapis.com"
Json = dict[str, Any]
CONNECT, ANSWER = 10.0, 60.0  # seconds; Google gives up after 180 itself
PIECE = 8192  # bytes of an answer between two looks at the clock
T = TypeVar("T")
_READING_POSTS = (":batchGetByDataFilter", ":getByDataFilter", ":search")


@dataclass(frozen=True, slots=True)
class Quotas:
    """Calls a minute of one project and of one identity in it. Google's own numbers by default."""

    per_identity: int = 60
    per_project: int = 300
    drive: int = 600  # far below what Drive allows; a listing is one call


@dataclass(slots=True)
class Counts:
    """Calls by (identity, kind), and what became of those that failed."""

    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _own: threading.local = field(default_factory=threading.local)

    def called(self, identity: str, kind: str) -> None:
        own: Counter[str] = self._own.__dict__.setdefault("calls", Counter())
        own[kind] += 1
        with self._lock:
            self.calls[identity, kind] += 1

    def of_thread(self) -> dict[str, int]:
        """Calls of this thread, by kind: one thread has one book in hand."""
        return dict(self._own.__dict__.get("calls", {}))

    def failed(self, verdict: Verdict) -> None:
        with self._lock:
            self.failures[verdict.kind] += 1

    def total(self, kind: str) -> int:
        with self._lock:
            return sum(number for (_, name), number in self.calls.items() if name == kind)


@dataclass(frozen=True, slots=True)
class Manner:
    """What all calls of a transport share."""

    pace: Pace
    backoff: Backoff
    counts: Counts
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    endpoint: str = ""  # "" = Google; else one address for all of it
    quotas: Quotas = field(default_factory=Quotas)
    timeouts: tuple[float, float] = (CONNECT, ANSWER)


def kind_of(method: str, endpoint: str) -> str:
    """Which quota a call counts in: read, write, drive."""
    if "/drive/" in endpoint:
        return "drive"
    reading = method.upper() == "GET" or endpoint.rpartition("?")[0].endswith(_READING_POSTS)
    return "read" if reading or endpoint.endswith(_READING_POSTS) else "write"


class _InTime(HTTPAdapter):
    """Answers are read piece by piece until `deadline`: the limits of `requests` are for one piece each, so that an
    answer that trickles would hold a worker for hours."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(pool_connections=2, pool_maxsize=2)
        self.deadline, self._clock = float("inf"), clock

    def send(self, request: PreparedRequest, *args: Any, **more: Any) -> Response:
        response = super().send(request, *args, **more)
        pieces = []
        for piece in response.iter_content(PIECE):
            pieces.append(piece)
            if self._clock() > self.deadline:
                response.close()
                raise ReadTimeout("the answer takes longer than the run may", request=request)
        response._content = b"".join(pieces)
        return response


class SheetsClient(HTTPClient):
    """One identity's client for one thread. `begin` says how the next calls are to be treated."""

    def __init__(self, account: Account, manner: Manner) -> None:
        session = AuthorizedSession(account.credentials)  # type: ignore[no-untyped-call]
        session.headers["User-Agent"] = "tianbao (gzip)"
        session.trust_env = not manner.endpoint  # the way to Google may lead through a proxy; nothing else does
        self._adapter = _InTime(manner.clock)
        for scheme in ("http://", "https://"):
            session.mount(scheme, self._adapter)
        super().__init__(account.credentials, session)
        self.account, self.manner = account, manner
        self._deadline, self._repeatable, self._what = float("inf"), False, ""

    def begin(self, what: str, deadline: float, *, repeatable: bool) -> None:
        """The book's name for messages, when to give up, and whether an unclear call may simply be repeated."""
        self._what, self._deadline, self._repeatable = what, deadline, repeatable

    def buckets(self, kind: str) -> list[str]:
        return bucket_names(self.account, kind, self.manner)

    def request(
        self,
        method: str,
        endpoint: str,
        params: Any = None,
        data: Any = None,
        json: Mapping[str, Any] | None = None,
        files: Any = None,
        headers: Any = None,
    ) -> Response:
        """One call with its retries. SyncError when it is final."""
        address, call = self._rebased(endpoint), super().request
        return self._tried(method, endpoint, lambda: call(method, address, params, data, json, files, headers))

    def ask(self, method: str, endpoint: str, params: Any = None, json: Mapping[str, Any] | None = None) -> Json:
        """The same, with the answer as JSON. What is none did not come from Google, or not whole, and is asked again."""
        address, call = self._rebased(endpoint), super().request

        def once() -> Json:
            found = call(method, address, params, json=json).json()
            if not isinstance(found, dict):
                raise ValueError("an answer is an object")
            return found

        return self._tried(method, endpoint, once)

    def _tried(self, method: str, endpoint: str, once: Callable[[], T]) -> T:
        kind = kind_of(method, endpoint)
        failures = 0
        while True:
            self._wait_for_quota(kind)
            self.manner.counts.called(self.account.name, kind)
            try:
                return once()
            except Exception as error:
                verdict = classify(error)
                failures += 1
                self._settle(verdict, kind, failures, method, error)

    def _rebased(self, endpoint: str) -> str:
        base = self.manner.endpoint.rstrip("/")
        if not base:
            return endpoint
        return endpoint.replace(SHEETS, base, 1).replace(DRIVE, base, 1)

    def _wait_for_quota(self, kind: str) -> None:
        manner = self.manner
        if not manner.pace.take(self.buckets(kind), self._deadline):
            raise TooSlow(f"《{self._what}》：Google 的调用配额排队太久，下一轮继续")
        left = self._deadline - manner.clock()
        if left <= 0:
            raise TooSlow(f"《{self._what}》：在规定时间内没有完成，下一轮继续")
        self.timeout = (manner.timeouts[0], min(manner.timeouts[1], left))
        self._adapter.deadline = self._deadline

    def _settle(self, verdict: Verdict, kind: str, failures: int, method: str, error: Exception) -> None:
        """Wait for another try, or raise what is final."""
        manner = self.manner
        manner.counts.failed(verdict)
        if verdict.kind == "other":
            raise error
        if verdict.unclear and not self._repeatable and method.upper() != "GET":
            raise Unclear(f"《{self._what}》：写入的结果不明（{verdict.message}），下一轮重新读取") from error
        wait = manner.backoff.wait(failures, verdict.wait)
        if verdict.kind == "quota":
            manner.pace.close(self.buckets(kind)[0], wait)
        if not verdict.transient or failures >= manner.backoff.tries:
            raise as_error(verdict, self._what) from error
        if manner.clock() + wait > self._deadline:
            raise as_error(verdict, self._what) from error
        if verdict.kind != "quota":  # a closed bucket makes us wait anyway
            manner.sleep(wait)


def bucket_names(account: Account, kind: str, manner: Manner) -> list[str]:
    """The buckets a call of this identity takes a place in, the identity's own first."""
    if kind == "drive":
        return [manner.pace.bucket(f"drive:{account.name}", manner.quotas.drive)]
    return [
        manner.pace.bucket(f"{kind}:{account.project}:{account.name}", manner.quotas.per_identity),
        manner.pace.bucket(f"{kind}:{account.project}", manner.quotas.per_project),
    ]
