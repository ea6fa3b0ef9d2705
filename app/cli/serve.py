"""serve: page, API and scheduler in one process."""

from __future__ import annotations

import contextlib
import shutil
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import click

from app.cli.common import the_day, workspace_options
from app.cli.out import INCOMPLETE, console, fail
from app.settings import FILE, Settings, load_settings

DEMO_PASSWORD = "tianbao-demo"  # noqa: S105 - known to everybody, for a demonstration on one's own machine
THREADS = 8


@click.command()
@click.option("--host", default="", help="监听地址，默认按 tianbao.toml（127.0.0.1 只有本机能开）")
@click.option("--port", type=click.IntRange(1, 65535), help="端口，默认按 tianbao.toml（8000）")
@click.option(
    "--demo", "demo", type=click.Path(path_type=Path, file_okay=False), help="演示工作区：没有就先造一个再服务"
)
@workspace_options
@click.pass_context
def serve(
    ctx: click.Context, host: str, port: int | None, demo: Path | None, workspace: Path | None, as_of: Any
) -> None:
    """网页、接口和定时同步，一个进程。按 Ctrl-C 停止。"""
    day = the_day(ctx, as_of)
    if demo is not None:
        # the port first: nobody should wait for a demo that cannot be served
        with listening(host or "127.0.0.1", port or _configured_port(demo)) as sock:
            make_if_missing(demo, day)
            run(load_settings(demo), sock, day, demo=True)
        return
    settings = load_settings(workspace or (ctx.find_root().obj or {}).get("workspace"))
    with listening(host or settings.host, port or settings.port) as sock:
        run(settings, sock, day)


def run(settings: Settings, sock: socket.socket, day: Any, *, demo: bool = False) -> None:
    """Serve until Ctrl-C or SIGTERM; stop without cutting a book in two."""
    from waitress.server import create_server

    from app import create_app
    from app.desk import Desk
    from app.logs import configure
    from app.scheduler import Scheduler
    from app.web import UPLOAD_LIMIT
    from app.wiring import open_office

    configure()
    office = open_office(settings, as_of=day)
    try:
        desk = Desk.of(office)
        app = create_app(desk)
        scheduler = Scheduler(desk)
        server = create_server(
            app, sockets=[sock], threads=THREADS, ident="", clear_untrusted_proxy_headers=not settings.proxies,
            max_request_body_size=8 * UPLOAD_LIMIT,  # what is too large for us is refused by a page of ours, in Chinese
        )  # fmt: skip
        _welcome(office, sock, demo)
        signal.signal(signal.SIGTERM, _end)
        scheduler.start()
        try:
            server.run()  # returns on KeyboardInterrupt and SystemExit
        finally:
            console.print("正在停止：手上的这本表处理完就结束…", markup=False)
            server.close()
            scheduler.stop()
    finally:
        office.close()
    console.print("已停止。", markup=False)


@contextlib.contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """The port, taken before anything else is done. Says what to do when somebody else has it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(128)
    except OSError as error:
        sock.close()
        _not_bound(host, port, error)
    with sock:
        yield sock


def _not_bound(host: str, port: int, error: OSError) -> NoReturn:
    import errno

    if error.errno == errno.EADDRINUSE:
        other = _free_port(host, port)
        fail(f"端口 {port} 已被别的程序占用。换一个：tianbao serve --port {other}", INCOMPLETE)
    if error.errno == errno.EACCES:
        fail(f"没有权限使用端口 {port}。用 1024 以上的端口，例如 --port 8000。", INCOMPLETE)
    fail(f"不能在 {host}:{port} 上监听：{error.strerror or error}。检查 --host。", INCOMPLETE)


def _free_port(host: str, port: int) -> int:
    """The next port that is free now."""
    for candidate in range(port + 1, min(port + 200, 65536)):
        with contextlib.suppress(OSError), socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((host, candidate))
            return candidate
    return port + 1


def make_if_missing(directory: Path, day: Any) -> None:
    """Make the demo workspace unless it is there. One whose making was cut short is made again."""
    from app.cli.setup import make_demo
    from sync.clock import Clock

    marker = directory.with_name(f".{directory.name}.making")
    if marker.exists() and (directory / FILE).exists():
        shutil.rmtree(directory)
    if (directory / FILE).exists():
        return
    console.print("第一次运行：建演示工作区，约需一分钟…", markup=False)
    directory.parent.mkdir(parents=True, exist_ok=True)
    marker.touch()
    make_demo(directory, "", None, 200, 1, day or Clock().today(), fixed=day is not None)
    marker.unlink()


def _configured_port(demo: Path) -> int:
    """The demo's own, or what the environment says while there is none yet."""
    return (load_settings(demo) if (demo / FILE).exists() else Settings(workspace=demo)).port


def _welcome(office: Any, sock: socket.socket, demo: bool) -> None:
    """Where the books are, the address, the sign-in."""
    from app.people import verify

    host, port = sock.getsockname()[:2]
    shown = socket.gethostname() if host in ("0.0.0.0", "::") else host  # noqa: S104 - only compared
    settings = office.settings
    lines = [
        "",
        f"  网页　　　http://{f'[{shown}]' if ':' in shown else shown}:{port}/",
        f"  各单位的表　{_place(office)}",
        f"  汇总簿　　{settings.path(settings.consolidated).resolve()}",
    ]
    if demo and verify(office, "admin", DEMO_PASSWORD):
        lines.append(f"  登录　　　admin / {DEMO_PASSWORD}")
        lines.append(f"  试一试　　{_try(settings)}")
    elif not any(user["role"] == "admin" for user in office.store.users()):
        lines.append("  还没有管理员：tianbao user add admin --role admin")
    console.print("\n".join([*lines, "  停止　　　Ctrl-C", ""]), markup=False)


def _try(settings: Settings) -> str:
    if settings.backend == "google":
        return "在浏览器里打开一张表格，点一个白格改一改，几秒后旁边就有答复。"
    return "用 WPS、Excel 或 LibreOffice 打开一本表，改一格，保存，关闭，几秒后再打开。"


def _place(office: Any) -> str:
    """Where people find the books."""
    settings = office.settings
    if settings.backend != "google":
        return str(settings.path(settings.books).resolve())
    endpoint = office.backend.transport.manner.endpoint
    if endpoint:
        return f"{endpoint}/ （模拟的 Google 表格，只能在本机打开）"
    folder = office.backend.folder
    return f"https://drive.google.com/drive/folders/{folder}" if folder else "共享给服务账号的 Google 表格"


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(0)
