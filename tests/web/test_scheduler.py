"""When things run: saved books are seen, answers wait for open books, days come once, one process leads."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any

import pytest

from app import create_app
from app.desk import Desk
from app.live import Live
from app.queries.syncs import live_answer
from app.scheduler import Scheduler, Stopped, nightly_time
from app.settings import Settings, SettingsError
from app.sight import EVERYTHING
from app.wiring import open_office
from sync.book import Outcome
from sync.engine import Report
from sync.errors import StoreError
from sync.store.base import Run
from tests.web.conftest import DAY, MINE, OTHER, book_file, save_cell, signed_in


def told(desk: Desk, code: str = MINE) -> set[str]:
    from app.queries.books import findings

    return {line.value for line in findings(desk, EVERYTHING, code)}


def test_a_saved_book_is_read_and_answered(desk: Desk, scheduler: Scheduler) -> None:
    """One poll after the save the answer stands in the file; mended, the finding is gone."""
    scheduler.poll()
    save_cell(book_file(desk), "项目库", "签约日期", "去年夏天")
    before = book_file(desk).read_bytes()
    scheduler.poll()
    assert "去年夏天" in told(desk)
    assert book_file(desk).read_bytes() != before
    save_cell(book_file(desk), "项目库", "签约日期", "2025-03-01")
    scheduler.poll()
    assert "去年夏天" not in told(desk)


def test_a_quiet_round_shows_nothing(desk: Desk, scheduler: Scheduler) -> None:
    """Nothing read, nothing written, no page has a reason to refresh."""
    scheduler.poll()
    version, rounds = desk.version(), desk.live.rounds
    for _ in range(3):
        scheduler.poll()
    assert desk.live.rounds == rounds + 3
    assert desk.version() == version


def test_findings_of_an_open_book_show_while_its_answer_waits(desk: Desk, scheduler: Scheduler) -> None:
    """And go in by themselves when it is closed."""
    scheduler.poll()
    file = book_file(desk)
    lock = file.parent / f"~${file.name}"
    lock.write_bytes(b"\x06\xe6\x9d\x8e\xe5\x9b\x9b")
    save_cell(file, "项目库", "签约日期", "去年夏天")
    saved = file.read_bytes()
    scheduler.poll()
    assert "去年夏天" in told(desk)
    assert "李四" in desk.book(MINE).pending
    assert file.read_bytes() == saved
    version = desk.version()
    scheduler.poll()
    assert desk.version() == version  # still waiting is no news
    lock.unlink()
    scheduler.poll()
    assert not desk.book(MINE).pending
    assert file.read_bytes() != saved


def test_a_resync_survives_in_the_store(desk: Desk, scheduler: Scheduler) -> None:
    """Asked for by one process, done by whoever polls; the book is read though nobody touched it."""
    scheduler.poll()
    before = desk.book(OTHER).last_ok
    time.sleep(0.01)
    assert desk.resync([OTHER], "admin") == 1
    assert desk.book(OTHER).wanted
    assert not desk.book(MINE).wanted
    scheduler.poll()
    assert desk.book(OTHER).last_ok > before
    assert not desk.book(OTHER).wanted


def test_what_is_asked_for_during_a_round_is_done_in_the_same_turn(desk: Desk, scheduler: Scheduler) -> None:
    """`wake` while a round is under way leads to another one at once."""
    scheduler.poll()
    rounds, asked = desk.live.rounds, []
    round_ = scheduler._round

    def asks_meanwhile(parts: Any) -> Report:
        if not asked:
            asked.append(desk.resync([MINE], "admin"))
        return round_(parts)

    scheduler._round = asks_meanwhile  # type: ignore[method-assign]
    scheduler.poll()
    assert desk.live.rounds == rounds + 2
    assert not desk.book(MINE).wanted


def test_progress_can_be_watched(desk: Desk, scheduler: Scheduler) -> None:
    """Each book waits, is read, is answered and is done, and the bar knows its end from the beginning."""
    scheduler.poll()
    desk.resync([], "admin")
    seen: list[tuple[int, int, tuple[str, ...]]] = []
    tell = scheduler._told

    def watch(unit: str, what: str) -> None:
        tell(unit, what)
        now = live_answer(desk, EVERYTHING).rounds[0]
        seen.append((now.done, now.total, tuple(step.state for step in now.steps)))

    scheduler._told = watch  # type: ignore[method-assign]
    scheduler.poll()
    totals = {total for _, total, _ in seen}
    books = len([book for book in desk.office.store.books(desk.office.scheme.id) if book.key])
    assert totals == {books}
    assert seen[0][0] == 0
    assert "waiting" in seen[0][2]
    assert {"reading", "writing"} <= {state for _, _, states in seen for state in states}
    assert max(done for done, _, _ in seen) >= 1
    last = live_answer(desk, EVERYTHING).rounds[0]
    assert (last.running, last.done, last.total) == (False, books, books)
    assert {step.outcome for step in last.steps} == {"done"}


def test_a_new_day_is_judged_once(settings: Settings, desk: Desk) -> None:
    """The next day's poll renders day counts anew; a second poll of that day writes nothing."""
    scheduler = Scheduler(desk)
    scheduler.poll()
    scheduler.stop()
    before = book_file(desk).read_bytes()
    office = open_office(settings, as_of=DAY.replace(day=DAY.day + 1))
    office.backend._sleep = lambda seconds: None  # type: ignore[attr-defined]
    tomorrow = Scheduler(Desk.of(office))
    tomorrow.poll()
    after = book_file(desk).read_bytes()
    assert after != before
    assert office.store.setting(f"day:{office.scheme.id}") == "2025-07-17"
    tomorrow.poll()
    assert book_file(desk).read_bytes() == after
    tomorrow.stop()
    office.close()


def test_the_consolidated_book_follows_changes(desk: Desk, scheduler: Scheduler) -> None:
    """Written anew after a round that did something, and left alone otherwise."""
    scheduler.poll()
    scheduler.consolidate()
    path = desk.office.settings.path(desk.office.settings.consolidated)
    before = path.stat().st_mtime_ns
    scheduler.poll()
    scheduler.consolidate()
    assert path.stat().st_mtime_ns == before
    save_cell(book_file(desk), "项目库", "签约日期", "2025-03-02")
    scheduler.poll()
    scheduler.consolidate()
    assert path.stat().st_mtime_ns != before


def test_one_process_leads(settings: Settings, desk: Desk, scheduler: Scheduler) -> None:
    """A second service over the same store only shows; when the first stops, it takes over."""
    scheduler.poll()
    other_office = open_office(settings, as_of=DAY)
    other_office.backend._sleep = lambda seconds: None  # type: ignore[attr-defined]
    other = Desk.of(other_office)
    second = Scheduler(other)
    save_cell(book_file(desk), "项目库", "签约日期", "去年夏天")
    second.poll()
    assert not other.live.leader
    assert "去年夏天" not in told(desk)
    assert "另一个进程正在负责同步" in signed_in(create_app(other, testing=True), "admin").get("/").text
    scheduler.stop()
    second.poll()
    assert other.live.leader
    assert "去年夏天" in told(desk)
    assert not desk.live.leader
    second.stop()
    other_office.close()


def test_stopping_waits_for_the_book_at_hand_and_starts_no_other(desk: Desk) -> None:
    """What was asked for stays asked for."""
    scheduler = Scheduler(desk)
    scheduler.poll()
    desk.resync([], "admin")
    tell = scheduler._told

    def stop_at_first(unit: str, what: str) -> None:
        tell(unit, what)
        scheduler._stopping.set()

    scheduler._told = stop_at_first  # type: ignore[method-assign]
    scheduler.poll()
    wanted = [book.wanted for book in desk.office.store.books(desk.office.scheme.id) if book.key]
    assert sum(wanted) == len(wanted) - 1 >= 2
    with pytest.raises(Stopped):
        tell(MINE, "读取")
    scheduler.stop()
    store, now = desk.office.store, desk.office.clock.now()
    assert store.acquire(f"scheduler:{desk.office.scheme.id}", "next", 60, now) is not None


def test_a_database_that_is_away_is_told_once_and_forgotten_when_it_is_back(
    desk: Desk, scheduler: Scheduler, monkeypatch: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """The page says so; the log has one line, not one a second."""
    scheduler.poll()

    def away(*_: Any, **__: Any) -> Any:
        raise StoreError("中心库暂时无法读写：disk I/O error")

    with monkeypatch.context() as patch:
        patch.setattr(type(desk.office.store), "books", away)
        for _ in range(3):
            scheduler.poll()
        assert "disk I/O error" in desk.live.problem
    assert sum("not completed" in line.message for line in caplog.records) == 1
    scheduler.poll()
    assert desk.live.problem == ""


def test_a_bug_of_ours_does_not_end_the_service(desk: Desk, scheduler: Scheduler, caplog: Any) -> None:
    """Plain words on the page, the trace in the log, the next poll as usual."""

    def bug(parts: Any) -> Report:
        raise RuntimeError("secret detail")

    round_ = scheduler._round
    scheduler._round = bug  # type: ignore[method-assign]
    scheduler.poll()
    assert "意外" in desk.live.problem
    assert "secret detail" not in desk.live.problem
    assert "secret detail" in caplog.text
    scheduler._round = round_  # type: ignore[method-assign]
    scheduler.poll()
    assert desk.live.problem == ""


@pytest.mark.parametrize(("text", "found"), [("00:10", (0, 10)), ("23:59", (23, 59)), ("7:05", (7, 5))])
def test_nightly_is_a_time_of_day(settings: Settings, text: str, found: tuple[int, int]) -> None:
    """Hours and minutes."""
    assert nightly_time(settings.model_copy(update={"nightly": text})) == found


@pytest.mark.parametrize("text", ["", "24:00", "1:60", "noon", "00:10:00"])
def test_another_text_is_no_time_of_day(settings: Settings, text: str) -> None:
    """Says which setting, what stands there and what is wanted."""
    with pytest.raises(SettingsError, match="00:10"):
        nightly_time(settings.model_copy(update={"nightly": text}))


def test_the_jobs_run_by_themselves(desk: Desk) -> None:
    """The real clockwork: started, it sees a save within seconds, is woken by a resync, and stops."""
    scheduler = Scheduler(desk)
    scheduler.settings = desk.office.settings.model_copy(update={"poll_seconds": 0.2})
    scheduler.start()
    try:
        save_cell(book_file(desk), "项目库", "签约日期", "去年夏天")
        assert eventually(lambda: "去年夏天" in told(desk))
        desk.resync([OTHER], "admin")
        assert eventually(lambda: not desk.book(OTHER).wanted)
    finally:
        scheduler.stop()
    assert not [thread for thread in threading.enumerate() if "APScheduler" in thread.name]


def eventually(true: Any, seconds: float = 20.0) -> bool:
    """Whether it becomes true before long; how long is no matter of the test."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return False


# what is going on, without an office ------------------------------------------------------------------------------


def test_rounds_of_several_hands_are_kept_apart() -> None:
    """Two threads with a book each: both are shown as at work; one that goes on has finished its first."""
    live = Live(lambda: 5.0)
    live.begin("poll")
    live.expect(["a", "b", "c"])
    live.told("a", "读取")
    thread = threading.Thread(target=live.told, args=("b", "读取"))
    thread.start()
    thread.join()
    live.told("a", "写回")
    assert (live.doing("a"), live.doing("b"), live.doing("c")) == ("writing", "reading", "")
    live.told("c", "读取")
    states = {unit: step.state for unit, step in live.rounds_now()[0].steps.items()}
    assert states == {"a": "done", "b": "reading", "c": "reading"}


def test_a_finished_round_says_what_became_of_each_book() -> None:
    """Outcome, answer, reason; notes of the round; books that only wait are no work."""
    live = Live(lambda: 5.0)
    live.begin("poll")
    live.told("a", "读取")
    report = Report(
        runs=[Run("r", "s:a", "s", "poll", 1.0, 2.0, "done", {"rows": 3})],
        outcomes={"s:a": Outcome("postponed", "王伟 正在打开")},
        notes=["不认识的文件：x"],
        failures={"s:b": "刚刚保存过"},
    )
    assert live.end(report)
    found = live.rounds_now()[0]
    assert found.notes == ["不认识的文件：x"]
    assert [(s.unit, s.outcome, s.answer, s.message) for s in found.steps.values()] == [
        ("a", "done", "postponed", "王伟 正在打开"),
        ("b", "later", "", "刚刚保存过"),
    ]
    live.begin("poll")
    version = live.version
    assert not live.end(replace(report, runs=[], failures={}))
    assert live.version > version  # the waiting answer is news once
    live.begin("poll")
    version = live.version
    live.end(replace(report, runs=[], failures={}))
    assert live.version == version


def test_what_cannot_be_synced_does_not_look_as_if_it_were_about_to(desk: Desk, scheduler: Scheduler) -> None:
    """A unit without a file and a book that is held: asked for, but nothing spins for ever."""
    scheduler.poll()
    assert desk.resync(["340403003"], "admin") == 0
    file = book_file(desk)
    file.with_name("副本.xlsx").write_bytes(file.read_bytes())
    scheduler.poll()
    assert desk.book(MINE).held
    desk.resync([MINE], "admin")
    scheduler.poll()
    found = live_answer(desk, EVERYTHING)
    assert (found.wanted, found.running) == ([], False)
    assert all(step.state == "done" for item in found.rounds for step in item.steps)


def test_a_book_that_takes_no_answer_is_not_waited_for(desk: Desk, scheduler: Scheduler) -> None:
    """The bar of a round counts the books it will look into; a refused one it leaves alone."""
    scheduler.poll()
    book = desk.office.store.book(desk.book_id(MINE))
    assert book is not None
    book.pending, book.shown, book.answered = "有数字签名", "refused:x", book.judged
    desk.office.store.save_book(book)
    save_cell(book_file(desk, OTHER), "项目库", "签约日期", "2025-03-01")
    desk.live.present = {ref.key: ref for ref in desk.office.backend.list()}
    assert scheduler._expected() == [OTHER]
