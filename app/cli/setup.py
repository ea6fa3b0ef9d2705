"""init and demo: a workspace with books for all who fill."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from app.cli import Day
from app.cli.common import the_day
from app.cli.out import PROBLEMS, console, progress
from app.cli.work import show
from sync.clock import Clock


@click.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option("--scheme", "scheme_id", required=True, help="方案编号（tianbao scheme list）或目录")
@click.option("--backend", type=click.Choice(["folder"]), default="folder", show_default=True, help="表放在哪里")
@click.option("--database", default="", help="中心库地址，默认工作区里的 SQLite")
@click.pass_context
def init(ctx: click.Context, directory: Path, scheme_id: str, backend: str, database: str) -> None:
    """新建工作区：配置、各单位的空表、一个管理员。"""
    from app.workspace import create_workspace, write_books

    today = the_day(ctx, None) or Clock().today()
    values = {"backend": backend, "database": database, "begun": today.replace(day=1)}
    settings = create_workspace(directory, scheme_id, values)
    books = write_books(settings, {}, today, bar=progress)
    password = _first_admin(settings)
    console.print(f"工作区：{settings.workspace}\n{len(books)} 本空表：{settings.path(settings.books)}", markup=False)
    console.print(f"管理员：admin　口令：{password}（只显示这一次，登录后请改）", markup=False)
    console.print("下一步：把表发给各单位，然后运行 tianbao serve --workspace " + str(directory), markup=False)


@click.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option("--scheme", "scheme_id", default="", help="方案编号，默认第一个自带的方案")
@click.option("--units", type=click.IntRange(1, 500), help="几个单位，默认全部")
@click.option("--projects", type=click.IntRange(1, 100_000), default=200, show_default=True, help="一共约几个项目")
@click.option("--seed", default=1, show_default=True, help="随机种子：同样的种子造出同样的数据")
@click.option("--as-of", "as_of", type=Day(), help="把这一天当作今天，默认真正的今天")
@click.pass_context
def demo(
    ctx: click.Context, directory: Path, scheme_id: str, units: int | None, projects: int, seed: int, as_of: Any
) -> None:
    """新建一个填好数据的演示工作区（含各种写得不规范的格子），并同步一次。"""
    day: date = the_day(ctx, as_of) or Clock().today()
    report, office_text = make_demo(directory, scheme_id, units, projects, seed, day, fixed=as_of is not None)
    console.print(office_text, markup=False)
    ctx.exit(PROBLEMS if report.failures else 0)


def make_demo(
    directory: Path, scheme_id: str, units: int | None, projects: int, seed: int, day: date, *, fixed: bool = False
) -> tuple[Any, str]:
    """Create, fill, sync and consolidate a demo workspace. Returns the sync report and what to tell the person."""
    from app.demo.workspace import fill
    from app.service import run_day, run_round, write_consolidated
    from app.settings import load_settings
    from app.wiring import office_of
    from app.workspace import create_workspace

    settings = create_workspace(directory, scheme_id, {"quiet_seconds": 1.0, "poll_seconds": 1.0})
    fill(settings, units, projects, seed, day, bar=progress)
    password = _first_admin(settings, "tianbao-demo")
    with office_of(load_settings(directory), as_of=day if fixed else None) as office:
        office.clock.sleep(settings.quiet_seconds)  # books just made are left in peace like anybody's
        report = run_round(office, "command", show=True)
        run_day(office, report)
        show(office, report)
        book = write_consolidated(office)
    text = (
        f"演示工作区：{settings.workspace}\n各单位的表：{settings.path(settings.books)}\n汇总簿：{book}\n"
        f"网页登录：admin / {password}"
    )
    return report, text


def _first_admin(settings: Any, password: str = "") -> str:
    from app.people import add_user
    from app.wiring import office_of

    with office_of(settings) as office:
        return add_user(office, "admin", role="admin", display="管理员", password=password)
