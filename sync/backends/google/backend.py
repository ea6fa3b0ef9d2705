"""Books as Google spreadsheets, among people who edit at the same time (DESIGN §7).

A listing is one call and only a hint; a book is read with one call and answered with at most one. An answer is keyed by
content, so it needs no lock and no row number; what came back with the write tells whether anybody worked meanwhile.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import blake2b
from typing import Any

from sync.backends.google.addresses import sheet_url
from sync.backends.google.colours import Colours
from sync.backends.google.consolidated import MARK
from sync.backends.google.failures import RequestRefused, Unclear
from sync.backends.google.grid import FIELDS, first_row, keys_in, quoted
from sync.backends.google.mending import adrift, anchored, mended
from sync.backends.google.new_rows import MARKED_FIRST
from sync.backends.google.reading import read_answer
from sync.backends.google.rebuild import rebuild
from sync.backends.google.rounds import round_seconds
from sync.backends.google.seen import Seen, SeenTab
from sync.backends.google.status import Plan, plan_answer, remember_written, turn
from sync.backends.google.transport import Transport
from sync.book import BookAnswer, BookRef, BookShape, Outcome, Snapshot
from sync.errors import BookUnavailable
from validators.sheet_formulas import KEY

Json = dict[str, Any]

SPREADSHEET = "application/vnd.google-apps.spreadsheet"
FILE_FIELDS = "id,name,modifiedTime,lastModifyingUser(me,emailAddress)"
LOOK_FIELDS = (
    "replies,updatedSpreadsheet(sheets(properties(sheetId,title),"
    "data(startRow,startColumn,rowData(values(effectiveValue)))))"
)
OURS = "ours"  # the token of a book that nobody but us has changed since we wrote
REMEMBERED = 64  # books of which the last reading is kept
ANCHORED = "系统的答复列要修，先给表头和右边的栏目做好标识，下一轮再修"
REPAIRED = "系统答复列的公式被动过，已重新写好，下一轮再答复"
PROTECTED = (
    "系统要写的格子被保护起来了。请设保护的人或所有者点“数据 → 保护工作表和范围”，删去那一条（要保护只保护表头）"
)
CONSOLIDATED = "汇总"  # how people call the spreadsheet they made for the consolidated book: a hint, no more


@dataclass(slots=True)
class _Trace:
    """What the listing said of a book last, and what it said when we wrote (Drive notices late)."""

    stamp: str = ""
    at_write: str = ""


class GoogleBackend:
    """Spreadsheets of one folder, or all that are shared with us; implements `sync.backends.base.Backend`.

    `today` makes days left count in the sheets themselves (None: the day is fixed, numbers are written). `round_share`
    is the share of the read quota that the slow full round may use. `step` is told every step of an answer.
    """

    by_place = False

    def __init__(
        self,
        transport: Transport,
        *,
        clock: Callable[[], float],
        folder: str = "",
        skip: Sequence[str] = (),
        today: Callable[[], date] | None = None,
        round_minutes: float = 15.0,
        round_share: float = 0.25,
        step: Callable[[str], None] = lambda name: None,
    ) -> None:
        self.transport, self.folder = transport, folder
        self._clock, self._skip, self._today, self._step = clock, set(skip), today, step
        self._round_minutes, self._round_share = round_minutes, round_share
        self._seen: OrderedDict[str, Seen] = OrderedDict()
        self._waiting: dict[str, str] = {}  # blank ones called 汇总, as they were when they were looked at
        self._titles: dict[str, list[str]] = {}  # tabs worth reading, of every book
        self._whole: dict[str, int] = {}  # the full round in which all of a book was read last
        self._traces: dict[str, _Trace] = {}
        self._lock = threading.Lock()
        self.round_seconds = round_minutes * 60
        self._colours: Colours | None = None
        self.leave: Callable[[], None] = lambda: None  # what is held beside this backend is let go when it is closed

    # listing ------------------------------------------------------------------------------------------------------

    def list(self) -> list[BookRef]:
        """All spreadsheets, a thousand a call. Each changes its token once in a full round, at a time of its own."""
        files = [
            file
            for file in self.transport.files_of(self.folder, SPREADSHEET, FILE_FIELDS)
            if file["id"] not in self._skip and self._waiting.get(file["id"]) != file.get("modifiedTime", "")
        ]
        quota = self.transport.manner.quotas
        reads = min(quota.per_identity * len(self.transport.accounts), quota.per_project)
        self.round_seconds = round_seconds(len(files), reads, self._round_share, self._round_minutes * 60)
        return sorted((self._ref(file) for file in files), key=lambda ref: ref.key)

    def _ref(self, file: Json) -> BookRef:
        key, modified = str(file["id"]), str(file.get("modifiedTime", ""))
        user = file.get("lastModifyingUser", {})
        mine = bool(user.get("me")) or user.get("emailAddress") in {a.name for a in self.transport.accounts}
        with self._lock:
            trace = self._traces.setdefault(key, _Trace())
            trace.stamp = modified
            base = OURS if mine or (trace.at_write and trace.at_write == modified) else modified
        return BookRef(key, str(file["name"]), self._token(key, base), 0.0 if mine else _seconds(modified))

    def _token(self, key: str, base: str) -> str:
        """`base` and the number of the full round this book is in; rounds of different books begin evenly spread."""
        return f"{base}#{self._round(key)}"

    def _round(self, key: str) -> int:
        """The number of the full round that a book is in."""
        offset = int.from_bytes(blake2b(key.encode(), digest_size=4).digest(), "big") / 2**32 * self.round_seconds
        return int((self._clock() + offset) // self.round_seconds)

    # reading ------------------------------------------------------------------------------------------------------

    def read(self, ref: BookRef, shape: BookShape) -> Snapshot:
        """One call for all tabs that matter. Values come unconverted, with the class of their number format."""
        known = self._remembered(ref.key)
        book = self._fetch(ref, shape)
        self._pass_over_consolidated(ref, book)
        snapshot, seen = read_answer(ref, shape, book, known)
        with self._lock:
            self._titles[ref.key] = seen.titles if seen.status is not None else []
            self._seen[ref.key] = seen
            self._seen.move_to_end(ref.key)
            while len(self._seen) > REMEMBERED:
                self._seen.popitem(last=False)
        return snapshot

    def set_aside(self, key: str) -> None:
        """This is the consolidated book: it is nobody's to be read. "" says nothing."""
        if key:
            self._skip.add(key)

    @property
    def aside(self) -> frozenset[str]:
        """Spreadsheets known to be consolidated books, by what was told or by their mark."""
        return frozenset(self._skip)

    def _pass_over_consolidated(self, ref: BookRef, book: Json) -> None:
        """The consolidated book says what it is by a mark; one that waits to be filled is blank and called 汇总."""
        if any(item.get("metadataKey") == MARK for item in book.get("developerMetadata", ())):
            self._skip.add(ref.key)
            raise BookUnavailable(f"《{ref.name}》是系统的汇总簿，不用读取")
        sheets = book.get("sheets", ())
        blank = len(sheets) == 1 and not any(block.get("rowData") for block in sheets[0].get("data", ()))
        if blank and ref.name.startswith(CONSOLIDATED):
            with self._lock:
                self._waiting[ref.key] = self._traces.get(ref.key, _Trace()).stamp
            raise BookUnavailable(f"《{ref.name}》是空白的，等着写汇总簿")

    def _fetch(self, ref: BookRef, shape: BookShape) -> Json:
        """The tabs that mattered last time; all of them once in a full round, as somebody may have copied one, and when
        that is not known, one has another name now, or the scheme has a table of which the book had no tab."""
        now = self._round(ref.key)
        titles = self._titles.get(ref.key) if self._whole.get(ref.key) == now else None
        known = self._remembered(ref.key)
        try:
            if (
                titles
                and known is not None
                and {table.name for table in shape.tables} <= {tab.table for tab in known.tabs}
            ):
                try:
                    return self.transport.get_book(ref.key, ref.name, FIELDS, [quoted(title) for title in titles])
                except RequestRefused:
                    self._titles.pop(ref.key, None)
            book = self.transport.get_book(ref.key, ref.name, FIELDS)
            self._whole[ref.key] = now
            return book
        except RequestRefused as error:
            raise BookUnavailable(str(error)) from error

    def _remembered(self, key: str) -> Seen | None:
        with self._lock:
            return self._seen.get(key)

    def _forget(self, key: str) -> None:
        with self._lock:
            self._seen.pop(key, None)

    def forget(self, key: str) -> None:
        """A book was changed otherwise than by an answer: the next reading asks for all of it."""
        self._forget(key)
        self._titles.pop(key, None)

    def busy(self, ref: BookRef) -> str:
        """Nobody keeps others out of a spreadsheet."""
        return ""

    def use_colours(self, colours: Colours) -> None:
        """What the template lays on an entry tab. Without it columns that come back have no conditional formats."""
        self._colours = colours

    # answering ----------------------------------------------------------------------------------------------------

    def answer(self, ref: BookRef, answer: BookAnswer) -> Outcome:
        """Bring our texts into the tab of answers, in one write. `changed` when the reading they stand on is gone."""
        seen = self._remembered(ref.key)
        if seen is None or seen.fingerprint != answer.fingerprint:
            return Outcome("changed", "要先重新读取这张表格")
        if seen.status is None and not seen.ours:
            return Outcome("refused", "这张表格不是系统建的，只读取、不答复；请用 tianbao books build 建的表格填报")
        try:
            self._step("plan")
            if tabs := adrift(seen):
                return self._anchor(ref, seen, tabs)
            if seen.status is None or seen.lost:
                return self._rebuild(ref, seen)
            repaired = bool(seen.repairs)
            if repaired and (trouble := self._repair(ref, seen)):
                return trouble
            plan = plan_answer(seen, answer, self._today() if self._today else None)
            if not plan.requests and repaired:
                self._forget(ref.key)  # ours is the last change now, and hides what a person did just before it
                return Outcome("changed", REPAIRED)
            if not plan.requests:
                return Outcome("nothing", token=ref.token, fingerprint=answer.fingerprint)
            self._step("write")
            return self._write(ref, seen, answer, plan)
        except RequestRefused as error:
            self._forget(ref.key)
            if error.protected:
                return Outcome("postponed", f"待回写：{PROTECTED}")
            return Outcome("changed", f"写回时表格的结构变了：{error}")
        except Unclear as error:
            self._forget(ref.key)
            return Outcome("postponed", f"待回写：{error}")
        except BookUnavailable as error:  # access too may come back without anybody touching the book
            self._forget(ref.key)
            return Outcome("postponed", f"待回写：{error} {error.hint}".rstrip())

    def _write(self, ref: BookRef, seen: Seen, answer: BookAnswer, plan: Plan) -> Outcome:
        watched = [tab for tab in seen.tabs if KEY in tab.answers]
        look = [text for tab in watched for text in tab.looks]
        found = self.transport.update_book(
            ref.key, ref.name, plan.requests, repeatable=True, look=look, fields=LOOK_FIELDS if look else ""
        )
        self._step("written")
        with self._lock:
            trace = self._traces.setdefault(ref.key, _Trace())
            trace.at_write = trace.stamp
        if plan.marked:
            self._forget(ref.key)
            return Outcome("changed", MARKED_FIRST, written=plan.differences)
        same = not plan.opened and _unmoved(found, watched)
        if same:
            seen.generation += 1
            remember_written(seen, plan)
        else:
            self._forget(ref.key)
        token = self._token(ref.key, OURS) if same else ""
        return Outcome("done", token=token, fingerprint=answer.fingerprint, written=plan.differences)

    def _repair(self, ref: BookRef, seen: Seen) -> Outcome | None:
        """Lay our columns down again; an outcome when the answer must wait for a new reading. Like an answer it is
        refused when another worker has answered since the reading, or a column or the header is not where it was read."""
        if any(not item.number for item in seen.repairs):
            self._forget(ref.key)
            return Outcome("refused", "系统的答复列没有标识，不能写；请用 tianbao books build 另建一张，把内容复制过去")
        self._step("repair")
        requests = [*turn(seen.generation), *mended(seen)]
        self.transport.update_book(ref.key, ref.name, requests, repeatable=True)
        seen.generation += 1
        lost, seen.repairs = seen.key_lost, []
        if lost:
            self._forget(ref.key)
        return Outcome("changed", REPAIRED) if lost else None

    def _anchor(self, ref: BookRef, seen: Seen, tabs: Sequence[SeenTab]) -> Outcome:
        self._step("anchor")
        requests = [*turn(seen.generation), *(request for tab in tabs for request in anchored(tab))]
        self.transport.update_book(ref.key, ref.name, requests, repeatable=True)
        self._forget(ref.key)
        return Outcome("changed", ANCHORED)

    def _rebuild(self, ref: BookRef, seen: Seen) -> Outcome:
        """Columns or the tab of ours were deleted: they come back, and the next round answers."""
        self._step("rebuild")
        self.forget(ref.key)
        editors = [account.name for account in self.transport.accounts if "@" in account.name]
        return Outcome("changed", rebuild(self.transport, ref, seen, editors, self._colours))

    def url(self, ref_key: str) -> str:
        """Where a person opens a book."""
        return sheet_url(ref_key, self.transport.manner.endpoint)

    def tally(self) -> dict[str, int]:
        """Calls made by this thread so far, by kind."""
        return self.transport.counts.of_thread()

    def close(self) -> None:
        """Connections end; a demonstration's emulator is left to others."""
        self.transport.close()
        self.leave()


def _unmoved(found: Json, watched: Sequence[SeenTab]) -> bool:
    """Whether rows, keys and the heads of our columns right after our write are those that were read."""
    sheets = {
        int(sheet.get("properties", {}).get("sheetId", 0)): sheet.get("data", ())
        for sheet in found.get("updatedSpreadsheet", {}).get("sheets", ())
    }
    for tab in watched:
        blocks = sheets.get(tab.sheet, ())
        if len(blocks) != 2:
            return False
        keys = {row: key for row, key in keys_in(blocks[:1]).items() if row != tab.header_row}
        heads = first_row(blocks[1])
        if keys != tab.keys or any(heads.get(at) != text for at, text in tab.heads.items()):
            return False
    return True


def _seconds(text: str) -> float:
    """RFC 3339 → POSIX seconds; 0.0 = unknown."""
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC).timestamp()
    except ValueError:
        return 0.0
