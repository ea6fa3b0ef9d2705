"""What lies over the lines of a sheet goes where these go when lines are put in, taken out or moved."""

from __future__ import annotations

from collections.abc import Callable

from sync.backends.google.emulator.a1 import Rect
from sync.backends.google.emulator.cells import Json
from sync.backends.google.emulator.formula import Line, Spans
from sync.backends.google.emulator.sheet import Laid, Sheet

Moved = Callable[[Rect], Rect | None]


def follow_over(sheet: Sheet, moved: Moved, lines: tuple[Line, Spans], rows: bool) -> None:
    """Rules, filters, bands, views, charts and groups of this sheet."""
    line, span = lines
    _follow_rules(sheet, moved)
    if sheet.filter is not None:
        rect = moved(sheet.filter["rect"])
        kept = {**sheet.filter, "rect": rect} if rect is not None else None
        sheet.filter = kept if rows or kept is None else _columns(kept, line)
    laid = {key: _laid(item, moved, line, rows) for key, item in sheet.laid.items()}
    sheet.laid = {key: item for key, item in laid.items() if item is not None}
    sheet.groups = [new for item in sheet.groups if (new := _group(item, span, rows)) is not None]


def _follow_rules(sheet: Sheet, moved: Moved) -> None:
    kept = []
    for rule in sheet.conditional:
        ranges = [rect for old in rule["_ranges"] if (rect := moved(old)) is not None]
        if ranges:
            kept.append({**rule, "_ranges": ranges})
    sheet.conditional = kept


def _laid(item: Laid, moved: Moved, line: Line, rows: bool) -> Laid | None:
    """A chart outlives the cell it is fastened to; bands and views go with their range."""
    rect = moved(item.rect)
    if rect is None:
        return item if item.kind in ("charts", "slicers") else None
    body = item.body if rows or item.kind != "filterViews" else _columns(item.body, line)
    return item._replace(rect=rect, body=body)


def _columns(body: Json, line: Line) -> Json:
    """The columns of a filter's criteria and order; those that are gone filter nothing more."""
    found = dict(body)
    for name, field in (("filterSpecs", "columnIndex"), ("sortSpecs", "dimensionIndex")):
        if name in found:
            placed = [(item, line(int(item.get(field) or 0))) for item in found[name]]
            found[name] = [{**item, field: column} for item, column in placed if column is not None]
    return {name: value for name, value in found.items() if value != []}


def _group(item: Json, span: Spans, rows: bool) -> Json | None:
    old = item["range"]
    if old["dimension"] != ("ROWS" if rows else "COLUMNS"):
        return item
    found = span(old["startIndex"], old["endIndex"] - 1)
    if found is None or found[1] is None:
        return None
    return {**item, "range": {**old, "startIndex": found[0], "endIndex": found[1] + 1}}
