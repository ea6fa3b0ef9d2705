"""How commands speak: words and tables for people, JSON for programs, exit codes for scripts."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

console = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)
_wide = Console(highlight=False, soft_wrap=True, width=500)  # into a pipe or a file: one line for a row, nothing folded

DONE, PROBLEMS, WRONG_USE, INCOMPLETE = 0, 1, 2, 3


def fail(message: str, code: int) -> NoReturn:
    """Say what went wrong and leave. No stack trace reaches a user."""
    errors.print(message, style="red", markup=False)
    sys.exit(code)


def print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def print_parts(parts: Mapping[str, Iterable[Any]]) -> None:
    """Named lists as one JSON object, an item on each line, written as they come."""
    write, before = sys.stdout.write, "{"
    for name, items in parts.items():
        write(f"{before}\n{json.dumps(name)}: [")
        before, comma = "],", ""
        for item in items:
            write(f"{comma}\n{_line(item)}")
            comma = ","
    write("]\n}\n")


def _line(value: Any) -> str:
    try:
        return orjson.dumps(value, default=str).decode()
    except TypeError:  # a number of more than 64 bits, half a character
        return json.dumps(value, default=str)


def table(title: str, columns: list[str], rows: list[list[Any]]) -> None:
    """A plain table; cells are text, never markup."""
    view = Table(title=title or None, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for column in columns:
        view.add_column(column, overflow="fold", no_wrap=column == "编号")  # what is typed back stands in one piece
    for row in rows:
        view.add_row(*[str(cell).replace("[", "\\[") for cell in row])
    (console if console.is_terminal else _wide).print(view)


@contextmanager
def progress(total: int, what: str, *, quiet: bool = False) -> Iterator[Any]:
    """A bar on a terminal, nothing elsewhere. Yields `advance(text)`."""
    if quiet or not errors.is_terminal:
        yield lambda text="": None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    # what a command writes into a file or a pipe meanwhile must arrive there, not above the bar
    with Progress(*columns, console=errors, transient=True, redirect_stdout=sys.stdout.isatty()) as bar:
        task = bar.add_task(what, total=total)

        def advance(text: str = "") -> None:
            bar.update(task, advance=1, description=f"{what} {text}")

        yield advance
