"""period: closing a period for good, and what closed periods hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from app.cli.common import the_office, workspace_options
from app.cli.out import WRONG_USE, console, fail, print_json, table
from app.cli.ruling import me, refused


@click.group()
def period() -> None:
    """关账：把一期的数定下来，以后不再变。"""


@period.command()
@click.argument("text", metavar="期次")
@click.option("--rule", "rules", multiple=True, help="只关这些规则的数（可多次），默认全部")
@click.option("--by", default="", help="谁关的，默认当前系统用户")
@click.option("--note", default="", help="说明，记入审计")
@workspace_options
@click.pass_context
def close(
    ctx: click.Context, text: str, rules: tuple[str, ...], by: str, note: str, workspace: Path | None, as_of: Any
) -> None:
    """把一期（如 2025-06、2025Q2、2025H1）的报送、目标、得分、名次定下来。不能反悔。"""
    from sync.closed import close_period

    with the_office(ctx, workspace, as_of) as office, refused():
        done = close_period(office.parts, text, by=me(by), note=note, rules=rules)
        console.print(
            f"{done.period.label}已关账：定下{done.number}个数。以后的更正在它旁边显示，不改它。", markup=False
        )
        if done.missing:
            console.print(f"其中{done.missing}项到关账时没有报，已记为逾期未报。", markup=False)


@period.command("list")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@workspace_options
@click.pass_context
def list_(ctx: click.Context, as_json: bool, workspace: Path | None, as_of: Any) -> None:
    """列出关过的期次。"""
    from app.desk import Desk
    from app.queries.duties import closing_lines

    with the_office(ctx, workspace, as_of, reading=True) as office:
        lines = closing_lines(Desk.of(office))
        if as_json:
            print_json([item.model_dump(mode="json") for item in lines])
            return
        rows = [[x.period, x.label, x.rule or "全部", x.day, x.by, x.note] for x in lines]
        table("", ["期次", "名称", "规则", "关账日", "谁关的", "说明"], rows)
        if not lines:
            console.print("还没有关过。一期结束、该报的都到期以后：tianbao period close 2025-06", markup=False)


@period.command()
@click.argument("text", metavar="期次")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@workspace_options
@click.pass_context
def show(ctx: click.Context, text: str, as_json: bool, workspace: Path | None, as_of: Any) -> None:
    """一个关过的期次里定下的数，以及数据现在的说法。"""
    from app.closed import held_lines

    with the_office(ctx, workspace, as_of, reading=True) as office, refused():
        lines = held_lines(office, text)
        if as_json:
            print_json(lines)
            return
        rows = [[x["unit"], x["period"], f"{x['title']} {x['rule']}", x["status"], x["reason"]] for x in lines]
        table("", ["单位", "期次", "事项", "定下的", "说明"], rows)


@period.command()
@click.argument("text", metavar="期次")
def reopen(text: str) -> None:
    """不能：关过的期次不再打开。"""
    fail(
        f"{text}关账以后不能再打开：通报、考核用过的数要能复查。\n"
        "照常在表里更正，更正显示在定下的数旁边（tianbao period show）；需要说明的，记在以后期次的通报里。",
        WRONG_USE,
    )
