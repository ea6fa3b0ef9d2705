"""The quota of a project is one, however many processes call: buckets shared through the workspace."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.backends.google.client import Quotas
from sync.backends.google.emulator import Emulator
from sync.backends.google.pace import WINDOW, SharedPace
from sync.errors import ConfigurationError
from tests.google.office import Office
from tests.google.test_pace import Time


def shared(time: Time, place: Path) -> SharedPace:
    pace = SharedPace(time.now, time.sleep, place)
    pace.bucket("x", 10)
    return pace


@given(st.lists(st.tuples(st.integers(0, 2), st.floats(0, 20)), max_size=120))
def test_no_window_of_several_processes_holds_more_than_the_limit(
    tmp_path_factory: pytest.TempPathFactory, calls: list[tuple[int, float]]
) -> None:
    """Whoever of three calls, and in whatever rhythm."""
    time, place = Time(), tmp_path_factory.mktemp("calls")
    processes = [shared(time, place) for _ in range(3)]
    taken = []
    for who, pause in calls:
        time.sleep(pause)
        assert processes[who].take(["x"], float("inf"))
        taken.append(time.at)
    for first, last in zip(taken, itertools.islice(taken, 10, None), strict=False):
        assert last - first > 60


TAKER = """
import sys, time
from pathlib import Path
from sync.backends.google.pace import SharedPace
pace = SharedPace(time.time, time.sleep, Path(sys.argv[1]))
pace.bucket("x", 50)
print("ready", flush=True)
sys.stdin.readline()
print(sum(pace.take(["x"], 0.0) for _ in range(40)))
"""


def test_real_processes_together_get_the_limit_and_not_one_more(tmp_path: Path) -> None:
    """Three that want forty places each, of which there are fifty."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", TAKER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    counts = [int(process.communicate("go\n", timeout=60)[0]) for process in started]
    assert sum(counts) == 50, counts


def test_what_google_refused_to_one_process_waits_in_the_other(tmp_path: Path) -> None:
    time = Time()
    one, other = shared(time, tmp_path), shared(time, tmp_path)
    one.close("x", 30)
    assert other.wait_of(["x"]) == 30
    assert not other.take(["x"], time.at + 10)


def test_a_process_started_anew_goes_on_counting(tmp_path: Path) -> None:
    time = Time()
    for _ in range(10):
        assert shared(time, tmp_path).take(["x"], time.at)
    assert shared(time, tmp_path).wait_of(["x"]) == WINDOW
    assert shared(time, tmp_path).load_of("x") == 1


@pytest.mark.parametrize("content", [b"", b"\xff" * 5, b"garbage that is no list of times at all"])
def test_a_spoilt_file_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    time = Time()
    shared(time, tmp_path).take(["x"], time.at)
    (file,) = tmp_path.glob("*.calls")
    file.write_bytes(content)
    assert shared(time, tmp_path).take(["x"], time.at + WINDOW)


def test_calls_of_a_clock_that_was_wrong_are_forgotten(tmp_path: Path) -> None:
    """The machine's clock ran a year ahead and was set right: nobody waits a year."""
    time = Time()
    time.at += 365 * 86400
    ahead = shared(time, tmp_path)
    for _ in range(10):
        ahead.take(["x"], time.at)
    ahead.close("x", 60)
    time.at -= 365 * 86400
    assert shared(time, tmp_path).wait_of(["x"]) == 0


def test_a_workspace_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "calls").write_text("a file stands in the way")
    time = Time()
    with pytest.raises(ConfigurationError, match=r"不能读写.*calls"):
        SharedPace(time.now, time.sleep, tmp_path / "calls")


def test_a_count_that_cannot_be_kept_any_more_is_told_before_a_call_is_made(tmp_path: Path) -> None:
    """The workspace's disk is gone while the service runs."""
    time = Time()
    pace = shared(time, tmp_path / "calls")
    shutil.rmtree(tmp_path / "calls")
    with pytest.raises(ConfigurationError, match=r"不能读写.*：文件或文件夹不见了"):
        pace.take(["x"], time.at)


@pytest.mark.parametrize(("identities", "a_minute"), [(1, 60), (5, 300)])
def test_two_processes_share_the_quota(server: Emulator, tmp_path: Path, identities: int, a_minute: int) -> None:
    """serve and a sync by hand, 600 changed books: nothing is refused, and together they keep the pace."""
    books = 600
    office = Office(server, units=[("a", "甲镇")], identities=identities, quotas=Quotas(drive=100_000))
    processes = []
    for _ in range(2):
        office.new_backend(SharedPace(office.clock.now, office.clock.sleep, tmp_path))
        processes.append(office.transport)
    book = "book-a"
    office.world.account.reset()
    begun = office.clock.now()
    for number in range(books):
        transport = processes[number % 2]
        transport.get_book(book, "甲镇", "properties.title")
        title = {"properties": {"title": f"改{number}"}, "fields": "title"}
        transport.update_book(book, "甲镇", [{"updateSpreadsheetProperties": title}], repeatable=True)
    minutes = (office.clock.now() - begun) / 60
    assert office.world.account.count(status=429) == 0
    assert office.world.account.count(kind="read", status=200) == books
    assert office.world.account.count(kind="write", status=200) == books
    assert minutes <= books / a_minute / 0.95
