"""What became of one book, whatever it lives in."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from app.wiring import Office
from sync.backends.folder.upgrade.spec import Change
from sync.clock import local


@dataclass(slots=True)
class Standing:
    """`state`: upgraded, rehearsed, current, missing, refused. `undo`: how a person takes it back, one sentence."""

    code: str
    name: str
    state: str = ""
    book: str = ""
    version: str = ""
    told: str = ""
    backup: str = ""
    undo: str = ""
    changes: list[Change] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return self.state in ("upgraded", "rehearsed", "current")


def keep_before(office: Office, name: str, suffix: str, data: bytes) -> Path:
    """The book as it was, under a name that a person finds."""
    folder = office.settings.path("backups") / "升级前"
    folder.mkdir(parents=True, exist_ok=True)
    at = local(office.clock.now()).strftime("%Y%m%d-%H%M%S")
    path = folder / f"{name}_{at}{suffix}"
    path.write_bytes(data)
    return path
