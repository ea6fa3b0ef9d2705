"""One look at a spreadsheet before anything is done with it: blank, ours, or somebody's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sync.backends.folder.workbook import MARKS_TAB, Marks, read_marks
from sync.backends.google.consolidated import MARK
from sync.backends.google.grid import tabs_of
from sync.backends.google.transport import Transport

Json = dict[str, Any]

# the last rows are enough to see that there is something; a whole book would be read for nothing
FIELDS = (
    "properties(title),developerMetadata(metadataKey),"
    "sheets(properties(sheetId,title,hidden,gridProperties(rowCount,columnCount)),developerMetadata(metadataKey),"
    "data(startRow,startColumn,rowData(values(effectiveValue,userEnteredValue(formulaValue)))))"
)


@dataclass(frozen=True, slots=True)
class Look:
    """What a spreadsheet is. `sheets`: (id, title); `scheme`, `unit`, `role` by its hidden marks, "" without."""

    title: str
    sheets: tuple[tuple[int, str], ...]
    blank: bool
    scheme: str = ""
    unit: str = ""
    role: str = ""
    consolidated: bool = False  # the consolidated book of some workspace

    @property
    def whose(self) -> str:
        return f"方案 {self.scheme}，{self.unit or self.role}"

    def belongs(self, scheme: str, owner: str, role: str) -> bool:
        """Whether it is this owner's book."""
        return self.scheme == scheme and (self.role or "unit") == role and owner in (self.unit, self.role)


def look_at(transport: Transport, key: str, name: str) -> Look:
    """Read a spreadsheet once. AccessRefused or BookGone when it cannot be reached."""
    book = transport.get_book(key, name, FIELDS)
    tabs = tabs_of(book)
    marks = next((read_marks(sorted(tab.rows.items())) for tab in tabs if tab.title.lower() == MARKS_TAB), None)
    found = marks or Marks()
    return Look(
        str(book.get("properties", {}).get("title", name)),
        tuple((tab.id, tab.title) for tab in tabs),
        not any(tab.rows or tab.formulas for tab in tabs),
        found.scheme,
        found.unit,
        found.role,
        any(item.get("metadataKey") == MARK for place in (book, *book.get("sheets", ())) for item in _marks(place)),
    )


def _marks(place: Json) -> list[Json]:
    return list(place.get("developerMetadata", ()))
