"""What commands share: the workspace of the call, and options that may stand before or after the command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from app.cli import Day
from app.settings import load_settings
from app.wiring import office_of


def workspace_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--workspace and --as-of, accepted after the command's name too."""
    command = click.option("--workspace", "-w", "workspace", type=click.Path(path_type=Path), help="工作区目录")(
        command
    )
    return click.option("--as-of", "as_of", type=Day(), help="把这一天当作今天")(command)


def books_options(units: str, dry_run: str) -> Callable[..., Any]:
    """Which books, whether only told, as JSON, and the workspace: --unit … --dry-run --json. The help of the first two."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        command = click.option("--json", "as_json", is_flag=True, help="输出 JSON")(workspace_options(command))
        command = click.option("--dry-run", is_flag=True, help=dry_run)(command)
        return click.option("--unit", "units", multiple=True, help=units)(command)

    return add


def the_office(ctx: click.Context, workspace: Path | None, as_of: Any, *, reading: bool = False) -> Any:
    """The office of this call, as a context manager. `reading`: the command only looks, and writes nothing."""
    root = ctx.find_root().obj or {}
    settings = load_settings(workspace or root.get("workspace"))
    return office_of(settings, as_of=as_of or root.get("as_of"), reading=reading)


def the_day(ctx: click.Context, as_of: Any) -> Any:
    """--as-of of this call, or None."""
    return as_of or (ctx.find_root().obj or {}).get("as_of")
