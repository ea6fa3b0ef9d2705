"""check BOOK: read and validate one file without a workspace or a store."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli import Day
from app.cli.common import the_day
from app.cli.out import DONE, PROBLEMS, console, print_json, table

if TYPE_CHECKING:
    from app.checking import Checked, CheckedTab


@click.command()
@click.argument("book", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--scheme", "scheme_id", help="方案编号或目录；不写则按表里的标记、再按表头认")
@click.option("--rows", "with_rows", is_flag=True, help="逐行列出会得到的答复")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@click.option("--as-of", "as_of", type=Day(), help="把这一天当作今天")
@click.pass_context
def check(ctx: click.Context, book: Path, scheme_id: str | None, with_rows: bool, as_json: bool, as_of: Any) -> None:
    """检查一个文件（.xlsx、.xls、.ods）：认出了什么，哪些格子要改。有要改的，退出码为 1。"""
    from app.checking import check_file
    from sync.clock import Clock

    day = the_day(ctx, as_of) or Clock().today()
    checked = check_file(book, day, _scheme(scheme_id))
    if as_json:
        print_json({**asdict(checked), "as_of": day.isoformat(), "problems": checked.problems})
    else:
        _show(checked, with_rows)
    sys.exit(PROBLEMS if checked.problems else DONE)


def _scheme(scheme_id: str | None) -> Any:
    from sheets_templates import catalog
    from validators.scheme.load import SchemeErrors

    try:
        return catalog.load(scheme_id) if scheme_id else None
    except catalog.UnknownSchemeError as error:
        raise click.UsageError(str(error)) from None
    except SchemeErrors as errors:
        raise click.UsageError(f"方案“{scheme_id}”有错，先运行 tianbao scheme check {scheme_id}\n{errors}") from None


def _show(checked: Checked, with_rows: bool) -> None:
    from app.checking import count_by_severity

    if checked.scheme:
        how = "" if checked.marked else "（表里没有标记，按表头认出）"
        console.print(f"方案：{checked.scheme_title}（{checked.scheme} {checked.version}）{how}", markup=False)
        console.print(f"填报单位：{checked.unit_name or '没有认出'}", markup=False)
    for tab in checked.tabs:
        _show_tab(tab, with_rows)
    for line in checked.lines:
        what = "·".join(part for part in (line.who, line.field) if part)
        stands = f"，填的是“{_one_line(line.value)}”" if line.value else ""
        console.print(f"\n{line.severity}  {line.where}  {what}{stands}", markup=False)
        console.print(f"　　{line.message}", markup=False)
    counts = "，".join(f"{severity}{count}处" for severity, count in count_by_severity(checked.lines).items())
    console.print(f"\n{counts}" if counts else "\n✓ 没有要改的地方", markup=False)


def _show_tab(tab: CheckedTab, with_rows: bool) -> None:
    known = f"认出{len(tab.columns)}栏（表头在第{tab.header_row}行）"
    totals = f"，合计、分节行{tab.totals}行" if tab.totals else ""
    lost = f"，没有找到：{'、'.join(tab.missing)}" if tab.missing else ""
    console.print(f"{tab.tab}：{len(tab.rows)}行{totals}，{known}{lost}", markup=False)
    renamed = [
        f"{seen.column} 列“{_one_line(seen.header)}”→{seen.field}"
        for seen in tab.columns
        if _differs(seen.header, seen.field)
    ]
    if renamed:
        console.print(f"  按别名认出：{'，'.join(renamed)}", markup=False)
    if with_rows and tab.rows:
        rows = [
            [row.row, row.name, row.answer.get("check", ""), row.answer.get("stage", ""), row.answer.get("status", "")]
            for row in tab.rows
        ]
        table("", ["行", "名称", "校验结果", "当前阶段", "节点状态"], rows)


def _one_line(text: str) -> str:
    return "".join(text.split())


def _differs(header: str, title: str) -> bool:
    """Whether the header reads otherwise than ours do, unit and star left aside."""
    from validators.headers import header_key

    return header_key(header) != header_key(title)
