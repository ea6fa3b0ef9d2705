"""The service's own store beside the share: journals of commits under way, displaced files, backups by hash."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from hashlib import blake2b, sha256
from pathlib import Path
from types import TracebackType
from typing import Self

from sync.backends.folder.names import shown

KEEP_DAYS = 30
_NAME_BYTES = 180
_END = ".journal"


class Journal:
    """One commit: what was expected, what is ours, how far it came. Locked while its process lives.

    A text file: a line of JSON, then one word per stage reached ("ready", "held <POSIX seconds>", "giving <put> <out>
    <identity>").
    `giving`: digests of what had the book's name and of the save that was about to get it back, None before that;
    `put`: which file it was that had the name, where it was a person's: inode and time of its content.
    """

    def __init__(self, file: Path, path: Path, mark: str, expected: str, ours: str) -> None:
        self.file, self.path, self.mark = file, path, mark
        self.expected, self.ours = expected, ours
        self.ready = False
        self.held_at: float | None = None
        self.giving: tuple[str, str] | None = None
        self.put: tuple[int, int] | None = None
        self._handle = -1

    @property
    def temp(self) -> Path:
        """Our file in the book's folder. Its name begins as names that clerks' programs and we ignore."""
        name = os.fsencode(self.path.name)[:_NAME_BYTES].decode(errors="ignore")
        return self.path.with_name(f".~tb.{name}.{self.mark}.tmp")

    @property
    def aside(self) -> Path:
        """The book itself, for an instant, where names cannot be exchanged."""
        return self.temp.with_suffix(".old.tmp")

    @property
    def held(self) -> Path:
        """The displaced file in our own store."""
        return self.file.with_name(f"{self.mark}.held")

    def held_file(self) -> Path | None:
        """Where the displaced file is: in our store, or still in the share when that is another file system."""
        return next((file for file in (self.held, self.temp, self.aside) if file.exists()), None)

    def note(self, stage: str) -> None:
        """Add a stage; it survives the death of the process."""
        with self.file.open("a", encoding="utf-8") as file:
            file.write(f"{stage}\n")
        self._read_stage(stage)

    def unhold(self) -> None:
        """The displaced file goes back to its place: from here on the journal is one that waits for its end."""
        self.held_at = None
        self.note("back")

    def _read_stage(self, stage: str) -> None:
        word, _, value = stage.partition(" ")
        self.ready = self.ready or word == "ready"
        if word == "held":
            self.held_at = float(value)
        elif word == "back":
            self.held_at = None
        elif word == "giving" and len(parts := value.split()) >= 2:
            self.giving, self.put = (parts[0], parts[1]), None
            if len(parts) == 4:
                self.put = int(parts[2]), int(parts[3])

    def close(self) -> None:
        """The commit has come to an end; nothing of it is left to tidy up."""
        self.file.unlink(missing_ok=True)

    def lock(self) -> bool:
        """Take the journal for this process; False when a living process has it, or has just ended it."""
        try:
            self._handle = os.open(self.file, os.O_RDWR)
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.unlock()
            return False
        return True

    def write(self) -> None:
        """Begin the file: it appears complete and locked, so that nobody who tidies up takes it for a broken one."""
        data = {"path": str(self.path), "mark": self.mark, "expected": self.expected, "ours": self.ours}
        begun = self.file.with_suffix(".begun")
        begun.write_text(json.dumps(data) + "\n", encoding="utf-8")  # in ASCII: not every name is UTF-8
        self._handle = os.open(begun, os.O_RDWR)
        fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        begun.rename(self.file)

    def unlock(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.unlock()

    @classmethod
    def load(cls, file: Path) -> Journal | None:
        """Read a journal; None when it was not even begun properly."""
        try:
            head, *stages = file.read_text(encoding="utf-8").splitlines()
            data = json.loads(head)
            journal = cls(file, Path(data["path"]), data["mark"], data["expected"], data["ours"])
        except (OSError, ValueError, KeyError):
            return None
        for stage in stages:
            journal._read_stage(stage)
        return journal


def _lead(path: Path) -> str:
    """How the names of a book's journals begin."""
    return f"{blake2b(os.fsencode(path.absolute()), digest_size=8).hexdigest()}-"


class Backups:
    """A folder of ours, outside the share: `<sha256>.xlsx` for versions, `journal/` for commits under way."""

    def __init__(self, root: Path, clock: Callable[[], float] = time.time) -> None:
        self.root, self._clock = root, clock
        self._journals = root / "journal"
        self._journals.mkdir(parents=True, exist_ok=True)
        self._waiting: dict[str, Journal] = {}
        self._lock = threading.Lock()  # several books are answered at once

    def begin(self, path: Path, mark: str, expected: str, ours: str) -> Journal:
        """A new journal, locked by this process."""
        journal = Journal(self._journals / f"{_lead(path)}{mark}{_END}", path.absolute(), mark, expected, ours)
        journal.write()
        return journal

    def journals(self, folder: Path) -> Iterator[Journal]:
        """Journals of this folder that no living process works on; each is locked while it is looked at."""
        for file in sorted(self._journals.glob(f"*{_END}")):
            journal = Journal.load(file)
            if journal is None:
                file.unlink(missing_ok=True)
            elif journal.path.parent == folder.absolute() and journal.lock():
                with journal:
                    if journal.held_at is not None:
                        self._wait(journal)
                    yield journal

    def others(self, own: Journal) -> Iterator[tuple[Journal, bool]]:
        """Other commits of the same book that have not come to an end; whether a living process is at work on each.

        One without is locked while it is looked at.
        """
        lead = _lead(own.path)  # not every journal is opened: after a first round each book has one that waits
        with os.scandir(self._journals) as entries:
            names = sorted(entry.name for entry in entries if entry.name.startswith(lead))
        for name in names:
            file = self._journals / name
            journal = Journal.load(file) if name.endswith(_END) and file != own.file else None
            if journal is None or journal.path != own.path or journal.held_at is not None:
                continue
            if journal.lock():
                with journal:
                    yield journal, False
            elif file.exists():
                yield journal, True

    def hold(self, journal: Journal, displaced: Path, now: float) -> None:
        """Take the displaced file out of the share, to be looked at once more a few seconds later."""
        journal.note(f"held {now!r}")
        with contextlib.suppress(OSError):  # another file system: it stays where it is until then
            displaced.rename(journal.held)
        self._wait(journal)

    def _wait(self, journal: Journal) -> None:
        with self._lock:
            self._waiting[journal.mark] = journal

    def held(self) -> list[Journal]:
        """Commits whose displaced file waits for its second look, in this process."""
        with self._lock:
            found = [journal for journal in self._waiting.values() if journal.file.exists()]
            self._waiting = {journal.mark: journal for journal in found}
        return found

    def keep(self, file: Path, name: str) -> Path:
        """Make a file a backup under its hash; the same content is kept once. `name` is told in an index.

        Its time becomes that of being kept: days are counted from then.
        """
        digest = sha256(file.read_bytes()).hexdigest()
        target = self.root / f"{digest}{Path(name).suffix or '.xlsx'}"
        if target.exists():
            file.unlink()
        else:
            shutil.move(file, target)
        os.utime(target, (self._clock(), self._clock()))
        with (self.root / "index.txt").open("a", encoding="utf-8") as index:
            index.write(f"{digest}\t{shown(name)}\n")
        return target

    def prune(self, now: float, days: float = KEEP_DAYS) -> int:
        """Delete backups older than `days`; how many."""
        old = [
            file for file in self.root.glob("*.*") if len(file.stem) == 64 and now - file.stat().st_mtime > days * 86400
        ]
        for file in old:
            file.unlink(missing_ok=True)
        return len(old)
