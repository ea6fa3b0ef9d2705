"""Who holds a lease, so that the leases of a process that was killed need not be waited for.

A process is known by the machine's boot, its space of process numbers (a container has its own) and its own start; only
where all of them can be compared is another one said to be dead. Elsewhere than on Linux nobody is, and the lease runs out.
"""

from __future__ import annotations

import os
import socket
import threading
from functools import lru_cache
from pathlib import Path

PROC = Path("/proc")


def owner() -> str:
    """This thread, as it signs its leases: host:process:thread, and what tells the process from all others."""
    return f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}:{_space()}:{_start(os.getpid())}"


def is_dead(signed: str) -> bool:
    """Whether the process that signed so has certainly ended."""
    parts = signed.partition(" ")[0].split(":")
    if len(parts) < 5 or not parts[1].isdigit():
        return False
    pid, space, start = int(parts[1]), parts[3], parts[4]
    if not (space and start) or space != _space():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:  # somebody else's, perhaps hidden from us
        pass
    return _start(pid) not in ("", start)


@lru_cache(maxsize=1)
def _space() -> str:
    """Boot of the machine and space of process numbers; "" where it cannot be told."""
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
        return f"{boot.replace('-', '')}-{(PROC / 'self/ns/pid').stat().st_ino}"
    except OSError:
        return ""


def _start(pid: int) -> str:
    """When a process started, in clock ticks since the boot; "ended" of one that only waits to be buried; "" when it
    cannot be seen."""
    try:
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "ended" if fields[0] in ("Z", "X") else fields[19]  # proc(5): state is the third field, starttime the 22nd
