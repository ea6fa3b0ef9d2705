"""What is particular to a folder: waiting until a file is quiet, two looks, names that are away for an instant, other formats."""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from app.feedback import feedback_writer
from sync.backends import open_backend
from sync.backends.folder.backend import FolderBackend, Patience
from sync.backends.folder.reader import read_book
from sync.book import BookAnswer, BookRef, Outcome, Snapshot
from sync.clock import FixedClock
from sync.errors import BookUnavailable, ConfigurationError
from tests import books
from tests.folder.handmade import repacked
from tests.paper import Paper

KEY = "安成镇.xlsx"
writer = feedback_writer(books.scheme())
NOON = 2_000_000_000.0


class Share:
    """A shared folder, its backend, and a clock in our hands. Files are saved "now" by that clock.

    The time at which a file was last changed in any way (ctime) is the system's alone: where it matters the clock
    begins with it.
    """

    def __init__(self, root: Path, at: float = NOON, **options: object) -> None:
        self.root = root / "books"
        self.root.mkdir()
        self.backups = root / "backups"
        self.clock = FixedClock(at=at)
        self.slept: list[float] = []
        self.on_sleep: Callable[[], None] = lambda: None
        self.options = options
        self.backend = self.service()

    def service(self) -> FolderBackend:
        return FolderBackend(
            self.root,
            backups=self.backups,
            clock=self.clock.now,
            sleep=self.sleep,
            patience=Patience(quiet=60, looks_apart=2, second_look=5),
            **self.options,  # type: ignore[arg-type]
        )

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock.sleep(seconds)
        self.on_sleep()

    def save(self, name: str = KEY, data: bytes | None = None) -> Path:
        path = self.root / name
        path.write_bytes(books.book(books.problems("甲", "乙")) if data is None else data)
        os.utime(path, (self.clock.at, self.clock.at))
        return path

    def ref(self, name: str = KEY) -> BookRef:
        return next(ref for ref in self.backend.list() if ref.key == name)

    def read(self, name: str = KEY) -> Snapshot:
        return self.backend.read(self.ref(name), books.shape())

    def answer(self, snapshot: Snapshot, name: str = KEY) -> Outcome:
        return self.backend.answer(self.ref(name), books.answer(snapshot))

    def says(self, name: str = KEY) -> str:
        return Paper.of(self.root / name).tab("问题清单").text(6, 2)


@pytest.fixture
def share(tmp_path: Path) -> Share:
    return Share(tmp_path)


# quiet ------------------------------------------------------------------------------------------------------------


def test_a_book_just_saved_is_read_when_it_is_quiet(share: Share) -> None:
    share.save()
    share.clock.sleep(59)
    with pytest.raises(BookUnavailable, match="稳定"):
        share.read()
    share.clock.sleep(1)
    assert share.read().tab("problem") is not None


def test_a_file_of_a_clock_that_runs_ahead_is_read_too(tmp_path: Path) -> None:
    """A file server's clock may be hours off: then our own watch counts."""
    share = Share(tmp_path, at=time.time())
    path = share.save()
    os.utime(path, (share.clock.at + 7200,) * 2)
    with pytest.raises(BookUnavailable):
        share.read()
    share.clock.sleep(61)
    assert share.read().tab("problem") is not None


def test_a_file_from_a_machine_a_year_ahead_is_read_by_the_servers_clock(tmp_path: Path) -> None:
    """Also by a command that looks once and ends: it cannot watch for a minute."""
    share = Share(tmp_path, at=time.time())
    path = share.save()
    os.utime(path, (share.clock.at + 365 * 86400,) * 2)
    with pytest.raises(BookUnavailable):
        share.read()
    share.clock.sleep(120)
    share.backend = share.service()
    assert share.read().tab("problem") is not None


def test_a_clock_put_back_costs_a_moment_and_not_an_hour(tmp_path: Path) -> None:
    """Neither the quiet time nor the two looks are counted from a time that has not come yet."""
    share = Share(tmp_path, at=time.time() + 3600)
    share.save()
    share.clock.sleep(100)
    share.backend.list()
    share.clock.at -= 3600 + 100
    share.clock.sleep(61)
    outcome = share.answer(share.read())
    assert outcome.kind == "done" and sum(share.slept) < 200


def test_a_book_saved_after_it_was_read_is_not_answered(share: Share) -> None:
    share.save()
    share.clock.sleep(100)
    snapshot = share.read()
    share.save(data=books.book(books.problems("丙")))
    assert share.answer(snapshot).kind == "changed"
    assert share.says() == ""


def test_saved_again_with_the_same_content_is_waited_for(share: Share) -> None:
    share.save()
    share.clock.sleep(100)
    snapshot = share.read()
    share.save()
    outcome = share.answer(snapshot)
    assert outcome.kind == "postponed" and "稳定" in outcome.reason
    share.clock.sleep(61)
    assert share.answer(snapshot).kind == "done"


def test_our_own_write_is_read_at_once(share: Share) -> None:
    """Nobody waits for us: the new version is known to be whole."""
    share.save()
    share.clock.sleep(100)
    outcome = share.answer(share.read())
    path = share.root / KEY
    assert outcome.kind == "done" and share.ref().token == outcome.token
    assert share.read().fingerprint == outcome.fingerprint == sha256(path.read_bytes()).hexdigest()


def test_a_save_that_puts_size_and_time_back_is_seen(share: Share) -> None:
    """Sync clients and copying tools write into the very file and give it the time of the original."""
    path = share.save()
    before = share.ref()
    other = bytearray(path.read_bytes())
    other[-1] ^= 1
    with path.open("r+b") as file:
        file.write(other)
    os.utime(path, (share.clock.at, share.clock.at))
    after = path.stat()
    assert (after.st_size, after.st_mtime, after.st_ino) == (len(other), share.clock.at, path.stat().st_ino)
    assert share.ref().token != before.token


def test_what_we_wrote_ourselves_is_no_change(share: Share) -> None:
    share.save()
    share.clock.sleep(61)
    outcome = share.answer(share.read())
    assert outcome.kind == "done" and share.ref().token == outcome.token
    share.clock.sleep(61)  # the second look at the displaced version is over
    assert share.ref().token == outcome.token


class Killed(BaseException):
    """The process dies here."""


def test_who_only_looks_leaves_what_is_under_way_to_others(share: Share) -> None:
    """Neither the second look at a displaced version is taken nor what a killed process left finished."""

    def die(step: str) -> None:
        if step == "displaced":
            raise Killed

    def standing() -> dict[str, bytes]:
        return {str(file): file.read_bytes() for file in share.root.parent.rglob("*") if file.is_file()}

    share.save()
    share.save("又一本.xlsx")
    share.clock.sleep(61)
    share.options = {"step": die}
    share.backend = share.service()
    with pytest.raises(Killed):
        share.answer(share.read("又一本.xlsx"), "又一本.xlsx")
    share.options = {}
    share.backend = share.service()
    assert share.answer(share.read()).kind == "done"
    share.clock.sleep(61)
    before = standing()
    share.options = {"reading": True}
    looker = share.service()
    assert not looker.recover() and looker.list() and not looker.sweep() and standing() == before
    share.options = {}
    worker = share.service()
    worker.recover()
    after = standing()
    worker.list()
    assert before != after != standing()


def test_the_file_time_is_told(share: Share) -> None:
    share.save()
    share.clock.sleep(100)
    assert share.ref().file_time == share.read().file_time == NOON


# two looks --------------------------------------------------------------------------------------------------------


def test_two_looks_without_a_sign_are_needed(share: Share) -> None:
    """LibreOffice takes its lock away and back while it saves: one look proves nothing."""
    share.save()
    share.clock.sleep(100)
    lock = share.root / f".~lock.{KEY}#"
    lock.write_text(",王伟,vm,x;")
    snapshot = share.read()
    share.backend.list()
    lock.unlink()
    share.on_sleep = lambda: lock.write_text(",王伟,vm,x;")
    outcome = share.backend.answer(BookRef(KEY, KEY), books.answer(snapshot))
    assert outcome.kind == "postponed" and "王伟" in outcome.reason
    assert share.slept == [2.0] and share.says() == ""


def test_looks_far_enough_apart_need_no_waiting(share: Share) -> None:
    share.save()
    share.clock.sleep(100)
    snapshot = share.read()
    share.clock.sleep(3)
    assert share.answer(snapshot).kind == "done" and share.slept == []


def test_a_sign_that_appears_at_the_last_moment(tmp_path: Path) -> None:
    share = Share(tmp_path)
    share.save()
    share.clock.sleep(100)
    snapshot = share.read()
    share.clock.sleep(3)
    steps: list[str] = []

    def step(name: str) -> None:
        steps.append(name)
        if name == "look":
            (share.root / f"~${KEY}").write_bytes(b"\x06wangwei" + b" " * 158)

    share.options = {"step": step}
    share.backend = share.service()
    share.backend.list()
    share.clock.sleep(3)
    outcome = share.answer(snapshot)
    assert outcome.kind == "postponed" and steps == ["temp", "look"]
    assert [item.name for item in share.root.iterdir() if ".~tb" in item.name] == []


def test_a_book_that_is_open_costs_no_look_into_it(share: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clerk has it open all day: what could be written is not worked out at every round."""
    share.save()
    share.clock.sleep(100)
    snapshot = share.read()
    (share.root / f"~${KEY}").write_bytes(b"\x06wangwei" + b" " * 158)
    monkeypatch.setattr(share.backend.reader, "patch", lambda *_: pytest.fail("looked into"))
    assert share.answer(snapshot).kind == "postponed"


def test_a_book_written_to_while_it_is_read_is_read_again(share: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read goes with the token of just that content: a later one would hide what came last."""
    path, newer, looks = share.save(), books.book(books.problems("丙")), list[int]()
    share.clock.sleep(100)
    ref, look = share.ref(), os.fstat

    def fstat(handle: int) -> os.stat_result:
        looks.append(handle)
        if len(looks) == 2:
            path.write_bytes(newer)
        return look(handle)

    monkeypatch.setattr(os, "fstat", fstat)
    assert share.backend.content(ref) == newer


@pytest.mark.parametrize(
    ("name", "sign", "opened"),
    [
        ("安成镇二〇二五年项目库.xlsx", "~$镇二〇二五年项目库.xlsx", True),
        ("安成镇二〇二五年项目库.xlsx", "~$安成镇二〇二五年项目库.xlsx", True),
        ("田东街道.xlsx", "~$街道.xlsx", False),
        ("田东街道.xlsx", "~$新淮街道.xlsx", False),
    ],
)
def test_the_owner_file_of_a_long_name_takes_the_place_of_its_beginning(
    share: Share, name: str, sign: str, opened: bool
) -> None:
    """With short names two books would share one sign."""
    share.save(name)
    (share.root / sign).write_bytes(b"\x06wangwei" + b" " * 158)
    assert bool(share.backend.busy(share.ref(name))) == opened


# names that are away ----------------------------------------------------------------------------------------------


def test_a_name_away_for_an_instant_is_waited_for(share: Share) -> None:
    """Excel renames the old file away before the new one has its name."""
    path = share.save()
    share.clock.sleep(100)
    ref = share.ref()
    away = path.with_name("5E6F7A8B")
    path.rename(away)
    share.on_sleep = lambda: away.rename(path) if away.exists() else None
    assert share.backend.read(ref, books.shape()).tab("problem") is not None
    assert share.slept == [0.05]


def test_a_name_that_stays_away_is_unavailable(share: Share) -> None:
    path = share.save()
    share.clock.sleep(100)
    ref = share.ref()
    path.unlink()
    with pytest.raises(BookUnavailable):
        share.backend.read(ref, books.shape())
    with pytest.raises(BookUnavailable):
        share.backend.answer(ref, BookAnswer("x"))


def test_a_file_that_is_being_copied_is_waited_for(tmp_path: Path) -> None:
    """Cut off now, whole in a moment: only after ten minutes is it called damaged."""
    share = Share(tmp_path, time.time())
    whole = books.book(books.problems("甲"))
    path = share.save(data=whole[:-500])
    share.clock.sleep(100)
    with pytest.raises(BookUnavailable, match="复制"):
        share.read()
    path.write_bytes(whole)
    os.utime(path, (share.clock.at - 100, share.clock.at - 100))
    assert share.read().tab("problem") is not None
    path.write_bytes(whole[:-500])
    os.utime(path, (share.clock.at - 100, share.clock.at - 100))
    with pytest.raises(BookUnavailable):
        share.read()
    share.clock.sleep(601)
    assert [item.code for item in share.read().findings] == ["book.damaged"]


def test_an_empty_file_is_waited_for_and_then_told(tmp_path: Path) -> None:
    share = Share(tmp_path, time.time())
    share.save(data=b"")
    share.clock.sleep(100)
    with pytest.raises(BookUnavailable):
        share.read()
    share.clock.sleep(601)
    assert [item.code for item in share.read().findings] == ["book.empty"]


def test_a_link_is_read_and_not_replaced(share: Share, tmp_path: Path) -> None:
    target = tmp_path / "别处.xlsx"
    target.write_bytes(books.book(books.problems("甲")))
    os.utime(target, (NOON, NOON))
    (share.root / KEY).symlink_to(target)
    share.clock.sleep(100)
    outcome = share.answer(share.read())
    assert outcome.kind == "refused" and "链接" in outcome.reason and (share.root / KEY).is_symlink()


def test_a_folder_that_is_away_is_unavailable(share: Share) -> None:
    share.root.rmdir()
    with pytest.raises(BookUnavailable, match="打不开文件夹"):
        share.backend.list()


def test_a_name_that_leads_elsewhere_is_refused(share: Share) -> None:
    with pytest.raises(BookUnavailable):
        share.backend.read(BookRef("../backups/x.xlsx", "x.xlsx"), books.shape())


# after the write --------------------------------------------------------------------------------------------------


def test_the_displaced_version_is_kept_by_its_hash(share: Share) -> None:
    before = share.save().read_bytes()
    share.clock.sleep(100)
    assert share.answer(share.read()).kind == "done"
    assert list(share.backups.glob("*.xlsx")) == []
    share.clock.sleep(6)
    share.backend.list()
    (kept,) = share.backups.glob("*.xlsx")
    assert kept.stem == sha256(before).hexdigest() and kept.read_bytes() == before
    assert sorted(item.name for item in share.root.iterdir()) == [KEY]
    share.clock.sleep(31 * 86400)
    assert share.backend.prune() == 1 and list(share.backups.glob("*.xlsx")) == []


def test_a_program_that_writes_into_the_displaced_file_is_seen(share: Share) -> None:
    path = share.save()
    share.clock.sleep(100)
    late = books.book(books.problems("迟到的修改"))
    with path.open("r+b") as held:
        assert share.answer(share.read()).kind == "done"
        held.write(late)
        held.truncate()
    share.clock.sleep(6)
    share.backend.list()
    assert path.read_bytes() == late
    assert len(share.backend.messages) == 1 and "恢复" in share.backend.messages[0]


def test_what_a_killed_process_left_is_tidied_up(tmp_path: Path) -> None:
    class Killed(BaseException):
        pass

    def kill(name: str) -> None:
        if name == "displaced":
            raise Killed

    share = Share(tmp_path, step=kill)
    share.save()
    share.clock.sleep(100)
    snapshot = share.read()
    with pytest.raises(Killed):
        share.answer(snapshot)
    assert len(list(share.root.iterdir())) == 2
    share.options = {}
    share.backend = share.service()
    (told,) = share.backend.recover()
    assert KEY in told and share.backend.messages == [told]
    share.clock.sleep(6)
    share.backend.list()
    assert [item.name for item in share.root.iterdir()] == [KEY] and share.says().startswith("✓ 通过")


def test_a_full_disk_postpones(share: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    share.save()
    share.clock.sleep(100)
    snapshot = share.read()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    outcome = share.answer(snapshot)
    assert outcome.kind == "postponed" and "磁盘已满" in outcome.reason
    monkeypatch.undo()
    assert [item.name for item in share.root.iterdir()] == [KEY]
    assert share.answer(snapshot).kind == "done"


def test_a_name_in_gbk_is_a_book_like_any_other(tmp_path: Path) -> None:
    """Read, seen to be open, answered, and tidied up after a kill."""

    class Killed(BaseException):
        pass

    def kill(name: str) -> None:
        if name == "displaced":
            raise Killed

    share = Share(tmp_path, step=kill)
    odd = os.fsdecode("安成镇6月报表.xlsx".encode("gbk"))
    path = share.save(odd)
    share.clock.sleep(100)
    (ref,) = share.backend.list()
    assert ref.name == "安成镇6月报表.xlsx" and ref.key.encode("utf-8")
    sign = path.with_name(f".~lock.{odd}#")
    sign.write_text(",王伟,vm,x;")
    assert share.backend.busy(ref).startswith("王伟 正在用 LibreOffice 打开")
    sign.unlink()
    snapshot = share.backend.read(ref, books.shape())
    with pytest.raises(Killed):
        share.backend.answer(ref, books.answer(snapshot))
    share.options = {}
    share.backend = share.service()
    (told,) = share.backend.recover()
    assert told.startswith("安成镇6月报表.xlsx：")
    share.clock.sleep(6)
    share.backend.list()
    assert [item.name for item in share.root.iterdir()] == [odd] and share.says(odd).startswith("✓ 通过")
    assert "安成镇6月报表.xlsx" in (share.backups / "index.txt").read_text("utf-8")


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS, errno.ENOSPC, errno.ESTALE, errno.EIO])
def test_what_the_system_refuses_is_told_in_chinese(share: Share, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    ref = share.ref() if share.save() else None
    assert ref is not None

    def refusing(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Path, "open", refusing)
    with pytest.raises(BookUnavailable) as caught:
        share.backend.read(ref, books.shape())
    assert str(caught.value).isascii() is False and os.strerror(code) not in str(caught.value)


def test_many_books_are_answered_at_once(share: Share) -> None:
    """Threads share one backend: every book gets its answer, every displaced version its second look."""
    names = [f"第{number}镇.xlsx" for number in range(12)]
    for name in names:
        share.save(name)
    share.clock.sleep(100)
    snapshots = {name: share.read(name) for name in names}
    share.clock.sleep(3)
    outcomes: dict[str, Outcome] = {}

    def work(mine: list[str]) -> None:
        for name in mine:
            outcomes[name] = share.answer(snapshots[name], name)

    threads = [threading.Thread(target=work, args=(names[at::4],)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {name: outcome.kind for name, outcome in outcomes.items()} == dict.fromkeys(names, "done")
    assert all(share.says(name).startswith("✓ 通过") for name in names)
    share.clock.sleep(6)
    share.backend.list()
    assert sorted(item.name for item in share.root.iterdir()) == sorted(names)
    assert list((share.backups / "journal").iterdir()) == []


# other formats, and answers beside the book -----------------------------------------------------------------------


def old_answer(path: Path) -> BookAnswer:
    answer = books.answer(books_snapshot())
    answer.fingerprint = sha256(path.read_bytes()).hexdigest()
    return answer


def books_snapshot() -> Snapshot:
    return read_book(books.book(books.problems("甲", "乙")), books.shape())


def test_an_old_format_is_refused_with_what_to_do(share: Share) -> None:
    path = share.save("安成镇.xls", b"\xd0\xcf\x11\xe0" + b"\x00" * 600)
    outcome = share.backend.answer(share.ref("安成镇.xls"), old_answer(path))
    assert outcome.kind == "refused" and "另存为 .xlsx" in outcome.reason


def test_an_old_format_is_answered_beside(tmp_path: Path) -> None:
    share = Share(tmp_path, feedback_writer=writer)
    path = share.save("安成镇.xls", b"\xd0\xcf\x11\xe0" + b"\x00" * 600)
    before = path.read_bytes()
    outcome = share.backend.answer(share.ref("安成镇.xls"), old_answer(path))
    assert outcome.kind == "done" and "反馈_安成镇.xlsx" in outcome.reason
    feedback = Paper.of(share.root / "反馈_安成镇.xlsx")
    assert feedback.tab("待改清单").text(4, 7) == "请填写"
    assert feedback.tab("逐行答复").row_texts(4) | {6: ""} == {
        1: "问题清单", 2: "6", 3: "年产500套智能装备项目", 4: "P000006", 5: "✓ 通过：年产500套智能装备项目", 6: "",
        7: "前期 & <准备>", 8: "2025-06-30", 9: "-12", 11: "2025-06-30 02:00",
    }  # fmt: skip
    assert path.read_bytes() == before
    assert [ref.key for ref in share.backend.list()] == ["安成镇.xls"], "our own feedback book is no unit's book"


def test_where_feedback_is_configured_the_book_itself_is_left_alone(tmp_path: Path) -> None:
    """For folders of sync clients, where a write of ours could become a conflict copy."""
    share = Share(tmp_path, feedback=True, feedback_writer=writer)
    path = share.save()
    share.clock.sleep(100)
    before = path.read_bytes()
    assert share.answer(share.read()).kind == "done"
    assert path.read_bytes() == before and (share.root / f"反馈_{KEY}").exists()
    assert share.answer(share.read()).kind == "nothing"
    again = books.answer(share.read())
    again.todo = again.todo[:1]
    assert share.backend.answer(share.ref(), again).kind == "done"
    assert Paper.of(share.root / f"反馈_{KEY}").tab("待改清单").last_row() == 4


def test_an_open_feedback_book_waits(tmp_path: Path) -> None:
    share = Share(tmp_path, feedback=True, feedback_writer=writer)
    share.save()
    share.clock.sleep(100)
    assert share.answer(share.read()).kind == "done"
    (share.root / f".~lock.反馈_{KEY}#").write_text(",王伟,vm,x;")
    again = books.answer(share.read())
    again.todo = again.todo[:1]
    outcome = share.backend.answer(share.ref(), again)
    assert outcome.kind == "postponed" and "王伟" in outcome.reason


def test_a_book_that_cannot_be_written_in_place_is_answered_beside(tmp_path: Path) -> None:
    share = Share(tmp_path, feedback_writer=writer)
    signed = repacked(books.book(books.problems("甲")), {"_xmlsignatures/sig1.xml": b"x"})
    path = share.save(data=signed)
    share.clock.sleep(100)
    outcome = share.answer(share.read())
    assert outcome.kind == "done" and path.read_bytes() == signed and (share.root / f"反馈_{KEY}").exists()


def test_an_older_content_is_not_answered_beside_either(tmp_path: Path) -> None:
    share = Share(tmp_path, feedback=True, feedback_writer=writer)
    share.save()
    share.clock.sleep(100)
    snapshot = share.read()
    share.save(data=books.book(books.problems("丙")))
    share.clock.sleep(100)
    assert share.answer(snapshot).kind == "changed" and not (share.root / f"反馈_{KEY}").exists()


# putting it together ----------------------------------------------------------------------------------------------


class Words:
    """Settings of a workspace, as far as a backend asks."""

    backend, books, quiet_seconds, feedback, reader_processes = "folder", "books", 60.0, False, 1

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, name: str) -> Path:
        return self.root / name


def test_feedback_without_a_writer_is_no_leave_to_write_in_place(tmp_path: Path) -> None:
    (tmp_path / "books").mkdir()
    words = Words(tmp_path)
    words.feedback = True
    with pytest.raises(ConfigurationError, match="反馈簿"):
        open_backend(words, FixedClock())


def test_the_settings_open_a_folder_with_reader_processes(tmp_path: Path) -> None:
    (tmp_path / "books").mkdir()
    (tmp_path / "books" / KEY).write_bytes(books.book(books.problems("甲")))
    backend = open_backend(Words(tmp_path), FixedClock(at=4e9))
    try:
        (ref,) = backend.list()
        assert backend.read(ref, books.shape()).tab("problem") is not None
    finally:
        backend.close()  # type: ignore[attr-defined]


def test_settings_that_cannot_work_say_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="没有存放表的文件夹"):
        open_backend(Words(tmp_path), FixedClock())
    unknown = Words(tmp_path)
    unknown.backend = "ftp"
    with pytest.raises(ConfigurationError, match="ftp"):
        open_backend(unknown, FixedClock())
