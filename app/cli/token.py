"""token: keys with which programs use the JSON API in a person's name. Shown once, only their hash is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from app.cli.common import the_office, workspace_options
from app.cli.out import console, print_json, table
from app.people import PeopleError
from app.rights import SCOPES
from sync.clock import stamp


@click.group()
def token() -> None:
    """接口令牌：给程序用的钥匙，以某个用户的名义读写 JSON 接口。"""


@token.command("create")
@click.argument("name", metavar="用户名")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice(list(SCOPES)), help="只许做这些（可多次）；不写则与该用户相同"
)
@click.option("--note", default="", help="用途，如：大屏")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@workspace_options
@click.pass_context
def create(
    ctx: click.Context, name: str, scopes: tuple[str, ...], note: str, as_json: bool, workspace: Path | None, as_of: Any
) -> None:
    """为一个用户建一个令牌，只显示这一次。"""
    from app import tokens

    with the_office(ctx, workspace, as_of) as office:
        try:
            secret = tokens.issue(office, name, note, scopes)
        except PeopleError as error:
            raise click.UsageError(str(error)) from None
        if as_json:
            print_json({"id": secret.split("_")[1], "name": name, "scopes": sorted(scopes), "token": secret})
            return
        console.print(f"已为 {name} 建立令牌（{_scope_words(scopes)}）：", markup=False)
        console.print(secret, markup=False)
        console.print("请现在记下，以后不再显示。用法：请求头 Authorization: Bearer 令牌", markup=False)


@token.command("list")
@click.argument("name", metavar="[用户名]", default="")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@workspace_options
@click.pass_context
def list_(ctx: click.Context, name: str, as_json: bool, workspace: Path | None, as_of: Any) -> None:
    """列出令牌（不含令牌本身）。"""
    from app import tokens

    with the_office(ctx, workspace, as_of, reading=True) as office:
        try:
            found = tokens.listed(office, name)
        except PeopleError as error:
            raise click.UsageError(str(error)) from None
        if as_json:
            print_json(found)
        elif not found:
            console.print("没有令牌。新建：tianbao token create 用户名")
        else:
            rows = [[item["id"], item["name"], item["note"], _scope_words(item["scopes"]), stamp(item["created"])]
                    for item in found]  # fmt: skip
            table("", ["编号", "用户名", "用途", "权限", "建立时间"], rows)


@token.command("revoke")
@click.argument("number", metavar="编号")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@workspace_options
@click.pass_context
def revoke(ctx: click.Context, number: str, as_json: bool, workspace: Path | None, as_of: Any) -> None:
    """停用一个令牌，立即生效。"""
    from app import tokens

    with the_office(ctx, workspace, as_of) as office:
        name = tokens.owner(office, number)
        if not name:
            raise click.UsageError(f"没有编号为“{number}”的令牌；编号见 tianbao token list")
        tokens.revoke(office, name, number)
        if as_json:
            print_json({"id": number, "name": name, "revoked": True})
        else:
            console.print(f"已停用 {name} 的令牌 {number}。", markup=False)


def _scope_words(scopes: Any) -> str:
    return "、".join(SCOPES.get(scope, scope) for scope in sorted(scopes)) or "与该用户相同"
