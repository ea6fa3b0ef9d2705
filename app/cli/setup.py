"""init and demo: a workspace with books for all who fill."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from app.cli import Day
from app.cli.common import the_day
from app.cli.out import DONE, PROBLEMS, console, progress
from app.cli.work import show
from app.settings import Settings
from app.wiring import load_scheme, office_of
from sync.clock import Clock

BACKENDS = click.Choice(["folder", "google"])


@click.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option("--scheme", "scheme_id", required=True, help="方案编号（tianbao scheme list）或目录")
@click.option("--backend", type=BACKENDS, default="folder", show_default=True, help="表放在哪里")
@click.option("--folder", default="", help="google：云端硬盘文件夹的网址或编号")
@click.option(
    "--key",
    "keys",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="google：服务账号的密钥文件或个人账号的登录文件（JSON），可多次",
)
@click.option(
    "--list",
    "listing",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="google：清单文件，每行“单位,表格网址”",
)
@click.option("--endpoint", default="", help="google：不连 Google，连这个网址（试验用）")
@click.option("--database", default="", help="中心库地址，默认工作区里的 SQLite")
@click.pass_context
def init(
    ctx: click.Context, directory: Path, scheme_id: str, backend: str, folder: str, keys: tuple[Path, ...],
    listing: Path | None, endpoint: str, database: str,
) -> None:  # fmt: skip
    """新建工作区：配置、各单位的空表、一个管理员。

    Google 表格：先照 docs/google.md 建服务账号、共享文件夹，再用 --backend google --folder 网址 --key 密钥文件。
    """
    from app.workspace import create_workspace, write_books

    today = the_day(ctx, None) or Clock().today()
    values: dict[str, Any] = {"backend": backend, "database": database, "begun": today.replace(day=1)}
    if backend == "google":
        ctx.exit(_init_google(directory, scheme_id, values, folder, keys, listing, endpoint))
    settings = create_workspace(directory, scheme_id, values)
    books = write_books(settings, {}, today, bar=progress)
    password = _first_admin(settings)
    console.print(f"工作区：{settings.workspace}\n{len(books)} 本空表：{settings.path(settings.books)}", markup=False)
    console.print(f"管理员：admin　口令：{password}（只显示这一次，登录后请改）", markup=False)
    _tell_ended(settings, today)
    console.print("下一步：把表发给各单位，然后运行 tianbao serve --workspace " + str(directory), markup=False)


def _tell_ended(settings: Settings, today: date) -> None:
    """Whoever sets up a scheme that is over must know that nothing will be accepted."""
    ends = load_scheme(settings).ends
    if ends is not None and today > ends:
        told = f"注意：这个方案已于{ends}到期，表里填的不会采用。要收数，先把 scheme/{settings.scheme}/scheme.yaml 里的 ends 往后改。"
        console.print(told, style="yellow", markup=False)


def _init_google(
    directory: Path, scheme_id: str, values: dict[str, Any], folder: str, keys: tuple[Path, ...],
    listing: Path | None, endpoint: str,
) -> int:  # fmt: skip
    """The workspace first, then as many books as can be built; the rest is told and done later by `books build`."""
    from app.cli.books import build_in_google, tell
    from app.workspace import create_workspace
    from sync.backends.google.addresses import file_id
    from sync.backends.google.credentials import load_accounts
    from sync.errors import SyncError

    accounts = load_accounts(keys)  # before anything is made
    if folder and not file_id(folder):
        raise click.UsageError(f"--folder “{folder}” 不是文件夹的网址或编号。在浏览器里打开它，复制地址栏里的网址。")
    values |= {
        "google_accounts": [str(key.resolve()) for key in keys], "google_folder": file_id(folder),
        "google_endpoint": endpoint, "poll_seconds": 15.0,
    }  # fmt: skip
    settings = create_workspace(directory, scheme_id, values)
    password = _first_admin(settings)
    console.print(f"工作区：{settings.workspace}", markup=False)
    console.print(f"账号：{'、'.join(account.name for account in accounts)}", markup=False)
    console.print(f"管理员：admin　口令：{password}（只显示这一次，登录后请改）", markup=False)
    code = PROBLEMS
    with office_of(settings) as office:
        try:
            standings = build_in_google(office, listing)
            tell(office, standings)
            code = DONE if all(item.good for item in standings) else PROBLEMS
        except SyncError as error:
            console.print(f"表格还没有建：{error}\n  → {error.hint}", style="yellow", markup=False)
            console.print(f"  改好以后运行：tianbao books build --workspace {directory}", markup=False)
    _tell_ended(settings, values["begun"])
    console.print(f"检查：tianbao doctor --workspace {directory}", markup=False)
    console.print(f"都好了以后：tianbao serve --workspace {directory}", markup=False)
    return code


@click.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option("--scheme", "scheme_id", default="", help="方案编号，默认第一个自带的方案")
@click.option("--units", type=click.IntRange(1, 500), help="几个单位，默认全部")
@click.option("--projects", type=click.IntRange(1, 100_000), default=200, show_default=True, help="一共约几个项目")
@click.option("--seed", default=1, show_default=True, help="随机种子：同样的种子造出同样的数据")
@click.option(
    "--backend",
    type=BACKENDS,
    default="folder",
    show_default=True,
    help="表放在哪里；google 用本机模拟的 Google 表格，不需要账号",
)
@click.option("--as-of", "as_of", type=Day(), help="把这一天当作今天，默认真正的今天")
@click.pass_context
def demo(
    ctx: click.Context,
    directory: Path,
    scheme_id: str,
    units: int | None,
    projects: int,
    seed: int,
    backend: str,
    as_of: Any,
) -> None:
    """新建一个填好数据的演示工作区（含各种写得不规范的格子），并同步一次。"""
    day: date = the_day(ctx, as_of) or Clock().today()
    report, office_text = make_demo(
        directory, scheme_id, units, projects, seed, day, fixed=the_day(ctx, as_of) is not None, backend=backend
    )
    console.print(office_text, markup=False)
    ctx.exit(PROBLEMS if report.failures else 0)


def make_demo(
    directory: Path, scheme_id: str, units: int | None, projects: int, seed: int, day: date, *, fixed: bool = False,
    backend: str = "folder",
) -> tuple[Any, str]:  # fmt: skip
    """Create, fill, sync and consolidate a demo workspace. Returns the sync report and what to tell the person."""
    from app.demo.workspace import fill, made_rows
    from app.service import add_answers, run_day, run_round, write_consolidated
    from app.settings import load_settings
    from app.workspace import create_workspace
    from sync.engine import LATER

    values: dict[str, Any] = {"quiet_seconds": 1.0, "poll_seconds": 1.0, "backend": backend}
    values |= {"google_endpoint": "emulator"} if backend == "google" else {}
    settings = create_workspace(directory, scheme_id, values)
    if backend == "google":
        from app.demo.spreadsheets import fill_spreadsheets

        rows, chosen = made_rows(settings, units, projects, seed, day)
        settings = fill_spreadsheets(settings, values, rows, chosen, day, bar=progress)
    else:
        fill(settings, units, projects, seed, day, bar=progress)
    password = _first_admin(settings, "tianbao-demo")
    with office_of(load_settings(directory), as_of=day if fixed else None) as office:
        office.clock.sleep(settings.quiet_seconds)  # books just made are left in peace like anybody's
        report = run_round(office, "command", show=True)
        run_day(office, report)
        if any(outcome.kind == "changed" or outcome.reason == LATER for outcome in report.outcomes.values()):
            add_answers(report, run_round(office, "command", show=True))  # rows were opened in these: once more
        show(office, report)
        book = write_consolidated(office)
    where = f"各单位的表：{settings.path(settings.books)}"
    if backend == "google":
        where = (
            "各单位的表：在本机模拟的 Google 表格里，不需要账号；\n"
            f"　　　　　　运行 tianbao serve --demo {directory} ，照它说的地址用浏览器看和改"
        )
    text = f"演示工作区：{settings.workspace}\n{where}\n汇总簿：{book}\n网页登录：admin / {password}"
    return report, text


def _first_admin(settings: Any, password: str = "") -> str:
    from app.people import add_user

    with office_of(settings) as office:
        return add_user(office, "admin", role="admin", display="管理员", password=password)
