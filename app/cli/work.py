"""sync and consolidate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from app.cli.common import books_options, the_office, workspace_options
from app.cli.out import DONE, PROBLEMS, console, errors, print_json, table
from app.wiring import Office
from app.wording import outcome_words
from sheets_templates.builder import owner_name
from sync.engine import Report
from sync.store.base import Run
from validators.scheme.wording import listed

OUTCOMES = {
    "done": "已读取", "held": "暂停，等待决定", "unreadable": "没有读成", "failed": "失败", "": "未完成",
}  # fmt: skip
ANSWERS = {
    "done": "已写回", "nothing": "无须写回", "postponed": "等待写回", "refused": "不能写回", "changed": "表又变了",
}  # fmt: skip


@click.command()
@books_options("只同步这些单位（编码或名称，可多次）；指名的总是重新读", "只说会做什么，不读不写")
@click.pass_context
def sync(
    ctx: click.Context, units: tuple[str, ...], dry_run: bool, as_json: bool, workspace: Path | None, as_of: Any
) -> None:
    """同步改动过的表：读取、校验、入库、判断、写回。"""
    from app.service import run_day, run_round

    with the_office(ctx, workspace, as_of, reading=dry_run) as office:
        codes = [unit_code(office, name) for name in units]
        report = run_round(office, "command", codes, dry_run=dry_run, show=not as_json)
        report.notes += without_book(office, codes)
        if not dry_run and not codes:
            run_day(office, report)
        if as_json:
            print_json(as_document(office, report))
        else:
            show(office, report)
        ctx.exit(PROBLEMS if report.problems else DONE)


@click.command()
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="写到哪里，默认工作区的 汇总.xlsx")
@workspace_options
@click.pass_context
def consolidate(ctx: click.Context, out: Path | None, workspace: Path | None, as_of: Any) -> None:
    """生成汇总簿。"""
    from app.service import write_consolidated

    with the_office(ctx, workspace, as_of) as office:
        path = write_consolidated(office, out)
        console.print(f"汇总簿：{path}", markup=False)
        if out is None and office.settings.backend == "google":
            from app.spreadsheets.consolidated import place_of_consolidated

            key = place_of_consolidated(office)
            where = office.backend.url(key) if key else "没有名为“汇总”的表格，建一张空白的就会写进去"
            console.print(f"Google 里：{where}", markup=False)


def without_book(office: Office, codes: list[str]) -> list[str]:
    """Those named for whom no book has ever lain there: nothing could be synced."""
    known = {book.unit for book in office.store.books(office.scheme.id, layout=False) if book.key}
    told = "{}：还没有表，先运行 tianbao books build 建一本"
    return [told.format(office.parts.called(code)) for code in codes if code not in known]


def unit_code(office: Office, name: str) -> str:
    """A unit's code from code, name or alias; role names pass through."""
    for unit in office.scheme.units:
        if name in (unit.code, unit.name, *unit.aliases):
            return unit.code
    for role in office.parts.shapes:
        if role != "unit" and name in (role, owner_name(office.scheme, role)):
            return role
    known = "、".join(unit.name for unit in office.scheme.units)
    raise click.UsageError(f"没有“{name}”这个单位。本方案的单位：{known}")


def as_document(office: Office, report: Report) -> dict[str, Any]:
    return {
        "runs": [
            {
                "book": run.book,
                "outcome": run.outcome,
                "counts": run.counts,
                "message": run.message,
                "text": _told(office, run),
            }
            for run in report.runs
        ],
        "answers": {
            key: {"outcome": item.kind, "reason": item.reason, "written": item.written}
            for key, item in report.outcomes.items()
        },
        "skipped": report.skipped,
        "notes": report.notes,
        "resting": report.resting,
        "failures": report.failures,
    }


def _told(office: Office, run: Run | None) -> str:
    return outcome_words(office.store, run.book, run.outcome, run.message) if run is not None else ""


def _resting(files: dict[str, str]) -> list[str]:
    """Why new files were not opened, a line for each reason."""
    by_reason: dict[str, list[str]] = {}
    for name, reason in files.items():
        by_reason.setdefault(reason, []).append(name)
    return [f"{len(names)} 个新文件这次没读：{reason}（{listed(names, 3)}）" for reason, names in by_reason.items()]


def show(office: Office, report: Report) -> None:
    """What a round did, in words."""
    names = {unit.code: unit.name for unit in office.scheme.units}
    names |= {role: owner_name(office.scheme, role) for role in office.parts.shapes if role != "unit"}
    rows = []
    touched = dict.fromkeys([*(run.book for run in report.runs), *report.outcomes])
    by_book = {run.book: run for run in report.runs}
    for book in touched:
        run, answer = by_book.get(book), report.outcomes.get(book)
        code = book.split(":", 1)[1]
        counts = run.counts if run else {}
        rows.append([
            names.get(code, code), OUTCOMES.get(run.outcome, run.outcome) if run else "—",
            counts.get("rows", "—"), counts.get("validated", 0),
            f"{ANSWERS.get(answer.kind, answer.kind)} {answer.written or ''}" if answer else "—",
            answer.reason if answer else _told(office, run),
        ])  # fmt: skip
    if rows:
        table("", ["单位", "读取", "行数", "新校验", "写回（格）", "说明"], rows)
    console.print(f"{len(report.runs)} 本表读取，{report.skipped} 本没有变化。")
    for note in (*report.notes, *_resting(report.resting)):
        console.print(f"· {note}", markup=False)
    for book, message in report.failures.items():
        code = book.split(":", 1)[1]
        errors.print(f"✗ {names.get(code, code)}：{message}", style="red", markup=False)
