"""Every table of every bundled scheme: a ledger with the table's own headers is understood without a person."""

from __future__ import annotations

import pytest

from app.ledger.study import study
from sheets_templates import catalog
from sheets_templates.columns import header
from sync.ledger.mapping import fillable
from tests.ledger import kit, paper
from validators.scheme.models import Scheme
from validators.scheme.tables import Table

ALL = [(scheme, table) for name in catalog.bundled() for scheme in [catalog.load(name)] for table in scheme.tables]


@pytest.mark.parametrize(("scheme", "table"), ALL, ids=[f"{scheme.id}-{table.name}" for scheme, table in ALL])
def test_a_tables_own_headers_go_home(scheme: Scheme, table: Table) -> None:
    """Groups above, units behind, a title row on top; same titles in two groups are told apart."""
    fields = fillable(table)
    book, sheet = paper.new("台账")
    paper.put(
        sheet, 1, [[f"{table.title}汇总表"], [item.group or None for item in fields], [header(item) for item in fields]]
    )
    at = 0
    while at < len(fields):
        end = at
        while end + 1 < len(fields) and fields[end + 1].group == fields[at].group:
            end += 1
        if fields[at].group and end > at:
            sheet.merge_cells(start_row=2, end_row=2, start_column=at + 1, end_column=end + 1)
        at = end + 1
    paper.put(sheet, 4, [["甲"] * len(fields)])
    found = study(scheme, [table], kit.ledger_of(book), kit.DAY)
    (mapping,) = found.mappings
    gone = {item.name: [p.targets for p in mapping.columns if p.head.column == at] for at, item in enumerate(fields, 1)}
    assert {name: targets for name, targets in gone.items() if targets != [(name,)]} == {}
