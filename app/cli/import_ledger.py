"""import LEDGER --unit U: an office's existing ledger into the unit's book."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.common import the_office, workspace_options
from app.cli.out import DONE, INCOMPLETE, PROBLEMS, console, print_json, table
from app.cli.work import unit_code

if TYPE_CHECKING:
    from app.ledger.study import Study
    from app.wiring import Office


@click.command("import")
@click.argument("ledger", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--unit", "unit", required=True, help="填到哪个单位（或部门）的表：编码或名称")
@click.option("--table", "table_name", default="", help="填到哪张表，默认按列名认")
@click.option("--tab", "tabs", multiple=True, help="读台账的哪张工作表（可多次），默认认出最多的那张")
@click.option(
    "--mapping",
    "mapping_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="照这个映射文件（.xlsx 或 .yaml）导入；文件还没有，就把建议写进去",
)
@click.option("--yes", is_flag=True, help="有把握的列不问就导入，没有把握的不导入")
@click.option("--keep", is_flag=True, help="没有对应栏目的列，以“标题：值”写进情况说明")
@click.option("--dry-run", is_flag=True, help="只说会怎样，不写")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@workspace_options
@click.pass_context
def import_ledger(
    ctx: click.Context, ledger: Path, unit: str, table_name: str, tabs: tuple[str, ...], mapping_file: Path | None,
    yes: bool, keep: bool, dry_run: bool, as_json: bool, workspace: Path | None, as_of: Any,
) -> None:  # fmt: skip
    """把现成的台账（.xlsx、.xls、.ods，什么版式都行）导入单位的表：只填空行，已有的行一格不动。

    先给出每一列填到哪里的建议；人确认或改过之后才填。填之前留备份，并说明怎样撤销。
    """
    from app.ledger.run import begin, carry_out

    with the_office(ctx, workspace, as_of, reading=dry_run) as office:
        code = unit_code(office, unit)
        study = begin(office, ledger, code, table_name, tabs or _tabs_of(office, mapping_file))
        _with_rest(study, keep)
        again = _again(ledger, unit, table_name, workspace)
        if not _decided(office, study, ledger, again, mapping_file, yes=yes, keep=keep, dry_run=dry_run, quiet=as_json):
            ctx.exit(PROBLEMS)
        report = carry_out(office, study, code, dry_run=dry_run)
        _show(report, as_json)
        ctx.exit(INCOMPLETE if report.state == "failed" else PROBLEMS if report.problems else DONE)


def _tabs_of(office: Office, file: Path | None) -> list[str]:
    """The tabs a person's mapping file is about."""
    from app.ledger.mapping_file import TAB, read_mapping
    from app.ledger.target import folder_of

    if file is None or not file.exists():
        return []
    return list(dict.fromkeys(row.get(TAB, "").strip() for row in read_mapping(file, folder_of(office).reader)))


def _again(ledger: Path, unit: str, table_name: str, workspace: Path | None) -> str:
    """The command to be given once more."""
    more = [("--table", table_name), ("--workspace", workspace)]
    words = [f"tianbao import {ledger} --unit {unit}", *(f"{option} {value}" for option, value in more if value)]
    return " ".join(words)


def _with_rest(study: Study, keep: bool) -> None:
    from app.ledger.study import keep_rest

    if keep:
        study.mappings = [keep_rest(item) for item in study.mappings]


def _decided(
    office: Office, study: Study, ledger: Path, again: str, file: Path | None, *,
    yes: bool, keep: bool, dry_run: bool, quiet: bool,
) -> bool:  # fmt: skip
    """Whether the mapping stands: by a person's file, by a person at the terminal, or because --yes takes what is sure."""
    from app.ledger.mapping_file import apply_mapping, read_mapping, write_mapping
    from app.ledger.study import accept_sure
    from app.ledger.target import folder_of

    if file is not None and file.exists():
        study.mappings = apply_mapping(office.scheme, study, read_mapping(file, folder_of(office).reader))
        return True
    if file is None and (yes or dry_run):
        study.mappings = [accept_sure(item) for item in study.mappings]
        _with_rest(study, keep)
        return True
    if file is None and not quiet and sys.stdin.isatty() and sys.stdout.isatty():
        return _ask(office, study)
    target = file or ledger.with_name(f"映射_{ledger.stem}.xlsx")
    write_mapping(target, office.scheme, study)
    if quiet:
        from app.ledger.mapping_file import rows_of

        print_json({"state": "mapping", "mapping_file": str(target), "mapping": rows_of(study)})
        return False
    _show_mapping(study)
    console.print(f"\n建议写在 {target}。请打开看一遍，改“填到”一列，保存后再运行：", markup=False)
    console.print(f"  {again} --mapping {target}", markup=False)
    console.print("还没有导入，表没有变。", markup=False)
    return False


def _ask(office: Office, study: Study) -> bool:
    """Show the proposal and let a person change it; False when he leaves."""
    from app.ledger.mapping_file import letters_of, parse_target

    while True:
        _show_mapping(study)
        console.print(
            "\n回车：照此导入；“F=总投资”：改一列；“F=不导入”：不要这一列；“F=写进情况说明”：留作文字；几张工作表时写“总表!F=…”；q：不导入"
        )
        said = click.prompt("请确认", default="", show_default=False).strip()
        if said.lower() in ("q", "quit", "退出"):
            console.print("没有导入，表没有变。")
            return False
        if not said:
            return True
        place, equals, words = said.replace("＝", "=").partition("=")
        tab, _, letters = place.replace("！", "!").rpartition("!")
        problems: list[str] = []
        targets, keep = parse_target(office.scheme, study.table, words, problems, letters.strip())
        if not equals or problems or not _changed(study, tab.strip(), letters_of(letters), targets, keep):
            console.print(
                "；".join(problems) or f"没有看懂“{said}”，要写成 列=栏目，如 F=总投资", style="red", markup=False
            )


def _changed(study: Study, tab: str, letters: str, targets: tuple[str, ...], keep: bool) -> bool:
    """Send a column elsewhere: of the tab named as in 总表!F, else of the first that has it."""
    from app.ledger.study import redirected

    for at, mapping in enumerate(study.mappings):
        if tab in ("", mapping.tab) and any(item.letters == letters for item in mapping.columns):
            study.mappings[at] = redirected(study.table, mapping, letters, targets, keep)
            return True
    return False


def _show_mapping(study: Study) -> None:
    from app.ledger.mapping_file import COLUMN, HEADER, REASON, SAMPLE, SURE, TAB, TARGET, UNIT, rows_of

    rows = rows_of(study)
    for mapping in study.mappings:
        head = mapping.header
        title = f"{mapping.tab}（表头在第{head.rows}行）→ {study.table.title}"
        shown = (COLUMN, HEADER, UNIT, TARGET, SURE, REASON, SAMPLE)
        table(title, list(shown), [[row[name] for name in shown] for row in rows if row[TAB] == mapping.tab])
    if study.others:
        console.print(f"还有像台账的工作表：{'、'.join(study.others)}（用 --tab 指定）", markup=False)


def _show(report: Any, as_json: bool) -> None:
    from app.cli.import_report import show_report
    from app.ledger.report import as_document

    if as_json:
        print_json(as_document(report))
    else:
        show_report(report)
