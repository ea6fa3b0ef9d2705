"""New files that are still at rest: a round says so, instead of nothing."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from tests.commands import tianbao


def test_files_put_there_a_moment_ago_are_told_with_the_reason(tmp_path: Path) -> None:
    place = tmp_path / "office"
    assert tianbao("init", "--scheme", "cihu", place).code == 0
    count = len(list((place / "books").glob("*.xlsx")))
    told = tianbao("sync", "-w", place)
    assert f"{count} 个新文件这次没读：刚刚保存过，等文件稳定后再读（" in told.out.replace("\n", "")
    assert told.code == 0  # nothing is wrong, and nothing to do but to wait
    assert len(json.loads(tianbao("sync", "-w", place, "--json").out)["resting"]) == count

    before = time.time() - 600
    for path in (place / "books").glob("*.xlsx"):
        os.utime(path, (before, before))
    told = tianbao("sync", "-w", place)
    assert f"{count} 本表读取" in told.out and "这次没读" not in told.out
