"""What is going on: rounds and their books, as pages and API show them."""

from __future__ import annotations

from app.desk import Desk
from app.english import told
from app.live import Round, Step
from app.queries.models import LiveAnswer, RoundLine, StepLine
from app.sight import Sight
from app.wording import outcome_words
from sync.asked import MANUAL
from sync.store.base import Run


def live_answer(desk: Desk, sight: Sight, only: str = "", version: str = "") -> LiveAnswer:
    """The round under way and the last ones, of books that are seen whole; `only` limits it to one unit."""
    office, live = desk.office, desk.live
    books = office.store.books(office.scheme.id, layout=False)
    wanted = [book.unit for book in books if book.wanted and not book.held and desk.file(book) is not None]
    rounds = [_round(desk, sight, item, only) for item in live.rounds_now()]
    rounds = [item for item in rounds if item.steps or (item.problem and not only and sight.everything)]
    return LiveAnswer(
        version=version or str(live.version),
        running=any(item.running for item in rounds),
        leader=live.leader,
        last_round=live.last_round,
        problem=told(live.problem),
        wanted=[unit for unit in wanted if sight.whole(unit) and only in ("", unit)],
        rounds=rounds,
    )


def _round(desk: Desk, sight: Sight, item: Round, only: str) -> RoundLine:
    running = not item.finished
    runs = _runs_since(desk, item.started) if running else {}
    steps = [
        _step(desk, step, runs.get(step.unit) if step.state == "done" else None)
        for step in item.steps.values()
        if sight.whole(step.unit) and only in ("", step.unit)
    ]
    return RoundLine(
        id=item.id, trigger=MANUAL if item.by else item.trigger, by=item.by, started=item.started,
        finished=item.finished, running=running, total=len(steps), done=sum(step.state == "done" for step in steps), steps=steps,
        notes=[told(note) for note in item.notes] if sight.everything and not only else [],
        problem=told(item.problem),
    )  # fmt: skip


def _runs_since(desk: Desk, started: float) -> dict[str, Run]:
    """Runs that the round under way has finished already."""
    found = desk.office.store.runs(desk.office.scheme.id, limit=300)
    return {item.book.partition(":")[2]: item for item in reversed(found) if item.started >= started}


def _step(desk: Desk, step: Step, run: Run | None) -> StepLine:
    now = desk.office.clock.now()
    counts = step.counts or (run.counts if run else {})
    outcome = step.outcome or (run.outcome if run else "")
    message = outcome_words(desk.office.store, desk.book_id(step.unit), outcome, step.message)
    return StepLine(
        unit=step.unit, name=desk.name(step.unit),
        state=step.state,
        outcome=outcome, answer=step.answer, message=message,
        counts={key: int(value) for key, value in counts.items() if not key.startswith("_")},
        seconds=round((step.finished or now) - step.started, 1) if step.started else 0.0,
    )  # fmt: skip
