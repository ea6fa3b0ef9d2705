"""The command line `tianbao`. Commands live in modules of their own and are loaded when called."""

from __future__ import annotations

import gettext
import importlib
import os
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from app.cli.out import fail
from app.start import INTERRUPTED

# click asks gettext for its own words (用法, 选项, what is missing); they are ours to give, whatever the language of the
# terminal, as everything else that commands say is Chinese
os.environ["LANGUAGE"] = "zh"
gettext.bindtextdomain("click", str(Path(__file__).with_name("words")))
gettext.textdomain("click")

# command → (module, attribute, help)
COMMANDS = {
    "init": ("app.cli.setup", "init", "新建工作区和各单位的空表"),
    "demo": ("app.cli.setup", "demo", "新建一个填好数据的演示工作区并同步一次"),
    "sync": ("app.cli.work", "sync", "同步改动过的表（指名的单位总是同步）"),
    "check": ("app.cli.check", "check", "检查一个文件，不需要工作区"),
    "import": ("app.cli.import_ledger", "import_ledger", "把现成的台账导入单位的表"),
    "evaluate": ("app.cli.evaluate", "evaluate", "用规则引擎判断给定的记录"),
    "parse": ("app.cli.parse", "parse", "逐行解析单元格"),
    "explain": ("app.cli.explain", "explain", "一条记录的来龙去脉：历史、状态、规则、依据"),
    "decide": ("app.cli.decide", "decide", "等待人决定的事项"),
    "duty": ("app.cli.ruling", "duty", "填报任务：列出、免报、零报告"),
    "extend": ("app.cli.ruling", "extend", "延期：给一个单位的一期报送更多时间"),
    "remind": ("app.cli.remind", "remind", "催办：每个单位一段话，可以直接贴到微信"),
    "period": ("app.cli.period", "period", "关账：把一期的数定下来"),
    "bulletin": ("app.cli.bulletin", "bulletin", "通报：一期的报送、名次、逾期、目标，写成 Word"),
    "consolidate": ("app.cli.work", "consolidate", "生成汇总簿"),
    "books": ("app.cli.books", "books", "各单位的表：建表、查看、升级"),
    "scheme": ("app.cli.scheme", "scheme", "方案：列出、检查、查看，在表格里改，改之前预演"),
    "serve": ("app.cli.serve", "serve", "网页、接口和定时同步"),
    "worker": ("app.cli.worker", "worker", "帮手：和 serve 一起同步各单位的表，可以在别的机器上"),
    "user": ("app.cli.user", "user", "网页用户"),
    "token": ("app.cli.token", "token", "程序用的接口令牌"),
    "backup": ("app.cli.backup", "backup", "备份：中心库、设置、方案、各单位的表，一个文件"),
    "restore": ("app.cli.backup", "restore", "恢复：把一个备份变回工作区"),
    "doctor": ("app.cli.doctor", "doctor", "检查配置、数据库、文件夹、日历和方案"),
}


class LazyGroup(click.Group):
    """Loads a command's module only when it is called, so that `tianbao parse` starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("命令"):
            formatter.write_dl([(name, item[2]) for name, item in COMMANDS.items()])


class Day(click.ParamType[date]):
    """YYYY-MM-DD."""

    name = "日期"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"“{value}”不是日期，应写成 2025-06-30 这样", param, ctx)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option("--workspace", "-w", type=click.Path(path_type=Path, file_okay=False), help="工作区目录，默认当前目录")
@click.option("--as-of", type=Day(), help="把这一天当作今天（YYYY-MM-DD）")
@click.version_option(package_name="tianbao", prog_name="tianbao")
@click.pass_context
def cli(ctx: click.Context, workspace: Path | None, as_of: date | None) -> None:
    """填报：乡镇在表格里填，表格当场答复，发改委看汇总簿。"""
    ctx.ensure_object(dict)
    ctx.obj.update(workspace=workspace, as_of=as_of)


def main() -> None:
    """Entry point. Exit codes: 0 done, 1 problems to report, 2 wrong use or configuration, 3 could not be completed,
    130 ended by Ctrl-C."""
    from app.settings import SettingsError
    from sync.errors import ConfigurationError, SyncError, UnknownName, os_words

    try:
        code = cli(standalone_mode=False, obj={})  # click gives back what a command left with by ctx.exit
        sys.exit(code if isinstance(code, int) else 0)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        fail(error.format_message(), 2)
    except click.Abort:
        fail("已中断。", INTERRUPTED)
    except SettingsError as error:
        fail(str(error), 2)
    except SyncError as error:
        fail(f"{error}\n{error.hint}".strip(), 2 if isinstance(error, ConfigurationError | UnknownName) else 3)
    except BrokenPipeError:
        sys.exit(0)
    except OSError as error:
        fail(f"读写文件失败：{os_words(error)}{f'（{error.filename}）' if error.filename else ''}", 3)
    except Exception as error:
        if not (told := _about_scheme(error)):
            raise
        fail(told, 2)


def _about_scheme(error: Exception) -> str:
    """What is wrong with the scheme that was named, "" where the error is of another kind."""
    from sheets_templates.catalog import UnknownSchemeError
    from validators.scheme.load import SchemeErrors

    return str(error) if isinstance(error, UnknownSchemeError | SchemeErrors) else ""
