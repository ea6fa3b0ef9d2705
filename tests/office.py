"""A real LibreOffice for tests: one per test session (and per xdist worker), driven through its Python bridge.

    def test_…(office: Office, tmp_path):
        with office.open(tmp_path / "安成镇.xlsx") as book:
            book.set("项目库", "D7", "甲项目")
            book.save()

Where LibreOffice or its bridge is not installed, tests that ask for `office` are skipped with a line that says so.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any, Self

import pytest

SYSTEM_PYTHON = "/usr/bin/python3"
BRIDGE = Path(__file__).with_name("office_bridge.py")
START_SECONDS, CALL_SECONDS = 120.0, 60.0


def missing() -> str:
    """What is not installed, "" when LibreOffice can be driven."""
    if shutil.which("soffice") is None:
        return "LibreOffice (libreoffice-calc) is not installed"
    try:
        done = subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False, env=_environment())
    except OSError:
        return f"{SYSTEM_PYTHON} is not there"
    return "" if done.returncode == 0 else "LibreOffice's Python bridge (python3-uno) is not installed"


def _environment() -> dict[str, str]:
    """Of our own only what is needed: the system's Python must not see the virtual environment."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ}
    return {**kept, "SAL_USE_VCLPLUGIN": "svp", "LC_ALL": "C.UTF-8"}


class OfficeError(RuntimeError):
    """LibreOffice could not do what it was asked."""


class Office:
    """LibreOffice running in the background."""

    def __init__(self, place: Path) -> None:
        profile = place / "profile"
        profile.mkdir()
        self._process = subprocess.Popen(
            [SYSTEM_PYTHON, str(BRIDGE), f"tianbao_{os.getpid()}_{place.name}", str(profile)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            text=True,
            encoding="utf-8",
        )
        self._answers: Queue[str] = Queue()
        Thread(target=self._listen, daemon=True).start()
        self._answer(START_SECONDS)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._answers.put(line)
        self._answers.put("")

    def _answer(self, seconds: float) -> Any:
        try:
            line = self._answers.get(timeout=seconds)
        except Empty:
            raise OfficeError("LibreOffice does not answer") from None
        if not line:
            raise OfficeError("LibreOffice has ended")
        answer = json.loads(line)
        if "error" in answer:
            raise OfficeError(answer["error"])
        return answer.get("value")

    def call(self, do: str, *values: Any) -> Any:
        """One request to the bridge, by the name of its method."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, "with": values}) + "\n")
        self._process.stdin.flush()
        return self._answer(CALL_SECONDS)

    def open(self, path: Path, password: str = "") -> Document:
        """Open a file as a person does: it lies locked until the document is closed."""
        return Document(self, self.call("open", str(path), password))

    def convert(self, source: Path, target: Path) -> Path:
        """Open a file and save it in the format of the target's suffix (.xlsx .xls .ods .pdf .csv .png)."""
        with self.open(source) as document:
            document.save_as(target)
        return target

    def stop(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


class Document:
    """An open spreadsheet. Cells by name (D7), rows and columns counted from 1."""

    def __init__(self, office: Office, number: int) -> None:
        self._office, self._number = office, number
        self._open = True

    def __getattr__(self, do: str) -> Any:
        if do.startswith("_"):
            raise AttributeError(do)
        return lambda *values: self._office.call(do, self._number, *values)

    def save_as(self, path: Path, password: str = "") -> None:
        self._office.call("save_as", self._number, str(path), password)

    def grid(self, sheet: str) -> dict[tuple[int, int], tuple[str, str]]:
        """(row, column) → (text shown, formula or value) of all filled cells."""
        cells = self._office.call("grid", self._number, sheet)
        return {(row, column): (text, formula) for row, column, text, formula in cells}

    def close(self) -> None:
        if self._open:
            self._open = False
            self._office.call("close", self._number)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@pytest.fixture(scope="session")
def office() -> Iterator[Office]:
    """LibreOffice, started once for the session."""
    if reason := missing():
        pytest.skip(reason)
    place = Path(tempfile.mkdtemp(prefix="tb_lo_"))
    running = Office(place)
    yield running
    running.stop()
    shutil.rmtree(place, ignore_errors=True)
