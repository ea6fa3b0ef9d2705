"""Peers live in environments of their own, made once by pip; where pip cannot, they are skipped."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.books import cache

HERE = Path(__file__).parent


class NoPeer(Exception):
    """The peer cannot be had here. The message says why."""


def environment(name: str, *requirements: str) -> Path:
    """The interpreter of an environment with these packages."""
    place = cache() / f"venv-{name}"
    python, done = place / "bin" / "python", place / ".installed"
    if done.is_file() and done.read_text("utf-8") == "\n".join(requirements):
        return python
    try:
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True, capture_output=True)
        install = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *requirements]
        subprocess.run(install, check=True, capture_output=True, text=True, timeout=900)
    except (OSError, subprocess.SubprocessError) as error:
        raise NoPeer(f"{name} could not be installed ({type(error).__name__})") from error
    done.write_text("\n".join(requirements), "utf-8")
    return python


def ask(name: str, requirements: tuple[str, ...], script: str, *arguments: str) -> dict[str, Any]:
    """Run `peers/<script>.py` in the peer's environment; it prints one line of JSON. NoPeer when that fails."""
    python = environment(name, *requirements)
    command = [str(python), str(HERE / "peers" / f"{script}.py"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1_800, check=False, cwd=HERE.parent)
    if done.returncode:
        told = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise NoPeer(f"{name}: {told[:200]}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found
