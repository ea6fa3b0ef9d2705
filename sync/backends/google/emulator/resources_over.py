"""What lies over the cells as JSON answers: groups, filters, bands, charts, rules, protections, metadata."""

from __future__ import annotations

from sync.backends.google.emulator.a1 import grid_range
from sync.backends.google.emulator.book import Book
from sync.backends.google.emulator.cells import Json
from sync.backends.google.emulator.colours import styled
from sync.backends.google.emulator.sheet import Laid, Sheet


def groups_of(sheet: Sheet, rows: bool) -> list[Json]:
    """Groups of rows, or of columns, outer ones first."""
    dimension = "ROWS" if rows else "COLUMNS"
    found = [item for item in sheet.groups if item["range"]["dimension"] == dimension]
    return [
        {**item, "range": {name: value for name, value in item["range"].items() if name != "sheetId" or value}}
        for item in sorted(found, key=lambda item: (item["range"]["startIndex"], item["depth"]))
    ]


def filter_json(body: Json) -> Json:
    """A filter: its criteria under both their names."""
    specs = body.get("filterSpecs") or []
    criteria = {str(item.get("columnIndex") or 0): item.get("filterCriteria") or {} for item in specs}
    found: Json = styled({**body, **({"criteria": criteria} if criteria else {})})
    return found


def laid_json(sheet: Sheet, key: int, item: Laid) -> Json:
    """A BandedRange, FilterView, EmbeddedChart or Slicer."""
    area = grid_range(sheet.id, item.rect)
    if item.kind == "filterViews":
        return {"filterViewId": key, "range": area, **filter_json(item.body)}
    if item.kind == "bandedRanges":
        banded: Json = styled({"bandedRangeId": key, "range": area, **item.body})
        return banded
    anchor = {"sheetId": sheet.id, "rowIndex": item.rect.top, "columnIndex": item.rect.left}
    place = {"anchorCell": {name: value for name, value in anchor.items() if value}, **item.body["position"]}
    name = "chartId" if item.kind == "charts" else "slicerId"
    found: Json = styled({name: key, **item.body, "position": {"overlayPosition": place}})
    return found


def rule_json(book: Book, sheet: Sheet, rule: Json) -> Json:
    """A ConditionalFormatRule with its ranges and formula where they are now."""
    found = {name: value for name, value in rule.items() if not name.startswith("_")}
    found["ranges"] = [grid_range(sheet.id, rect) for rect in rule["_ranges"]]
    if rule.get("_formula"):
        boolean = found["booleanRule"]
        values = [{"userEnteredValue": book.formula_text(rule["_formula"])}]
        condition = {**boolean["condition"], "values": values}
        found["booleanRule"] = {**boolean, "condition": condition}
    answer: Json = styled(found)
    return answer


def protected_json(book: Book, key: int, item: Json, user: str) -> Json:
    """A ProtectedRange; editors are shown to those who may edit it."""
    may = user == book.owner or user in item["editors"] or bool(item.get("warningOnly"))
    found: Json = {"protectedRangeId": key, "range": grid_range(item["sheet"], item["rect"])}
    if item.get("named"):
        found["namedRangeId"] = item["named"]
    if item.get("description"):
        found["description"] = item["description"]
    if item.get("warningOnly"):
        found["warningOnly"] = True
    if item.get("unprotected"):
        found["unprotectedRanges"] = [grid_range(item["sheet"], rect) for rect in item["unprotected"]]
    if may:
        found["requestingUserCanEdit"] = True
        rest = {"groups": item.get("groups"), "domainUsersCanEdit": item.get("domain")}
        users = sorted({*item["editors"], book.owner} - {""})
        found["editors"] = {"users": users, **{name: value for name, value in rest.items() if value}}
    return found


def metadata_json(key: int, item: Json) -> Json:
    """A DeveloperMetadata with where it is now."""
    found: Json = {"metadataId": key, "metadataKey": item["key"]}
    if item.get("value"):
        found["metadataValue"] = item["value"]
    found["visibility"] = item["visibility"]
    if "dimension" in item:
        lines = {"dimension": item["dimension"], "startIndex": item["start"], "endIndex": item["end"]}
        if item["sheet"]:
            lines["sheetId"] = item["sheet"]
        kind = "ROW" if item["dimension"] == "ROWS" else "COLUMN"
        found["location"] = {"locationType": kind, "dimensionRange": lines}
    elif "sheet" in item:
        found["location"] = {"locationType": "SHEET", "sheetId": item["sheet"]}
    else:
        found["location"] = {"locationType": "SPREADSHEET", "spreadsheet": True}
    return found
