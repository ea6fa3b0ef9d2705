"""`tianbao worker`: syncs beside the service; what it does the service knows, and no book is done twice."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli import worker
from app.desk import Desk
from app.scheduler import Scheduler
from app.settings import Settings
from app.wiring import Office, open_office
from sync.engine import Report, sync_round
from sync.parts import Parts
from tests.web.conftest import DAY, MINE, book_file, save_cell
from tests.web.test_scheduler import told
from tests.web.test_serve import ROOT, TIANBAO, _at_a_keyboard, run


@pytest.fixture
def other(settings: Settings) -> Iterator[Office]:
    """Another process over the same workspace."""
    office = open_office(settings, as_of=DAY)
    office.backend._sleep = lambda seconds: None  # type: ignore[attr-defined]
    yield office
    office.close()


def _until_changed(file: Path, saved: bytes, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while file.read_bytes() == saved and time.monotonic() < end:
        time.sleep(0.1)
    assert file.read_bytes() != saved


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_books_and_stops_cleanly(settings: Settings, desk: Desk, number: int) -> None:
    file = book_file(desk)
    save_cell(file, "项目库", "签约日期", "去年夏天")
    saved = file.read_bytes()
    command = [*TIANBAO, "worker", "--workspace", str(settings.workspace), "--as-of", DAY.isoformat()]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1", "COLUMNS": "200"},
        preexec_fn=_at_a_keyboard,  # noqa: PLW1509 - it only sets a signal
    )  # fmt: skip
    try:
        _until_changed(file, saved)
        process.send_signal(number)
        output, _ = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0, output
    assert "帮手已启动" in output
    assert f"{desk.office.parts.called(MINE)}：读取" in output
    assert "SQLite" in output  # on one machine only
    assert "已停止" in output
    assert "Traceback" not in output
    assert not list(file.parent.glob(".~tb.*"))
    assert "去年夏天" in told(desk)


def test_once_does_one_round_and_ends(settings: Settings, desk: Desk) -> None:
    file = book_file(desk)
    save_cell(file, "项目库", "签约日期", "去年夏天")
    saved = file.read_bytes()
    done = run("worker", "--once", "--workspace", str(settings.workspace), "--as-of", DAY.isoformat())
    assert done.returncode == 0, done.stderr
    assert file.read_bytes() != saved


def test_a_wrong_workspace_is_told(tmp_path: Path) -> None:
    done = run("worker", "--workspace", str(tmp_path))
    assert done.returncode == 2
    assert "不是填报工作区" in done.stderr


def test_a_book_that_another_process_has_just_done_is_not_read_again(desk: Desk, other: Office) -> None:
    """Both have seen that it changed; the second comes to it when the first is through with it."""
    sync_round(desk.office.parts)
    save_cell(book_file(desk), "项目库", "签约日期", "去年夏天")
    reports = []

    def first_the_other(_unit: str, what: str) -> None:
        if what == "读取" and not reports:
            reports.append(None)
            reports.append(sync_round(other.worker("worker")))

    late = sync_round(desk.office.worker("late", first_the_other))
    assert [run.outcome for run in reports[1].runs] == ["done"]
    assert late.runs == []
    assert sync_round(desk.office.worker("next")).runs == []  # nothing is left to do
    assert not desk.book(MINE).pending


def test_what_is_wanted_is_read_though_another_process_has_just_done_it(desk: Desk, other: Office) -> None:
    """Somebody asked for it after that: law L5, nothing asked for is lost."""
    sync_round(desk.office.parts)
    save_cell(book_file(desk), "项目库", "签约日期", "去年夏天")
    reports = []

    def first_the_other(_unit: str, what: str) -> None:
        if what == "读取" and not reports:
            reports.append(None)
            sync_round(other.worker("worker"))
            other.store.want([desk.book(MINE).id])

    late = sync_round(desk.office.worker("late", first_the_other))
    assert len(late.runs) == 1
    assert not desk.book(MINE).wanted


def test_the_service_tells_what_a_worker_has_done(desk: Desk, scheduler: Scheduler, other: Office) -> None:
    """Pages have news, and the consolidated book is written anew."""
    scheduler.poll()
    scheduler.consolidate()
    path = desk.office.settings.path(desk.office.settings.consolidated)
    before, version = path.stat().st_mtime_ns, desk.version()
    save_cell(book_file(desk), "项目库", "签约日期", "2025-03-02")
    sync_round(other.worker("worker"))
    scheduler.poll()
    scheduler.consolidate()
    assert path.stat().st_mtime_ns != before
    assert desk.version() != version
    before, version = path.stat().st_mtime_ns, desk.version()
    scheduler.poll()
    scheduler.consolidate()
    assert (path.stat().st_mtime_ns, desk.version()) == (before, version)


def test_what_was_done_while_no_service_ran_is_told_when_it_starts(settings: Settings, other: Office) -> None:
    path = settings.path(settings.consolidated)
    desk = Desk.of(other)
    save_cell(book_file(desk), "项目库", "签约日期", "2025-03-02")
    sync_round(other.worker("command"))
    os.utime(path, (1, 1))
    scheduler = Scheduler(desk)
    try:
        scheduler.poll()
        scheduler.consolidate()
        assert path.stat().st_mtime > 1
    finally:
        scheduler.stop()


def test_what_a_worker_does_while_the_service_has_a_round_of_its_own_is_told(
    desk: Desk, scheduler: Scheduler, other: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its work ends between our look and the end of our round."""
    scheduler.poll()
    scheduler.consolidate()
    path, plain = desk.office.settings.path(desk.office.settings.consolidated), scheduler._round
    before = path.stat().st_mtime_ns

    def meanwhile(parts: Parts) -> Report:
        report = plain(parts)
        save_cell(book_file(desk), "项目库", "签约日期", "2025-03-02")
        sync_round(other.worker("worker"))
        return report

    monkeypatch.setattr(scheduler, "_round", meanwhile)
    scheduler.poll()
    monkeypatch.setattr(scheduler, "_round", plain)
    scheduler.poll()
    scheduler.consolidate()
    assert path.stat().st_mtime_ns != before


def test_a_worker_with_another_scheme_leaves_the_books_alone(
    desk: Desk, scheduler: Scheduler, other: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each would read anew what the other has read, for ever."""
    scheduler.poll()
    assert worker._problem(other, threading.Event()) == ""
    other.parts.versions = "an older one"
    save_cell(book_file(desk), "项目库", "签约日期", "去年夏天")
    saved = book_file(desk).read_bytes()
    told = worker._problem(other, threading.Event())
    assert "和 serve 用的不一样" in told and "scheme/" in told
    assert book_file(desk).read_bytes() == saved


def test_a_fault_in_one_round_ends_no_worker(other: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(worker, "_round", broken)
    assert "下一轮会再试" in worker._problem(other, threading.Event())


def test_a_scheme_that_cannot_be_read_stops_no_worker(
    settings: Settings, other: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes on by the scheme it has, as the service does, and says why."""
    rounds: list[object] = []

    def counted(_office: Office, stopping: threading.Event) -> str:
        rounds.append(None)
        if len(rounds) == 1:
            (settings.path("scheme") / settings.scheme / "rules.yaml").write_text("rules: [", "utf-8")
        if len(rounds) > 4:
            stopping.set()
        return ""

    told: list[str] = []
    monkeypatch.setattr(worker, "_problem", counted)
    monkeypatch.setattr(worker, "_tell", lambda before, problem: told.append(problem) or problem)
    other.settings.poll_seconds = 0.05
    worker._until_stopped(other)
    assert len(rounds) > 4
    assert any("rules.yaml" in text for text in told)
