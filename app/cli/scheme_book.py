"""`tianbao scheme export|import|new`: a scheme as a workbook for those who own the policy, and a scheme to begin with."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.common import the_day
from app.cli.out import PROBLEMS, WRONG_USE, console, fail, print_json
from app.cli.scheme_load import AS_JSON, loaded

if TYPE_CHECKING:
    from app.scheme_book.importing import Imported


@click.command("export")
@click.argument("scheme_id", metavar="编号或目录")
@click.option("--to", "target", required=True, type=click.Path(path_type=Path, dir_okay=False), help="写到哪个 .xlsx")
@click.option("--force", is_flag=True, help="文件已经有了也覆盖")
def export_scheme(scheme_id: str, target: Path, force: bool) -> None:
    """把方案做成工作簿：单位、部门、表、列、下拉、规则、目标都在表格里看、在表格里改。"""
    from app.scheme_book.book import write_book
    from app.scheme_book.tree import Tree
    from sheets_templates import catalog

    found = loaded(scheme_id, as_json=False)
    if target.suffix.lower() != ".xlsx":
        fail(f"--to 要写一个 .xlsx 文件名，现在是“{target}”。", WRONG_USE)
    if target.exists() and not force:
        fail(f"“{target}”已经有了，里面可能有人改过。换个名字，或加 --force 覆盖。", WRONG_USE)
    data = write_book(found, Tree.at(catalog.find(scheme_id)))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    counts = f"{len(found.units)}个单位，{len(found.tables)}张表，{len(found.rules)}条规则"
    console.print(f"✓ {found.title}：{counts}，写在 {target}", style="green", markup=False)
    console.print(f"改好以后：tianbao scheme import {target} --to 目录", markup=False)


@click.command("import")
@click.argument("book", metavar="工作簿", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--to", "target", required=True, type=click.Path(path_type=Path, file_okay=False), help="方案目录")
@click.option("--replace", "replaces", is_flag=True, help="目录里的方案在导出以后另外改过，也照工作簿的写")
@AS_JSON
def import_scheme(book: Path, target: Path, replaces: bool, as_json: bool) -> None:
    """从工作簿读回方案。逐格检查，有错一次说完，什么也不写。退出码：0写好了，1有要改的，2文件不对。"""
    from app.scheme_book.importing import conflict, store

    done = imported(book)
    if done.mistakes:
        tell_mistakes(done, as_json)
        sys.exit(PROBLEMS)
    changed_since = conflict(target, done)
    if changed_since and not replaces:
        names = "、".join(changed_since[:8])
        fail(
            f"“{target}”里的方案在导出以后另外改过（{names}），没有写。\n"
            "请把现在的方案重新导出，在新的工作簿上改；确实要照这本工作簿写，加 --replace。",
            PROBLEMS,
        )
    changes = _changes(done)
    written = store(target, done)
    if as_json:
        told = [{"section": c.section, "what": c.what, "name": c.name, "part": c.part, "old": c.old, "new": c.new}
                for c in changes]  # fmt: skip
        print_json({"mistakes": [], "changes": told, "remarks": done.remarks, "written": written})
        return
    for change in changes:
        console.print(f"  {change}", markup=False)
    for remark in done.remarks:
        console.print(f"提示  {remark}", style="yellow", markup=False)
    if written:
        console.print(f"✓ {len(changes)}处改动，写在 {target}：{'、'.join(written)}", style="green", markup=False)
    else:
        console.print(f"✓ 和 {target} 里的一样，什么也没有写", style="green", markup=False)


@click.command("new")
@click.argument("directory", metavar="目录", type=click.Path(path_type=Path, file_okay=False))
@click.option("--name", "title", required=True, help="方案名称，如“某某县重点项目推进”")
@click.option("--id", "scheme_id", default="", help="方案编号，小写英文字母开头；不写就由目录名得出")
@click.pass_context
def new_scheme(ctx: click.Context, directory: Path, title: str, scheme_id: str) -> None:
    """新建一个能用的小方案，文件里写着怎么往下写。"""
    import re

    from app.scheme_book.starter import id_from, write_starter
    from sync.clock import Clock

    if directory.exists() and any(directory.iterdir()):
        fail(f"“{directory}”里已经有东西了。换一个空的或新的目录。", WRONG_USE)
    word = scheme_id or id_from(directory.resolve().name)
    if not re.fullmatch(r"[a-z][a-z0-9_]*", word):
        fail(f"方案编号“{word}”不行：小写英文字母开头，只用小写字母、数字、下划线。", WRONG_USE)
    if not title.strip():
        fail("--name 要写方案的名称。", WRONG_USE)
    write_starter(directory, title.strip(), word, the_day(ctx, None) or Clock().today())
    found = loaded(str(directory), as_json=False)
    console.print(f"✓ {found.title}（{found.id}），写在 {directory}", style="green", markup=False)
    console.print(f"看一看：tianbao scheme show {directory}", markup=False)
    console.print(f"在表格里改：tianbao scheme export {directory} --to 方案.xlsx", markup=False)
    console.print(f"试一试：tianbao demo 演示 --scheme {directory}", markup=False)


def imported(book: Path) -> Imported:
    """A workbook read, or the command ended with what to do."""
    from app.scheme_book.importing import read_import
    from app.scheme_book.sheet import BookError

    try:
        return read_import(book)
    except BookError as problem:
        fail(str(problem), WRONG_USE)


def tell_mistakes(done: Imported, as_json: bool) -> None:
    """Every mistake with tab and cell."""
    if as_json:
        keys = ("tab", "cell", "title", "value", "message", "example")
        found: list[Any] = [{key: getattr(item, key) for key in keys} for item in done.mistakes]
        print_json({"mistakes": found, "changes": [], "remarks": done.remarks, "written": []})
        return
    for item in done.mistakes:
        console.print(str(item), markup=False)
    for remark in done.remarks:
        console.print(f"提示  {remark}", style="yellow", markup=False)
    console.print(f"一共{len(done.mistakes)}处要改，什么也没有写。", style="red", markup=False)


def _changes(done: Imported) -> list[Any]:
    from app.scheme_book.compare import compare
    from app.scheme_book.tree import Tree

    assert done.scheme is not None
    return compare(done.base, Tree.of(done.base_files), done.scheme, Tree.of(done.files))
