"""Putting a file of our own in its place in one piece. Whoever has the old one open loses nothing."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def publish(target: Path, data: bytes) -> Path:
    """Write beside and rename over. Where the place refuses (a program on Windows holds it), a dated name is used."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".~tb.", suffix=".tmp", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        try:
            Path(name).replace(target)
        except PermissionError:
            target = target.with_stem(f"{target.stem}-新")
            Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)
    return target
