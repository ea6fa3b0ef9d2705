"""A spreadsheet that is to be changed by place: marked first, so that what follows is refused when anything has moved.

Every column of an entry tab, its header row and rows below that bear a mark as metadata (`guards.py`); those that have
none get one by a batch of their own, which writes nothing that people see. Whether people moved anything just then is told
by the answer to that very batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sync.backends.google.grid import COLUMN_MARK, FIELD_MARK, HEADER_MARK, Tab, quoted, tabs_of
from sync.backends.google.guards import columns_unmoved, fences, floors, row_mark, rows_unmoved, unfloored

Json = dict[str, Any]

LOOK_FIELDS = (
    "updatedSpreadsheet(sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)),"
    "data(startRow,startColumn,columnMetadata(developerMetadata(metadataId,metadataKey,metadataValue)),"
    "rowMetadata(developerMetadata(metadataId,metadataKey,metadataValue)),"
    "rowData(values(effectiveValue,effectiveFormat(numberFormat(type,pattern)),userEnteredValue(formulaValue))))))"
)


@dataclass(slots=True)
class Holding:
    """An entry tab as it was read. `names`: column → what its mark is to be called from now on, where that is ours."""

    tab: Tab
    table: str
    mark_row: int
    header_row: int
    names: Mapping[int, str] = field(default_factory=dict)

    @property
    def looks(self) -> list[str]:
        """Where the marks that are laid can be seen."""
        last = self.tab.row_count
        return [quoted(self.tab.title, f"{a}:{b}") for a, b in ((1, min(self.header_row + 1, last)), (last, last))]

    def missing(self) -> list[Json]:
        """Marks that are still to be laid."""
        marked = {at for at, _, _, _ in self.tab.marks}
        requests = fences(self.tab.id, (at for at in range(1, self.tab.column_count + 1) if at not in marked))
        requests += floors(self.tab.id, unfloored(self.tab.row_marks, self.header_row, self.tab.row_count))
        if not self._anchor():
            lookup = {"metadataKey": HEADER_MARK, "metadataValue": self._mark()["metadataValue"]}
            requests += [
                {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}},
                {"createDeveloperMetadata": {"developerMetadata": self._mark()}},
            ]
        return requests

    def guards(self) -> list[Json]:
        """Requests that are refused when the header or any column is elsewhere; marks of ours take their new names."""
        marks = [
            (at, number, key, self.names.get(at, value) if key in (COLUMN_MARK, FIELD_MARK) else value)
            for at, number, key, value in self.tab.marks
        ]
        return rows_unmoved(self.tab.id, self.tab.row_marks) + columns_unmoved(self.tab.id, marks)

    def met(self, now: Tab) -> bool:
        """Whether the marks were laid where the tab was read: the same heads stand in the same places. Its marks are
        known then."""
        rows = (self.mark_row, self.header_row)
        if any(now.rows.get(row) != self.tab.rows.get(row) for row in rows):
            return False
        seen = {number for _, number, _, _ in now.row_marks}
        self.tab.marks = now.marks
        self.tab.row_marks = now.row_marks + [item for item in self.tab.row_marks if item[1] not in seen]
        return not self.missing()

    def _mark(self) -> Json:
        return row_mark(HEADER_MARK, f"tb:{self.table}", self.tab.id, self.header_row)

    def _anchor(self) -> int:
        """The id of the header's mark, 0 = it has none."""
        wanted = (self.header_row, HEADER_MARK, self._mark()["metadataValue"])
        return next((number for row, number, *mark in self.tab.row_marks if (row, *mark) == wanted), 0)


def all_met(found: Json, tabs: Sequence[Holding]) -> bool:
    """`met` for all tabs, by the answer to the batch that laid the marks."""
    now = {tab.id: tab for tab in tabs_of(found.get("updatedSpreadsheet", {}))}
    return all(item.tab.id in now and item.met(now[item.tab.id]) for item in tabs)
