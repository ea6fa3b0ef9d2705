"""A command of ours in a process of its own: what takes long, or opens what strangers sent, does not hold up the pages."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from app.settings import Settings

_PROGRAM = "from app.cli import main; main()"
SECONDS = 3600.0
log = logging.getLogger("tianbao.aside")


@dataclass(frozen=True, slots=True)
class Said:
    """What became of it: the exit code of the command (DESIGN §9), its document, and what it complained of."""

    code: int
    document: dict[str, Any]
    problem: str = ""


def run_aside(settings: Settings, day: str, *words: str, seconds: float = SECONDS) -> Said:
    """Run `tianbao … --json` in this workspace as of a day ("" = today). Never raises: what went wrong is in `problem`."""
    command = [sys.executable, "-c", _PROGRAM, *words, "--json", "--workspace", str(settings.workspace)]
    command += ["--as-of", day] if day else []
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and our own words
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False, env=environment
        )
    except subprocess.TimeoutExpired:
        return Said(3, {}, f"超过{seconds / 60:.0f}分钟还没有算完，停下了。什么也没有改。")
    except OSError as error:
        return Said(3, {}, f"没能另开一个进程来算：{error.strerror}。")
    told = done.stderr.decode("utf-8", "replace").strip()
    try:
        document = json.loads(done.stdout) if done.stdout.strip() else {}
    except ValueError:
        document = {}
    if document and done.returncode in (0, 1):
        return Said(done.returncode, document)
    if "Traceback (most recent call last)" in told:  # a fault of ours, for the log
        log.error("tianbao %s ended with %d: %s", " ".join(words), done.returncode, told)
        told = ""
    return Said(done.returncode, document, told or "没有算成，请再试一次；还不行，请看服务日志。")
