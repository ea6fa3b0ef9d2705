"""A scheme for a command: loaded, or every mistake told and the command ended."""

from __future__ import annotations

import sys

import click

from app.cli.out import PROBLEMS, WRONG_USE, console, fail, print_json
from sheets_templates import catalog
from validators.scheme.load import SchemeErrors
from validators.scheme.models import Scheme

AS_JSON = click.option("--json", "as_json", is_flag=True, help="输出JSON，给程序读")


def loaded(scheme_id: str, as_json: bool) -> Scheme:
    """The scheme of an id or a directory. Ends the command: 2 when there is none, 1 when it has mistakes."""
    try:
        return catalog.load(scheme_id)
    except catalog.UnknownSchemeError as problem:
        fail(str(problem), WRONG_USE)
    except SchemeErrors as problem:
        report(problem, as_json)
        sys.exit(PROBLEMS)


def report(problem: SchemeErrors, as_json: bool) -> None:
    """All mistakes with file, line and what to do."""
    if as_json:
        keys = ("file", "line", "path", "message")
        print_json({"errors": [{key: getattr(item, key) for key in keys} for item in problem.errors]})
        return
    for item in problem.errors:
        place = f"{item.file}:{item.line}" if item.line else item.file
        console.print(f"{place}  {item.path}", style="bold", markup=False)
        console.print(f"    {item.message}", markup=False)
    console.print(f"一共{len(problem.errors)}处要改。", style="red", markup=False)
