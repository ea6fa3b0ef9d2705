"""Real processes of `tianbao sync`, killed with SIGKILL at moments of chance, while clerks go on saving their books.

Nothing is simulated here: command, reader processes, files and database are those of an office; the leases of the dead
are free for the next run.
"""

from __future__ import annotations

import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from app.demo.workspace import fill
from app.wiring import load_scheme
from app.workspace import create_workspace
from sync.store import open_store
from tests.paper import Paper
from tests.web.conftest import no_bar

DAY = "2025-06-20"
TAB, TEXT = "项目库", "consult_note"  # where clerks write, and into which field
TIANBAO = (sys.executable, "-c", "from app.cli import main; main()")


class Office:
    """A workspace of five townships, their clerks, and whoever runs `tianbao sync` there."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root, self.rng = root, random.Random(seed)
        settings = create_workspace(root, "", {"quiet_seconds": 0})
        for file in (root / "scheme").rglob("tables.yaml"):  # small books open fast
            file.write_text(re.sub(r"^( +rows:) \d+$", r"\1 12", file.read_text(), flags=re.M))
        fill(settings, 5, 12, 4, date.fromisoformat(DAY), bar=no_bar)
        self.scheme = load_scheme(settings)
        self.theirs = {field.name for field in self.scheme.table("project").fields if field.owner != "system"}
        names = [unit.name for unit in self.scheme.units]
        self.books = sorted(path for path in (root / "books").iterdir() if path.stem in names)
        assert len(self.books) == 5
        self.said: dict[tuple[str, str], str] = {}  # book and project → what its clerk wrote last
        self.number = 0
        self.clerks = {path.name: self._clerk(path) for path in self.books}
        self.kept: dict[str, set[str]] = {}  # record → texts that a completed run has accepted

    # people -------------------------------------------------------------------------------------------------------

    def edit(self, books: list[Path]) -> None:
        """Each of these clerks writes a text nobody wrote before beside one of his projects and saves as Excel does."""
        for path in books:
            paper = Paper.of(path)
            columns, first = marks(paper)
            tab = paper.tab(TAB)
            rows = [
                row for (row, column), _ in tab.grid().items() if column == columns["project_name"] and row >= first
            ]
            row, self.number = self.rng.choice(rows), self.number + 1
            text = f"第{self.number}次改的结论"
            tab.type(row, columns[TEXT], text)
            self.said[path.name, tab.text(row, columns["project_name"])] = text
            temporary = path.with_name("1A2B3C4D")
            temporary.write_bytes(paper.save())
            temporary.replace(path)
            self.clerks[path.name] = self._clerk(path)

    def _clerk(self, path: Path) -> dict[tuple[int, str], str]:
        """What stands in the clerk's own columns of 项目库."""
        paper = Paper.of(path)
        columns, first = marks(paper)
        own = {column: name for name, column in columns.items() if name in self.theirs}
        grid = paper.tab(TAB).grid()
        return {(row, own[column]): text for (row, column), text in grid.items() if row >= first and column in own}

    # the service --------------------------------------------------------------------------------------------------

    def run(self, *words: str, kill_after: float | None = None) -> tuple[int, str]:
        """One command in a process of its own. Killed after so many seconds, unless it is done before."""
        arguments = [*TIANBAO, "--as-of", DAY, *words]
        with subprocess.Popen(
            arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
        ) as process:
            try:
                out, _ = process.communicate(timeout=kill_after or 300)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                out, _ = process.communicate()
            if kill_after is not None:
                self._nobody_left(process.pid)
            return process.returncode, out

    def _nobody_left(self, group: int) -> None:
        """Reader processes end with the one that they read for."""
        for _ in range(200):
            try:
                os.killpg(group, 0)
            except ProcessLookupError:
                return
            time.sleep(0.05)
        raise AssertionError("a reader process outlived the sync that was killed")

    def sync(self, kill_after: float | None = None) -> tuple[int, str]:
        return self.run("sync", "--workspace", str(self.root), kill_after=kill_after)

    def timed_sync(self) -> float:
        """How many seconds a whole sync of the books takes here."""
        begun = time.monotonic()
        self.sync()
        return time.monotonic() - begun

    def rest(self) -> None:
        """The next runs complete what was interrupted: after at most three there is nothing left to do."""
        for _ in range(3):
            code, out = self.sync()
            assert code in (0, 1) and "✗" not in out and "Traceback" not in out, out
            if "0 本表读取" in out:
                return
        raise AssertionError(f"never at rest: {out}")

    # what must hold -----------------------------------------------------------------------------------------------

    def check_valid(self) -> None:
        """At any moment: database and books are whole, the clerks' cells as they left them, nothing lies about."""
        with closing(sqlite3.connect(self.root / "tianbao.db")) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        for path in self.books:
            with zipfile.ZipFile(path) as archive:
                assert archive.testzip() is None
            assert self._clerk(path) == self.clerks[path.name], path.name

    def check_complete(self) -> None:
        """At rest: each row's texts stand beside the content they were computed from, and nothing accepted is gone."""
        self.check_valid()
        assert not [path for path in (self.root / "books").iterdir() if path.name.startswith((".~tb.", "1A2B"))]
        store = open_store(f"sqlite:///{self.root / 'tianbao.db'}")
        try:
            records = {record.id: record for record in store.records(self.scheme.id, tables=["project"])}
            for book in store.books(self.scheme.id):
                assert store.verify_chain(book.id)
            for path in self.books:
                self._check_rows(path, {key: record.values for key, record in records.items()})
            for key, texts in self.kept.items():
                seen = {change[1] for item in store.revisions(record=key, limit=10_000)
                        for name, change in item["changes"].items() if name == TEXT}  # fmt: skip
                assert texts <= seen, f"{key}: {texts - seen} was accepted and is in no revision"
        finally:
            store.close()

    def _check_rows(self, path: Path, values: dict[str, dict[str, str]]) -> None:
        paper = Paper.of(path)
        columns, first = marks(paper)
        grid, seen = paper.tab(TAB).grid(), set()
        for row in range(first, max(row for row, _ in grid) + 1):
            name, key = grid.get((row, columns["project_name"]), ""), grid.get((row, columns["@id"]), "")
            if not name:
                continue
            assert key in values and key not in seen, f"{path.name} {row}: {key!r}"
            seen.add(key)
            assert grid.get((row, columns["@check"])), f"{path.name} {row}: no answer"
            written = grid.get((row, columns[TEXT]), "")
            assert values[key].get(TEXT, "") == written, f"{path.name} {row}"
            if said := self.said.get((path.name, name)):
                assert written == said
                self.kept.setdefault(key, set()).add(said)


def marks(paper: Paper) -> tuple[dict[str, int], int]:
    """Field or @answer → column, and the first row below the header."""
    found = {text: place for place, text in paper.tab(TAB).grid().items() if text.startswith("tb:project.")}
    (row,) = {place[0] for place in found.values()}
    return {text.partition(".")[2]: place[1] for text, place in found.items()}, row + 3


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path / "office", seed=11)
    made.sync()
    made.rest()
    made.check_complete()
    yield made


def killed_again_and_again(office: Office, kills: int) -> None:
    """Clerks save, a sync is killed, sometimes several in a row; then one may finish, and all is as if none had died."""
    office.edit(office.books)
    longest, died = office.timed_sync(), 0
    for _ in range(4 * kills):
        office.edit(office.rng.sample(office.books, office.rng.randrange(1, 6)))
        begun, moment = time.monotonic(), office.rng.uniform(0.2, 1.0) * longest
        code, _ = office.sync(kill_after=moment)
        if code == -signal.SIGKILL:
            died += 1
        else:
            longest = 0.7 * (time.monotonic() - begun)  # the machine is less busy than before
        office.check_valid()
        if office.rng.random() < 0.3 or died == kills:
            office.rest()
            office.check_complete()
        if died == kills:
            return
    raise AssertionError(f"only {died} of {kills} were killed in time")


def test_a_sync_killed_for_real_loses_nothing(office: Office) -> None:
    killed_again_and_again(office, 2)


@pytest.mark.torture
def test_torture_of_real_kills(office: Office) -> None:
    killed_again_and_again(office, 200)
