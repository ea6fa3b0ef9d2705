"""evaluate: the rule engine on given rows (DESIGN §9)."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from app.cli import Day
from app.cli.common import the_day
from app.cli.evaluate_text import show
from app.cli.out import print_parts, progress
from sync.clock import Clock
from sync.errors import os_words
from sync.heap import fewer_sweeps


@click.command()
@click.option("--scheme", "scheme_id", required=True, help="方案编号或目录")
@click.option("--records", "records", required=True, help="记录文件（JSON），- 表示标准输入")
@click.option("--as-of", "as_of", type=Day(), help="把这一天当作今天（YYYY-MM-DD）")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@click.pass_context
def evaluate(ctx: click.Context, scheme_id: str, records: str, as_of: Any, as_json: bool) -> None:
    """用规则引擎判断给定的记录。"""
    from sheets_templates import catalog
    from validators.document_parts import unknown_units
    from validators.evaluate_json import DocumentError, evaluate_parts

    day = the_day(ctx, as_of) or Clock().today()
    document, scheme = _load(records), catalog.load(scheme_id)
    with fewer_sweeps:
        try:
            parts = evaluate_parts(scheme, document, day)
        except DocumentError as error:
            raise click.UsageError(str(error)) from None
        for note in unknown_units(scheme, document):
            click.echo(f"注意：{note}", err=True)
        count = sum(len(rows) for rows in document["tables"].values())
        del document  # of many records it is as large as all that is made of it
        with progress(count, "判断", quiet=as_json and sys.stdout.isatty()) as advance:
            parts["records"] = _counted(parts["records"], advance)
            if as_json:
                print_parts(parts)
            else:
                result = {name: list(found) for name, found in parts.items()}
        if not as_json:
            show(result)


def _counted(items: Iterator[Any], advance: Callable[[], Any]) -> Iterator[Any]:
    for item in items:
        yield item
        advance()


def _load(source: str) -> Any:
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text("utf-8-sig")
        return json.loads(text)
    except OSError as error:
        raise click.UsageError(f"读不到 {source}：{os_words(error)}") from None
    except json.JSONDecodeError as error:
        raise click.UsageError(f"{source} 不是 JSON：第{error.lineno}行第{error.colno}字读不懂") from None
    except UnicodeDecodeError:
        raise click.UsageError(f"{source} 不是 JSON：请存成 UTF-8 编码") from None
