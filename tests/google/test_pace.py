"""Quota as a budget: buckets, waiting, several identities; the arithmetic of 3,000 changed books."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.backends.google.client import Quotas
from sync.backends.google.emulator import Emulator
from sync.backends.google.pace import WINDOW, Bucket, Pace
from sync.backends.google.patience import Backoff, Breaker
from sync.backends.google.rounds import round_seconds
from sync.errors import BookUnavailable
from tests.google.office import Office


class Time:
    def __init__(self) -> None:
        self.at = 1000.0

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds


def test_a_bucket_lets_its_limit_through_and_then_makes_wait():
    bucket = Bucket(3)
    for _ in range(3):
        assert bucket.wait(0) == 0
        bucket.take(0)
    assert bucket.wait(0) == WINDOW
    assert bucket.wait(10) == WINDOW - 10
    assert bucket.wait(WINDOW) == 0


@given(st.integers(1, 20), st.lists(st.floats(0, 30), max_size=200))
def test_no_window_ever_holds_more_than_the_limit(limit: int, pauses: list[float]) -> None:
    """Whatever the rhythm of the callers."""
    time = Time()
    pace = Pace(time.now, time.sleep)
    pace.bucket("x", limit)
    taken = []
    for pause in pauses:
        time.sleep(pause)
        assert pace.take(["x"], float("inf"))
        taken.append(time.at)
    for first, last in zip(taken, itertools.islice(taken, limit, None), strict=False):
        assert last - first > 60


def test_a_place_is_needed_in_every_bucket():
    time = Time()
    pace = Pace(time.now, time.sleep)
    pace.bucket("mine", 10)
    pace.bucket("ours", 2)
    for _ in range(2):
        pace.take(["mine", "ours"], float("inf"))
    assert pace.wait_of(["mine"]) == 0
    assert pace.wait_of(["mine", "ours"]) == WINDOW


def test_who_would_wait_too_long_is_told_so_at_once():
    time = Time()
    pace = Pace(time.now, time.sleep)
    pace.bucket("x", 1)
    assert pace.take(["x"], time.at + 5)
    before = time.at
    assert not pace.take(["x"], time.at + 5)
    assert time.at == before


def test_a_refused_bucket_stays_closed_for_a_while():
    time = Time()
    pace = Pace(time.now, time.sleep)
    pace.bucket("x", 10)
    pace.close("x", 30)
    pace.take(["x"], float("inf"))
    assert time.at == pytest.approx(1030, abs=0.1)


# waiting between tries --------------------------------------------------------------------------------------------


def test_back_off_doubles_with_a_random_part_and_a_roof():
    backoff = Backoff(longest=32, chance=random.Random(1))
    waits = [backoff.wait(failures) for failures in range(1, 9)]
    assert all(2 ** (n - 1) <= wait <= 2 ** (n - 1) + 1 for n, wait in enumerate(waits[:5], 1))
    assert waits[5:] == [32, 32, 32]
    assert len({round(Backoff().wait(1), 6) for _ in range(20)}) > 1


def test_what_google_asks_for_is_the_least():
    assert Backoff().wait(1, asked=45) == 45
    assert Backoff().wait(6, asked=1) >= 32


def test_a_breaker_rests_longer_each_time_and_forgets_at_once():
    time = Time()
    breaker = Breaker(time.now, after=2, first=60, longest=200)
    breaker.failed("x")
    breaker.check("x", "甲镇")
    for rest in (60, 120, 200, 200):
        breaker.failed("x")
        with pytest.raises(BookUnavailable, match="甲镇"):
            breaker.check("x", "甲镇")
        time.at += rest
        breaker.check("x", "甲镇")
    breaker.check("y", "乙镇")
    breaker.worked("x")
    breaker.failed("x")
    breaker.check("x", "甲镇")
    assert breaker.resting() == {}


@pytest.mark.parametrize(
    ("books", "reads", "share", "minutes"),
    [
        (10, 60, 0.25, 15),
        (225, 60, 0.25, 15),
        (226, 60, 0.25, 22.5),
        (1000, 60, 0.25, 90),
        (1000, 300, 0.25, 15),
        (3000, 300, 0.5, 22.5),
    ],
)
def test_how_long_a_full_round_takes(books, reads, share, minutes):
    """At least what is wanted, and no more of the quota than its share."""
    found = round_seconds(books, reads, share, 15 * 60)
    assert found == minutes * 60
    assert books / found * 60 <= reads * share + 1e-9


# 3,000 changed books ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("identities", "a_minute"), [(1, 60), (5, 300)])
def test_three_thousand_changed_books(server: Emulator, identities: int, a_minute: int) -> None:
    """Under a simulated clock: no call is refused, and the pace is at least 95 % of what the quota allows."""
    books = 3000
    office = Office(server, units=[("a", "甲镇")], identities=identities, quotas=Quotas(drive=100_000))
    ids = [f"b{number}" for number in range(books)]
    for number in ids:
        office.world.create_file(
            number, "application/vnd.google-apps.spreadsheet", "o@x.cn", [office.folder], file_id=number
        )
    office.world.account.reset()
    begun = office.clock.now()
    for number in ids:
        office.transport.get_book(number, number, "properties.title")
        title = {"properties": {"title": "改"}, "fields": "title"}
        office.transport.update_book(number, number, [{"updateSpreadsheetProperties": title}], repeatable=True)
    minutes = (office.clock.now() - begun) / 60
    assert office.world.account.count(status=429) == 0
    assert office.world.account.count(kind="read", status=200) == books
    assert office.world.account.count(kind="write", status=200) == books
    assert minutes <= books / a_minute / 0.95
    by_user = office.world.account.by("user", "kind")
    assert {number for (user, kind), number in by_user.items() if kind == "read" and user} == {books // identities}
