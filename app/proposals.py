"""Proposals: a changed scheme as a workbook, handed in over the page, checked and tried on what is stored, put into use
by a person.

Each is a folder of its own under `drafts/` of the workspace: the workbook as it came and what was found, so that a restart
loses nothing. Checking and trying is `tianbao scheme diff` in a process of its own.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path, PurePath
from typing import Any, Literal

from app.aside import Said, run_aside
from app.desk import Desk
from app.process import is_dead, owner
from app.scheme_fit import refuse_lost_tables
from app.settings import SettingsError
from app.wiring import own_scheme, scheme_place
from sync.errors import SyncError, os_words
from validators.scheme.load import digest

KEPT = 20  # proposals; the oldest go
BOOK, TOLD = "方案.xlsx", "told.json"
_NUMBER = re.compile(r"[0-9a-f]{12}")
State = Literal["checking", "mistakes", "ready", "failed", "published"]


class Refused(SyncError):
    """这本工作簿没有收下。"""

    hint = "方案没有变。"


@dataclass(slots=True)
class Proposal:
    """`told`: mistakes, remarks, changes and rehearsal as `tianbao scheme diff --json` prints them."""

    number: str
    name: str
    by: str
    at: float
    state: State = "checking"
    problem: str = ""
    told: dict[str, Any] = field(default_factory=dict)
    published: float = 0.0
    published_by: str = ""
    digest: str = ""  # of the scheme that was put into use
    checker: str = ""  # the process that checks it, as it signs its leases

    @property
    def mistakes(self) -> list[dict[str, str]]:
        return list(self.told.get("mistakes") or ())

    @property
    def changes(self) -> list[dict[str, str]]:
        return list(self.told.get("changes") or ())

    @property
    def rehearsal(self) -> dict[str, Any]:
        return dict(self.told.get("rehearsal") or {})


class Proposals:
    """Those of one office. One is checked at a time."""

    def __init__(self, desk: Desk, start: Callable[[Callable[[], None]], None] | None = None) -> None:
        self._desk = desk
        self._start = start or _in_background
        self._one = threading.Lock()  # one is checked at a time
        self._putting = threading.Lock()  # one is put into use at a time
        self._lock = threading.Lock()  # the files of proposals
        self._running: set[str] = set()

    def hand_in(self, data: bytes, name: str, by: str) -> Proposal:
        """Keep a workbook and begin to check it. Refused where it cannot be kept."""
        name = PurePath(name.replace("\\", "/")).name[-120:] or BOOK
        if not name.lower().endswith(".xlsx"):
            raise Refused(f"“{name}”不是 .xlsx 文件。", "请上传从这里下载、改好并存成 .xlsx 的方案工作簿。")
        found = Proposal(secrets.token_hex(6), name, by, self._desk.office.clock.now())
        try:
            place = self._place(found.number)
            place.mkdir(parents=True)
            (place / BOOK).write_bytes(data)
            self._keep(found)
        except OSError as error:
            shutil.rmtree(self._place(found.number), ignore_errors=True)
            raise Refused(f"存不下这个文件：{os_words(error)}。", "请联系管理员；方案没有变。") from None
        self._prune()
        self.again(found.number)
        return found

    def again(self, number: str) -> None:
        """Check it (again), in the background."""
        found = self.get(number)
        if found is None or found.state == "published":
            return
        with self._lock:
            if number in self._running:
                return
            self._running.add(number)
        found.state, found.problem, found.told, found.checker = "checking", "", {}, owner()
        self._keep(found)
        self._start(lambda: self._check(number))

    def get(self, number: str) -> Proposal | None:
        """None where there is none of that number."""
        if not _NUMBER.fullmatch(number):
            return None
        try:
            data = json.loads((self._place(number) / TOLD).read_text("utf-8"))
        except (OSError, ValueError):
            return None
        known = {item.name for item in fields(Proposal)}
        found = Proposal(**{name: value for name, value in data.items() if name in known})
        if found.state == "checking" and number not in self._running and _left(found.checker):
            found.state, found.problem = "failed", "检查时服务停过，没有做完。请点“再检查一次”。"
        return found

    def all(self) -> list[Proposal]:
        """Newest first."""
        place = self._drafts()
        found = [self.get(item.name) for item in place.iterdir()] if place.is_dir() else []
        return sorted((item for item in found if item is not None), key=lambda item: -item.at)

    def book(self, number: str) -> bytes:
        """The workbook as it came."""
        return (self._place(number) / BOOK).read_bytes()

    def publish(self, number: str, by: str) -> list[str]:
        """Put it into use: names of the files written. Refused where it must not be."""
        with self._putting:
            return self._publish(number, by)

    def _publish(self, number: str, by: str) -> list[str]:
        from app.scheme_book.importing import conflict, read_import, store
        from app.scheme_book.sheet import BookError

        found, office = self.get(number), self._desk.office
        if found is None or found.state != "ready":
            raise Refused("这本工作簿还不能换上。", "请等它检查完，改掉列出的错。")
        try:
            done = read_import(self._place(number) / BOOK)
        except BookError as error:
            raise Refused(str(error)) from None
        if done.scheme is None:
            raise Refused(f"这本工作簿有{len(done.mistakes)}处要改。", "请点“再检查一次”。")
        if done.scheme.id != office.scheme.id:
            raise Refused(
                f"这是另一个方案（{done.scheme.id}）的工作簿，这里用的是“{office.scheme.id}”。", "请从这里下载再改。"
            )
        place, changed = own_scheme(office.settings), conflict(scheme_place(office.settings), done)
        if changed:
            raise Refused(
                f"下载以后方案另外改过（{'、'.join(changed[:8])}）。", "请重新下载现在的方案，在新的工作簿上改。"
            )
        try:
            refuse_lost_tables(done.scheme, office.store, office.scheme)
        except SettingsError as error:
            raise Refused(str(error), "") from None
        try:
            written = store(place, done)
        except OSError as error:
            raise Refused(f"写不进 {place}：{os_words(error)}。", "请联系管理员检查文件夹权限。") from None
        found.state, found.published, found.published_by = "published", office.clock.now(), by
        found.digest = digest(done.scheme)
        self._keep(found)
        data = {"version": done.scheme.version, "file": found.name, "number": len(found.changes)}
        office.store.add_event("scheme_published", found.published, by, data)
        self._desk.live.bump()
        self._desk.wake()
        return written

    def in_use(self, found: Proposal) -> bool:
        """Whether what was put in place is what the office works by."""
        return bool(found.digest) and found.digest == digest(self._desk.office.scheme)

    # inside -------------------------------------------------------------------------------------------------------

    def _check(self, number: str) -> None:
        office = self._desk.office
        try:
            with self._one:
                day = office.clock.as_of.isoformat() if office.clock.as_of else ""
                book = str(self._place(number) / BOOK)
                said = run_aside(office.settings, day, "scheme", "diff", book, "--limit", "0")
            found = self.get(number)
            if found is not None:
                _take(found, said)
                self._keep(found)
        finally:
            with self._lock:
                self._running.discard(number)
            self._desk.live.bump()

    def _keep(self, found: Proposal) -> None:
        file = self._place(found.number) / TOLD
        fresh = file.with_suffix(".new")
        with self._lock:
            fresh.write_text(json.dumps(asdict(found), ensure_ascii=False), "utf-8")
            fresh.replace(file)

    def _prune(self) -> None:
        for item in self.all()[KEPT:]:
            if item.number not in self._running:
                shutil.rmtree(self._place(item.number), ignore_errors=True)

    def _drafts(self) -> Path:
        return self._desk.office.settings.path("drafts")

    def _place(self, number: str) -> Path:
        return self._drafts() / number


def _left(checker: str) -> bool:
    """Whether nobody checks it any more: the process has ended, or it is this one, which does not."""
    return checker.split(":")[:2] == owner().split(":")[:2] or is_dead(checker)


def _take(found: Proposal, said: Said) -> None:
    """What the check said."""
    found.told = said.document
    if said.problem:
        found.state, found.problem = "failed", said.problem
    elif found.mistakes:
        found.state = "mistakes"
    else:
        found.state = "ready"


def _in_background(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="proposal", daemon=True).start()
