"""Books as .xlsx files in a folder: listed without opening, read once into memory, answered in place or beside.

Whatever is in doubt is postponed: answers can be computed again, a clerk's work cannot.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from sync.backends.folder.backups import Backups
from sync.backends.folder.exchange import Committed, Exchange, Rename, create, rename2, token_of
from sync.backends.folder.feedback import FeedbackBooks, FeedbackWriter
from sync.backends.folder.names import is_book, is_legacy, key_of, name_of, shown
from sync.backends.folder.open_signs import find_sign, samba_sign
from sync.backends.folder.pool import InlineReader, Reader
from sync.backends.folder.wire import Patched
from sync.backends.folder.zippatch import Refused
from sync.book import BookAnswer, BookRef, BookShape, Outcome, Snapshot
from sync.errors import BookUnavailable, ConfigurationError, os_words

READ_LIMIT = 60_000_000  # bytes; a larger file is not taken into memory
COPYING_SECONDS = 600.0  # so long an incomplete file may be a copy under way; then it is damaged
_TRIES = 8
_LINK = ":link"  # behind the token of a file elsewhere: the file itself in its place is another book, and takes answers


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for people, in seconds. `quiet`: unchanged for so long before a book is read or answered;
    `looks_apart`: between two looks without a sign that it is open; `second_look`: at what was displaced."""

    quiet: float = 60.0
    looks_apart: float = 2.0
    second_look: float = 5.0


@dataclass(slots=True)
class _Watch:
    """What is known of one file between rounds."""

    token: str = ""
    since: float = 0.0  # this token seen first
    free_since: float | None = None  # no sign that it is open, from then on
    ours: str = ""  # token of our last write


@dataclass(slots=True)
class _Folder:
    """One look at the folder."""

    names: set[str] = field(default_factory=set)
    refs: list[BookRef] = field(default_factory=list)


class FolderBackend:
    """A folder of books; implements `sync.backends.base.Backend`.

    `backups` lies outside the folder. `clock` gives POSIX seconds; `step` is told every step of a commit. With
    `feedback`, answers go to separate books 反馈_<name>.xlsx; without, only where writing in place is impossible and
    a `feedback_writer` is given. `reading`: for a look only, nothing that waits is brought to its end.
    """

    by_place = True

    def __init__(
        self,
        root: Path | str,
        *,
        backups: Path | str,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        reader: Reader | None = None,
        patience: Patience | None = None,
        feedback: bool = False,
        feedback_writer: FeedbackWriter | None = None,
        ask_samba: bool = False,
        step: Callable[[str], None] = lambda name: None,
        rename: Rename = rename2,
        reading: bool = False,
    ) -> None:
        self.root, self._reading = Path(root), reading
        self._clock, self._sleep = clock, sleep
        self._reader = reader or InlineReader()
        self._patience = patience or Patience()
        self._samba = ask_samba
        self._store = Backups(Path(backups), clock)
        self._exchange = Exchange(self._store, clock=clock, step=step, rename=rename)
        self._feedback_always = feedback
        if feedback and feedback_writer is None:
            raise ConfigurationError("设了 feedback，却没有写反馈簿的程序；原表不写。")
        self._feedback = FeedbackBooks(self._exchange, feedback_writer, clock) if feedback_writer else None
        self._watches: dict[str, _Watch] = {}
        self._lock = threading.Lock()
        self.messages: list[str] = []  # what recovery and second looks had to do, for the operator

    # listing ------------------------------------------------------------------------------------------------------

    def list(self) -> list[BookRef]:
        """All books by name. One look at the folder; no file is opened. Displaced files get their second look."""
        self.sweep()
        seen = self._look()
        now = self._clock()
        with self._lock:
            for ref in seen.refs:
                self._watch(ref.key, ref.token, seen.names, now)
            for gone in self._watches.keys() - {ref.key for ref in seen.refs}:
                self._watches[gone].free_since = None
        return seen.refs

    def _look(self) -> _Folder:
        seen = _Folder()
        try:
            with os.scandir(self.root) as entries:
                for entry in entries:
                    seen.names.add(entry.name)
                    if is_book(entry.name):
                        _add_ref(seen.refs, entry)
        except OSError as error:
            raise BookUnavailable(f"打不开文件夹 {self.root}：{os_words(error)}") from None
        seen.refs.sort(key=lambda ref: ref.key)
        return seen

    def _watch(self, key: str, token: str, names: Collection[str], now: float) -> _Watch:
        """Remember since when this very version stands there, and since when nobody seemed to have it open."""
        watch = self._watch_of(key, token, now)
        if find_sign(self.root, name_of(key), names):
            watch.free_since = None
        elif watch.free_since is None:
            watch.free_since = now
        return watch

    def _watch_of(self, key: str, token: str, now: float) -> _Watch:
        """What is known of the file; times that have not come yet (our clock was put back) begin anew."""
        watch = self._watches.setdefault(key, _Watch(token, now))
        if watch.token != token:
            watch.token, watch.since = token, now
        watch.since = min(watch.since, now)
        if watch.free_since is not None:
            watch.free_since = min(watch.free_since, now)
        return watch

    # reading ------------------------------------------------------------------------------------------------------

    def read(self, ref: BookRef, shape: BookShape | Sequence[BookShape]) -> Snapshot:
        """Read one book whole from one copy in memory. `BookUnavailable` while it is being saved or copied."""
        return self._look_into(ref, shape, head=False)

    def peek(self, ref: BookRef, shape: BookShape | Sequence[BookShape]) -> Snapshot:
        """Whose book it is: as `read`, but without tabs where the marks alone tell."""
        return self._look_into(ref, shape, head=True)

    def _look_into(self, ref: BookRef, shape: BookShape | Sequence[BookShape], *, head: bool) -> Snapshot:
        path = self._path(ref)
        data, stat = self._load(path)
        token = token_of(stat) + (_LINK if path.is_symlink() else "")
        self._check_complete(ref.key, token, stat, data)
        snapshot = self._reader.read(data, shape, name=ref.name, head=head)
        snapshot.key, snapshot.token, snapshot.file_time = ref.key, token, stat.st_mtime
        snapshot.fingerprint = snapshot.fingerprint or sha256(data).hexdigest()
        return snapshot

    def _check_complete(self, key: str, token: str, stat: os.stat_result, data: bytes) -> None:
        now = self._clock()
        with self._lock:
            watch = self._watch_of(key, token, now)
        if token != watch.ours and not self._quiet(watch, stat, now):
            raise BookUnavailable("刚刚保存过，等文件稳定后再读")
        cut = len(data) > READ_LIMIT  # by ourselves: what it ends with is not known, that it is too large is
        incomplete = not cut and data[:2] == b"PK" and b"PK\x05\x06" not in data[-65557:]
        age = max(now - watch.since, now - stat.st_ctime)  # a copy may bring its old mtime along
        if (incomplete or not data) and age < COPYING_SECONDS:
            raise BookUnavailable("文件不完整，可能正在复制")

    def _quiet(self, watch: _Watch, stat: os.stat_result, now: float) -> bool:
        """Old enough by the file's own time; by the server's, or by ours, when the clock that set it runs ahead."""
        quiet = self._patience.quiet
        saved = stat.st_mtime if stat.st_mtime <= now else stat.st_ctime
        return now - saved >= quiet or now - watch.since >= quiet

    def _load(self, path: Path) -> tuple[bytes, os.stat_result]:
        """The file's bytes and what it was; the same before and after. A name may be missing for an instant."""
        for attempt in range(_TRIES):
            if attempt:
                self._sleep(0.05)
            try:
                with path.open("rb") as file:
                    before = os.fstat(file.fileno())
                    data = file.read(READ_LIMIT + 1)
                    after = os.fstat(file.fileno())
            except FileNotFoundError:
                continue
            except OSError as error:
                raise BookUnavailable(f"打不开 {shown(path.name)}：{os_words(error)}") from None
            if token_of(before) == token_of(after):
                return data, after
        raise BookUnavailable(f"{shown(path.name)} 正在被保存或已不在文件夹里")

    def _path(self, ref: BookRef) -> Path:
        name = name_of(ref.key)
        if Path(name).name != name:
            raise BookUnavailable(f"文件名不对：{ref.key}")
        return self.root / name

    # answering ----------------------------------------------------------------------------------------------------

    def busy(self, ref: BookRef) -> str:
        """Who has the book open, as a person would say it; "" when nobody seems to."""
        sign = find_sign(self.root, name_of(ref.key))
        if sign:
            return sign.sentence(self._clock())
        return samba_sign(self._path(ref)) if self._samba else ""

    def answer(self, ref: BookRef, answer: BookAnswer) -> Outcome:
        """Bring our texts into the book if it still is `answer.fingerprint`. Nothing is written in doubt."""
        path = self._path(ref)
        if self._feedback and (self._feedback_always or is_legacy(ref.name)):
            return self._feedback.write(path, ref, answer)
        if is_legacy(ref.name):
            return Outcome("refused", "这种格式不能写回，请用 WPS 或 Excel 另存为 .xlsx")
        if path.is_symlink():  # the link would be replaced and the file it points to left as it was
            return Outcome("refused", "这是指向别处的链接，不能写回；请把文件本身放进文件夹")
        if reason := self.busy(ref):
            return _postponed(reason)
        data, stat = self._load(path)
        if sha256(data).hexdigest() != answer.fingerprint:
            return Outcome("changed", "文件已被改动")
        try:
            patch = self._reader.patch(data, answer)
        except Refused as refusal:
            return self._instead(path, ref, answer, str(refusal))
        if not patch.data:
            return _unwritten(patch, token_of(stat), answer.fingerprint)
        if reason := self._not_yet(ref, path, stat):
            return _postponed(reason)
        return self._commit(path, ref, answer, patch)

    def _not_yet(self, ref: BookRef, path: Path, stat: os.stat_result) -> str:
        """Why the book must rest a little: not quiet, or not looked at twice. Waits for the second look itself."""
        token, now = token_of(stat), self._clock()
        with self._lock:
            watch = self._watch(ref.key, token, self._signs_present(ref.key), now)
            resting = token == watch.ours or self._quiet(watch, stat, now)
            free_since = watch.free_since
        if not resting:
            return "刚刚保存过，等文件稳定后再写"
        if free_since is None:
            return self.busy(ref) or "有人正在打开"
        if (rest := free_since + self._patience.looks_apart - now) > 0:
            self._sleep(rest)
        return self.busy(ref)

    def _signs_present(self, key: str) -> set[str]:
        sign = find_sign(self.root, name_of(key))
        return {sign.file} if sign else set()

    def fill(self, ref: BookRef, new: bytes, expected: str) -> Outcome:
        """Put a version of the book in place into which a person had rows filled; sync itself never does (law L1).

        The protocol is that of `answer`: only if the book still is `expected`, not while it is open or just saved, the
        displaced version kept; but nothing is ever written beside it.
        """
        path = self._path(ref)
        if is_legacy(ref.name) or path.is_symlink():
            return Outcome("refused", "这本表不是文件夹里的 .xlsx 文件")
        data, stat = self._load(path)
        if sha256(data).hexdigest() != expected:
            return Outcome("changed", "文件已被改动")
        if reason := self.busy(ref) or self._not_yet(ref, path, stat):
            return Outcome("postponed", reason)
        try:
            done = self._exchange.commit(path, new, expected, lambda: self.busy(ref))
        except OSError as error:
            return Outcome("postponed", f"暂时写不进文件夹（{os_words(error)}）")
        return Outcome(done.kind, done.reason, done.token, sha256(new).hexdigest())

    @property
    def reader(self) -> Reader:
        """Who looks into strangers' files for this folder."""
        return self._reader

    def _commit(self, path: Path, ref: BookRef, answer: BookAnswer, patch: Patched) -> Outcome:
        try:
            done = self._exchange.commit(path, patch.data, answer.fingerprint, lambda: self.busy(ref))
        except OSError as error:  # disk full, quota, share gone: the commit has been undone, the next round repeats it
            return _postponed(f"暂时写不进文件夹（{os_words(error)}）")
        if done.kind == "postponed":
            return _postponed(done.reason)
        if done.kind == "refused":
            return self._instead(path, ref, answer, done.reason)
        if done.kind == "changed":
            return Outcome("changed", done.reason)
        with self._lock:
            watch = self._watches.setdefault(ref.key, _Watch())
            watch.token, watch.since, watch.ours = done.token, self._clock(), done.token
        return Outcome(
            "done",
            _blocked(patch),
            token=done.token,
            fingerprint=sha256(patch.data).hexdigest(),
            written=patch.written,
            unwritten=len(patch.blocked),
        )

    def _instead(self, path: Path, ref: BookRef, answer: BookAnswer, reason: str) -> Outcome:
        """The book cannot be written in place: the answer goes beside it where that is set up."""
        if self._feedback is None:
            return Outcome("refused", reason)
        outcome = self._feedback.write(path, ref, answer)
        return outcome if outcome.reason else Outcome(outcome.kind, reason, outcome.token, outcome.fingerprint)

    # books handed in over the page --------------------------------------------------------------------------------

    def content(self, ref: BookRef) -> bytes:
        """The book's bytes as they stand there now. `BookUnavailable` when it is gone or being saved."""
        return self._load(self._path(ref))[0]

    def inspect(self, data: bytes, shape: BookShape | Sequence[BookShape], name: str) -> Snapshot:
        """Read a stranger's file that lies nowhere yet, in a reader process."""
        snapshot = self._reader.read(data, shape, name=name)
        snapshot.fingerprint = snapshot.fingerprint or sha256(data).hexdigest()
        return snapshot

    def receive(self, name: str, data: bytes, expected: str = "") -> Outcome:
        """Put a person's file in the place of the book `name` if that still is `expected`; "" = only if none is there.

        Nothing is overwritten in doubt: `changed` and `postponed` leave what stands there. The file that makes room
        is kept as a backup.
        """
        path = self._path(BookRef(name, name))
        try:
            if not expected:
                placed = create(path, data)
                done = (
                    Committed("done", token=token_of(path.stat())) if placed else Committed("changed", "已有同名文件")
                )
            else:
                done = self._exchange.commit(path, data, expected, lambda: self.busy(BookRef(name, name)))
        except OSError as error:
            raise BookUnavailable(f"暂时写不进文件夹（{os_words(error)}）") from None
        if done.kind == "done":
            with self._lock:  # ours to read at once: nobody is still saving it
                now = self._clock()
                self._watches[name] = _Watch(done.token, now, now, done.token)
        return Outcome(done.kind, done.reason, done.token, sha256(data).hexdigest())

    def close(self) -> None:
        """Stop the reader processes."""
        self._reader.close()

    # tidying up ---------------------------------------------------------------------------------------------------

    def recover(self) -> Sequence[str]:
        """To be called once at start: finish or undo what a killed process left behind, and hear of second looks that are
        due. Says what, in Chinese."""
        if self._reading:
            return []
        told = self._exchange.recover(self.root)
        self.messages += told
        return told

    def sweep(self) -> Sequence[str]:
        """Second looks that are due; `list` does it too. Costs nothing when none waits."""
        told = self._exchange.sweep(self._patience.second_look)
        self.messages += told
        return told

    def prune(self) -> int:
        """Delete backups older than 30 days; how many."""
        return self._store.prune(self._clock())


def _add_ref(refs: list[BookRef], entry: os.DirEntry[str]) -> None:
    try:
        stat = entry.stat()
    except OSError:  # gone between listing and looking
        return
    if entry.is_file():
        token = token_of(stat) + (_LINK if entry.is_symlink() else "")
        refs.append(BookRef(key_of(entry.name), shown(entry.name), token, stat.st_mtime))


def _postponed(reason: str) -> Outcome:
    return Outcome("postponed", f"待回写：{reason}")


def _blocked(patch: Patched) -> str:
    """What could not be written though the rest was."""
    places = "；".join(patch.blocked[:3])
    return f"有{len(patch.blocked)}格未写：{places}" if places else ""


def _unwritten(patch: Patched, token: str, fingerprint: str) -> Outcome:
    if patch.blocked:
        return Outcome("refused", _blocked(patch))
    return Outcome("nothing", token=token, fingerprint=fingerprint)
