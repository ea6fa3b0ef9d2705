"""Leases of a process that was killed are free as soon as the office is opened again; those of the living are not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import process
from app.process import is_dead, owner
from sync.store import open_store
from sync.store.store import SqlStore

NOW = 1_750_000_000.0
HOLD = """
import sys
from app.process import owner
from sync.store import open_store
store = open_store(sys.argv[1])
assert store.acquire("book:x", owner(), 300, float(sys.argv[2]))
print("held", flush=True)
sys.stdin.read()
"""
linux = pytest.mark.skipif(not Path("/proc/self/ns/pid").exists(), reason="另一种系统上，占用到时才放开")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    found = open_store(f"sqlite:///{tmp_path}/a.db")
    yield found
    found.close()


@pytest.fixture
def holder(store: SqlStore, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A living process that holds the book."""
    command = [sys.executable, "-c", HOLD, f"sqlite:///{tmp_path}/a.db", str(NOW)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as found:
        assert found.stdout is not None and found.stdout.readline() == "held\n"
        yield found
        found.kill()


def test_the_living_keep_what_they_hold(store: SqlStore, holder: subprocess.Popen[str]) -> None:
    assert store.free_leases(is_dead, NOW) == 0
    assert store.acquire("book:x", owner(), 300, NOW) is None


@linux
def test_a_killed_process_holds_nothing(store: SqlStore, holder: subprocess.Popen[str]) -> None:
    holder.send_signal(signal.SIGKILL)
    assert os.waitid(os.P_PID, holder.pid, os.WEXITED | os.WNOWAIT)  # ended, and not yet buried by its parent
    assert store.free_leases(is_dead, NOW) == 1
    lease = store.acquire("book:x", owner(), 300, NOW)
    assert lease is not None and lease.number == 2


@linux
def test_one_that_is_buried_holds_nothing_either(store: SqlStore, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    assert store.free_leases(is_dead, NOW) == 1


def _signed(**other: str) -> str:
    """Our own signature with something else in it."""
    names = ("host", "pid", "thread", "space", "start")
    return ":".join({**dict(zip(names, owner().split(":"), strict=True)), **other}.values())


@linux
@pytest.mark.parametrize(
    ("other", "dead"),
    [
        ({}, False),
        ({"thread": "1"}, False),
        ({"start": "1"}, True),  # the number is another process's by now
        ({"space": "another-boot"}, False),
        ({"space": "another-boot", "start": "1"}, False),  # there the number means another process
        ({"space": ""}, False),
        ({"start": ""}, False),
        ({"pid": "x"}, False),
    ],
)
@pytest.mark.parametrize("word", ["", " 1a2b3c4d"], ids=["signature", "as stored"])
def test_only_what_can_be_compared_is_dead(other: dict[str, str], dead: bool, word: str) -> None:
    assert is_dead(_signed(**other) + word) is dead


@pytest.mark.parametrize("signed", ["host:1:2", "", ":", "host:99999999:1"])
def test_what_was_signed_otherwise_may_live(signed: str) -> None:
    """By an earlier version, or on a system without these signs."""
    assert not is_dead(signed)


@linux
def test_a_process_that_cannot_be_seen_may_live(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another user's, where /proc is mounted so that each sees only his own."""
    signed = _signed(pid="1")
    monkeypatch.setattr(process, "_start", lambda _: "")
    assert not is_dead(signed)
