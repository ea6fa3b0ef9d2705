"""worker: syncs changed and wanted books beside the service, on this machine or on another one."""

from __future__ import annotations

import logging
import signal
import threading
import time
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from app.cli.common import the_day, workspace_options
from app.cli.out import DONE, INCOMPLETE, PROBLEMS, console, fail
from app.settings import Settings, load_settings

if TYPE_CHECKING:
    from app.wiring import Office
    from sync.engine import Report

log = logging.getLogger("tianbao.worker")


@click.command()
@click.option("--once", is_flag=True, help="做完一轮就结束，给计划任务用；有问题退出码是 1")
@workspace_options
@click.pass_context
def worker(ctx: click.Context, once: bool, workspace: Path | None, as_of: Any) -> None:
    """帮手：和 serve 一起同步各单位的表，可以在别的机器上。按 Ctrl-C 停止。

    几台机器用同一个 PostgreSQL、同一套设置、同一个共享文件夹（或 Google 表格）。一本表同一时刻只有一个进程在处理；
    每天的判断、汇总簿、备份仍由 serve 来做。
    """
    from app.logs import configure
    from app.wiring import open_office

    day = the_day(ctx, as_of)
    settings = load_settings(workspace or (ctx.find_root().obj or {}).get("workspace"))
    configure()
    office = open_office(settings, as_of=day)
    try:
        if once:
            if different := _other_versions(office):
                fail(different, INCOMPLETE)
            report = _round(office, threading.Event())
            ctx.exit(PROBLEMS if report is None or report.failures else DONE)
        _welcome(settings)
        _until_stopped(office)
    finally:
        office.close()
    console.print("已停止。", markup=False)


def _until_stopped(office: Office) -> None:
    """A round every `poll_seconds`; a signal ends it after the book at hand."""
    from app.calendar_watch import CalendarWatch
    from app.scheme_watch import SchemeWatch

    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        console.print("正在停止：手上的这本表处理完就结束…", markup=False)
        stopping.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    scheme, calendar = SchemeWatch(office), CalendarWatch(office)
    told = ""
    try:
        while not stopping.is_set():
            began = time.monotonic()
            scheme.look()
            calendar.look()
            problem = _problem(office, stopping)
            told = _tell(told, " ".join(filter(None, (scheme.problem, calendar.problem, problem))))
            stopping.wait(max(office.settings.poll_seconds - (time.monotonic() - began), 0.2))
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _problem(office: Office, stopping: threading.Event) -> str:
    """One round; what stood in its way. The next one tries again, whatever it was."""
    from sync.errors import SyncError

    try:
        if different := _other_versions(office):
            return different
        _round(office, stopping)
    except SyncError as error:
        return f"{error}{error.hint}"
    except Exception:
        log.exception("round failed")
        return "同步出了意外，下一轮会再试；详情见日志。"
    return ""


def _other_versions(office: Office) -> str:
    """Why we must leave the books alone: the service reads them by another scheme or program, and each would read anew
    what the other has read."""
    from app.scheduler import versions_name

    serving = office.store.setting(versions_name(office))
    if not serving or serving == office.parts.versions:
        return ""
    return (
        f"方案或程序和 serve 用的不一样（这里是 {office.parts.versions}，serve 是 {serving}），没有同步。"
        "请把 scheme/ 和程序换成和 serve 一样的，换好自动继续。"
    )


def _tell(before: str, problem: str) -> str:
    """Once, not every few seconds."""
    if problem and problem != before:
        log.warning("%s", problem)
    return problem


def _round(office: Office, stopping: threading.Event) -> Report | None:
    """One pass over the books; None when it was stopped between two of them."""
    from app.scheduler import Stopped
    from sync.engine import sync_round

    def told(unit: str, what: str) -> None:
        if what == "读取" and stopping.is_set():
            raise Stopped
        log.info("%s：%s", office.parts.called(unit), what)

    try:
        report = sync_round(office.worker("worker", told), "poll")
    except Stopped:
        return None
    _log(office, report)
    return report


def _log(office: Office, report: Report) -> None:
    """What stopped a book, by what people call it."""
    from app.wording import outcome_words

    def called(book: str) -> str:
        return office.parts.called(book.partition(":")[2])

    for run in report.runs:
        if run.book not in report.failures and run.outcome in ("held", "unreadable"):
            words = outcome_words(office.store, run.book, run.outcome, run.message)
            log.warning("%s：%s", called(run.book), words)
    for book, message in report.failures.items():
        log.warning("%s：%s", called(book), message)


def _welcome(settings: Settings) -> None:
    console.print(f"帮手已启动，每 {settings.poll_seconds:g} 秒看一次有没有要同步的表。按 Ctrl-C 停止。", markup=False)
    if not settings.database_url.startswith("postgresql"):
        console.print(
            "中心库是 SQLite：帮手只能和 serve 在同一台机器上。几台机器一起做，请改用 PostgreSQL。", markup=False
        )
