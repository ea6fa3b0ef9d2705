"""A scheme's workbook in the hands of a person: cells found by tab, row and title, rows added and taken out."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Self

from openpyxl import load_workbook

from app.scheme_book.book import write_book
from app.scheme_book.tree import Tree
from sheets_templates import catalog
from validators.scheme.load import load_scheme

ROOT = Path(__file__).resolve().parents[3]
FAMILY = sorted(path.parent for path in (ROOT / "tests/data/schemes").glob("*/scheme.yaml"))
SCHEMES = [*catalog.bundled().values(), *FAMILY]
HEAD = 2


@cache
def _workbook(directory: Path) -> bytes:
    return write_book(load_scheme(directory), Tree.at(directory))


def export(directory: Path, target: Path) -> Path:
    """The workbook of a scheme directory."""
    target.write_bytes(_workbook(directory))
    return target


class Person:
    """Opens an exported workbook, edits it and saves it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book = load_workbook(path)

    @classmethod
    def of(cls, directory: Path, place: Path) -> Self:
        return cls(export(directory, place / "方案.xlsx"))

    def column(self, tab: str, title: str) -> int:
        return next(cell.column for cell in self.book[tab][HEAD] if cell.value == title)

    def row(self, tab: str, ident: str) -> int:
        return next(cell.row for cell in self.book[tab]["A"] if cell.value == ident)

    def cell(self, tab: str, ident: str, title: str) -> Any:
        return self.book[tab].cell(self.row(tab, ident), self.column(tab, title))

    def set(self, tab: str, ident: str, title: str, value: Any) -> str:
        """Type into a cell; its address."""
        cell = self.cell(tab, ident, title)
        cell.value = value
        return str(cell.coordinate)

    def add(self, tab: str, *, before: str = "", **cells: Any) -> int:
        """A new row above another, or below all; its number."""
        sheet = self.book[tab]
        at = self.row(tab, before) if before else sheet.max_row + 1
        if before:
            sheet.insert_rows(at)
        for title, value in cells.items():
            sheet.cell(at, self.column(tab, title)).value = value
        return at

    def drop(self, tab: str, ident: str) -> None:
        self.book[tab].delete_rows(self.row(tab, ident))

    def save(self) -> Path:
        self.book.save(self.path)
        return self.path
