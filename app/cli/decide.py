"""decide: what waits for a person."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from app.cli.common import the_office, workspace_options
from app.cli.out import console, print_json, table
from sync.clock import stamp
from sync.decide import WORDS, find, open_decisions
from sync.decide import decide as settle
from sync.store.base import Decision


@click.group()
def decide() -> None:
    """等待人决定的事项：暂停的同步、消失的行、两个文件、重复、等待写回的答复。"""


@decide.command("list")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@workspace_options
@click.pass_context
def list_(ctx: click.Context, as_json: bool, workspace: Path | None, as_of: Any) -> None:
    """列出等待决定的事项。"""
    with the_office(ctx, workspace, as_of, reading=True) as office:
        items = open_decisions(office.parts)
        if as_json:
            print_json([_document(item) for item in items])
            return
        if not items:
            console.print("没有等待决定的事项。")
            return
        rows = [[item.id, WORDS[item.kind][0], office.parts.called(item.book.split(":", 1)[1]),
                 str(item.data.get("name") or item.subject), stamp(item.opened)]
                for item in items]  # fmt: skip
        table("", ["编号", "事项", "单位", "对象", "提出时间"], rows)
        console.print("查看：tianbao decide show 编号；采用：apply；否决：reject", markup=False)


@decide.command()
@click.argument("decision_id", metavar="编号")
@workspace_options
@click.pass_context
def show(ctx: click.Context, decision_id: str, workspace: Path | None, as_of: Any) -> None:
    """一件事项的内容，以及采用、否决各会做什么。"""
    with the_office(ctx, workspace, as_of, reading=True) as office:
        item = find(office.parts, decision_id)
        what, applied, rejected = WORDS[item.kind]
        unit = office.parts.called(item.book.split(":", 1)[1])
        subject = str(item.data.get("name") or item.subject)
        console.print(f"{what}：{subject}（{unit}，{stamp(item.opened)}）", markup=False)
        titles = {kind.name: kind.title for kind in office.scheme.tables}
        for line in _details(item, titles):
            console.print(f"  {line}", markup=False)
        console.print(f"采用（apply） ：{applied}\n否决（reject）：{rejected}", markup=False)


_LABELS = {
    "name": "名称", "table": "工作表", "where": "位置", "record": "编号", "other": "另一条", "reason": "原因",
    "since": "从何时起", "file": "文件",
}  # fmt: skip


def _details(item: Decision, titles: Mapping[str, str]) -> Iterator[str]:
    """What a person must know, a line each. `titles`: table → what people call it."""
    yield from (f"{label}：{item.data[key]}" for key, label in _LABELS.items() if item.data.get(key))
    for file in item.data.get("files", ()):
        yield f"文件：{file['name']}{'（现在用的）' if file.get('current') else ''}"
    if item.data.get("files"):
        yield "两个文件哪里不一样，见网页“待决定”"
    for name, rows in item.data.get("tables", {}).items():
        names = "、".join(called or record for record, called in rows[:20])
        left = item.data.get("rows_now", {}).get(name, 0)
        yield f"“{titles.get(name, name)}”少了{len(rows)}行，现在有{left}行：{names}{' 等' if len(rows) > 20 else ''}"


def _settler(accept: bool) -> Any:
    @click.argument("decision_id", metavar="编号")
    @click.option("--choice", default="", help="两个文件时用哪一个")
    @click.option("--note", default="", help="理由，记入审计")
    @click.option("--by", "by", default="", help="谁决定的，默认当前系统用户")
    @workspace_options
    @click.pass_context
    def command(
        ctx: click.Context, decision_id: str, choice: str, note: str, by: str, workspace: Path | None, as_of: Any
    ) -> None:
        with the_office(ctx, workspace, as_of) as office:
            who = by or os.environ.get("USER") or getpass.getuser()
            console.print(settle(office.parts, decision_id, accept, by=who, choice=choice, note=note), markup=False)

    return command


decide.command("apply", help="采用")(_settler(True))
decide.command("reject", help="否决")(_settler(False))


def _document(item: Any) -> dict[str, Any]:
    what, applied, rejected = WORDS[item.kind]
    return {
        "id": item.id, "kind": item.kind, "what": what, "book": item.book, "subject": item.subject,
        "opened": stamp(item.opened), "data": item.data, "apply": applied, "reject": rejected,
    }  # fmt: skip
