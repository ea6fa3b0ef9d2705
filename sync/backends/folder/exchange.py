"""Replacing a book while people may save it at the same instant: exchange the names, then look at what came out.

"Hash, then rename over" loses a save that falls between the two (2 of 400 in trials). Here the new file and the
book change names in one step, the displaced file is hashed, and if it is not the version the answer was computed
for, the names are changed back. Every commit keeps a journal outside the share, so that a process killed at any
step leaves a valid book and the next start tidies up. xlsx.md §4 is the protocol.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

from sync.backends.folder.backups import Backups, Journal
from sync.backends.folder.names import shown

GIVEN_BACK = "{file}：上次写回中断时有人保存，已恢复对方保存的版本"
TEMP_LEAD, TEMP_END = ".~tb.", ".tmp"
NOREPLACE, EXCHANGE = 1, 2
_AT_FDCWD = -100
_UNSUPPORTED = {errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM, errno.EXDEV}
_ROUNDS = 100

Rename = Callable[[Path, Path, int], None]


@dataclass(frozen=True, slots=True)
class Committed:
    """What became of a commit. `token` is the new file's, as it was written."""

    kind: Literal["done", "changed", "postponed", "refused"]
    reason: str = ""
    token: str = ""


def rename2(old: Path, new: Path, flags: int) -> None:
    """renameat2(2). OSError with EINVAL or ENOSYS where the file system cannot."""
    libc = ctypes.CDLL(None, use_errno=True)
    call = getattr(libc, "renameat2", None)
    if call is None:
        raise OSError(errno.ENOSYS, "renameat2")
    if call(_AT_FDCWD, os.fsencode(old), _AT_FDCWD, os.fsencode(new), flags) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), str(old))


def token_of(stat: os.stat_result) -> str:
    """Changes whenever the file may have changed; costs no reading. The time of the last change of the inode is part of
    it: a program may put the time of the content back (copying tools, sync clients), that one it cannot."""
    return f"{stat.st_mtime_ns}:{stat.st_size}:{stat.st_ino}:{stat.st_ctime_ns}"


def _token_in_place(path: Path, token: str) -> str:
    """The token of the file we wrote, now that it bears the book's name: being renamed changed its inode. Whoever saved
    over it meanwhile has another file, or another time: then what we wrote stays the token, and theirs is seen."""
    try:
        now = token_of(path.stat())
    except FileNotFoundError:
        return token
    return now if now.rpartition(":")[0] == token.rpartition(":")[0] else token


Identity = tuple[int, int]  # of a file: its inode, and when its content was written


def _identity(path: Path) -> Identity | None:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    return stat.st_ino, stat.st_mtime_ns


def _is_same(put: Identity | None, came: Identity | None) -> bool:
    """Whether a file with the same content is the one that was put in, not a later save that says the same as an earlier
    one (sorted forth and back). Some network file systems number their files anew: one of the two is enough."""
    return put is None or came is None or put[0] == came[0] or put[1] == came[1]


def digest_of(path: Path) -> str:
    """SHA-256 of a file, hex; "" when there is none."""
    try:
        with path.open("rb") as file:
            return _digest(file.read())
    except FileNotFoundError:
        return ""


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()


class Exchange:
    """Commits new versions of books. `step` is told the name of every step before it is taken; it may raise."""

    def __init__(
        self,
        backups: Backups,
        *,
        clock: Callable[[], float],
        step: Callable[[str], None] = lambda name: None,
        rename: Rename = rename2,
    ) -> None:
        self._backups, self._clock, self._step, self._rename = backups, clock, step, rename

    def commit(self, path: Path, new: bytes, expected: str, busy: Callable[[], str]) -> Committed:
        """Put `new` in the place of `path` if that still is `expected` (SHA-256, hex) and nobody has it open."""
        journal = self._backups.begin(path, secrets.token_hex(4), expected, _digest(new))
        try:
            with journal:
                if self._under_way(journal):
                    return self._drop(journal, Committed("postponed", "另一个进程正在写回这本表"))
                return self._attempt(journal, new, busy)
        except Exception:
            self.settle(journal)
            raise

    def _under_way(self, journal: Journal) -> bool:
        """Whether somebody else is replacing this book right now; what a killed one left behind is settled.

        A worker that sleeps between the exchange and its look at what came out holds a person's save in its hands:
        a second exchange meanwhile would make ours look like the newest version of a person.
        """
        living = False
        for other, alive in self._backups.others(journal):
            living = living or alive
            if not alive:
                self.settle(other)
        return living

    def _attempt(self, journal: Journal, new: bytes, busy: Callable[[], str]) -> Committed:
        path, temp = journal.path, journal.temp
        self._step("temp")
        token = _write_temp(path, temp, new)
        self._step("look")
        if reason := busy():
            return self._drop(journal, Committed("postponed", reason))
        now = digest_of(path)
        if now != journal.expected:
            gone = Committed("postponed", "文件正在被保存")
            return self._drop(journal, Committed("changed", "文件已被改动") if now else gone)
        journal.note("ready")
        self._step("exchange")
        try:
            self._rename(temp, path, EXCHANGE)
        except FileNotFoundError:
            return self._drop(journal, Committed("postponed", "文件正在被保存"))
        except OSError as error:
            if error.errno in _UNSUPPORTED:
                return self._by_links(journal, token)
            if isinstance(error, PermissionError):
                return self._drop(journal, Committed("postponed", "文件正被打开或文件夹不允许写入"))
            raise
        self._step("displaced")
        return self._judge(journal, token)

    def _judge(self, journal: Journal, token: str) -> Committed:
        """The names are exchanged: `temp` is what stood there. Ours stays only if it is what we expected."""
        if digest_of(journal.temp) != journal.expected:
            self._back(journal)
            return Committed("changed", "写回的同时文件被保存，已保留对方的版本")
        self._step("keep")
        self._backups.hold(journal, journal.temp, self._clock())
        _sync_folder(journal.path.parent)
        self._step("done")
        return Committed("done", token=_token_in_place(journal.path, token))

    def _back(self, journal: Journal, put: str = "") -> None:
        """Exchange until what comes out is what we put in last (`put`, at first ours): then the newest version has the
        book's name. Each time it is noted first, for whoever finds the two files after a kill cannot tell by them which
        is the newer."""
        put, out = put or journal.ours, digest_of(journal.temp)
        theirs: Identity | None = None  # of the file that was put in last, where it was a person's
        for _ in range(_ROUNDS):
            journal.note(f"giving {put} {out}" + (f" {theirs[0]} {theirs[1]}" if theirs is not None else ""))
            given = _identity(journal.temp)
            self._step("back")
            try:
                self._rename(journal.temp, journal.path, EXCHANGE)
            except FileNotFoundError:  # taken away meanwhile: theirs gets its name back, unless a newer one has it
                with contextlib.suppress(FileExistsError):
                    _place(journal.temp, journal.path, self._rename)
                    journal.close()
                    return
                continue
            except OSError as error:
                if error.errno not in _UNSUPPORTED:
                    raise
                return self._back_by_links(journal)
            self._step("given")
            came = digest_of(journal.temp)
            if came == put and _is_same(theirs, _identity(journal.temp)):
                break
            put, out, theirs = out, came, given
        self._dispose(journal, journal.temp)

    def _dispose(self, journal: Journal, file: Path) -> None:
        """Delete what is ours; keep what a person made."""
        if digest_of(file) == journal.ours:
            file.unlink(missing_ok=True)
        elif file.exists():
            self._backups.keep(file, journal.path.name)
        journal.close()

    def _drop(self, journal: Journal, outcome: Committed) -> Committed:
        journal.temp.unlink(missing_ok=True)
        journal.close()
        return outcome

    # where the file system cannot exchange ------------------------------------------------------------------------

    def _by_links(self, journal: Journal, token: str) -> Committed:
        """Move the book aside, look at it, put ours in its place only if the place is still empty."""
        path, temp, aside = journal.path, journal.temp, journal.aside
        try:
            _place(temp, aside, self._rename)  # a rehearsal: can this file system place without replacing?
            _place(aside, temp, self._rename)
        except OSError:
            return self._drop(journal, Committed("refused", "此文件夹不支持安全替换文件，请改用反馈簿"))
        self._step("aside")
        try:
            path.rename(aside)
        except FileNotFoundError:
            return self._drop(journal, Committed("postponed", "文件正在被保存"))
        except PermissionError:
            return self._drop(journal, Committed("postponed", "文件正被打开或文件夹不允许写入"))
        self._step("place")
        same = digest_of(aside) == journal.expected
        try:
            _place(temp if same else aside, path, self._rename)
        except FileExistsError:
            same = False
        return self._placed(journal, same, token)

    def _back_by_links(self, journal: Journal) -> None:
        """`temp` is a person's save, ours has the name. Give it back; a newer save that comes meanwhile stands."""
        aside = journal.aside
        self._step("back-aside")
        with contextlib.suppress(FileNotFoundError):
            journal.path.rename(aside)
        self._step("back-place")
        with contextlib.suppress(FileExistsError):
            if digest_of(aside) in (journal.ours, ""):
                _place(journal.temp, journal.path, self._rename)
            else:
                _place(aside, journal.path, self._rename)
        self._dispose(journal, aside)
        self._dispose(journal, journal.temp)

    def _placed(self, journal: Journal, same: bool, token: str) -> Committed:
        self._step("keep")
        if same:
            self._backups.hold(journal, journal.aside, self._clock())
            _sync_folder(journal.path.parent)
            return Committed("done", token=_token_in_place(journal.path, token))
        journal.temp.unlink(missing_ok=True)
        self._dispose(journal, journal.aside)
        return Committed("changed", "写回的同时文件被保存，已保留对方的版本")

    # after a kill, and a few seconds later ------------------------------------------------------------------------

    def recover(self, folder: Path) -> list[str]:
        """Finish or undo what a killed process left behind; what it did, in Chinese. Live commits are left alone."""
        told = []
        for journal in self._backups.journals(folder):
            if journal.held_at is None and (message := self.settle(journal)):
                told.append(message)
        return told

    def settle(self, journal: Journal) -> str:
        """Bring one interrupted commit to an end. Nothing a person saved is deleted."""
        path, temp, aside = journal.path, journal.temp, journal.aside
        if journal.held_at is not None:
            return ""
        if not journal.ready:
            self._drop(journal, Committed("postponed"))
            return ""
        if aside.exists():
            return self._settle_aside(journal)
        if journal.giving is not None:
            return self._settle_giving(journal, *journal.giving)
        if digest_of(temp) == journal.expected and digest_of(path) == journal.ours:
            self._backups.hold(journal, temp, self._clock())
            return f"{shown(path.name)}：上次写回中断，现已补完"
        if digest_of(temp) not in (journal.ours, "") and digest_of(path) == journal.ours:
            self._back(journal)
            return GIVEN_BACK.format(file=shown(path.name))
        self._dispose(journal, temp)
        return ""

    def _settle_giving(self, journal: Journal, put: str, out: str) -> str:
        """A save, `out`, was getting its name back from `put`, before or after the exchange. What the exchange brought
        out was saved later than what it put there; what stands there otherwise was saved later than both."""
        brought = digest_of(journal.temp)
        later = brought not in ("", put, out) or (brought == put and not _is_same(journal.put, _identity(journal.temp)))
        there = out if later else put if brought == out else None
        if there is not None and digest_of(journal.path) in (there, ""):
            self._back(journal, there)
        else:
            self._dispose(journal, journal.temp)
        return GIVEN_BACK.format(file=shown(journal.path.name))

    def _settle_aside(self, journal: Journal) -> str:
        """The same where names cannot be exchanged: `aside` is what had the book's name when we were interrupted."""
        path, temp, aside = journal.path, journal.temp, journal.aside
        came_back = digest_of(aside) == journal.ours  # we were giving a person's save, `temp`, its name back
        if not path.exists():
            source = temp if came_back else aside
            if digest_of(source) not in ("", journal.ours):
                _place(source, path, self._rename)
        elif digest_of(path) == journal.ours and digest_of(aside) == journal.expected:
            self._backups.hold(journal, aside, self._clock())
            return f"{shown(path.name)}：上次写回中断，现已补完"
        self._dispose(journal, temp)
        self._dispose(journal, aside)
        return f"{shown(path.name)}：上次写回中断，已恢复原文件"

    def sweep(self, wait: float = 5.0) -> list[str]:
        """Look again at displaced files `wait` seconds after: a program that still held one may have written into it.

        Unchanged ones become backups; a changed one is a person's save and gets its name back. Says so in Chinese.
        """
        told = []
        for journal in self._backups.held():
            if journal.held_at is not None and abs(self._clock() - journal.held_at) >= wait and journal.lock():
                with journal:
                    told += self._look_again(journal)
        return told

    def _look_again(self, journal: Journal) -> list[str]:
        held = journal.held_file()
        if held is None:
            journal.close()
            return []
        if digest_of(held) == journal.expected:
            self._backups.keep(held, journal.path.name)
            journal.close()
            return []
        if digest_of(journal.path) == journal.ours:
            if held != journal.temp:
                held.rename(journal.temp)  # same file system, else it would not have been moved
            journal.unhold()
            self._back(journal)
            return [f"{shown(journal.path.name)}：有程序在写回后继续写入旧文件，已恢复对方保存的内容"]
        self._backups.keep(held, journal.path.name)
        journal.close()
        return [f"{shown(journal.path.name)}：写回前的版本后来又被写入，已存入备份，请核对"]


def _write_temp(path: Path, temp: Path, new: bytes) -> str:
    """A file beside the book, looking like it to the file server (mode, owner, attributes), safely on disk."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        stat = None
    handle = os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(new)
        file.flush()
        if stat is not None:
            _look_like(path, stat, handle)
        os.fsync(handle)
        return token_of(os.fstat(handle))


def _look_like(path: Path, stat: os.stat_result, handle: int) -> None:
    with contextlib.suppress(OSError):
        os.fchown(handle, stat.st_uid, stat.st_gid)
    with contextlib.suppress(OSError):
        os.fchmod(handle, stat.st_mode & 0o7777)
    with contextlib.suppress(OSError):
        for name in os.listxattr(path):
            with contextlib.suppress(OSError):
                os.setxattr(handle, name, os.getxattr(path, name))


def create(path: Path, data: bytes) -> bool:
    """A new file that appears complete or not at all; False when somebody else made one of this name first."""
    temp = path.with_name(f"{TEMP_LEAD}{secrets.token_hex(4)}{TEMP_END}")
    try:
        _write_temp(path, temp, data)
        temp.chmod(0o644)
        _place(temp, path, rename2)
    except FileExistsError:
        return False
    finally:
        temp.unlink(missing_ok=True)
    _sync_folder(path.parent)
    return True


def _place(source: Path, target: Path, rename: Rename) -> None:
    """Give `source` the name `target` unless that exists (FileExistsError)."""
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:
        rename(source, target, NOREPLACE)
    else:
        source.unlink()


def _sync_folder(folder: Path) -> None:
    """The new name survives a power failure. Some network shares cannot promise that; the book is in place anyway."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
