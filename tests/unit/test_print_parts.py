"""JSON written part by part, an item a line."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.cli.out import print_parts

ITEMS = [{"项目": "甲“乙”\n", "完成": 1.5, "空": None}, {"n": 2**70}, {"坏": "\ud800"}, {"数": Decimal("1.50")}, []]


def test_what_is_written_reads_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    print_parts({"records": iter(ITEMS), "units": iter(()), "targets": iter([{}])})
    written = capsys.readouterr().out
    assert json.loads(written) == {"records": [*ITEMS[:3], {"数": "1.50"}, []], "units": [], "targets": [{}]}
    assert "项目" in written and len(written.splitlines()) == 1 + 3 + len(ITEMS) + 1 + 1


def test_an_item_is_written_before_the_next_is_made(capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[str] = []

    def items() -> Iterator[dict[str, Any]]:
        yield {"n": 1}
        seen.append(capsys.readouterr().out)
        yield {"n": 2}

    print_parts({"records": items()})
    assert '{"n":1}' in seen[0]


def test_what_goes_into_a_file_arrives_there_while_a_bar_is_shown_on_the_terminal(tmp_path: Path) -> None:
    """A bar of rich takes what is printed meanwhile to its own terminal unless it is told not to."""
    given, told = tmp_path / "records.json", tmp_path / "said.json"
    given.write_text(json.dumps({"tables": {"项目库": [{"项目名称": f"甲{n}"} for n in range(30)]}}), "utf-8")
    ours, terminal = pty.openpty()
    program = str(Path(sys.executable).with_name("tianbao"))
    with told.open("wb") as file:
        command = [program, "evaluate", "--scheme", "cihu", "--records", str(given), "--json", "--as-of", "2021-06-20"]
        running = subprocess.Popen(command, stdout=file, stderr=terminal, env={**os.environ, "TERM": "xterm"})
        os.close(terminal)
        shown = _all_of(ours)
        assert running.wait() == 0, shown
    assert len(json.loads(told.read_text("utf-8"))["records"]) == 30
    assert "判断" in shown and "records" not in shown


def _all_of(terminal: int) -> str:
    """Until the other end is closed, which Linux tells as an error."""
    found = b""
    try:
        while part := os.read(terminal, 65_536):
            found += part
    except OSError:
        pass
    os.close(terminal)
    return found.decode("utf-8", "replace")
