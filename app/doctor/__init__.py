"""What `tianbao doctor` looks at, each check with what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Level = Literal["good", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `todo` is what a person should do, "" when nothing."""

    name: str
    level: Level
    message: str
    todo: str = ""


Checks = Iterator[Check]
