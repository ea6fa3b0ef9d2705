"""`tianbao scheme diff`: what a changed scheme says differently, and what it would do to what is stored."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.common import the_day, workspace_options
from app.cli.out import PROBLEMS, WRONG_USE, console, fail, print_json, table
from app.cli.scheme_load import AS_JSON, loaded
from validators.scheme.models import Scheme

if TYPE_CHECKING:
    from app.scheme_book.rehearse import Move, Rehearsal
    from app.scheme_book.tree import Tree
    from app.settings import Settings

WHATS = {"status": "状态", "flag": "考核标识", "stage": "阶段", "check": "校验", "deadline": "期限（状态不变）"}


@click.command("diff")
@click.argument("new", metavar="新方案")
@click.option("--against", default="", help="和哪个方案比：编号或目录；不写就是工作区正在用的")
@click.option("--limit", type=click.IntRange(0), default=20, show_default=True, help="最多列几行；0 全列")
@AS_JSON
@workspace_options
@click.pass_context
def diff_scheme(
    ctx: click.Context, new: str, against: str, limit: int, as_json: bool, workspace: Path | None, as_of: Any
) -> None:
    """新方案（目录、编号或改好的工作簿）改了什么；在工作区里还按今天的数据预演：谁的状态会变。什么也不写。"""
    settings = _settings(ctx, workspace)
    new_scheme, new_tree = _new(new, as_json)
    old_scheme, old_tree = _old(against, settings, new_scheme, as_json)
    from app.scheme_book.compare import compare

    changes = compare(old_scheme, old_tree, new_scheme, new_tree)
    rehearsal = _rehearsal(settings, the_day(ctx, as_of), old_scheme, new_scheme) if settings else None
    if as_json:
        print_json(_document(changes, rehearsal))
        return
    console.print(f"方案：{len(changes)}处改动" if changes else "方案：没有改动", style="bold", markup=False)
    for change in changes[: limit * 3 or None]:
        console.print(f"  {change}", markup=False)
    if limit and len(changes) > limit * 3:
        console.print(f"  ……另有{len(changes) - limit * 3}处，加 --limit 0 全列", markup=False)
    if rehearsal is not None:
        _show(rehearsal, limit)
    else:
        console.print("不在工作区里，没有数据可以预演；用 --workspace 指明工作区。", markup=False)


def _settings(ctx: click.Context, workspace: Path | None) -> Settings | None:
    """The workspace, when there is one or one was named."""
    from app.settings import FILE, load_settings

    named = workspace or (ctx.find_root().obj or {}).get("workspace")
    return load_settings(named) if named or Path(FILE).is_file() else None


def _new(new: str, as_json: bool) -> tuple[Scheme, Tree]:
    from app.scheme_book.tree import Tree
    from sheets_templates import catalog

    if Path(new).suffix.lower() == ".xlsx":
        from app.cli.scheme_book import imported, tell_mistakes

        done = imported(Path(new))
        if done.scheme is None:
            tell_mistakes(done, as_json)
            sys.exit(PROBLEMS)
        return done.scheme, Tree.of(done.files)
    return loaded(new, as_json), Tree.at(catalog.find(new))


def _old(against: str, settings: Settings | None, new: Scheme, as_json: bool) -> tuple[Scheme, Tree]:
    from app.scheme_book.tree import Tree
    from app.wiring import scheme_place
    from sheets_templates import catalog

    place: str | Path = against
    if not against and settings is not None:
        place = scheme_place(settings)
    elif not against:
        place = new.id
        if new.id not in catalog.bundled():
            fail("不知道和哪个方案比：用 --against 写编号或目录，或在工作区里运行。", WRONG_USE)
    return loaded(str(place), as_json), Tree.at(catalog.find(str(place)))


def _rehearsal(settings: Settings, as_of: Any, old: Scheme, new: Scheme) -> Rehearsal:
    from app.scheme_book.rehearse import rehearse
    from app.wiring import office_of

    with office_of(settings, as_of=as_of, reading=True) as office:
        return rehearse(office, old, new)


def _document(changes: list[Any], rehearsal: Rehearsal | None) -> dict[str, Any]:
    keys = ("section", "what", "name", "part", "old", "new")
    found: dict[str, Any] = {"changes": [{key: getattr(item, key) for key in keys} for item in changes]}
    if rehearsal is None:
        return found | {"rehearsal": None}
    moves = ("what", "kind", "key", "name", "unit", "table", "rule", "title", "old", "new")
    return found | {
        "rehearsal": {
            "as_of": rehearsal.as_of.isoformat(),
            "records": rehearsal.records,
            "subjects": rehearsal.subjects,
            "moves": [{key: getattr(item, key) for key in moves} for item in rehearsal.moves],
            "counts": _counts(rehearsal.moves),
            "left_out": rehearsal.left_out,
        }
    }


def _counts(moves: list[Move]) -> list[dict[str, Any]]:
    """How many go the same way: rule, from, to; without dates, so that alike ones are one line."""
    found = Counter((m.what, m.rule, m.title, _word(m.old), _word(m.new)) for m in moves)
    keys = ("what", "rule", "title", "old", "new")
    return [{**dict(zip(keys, key, strict=True)), "count": n} for key, n in found.most_common()]


def _word(text: str) -> str:
    """A status without its days and dates."""
    import re

    return re.sub(r"（\d{4}-\d\d-\d\d）$", "", re.sub(r"\d+(?=天|个工作日|个月|周|年)", "n", text))


def _show(rehearsal: Rehearsal, limit: int) -> None:
    day, moves = rehearsal.as_of.isoformat(), rehearsal.moves
    console.print()
    told = f"预演：按{day}的数据，{rehearsal.records}条记录、{rehearsal.subjects}个对象"
    touched = len({(m.kind, m.key) for m in moves if m.what != "deadline"})
    console.print(f"{told}，{touched}个会变", style="bold", markup=False)
    for title, kept in rehearsal.left_out.items():
        told = f"  新方案里没有“{title}”这张表，库里还有它的{kept}行：这样换不上，先让单位删掉这些行、同步并确认撤回"
        console.print(told, style="yellow", markup=False)
    if not moves:
        return
    counts = [[WHATS[c["what"]], f"{c['rule']} {c['title']}".strip(), f"{c['old']} → {c['new']}", c["count"]]
              for c in _counts(moves)]  # fmt: skip
    table("", ["什么", "规则", "从 → 到", "个数"], counts[: limit or None])
    _more(len(counts), limit)
    console.print()
    rows = [[m.unit, m.name, WHATS[m.what], f"{m.rule} {m.title}".strip(), m.old, m.new] for m in moves]
    table("", ["单位", "谁", "什么", "规则", "现在", "改了以后"], rows[: limit or None])
    _more(len(rows), limit)
    console.print("只是预演：没有存，也没有写。", markup=False)


def _more(count: int, limit: int) -> None:
    if limit and count > limit:
        console.print(f"……另有{count - limit}行，加 --limit 0 全列", markup=False)
