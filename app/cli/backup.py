"""backup and restore: one file with everything, and the way back."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from app.cli.common import workspace_options
from app.cli.out import console, print_json
from app.settings import load_settings


@click.command()
@click.option("--to", "folder", type=click.Path(path_type=Path, file_okay=False),
              help="放到哪个文件夹，默认按 tianbao.toml 的 backup_folder")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@workspace_options
@click.pass_context
def backup(ctx: click.Context, folder: Path | None, as_json: bool, workspace: Path | None, as_of: Any) -> None:
    """备份：中心库、设置、方案、各单位的表，合成一个带日期的文件。服务开着也可以。

    密钥、数据库口令不在里面。里面有联系电话，请像中心库一样保管。恢复用 tianbao restore。
    """
    from app.backup.make import make_backup

    settings = load_settings(workspace or (ctx.find_root().obj or {}).get("workspace"))
    made = make_backup(settings, time.time(), folder)
    if as_json:
        print_json({"file": str(made.file), "size": made.size, "files": made.files, "notes": made.notes})
        return
    console.print(f"已备份：{made.file}（{made.files}个文件，{made.size / 1e6:.1f} MB）", markup=False)
    for note in made.notes:
        console.print(f"· {note}", markup=False)


@click.command()
@click.argument("file", metavar="备份文件", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("directory", metavar="目录", type=click.Path(path_type=Path, file_okay=False))
@click.option("--force", is_flag=True, help="目录不空也恢复：原来的内容先移到 backups/恢复前/")
@click.option("--database", default="", envvar="TIANBAO_DATABASE", help="备份的是 PostgreSQL 时：一个空库的地址")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def restore(file: Path, directory: Path, force: bool, database: str, as_json: bool) -> None:
    """恢复：把一个备份变回工作区。先核对清单，一个字节不对就不恢复；目录要是空的。"""
    from app.backup.restore import restore as bring_back

    done = bring_back(file, directory.resolve(), at=time.time(), force=force, database=database)
    if as_json:
        print_json({"target": str(done.target), "made": done.manifest.made, "books": done.books,
                    "aside": str(done.aside or ""), "todo": done.todo})  # fmt: skip
        return
    found = done.manifest
    console.print(
        f"已恢复到 {done.target}：{found.made} 的备份，方案 {found.scheme} {found.scheme_version}", markup=False
    )
    console.print(f"· 清单里的{len(found.files)}个文件逐个核对过", markup=False)
    console.print(f"· 中心库：{found.database}；各单位的表：{done.books}个文件", markup=False)
    if done.aside is not None:
        console.print(f"· 原来的内容在 {done.aside}", markup=False)
    for note in [*found.notes, *done.todo]:
        console.print(f"· {note}", markup=False)
