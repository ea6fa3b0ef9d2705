"""Quota buckets over a sliding minute, and the account of all calls by person, project and method."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from sync.backends.google.emulator.errors import ApiError, DriveError, error_info

MINUTE = 60.0


@dataclass(slots=True)
class Limits:
    """Calls a minute. None = without end."""

    reads_user: int | None = 60
    reads_project: int | None = 300
    writes_user: int | None = 60
    writes_project: int | None = 300
    drive_user: int | None = 12_000
    drive_project: int | None = 12_000


@dataclass(frozen=True, slots=True)
class Call:
    """One answered call. `kind`: read or write of Sheets, drive, token. `method` as in "spreadsheets.get"."""

    number: int
    at: float
    user: str
    project: str
    kind: str
    method: str
    book: str
    status: int


@dataclass(slots=True)
class Account:
    """All calls since the last reset."""

    calls: list[Call] = field(default_factory=list)
    total: int = 0  # never reset: the number of the last call

    def add(self, call: Call) -> None:
        self.calls.append(call)

    def next_number(self) -> int:
        self.total += 1
        return self.total

    def reset(self) -> None:
        self.calls.clear()

    def count(self, **wanted: object) -> int:
        """Calls with these attributes: count(kind="read", user="a@b")."""
        return sum(all(getattr(call, name) == value for name, value in wanted.items()) for call in self.calls)

    def by(self, *names: str) -> Counter[tuple[object, ...]]:
        return Counter(tuple(getattr(call, name) for name in names) for call in self.calls)


_METRIC = {"read": "Read requests", "write": "Write requests"}


class Quota:
    """Refuses what goes over a limit, as Google words it."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.limits = Limits()
        self._clock = clock
        self._seen: dict[tuple[str, str, str], deque[float]] = defaultdict(deque)
        self.retry_after: int | None = None  # sent along with a 429 where set

    def reset(self) -> None:
        self._seen.clear()

    def spend(self, kind: str, user: str, project: str) -> None:
        """Count a call, or raise the error it gets instead."""
        now = self._clock()
        limits = self.limits
        for scope, name, limit in (
            ("user", user, getattr(limits, f"{kind}s_user" if kind != "drive" else "drive_user")),
            ("project", project, getattr(limits, f"{kind}s_project" if kind != "drive" else "drive_project")),
        ):
            bucket = self._seen[kind, scope, name]
            while bucket and bucket[0] <= now - MINUTE:
                bucket.popleft()
            if limit is not None and len(bucket) >= limit:
                raise self._refusal(kind, scope)
        for scope, name in (("user", user), ("project", project)):
            self._seen[kind, scope, name].append(now)

    def _refusal(self, kind: str, scope: str) -> ApiError:
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return drive_refusal(headers) if kind == "drive" else sheets_refusal(kind, scope, headers)


def sheets_refusal(kind: str, scope: str, headers: dict[str, str]) -> ApiError:
    metric = _METRIC[kind]
    per = f"{metric} per minute per user" if scope == "user" else f"{metric} per minute"
    message = (
        f"Quota exceeded for quota metric '{metric}' and limit '{per}' of service 'sheets.googleapis.com' "
        "for consumer 'project_number:100000000001'."
    )
    limit = f"{metric.title().replace(' ', '')}PerMinute{'PerUser' if scope == 'user' else 'PerProject'}"
    info = error_info(
        "RATE_LIMIT_EXCEEDED", consumer="projects/100000000001", service="sheets.googleapis.com", quota_limit=limit,
        quota_metric=f"sheets.googleapis.com/{metric.lower().replace(' ', '_')}",
    )  # fmt: skip
    return ApiError(429, message, headers, [info])


def drive_busy(headers: dict[str, str]) -> DriveError:
    """Drive over its quota as 429 ("or 429", the guide's page on limits)."""
    return DriveError(429, "Rate Limit Exceeded", "rateLimitExceeded", "usageLimits", headers)


def drive_refusal(headers: dict[str, str]) -> DriveError:
    return DriveError(403, "User Rate Limit Exceeded", "userRateLimitExceeded", "usageLimits", headers)
