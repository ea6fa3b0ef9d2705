"""Leases: one holder at a time, numbers that only grow, and late workers that change nothing (law L5)."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.errors import LeaseLost, StoreError
from sync.store import open_store
from sync.store.base import Lease, RunCommit
from sync.store.store import SqlStore
from tests.contract.store_samples import BOOK, NOW, SCHEME, a_book, a_record, a_run, created, do_run, dump, leased, said


def test_one_holder_at_a_time(store: SqlStore) -> None:
    """While a lease lives nobody gets it again, not even its own holder from another thread."""
    assert store.acquire("a", "me", 60, NOW) is not None
    assert store.acquire("a", "you", 60, NOW + 59) is None
    assert store.acquire("a", "me", 60, NOW + 59) is None
    assert store.acquire("b", "you", 60, NOW) is not None


def test_the_number_grows_with_every_grant(store: SqlStore) -> None:
    """After release and after expiry alike, so that an old lease can always be told from a new one."""
    first = leased(store, "a", NOW)
    store.release(first)
    second = leased(store, "a", NOW + 1)
    third = leased(store, "a", NOW + 61)  # the second has expired at this very instant
    assert first.number < second.number < third.number


def test_a_lease_can_be_prolonged_while_it_lives(store: SqlStore) -> None:
    """Renewing keeps the number; an expired lease is lost even when nobody took it."""
    lease = store.renew(leased(store, "a", NOW), 60, NOW + 30)
    store.check(lease, NOW + 89)
    with pytest.raises(LeaseLost):
        store.check(lease, NOW + 90)
    with pytest.raises(LeaseLost):
        store.renew(lease, 60, NOW + 90)


def test_a_lease_taken_over_is_lost_for_its_old_holder(store: SqlStore) -> None:
    """The old holder's clock may stand still: the number tells."""
    old = leased(store, "a", NOW)
    new = leased(store, "a", NOW + 100)
    for act in (lambda: store.check(old, NOW), lambda: store.renew(old, 60, NOW)):
        with pytest.raises(LeaseLost):
            act()
    store.release(old)  # takes nothing from the new holder
    store.check(new, NOW + 100)


def test_a_lease_of_a_clock_that_ran_ahead_is_void(store: SqlStore) -> None:
    """The clock was a year ahead and was put right: nobody waits for a year, and the old holder changes nothing."""
    ahead = leased(store, "a", NOW + 365 * 86400)
    new = store.acquire("a", "you", 60, NOW)
    assert new is not None and new.number > ahead.number
    with pytest.raises(LeaseLost):
        store.check(ahead, NOW + 365 * 86400)
    store.check(new, NOW + 30)


def test_clocks_a_little_apart_take_no_lease_from_each_other(store: SqlStore) -> None:
    """Two servers a minute and a half apart, as happens where nobody sets them."""
    leased(store, "a", NOW + 90)
    assert store.acquire("a", "you", 60, NOW) is None


def test_a_released_lease_is_free_at_once(store: SqlStore) -> None:
    """Nobody waits for the end of a lease that was given back."""
    lease = leased(store, "a", NOW)
    store.release(lease)
    with pytest.raises(LeaseLost):
        store.check(lease, NOW)
    assert store.acquire("a", "you", 60, NOW) is not None


def test_a_paused_worker_that_wakes_late_changes_nothing(store: SqlStore) -> None:
    """Commit, judgements and book state under a lost lease are refused whole, whatever time the worker believes in."""
    do_run(store, upserts=[a_record("P1")], revisions=created("P1"), judgements=[said("P1")])
    old = leased(store, f"book:{BOOK}", NOW)
    leased(store, f"book:{BOOK}", NOW + 100)
    before = dump(store)
    late = RunCommit(a_run("late"), a_book(token="late"), upserts=[a_record("P2")], revisions=created("P2"))
    for now in (NOW, NOW + 100):
        with pytest.raises(LeaseLost):
            store.commit(old, late, now)
        with pytest.raises(LeaseLost):
            store.save_judgements(old, [said("P1", "overdue")], now)
        with pytest.raises(LeaseLost):
            store.save_book(a_book(token="late"), old, now)
    assert dump(store) == before


def test_an_expired_lease_commits_nothing_even_when_nobody_took_it(store: SqlStore) -> None:
    """Expired is lost: somebody may be about to begin."""
    lease = leased(store)
    with pytest.raises(LeaseLost):
        store.commit(lease, RunCommit(a_run(), a_book()), NOW + 60)
    assert store.book(BOOK) is None


@pytest.mark.parametrize("forged", [{"number": 1}, {"owner": "me 00000000"}])
def test_number_and_word_of_a_grant_must_both_be_right(store: SqlStore, forged: dict[str, Any]) -> None:
    """A number granted again after a power cut bears another word; each alone is no lease."""
    do_run(store, upserts=[a_record("P1")], revisions=created("P1"), judgements=[said("P1")])
    lease = leased(store, f"book:{BOOK}", NOW)
    other, before = replace(lease, **forged), dump(store)
    acts: list[Callable[[], object]] = [
        lambda: store.check(other, NOW),
        lambda: store.renew(other, 90, NOW),
        lambda: store.commit(other, RunCommit(a_run("late"), a_book(), upserts=[a_record("P2")]), NOW),
        lambda: store.save_judgements(other, [said("P1", "overdue")], NOW),
        lambda: store.save_book(a_book(token="late"), other, NOW),
    ]
    for act in acts:
        with pytest.raises(LeaseLost):
            act()
    store.release(other)
    store.check(lease, NOW)
    assert dump(store) == before


def test_a_lease_on_another_book_is_no_lease(store: SqlStore) -> None:
    """The lease must be the book's own."""
    lease = leased(store, "book:plan:002")
    with pytest.raises(StoreError, match="租约"):
        store.commit(lease, RunCommit(a_run(), a_book()), NOW)
    assert store.book(BOOK) is None


_NAMES = itertools.count()
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["acquire", "renew", "check", "release"]),
        st.integers(0, 2),
        st.integers(0, 40),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_order_of_acts_leaves_one_holder(steps: list[tuple[str, int, int]], tmp_path: Path) -> None:
    """Three workers act in any order while time passes: never two valid leases, and numbers only grow."""
    store = open_store(f"sqlite:///{tmp_path}/leases.db")
    now, last, name = NOW, 0, f"n{next(_NAMES)}"
    held: dict[int, Lease] = {}
    for act, worker, seconds in steps:
        now += seconds
        if act == "acquire":
            lease = store.acquire(name, f"w{worker}", 30, now)
            if lease is None:
                assert any(_valid(store, item, now) for item in held.values())
            else:
                assert lease.number > last
                last, held[worker] = lease.number, lease
        elif worker in held:
            _act(store, act, held, worker, now)
        assert sum(_valid(store, item, now) for item in held.values()) <= 1
    store.close()


def _act(store: object, act: str, held: dict[int, Lease], worker: int, now: float) -> None:
    assert isinstance(store, SqlStore)
    if act == "release":
        store.release(held[worker])
        return
    valid = _valid(store, held[worker], now)
    try:
        if act == "renew":
            held[worker] = store.renew(held[worker], 30, now)
        else:
            store.check(held[worker], now)
    except LeaseLost:
        assert not valid
    else:
        assert valid


def _valid(store: object, lease: Lease, now: float) -> bool:
    assert isinstance(store, SqlStore)
    try:
        store.check(lease, now)
    except LeaseLost:
        return False
    return True


def test_threads_that_contend_never_hold_it_together(store: SqlStore) -> None:
    """Eight threads fight for one name; between grant and release each is alone."""
    inside, clashes, grants = [0], [], []

    def work(owner: str) -> None:
        for _ in range(15):
            lease = store.acquire("a", owner, 1000, NOW)
            if lease is None:
                continue
            inside[0] += 1
            if inside[0] != 1:
                clashes.append(owner)
            grants.append(lease.number)
            inside[0] -= 1
            store.release(lease)

    threads = [threading.Thread(target=work, args=(f"t{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not clashes
    assert grants == sorted(set(grants)), "numbers grow in the order of the grants"


CONTENDER = """
import sys, os
from sync.store import open_store
url, marker = sys.argv[1:]
store = open_store(url)
for _ in range(40):
    lease = store.acquire("a", str(os.getpid()), 1000, 0.0)
    if lease is None:
        continue
    handle = os.open(marker, os.O_CREAT | os.O_EXCL)  # fails when another holder is inside
    print(lease.number)
    os.close(handle)
    os.unlink(marker)
    store.release(lease)
"""


def test_processes_that_contend_never_hold_it_together(store: SqlStore, store_url: str, tmp_path: Path) -> None:
    """Three processes fight for one name; a file made exclusively would betray a second holder."""
    command = [sys.executable, "-c", CONTENDER, store_url, str(tmp_path / "inside")]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    outputs = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], outputs
    numbers = [int(line) for out, _ in outputs for line in out.split()]
    assert numbers and len(numbers) == len(set(numbers))


def test_a_lease_cannot_be_taken_while_its_holder_commits(store: SqlStore) -> None:
    """The lease's row is locked from the check to the commit, so no takeover slips in between."""
    lease, taken, order = leased(store), [], []

    def take() -> None:
        taken.append(store.acquire(f"book:{BOOK}", "you", 60, NOW + 100))
        order.append("taken")

    thief = threading.Thread(target=take)

    def step(name: str) -> None:
        if name == "lease":
            thief.start()
            thief.join(0.3)
        if name == "run":
            order.append("committed")

    store.step = step
    store.commit(lease, RunCommit(a_run(), a_book(), upserts=[a_record("P1")]), NOW)
    thief.join()
    assert order == ["committed", "taken"]
    assert taken[0] is not None and taken[0].number == lease.number + 1
    assert [item.id for item in store.records(SCHEME)] == ["P1"]
