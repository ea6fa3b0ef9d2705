"""Requests about charts and slicers: kept with where they lie, answered, moved, removed; nothing is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sync.backends.google.emulator.a1 import Rect
from sync.backends.google.emulator.batch import Batch, needed_mask, request
from sync.backends.google.emulator.cells import Json
from sync.backends.google.emulator.colours import settled
from sync.backends.google.emulator.discovery import check_update_mask, types
from sync.backends.google.emulator.errors import bad
from sync.backends.google.emulator.masks import parse_mask, write_masked
from sync.backends.google.emulator.requests_views import find_laid, lay
from sync.backends.google.emulator.resources_over import laid_json
from sync.backends.google.emulator.sheet import Laid, Sheet

WIDTH, HEIGHT = 600, 371  # pixels, unless told (OverlayPosition)
_OBJECTS = ("charts", "slicers")


@request("addChart")
def _add_chart(batch: Batch, body: Json) -> Json:
    given = body.get("chart") or {}
    spec = _checked_spec(batch, given.get("spec") or {})
    sheet, rect, place = _position(batch, given.get("position") or {})
    border = {"border": settled(given["border"], {})} if given.get("border") else {}
    item = Laid("charts", rect, {"spec": spec, "position": place, **border})
    key = lay(batch, sheet, given.get("chartId"), item, "chart")
    return {"addChart": {"chart": laid_json(sheet, key, item)}}


def _checked_spec(batch: Batch, spec: Json) -> Json:
    """One kind of chart, its data on sheets that there are (ChartSpec)."""
    kinds = [name for name in types()["ChartSpec"] if name.endswith("Chart") and spec.get(name) is not None]
    if len(kinds) != 1:
        raise bad("Exactly one kind of chart must be set in ChartSpec.")
    basic = spec.get("basicChart")
    if basic is not None and not basic.get("series"):
        raise bad("ChartSpec.basicChart needs at least one series.")
    for area in _sources(spec):
        batch.sheet_and_box(area)
    hidden = {"hiddenDimensionStrategy": "SKIP_HIDDEN_ROWS_AND_COLUMNS"}
    found: Json = settled({**hidden, **spec}, {})
    return found


def _sources(value: Any) -> Iterator[Json]:
    """Every GridRange from which a chart takes its data."""
    for name, part in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if name == "sources":
            yield from part
        else:
            yield from _sources(part)


def _position(batch: Batch, given: Json) -> tuple[Sheet, Rect, Json]:
    """The anchor's sheet and cell, and the rest of an overlay position."""
    if given.get("newSheet") or given.get("sheetId") is not None:
        raise bad("a chart on a sheet of its own is not supported by this emulator")
    overlay = given.get("overlayPosition")
    if not overlay or overlay.get("anchorCell") is None:
        raise bad("EmbeddedObjectPosition.overlayPosition.anchorCell is required.")
    anchor = overlay["anchorCell"]
    sheet = batch.book.sheet(int(anchor.get("sheetId") or 0))
    row, column = int(anchor.get("rowIndex") or 0), int(anchor.get("columnIndex") or 0)
    for name, at, limit in (("row", row, sheet.row_count), ("column", column, sheet.column_count)):
        if not 0 <= at < limit:
            raise bad(f"GridCoordinate.{name}Index[{at}] is after last {name} in grid[{limit}]")
    rest = {name: value for name, value in overlay.items() if name != "anchorCell" and value}
    return sheet, Rect(row, column, row + 1, column + 1), {"widthPixels": WIDTH, "heightPixels": HEIGHT, **rest}


@request("updateChartSpec")
def _update_chart(batch: Batch, body: Json) -> Json:
    key = int(body.get("chartId") or 0)
    sheet, item = find_laid(batch, key, ("charts",), "chart")
    sheet.laid[key] = item._replace(body={**item.body, "spec": _checked_spec(batch, body.get("spec") or {})})
    return {}


@request("addSlicer")
def _add_slicer(batch: Batch, body: Json) -> Json:
    given = body.get("slicer") or {}
    sheet, rect, place = _position(batch, given.get("position") or {})
    item = Laid("slicers", rect, {"spec": _slicer_spec(batch, given.get("spec") or {}, {}), "position": place})
    key = lay(batch, sheet, given.get("slicerId"), item, "slicer")
    return {"addSlicer": {"slicer": laid_json(sheet, key, item)}}


def _slicer_spec(batch: Batch, spec: Json, old: Json) -> Json:
    batch.sheet_and_box(spec.get("dataRange"))
    found: Json = settled({"applyToPivotTables": True, **spec}, old)
    return found


@request("updateSlicerSpec")
def _update_slicer(batch: Batch, body: Json) -> Json:
    mask, key = needed_mask(body, "SlicerSpec"), int(body.get("slicerId") or 0)
    sheet, item = find_laid(batch, key, ("slicers",), "slicer")
    old = item.body["spec"]
    spec = _slicer_spec(batch, write_masked(old, body.get("spec") or {}, mask), old)
    sheet.laid[key] = item._replace(body={**item.body, "spec": spec})
    return {}


@request("updateEmbeddedObjectPosition")
def _move_object(batch: Batch, body: Json) -> Json:
    """To another anchor, or of another size; `fields` are those of the overlay position."""
    key, given = int(body.get("objectId") or 0), body.get("newPosition") or {}
    sheet, item = find_laid(batch, key, _OBJECTS, "embedded object")
    if not given.get("overlayPosition"):
        _position(batch, given)
    mask = check_update_mask(parse_mask(str(body.get("fields") or "")), "OverlayPosition") if body.get("fields") else {}
    if mask == {}:
        raise bad("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    old = laid_json(sheet, key, item)["position"]["overlayPosition"]
    target, rect, place = _position(
        batch, {"overlayPosition": write_masked(old, given.get("overlayPosition") or {}, mask)}
    )
    del sheet.laid[key]
    target.laid[key] = moved = item._replace(rect=rect, body={**item.body, "position": place})
    return {"updateEmbeddedObjectPosition": {"position": laid_json(target, key, moved)["position"]}}


@request("updateEmbeddedObjectBorder")
def _border_object(batch: Batch, body: Json) -> Json:
    mask, key = needed_mask(body, "EmbeddedObjectBorder"), int(body.get("objectId") or 0)
    sheet, item = find_laid(batch, key, ("charts",), "embedded object")
    old = item.body.get("border") or {}
    border = settled(write_masked(old, body.get("border") or {}, mask), old)
    sheet.laid[key] = item._replace(body={**item.body, "border": border})
    return {}


@request("deleteEmbeddedObject")
def _delete_object(batch: Batch, body: Json) -> Json:
    key = int(body.get("objectId") or 0)
    sheet, _ = find_laid(batch, key, _OBJECTS, "embedded object")
    del sheet.laid[key]
    return {}
