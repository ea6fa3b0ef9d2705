"""Ledgers read and understood for tests, by the code that `tianbao import` runs."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from openpyxl import Workbook

from app.ledger.mapping_file import target_text
from app.ledger.study import Study, study
from sheets_templates import catalog
from sync.backends.folder.grids import decode_grids, encode_grids, read_grids
from sync.backends.folder.package import Limits
from sync.ledger.body import Line
from sync.ledger.grid import Ledger
from sync.ledger.records import Collector, Entry
from sync.ledger.totals import Check, check_totals
from tests.ledger import paper
from validators.rawcell import show
from validators.scheme.models import Scheme

DAY = date(2025, 6, 30)
UNIT, OTHER = "340403101", "340403102"  # 安成镇, 曹庵镇


@lru_cache
def scheme() -> Scheme:
    return catalog.load("tianjiaan")


def ledger_of(book: Workbook, name: str = "台账.xlsx") -> Ledger:
    """As a reader process gives it, the way through JSON included."""
    return decode_grids(encode_grids(read_grids(paper.saved(book), name, Limits())))


def studied(book: Workbook, *tabs: str, owner: str = UNIT, table: str = "") -> Study:
    role = "unit" if scheme().unit(owner) else owner
    tables = [item for item in scheme().tables_of(role) if table in ("", item.name)]
    return study(scheme(), tables, ledger_of(book), DAY, tabs=tabs, owner=owner)


def mapped(found: Study, at: int = 0) -> dict[str, str]:
    """Column letters → where it goes, for columns that go somewhere."""
    return {item.letters: target_text(found.table, item) for item in found.mappings[at].columns if item.targets}


def lines(found: Study) -> list[Line]:
    return [line for mapping in found.mappings for line in found.lines(mapping)]


def entries(found: Study, owner: str = UNIT) -> list[Entry]:
    assert found.typist is not None
    return [
        entry
        for mapping in found.mappings
        for entry in Collector(scheme(), found.table, mapping, found.typist, owner).collect(found.lines(mapping))
    ]


def totals(found: Study) -> list[Check]:
    assert found.typist is not None
    return [check for mapping in found.mappings
            for check in check_totals(found.lines(mapping), mapping, found.table, found.typist)]  # fmt: skip


def shown(entry: Entry) -> dict[str, Any]:
    """Field → what would be typed, as a person sees it."""
    return {name: show(raw) for name, raw in entry.cells.items()}
