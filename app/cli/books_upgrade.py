"""books upgrade: filled books to the scheme as it is now."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.common import books_options, the_office
from app.cli.out import DONE, PROBLEMS, console, print_json, progress
from app.cli.work import unit_code

if TYPE_CHECKING:
    from app.upgrade.standing import Standing
    from app.wiring import Office

STATES = {
    "upgraded": "已升级", "rehearsed": "将升级", "current": "已是新版", "missing": "没有表", "refused": "没有升级",
}  # fmt: skip
SHOWN = 200  # characters of one change


@click.command()
@books_options("只升级这些单位的（编码或名称，可多次）", "只说每本表会怎样变，不写")
@click.option("--by", default="", help="谁升级的，记入审计；不写记作命令行")
@click.pass_context
def upgrade(
    ctx: click.Context,
    units: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
    by: str,
    workspace: Path | None,
    as_of: Any,
) -> None:
    """方案改了以后，把填过的表升级到新版：在原表上改，填过的内容一格不动。

    新栏目：文件夹里的 .xlsx 放在表右边的空列，Google 表格放在方案的位置。不再用的栏目留在原处，表头写上“旧栏目”；
    自己加的列、工作表、批注、图片、颜色都不变。先同步一遍；有人开着的文件、有事等待决定的不升级。
    升级前的内容留在备份里；Google 表格用“版本记录”撤销。
    """
    from app.upgrade.run import upgrade_books

    with the_office(ctx, workspace, as_of, reading=dry_run) as office:
        codes = [unit_code(office, name) for name in units]
        done = upgrade_books(office, codes, dry_run=dry_run, bar=partial(progress, quiet=as_json), by=by or "command")
        if as_json:
            print_json({"version": office.scheme.version, "dry_run": dry_run, "books": [_as_json(i) for i in done]})
        else:
            _show(office, done, dry_run)
        ctx.exit(DONE if all(item.good or item.state == "missing" for item in done) else PROBLEMS)


def _as_json(item: Standing) -> dict[str, Any]:
    return {
        "unit": item.code, "name": item.name, "state": item.state, "book": item.book, "from": item.version,
        "told": item.told, "backup": item.backup, "undo": item.undo, "changes": [change._asdict() for change in item.changes],
    }  # fmt: skip


def _show(office: Office, done: list[Standing], dry_run: bool) -> None:
    """Books with equal changes are told once."""
    alike: dict[tuple[Any, ...], list[Standing]] = {}
    for item in done:
        alike.setdefault((item.state, item.told, item.version, *item.changes), []).append(item)
    for items in alike.values():
        first = items[0]
        names = "、".join(item.name for item in items)
        came = f"：{first.version} → {office.scheme.version}" if first.state in ("upgraded", "rehearsed") else ""
        tail = f"：{first.told}" if first.told else ""
        console.print(
            f"{'✗' if first.state == 'refused' else '·'} {names}　{STATES[first.state]}{came}{tail}", markup=False
        )
        for change in first.changes:
            where = f"“{change.tab}” " if change.tab else ""
            text = change.text if len(change.text) <= SHOWN else f"{change.text[:SHOWN]}……（全文见 --json）"
            console.print(f"    {'（没有动）' if change.kind == 'kept' else ''}{where}{text}", markup=False)
    count = {state: sum(item.state == state for item in done) for state in STATES}
    console.print("，".join(f"{STATES[state]} {number} 本" for state, number in count.items() if number) + "。")
    if count["upgraded"]:
        folder = Path(next(item.backup for item in done if item.backup)).parent
        console.print(f"升级前的内容留在 {folder}。", markup=False)
        for undo in dict.fromkeys(item.undo for item in done if item.undo):
            console.print(undo, markup=False)
        console.print("再运行 tianbao sync，各单位就能看到按新方案的答复。", markup=False)
    elif dry_run and count["rehearsed"]:
        console.print("还没有改动任何表。去掉 --dry-run 就升级。")
