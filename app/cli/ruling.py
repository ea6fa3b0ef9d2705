"""extend and duty: what people rule on duties, and how duties stand."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click

from app.cli import Day
from app.cli.common import the_office, workspace_options
from app.cli.out import WRONG_USE, console, fail, print_json, table
from app.sight import EVERYTHING


@contextmanager
def refused() -> Iterator[None]:
    """What does not fit is wrong use, with what to do about it."""
    from sync.closed import ClosingError
    from sync.rulings import RulingError

    try:
        yield
    except (RulingError, ClosingError) as error:
        fail(f"{error}\n{error.hint}".strip(), WRONG_USE)


def me(by: str) -> str:
    """Who acts: as named, else the user of this machine."""
    return by or os.environ.get("USER") or getpass.getuser()


@click.group(invoke_without_command=True)
@click.option("--unit", "units", multiple=True, help="单位的编码或名称（可多次）")
@click.option("--rule", default="", help="哪一项报送，规则编号")
@click.option("--period", default="", help="哪一期，如 2025-06、2025-W24、2025Q2")
@click.option("--until", type=Day(), help="延到哪一天（含）")
@click.option("--record", default="", help="只给一个项目延期：它的编号；项目节点的期限不写 --period")
@click.option("--by", default="", help="谁批准的")
@click.option("--why", default="", help="为什么，会写进理由")
@workspace_options
@click.pass_context
def extend(
    ctx: click.Context, units: tuple[str, ...], rule: str, period: str, until: date | None, record: str, by: str,
    why: str, workspace: Path | None, as_of: Any,
) -> None:  # fmt: skip
    """延期：给一个单位的一期报送、一个项目的一个期限更多时间。list 列出，withdraw 撤销。"""
    if ctx.invoked_subcommand:
        return
    if not (record or (units and period)) or not rule or until is None:
        raise click.UsageError(
            "报送延期要写明 --unit、--rule、--period、--until、--by、--why；"
            "项目的期限延期，写 --record、--rule、--until、--by、--why。列出用 tianbao extend list。"
        )
    from sync.rulings import extend as grant

    with the_office(ctx, workspace, as_of) as office, refused():
        for unit in units or ("",):
            kept = grant(office.parts, unit, rule, period, until, by=by, why=why, record=record)
            console.print(f"已延期（编号 {kept.id}）：{_now(office, kept)}", markup=False)


@click.group()
def duty() -> None:
    """填报任务：列出，免报，零报告，撤销。"""


@duty.command("list")
@click.option("--unit", default="", help="单位的编码或名称")
@click.option("--rule", default="", help="规则编号")
@click.option("--period", default="", help="期次")
@click.option(
    "--state",
    type=click.Choice(["missing", "soon", "open", "reported", "late"]),
    help="只看某一种：missing 未报，soon 临期",
)
@click.option("--records", is_flag=True, help="逐个项目的也列出")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@workspace_options
@click.pass_context
def list_(
    ctx: click.Context, unit: str, rule: str, period: str, state: str | None, records: bool, as_json: bool,
    workspace: Path | None, as_of: Any,
) -> None:  # fmt: skip
    """每个单位每一期该报什么、报了没有。"""
    from app.desk import Desk
    from app.queries.duties import duty_lines, known_duties

    with the_office(ctx, workspace, as_of, reading=True) as office:
        desk, code = Desk.of(office), unit_of(office, unit)
        with refused():
            period = known_duties(desk, rule, period)
        lines = duty_lines(desk, EVERYTHING, unit=code, rule=rule, period=period, state=state or "", records=records)
        if as_json:
            print_json([item.model_dump(mode="json") for item in lines])
            return
        rows = [
            [x.unit_name, x.label, f"{x.title} {x.rule}", x.name, x.text, x.deadline or "", x.reason] for x in lines
        ]
        table("", ["单位", "期次", "事项", "项目", "状态", "期限", "说明"], rows)
        console.print(f"共{len(lines)}项。")


@duty.command()
@click.option("--unit", required=True, help="单位的编码或名称")
@click.option("--rule", default="", help="规则编号；写起止日期时可以不写，表示全部")
@click.option("--period", default="", help="免报哪一期")
@click.option("--from", "since", type=Day(), help="从哪天起免报")
@click.option("--to", "until", type=Day(), help="到哪天止（含）；整期都在里面的才免报")
@click.option("--by", default="", help="谁批准的")
@click.option("--why", default="", help="为什么，会写进理由")
@workspace_options
@click.pass_context
def exempt(
    ctx: click.Context, unit: str, rule: str, period: str, since: date | None, until: date | None, by: str, why: str,
    workspace: Path | None, as_of: Any,
) -> None:  # fmt: skip
    """免报：一期，或一段时间。"""
    from sync.rulings import exempt as grant

    with the_office(ctx, workspace, as_of) as office, refused():
        kept = grant(office.parts, unit, rule, period, by=by, why=why, since=since, until=until)
        console.print(f"已免报（编号 {kept.id}）：{_now(office, kept)}", markup=False)


@duty.command()
@click.option("--unit", required=True, help="单位的编码或名称")
@click.option("--rule", required=True, help="规则编号")
@click.option("--period", required=True, help="哪一期")
@click.option("--by", default="", help="谁报的，默认当前系统用户")
@workspace_options
@click.pass_context
def nil(
    ctx: click.Context, unit: str, rule: str, period: str, by: str, workspace: Path | None, as_of: Any
) -> None:  # fmt: skip
    """零报告：这一期没有变化，也算报了（方案里设了这个动作的事项）。"""
    from sync.rulings import declare_nil

    with the_office(ctx, workspace, as_of) as office, refused():
        kept = declare_nil(office.parts, unit, rule, period, by=me(by))
        console.print(f"已报（编号 {kept.id}）：{_now(office, kept)}", markup=False)


@extend.command("list")
@click.option("--withdrawn", is_flag=True, help="撤销过的也列出")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@workspace_options
@click.pass_context
def rulings(ctx: click.Context, withdrawn: bool, as_json: bool, workspace: Path | None, as_of: Any) -> None:
    """列出延期、免报和零报告。"""
    from app.desk import Desk
    from app.queries.duties import ruling_lines

    with the_office(ctx, workspace, as_of, reading=True) as office:
        lines = ruling_lines(Desk.of(office), EVERYTHING, withdrawn=withdrawn)
        if as_json:
            print_json([item.model_dump(mode="json") for item in lines])
            return
        rows = [
            [x.id, x.what, x.unit_name, f"{x.title} {x.rule}".strip() or "全部", _when(x), x.by, x.why,
             f"{x.withdrawn_by}：{x.withdrawn_why}" if x.withdrawn else ""]
            for x in lines
        ]  # fmt: skip
        table("", ["编号", "什么", "单位", "事项", "哪一期", "批准人", "原因", "撤销"], rows)


@extend.command("withdraw")
@click.argument("ruling_id", metavar="编号")
@click.option("--by", default="", help="谁撤销的，默认当前系统用户")
@click.option("--why", default="", help="为什么撤销")
@workspace_options
@click.pass_context
def withdraw(ctx: click.Context, ruling_id: str, by: str, why: str, workspace: Path | None, as_of: Any) -> None:
    """撤销一条延期、免报或零报告；记录保留。"""
    from sync.rulings import withdraw as take_back

    with the_office(ctx, workspace, as_of) as office, refused():
        gone = take_back(office.parts, ruling_id, by=me(by), why=why)
        console.print(f"已撤销 {gone.id}：{_now(office, gone)}", markup=False)


duty.add_command(rulings, "rulings")
duty.add_command(withdraw, "withdraw")


def unit_of(office: Any, word: str) -> str:
    """Code under which a unit's duties are listed; "" stays ""."""
    from app.desk import Desk
    from sync.rulings import unit_code

    with refused():
        return Desk.of(office).filler(unit_code(office.parts, word)) if word else ""


def _when(line: Any) -> str:
    if line.kind == "extension":
        return f"{line.label}{' ' + line.record if line.record else ''}，延至{line.until}"
    return line.label or f"{line.since or ''}至{line.until or ''}"


def _now(office: Any, item: Any) -> str:
    """How the duty stands after the ruling, in words."""
    from app.desk import Desk
    from app.queries.duties import duty_lines, ruling_line

    desk = Desk.of(office)
    if item.kind == "extension" and not item.period:
        return _node_now(office, item)
    lines = duty_lines(
        desk, EVERYTHING, unit=desk.filler(item.unit), rule=item.rule, period=item.period, records=bool(item.record)
    )
    line = next((x for x in lines if item.period and x.record in ("", item.record)), None)
    if line is None:
        told = ruling_line(desk, item)
        return f"{told.unit_name} {told.title or '全部事项'} {_when(told)}"
    return f"{line.unit_name} {line.label}{line.title}，现为“{line.text}”（{line.reason}）"


def _node_now(office: Any, item: Any) -> str:
    """How the node of a row stands after the ruling."""
    from validators.speak import speaker

    say, today = speaker(office.scheme, office.calendar), office.clock.today()
    (record,) = office.store.records(office.scheme.id, ids=[item.record], states=("live", "missing", "withdrawn"))
    said = office.store.judgements(office.scheme.id, kind="record", keys=[item.record])
    status = next((s for judged in said for s in judged.statuses if s.rule == item.rule), None)
    title = say.rules[item.rule].title if item.rule in say.rules else item.rule
    now = f"，现为“{say.word(status, today)}”（{say.reason(status, today)}）" if status is not None else ""
    return f"{record.name} {title}{now}"
