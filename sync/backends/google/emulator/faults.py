"""Faults on order: refusals, errors, lost connections, slowness. Off until asked for, and the same every time."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any, Literal

from sync.backends.google.emulator.cells import Json
from sync.backends.google.emulator.errors import ApiError, DriveError, drive_server_error
from sync.backends.google.emulator.quota import drive_busy, drive_refusal, sheets_refusal

Action = Literal["status", "drop", "half", "slow"]
KINDS = ("read", "write", "drive", "token")

HTML_ERROR = (
    "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>Error 502 (Server Error)!!1</title>"
    "<p><b>502.</b> <ins>That’s an error.</ins><p>The server encountered a temporary error and could not complete your "
    "request.<p>Please try again in 30 seconds."
)


@dataclass(slots=True)
class Fault:
    """What goes wrong with the next matching calls.

    `skip` matching calls pass first, then `times` are hit. Empty `kind`, `user`, `book`, `method` match all; `method`
    may be the beginning of one. `commit`: the call is carried out before its answer is spoilt. status: `code` (429 and
    Drive's 403 with Google's own bodies; `reason` for another 403 of Drive), `html` for a body that is no JSON,
    `retry_date` for a Retry-After that is a date. slow: `seconds` before the first byte, or
    in the middle of the body when `commit` is "body".
    """

    action: Action = "status"
    code: int = 503
    times: int = 1
    skip: int = 0
    kind: str = ""
    user: str = ""
    book: str = ""
    method: str = ""
    commit: bool = False
    html: bool = False
    retry_after: int | None = None
    retry_date: bool = False
    seconds: float = 0.0
    middle: bool = False  # slow in the middle of the body
    reason: str = ""  # of a Drive 403

    def fits(self, kind: str, user: str, book: str, method: str) -> bool:
        return (
            self.kind in ("", kind)
            and self.user in ("", user)
            and self.book in ("", book)
            and method.startswith(self.method)
        )

    def error(self, kind: str) -> ApiError:
        """The answer of a status fault."""
        headers = {} if self.retry_after is None else {"Retry-After": self._asked(self.retry_after)}
        if kind == "drive":
            return self._drive_error(headers)
        if self.code == 429:
            return sheets_refusal("write" if kind == "write" else "read", "user", headers)
        return ApiError(self.code, _MESSAGES.get(self.code, "Something went wrong."), headers)

    def _asked(self, seconds: int) -> str:
        return formatdate(time.time() + seconds, usegmt=True) if self.retry_date else str(seconds)

    def _drive_error(self, headers: dict[str, str]) -> ApiError:
        if self.code == 429:
            return drive_busy(headers)
        if self.code == 403 and self.reason in ("", "userRateLimitExceeded"):
            return drive_refusal(headers)
        if self.code >= 500:
            return drive_server_error(self.code)
        if self.code == 404:
            return DriveError(404, "File not found: .", "notFound", place="fileId")
        return DriveError(self.code, _MESSAGES.get(self.code, "Bad Request"), self.reason or "badRequest")


_MESSAGES = {
    400: "Request contains an invalid argument.",
    403: "The caller does not have permission",
    404: "Requested entity was not found.",
    500: "Internal error encountered.",
    503: "The service is currently unavailable.",
}


@dataclass(slots=True)
class Faults:
    """The faults that are waiting."""

    waiting: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault | None = None, **fields: Any) -> Fault:
        found = fault or Fault(**fields)
        with self._lock:
            self.waiting.append(found)
        return found

    def clear(self) -> None:
        with self._lock:
            self.waiting.clear()

    def take(self, kind: str, user: str, book: str, method: str) -> Fault | None:
        """The first waiting fault that hits this call."""
        with self._lock:
            for fault in list(self.waiting):
                if not fault.fits(kind, user, book, method):
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None


def fault_of(given: Json) -> Fault:
    """A fault from the JSON of the control path. ValueError for a field that is none."""
    try:
        return Fault(**given)
    except TypeError as error:
        raise ValueError(str(error)) from None
