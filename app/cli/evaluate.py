"""evaluate: the rule engine on given rows (DESIGN §9)."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from app.cli import Day
from app.cli.common import the_day
from app.cli.out import print_json, table
from sync.clock import Clock


@click.command()
@click.option("--scheme", "scheme_id", required=True, help="方案编号或目录")
@click.option("--records", "records", required=True, help="记录文件（JSON），- 表示标准输入")
@click.option("--as-of", "as_of", type=Day(), help="把这一天当作今天（YYYY-MM-DD）")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@click.pass_context
def evaluate(ctx: click.Context, scheme_id: str, records: str, as_of: Any, as_json: bool) -> None:
    """用规则引擎判断给定的记录。"""
    from sheets_templates import catalog
    from validators.evaluate_json import DocumentError, evaluate_document

    day = the_day(ctx, as_of) or Clock().today()
    document = _load(records)
    try:
        result = evaluate_document(catalog.load(scheme_id), document, day)
    except DocumentError as error:
        raise click.UsageError(str(error)) from None
    if as_json:
        print_json(result)
    else:
        _show(result)


def _load(source: str) -> Any:
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text("utf-8-sig")
        return json.loads(text)
    except OSError as error:
        raise click.UsageError(f"读不到 {source}：{error.strerror}") from None
    except ValueError as error:
        raise click.UsageError(f"{source} 不是 JSON：{error}") from None


def _show(result: dict[str, Any]) -> None:
    rows = [
        [record["key"], record.get("stage", ""), item["rule"], item["status"], item["deadline"] or "", item["reason"]]
        for record in result["records"]
        for item in record["statuses"]
    ]
    table("记录", ["记录", "阶段", "规则", "状态", "期限", "说明"], rows)
    problems = [[r["key"], f["severity"], f["field"], f["message"]] for r in result["records"] for f in r["findings"]]
    if problems:
        table("问题", ["记录", "程度", "栏目", "说明"], problems)
    targets = [
        [t["rule"], t["status"], t.get("done"), t.get("target"), t.get("ratio"), t.get("gap")]
        for t in result["targets"]
    ]
    if targets:
        table("目标", ["规则", "状态", "完成", "目标", "完成率", "差额"], targets)
    duties = [[o["unit"], o["rule"], o["period"], o["status"]] for o in result["obligations"]]
    if duties:
        table("填报任务", ["单位", "规则", "期次", "状态"], duties)
