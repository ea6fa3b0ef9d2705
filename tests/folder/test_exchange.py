"""Replacing a book while people save it: nothing is lost, whoever comes when, and whenever we are killed."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from sync.backends.folder.backups import Backups, Journal
from sync.backends.folder.exchange import EXCHANGE, Committed, Exchange, create, digest_of, rename2, token_of
from sync.clock import FixedClock

HERE = Path(__file__).parent
OLD, OURS, THEIRS = b"old", b"ours", b"theirs"


def no_exchange(old: Path, new: Path, flags: int) -> None:
    """A file system that cannot exchange names (CIFS, NFS)."""
    if flags == EXCHANGE:
        raise OSError(errno.EINVAL, "renameat2")
    rename2(old, new, flags)


WAYS = {"exchange": rename2, "links": no_exchange}
STEPS = {
    "exchange": ("temp", "look", "exchange", "displaced", "keep", "done"),
    "links": ("temp", "look", "exchange", "aside", "place", "keep"),
}


class Killed(BaseException):
    """The process dies here; nothing of it runs any more."""


class World:
    """A share with one file, and the service's own store."""

    def __init__(self, root: Path, way: str) -> None:
        self.share, self.store = root / "share", root / "store"
        self.share.mkdir()
        self.path = self.share / "安成镇.xlsx"
        self.path.write_bytes(OLD)
        self.way = way
        self.clock = FixedClock(at=1e9)
        self.on_step: Callable[[str], None] = lambda name: None
        self.seen: list[str] = []

    def service(self) -> Exchange:
        """A process of ours, newly started."""

        def step(name: str) -> None:
            self.seen.append(name)
            self.on_step(name)

        return Exchange(Backups(self.store, self.clock.now), clock=self.clock.now, step=step, rename=WAYS[self.way])

    def commit(self, new: bytes = OURS, expected: bytes = OLD, busy: Callable[[], str] = lambda: "") -> Committed:
        return self.service().commit(self.path, new, sha256(expected).hexdigest(), busy)

    def restart(self) -> list[str]:
        """The next start: what was left is tidied up, and a while later the second look is taken."""
        service = self.service()
        told = service.recover(self.share)
        self.clock.sleep(10)
        return told + service.sweep()

    def now(self) -> bytes | None:
        return self.path.read_bytes() if self.path.exists() else None

    def kept(self) -> set[bytes]:
        """Contents in the backup store."""
        return {file.read_bytes() for file in self.store.glob("*.xlsx")}

    def leftovers(self) -> list[str]:
        names = [item.name for item in self.share.iterdir() if item != self.path]
        return names + [item.name for item in (self.store / "journal").iterdir()]


@pytest.fixture(params=list(WAYS))
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    return World(tmp_path, request.param)


def test_a_commit_puts_ours_there_and_keeps_the_old_version(world: World) -> None:
    done = world.commit()
    assert done.kind == "done" and world.now() == OURS
    assert done.token == token_of(world.path.stat())
    assert tuple(world.seen) == STEPS[world.way]
    world.restart()
    assert world.kept() == {OLD} and world.leftovers() == []
    assert (world.store / f"{sha256(OLD).hexdigest()}.xlsx").exists()


def test_the_new_file_looks_like_the_old_one(world: World) -> None:
    world.path.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(world.path, 12, 34)
    before = world.path.stat()
    with contextlib.suppress(OSError):  # not every file system has extended attributes
        os.setxattr(world.path, "user.DOSATTRIB", b"0x20")
    attributes = os.listxattr(world.path)
    world.commit()
    after = world.path.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert os.listxattr(world.path) == attributes


def test_another_content_is_not_replaced(world: World) -> None:
    assert world.commit(expected=b"something else").kind == "changed"
    assert world.now() == OLD and world.leftovers() == []


def test_a_book_that_is_gone_is_waited_for(world: World) -> None:
    world.path.unlink()
    assert world.commit().kind == "postponed"
    assert world.now() is None and world.leftovers() == []


def test_an_open_book_is_not_replaced(world: World) -> None:
    outcome = world.commit(busy=lambda: "王伟 正在打开")
    assert (outcome.kind, outcome.reason) == ("postponed", "王伟 正在打开")
    assert world.now() == OLD and world.leftovers() == []


def test_a_locked_file_is_waited_for(tmp_path: Path) -> None:
    """Windows and file servers refuse to rename a file that a program holds."""
    world = World(tmp_path, "exchange")

    def refused(old: Path, new: Path, flags: int) -> None:
        raise PermissionError(errno.EACCES, "held")

    service = Exchange(Backups(world.store), clock=world.clock.now, rename=refused)
    assert service.commit(world.path, OURS, sha256(OLD).hexdigest(), lambda: "").kind == "postponed"
    assert world.now() == OLD and world.leftovers() == []


def test_where_nothing_is_safe_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither exchanging nor linking: the answer must go into a book of its own."""
    world = World(tmp_path, "links")

    def cannot(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", cannot)
    service = Exchange(Backups(world.store), clock=world.clock.now, rename=cannot)
    outcome = service.commit(world.path, OURS, sha256(OLD).hexdigest(), lambda: "")
    assert outcome.kind == "refused" and "反馈簿" in outcome.reason
    assert world.now() == OLD and world.leftovers() == []


def test_a_full_disk_leaves_everything_as_it_was(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        world.commit()
    assert world.now() == OLD and world.leftovers() == []


# a person saves between two steps ---------------------------------------------------------------------------------


def by_rename(world: World) -> None:
    """Excel, WPS, LibreOffice, sync clients: a new file takes the name."""
    temporary = world.share / "theirs"
    temporary.write_bytes(THEIRS)
    temporary.rename(world.path)


def in_place(world: World) -> None:
    if world.path.exists():
        with world.path.open("r+b") as file:
            file.write(THEIRS)
            file.truncate()
    else:
        world.path.write_bytes(THEIRS)


def away(world: World) -> None:
    """The person deletes or moves the file."""
    world.path.unlink(missing_ok=True)


SAVES = [by_rename, in_place]


@pytest.mark.parametrize("save", SAVES)
@pytest.mark.parametrize("at", range(6))
def test_whoever_saves_at_any_step_keeps_his_version(world: World, save: Callable[[World], None], at: int) -> None:
    """Before our file is in place his version stays; afterwards it lies over ours like any save."""
    step = STEPS[world.way][at]
    world.on_step = lambda name: save(world) if name == step else None
    outcome = world.commit()
    world.on_step = lambda name: None
    world.restart()
    assert world.now() == THEIRS
    assert OLD in world.kept() or outcome.kind != "done"
    assert world.leftovers() == []


@pytest.mark.parametrize("save", SAVES)
def test_a_save_over_ours_is_not_taken_for_ours(world: World, save: Callable[[World], None]) -> None:
    """Whoever saves just after our file is in place has another version: its token is not what the commit gives."""
    last = STEPS[world.way][-1]
    world.on_step = lambda name: save(world) if name == last else None
    done = world.commit()
    assert world.now() == THEIRS
    assert done.kind == "done" and done.token != token_of(world.path.stat())


def test_a_program_that_still_holds_the_displaced_file(world: World) -> None:
    """An in-place writer opened the file before us and writes after us: the second look gives his content its name."""
    held = world.path.open("r+b")
    world.on_step = lambda name: None
    assert world.commit().kind == "done"
    held.write(THEIRS)
    held.truncate()
    held.close()
    world.clock.sleep(10)
    service = world.service()
    told = service.recover(world.share) + service.sweep()
    assert world.now() == THEIRS and world.leftovers() == []
    assert any("恢复" in text for text in told)


@pytest.mark.parametrize(
    ("way", "step"), [("exchange", "back"), ("links", "back"), ("links", "back-aside"), ("links", "back-place")]
)
def test_a_kill_while_a_late_save_gets_its_name_back(tmp_path: Path, way: str, step: str) -> None:
    world = World(tmp_path, way)
    held = world.path.open("r+b")
    assert world.commit().kind == "done"
    held.write(THEIRS)
    held.truncate()
    held.close()

    def kill(name: str) -> None:
        if name == step:
            raise Killed

    world.on_step = kill
    with pytest.raises(Killed):
        world.restart()
    world.on_step = lambda name: None
    world.restart()
    assert world.now() == THEIRS and world.leftovers() == []


def test_written_into_the_displaced_file_and_saved_anew(world: World) -> None:
    """Both happened: the visible save stands, the other is kept and told."""
    held = world.path.open("r+b")
    assert world.commit().kind == "done"
    held.write(b"late")
    held.truncate()
    held.close()
    by_rename(world)
    told = world.restart()
    assert world.now() == THEIRS and b"late" in world.kept()
    assert any("核对" in text for text in told) and world.leftovers() == []


@pytest.mark.parametrize("last", [b"third", b"first"])
def test_two_saves_in_a_row_while_we_go_back(world: World, last: bytes) -> None:
    """A save comes while the names are being changed back: the newest one has the name in the end, also where it says
    again what an earlier one said (sorted forth and back)."""
    saves, saved = [last, b"second", b"first"], [OLD]

    def step(name: str) -> None:
        if name in ("exchange", "back", "place") and saves:
            saved.append(saves.pop())
            (world.share / "theirs").write_bytes(saved[-1])
            (world.share / "theirs").rename(world.path)

    world.on_step = step
    assert world.commit().kind == "changed"
    world.on_step = lambda name: None
    world.restart()
    assert len(saved) > 2 and world.now() == saved[-1] and world.leftovers() == []


def test_a_kill_after_a_save_that_says_what_an_earlier_one_said(tmp_path: Path) -> None:
    """Only which file it is tells the two apart: what the journal knows of the one that was put in."""
    world = World(tmp_path, "exchange")
    saves = {"exchange": [b"first"], "back": [b"first", b"second"]}
    given = []

    def act(name: str) -> None:
        if name == "given":
            given.append(name)
            if len(given) == 2:
                raise Killed
        if waiting := saves.get(name):
            (world.share / "theirs").write_bytes(waiting.pop())
            (world.share / "theirs").rename(world.path)

    world.on_step = act
    with pytest.raises(Killed):
        world.commit()
    assert world.now() == b"second"
    world.on_step = lambda name: None
    world.restart()
    assert world.now() == b"first" and b"second" in world.kept() and world.leftovers() == []


@pytest.mark.parametrize("then", [None, "saved anew", "taken away"])
@pytest.mark.parametrize("step", ["back", "given"])
@pytest.mark.parametrize("turn", [1, 2])
def test_a_kill_between_two_saves_that_come_while_we_go_back(
    tmp_path: Path, step: str, turn: int, then: str | None
) -> None:
    """Two files are found, both a person's: the one saved last has the name in the end, the other is kept."""
    world = World(tmp_path, "exchange")
    saves = {"exchange": [b"first"], "displaced": [b"second"], "back": [b"third"]}
    saved, saved_over, turns = [OLD], [OLD], []

    def save(content: bytes) -> None:
        saved_over.append(world.path.read_bytes())
        saved.append(content)
        (world.share / "theirs").write_bytes(content)
        (world.share / "theirs").rename(world.path)

    def act(name: str) -> None:
        if name == step:
            turns.append(name)
            if len(turns) == turn:
                raise Killed
        if waiting := saves.get(name):
            save(waiting.pop())

    world.on_step = act
    with pytest.raises(Killed):
        world.commit()
    world.on_step = lambda name: None
    if then == "saved anew":
        save(THEIRS)
    elif then == "taken away":
        saved_over.append(world.path.read_bytes())
        world.path.unlink()
    world.restart()
    world.restart()
    assert world.leftovers() == []
    assert {*saved} - {*saved_over} <= world.kept() | {world.now()}, "what we displaced is kept"
    if saved[-1] not in saved_over:
        assert world.now() == saved[-1]
    else:  # the newest was taken away: what we had displaced before may come back, ours never
        assert world.now() in (None, *saved[1:])


# killed -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("then", [None, *SAVES, away])
@pytest.mark.parametrize("at", range(6))
def test_a_kill_at_any_step(world: World, at: int, then: Callable[[World], None] | None) -> None:
    """The file is valid at every instant; the next start tidies up, whatever a person did in between."""
    step = STEPS[world.way][at]

    def kill(name: str) -> None:
        if name == step:
            raise Killed

    world.on_step = kill
    with pytest.raises(Killed):
        world.commit()
    found = world.now()
    assert found in (OLD, OURS) or (world.way == "links" and step == "place" and found is None)
    if then:
        then(world)
    world.on_step = lambda name: None
    world.restart()
    assert world.leftovers() == []
    if then in SAVES:
        assert world.now() == THEIRS
    elif then is None:
        assert world.now() in (OLD, OURS)
        assert world.now() == OLD or OLD in world.kept()
    everything = world.kept() | {world.now()}
    if then is not in_place and found == OURS:
        assert OLD in everything, "the displaced version is kept"
    if then is None or then in SAVES:
        before = world.now()
        assert before is not None
        assert world.commit(b"ours again", before).kind == "done" and world.now() == b"ours again"


@pytest.mark.parametrize("at", range(6))
@pytest.mark.parametrize("way", list(WAYS))
def test_a_real_kill_at_any_step(tmp_path: Path, way: str, at: int) -> None:
    """The same with a process that is really killed."""
    world = World(tmp_path, way)
    script = (
        "import os, signal, sys; sys.path[:0] = [sys.argv[1], sys.argv[2]]\n"
        "from pathlib import Path; from tests.folder.test_exchange import *\n"
        "world = World.__new__(World); world.share = Path(sys.argv[3]); world.store = Path(sys.argv[4])\n"
        "world.path = world.share / '安成镇.xlsx'; world.way = sys.argv[5]; world.clock = FixedClock(at=1e9); world.seen = []\n"
        "world.on_step = lambda name: os.kill(os.getpid(), signal.SIGKILL) if name == sys.argv[6] else None\n"
        "world.commit()\n"
    )
    root = str(HERE.parents[1])
    arguments = [root, str(HERE), str(world.share), str(world.store), way, STEPS[way][at]]
    done = subprocess.run([sys.executable, "-c", script, *arguments], check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    world.restart()
    assert world.now() in (OLD, OURS) and world.leftovers() == []
    assert world.now() == OLD or world.kept() == {OLD}


def test_what_we_had_half_written_is_no_version_of_anybodys(world: World) -> None:
    def half(name: str) -> None:
        if name == "look":
            next(world.share.glob(".~tb.*")).write_bytes(OURS[:2])
            raise Killed

    world.on_step = half
    with pytest.raises(Killed):
        world.commit()
    world.on_step = lambda name: None
    world.restart()
    assert world.now() == OLD and world.kept() == set() and world.leftovers() == []


def test_a_living_commit_is_left_alone(world: World) -> None:
    """Another process starts while we are in the middle of a commit: it tidies up nothing of ours."""
    told: list[str] = []

    def step(name: str) -> None:
        other = Exchange(Backups(world.store, world.clock.now), clock=world.clock.now, rename=WAYS[world.way])
        told.extend(other.recover(world.share))
        told.extend(other.sweep())

    world.on_step = step
    assert world.commit().kind == "done" and world.now() == OURS and told == []
    world.on_step = lambda name: None
    world.restart()
    assert world.leftovers() == [] and world.kept() == {OLD}


def test_a_journal_of_another_folder_is_left_alone(world: World, tmp_path: Path) -> None:
    def kill(name: str) -> None:
        if name == "keep":
            raise Killed

    world.on_step = kill
    with pytest.raises(Killed):
        world.commit()
    other = tmp_path / "elsewhere"
    other.mkdir()
    assert world.service().recover(other) == []
    assert len(world.leftovers()) >= 1


def test_a_commit_opens_no_journal_of_another_book(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a first round each book has a journal that waits for its second look: a round over ten times the books
    must not take a hundred times the looks."""
    for number in range(5):
        other = world.share / f"{number}.xlsx"
        other.write_bytes(OLD)
        assert world.service().commit(other, OURS, sha256(OLD).hexdigest(), lambda: "").kind == "done"
    opened, load = [], Journal.load
    monkeypatch.setattr(Journal, "load", lambda file: opened.append(file) or load(file))
    assert world.commit().kind == "done"
    assert world.commit(OLD, OURS).kind == "done"
    assert len(opened) == 1, "only what its own first commit left waiting"


def test_a_broken_journal_is_thrown_away(world: World) -> None:
    world.service()
    (world.store / "journal" / "deadbeef.journal").write_text("{", encoding="utf-8")
    assert world.restart() == [] and world.leftovers() == []


# the store of displaced versions ----------------------------------------------------------------------------------


def test_backups_are_kept_thirty_days(tmp_path: Path) -> None:
    clock = FixedClock(at=1e9)
    backups = Backups(tmp_path / "store", clock.now)
    for text in (b"a", b"b"):
        (tmp_path / "x.xlsx").write_bytes(text)
        kept = backups.keep(tmp_path / "x.xlsx", "安成镇.xlsx")
        assert kept.stem == sha256(text).hexdigest() and kept.read_bytes() == text
        clock.sleep(20 * 86400)
    assert backups.prune(clock.now()) == 1, "the first is 40 days old, the second 20"
    assert [file.read_bytes() for file in (tmp_path / "store").glob("*.xlsx")] == [b"b"]
    assert (tmp_path / "store" / "index.txt").read_text("utf-8").count("安成镇.xlsx") == 2


def test_the_same_version_is_kept_once_and_counts_anew(tmp_path: Path) -> None:
    clock = FixedClock(at=1e9)
    backups = Backups(tmp_path / "store", clock.now)
    for _ in range(2):
        (tmp_path / "x.xlsx").write_bytes(b"a")
        backups.keep(tmp_path / "x.xlsx", "安成镇.xlsx")
        clock.sleep(20 * 86400)
    assert backups.prune(clock.now()) == 0 and len(list((tmp_path / "store").glob("*.xlsx"))) == 1


def test_a_new_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "反馈_安成镇.xlsx"
    assert create(target, b"data") and target.read_bytes() == b"data"
    assert not create(target, b"other") and target.read_bytes() == b"data"
    assert [item.name for item in tmp_path.iterdir()] == [target.name]


# races ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["excel", "sync", "place"])
def test_racing_saves_lose_nothing(world: World, kind: str) -> None:
    """A program in a process of its own saves as fast as it can while we answer as fast as we can: no edit is lost.

    It does not open the book again in the millisecond between our exchange and our look at what came out of it: what it
    saved just before that is out of sight until it gets its name back.
    """
    count = 100
    world.path.write_text("end")
    arguments = [sys.executable, str(HERE / "person.py"), kind, str(world.path), str(count), "1"]
    person = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
    owner = world.path.with_name(f"~${world.path.name}")
    looking, writing = world.path.with_name("looking"), world.path.with_name("writing")
    world.on_step = lambda name: looking.touch() if name == "look" else None
    service = world.service()
    outcomes: list[str] = []
    while person.poll() is None:
        try:
            data = world.path.read_bytes()
        except FileNotFoundError:
            continue
        if not data.endswith(b"end"):
            continue  # being written
        if kind == "place":
            looking.touch()
        new = b"answer %d\n" % len(outcomes) + b"\n".join(
            line for line in data.split(b"\n") if not line.startswith(b"answer")
        )
        done = service.commit(world.path, new, sha256(data).hexdigest(), lambda: "open" if owner.exists() else "")
        outcomes.append(done.kind)
        if kind == "place":
            while writing.exists():  # by the second look, whoever had the displaced file open has written into it
                time.sleep(0.0005)
            world.clock.sleep(10)
            service.sweep()
            looking.unlink()
            time.sleep(0.003)  # and lets a person work
        looking.unlink(missing_ok=True)
    out, _ = person.communicate()
    world.restart()
    saves, lost = map(int, out.split())
    assert saves == count and outcomes.count("done") >= 10
    edits = [line for line in world.path.read_text().splitlines() if line.startswith("edit")]
    assert lost == 0 and edits == [f"edit {number}" for number in range(count)]
    assert [name for name in world.leftovers() if name.startswith(".~tb")] == []
    assert digest_of(world.path)
