"""Requests about what is laid over a range: bands of colour, filter views, the basic filter.

Kept as JSON in `Sheet.laid`, by id; the range beside it, so that it follows its rows and columns. What a filter hides
is not worked out: the API does not tell it either, apart from `hiddenByFilter`.
"""

from __future__ import annotations

from typing import Any

from sync.backends.google.emulator.a1 import Box, Rect
from sync.backends.google.emulator.batch import Batch, needed_mask, request
from sync.backends.google.emulator.cells import Json
from sync.backends.google.emulator.colours import settled
from sync.backends.google.emulator.conditions import FILTER, check_condition
from sync.backends.google.emulator.errors import bad
from sync.backends.google.emulator.masks import wants, write_masked
from sync.backends.google.emulator.resources_over import laid_json
from sync.backends.google.emulator.sheet import Laid, Sheet

_BANDS = ("rowProperties", "columnProperties")


def find_laid(batch: Batch, key: int, kinds: tuple[str, ...], what: str) -> tuple[Sheet, Laid]:
    """A thing by its id, and the sheet on which it lies."""
    for sheet in batch.book.sheets:
        item = sheet.laid.get(key)
        if item is not None and item.kind in kinds:
            return sheet, item
    raise bad(f"No {what} with id: {key}")


def lay(batch: Batch, sheet: Sheet, wanted: Any, item: Laid, what: str) -> int:
    """Put a new thing on a sheet, under the id that was asked for or a random one."""
    taken = {key for other in batch.book.sheets for key in other.laid}
    if wanted and int(wanted) in taken:
        raise bad(f"A {what} with id {wanted} already exists.")
    key = int(wanted or batch.fresh_id(taken.__contains__))
    sheet.laid[key] = item
    return key


# bands ------------------------------------------------------------------------------------------------------------


@request("addBanding")
def _add_banding(batch: Batch, body: Json) -> Json:
    given = body.get("bandedRange") or {}
    sheet, box = batch.sheet_and_box(given.get("range"))
    batch.guard(sheet, box)
    item = _banded(sheet, box, {name: given[name] for name in _BANDS if given.get(name)}, {})
    key = lay(batch, sheet, given.get("bandedRangeId"), item, "banded range")
    return {"addBanding": {"bandedRange": laid_json(sheet, key, item)}}


def _banded(sheet: Sheet, box: Box, body: Json, old: Json, own: int | None = None) -> Laid:
    """At least one direction has bands, of two colours each; no cell lies in two banded ranges (BandedRange)."""
    if not body:
        raise bad("At least one of BandedRange.rowProperties or BandedRange.columnProperties must be specified.")
    body = settled(body, old)
    for name, bands in body.items():
        for colour in ("firstBandColor", "secondBandColor"):
            if colour not in bands:
                raise bad(f"BandedRange.{name}.{colour} is required.")
    others = (item for key, item in sheet.laid.items() if item.kind == "bandedRanges" and key != own)
    if any(sheet.box(item.rect).meets(box) for item in others):
        raise bad(
            "You cannot add alternating background colors to a range that already has alternating background colors."
        )
    return Laid("bandedRanges", Rect(*box), body)


@request("updateBanding")
def _update_banding(batch: Batch, body: Json) -> Json:
    mask, given = needed_mask(body, "BandedRange"), body.get("bandedRange") or {}
    key = int(given.get("bandedRangeId") or 0)
    sheet, item = find_laid(batch, key, ("bandedRanges",), "banded range")
    target, box = sheet, sheet.box(item.rect)
    if mask is not None and "range" in mask:
        target, box = batch.sheet_and_box(given.get("range"))
    batch.guard(target, box)
    new = write_masked(item.body, {name: given[name] for name in _BANDS if name in given}, mask)
    made = _banded(target, box, {name: new[name] for name in _BANDS if new.get(name)}, item.body, key)
    del sheet.laid[key]
    target.laid[key] = made
    return {}


@request("deleteBanding")
def _delete_banding(batch: Batch, body: Json) -> Json:
    key = int(body.get("bandedRangeId") or 0)
    sheet, item = find_laid(batch, key, ("bandedRanges",), "banded range")
    batch.guard(sheet, sheet.box(item.rect))
    del sheet.laid[key]
    return {}


# filters ----------------------------------------------------------------------------------------------------------


def filtered(given: Json, box: Box) -> Json:
    """The criteria and the order of a filter. Criteria have two names, and both are answered (FilterView.filterSpecs)."""
    specs = [dict(item) for item in given.get("filterSpecs") or []]
    if not specs:
        criteria = given.get("criteria") or {}
        if not all(str(column).isdigit() for column in criteria):
            raise bad(f"Invalid value at 'filter.criteria': {sorted(criteria)} are no column indexes")
        specs = [{"columnIndex": int(column), "filterCriteria": item} for column, item in criteria.items()]
    for spec in specs:
        _check_column(int(spec.get("columnIndex") or 0), box)
        condition = (spec.get("filterCriteria") or {}).get("condition")
        if condition:
            check_condition(condition, FILTER)
    found: Json = {"filterSpecs": specs} if specs else {}
    if order := given.get("sortSpecs"):
        for spec in order:
            _check_column(int(spec.get("dimensionIndex") or 0), box)
        found["sortSpecs"] = order
    return found


def _check_column(column: int, box: Box) -> None:
    if not box.left <= column < box.right:
        raise bad(f"The column index {column} is not within the range of the filter.")


@request("setBasicFilter")
def _set_filter(batch: Batch, body: Json) -> Json:
    given = body.get("filter") or {}
    if given.get("tableId"):
        raise bad("a filter of a table is not supported by this emulator")
    sheet, box = batch.sheet_and_box(given.get("range") or {})
    sheet.filter = {**filtered(given, box), "rect": Rect(*box)}
    return {}


@request("clearBasicFilter")
def _clear_filter(batch: Batch, body: Json) -> Json:
    batch.book.sheet(int(body.get("sheetId") or 0)).filter = None
    return {}


@request("addFilterView")
def _add_view(batch: Batch, body: Json) -> Json:
    given = body.get("filter") or {}
    sheet, box, more = _viewed(batch, given)
    count = sum(item.kind == "filterViews" for item in sheet.laid.values())
    title = str(given.get("title") or f"Filter {count + 1}")
    item = Laid("filterViews", Rect(*box), {"title": title, **more, **filtered(given, box)})
    key = lay(batch, sheet, given.get("filterViewId"), item, "filter view")
    return {"addFilterView": {"filter": laid_json(sheet, key, item)}}


def _viewed(batch: Batch, given: Json) -> tuple[Sheet, Box, Json]:
    """Where a view lies: "only one of range, namedRangeId or tableId may be set" (FilterView)."""
    if given.get("tableId"):
        raise bad("a filter view of a table is not supported by this emulator")
    name, area = given.get("namedRangeId"), given.get("range")
    if bool(name) == (area is not None):
        raise bad("Only one of FilterView.range or FilterView.namedRangeId must be set.")
    if area is not None:
        return *batch.sheet_and_box(area), {}
    if name not in batch.book.named:
        raise bad(f"No named range with id: {name}")
    item = batch.book.named[name]
    sheet = batch.book.sheet(item["sheet"])
    return sheet, sheet.box(item["rect"]), {"namedRangeId": name}


@request("updateFilterView")
def _update_view(batch: Batch, body: Json) -> Json:
    mask, given = needed_mask(body, "FilterView"), body.get("filter") or {}
    key = int(given.get("filterViewId") or 0)
    sheet, item = find_laid(batch, key, ("filterViews",), "filter view")
    box, new = sheet.box(item.rect), dict(item.body)
    if wants(mask, "range") and given.get("range") is not None:
        target, box = batch.sheet_and_box(given["range"])
        if target is not sheet:
            raise bad("A filter view cannot be moved to another sheet.")
        new.pop("namedRangeId", None)
    if wants(mask, "title") and given.get("title"):
        new["title"] = str(given["title"])
    if wants(mask, "criteria") or wants(mask, "filterSpecs"):
        new.pop("filterSpecs", None)
        new |= filtered({name: given.get(name) for name in ("criteria", "filterSpecs")}, box)
    if wants(mask, "sortSpecs"):
        new.pop("sortSpecs", None)
        new |= filtered({"sortSpecs": given.get("sortSpecs")}, box)
    sheet.laid[key] = Laid("filterViews", Rect(*box), new)
    return {}


@request("duplicateFilterView")
def _duplicate_view(batch: Batch, body: Json) -> Json:
    sheet, item = find_laid(batch, int(body.get("filterId") or 0), ("filterViews",), "filter view")
    twin = item._replace(body={**item.body, "title": f"Copy of {item.body['title']}"})
    key = lay(batch, sheet, None, twin, "filter view")
    return {"duplicateFilterView": {"filter": laid_json(sheet, key, twin)}}


@request("deleteFilterView")
def _delete_view(batch: Batch, body: Json) -> Json:
    key = int(body.get("filterId") or 0)
    sheet, _ = find_laid(batch, key, ("filterViews",), "filter view")
    del sheet.laid[key]
    return {}
