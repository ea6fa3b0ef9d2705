"""user: people of the web page. Passwords are hashed with Argon2 and never shown again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from app.cli.common import the_office, workspace_options
from app.cli.out import console, print_json, table
from app.rights import ROLE_NAMES as ROLES


@click.group()
def user() -> None:
    """网页用户：新增、列出、改口令、停用、启用。"""


@user.command("add")
@click.argument("name", metavar="用户名")
@click.option("--role", type=click.Choice(list(ROLES)), default="unit", show_default=True, help="角色")
@click.option("--unit", default="", help="填报单位或部门的编码（角色为 unit、department 时必填）")
@click.option("--display", default="", help="显示的姓名")
@click.option("--password", default="", help="口令；不写则随机生成并显示一次")
@workspace_options
@click.pass_context
def add(
    ctx: click.Context, name: str, role: str, unit: str, display: str, password: str,
    workspace: Path | None, as_of: Any,
) -> None:  # fmt: skip
    """新增用户。"""
    from app.people import PeopleError, add_user

    with the_office(ctx, workspace, as_of) as office:
        try:
            secret = add_user(office, name, role=role, unit=unit, display=display, password=password)
        except PeopleError as error:
            raise click.UsageError(str(error)) from None
        console.print(f"已新增 {name}（{ROLES[role]}）。" + (f"口令：{secret}" if not password else ""), markup=False)


@user.command("list")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@workspace_options
@click.pass_context
def list_(ctx: click.Context, as_json: bool, workspace: Path | None, as_of: Any) -> None:
    """列出用户。"""
    with the_office(ctx, workspace, as_of, reading=True) as office:
        people = [{k: v for k, v in item.items() if k != "password_hash"} for item in office.store.users()]
        if as_json:
            print_json(people)
        else:
            rows = [[p["name"], p.get("display", ""), ROLES.get(p["role"], p["role"]), p.get("unit", ""),
                     "启用" if p.get("active", True) else "停用"] for p in people]  # fmt: skip
            table("", ["用户名", "姓名", "角色", "单位", "状态"], rows)


@user.command("password")
@click.argument("name", metavar="用户名")
@click.option("--password", default="", help="新口令；不写则随机生成并显示一次")
@workspace_options
@click.pass_context
def password_(ctx: click.Context, name: str, password: str, workspace: Path | None, as_of: Any) -> None:
    """改口令。"""
    from app.people import PeopleError, set_password

    with the_office(ctx, workspace, as_of) as office:
        try:
            secret = set_password(office, name, password)
        except PeopleError as error:
            raise click.UsageError(str(error)) from None
        console.print(f"已改 {name} 的口令。" + (f"新口令：{secret}" if not password else ""), markup=False)


@user.command("disable")
@click.argument("name", metavar="用户名")
@workspace_options
@click.pass_context
def disable(ctx: click.Context, name: str, workspace: Path | None, as_of: Any) -> None:
    """停用用户。"""
    with the_office(ctx, workspace, as_of) as office:
        _set_active(office, name, False)
        console.print(f"已停用 {name}。重新启用：tianbao user enable {name}", markup=False)


@user.command("enable")
@click.argument("name", metavar="用户名")
@workspace_options
@click.pass_context
def enable(ctx: click.Context, name: str, workspace: Path | None, as_of: Any) -> None:
    """启用停用了的用户。"""
    with the_office(ctx, workspace, as_of) as office:
        _set_active(office, name, True)
        console.print(f"已启用 {name}。", markup=False)


def _set_active(office: Any, name: str, active: bool) -> None:
    """And the audit knows, as it does of what is done on the page."""
    person = office.store.user(name)
    if person is None:
        raise click.UsageError(f"没有用户“{name}”")
    office.store.save_user({**person, "active": active})
    office.store.add_event("user_enabled" if active else "user_disabled", office.clock.now(), "", {"name": name})
