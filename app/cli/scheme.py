"""`tianbao scheme`: list the bundled schemes, check one, show what it says, print the JSON Schema for editors.

The commands that change schemes stand in modules of their own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import click

from app.cli import Day
from app.cli.out import PROBLEMS, console, print_json, table
from app.cli.scheme_book import export_scheme, import_scheme, new_scheme
from app.cli.scheme_diff import diff_scheme
from app.cli.scheme_load import AS_JSON, loaded
from sheets_templates import catalog
from validators.rules.versions import as_of as in_force
from validators.rules.versions import is_dated
from validators.scheme.load import SchemeErrors, digest
from validators.scheme.models import Scheme
from validators.scheme.tables import Field, Table

SCHEME = click.argument("scheme_id", metavar="编号或目录")


@click.group("scheme")
def scheme() -> None:
    """方案：列出、检查、查看，在表格里改，改之前预演。"""


for _command in (new_scheme, export_scheme, import_scheme, diff_scheme):
    scheme.add_command(_command)


@scheme.command("list")
@AS_JSON
def list_schemes(as_json: bool) -> None:
    """列出自带的方案。"""
    rows = [_summary(name) for name in catalog.bundled()]
    if as_json:
        print_json(rows)
    else:
        keys = ("id", "title", "version", "units", "tables", "rules", "document")
        heads = ["编号", "名称", "版本", "单位", "表", "规则", "依据"]
        table("自带的方案", heads, [[row.get(key, "") for key in keys] for row in rows])
    if any(row.get("errors") for row in rows):
        sys.exit(PROBLEMS)


@scheme.command("check")
@SCHEME
@AS_JSON
def check_scheme(scheme_id: str, as_json: bool) -> None:
    """检查一个方案，所有要改的地方一次列出。退出码：0没有问题，1有要改的，2没有这个方案。"""
    found = loaded(scheme_id, as_json)
    if as_json:
        print_json({"id": found.id, "version": found.version, "digest": digest(found), "errors": []})
        return
    counts = f"{len(found.units)}个单位，{len(found.tables)}张表，{len(found.rules)}条规则"
    console.print(f"✓ {found.title}（{found.id} {found.version}）没有要改的：{counts}", style="green", markup=False)


@scheme.command("show")
@SCHEME
@click.option("--part", type=click.Choice(["units", "tables", "rules", "all"]), default="all", help="只看一部分")
@click.option("--as-of", type=Day(), default=None, help="只看这一天执行的规则版本")
@AS_JSON
def show_scheme(scheme_id: str, part: str, as_of: date | None, as_json: bool) -> None:
    """看一个方案：单位、表和列、规则及其依据；规则改过的，各版本从哪天起执行。"""
    found = loaded(scheme_id, as_json)
    if as_of is not None:
        found = in_force(found, as_of)
    if as_json:
        print_json(found.model_dump(mode="json") | {"digest": digest(found)})
        return
    console.print(f"{found.title}（{found.id} {found.version}）", style="bold", markup=False)
    console.print(f"依据：{found.source.document}", markup=False)
    parts: dict[str, Callable[[Scheme], None]] = {"units": _units, "tables": _tables, "rules": _rules}
    for name, show in parts.items():
        if part in (name, "all"):
            console.print()
            show(found)


@scheme.command("schema")
def print_schema() -> None:
    """打印方案文件的JSON Schema，编辑器用它来补全和划错。"""
    from validators.scheme.jsonschema import scheme_schema

    print_json(scheme_schema())


def _summary(name: str) -> dict[str, Any]:
    try:
        found = catalog.load(name)
    except SchemeErrors as problem:
        return {"id": name, "title": f"有{len(problem.errors)}处要改", "errors": len(problem.errors)}
    return {
        "id": found.id,
        "title": found.title,
        "version": found.version,
        "units": len(found.units),
        "tables": len(found.tables),
        "rules": len(found.rules),
        "document": found.source.document,
        "errors": 0,
    }


def _units(found: Scheme) -> None:
    rows: list[list[Any]] = [[item.code, item.name, item.kind, "、".join(item.aliases)] for item in found.units]
    table("填报单位", ["代码", "名称", "类别", "别的叫法"], rows)


def _tables(found: Scheme) -> None:
    fillers = {"unit": "填报单位", "commission": "主管部门"} | {item.code: item.name for item in found.departments}
    heads = ["组", "列", "英文名", "类型", "必填", "下拉", "提示"]
    for item in found.tables:
        who = fillers.get(item.filler, item.filler)
        title = f"{item.title}（{item.name}，{who}填，{len(item.fields)}列）"
        table(title, heads, [_field(field, item) for field in item.fields])
        console.print()


def _field(field: Field, owner: Table) -> list[Any]:
    title = f"{field.title}（{field.unit}）" if field.unit else field.title
    required = "系统带出" if field.owner == "system" else (_days(field) or "是") if field.required else ""
    name = f"{field.name} ★" if field.name == owner.name_field else field.name
    return [field.group, title, name, field.type, required, field.choices, field.hint]


def _days(item: Any) -> str:
    """The days for which a rule or a column is in force as they are written, "" where nothing is."""
    begins = f"{item.effective_from}起" if item.effective_from else ""
    return begins + (f"至{item.effective_to}" if item.effective_to else "")


def _rules(found: Scheme) -> None:
    heads = ["编号", "种类", "名称", "语气", "依据", "填报人读到的话"]
    rows = [[item.id, item.kind, item.title, item.modality, item.section, item.sentence] for item in found.rules]
    if any(is_dated(item) for item in found.rules):
        heads.insert(1, "执行")
        for row, item in zip(rows, found.rules, strict=True):
            row.insert(1, _days(item))
    table("规则", heads, rows)
