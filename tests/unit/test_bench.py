"""The measures run: what was renamed in the engine is found here, and not when somebody next asks how fast it is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import bench.__main__ as program

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["edit", "unchanged", "nightly", "evaluation", "document"])
def test_a_measure_runs_in_small(name: str, tmp_path: Path) -> None:
    """Those that need neither peers nor a quarter of an hour."""
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--quick", name], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "TIANBAO_BENCH_CACHE": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "broken" not in done.stdout and "| " in done.stdout


def test_a_measure_that_breaks_is_told_and_costs_only_itself(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(_: object) -> None:
        raise AttributeError("renamed")

    monkeypatch.setattr("bench.measures.idle.run", run)
    monkeypatch.setattr("bench.measures.edit.run", lambda _: [])
    assert program.main(["--quick", "idle", "edit"]) == 1
    assert "| idle | broken |" in capsys.readouterr().out
