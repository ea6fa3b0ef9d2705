"""explain: a record with its history, statuses, rules, sources and dates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from app.cli.common import the_office, workspace_options
from app.cli.out import console, print_json, table
from app.dossier import dossier, find_records


@click.command()
@click.argument("word", metavar="编号或名称")
@click.option("--all", "everything", is_flag=True, help="未启动、不适用的规则也列出")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@workspace_options
@click.pass_context
def explain(ctx: click.Context, word: str, everything: bool, as_json: bool, workspace: Path | None, as_of: Any) -> None:
    """一条记录的来龙去脉：内容、改动、状态、规则、依据。"""
    with the_office(ctx, workspace, as_of, reading=True) as office:
        found = find_records(office, word) if word.strip() else []
        if not found:
            raise click.UsageError(f"没有编号或名称为“{word}”的记录。编号在表的“编号”一栏，形如 P000012。")
        if len(found) > 1:
            _choose(office, word, found, as_json)
            return
        document = dossier(office, found[0])
    if as_json:
        print_json(document)
    else:
        _show(document, everything)


def _choose(office: Any, word: str, found: list[Any], as_json: bool) -> None:
    rows = [
        [item.id, office.scheme.table(item.table).title, office.parts.called(item.unit), item.name or ""]
        for item in found
    ]
    if as_json:
        print_json([dict(zip(("id", "table", "unit", "name"), row, strict=True)) for row in rows])
        return
    table(f"“{word}”有{len(found)}条，请用编号再查一次", ["编号", "表", "单位", "名称"], rows)


def _show(item: dict[str, Any], everything: bool) -> None:
    _line(f"{item['id']}  {item['name']}")
    _line(f"{item['unit']}  {item['place'] or item['table']}  {item['state']}  {item['stage']}")
    day = (
        f"方案已到期，以下定格在 {item['stands']}"
        if item["stands"] != item["as_of"]
        else f"以下按 {item['as_of']} 判断"
    )
    _line(f"首次读到 {item['first_seen']}，最近改动 {item['changed_at']}；{day}")
    _answers(item)
    _statuses(item, everything)
    if item["flags"]:
        table("\n考核标识", ["标识", "规则", "原因"], [[f["flag"], f["rule"], f["reason"]] for f in item["flags"]])
    if item["findings"]:
        rows = [[f["severity"], f["field"], f["value"], f["message"], f["rule"]] for f in item["findings"]]
        table("\n问题", ["程度", "栏目", "填的是", "说明", "规则"], rows)
    rows = [[v["field"], v["value"], _cell(v)] for v in item["values"]]
    table("\n内容", ["栏目", "读作", "表里写的"], rows)
    _past(item)


def _answers(item: dict[str, Any]) -> None:
    for key, title in (("check", "校验结果"), ("status", "节点状态"), ("flag", "考核标识")):
        if text := item["answer"].get(key):
            _line(f"\n{title}：{text}")


def _statuses(item: dict[str, Any], everything: bool) -> None:
    quiet = {"not_started", "not_applicable", "waiting"}
    chosen = [status for status in item["statuses"] if everything or status["code"] not in quiet]
    _line(f"\n各项规则（{_document(item)}）")
    for status in chosen:
        _line("  ".join(text for text in (status["rule"], status["status"], _time(status), status["title"]) if text))
        _line(f"    {_why(status)}")
    hidden = len(item["statuses"]) - len(chosen)
    if hidden:
        _line(f"另有{hidden}项未启动或不适用，用 --all 列出。")


def _time(status: dict[str, Any]) -> str:
    left = "" if status["days"] is None else f"，剩余{status['days']}"
    return f"期限{status['deadline']}{left}" if status["deadline"] else ""


def _why(status: dict[str, Any]) -> str:
    who = f"责任：{'、'.join(status['responsible'])}" if status["responsible"] else ""
    return "；".join(text for text in (status["reason"], *status["calendar"], who) if text)


def _document(item: dict[str, Any]) -> str:
    return next((s["document"] for s in item["statuses"] if s["document"]), "")


def _past(item: dict[str, Any]) -> None:
    for text in item["facts"]:
        _line(f"  {text}")
    rows = [
        [r["at"], r["kind"], r["where"], r["actor"], "；".join(_change(c) for c in r["changes"])]
        for r in item["revisions"]
    ]
    table("\n改动记录", ["时间", "", "位置", "何人", "内容"], rows)
    if item["status_history"]:
        rows = [[h["day"], h["rule"], h["title"], h["old"] or "—", h["new"] or "—"] for h in item["status_history"]]
        table("\n状态变化", ["日期", "规则", "", "由", "变为"], rows)


def _change(change: dict[str, str]) -> str:
    return f"{change['field']}：{change['old'] or '空'}→{change['new'] or '空'}"


def _cell(value: dict[str, Any]) -> str:
    note = "（读不懂，保留上次的值）" if value["kept"] else ""
    return (value["cell"] if value["cell"] != value["value"] else "") + note


def _line(text: str) -> None:
    console.print(text, markup=False)
