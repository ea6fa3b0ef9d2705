"""The watchman of the readers: strikes what takes too long, and only that."""

from __future__ import annotations

import threading

import pytest

from sync.backends.folder.overdue import Watchman

PATIENCE = 10.0  # seconds a test waits for what must come


class Question:
    """Something that is asked and struck at most once."""

    def __init__(self) -> None:
        self.struck = threading.Event()

    def strike(self) -> None:
        assert not self.struck.is_set(), "struck twice"
        self.struck.set()


@pytest.mark.parametrize("before", [0, 1, 3])
def test_what_takes_too_long_is_struck_also_after_quiet_times(before: int) -> None:
    """Whether the watchman is new, or was asleep because nothing was at work."""
    watchman = Watchman(0.1)
    for _ in range(before):
        quick = Question()
        with watchman.over(quick.strike):
            pass
        threading.Event().wait(0.15)  # long enough for it to look, find nothing, and sleep
        assert not quick.struck.is_set()
    slow = Question()
    with watchman.over(slow.strike):
        assert slow.struck.wait(PATIENCE)
    watchman.close()


def test_of_two_at_work_each_has_its_own_time() -> None:
    watchman, slow, quick = Watchman(0.3), Question(), Question()
    with watchman.over(slow.strike):
        with watchman.over(quick.strike):
            pass
        assert slow.struck.wait(PATIENCE)
    threading.Event().wait(0.4)
    assert not quick.struck.is_set()
    watchman.close()


def test_a_second_is_struck_after_the_first_was() -> None:
    watchman, first, second = Watchman(0.1), Question(), Question()
    with watchman.over(first.strike):
        assert first.struck.wait(PATIENCE)
        with watchman.over(second.strike):
            assert second.struck.wait(PATIENCE)
    watchman.close()


def test_what_is_at_work_when_the_pool_closes_is_still_watched() -> None:
    watchman, slow = Watchman(0.2), Question()
    with watchman.over(slow.strike):
        watchman.close()
        assert slow.struck.wait(PATIENCE)


def test_its_thread_ends_with_the_pool() -> None:
    def living() -> int:
        return sum(item.name == "watchman" for item in threading.enumerate())

    before, watchman = living(), Watchman(30)
    with watchman.over(lambda: None):
        assert living() == before + 1
    watchman.close()
    for item in threading.enumerate():
        if item.name == "watchman":
            item.join(0.2)
    assert living() <= before


def test_a_reader_works_where_pipes_may_not_be_widened(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine may allow less than a book: slower, and not a reader that cannot start."""
    import fcntl

    from sync.backends.folder.pool import ReaderPool

    def refused(*_: object) -> int:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(fcntl, "fcntl", refused)
    with ReaderPool(1) as readers:
        assert readers.grids(b"not a workbook", name="a.xlsx").problem
