"""Twice is the same as once, for each of the five policies: the second sync opens no book, stores nothing and writes
nothing; the next day only what the day has changed is judged, written and stored. Counted from outside: files opened by
an audit hook, the database by comparing all its rows, the books byte by byte."""

from __future__ import annotations

import json
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli import cli
from app.demo.workspace import fill
from app.workspace import create_workspace
from tests.paper import Paper
from tests.web.conftest import no_bar

DAY = date(2025, 6, 20)
SCHEMES = ("tianjiaan", "quanzhou", "cihu", "nanling", "changzhou")
OF_THE_DAY = {"book", "status", "status_history", "setting"}  # tables in which a new day may leave something
_listeners: list[list[str]] = []


def _hook(name: str, arguments: tuple[Any, ...]) -> None:
    if _listeners and name == "open" and isinstance(arguments[0], str):
        _listeners[-1].append(arguments[0])


sys.addaudithook(_hook)  # stays for the life of the process; it listens only while a list is laid out


@contextmanager
def listening() -> Iterator[list[str]]:
    """The paths of all files opened meanwhile, as they are named."""
    _listeners.append([])
    try:
        yield _listeners[-1]
    finally:
        _listeners.pop()


Rows = dict[str, dict[tuple[Any, ...], dict[str, Any]]]  # table → key → row


@dataclass
class Seen:
    """What there is after a sync, and what the sync said and opened."""

    rows: Rows
    books: dict[str, bytes]
    said: dict[str, Any]
    opened: set[str]  # names of books


class Office:
    def __init__(self, root: Path, scheme: str) -> None:
        self.root = root
        values = {"quiet_seconds": 0, "reader_processes": 0, "workers": 1}
        settings = create_workspace(root, scheme, values)
        for file in (root / "scheme").rglob("tables.yaml"):  # small books open fast
            file.write_text(re.sub(r"^( +rows:) \d+$", r"\1 12", file.read_text(), flags=re.M))
        fill(settings, 2, 6, 4, DAY, bar=no_bar)

    def sync(self, day: date) -> Seen:
        words = ["-w", str(self.root), "--as-of", day.isoformat(), "sync", "--json"]
        with listening() as opened:
            done = CliRunner().invoke(cli, words, obj={})
        assert done.exit_code in (0, 1), done.output
        books = {path.name: path.read_bytes() for path in (self.root / "books").iterdir()}
        named = {Path(path).name for path in opened if "/books/" in path}
        return Seen(self.rows(), books, json.loads(done.stdout), named & books.keys())

    def rows(self) -> Rows:
        """Every row of the database but the leases, by primary key."""
        found: Rows = {}
        with closing(sqlite3.connect(self.root / "tianbao.db")) as database:
            database.row_factory = sqlite3.Row
            names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for name in {*names} - {"lease", "sqlite_sequence"}:
                key = [row[1] for row in database.execute(f"PRAGMA table_info({name})") if row[5]]
                rows = map(dict, database.execute(f"SELECT * FROM {name}"))
                found[name] = {tuple(row[column] for column in key): row for row in rows}
        return found


def changed(before: dict[Any, Any], after: dict[Any, Any]) -> set[Any]:
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_nothing_is_done_twice_and_a_day_does_only_what_is_of_the_day(scheme: str, tmp_path: Path) -> None:
    office = Office(tmp_path / "office", scheme)
    first = office.sync(DAY)
    assert first.said["runs"] and first.rows["record"] and not first.said["failures"]
    seen = first
    for number in range(3):
        if number:
            before, seen = seen, office.sync(DAY + timedelta(number))
            only_what_the_day_changed(before, seen, DAY + timedelta(number))
        again = office.sync(DAY + timedelta(number))
        assert (again.said["runs"], again.said["answers"], again.opened) == ([], {}, set())
        assert again.rows == seen.rows and again.books == seen.books


def only_what_the_day_changed(before: Seen, after: Seen, day: date) -> None:
    assert after.said["runs"] == [], "nobody touched a book"
    assert {name for name in after.rows if after.rows[name] != before.rows[name]} <= OF_THE_DAY
    written = changed(before.books, after.books)
    keys = {key for (key,) in changed(before.rows["book"], after.rows["book"])}
    assert {after.rows["book"][key,]["name"] for key in keys} == written == after.opened
    assert {key for key, answer in after.said["answers"].items() if answer["written"]} == keys
    for key in changed(before.rows["status"], after.rows["status"]):
        old = before.rows["status"].get(key)
        if key[1] == "record":
            assert old is not None and old["next_change"] <= day.isoformat(), f"{key} was judged before its day"
    for name in written:
        only_our_cells(Paper(before.books[name]), Paper(after.books[name]), name)


def only_our_cells(before: Paper, after: Paper, name: str) -> None:
    """What differs are answers, our banner above the table, and our own tab."""
    assert before.titles == after.titles
    for title in before.titles:
        old, new = before.tab(title).grid(), after.tab(title).grid()
        marks = {column: (row, text) for (row, column), text in old.items() if text.startswith("tb:")}
        for row, column in changed(old, new):
            mark_row, mark = marks.get(column, (0, ""))
            ours = ".@" in mark or row < mark_row or title == "待改清单"
            assert ours, f"{name} {title} {row},{column}: {old.get((row, column))!r} → {new.get((row, column))!r}"
