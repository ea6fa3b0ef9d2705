"""remind: 催办 texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from app.cli.common import the_office, workspace_options
from app.cli.out import console, print_json
from app.cli.ruling import refused, unit_of


@click.command()
@click.option("--period", default="", help="只催这一期")
@click.option("--overdue", "only", flag_value="overdue", help="只催逾期没报的")
@click.option("--soon", "only", flag_value="soon", help="只催快到期的")
@click.option("--unit", default="", help="只看一个单位")
@click.option(
    "--to", "folder", type=click.Path(path_type=Path, file_okay=False), help="每个单位写一个文本文件到这个文件夹"
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@workspace_options
@click.pass_context
def remind(
    ctx: click.Context, period: str, only: str | None, unit: str, folder: Path | None, as_json: bool,
    workspace: Path | None, as_of: Any,
) -> None:  # fmt: skip
    """催办：每个单位一段话，可以直接贴到微信群或打印。"""
    from app.desk import Desk
    from app.queries.duties import known_duties
    from app.remind import reminders, write_reminders

    with the_office(ctx, workspace, as_of, reading=True) as office:
        desk, code = Desk.of(office), unit_of(office, unit)
        with refused():
            period = known_duties(desk, "", period)
        lines = reminders(desk, unit=code, period=period, only=only or "")
        if folder is not None:
            paths = write_reminders(lines, folder)
            console.print(f"已写{len(paths)}个文件到 {folder}", markup=False)
        elif as_json:
            print_json([item.model_dump(mode="json") for item in lines])
        elif not lines:
            console.print(_nothing(office))
        else:
            console.print("\n\n".join(item.text for item in lines), markup=False)


def _nothing(office: Any) -> str:
    from sync.ended import is_ended

    if is_ended(office.parts):
        return f"方案已于{office.scheme.ends}到期，不再收数，不用催办。没报的用 tianbao duty list --state missing 看。"
    return "没有要催办的。"
