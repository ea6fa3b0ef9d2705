"""What some readers are not to see, masked in everything gathered, so that no tab, sum or report can tell it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sync.consolidate.gather import Gathered
from validators.findings import Finding
from validators.scheme.tables import Field, Table

Mask = Callable[[Field, str], str]


def mask_all(gathered: Gathered, mask: Mask) -> None:
    """Values, cells as read, and what findings quote of them."""
    tables = {table.name: table for table in gathered.scheme.tables}
    for name, records in gathered.records.items():
        fields = {item.name: item for item in tables[name].fields}
        gathered.records[name] = [
            replace(
                record,
                values={key: mask(fields[key], text) if key in fields else text for key, text in record.values.items()},
                cells={key: mask(fields[key], text) if key in fields else text for key, text in record.cells.items()},
            )
            for record in records
        ]
        for record in records:
            found = gathered.judged.get(record.id)
            if found is not None and found.findings:
                told = [_told(tables[name], item, mask) for item in found.findings]
                gathered.judged[record.id] = replace(found, findings=told)


def _told(table: Table, finding: Finding, mask: Mask) -> Finding:
    field = next((item for item in table.fields if item.name == finding.field), None)
    if field is None:
        return finding
    params = {key: mask(field, value) if isinstance(value, str) else value for key, value in finding.params.items()}
    return replace(finding, value=mask(field, finding.value), params=params)
