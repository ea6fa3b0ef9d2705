"""One round: which books changed, collect them, judge what is shared, answer. The whole path on one screen."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial

from sync.answers import answer_book
from sync.asked import trigger_of
from sync.book import BookRef, Outcome
from sync.calls import counted
from sync.collect import collect
from sync.days import is_done, note_day
from sync.errors import BookUnavailable, LeaseLost, SyncError
from sync.heap import fewer_sweeps
from sync.judge import due_records, judge_due
from sync.leasing import book_lease
from sync.looks import note_looks
from sync.parts import Parts
from sync.recount import not_recounted, recount
from sync.register import Register, register
from sync.shared import judge_apart, mark_under_others
from sync.store.base import BookState, Lease, Run

LOG = logging.getLogger("tianbao.sync")


@dataclass(slots=True)
class Report:
    """What a round did, per unit."""

    runs: list[Run] = field(default_factory=list)
    outcomes: dict[str, Outcome] = field(default_factory=dict)  # book id → what became of its answer
    skipped: int = 0
    notes: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)  # book id → message
    resting: dict[str, str] = field(default_factory=dict)  # new file → why it is not opened now; the next round looks

    @property
    def problems(self) -> bool:
        return bool(self.failures or self.notes or any(run.outcome in ("held", "unreadable") for run in self.runs))


def sync_round(parts: Parts, trigger: str = "poll", units: Iterable[str] = (), *, dry_run: bool = False) -> Report:
    """Sync all changed or wanted books; named units always. One bad book never stops the others (L8)."""
    report = Report()
    named, looked = set(units), parts.clock.now()
    found = register(parts)
    report.notes += found.notes
    report.resting = found.resting
    if not dry_run:
        note_day(parts)
        if not is_done(parts):  # the day's pass is still to come: no book that is read before it shows "还有-1天"
            judge_books(parts, due_records(parts), report)
    recounted = not dry_run and recount(parts)
    report.notes += not_recounted(parts)
    if not dry_run:
        note_looks(parts, found.books, found.refs, looked)
        mark_under_others(parts)
    work: list[Callable[[], None]] = []
    for book in found.books:
        ref = found.refs.get(book.id)
        if ref is None or (named and book.unit not in named and book.id not in named):
            continue
        if not needs_reading(parts, book, ref, named) and not needs_answer(book):
            report.skipped += 1
        elif dry_run:
            report.notes.append(f"{parts.called(book.unit)}：将读取 {ref.name}")
        else:
            work.append(partial(_one, parts, book, ref, trigger, named, report))
    if not dry_run:
        with fewer_sweeps:
            _do_all(parts, work)
            shown, told = judge_apart(parts)
            report.notes += told
            shown |= {book.id for book in found.books} if recounted else set()
            _do_all(parts, [partial(_answer_again, parts, book_id, found, report) for book_id in sorted(shown)])
    return report


def judge_books(parts: Parts, due: Mapping[str, Iterable[str]], report: Report) -> None:
    """Judge these records again, book → ids. A book somebody else is at work on is left to him."""
    for book_id, ids in due.items():
        with book_lease(parts, book_id) as lease:
            if lease is not None:
                with kept_apart(parts, report, BookState(book_id, parts.scheme.id, book_id.partition(":")[2])):
                    parts.store.save_judgements(lease, judge_due(parts, book_id, ids), parts.clock.now())


def _do_all(parts: Parts, work: list[Callable[[], None]]) -> None:
    """Several books at a time: while some wait for a reader process or the disk, another is validated. Twice as many
    as there are readers, so that neither these nor our own Python ever lack work (bench `cold`)."""
    if parts.workers < 2 or len(work) < 2:
        for item in work:
            item()
        return
    with ThreadPoolExecutor(min(2 * parts.workers, len(work)), thread_name_prefix="book") as pool:
        for done in [pool.submit(item) for item in work]:
            done.result()


def needs_reading(parts: Parts, book: BookState, ref: BookRef, named: set[str]) -> bool:
    """Changed since last read, asked for, or read under other versions."""
    if book.unit in named or book.id in named or book.wanted:
        return True
    if ref.token != book.token or not ref.token:
        return True
    return bool(book.versions) and book.seen_under != parts.versions


def needs_answer(book: BookState) -> bool:
    """An answer waits that could be given now. One that was refused waits for another file or another answer."""
    return book.owed or bool(book.pending and not book.refused)


@contextmanager
def kept_apart(parts: Parts, report: Report, book: BookState, run: Run | None = None) -> Iterator[None]:
    """Whatever goes wrong with one book is told and stops no other (L8); a bug of ours goes to the log, whole."""
    try:
        yield
    except LeaseLost as error:  # what we wrote too late hides what a person did just before it: it is read again
        parts.store.want([book.id])
        report.notes.append(f"{parts.called(book.unit)}：{error}")
    except BookUnavailable as error:
        report.failures[book.id] = str(error)
    except SyncError as error:
        _failed(report, book, run, str(error))
    except Exception:
        LOG.exception("book %s", book.id)
        _failed(report, book, run, "系统内部出错，这本表这次没有处理；详情见日志，其他表不受影响")


def _failed(report: Report, book: BookState, run: Run | None, message: str) -> None:
    report.failures[book.id] = message
    if run is not None:
        run.outcome, run.message = "failed", message


def _one(parts: Parts, book: BookState, ref: BookRef, trigger: str, named: set[str], report: Report) -> None:
    """Collect and answer one book under its lease."""
    parts.progress(book.unit, "读取")
    lease = parts.store.acquire(f"book:{book.id}", parts.owner, parts.limits.lease_seconds, parts.clock.now())
    if lease is None:
        report.notes.append(f"{parts.called(book.unit)}：另一个同步正在处理这本表")
        return
    if book.wanted:
        trigger = trigger_of(parts.store, book, trigger)
    run = Run(uuid.uuid4().hex[:12], book.id, parts.scheme.id, trigger, parts.clock.now())
    try:
        with kept_apart(parts, report, book, run), counted(parts.backend, run):
            _collect_and_answer(parts, book, ref, lease, run, named, report)
    finally:
        run.finished = parts.clock.now()
        if run.outcome:
            run.counts["answered"] = getattr(report.outcomes.get(book.id), "written", 0) or 0
            parts.store.save_run(run)
        parts.store.release(lease)


def _collect_and_answer(
    parts: Parts, book: BookState, ref: BookRef, lease: Lease, run: Run, named: set[str], report: Report
) -> None:
    fresh = parts.store.book(book.id) or book
    if fresh.token != book.token and not (fresh.wanted or book.unit in named or book.id in named):
        return  # another process has read it since we looked: what else there is to do, the next look tells
    fresh.key, fresh.name = book.key, book.name
    after = None
    if needs_reading(parts, fresh, ref, named):
        report.runs.append(run)
        reading = collect(parts, fresh, ref, lease, run)
        if reading is None:
            return
        after = reading.after
    parts.progress(book.unit, "写回")
    report.outcomes[book.id] = answer_book(parts, fresh, ref, lease, after)


def _answer_again(parts: Parts, book_id: str, found: Register, report: Report) -> None:
    """A shared judgement changed what a book shows: answer it, though nobody touched it."""
    ref = found.refs.get(book_id)
    if ref is None:
        return
    lease = parts.store.acquire(f"book:{book_id}", parts.owner, parts.limits.lease_seconds, parts.clock.now())
    if lease is None:
        return
    try:
        book = parts.store.book(book_id)  # under the lease: another process may just have read it anew
        if book is None or book.held or not book.last_ok:
            return  # whether the file is still what was read, the backend sees by its fingerprint
        with kept_apart(parts, report, book):
            outcome = answer_book(parts, book, ref, lease)
            report.outcomes[book_id] = answered_twice(report.outcomes.get(book_id), outcome)
    finally:
        parts.store.release(lease)


LATER = "已写回；别的表又带来新的结果，下一轮再写"


def answered_twice(first: Outcome | None, second: Outcome) -> Outcome:
    """What became of a book that was answered twice, one soon after the other."""
    if first is None or (second.kind == "done" and first.kind != "done"):
        return second
    if second.kind == "nothing":
        return first if first.reason != LATER else replace(first, reason="")
    if second.kind == "refused" and first.kind == "done":  # written, but for some cells that stay as they were
        return replace(first, reason=second.reason)
    if second.kind == "changed" and first.kind == "done":  # it must be read again for what came to light meanwhile
        return replace(first, reason=LATER, written=first.written + second.written)
    return replace(second, written=first.written + second.written)
