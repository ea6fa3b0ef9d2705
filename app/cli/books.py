"""books: the units' books as such — building them, seeing how they stand."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import click

from app.cli.common import the_office, workspace_options
from app.cli.out import DONE, PROBLEMS, console, print_json, progress, table
from app.wiring import Office

# sub-command → (module, attribute, help); a further one is one more line
SUBCOMMANDS = {
    "build": ("app.cli.books", "build", "建好还没有的表（Google 表格：在空白表格里建）"),
    "upgrade": ("app.cli.books_upgrade", "upgrade", "方案改了以后，把填过的表升级到新版，填过的内容不动"),
    "list": ("app.cli.books", "list_books", "每家的表在哪里、读到了没有"),
}
STATES = {
    "built": "新建好", "ready": "已建好", "missing": "还没有", "occupied": "不是空白表格", "other": "是别的表",
    "several": "有几张", "alike": "不是 Google 表格", "refused": "没有权限", "later": "没有做完",
}  # fmt: skip


class Books(click.Group):
    """Loads a sub-command's module only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        return _load(name) if name in SUBCOMMANDS else None

    @property
    def commands(self) -> Any:
        """All of them, loaded: for documents and tests."""
        return {name: _load(name) for name in SUBCOMMANDS}

    @commands.setter
    def commands(self, value: Any) -> None:
        """Ours stand in the table."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("命令"):
            formatter.write_dl([(name, item[2]) for name, item in SUBCOMMANDS.items()])


def _load(name: str) -> click.Command:
    module, attribute, _ = SUBCOMMANDS[name]
    command: click.Command = getattr(importlib.import_module(module), attribute)
    return command


@click.command(cls=Books)
def books() -> None:
    """各单位的表：建表、查看、升级。"""


@click.command()
@click.option("--list", "listing", type=click.Path(path_type=Path, dir_okay=False, exists=True),
              help="清单文件，每行“单位,表格网址”：哪张表格给哪个单位")  # fmt: skip
@click.option("--unit", "units", multiple=True, help="只建这些单位的（编码或名称，可多次）")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@workspace_options
@click.pass_context
def build(
    ctx: click.Context, listing: Path | None, units: tuple[str, ...], as_json: bool, workspace: Path | None, as_of: Any
) -> None:
    """建好还没有的表。可以反复运行：建好的不动，缺的接着建。"""
    from app.cli.work import unit_code

    with the_office(ctx, workspace, as_of) as office:
        codes = [unit_code(office, name) for name in units] or None
        if office.settings.backend != "google":
            _build_files(office, codes)
            return
        standings = build_in_google(office, listing, codes)
        if as_json:
            print_json(
                [{"unit": s.code, "name": s.name, "state": s.state, "key": s.key, "told": s.told} for s in standings]
            )
        else:
            tell(office, standings)
        ctx.exit(DONE if all(item.good for item in standings) else PROBLEMS)


def build_in_google(office: Office, listing: Path | None, units: list[str] | None = None) -> list[Any]:
    """All books of the office that can be had now."""
    from app.spreadsheets.adopt import build_books
    from app.spreadsheets.listed import read_list

    listed = read_list(listing, office.scheme) if listing is not None else {}
    return build_books(office, listed=listed, units=units, bar=progress)


def tell(office: Office, standings: list[Any]) -> None:
    """How many books there are, and what a person must click for the others."""
    good = [item for item in standings if item.good]
    new = sum(item.state == "built" for item in good)
    console.print(f"{len(standings)} 家，{len(good)} 家的表格已就绪（其中这次新建 {new} 张）。", markup=False)
    missing = [item.name for item in standings if item.state == "missing"]
    if missing:
        for line in _how_to_make(office, missing):
            console.print(line, markup=False)
    for item in standings:
        if not item.good and item.state != "missing":
            console.print(f"✗ {item.name}（{STATES[item.state]}）：{item.told}", style="yellow", markup=False)
    if len(good) < len(standings):
        console.print(f"做好以后再运行：tianbao books build --workspace {office.settings.workspace}", markup=False)


def _how_to_make(office: Office, missing: list[str]) -> list[str]:
    """Service accounts cannot own files: the clicks with which a person makes blank spreadsheets."""
    backend: Any = office.backend
    accounts = "、".join(account.name for account in backend.transport.accounts)
    names = "、".join(missing[:30]) + (f" 等 {len(missing)} 张" if len(missing) > 30 else "")
    if backend.folder:
        return [
            f"还缺 {len(missing)} 张表格。服务账号不能拥有文件，请一个人来建：",
            f"  1. 打开文件夹 https://drive.google.com/drive/folders/{backend.folder}",
            "  2. 点“新建 → Google 表格 → 空白表格”，点左上角的“无标题的电子表格”，改成单位的名称，关掉标签页；一家一张：",
            f"     {names}",
            "  3. 名称不方便改的，写一个清单（每行“单位,表格网址”），用 --list 清单.csv 指定。",
        ]
    return [
        f"还缺 {len(missing)} 张表格。服务账号不能拥有文件，请一个人建空白表格（名称用单位名称）：{names}",
        f"  每张点右上角“共享”，把 {accounts} 加为“编辑者”；放在一个共享的文件夹里更省事（google_folder）。",
    ]


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@workspace_options
@click.pass_context
def list_books(ctx: click.Context, as_json: bool, workspace: Path | None, as_of: Any) -> None:
    """每家的表在哪里、最近一次读取和写回的情况。不连网。"""
    from app.workspace import book_owners
    from sheets_templates.builder import owner_name
    from sync.clock import stamp

    with the_office(ctx, workspace, as_of, reading=True) as office:
        known = {book.unit: book for book in office.store.books(office.scheme.id, layout=False)}
        lines: list[dict[str, Any]] = []
        for code, _ in book_owners(office.scheme):
            book = known.get(code)
            key = book.key if book is not None else ""
            lines.append({
                "unit": code, "name": owner_name(office.scheme, code), "book": key, "place": place_of(office, key),
                "read": book.last_ok if book is not None else 0.0, "pending": book.pending if book is not None else "",
                "problem": book.problem if book is not None else "",
            })  # fmt: skip
        if as_json:
            print_json(lines)
            return
        rows = [
            [item["name"], item["place"] or "还没有", stamp(item["read"]) if item["read"] else "—",
             item["problem"] or item["pending"] or ""]
            for item in lines
        ]  # fmt: skip
        table("", ["单位", "表", "最近读取", "说明"], rows)


def place_of(office: Office, key: str) -> str:
    """Where a person finds a book: an address in the browser, or a file. "" when there is none."""
    if not key:
        return ""
    url = getattr(office.backend, "url", None)
    return str(url(key)) if url is not None else str(office.settings.path(office.settings.books) / key)


def _build_files(office: Office, codes: list[str] | None) -> None:
    from app.workspace import write_books

    paths = write_books(office.settings, {}, office.clock.today(), units=codes, bar=progress)
    console.print(f"{len(paths)} 本表：{office.settings.path(office.settings.books)}", markup=False)
