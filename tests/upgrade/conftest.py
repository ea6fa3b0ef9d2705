"""A small office that has worked for a while: books filled by hand, a scheme of two versions, the real commands."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook, load_workbook

from app.cli import cli
from app.scheme_book.starter import write_starter
from app.settings import load_settings
from app.wiring import Office, open_office
from app.workspace import create_workspace, write_books
from sync.backends.google.emulator import Emulator
from sync.book import Snapshot
from sync.store.base import StoredRecord

DAY = date(2025, 6, 30)
BOOK = "东河镇.xlsx"
COMMISSION = """
  - name: check
    title: 核查台账
    filler: commission
    name_field: what
    keys: [[what]]
    rows: 8
    fields:
      - {name: what, title: 核查事项, width: 30}
      - {name: site, title: 现场, type: choice, choices: sites}
"""
# one edit: (file, what stands there, what comes in its stead)
Edit = tuple[str, str, str]
VERSION: Edit = ("scheme.yaml", "2025.1", "2025.2")
ADDED: Edit = (
    "tables.yaml",
    "      - {name: site, title",
    "      - {name: contact, title: 联系人, type: person, hint: 谁负责。}\n      - {name: site, title",
)
TITLED: Edit = ("tables.yaml", "title: 项目单位,", "title: 建设单位,")
CHOICE: Edit = ("choices.yaml", "新材料, 其他", "新材料, 新能源, 其他")
HINT: Edit = ("tables.yaml", "hint: 协议签字的那一天。", "hint: 正式协议签字的那一天。")
NEW_TABLE: Edit = (
    "tables.yaml",
    "  - name: check\n",
    "  - name: issue\n    title: 问题清单\n    name_field: what\n    keys: [[what]]\n    rows: 8\n    fields:\n"
    "      - {name: what, title: 问题, width: 30}\n      - {name: kind, title: 类别, type: choice, choices: industries}\n"
    "  - name: check\n",
)
REMOVED: Edit = ("tables.yaml", r"re:.*name: phone.*\n", "")
RENAMED: Edit = (
    "tables.yaml",
    "{name: company, title: 项目单位,",
    "{name: builder, aliases: [company], title: 建设单位,",
)
REORDERED: Edit = ("tables.yaml", r"re:(.*name: code,.*\n)(.*name: company,.*\n)", r"\2\1")
ALL = (VERSION, ADDED, REMOVED, REORDERED, RENAMED, CHOICE, HINT, NEW_TABLE)


@contextmanager
def no_bar(*_: Any, **__: Any) -> Iterator[Any]:
    yield lambda text="": None


def project(number: int) -> dict[str, object]:
    return {
        "name": f"年产{number}万吨面粉项目", "company": f"东河{number}号食品有限公司", "industry": "食品加工",
        "site": "独立选址", "money": 12000 + number, "phone": "13855412345", "sign_date": date(2025, 3, number),
        "start_plan": "2025年9月底", "finish_plan": date(2026, 3, 1),
    }  # fmt: skip


@dataclass
class Place:
    """A workspace in which people have filled books."""

    root: Path

    @property
    def workspace(self) -> Path:
        return self.root / "workspace"

    @property
    def scheme(self) -> Path:
        return self.workspace / "scheme" / "qingxi"

    @property
    def book(self) -> Path:
        return self.workspace / "books" / BOOK

    def run(self, *words: str | Path) -> Result:
        """`tianbao …` as a person types it, in this process."""
        options = ["--workspace", str(self.workspace), "--as-of", DAY.isoformat()]
        return CliRunner().invoke(cli, [*options, *map(str, words)], obj={})

    def upgrade(self, *words: str) -> dict[str, Any]:
        """What `books upgrade` did, by unit."""
        result = self.run("books", "upgrade", "--json", *words)
        assert result.exit_code in (0, 1), (result.output, result.exception)
        return {item["name"]: item for item in json.loads(result.stdout)["books"]}

    def sync(self) -> None:
        result = self.run("sync")
        assert result.exit_code == 0, (result.output, result.exception)

    def publish(self, *edits: Edit) -> None:
        """Another version of the scheme."""
        edit(self.scheme, *edits)

    @contextmanager
    def office(self) -> Iterator[Office]:
        office = open_office(load_settings(self.workspace), as_of=DAY)
        try:
            yield office
        finally:
            office.close()

    @contextmanager
    def clerk(self, name: str = BOOK) -> Iterator[Workbook]:
        """Open the book, change it, save it."""
        path = self.workspace / "books" / name
        book = load_workbook(path, rich_text=True)
        yield book
        book.save(path)

    def records(self) -> dict[str, StoredRecord]:
        with self.office() as office:
            return {item.id: item for item in office.store.records("qingxi")}

    def revisions(self) -> list[dict[str, Any]]:
        with self.office() as office:
            return office.store.revisions(book="qingxi:101", limit=1000)

    def read(self, name: str = BOOK, role: str = "unit") -> Snapshot:
        with self.office() as office:
            data = (self.workspace / "books" / name).read_bytes()
            snapshot: Snapshot = office.backend.inspect(data, office.parts.shapes[role], name)  # type: ignore[attr-defined]
            return snapshot


def edit(directory: Path, *edits: Edit) -> None:
    for name, old, new in edits:
        file = directory / name
        text = file.read_text(encoding="utf-8")
        after = re.sub(old[3:], new, text) if old.startswith("re:") else text.replace(old, new)
        assert after != text, f"nothing to change in {name}: {old}"
        file.write_text(after, encoding="utf-8")


def write_scheme(directory: Path) -> None:
    write_starter(directory, "清溪县重点项目推进", "qingxi", date(2025, 6, 1))
    edit(directory, ("tables.yaml", "rows: 60", "rows: 12"))
    with (directory / "tables.yaml").open("a", encoding="utf-8") as file:
        file.write(COMMISSION)


@pytest.fixture(scope="module")
def server() -> Iterator[Emulator]:
    """Google, for the spreadsheets of a module."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture(scope="session")
def mould(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Filled and synced once; nobody works in it."""
    root = tmp_path_factory.mktemp("upgrade") / "place"
    root.mkdir()
    write_scheme(root / "scheme")
    values = {"quiet_seconds": 0, "reader_processes": 0, "workers": 1}
    settings = create_workspace(root / "workspace", str(root / "scheme"), values)
    rows = {
        "101": {"project": [project(number) for number in range(1, 6)]},
        "commission": {"check": [{"what": "到现场看开工", "site": "独立选址"}]},
    }
    write_books(settings, rows, date(2025, 6, 1), bar=no_bar)
    return root


@pytest.fixture
def place(mould: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Two looks at a book are two seconds apart; these tests do not wait for them."""
    monkeypatch.setattr("sync.clock.Clock.sleep", lambda self, seconds: None)
    shutil.copytree(mould, tmp_path / "place")
    return Place(tmp_path / "place")
