"""The example beside every column is something that the column takes without a word."""

from __future__ import annotations

from datetime import date

import pytest

from sheets_templates import catalog
from validators.fieldreader import FieldReader, column_contexts
from validators.scheme.tables import Field, Table

TODAY = date(2025, 12, 31)
FIELDS = [
    pytest.param(scheme, table, field, id=f"{scheme}-{table.name}-{field.name}")
    for scheme in catalog.bundled()
    for table in catalog.load(scheme).tables
    for field in table.fields
    if field.example
]


@pytest.mark.parametrize(("scheme", "table", "field"), FIELDS)
def test_example_is_read_as_ok(scheme: str, table: Table, field: Field) -> None:
    loaded = catalog.load(scheme)
    reader = FieldReader(loaded, table, field)
    shared = column_contexts(loaded, TODAY)
    parsed = reader.read(field.example, reader.context(shared, field.unit))
    assert (parsed.kind, bool(parsed.value)) == ("ok", True), parsed
