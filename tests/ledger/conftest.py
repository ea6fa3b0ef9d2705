"""A small workspace with empty books, made once; each test works on a copy."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook

from app.cli import cli
from app.settings import load_settings
from app.wiring import Office, open_office
from app.workspace import create_workspace, write_books
from sync.book import TabSnapshot
from tests.ledger import kit, paper
from validators.rawcell import show

UNITS = [kit.UNIT, kit.OTHER]


@contextmanager
def no_bar(*_: Any, **__: Any) -> Iterator[Any]:
    yield lambda text="": None


@dataclass
class Place:
    """A workspace and ledgers beside it."""

    root: Path

    @property
    def book(self) -> Path:
        return self.root / "workspace" / "books" / "安成镇.xlsx"

    def ledger(self, book: Workbook, name: str = "台账.xlsx") -> Path:
        (self.root / name).write_bytes(paper.saved(book))
        return self.root / name

    @contextmanager
    def office(self) -> Iterator[Office]:
        office = open_office(load_settings(self.root / "workspace"), as_of=kit.DAY)
        office.backend._sleep = lambda seconds: None  # type: ignore[attr-defined]
        try:
            yield office
        finally:
            office.close()

    def run(self, *words: str | Path, unit: str = "安成镇", said: str | None = None) -> Result:
        """`tianbao import` as a person types it, in this process."""
        options = ["--unit", unit, "--workspace", str(self.root / "workspace"), "--as-of", kit.DAY.isoformat()]
        return CliRunner().invoke(cli, ["import", *map(str, words), *options], obj={}, input=said)

    def imported(self, *words: str | Path, unit: str = "安成镇") -> dict[str, Any]:
        """The report as JSON."""
        result = self.run(*words, "--json", unit=unit)
        assert result.exit_code in (0, 1), (result.output, result.exception)
        document: dict[str, Any] = json.loads(result.output)
        return document

    def tab(self, table: str = "project", file: str = "安成镇.xlsx", role: str = "unit") -> TabSnapshot:
        """The book as sync would read it now."""
        with self.office() as office:
            data = (self.book.parent / file).read_bytes()
            snapshot = office.backend.inspect(data, office.parts.shapes[role], file)  # type: ignore[attr-defined]
        tab: TabSnapshot | None = snapshot.tab(table)
        assert tab is not None
        return tab


@pytest.fixture(scope="session")
def mould(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Books of two townships and of the departments; nobody works in it."""
    root = tmp_path_factory.mktemp("ledger") / "place"
    root.mkdir()
    values = {"quiet_seconds": 0, "reader_processes": 0, "workers": 1}
    settings = create_workspace(root / "workspace", "tianjiaan", values)
    for file in (root / "workspace" / "scheme").rglob("tables.yaml"):  # small books open fast
        file.write_text(re.sub(r"^( +rows:) \d+", r"\1 8", file.read_text(), flags=re.M))
    write_books(settings, {}, kit.DAY, units=UNITS, bar=no_bar)
    with Place(root).office() as office:
        office.backend.list()
    return root


@pytest.fixture
def place(mould: Path, tmp_path: Path, no_waiting: None) -> Place:
    shutil.copytree(mould, tmp_path / "place")
    return Place(tmp_path / "place")


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two looks at a book are two seconds apart; these tests do not wait for them."""
    monkeypatch.setattr("sync.clock.Clock.sleep", lambda self, seconds: None)


def names(place: Place, table: str = "project") -> list[str]:
    tab = place.tab(table)
    item = kit.scheme().table(table)
    return [show(row.cells[item.index(item.name_field)]) for row in tab.rows]


def cells(place: Place, row: int, *fields: str) -> list[str]:
    table = kit.scheme().table("project")
    found = next(item for item in place.tab().rows if item.row == row)
    return [show(found.cells[table.index(name)]) for name in fields]


def refused(place: Place, *words: str | Path, unit: str = "安成镇") -> str:
    before = place.book.read_bytes()
    result = place.run(*words, unit=unit)
    assert place.book.read_bytes() == before
    return str(result.exception) + getattr(result.exception, "hint", "") + result.output
