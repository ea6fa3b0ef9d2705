"""doctor: is everything in order, and what to do where it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from app.cli.common import the_day, workspace_options
from app.cli.out import DONE, PROBLEMS, WRONG_USE, console, print_json
from app.doctor import Check
from app.settings import Settings, SettingsError, load_settings
from sync.errors import SyncError

NEEDED = (
    "中心库",
    "表的文件夹",
    "密钥",
    "账号",
    "文件夹",
    "Google",
    "Google Sheets API",
)  # nothing can be read without
MARKS = {"good": ("✓", "green"), "warn": ("!", "yellow"), "bad": ("✗", "red")}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@workspace_options
@click.pass_context
def doctor(ctx: click.Context, as_json: bool, workspace: Path | None, as_of: Any) -> None:
    """检查配置、数据库、文件夹、备份、日历、方案、各单位的表和用户；哪里不对、怎么办。

    退出码：0 没有要处理的（可能有提醒），1 有要处理的，2 配置有误。
    """
    try:
        settings = load_settings(workspace or (ctx.find_root().obj or {}).get("workspace"))
    except SettingsError as error:
        _tell([Check("配置", "bad", str(error), "改好 tianbao.toml 后再运行。")], as_json)
        ctx.exit(WRONG_USE)
    checks = list(examine(settings, the_day(ctx, as_of)))
    _tell(checks, as_json)
    ctx.exit(PROBLEMS if any(item.level == "bad" for item in checks) else DONE)


def examine(settings: Settings, day: Any = None) -> Iterator[Check]:
    """All checks in order; what cannot be looked at because of an earlier problem is left out."""
    from app.doctor import data, place
    from app.wiring import office_of
    from sheets_templates.catalog import UnknownSchemeError
    from validators.scheme.load import SchemeErrors

    yield from place.configuration(settings)
    before = [
        *data.database(settings),
        *place.folder(settings),
        *place.backups(settings),
        *place.whole_backups(settings),
        *_google(settings),
    ]
    yield from before
    if any(item.level == "bad" and item.name in NEEDED for item in before):
        return
    try:
        with office_of(settings, as_of=day, reading=True) as office:
            for look in (
                data.scheme,
                data.calendar,
                data.books,
                *_in_google(settings),
                data.history,
                data.people,
                data.rounds,
                data.nightly_backup,
            ):
                yield from look(office)
    except SchemeErrors as error:
        first = error.errors[0]
        yield Check("方案", "bad", f"有{len(error.errors)}处要改，第一处：{first.file}:{first.line} {first.message}",
                    f"运行 tianbao scheme check {settings.path('scheme') / settings.scheme}")  # fmt: skip
    except (UnknownSchemeError, SettingsError) as error:
        yield Check("方案", "bad", str(error), "改好 tianbao.toml 里的 scheme。")
    except SyncError as error:
        yield Check("中心库", "bad", str(error), error.hint)


def _google(settings: Settings) -> list[Check]:
    """Accounts and the way to Google, where the books are there."""
    if settings.backend != "google":
        return []
    from app.doctor import google

    found = list(google.keys(settings))
    return found if any(item.level == "bad" for item in found) else [*found, *google.way(settings)]


def _in_google(settings: Settings) -> tuple[Callable[[Any], Iterator[Check]], ...]:
    if settings.backend != "google":
        return ()
    from app.doctor import google

    return google.quota, google.books


def _tell(checks: list[Check], as_json: bool) -> None:
    if as_json:
        worst = next((level for level in ("bad", "warn") if any(c.level == level for c in checks)), "good")
        print_json({"level": worst, "checks": [asdict(item) for item in checks]})
        return
    for item in checks:
        mark, style = MARKS[item.level]
        console.print(f"{mark} {item.name}：{item.message}", style=style, markup=False)
        if item.todo:
            console.print(f"    → {item.todo}", markup=False)
    bad, warn = (sum(item.level == level for item in checks) for level in ("bad", "warn"))
    console.print("一切正常。" if not bad and not warn else f"{bad}处要处理，{warn}处提醒。", markup=False)
