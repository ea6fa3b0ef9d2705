"""A piece of work in a process of its own, so that its memory and cores are its own: `run(task, cores, **arguments)`.

The child is this module run with `-m`; it prints one line of JSON.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from typing import Any

TIMEOUT = 3_000


def run(task: str, *, cores: int = 0, **arguments: Any) -> dict[str, Any]:
    """`task` is "module:function" of bench; with `cores` the child is bound to that many. RuntimeError when it fails."""
    command = [sys.executable, "-m", "bench.child", task, json.dumps({"cores": cores, **arguments})]
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    if done.returncode:
        raise RuntimeError(f"{task}: {done.stderr.strip()[-1000:]}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def main() -> None:
    module, _, function = sys.argv[1].partition(":")
    arguments = json.loads(sys.argv[2])
    if cores := arguments.pop("cores", 0):
        available = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, set(available[-cores:]))
    print(json.dumps(getattr(importlib.import_module(module), function)(**arguments)))


if __name__ == "__main__":
    main()
