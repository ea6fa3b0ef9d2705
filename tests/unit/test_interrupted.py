"""Ctrl-C at any moment of a command: one line and exit code 130, never a trace."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

# a finder that presses Ctrl-C at the moment a module is asked for, then looks for it no further
PRESS = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets what runs in the background ignore it
class Press:
    def find_spec(self, name, path=None, target=None):
        if name == {when!r}:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Press())
sys.argv = ["tianbao", "sync", "-w", "/no/workspace"]
from app.start import main
main()
"""


@pytest.mark.parametrize("when", ["app.cli", "click", "app.cli.out", "rich.console", "app.cli.work", "app.settings"])
def test_ctrl_c_while_loading(when: str) -> None:
    """In the first half second a program is still being put together."""
    done = subprocess.run(
        [sys.executable, "-c", PRESS.format(when=when)], check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 128 + signal.SIGINT
    assert done.stderr.strip() == "已中断。"


def test_the_installed_command_begins_there() -> None:
    """What pip installs as `tianbao` is this entry."""
    from importlib.metadata import entry_points

    (entry,) = entry_points(group="console_scripts", name="tianbao")
    assert entry.value == "app.start:main"
