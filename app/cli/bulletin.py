"""bulletin: 通报 as a Word document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from app.cli.common import the_office, workspace_options
from app.cli.out import console, print_json
from app.cli.ruling import me, refused


@click.command()
@click.option("--period", "text", required=True, help="哪一期，如 2025-06、2025Q2、2025H1")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="写到哪里，默认工作区的 通报_期次.docx")
@click.option("--json", "as_json", is_flag=True, help="只输出内容（JSON），不写文件")
@click.option("--by", default="", help="谁出的，默认当前系统用户")
@workspace_options
@click.pass_context
def bulletin(
    ctx: click.Context, text: str, out: Path | None, as_json: bool, by: str, workspace: Path | None, as_of: Any
) -> None:  # fmt: skip
    """通报：一期的报送、名次、逾期、目标，写成 Word。关过的期次用关账时的数。"""
    from app.bulletin import make_bulletin
    from app.bulletin.content import content
    from app.bulletin.issued import note_issued

    with the_office(ctx, workspace, as_of, reading=as_json) as office, refused():
        if as_json:
            print_json(content(office, text))
            return
        path = make_bulletin(office, text, out)
        console.print(f"通报：{path}", markup=False)
        for title in note_issued(office, text, me(by)):
            console.print(f"已记为报送：{title}", markup=False)
