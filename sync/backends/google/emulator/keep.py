"""A book and the files of a world as JSON and back, so that what stood in the emulator stands there after a restart."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from sync.backends.google.emulator.a1 import Box, Rect
from sync.backends.google.emulator.book import Book
from sync.backends.google.emulator.cells import Cell, Err, Json, as_json
from sync.backends.google.emulator.files import Edit, File
from sync.backends.google.emulator.formula import Formula
from sync.backends.google.emulator.sheet import Laid, Sheet


def book_as_json(book: Book) -> Json:
    """All of a spreadsheet. Cells that are alike are written once: most are blank ones of one look."""
    return {
        "id": book.id,
        "owner": book.owner,
        "properties": book.properties,
        "sheets": [_sheet(book, sheet) for sheet in book.sheets],
        "named": book.named,
        "protected": {
            str(key): {**item, "editors": sorted(item["editors"])} for key, item in book.protected.items()
        },
        "metadata": {str(key): item for key, item in book.metadata.items()},
    }  # fmt: skip


def book_from_json(found: Json) -> Book:
    """The spreadsheet again. Sheets come first: formulas find theirs by title."""
    book = Book(found["id"], "")
    book.owner, book.properties = found["owner"], found["properties"]
    book.sheets = [Sheet(item["id"], item["title"], item["rows"], item["columns"]) for item in found["sheets"]]
    for sheet, item in zip(book.sheets, found["sheets"], strict=True):
        _fill(book, sheet, item)
    book.named = {key: {**item, "rect": Rect(*item["rect"])} for key, item in found["named"].items()}
    book.protected = {int(key): _protection(item) for key, item in found["protected"].items()}
    book.metadata = {int(key): item for key, item in found["metadata"].items()}
    book.touch()
    return book


def _protection(item: Json) -> Json:
    free = tuple(Rect(*rect) for rect in item["unprotected"])
    return {**item, "rect": Rect(*item["rect"]), "editors": frozenset(item["editors"]), "unprotected": free}


# sheets -----------------------------------------------------------------------------------------------------------


def _sheet(book: Book, sheet: Sheet) -> Json:
    kinds: dict[str, int] = {}
    known: dict[int, int] = {}  # cells that are one and the same object need no second look
    rows = []
    for row in sheet.rows:
        line: list[int] = []
        for column, cell in row.items():
            if id(cell) not in known:
                text = json.dumps(_cell(book, cell), ensure_ascii=False, sort_keys=True)
                known[id(cell)] = kinds.setdefault(text, len(kinds))
            line += (column, known[id(cell)])
        rows.append(line)
    return {
        "id": sheet.id,
        "title": sheet.title,
        "rows": sheet.row_count,
        "columns": sheet.column_count,
        "properties": sheet.properties,
        "grid": sheet.grid,
        "kinds": [json.loads(text) for text in kinds],
        "cells": rows,
        "row_meta": sheet.row_meta,
        "column_meta": sheet.column_meta,
        "merges": sheet.merges,
        "conditional": [_rule(book, rule) for rule in sheet.conditional],
        "filter": sheet.filter,
        "groups": sheet.groups,
        "laid": {str(key): item for key, item in sheet.laid.items()},
    }


def _fill(book: Book, sheet: Sheet, found: Json) -> None:
    kinds = [_cell_back(book, item) for item in found["kinds"]]
    for row, line in enumerate(found["cells"]):
        sheet.set_cells(row, {column: kinds[kind] for column, kind in zip(line[::2], line[1::2], strict=True)})
    sheet.properties, sheet.grid = found["properties"], found["grid"]
    sheet.row_meta = {int(key): item for key, item in found["row_meta"].items()}
    sheet.column_meta = {int(key): item for key, item in found["column_meta"].items()}
    sheet.merges = [Box(*box) for box in found["merges"]]
    sheet.conditional = [_rule_back(book, rule) for rule in found["conditional"]]
    if found["filter"]:
        sheet.filter = {**found["filter"], "rect": Rect(*found["filter"]["rect"])}
    sheet.groups = found["groups"]
    laid = found.get("laid") or {}  # there were none in older files
    sheet.laid = {int(key): Laid(kind, Rect(*rect), body) for key, (kind, rect, body) in laid.items()}


def _cell(book: Book, cell: Cell) -> list[Any]:
    return [_value(book, cell.entered), cell.look, cell.note, cell.rule]


def _cell_back(book: Book, found: list[Any]) -> Cell:
    entered, look, note, rule = found
    return Cell(_value_back(book, entered), look, note, rule)


def _value(book: Book, value: Any) -> Any:
    if isinstance(value, Formula):
        return {"formula": book.formula_text(value)[1:]}
    if isinstance(value, Err):
        return {"error": value.kind, "message": value.message}
    return as_json(value) if isinstance(value, float) else value


def _value_back(book: Book, found: Any) -> Any:
    if isinstance(found, dict):
        if "formula" in found:
            return book.formula(found["formula"])
        return Err(found["error"], found["message"])
    return float(found) if isinstance(found, int) and not isinstance(found, bool) else found


def _rule(book: Book, rule: Json) -> Json:
    made = {name: value for name, value in rule.items() if name != "_formula"}
    if rule.get("_formula"):
        made["_formula"] = book.formula_text(rule["_formula"])[1:]
    return made


def _rule_back(book: Book, found: Json) -> Json:
    rule = {**found, "_ranges": [Rect(*rect) for rect in found["_ranges"]]}
    if found.get("_formula"):
        rule["_formula"] = book.formula(found["_formula"])
    return rule


# files ------------------------------------------------------------------------------------------------------------


def file_as_json(file: File) -> Json:
    return asdict(file)


def file_from_json(found: Json) -> File:
    return File(**{**found, "edits": [Edit(**edit) for edit in found["edits"]]})
