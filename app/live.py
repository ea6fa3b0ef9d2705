"""What is going on just now, in memory: the round under way, the last rounds, what lay in the folder last time.

Threads write and read it; everything durable stands in the store.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sync.backends.base import Backend
from sync.book import BookAnswer, BookRef, BookShape, Outcome, Snapshot

KEPT_ROUNDS = 20


@dataclass(slots=True)
class Step:
    """One book in a round. `state`: waiting, reading, writing, done."""

    unit: str
    state: str = "waiting"
    started: float = 0.0
    finished: float = 0.0
    outcome: str = ""  # done, held, unreadable, failed, later …
    answer: str = ""  # done, nothing, postponed …
    message: str = ""
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Round:
    """One pass over the books that had something to do."""

    id: int
    trigger: str
    started: float
    finished: float = 0.0
    steps: dict[str, Step] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    problem: str = ""
    by: str = ""  # who asked for it; "" when it came by itself


class Live:
    """Shared by scheduler and pages. `version` grows with everything a page may want to show anew."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.RLock()
        self._number = 0
        self.version = 1
        self.current: Round | None = None
        self.past: deque[Round] = deque(maxlen=KEPT_ROUNDS)
        self.present: dict[str, BookRef] | None = None  # None: nobody has looked yet
        self.notes: list[str] = []
        self.scheme_problem = ""  # why a changed scheme is not in use
        self.problem = ""  # why the last round did not come to its end
        self.asked = ""  # who asked for books since the last round began
        self.last_round = 0.0
        self.leader = True  # this process is the one that syncs
        self.rounds = 0
        self.seconds = 0.0
        self._hands: dict[int, Step] = {}  # thread → the book it has in hand
        self._news: tuple[Any, ...] = ()
        self._later: dict[str, str] = {}  # unit → why its changed book could not be read in the last round

    # told by the scheduler ----------------------------------------------------------------------------------------

    def begin(self, trigger: str) -> None:
        """A round begins; it shows only when a book has something to do."""
        with self._lock:
            self._number += 1
            self.current = Round(self._number, trigger, self._clock(), by=self.asked)
            self.asked = ""

    def expect(self, units: list[str]) -> None:
        """Units whose books the round will look into."""
        with self._lock:
            if self.current is not None:
                for unit in units:
                    self.current.steps.setdefault(unit, Step(unit))

    def told(self, unit: str, what: str) -> None:
        """The round has come to this book: 读取 or 写回."""
        with self._lock:
            if self.current is None:
                return
            thread = threading.get_ident()
            before = self._hands.get(thread)
            if before is not None and before.unit != unit:
                self._close(before)  # this thread has gone on to another book
            step = self.current.steps.setdefault(unit, Step(unit))
            step.started = step.started or self._clock()
            step.state = "writing" if what == "写回" else "reading"
            self._hands[thread] = step

    def _close(self, step: Step) -> None:
        step.state, step.finished = "done", self._clock()

    def end(self, report: Any = None, problem: str = "") -> bool:
        """The round is over. True when it read a book or wrote one."""
        with self._lock:
            done, now = self.current, self._clock()
            self.current, self.last_round = None, now
            self._hands.clear()
            if done is None:
                return False
            self.rounds += 1
            self.seconds = now - done.started
            done.finished, done.problem = now, problem
            done.steps = {unit: step for unit, step in done.steps.items() if step.state != "waiting"}
            for step in done.steps.values():
                if step.state in ("reading", "writing"):
                    self._close(step)
            if report is not None:
                self._outcomes(done, report)
            worked = any(step.outcome not in ("", "later") or step.answer == "done" for step in done.steps.values())
            if worked or (problem and problem != self.problem):
                self.past.appendleft(done)
            waits = [s for s in done.steps.values() if s.outcome == "later" or s.answer in ("postponed", "refused")]
            news = (problem, tuple(done.notes), tuple((s.unit, s.answer, s.message) for s in waits))
            if worked or news != self._news:
                self.version += 1
            self.problem, self._news = problem, news
            if report is not None:
                self.notes = list(report.notes)
            return worked

    def _outcomes(self, done: Round, report: Any) -> None:
        done.notes = list(report.notes)
        for run in report.runs:
            step = done.steps.setdefault(_unit(run.book), Step(_unit(run.book), "done"))
            step.outcome, step.message, step.counts = run.outcome, run.message, dict(run.counts)
        for book, answer in report.outcomes.items():
            step = done.steps.setdefault(_unit(book), Step(_unit(book), "done"))
            step.answer, step.message = answer.kind, answer.reason or step.message
        if done.trigger == "poll":  # a round over some books knows nothing of the others
            self._later = {}
        for unit in [*done.steps]:
            self._later.pop(unit, None)
        for book, message in report.failures.items():
            step = done.steps.setdefault(_unit(book), Step(_unit(book), "done"))
            step.message, step.outcome = message, step.outcome or "later"
            if step.outcome == "later":
                self._later[_unit(book)] = message

    def saw(self, refs: list[BookRef]) -> None:
        """What lies in the place now."""
        with self._lock:
            before, self.present = self.present, {ref.key: ref for ref in refs}
            if before is None or before.keys() != self.present.keys():
                self.version += 1

    def bump(self) -> None:
        """Something changed that pages show."""
        with self._lock:
            self.version += 1

    # asked by pages -----------------------------------------------------------------------------------------------

    def doing(self, unit: str) -> str:
        """ "reading", "writing" or "" for a unit's book just now."""
        with self._lock:
            step = self.current.steps.get(unit) if self.current else None
            return step.state if step is not None and step.state in ("reading", "writing") else ""

    def later(self, unit: str) -> str:
        """Why a unit's book, which has changed, could not be read yet; "" where that is not so."""
        with self._lock:
            return self._later.get(unit, "")

    def rounds_now(self) -> list[Round]:
        """The round under way, if any book is in it, then the last ones, newest first; copies."""
        with self._lock:
            current = [self.current] if self.current and self.current.steps else []
            return [_copy(item) for item in (*current, *self.past)]


class Watching:
    """A backend that tells `live` what it listed; everything else passes through."""

    def __init__(self, backend: Backend, live: Live) -> None:
        self._backend, self._live = backend, live
        self.by_place = backend.by_place

    def list(self) -> list[BookRef]:
        refs = self._backend.list()
        self._live.saw(refs)
        return refs

    def read(self, ref: BookRef, shape: BookShape) -> Snapshot:
        return self._backend.read(ref, shape)

    def peek(self, ref: BookRef, shape: BookShape) -> Snapshot:
        found: Snapshot = getattr(self._backend, "peek", self._backend.read)(ref, shape)
        return found

    def answer(self, ref: BookRef, answer: BookAnswer) -> Outcome:
        return self._backend.answer(ref, answer)

    def busy(self, ref: BookRef) -> str:
        return self._backend.busy(ref)

    def tally(self) -> dict[str, int]:
        """Remote calls of this thread; none where the books lie on a disk."""
        found = getattr(self._backend, "tally", None)
        return found() if found is not None else {}


def _unit(book_id: str) -> str:
    return book_id.partition(":")[2]


def _copy(item: Round) -> Round:
    from dataclasses import replace

    return replace(item, steps={unit: replace(step) for unit, step in item.steps.items()}, notes=list(item.notes))
