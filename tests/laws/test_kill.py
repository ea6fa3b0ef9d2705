"""Law L4 for real: the process dies by SIGKILL at a step; store and books stay valid and the next run completes the work."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.laws.world import START, Kit, World

ROOT = Path(__file__).parents[2]
STEPS = [
    "read", "match", "validate", "evaluate", "commit", "committed", "render", "write",
    "temp", "look", "exchange", "displaced", "keep", "done", "written",
]  # fmt: skip
VICTIM = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
place, scheme, step, start = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], float(sys.argv[4])
from app.wiring import make_parts
from sheets_templates import catalog
from sync.backends.folder.backend import FolderBackend, Patience
from sync.clock import FixedClock
from sync.engine import sync_round
from sync.store import open_store
from validators.calendar import default_calendar

def die(name):
    if name == step:
        os.kill(os.getpid(), signal.SIGKILL)

clock = FixedClock(at=start)
backend = FolderBackend(place / "books", backups=place / "backups", clock=clock.now, sleep=clock.sleep,
                        patience=Patience(quiet=0, looks_apart=0, second_look=0), step=die)
store = open_store(f"sqlite:///{place / 'store.db'}")
parts = replace(make_parts(catalog.load(scheme), store, backend, clock, default_calendar()), step=die)
store.want([book.id for book in store.books(parts.scheme.id)])
sync_round(parts)
"""


@pytest.mark.parametrize("step", STEPS)
def test_a_process_killed_at_any_step_loses_nothing(kit: Kit, tmp_path: Path, step: str) -> None:
    """Killed there, the next process brings everything to rest: clerk's cells, answers, records, revisions."""
    world = World(kit, "folder", STEPS.index(step), tmp_path / "office")
    scheme = Path(__file__).parent.parent / "data" / "schemes" / "laws"
    done = subprocess.run(
        [sys.executable, "-c", VICTIM, str(world.place), str(scheme), step, str(START + 60)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    world.check_clerks("after the kill")
    world.clock.at = START + 1000
    world.backend = world._folder_backend()
    world.parts = world._parts("next")
    world.settle()
    world.close()
