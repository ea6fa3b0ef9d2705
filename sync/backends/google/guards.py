"""A write by the place of a row or column as it was read, refused as a whole where that is elsewhere by then.

Columns that we write, and header rows, carry marks as metadata. A batch begins by taking each mark off the place where it
should be and setting it again under the same id: nothing changes where it stands there, and where it stands elsewhere the
id is taken, so that Google refuses the batch and nothing of it is done (law L1). A mark that is gone with its column
refuses nothing; but then all that stands to the right is elsewhere. So all marks there are take part, and columns of
people's to the right of all of ours bear one too, before anything is written by place. So it is with the header row: of the
rows below it two bear a mark, the first and the last, wherever they are sorted to; one of them at least must be there.

One thing is not refused: a header that is deleted while a row comes in where it was, so that all else is where it was
read. No request of the API fails because a mark is missing: a lookup that finds nothing deletes and changes nothing, and a
mark is refused only where its id is taken, that is by one which is there. Nor is there a version of the book to ask for
(`ETag`, revision). So what is written then was made safe instead: no answer stands in an entry tab, only formulas that look
answers up by content. The new row shows the title of a column of ours, in that column alone, where nothing of a person's
can be; the next reading finds no header, tells so, and writes nothing more into the tab until there is one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sync.backends.google.grid import FENCE_MARK

Json = dict[str, Any]


def column_mark(key: str, value: str, sheet: int, column: int) -> Json:
    """The metadata that says what a column is; `column` counts from 1."""
    return _mark(key, value, sheet, "COLUMNS", column)


def row_mark(key: str, value: str, sheet: int, row: int) -> Json:
    """The metadata that says what a row is; `row` counts from 1."""
    return _mark(key, value, sheet, "ROWS", row)


def _mark(key: str, value: str, sheet: int, dimension: str, at: int) -> Json:
    place = {"sheetId": sheet, "dimension": dimension, "startIndex": at - 1, "endIndex": at}
    return {
        "metadataKey": key,
        "metadataValue": value,
        "visibility": "DOCUMENT",
        "location": {"dimensionRange": place},
    }


def columns_unmoved(sheet: int, marks: Iterable[tuple[int, int, str, str]]) -> list[Json]:
    """The same for all marked columns of a sheet: (column, id, key, value)."""
    return [
        request for at, number, key, value in marks for request in unmoved(column_mark(key, value, sheet, at), number)
    ]


def rows_unmoved(sheet: int, marks: Iterable[tuple[int, int, str, str]]) -> list[Json]:
    """And for all marked rows: (row, id, key, value)."""
    return [request for at, number, key, value in marks for request in unmoved(row_mark(key, value, sheet, at), number)]


def fences(sheet: int, columns: Iterable[int]) -> list[Json]:
    """Marks for columns of people's: nothing is said of them but that they are there."""
    return [_created(column_mark(FENCE_MARK, "", sheet, at)) for at in columns]


def unfloored(marks: Iterable[tuple[int, int, str, str]], header_row: int, row_count: int) -> list[int]:
    """Rows below the header that are to bear such marks: none as long as one does."""
    if any(at > header_row and key == FENCE_MARK for at, _, key, _ in marks):
        return []
    return sorted({header_row + 1, row_count}) if row_count > header_row else []


def floors(sheet: int, rows: Iterable[int]) -> list[Json]:
    """These marks."""
    return [_created(row_mark(FENCE_MARK, "", sheet, at)) for at in rows]


def _created(mark: Json) -> Json:
    return {"createDeveloperMetadata": {"developerMetadata": mark}}


def taken_off(numbers: Iterable[int]) -> list[Json]:
    """Marks that stand where they should not."""
    lookups = ({"developerMetadataLookup": {"metadataId": number}} for number in numbers)
    return [{"deleteDeveloperMetadata": {"dataFilter": lookup}} for lookup in lookups]


def unmoved(mark: Json, number: int) -> list[Json]:
    """Two requests that change nothing where the mark of that id is at its place, and are refused where it is not."""
    lookup = {"metadataId": number, "metadataLocation": mark["location"], "locationMatchingStrategy": "EXACT_LOCATION"}
    return [
        {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}},
        {"createDeveloperMetadata": {"developerMetadata": {**mark, "metadataId": number}}},
    ]
