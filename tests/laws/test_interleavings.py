"""Laws L1 to L5 and L8 under seeded interleavings of clerks, workers, pauses and kills."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.laws.world import Broken, Kit, World

SEEDS = 300
CHUNK = 25
TORTURE = int(os.environ.get("TORTURE_SEEDS", "10000"))


def play(kit: Kit, kind: str, seed: int, place: Path) -> None:
    world = World(kit, kind, seed, place / f"{kind}-{seed}")
    try:
        world.run()
    except Broken as error:
        tail = " → ".join(world.trace[-60:])
        raise AssertionError(f"seed {seed} on {kind}: {error}\n{tail}") from error
    finally:
        world.close()


@pytest.mark.parametrize("kind", ["memory", "folder"])
@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_nothing_is_broken_whatever_people_do(kit: Kit, kind: str, first: int, tmp_path: Path) -> None:
    """No clerk's cell changes, no text stands beside other content, no accepted value is lost."""
    for seed in range(first, first + CHUNK):
        play(kit, kind, seed, tmp_path)


@pytest.mark.torture
@pytest.mark.parametrize("kind", ["memory", "folder"])
@pytest.mark.parametrize("first", range(SEEDS, SEEDS + TORTURE, 100))
def test_torture(kit: Kit, kind: str, first: int, tmp_path: Path) -> None:
    """The same, very often; a folder of each world is removed as soon as it is played."""
    for seed in range(first, min(first + 100, SEEDS + TORTURE)):
        play(kit, kind, seed, tmp_path)
        shutil.rmtree(tmp_path / f"{kind}-{seed}")
