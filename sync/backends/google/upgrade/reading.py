"""One read of a spreadsheet with all that lies over its cells: checks, formats by rule, filters, marks of columns."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sync.backends.google.grid import COLUMN_MARK, Tab, tabs_of
from sync.backends.google.reading import read_answer
from sync.backends.google.seen import Seen
from sync.book import BookRef, BookShape, Snapshot
from sync.ledger.grid import Box, Grid, Ledger

Json = dict[str, Any]

FIELDS = (
    "properties(title,locale,timeZone),developerMetadata(metadataId,metadataKey),"
    "sheets(properties(sheetId,title,index,hidden,gridProperties(rowCount,columnCount)),merges,"
    "conditionalFormats,basicFilter,protectedRanges(protectedRangeId,range,description),charts(chartId),"
    "data(startRow,startColumn,rowData(values(effectiveValue,effectiveFormat(numberFormat(type,pattern)),"
    "userEnteredValue(formulaValue),dataValidation,note)),"
    "columnMetadata(developerMetadata(metadataId,metadataKey,metadataValue)),"
    "rowMetadata(developerMetadata(metadataId,metadataKey,metadataValue))))"
)


@dataclass(slots=True)
class StandingTab:
    """A tab as it stands. `marks`: column → our mark as metadata; `rules`: column → row → check; `blanks`: column → row →
    number format of a cell without content. Rows and columns are 1-based."""

    tab: Tab
    grid: Grid
    index: int = 0
    marks: dict[int, str] = field(default_factory=dict)
    rules: dict[int, dict[int, Json]] = field(default_factory=dict)
    blanks: dict[int, dict[int, str]] = field(default_factory=dict)
    notes: int = 0
    charts: int = 0
    highlights: list[Json] = field(default_factory=list)  # in their order
    filter: Json | None = None
    protected: list[Json] = field(default_factory=list)

    def common_rule(self, column: int, below: int) -> Json | None:
        """The check that most cells of a column have."""
        found = [repr(rule) for row, rule in self.rules.get(column, {}).items() if row > below]
        if not found:
            return None
        text = Counter(found).most_common(1)[0][0]
        return next(rule for rule in self.rules[column].values() if repr(rule) == text)


@dataclass(slots=True)
class StandingBook:
    """A spreadsheet as it stands: as sync reads it, and what lies over it."""

    snapshot: Snapshot
    seen: Seen
    ledger: Ledger
    tabs: dict[str, StandingTab]  # by title
    sheets: list[tuple[int, str]]  # (id, title) in their order

    def tab(self, title: str) -> StandingTab | None:
        return self.tabs.get(title)


def read_standing(ref: BookRef, shape: BookShape, book: Json) -> StandingBook:
    """Take a spreadsheets.get answer through `FIELDS` apart."""
    snapshot, seen = read_answer(ref, shape, book, None)
    tabs, ledger = {}, Ledger(ref.name)
    for tab, sheet in zip(tabs_of(book), book.get("sheets", ()), strict=True):
        standing = _standing(tab, sheet)
        tabs[tab.title] = standing
        ledger.grids.append(standing.grid)
    return StandingBook(snapshot, seen, ledger, tabs, [(item.tab.id, title) for title, item in tabs.items()])


def _standing(tab: Tab, sheet: Json) -> StandingTab:
    merges = [_box(merge) for merge in sheet.get("merges", ())]
    grid = Grid(tab.title, "hidden" if tab.hidden else "visible", tab.rows, merges)
    found = StandingTab(
        tab,
        grid,
        int(sheet.get("properties", {}).get("index", 0)),
        charts=len(sheet.get("charts", ())),
        highlights=list(sheet.get("conditionalFormats", ())),
        filter=sheet.get("basicFilter"),
        protected=list(sheet.get("protectedRanges", ())),
    )
    for block in sheet.get("data", ()):
        _over(found, block)
    return found


def _over(found: StandingTab, block: Json) -> None:
    top, left = int(block.get("startRow", 0)) + 1, int(block.get("startColumn", 0)) + 1
    found.marks |= column_marks(block)
    for row, line in enumerate(block.get("rowData", ()), top):
        filled = found.tab.rows.get(row, {})
        for column, data in enumerate(line.get("values", ()), left):
            if rule := data.get("dataValidation"):
                found.rules.setdefault(column, {})[row] = rule
            if column not in filled:
                kind = data.get("effectiveFormat", {}).get("numberFormat", {}).get("type", "")
                found.blanks.setdefault(column, {})[row] = str(kind)
            found.notes += "note" in data


def column_marks(block: Json) -> dict[int, str]:
    """Column → the mark that its metadata bear."""
    left = int(block.get("startColumn", 0)) + 1
    found = {}
    for column, meta in enumerate(block.get("columnMetadata", ()), left):
        for item in meta.get("developerMetadata", ()):
            if item.get("metadataKey") == COLUMN_MARK:
                found[column] = str(item.get("metadataValue", ""))
    return found


def _box(merge: Json) -> Box:
    """A GridRange as 1-based, closed corners."""
    return (
        int(merge.get("startRowIndex", 0)) + 1, int(merge.get("startColumnIndex", 0)) + 1,
        int(merge.get("endRowIndex", 0)), int(merge.get("endColumnIndex", 0)),
    )  # fmt: skip
