"""parse TYPE: one cell per line on stdin as JSON, one result per line."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from app.cli.common import the_day
from sync.clock import Clock


@click.command()
@click.argument("type_", metavar="TYPE")
@click.option("--scheme", "scheme_id", help="方案编号或目录：乡镇名单、阶段、下拉值取自它，默认是第一个自带方案")
@click.option("--as-of", "as_of", help="填报日 YYYY-MM-DD，默认今天")
@click.pass_context
def parse(ctx: click.Context, type_: str, scheme_id: str | None, as_of: Any) -> None:
    """逐行解析单元格。每行一个 JSON：文本、数字、true/false，或 {"value","format"}、{"date"}、{"formula","value"}。"""
    from app.cli import Day
    from validators.parsers.lines import known_types, line_context, parse_line_json

    if type_ not in known_types():
        raise click.UsageError(f"没有“{type_}”这种类型。可用：{'、'.join(known_types())}")
    day = Day().convert(as_of, None, ctx) if as_of else the_day(ctx, None) or Clock().today()
    context = line_context(_scheme(scheme_id), day)
    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            cell = json.loads(line)
        except ValueError:
            cell = line.rstrip("\n")
        sys.stdout.write(json.dumps(parse_line_json(type_, cell, context), ensure_ascii=False) + "\n")


def _scheme(scheme_id: str | None) -> Any:
    """The scheme whose places and words count: the one named, else the first that is bundled."""
    from sheets_templates import catalog

    chosen = scheme_id or catalog.default()
    return catalog.load(chosen) if chosen else None
