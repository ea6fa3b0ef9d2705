"""The laws on spreadsheets: an adversarial editor between any two calls, faults at any call."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.laws.google_world import GoogleWorld
from tests.laws.world import Broken, Kit

SEEDS = 300
CHUNK = 25
TORTURE = int(os.environ.get("TORTURE_SEEDS", "10000"))
MEMORY = Path("/dev/shm")  # a death here is an exception, not a power cut: nothing need wait for a disk


def play(kit: Kit, seed: int, place: Path) -> None:
    """One world; what it left is removed as soon as it is played."""
    with TemporaryDirectory(prefix="google-", dir=MEMORY if MEMORY.is_dir() else place) as own:
        world = GoogleWorld(kit, "google", seed, Path(own) / f"{seed}")
        try:
            world.run()
        except Broken as error:
            tail = " → ".join(world.trace[-60:])
            raise AssertionError(f"seed {seed} on google: {error}\n{tail}") from error
        finally:
            world.close()


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_nothing_is_broken_whatever_people_do(kit: Kit, first: int, tmp_path: Path) -> None:
    """No clerk's cell changes, no text stands beside other content at any instant, no accepted value is lost."""
    for seed in range(first, first + CHUNK):
        play(kit, seed, tmp_path)


@pytest.mark.torture
@pytest.mark.parametrize("first", range(SEEDS, SEEDS + TORTURE, 100))
def test_torture(kit: Kit, first: int, tmp_path: Path) -> None:
    """The same, very often."""
    for seed in range(first, min(first + 100, SEEDS + TORTURE)):
        play(kit, seed, tmp_path)
