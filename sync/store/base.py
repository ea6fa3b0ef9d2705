"""The Store protocol: its verbs and the values that go through it. Two real stores, one contract suite.

All times are POSIX seconds (float, UTC); all days are `datetime.date`. Nothing here knows SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, NamedTuple, Protocol

from sync.store.owed import Closing, Frozen, Ruling, RulingKind, Sent
from validators.findings import Finding
from validators.status import Flag, Status

REFUSED = "refused:"  # in front of `BookState.shown`
RecordState = Literal["live", "missing", "withdrawn"]  # missing: not seen in the last read, to be confirmed
COUNTING: tuple[RecordState, ...] = ("live", "missing")  # nothing is deleted by absence (law L3)


class KnownRow(NamedTuple):
    """What matching needs of a stored record, in the order of the last reading."""

    id: str
    digest: str  # of the raw cells last read (RawRow.digest)
    keys: tuple[str, ...]  # one text per natural key of the table, "" where a part is blank
    row: int
    state: RecordState


@dataclass(slots=True)
class StoredRecord:
    """A record as kept. `cells` are raw cells by field name, blanks left out; `values` canonical texts."""

    id: str
    table: str
    unit: str
    digest: str
    cells: dict[str, str]
    values: dict[str, str]
    keys: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    parent: str = ""  # id of the parent record, "" when there is none or it is not known
    state: RecordState = "live"
    scheme_version: str = ""
    parser_version: str = ""
    first_seen: float = 0.0
    changed_at: float = 0.0
    book: str = ""
    name: str = ""  # what a person calls it, for lists and search


@dataclass(slots=True)
class Judgement:
    """What the rules say of one subject: a record (kind "record", key = id), or kind "unit", "scheme",
    "participant", "obligation" … with a key of its own. Replaces what was said of it before."""

    kind: str
    key: str
    table: str = ""
    book: str = ""  # the book whose row shows it, "" when none does
    stage: str = ""
    statuses: Sequence[Status] = ()
    flags: Sequence[Flag] = ()
    findings: Sequence[Finding] = ()
    next_change: date | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """One accepted change of one record. `changes`: field → [old, new] canonical texts."""

    record: str
    kind: Literal["created", "changed", "missing", "withdrawn", "restored"]
    changes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    where: str = ""  # 项目库!F12, as at reading
    actor: str = ""
    actor_sure: Literal["", "claimed", "known"] = ""


@dataclass(slots=True)
class BookState:
    """What is known of one book between runs."""

    id: str
    scheme: str
    unit: str  # unit or department code, "commission"; "" while unknown
    role: str = "unit"  # unit | commission | department
    key: str = ""  # BookRef.key
    name: str = ""
    token: str = ""
    fingerprint: str = ""  # of the content last read or written by us
    file_time: float = 0.0
    first_seen: float = 0.0
    last_read: float = 0.0
    last_ok: float = 0.0
    wanted: bool = False  # somebody asked for a resync
    layout: dict[str, Any] = field(default_factory=dict)  # tabs, columns and row → id, as last read (JSON)
    shown: str = ""  # digest of the texts that stand in the book; REFUSED and the digest of those it does not take
    pending: str = ""  # why an answer waits, "" = none waits
    pending_since: float = 0.0
    problem: str = ""  # code of the book-level problem that stopped the last reading
    counts: dict[str, int] = field(default_factory=dict)  # rows, findings by severity, overdue …
    held: str = ""  # id of the decision that holds the book
    versions: str = ""  # of scheme and parser, under which the rows were last read; see `seen_under`
    judged: int = 0  # the store's: grows whenever what the book ought to show may have changed
    answered: int = 0  # `judged` as it was when the answer that stands in the book was rendered
    want_number: int = 0  # the store's: how many requests `wanted` stands for; leave it as loaded

    @property
    def refused(self) -> bool:
        """Whether the book, as it is, does not take the answer that `pending` speaks of: trying again is of no use
        until file or answer are others."""
        return bool(self.pending) and self.shown.startswith(REFUSED)

    @property
    def rows_under(self) -> str:
        """The versions under which the rows were last read; "" = never."""
        return self.versions.partition("\n")[0]

    @property
    def seen_under(self) -> str:
        """The versions under which the file was last looked into, be it in vain (then they stand on a second line)."""
        return self.versions.rpartition("\n")[2]

    @property
    def owed(self) -> bool:
        """Whether an answer is due though nobody touched the book: a run was killed, or other books changed its words."""
        return self.judged > self.answered


class UnreadLayout(dict[str, Any]):
    """Stands for a layout that was not read (`books(…, layout=False)`); saving leaves the stored one alone."""


class DirtyRules(set[str]):
    """Rule ids, and how often each had been marked when this was read (see `Store.dirty`)."""

    def __init__(self, marks: Mapping[str, int]) -> None:
        super().__init__(marks)
        self.marks = dict(marks)


@dataclass(slots=True)
class Run:
    """One pass over one book."""

    id: str
    book: str
    scheme: str
    trigger: str  # poll | manual:<who> | nightly | command …
    started: float
    finished: float = 0.0
    outcome: str = ""  # done | unchanged | held | unreadable | postponed | failed
    counts: dict[str, int] = field(default_factory=dict)
    message: str = ""


@dataclass(slots=True)
class Decision:
    """Something that waits for a person. `data` says what each choice would do."""

    id: str
    # held_run | withdrawal | duplicate_row | duplicate_record | two_files | renamed | copied_row | pending_answer
    kind: str
    scheme: str
    book: str
    subject: str  # record id, file name …
    data: dict[str, Any]
    opened: float
    state: Literal["open", "applied", "rejected", "void"] = "open"
    closed: float = 0.0
    by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Lease:
    """A right to work on `name` until `until`. `number` grows with every grant; the commit checks it (law L5)."""

    name: str
    owner: str
    number: int
    until: float


@dataclass(slots=True)
class RunCommit:
    """Everything one run changes, applied in one transaction or not at all (law L4)."""

    run: Run
    book: BookState
    upserts: list[StoredRecord] = field(default_factory=list)
    states: list[tuple[str, RecordState]] = field(default_factory=list)  # record id → new state
    revisions: list[Revision] = field(default_factory=list)
    judgements: list[Judgement] = field(default_factory=list)
    book_findings: list[Finding] | None = None  # None = leave; else replaces findings about tabs and the book
    decisions: list[Decision] = field(default_factory=list)  # opened or closed (by id)
    dirty: set[str] = field(default_factory=set)  # shared rules that must be judged again
    answer: bool = False  # the book's texts must be rendered again, even by another process after a kill
    seen_after: float = 0.0  # the values changed between these two instants (law L6)
    seen_by: float = 0.0


class Store(Protocol):
    """A handful of verbs. Every write that belongs to a book takes the book's lease and fails with LeaseLost."""

    # leases ---------------------------------------------------------------------------------------------------
    def acquire(self, name: str, owner: str, seconds: float, now: float) -> Lease | None: ...
    def renew(self, lease: Lease, seconds: float, now: float) -> Lease: ...
    def check(self, lease: Lease, now: float) -> None: ...
    def release(self, lease: Lease) -> None: ...
    def free_leases(self, is_dead: Callable[[str], bool], now: float) -> int: ...

    # books ----------------------------------------------------------------------------------------------------
    def books(self, scheme: str, *, layout: bool = True) -> list[BookState]: ...
    def book(self, book_id: str) -> BookState | None: ...
    def save_book(self, book: BookState, lease: Lease | None = None, now: float = 0.0) -> None: ...
    def enter_books(self, new: Iterable[BookState]) -> None: ...  # those that are not known; others stay as they are
    def want(self, book_ids: Iterable[str]) -> None: ...
    def judged(self, book_id: str) -> int: ...  # BookState.judged, now

    # runs -----------------------------------------------------------------------------------------------------
    def known_rows(self, book_id: str) -> dict[str, list[KnownRow]]: ...
    def records(
        self,
        scheme: str,
        *,
        book: str = "",
        tables: Iterable[str] = (),
        ids: Iterable[str] | None = None,  # None: all; an empty collection: none
        states: Iterable[RecordState] = COUNTING,
    ) -> list[StoredRecord]: ...
    def next_record_numbers(self, scheme: str, count: int) -> range: ...
    def commit(self, lease: Lease, commit: RunCommit, now: float) -> None: ...
    def runs(self, scheme: str, *, book: str = "", limit: int = 50) -> list[Run]: ...
    def run(self, run_id: str) -> Run | None: ...
    def save_run(self, run: Run) -> None: ...

    # judgements -----------------------------------------------------------------------------------------------
    def judgements(
        self, scheme: str, *, book: str = "", kind: str = "", keys: Iterable[str] | None = None
    ) -> list[Judgement]: ...
    def spoken_of(self, scheme: str, rules: Iterable[str]) -> list[Judgement]: ...
    def due(self, scheme: str, day: date) -> list[tuple[str, str, str]]: ...  # (book, kind, key): next_change <= day
    def dirty(self, scheme: str) -> DirtyRules: ...  # give it back as `clean`
    def mark(self, scheme: str, rules: Iterable[str]) -> None: ...
    def save_judgements(
        self,
        lease: Lease,
        judgements: Sequence[Judgement],
        now: float,
        *,
        clean: Iterable[str] = (),
        scheme: str = "",  # "" = from the lease's name: "scheme:<id>" or "book:<id>"
        sent: Iterable[Sent] = (),
    ) -> None: ...
    def book_findings(self, book_id: str) -> list[Finding]: ...

    # history --------------------------------------------------------------------------------------------------
    def revisions(self, *, record: str = "", book: str = "", limit: int = 200) -> list[dict[str, Any]]: ...
    def status_history(self, kind: str, key: str, *, scheme: str = "") -> list[dict[str, Any]]: ...
    def verify_chain(self, book_id: str) -> bool: ...

    # decisions ------------------------------------------------------------------------------------------------
    def decisions(self, scheme: str, *, state: str = "open") -> list[Decision]: ...
    def decision(self, decision_id: str) -> Decision | None: ...
    def save_decision(self, decision: Decision) -> None: ...

    # duties ---------------------------------------------------------------------------------------------------
    def rulings(self, scheme: str, *, kind: RulingKind | None = None, withdrawn: bool = False) -> list[Ruling]: ...
    def ruling(self, ruling_id: str) -> Ruling | None: ...
    def save_ruling(self, item: Ruling, dirty: Iterable[str] = (), due: date | None = None) -> None: ...
    def sent(self, scheme: str) -> list[Sent]: ...
    def closings(self, scheme: str) -> list[Closing]: ...
    def close_period(self, lease: Lease, item: Closing, now: float, dirty: Iterable[str] = ()) -> int: ...
    def frozen(self, scheme: str, *, closing: str = "", rules: Iterable[str] | None = None) -> list[Frozen]: ...

    # people and events ----------------------------------------------------------------------------------------
    def users(self) -> list[dict[str, Any]]: ...
    def user(self, name: str) -> dict[str, Any] | None: ...
    def save_user(self, user: Mapping[str, Any]) -> None: ...
    def add_event(self, kind: str, at: float, actor: str, data: Mapping[str, Any]) -> None: ...
    def events(self, *, limit: int = 100) -> list[dict[str, Any]]: ...
    def setting(self, name: str) -> str: ...
    def save_setting(self, name: str, value: str) -> None: ...
    def try_writing(self) -> None: ...  # StoreError when nothing could be written now; nothing is

    # overviews ------------------------------------------------------------------------------------------------
    def overview(self, scheme: str) -> list[dict[str, Any]]: ...
    def count_by_code(self, scheme: str) -> dict[str, dict[str, int]]: ...
    def search(self, scheme: str, text: str, *, unit: str = "", limit: int = 50) -> list[StoredRecord]: ...
    def export_rows(
        self, scheme: str, tables: Iterable[str] = (), *, unit: str = ""
    ) -> list[tuple[StoredRecord, Judgement | None]]: ...

    def close(self) -> None: ...
