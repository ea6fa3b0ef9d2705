"""The command as a person runs it: a process of its own on a port of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.settings import Settings
from app.wiring import open_office
from tests.web.conftest import DAY, book_file, save_cell

ROOT = Path(__file__).resolve().parents[2]
TIANBAO = [sys.executable, "-c", "from app.cli import main; main()"]


def free_port() -> int:
    with closing(socket.socket()) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself."""
    return subprocess.run([*TIANBAO, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def _at_a_keyboard() -> None:
    """What a shell starts in the background never hears Ctrl-C; the tests themselves may run there."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Service:
    """`tianbao serve` under way."""

    def __init__(self, *arguments: str) -> None:
        self.port = free_port()
        command = [*TIANBAO, "serve", "--port", str(self.port), "--as-of", DAY.isoformat(), *arguments]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", "COLUMNS": "200"}
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment,
            preexec_fn=_at_a_keyboard,  # noqa: PLW1509 - it only sets a signal
        )  # fmt: skip
        self.output = ""

    def wait(self, seconds: float = 120.0) -> None:
        """Until it answers."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise AssertionError(f"it ended: {self.stop()}")
            try:
                self.get("/readyz")
                return
            except OSError:  # refused, or not yet served
                time.sleep(0.1)
        raise AssertionError("it does not answer")

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return json.loads(answer.read())

    def stop(self, number: int = signal.SIGTERM) -> str:
        """End it; what it printed."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        out, _ = self.process.communicate(timeout=60)
        self.output += out
        return self.output


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    found = Service("--workspace", str(settings.workspace))
    yield found
    found.stop(signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_syncs_and_stops_cleanly(service: Service, settings: Settings, number: int) -> None:
    """A save is answered by the running service; Ctrl-C and SIGTERM end it with nothing half done."""
    service.wait()
    office = open_office(settings, as_of=DAY)
    try:
        from app.desk import Desk

        file = book_file(Desk.of(office))
        save_cell(file, "项目库", "签约日期", "去年夏天")
        saved = file.read_bytes()
        end = time.monotonic() + 60
        while file.read_bytes() == saved and time.monotonic() < end:
            time.sleep(0.1)
        assert file.read_bytes() != saved
    finally:
        office.close()
    output = service.stop(number)
    assert service.process.returncode == 0, output
    assert f"http://127.0.0.1:{service.port}/" in output
    assert str(settings.path(settings.books)) in output
    assert "已停止" in output
    assert "Traceback" not in output
    assert not list(file.parent.glob(".~tb.*"))


def test_a_taken_port_is_told_with_another(settings: Settings) -> None:
    """Before anything else is done; exit code 3."""
    with closing(socket.socket()) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        port = sock.getsockname()[1]
        done = run("serve", "--workspace", str(settings.workspace), "--port", str(port))
    assert done.returncode == 3
    other = re.search(r"端口 (\d+) 已被别的程序占用。换一个：tianbao serve --port (\d+)", done.stderr)
    assert other is not None
    assert int(other[1]) == port != int(other[2])


def test_no_workspace_and_a_wrong_setting_are_told(tmp_path: Path, settings: Settings) -> None:
    """Exit code 2, without a trace."""
    done = run("serve", "--workspace", str(tmp_path))
    assert done.returncode == 2
    assert "不是填报工作区" in done.stderr
    file = settings.workspace / "tianbao.toml"
    file.write_text(file.read_text().replace('nightly = "00:10"', 'nightly = "midnight"'))
    done = run("serve", "--workspace", str(settings.workspace), "--port", str(free_port()))
    assert done.returncode == 2
    assert "nightly" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_demo_is_made_once_and_served(tmp_path: Path) -> None:
    """`serve --demo` on an empty machine: books, address and sign-in; the second time it is there already. A making
    that was cut short is done again."""
    place = tmp_path / "demo"
    place.mkdir()
    (place / "tianbao.toml").write_text("half = made")
    (tmp_path / ".demo.making").touch()
    first = Service("--demo", str(place))
    try:
        first.wait(300)
    finally:
        output = first.stop()
    assert "admin / tianbao-demo" in output
    assert len(list((place / "books").glob("*.xlsx"))) >= 17
    assert not (tmp_path / ".demo.making").exists()
    before = {file: file.stat().st_ino for file in (place / "scheme").rglob("*.yaml")}
    second = Service("--demo", str(place))
    try:
        second.wait()
    finally:
        output = second.stop()
    assert "第一次运行" not in output
    assert {file: file.stat().st_ino for file in (place / "scheme").rglob("*.yaml")} == before
