"""Cells as JSON, one at a time: what `tianbao parse` and other ways in hand over (DESIGN §9)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from validators import rawcell
from validators.cells import squeeze
from validators.fieldreader import column_contexts, shown, word_list
from validators.headers import parse_header
from validators.numberformats import date_class, shown_unit
from validators.parsers.base import ParseContext, ParsedCell, Word, WordList
from validators.parsers.read import READERS, parse_cell
from validators.rawcell import Format, RawCell
from validators.rowkinds import classify_row
from validators.scheme.models import Scheme

ROW, HEADER = "row", "header"
_LISTED = ("stage", "choice", "choices", "industry")


def known_types() -> tuple[str, ...]:
    """All types of cells, and `row` and `header` for whole rows and headings."""
    return (*READERS, ROW, HEADER)


@dataclass(frozen=True)
class LineContext:
    """The day of filling and what a scheme knows: what its columns share, and for each type the words of its drop-downs."""

    shared: ParseContext
    lists: Mapping[str, WordList] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.shared.today

    def of(self, field_type: str) -> ParseContext:
        """What a parser of that type is told."""
        strict = field_type != "industry"
        return replace(self.shared, choices=self.lists.get(field_type), strict=strict, allow_future=False)


def line_context(scheme: Scheme | None, day: date) -> LineContext:
    """The context that a scheme gives; None: no places and the usual stages."""
    if scheme is None:
        return LineContext(ParseContext(day))
    return LineContext(column_contexts(scheme, day), _lists(scheme))


def _lists(scheme: Scheme) -> dict[str, WordList]:
    """Per type all words of the lists that its fields offer; where two lists differ, the first one counts."""
    words: dict[str, dict[str, Word]] = {}
    for item in (item for table in scheme.tables for item in table.fields):
        found = word_list(scheme, item.choices) if item.type in _LISTED and item.choices else None
        for word in found.words if found else ():
            words.setdefault(item.type, {}).setdefault(word.value, word)
    return {kind: WordList(tuple(found.values())) for kind, found in words.items()}


def parse_line_json(field_type: str, cell: Any, context: LineContext) -> dict[str, str]:
    """One cell as JSON → `{"raw", "kind", "value", "message"}`. KeyError for an unknown type."""
    if field_type in (ROW, HEADER):
        return _whole(field_type, cell, context)
    raw = from_json(cell)
    parsed = parse_cell(field_type, raw, context.of(field_type))
    return {
        "raw": rawcell.show(raw),
        "kind": parsed.kind,
        "value": parsed.value,
        "message": told(parsed, raw, field_type),
    }


def told(parsed: ParsedCell, raw: RawCell, field_type: str) -> str:
    """What a person reads about a cell: what is the matter, what to write; "" for a cell that is well."""
    from validators.messages import sentence, wanted
    from validators.messages.cells import EXAMPLES

    if not parsed.code:
        return ""
    params = {"value": shown(raw), "example": EXAMPLES.get(field_type, ""), **parsed.params}
    if field_type.startswith("money"):
        params.setdefault("unit", "亿元" if field_type == "money_yi" else "万元")
    asked = wanted(parsed.code, params)
    matter = sentence(parsed.code, params)
    return matter + ("" if not asked else asked if matter.endswith("？") else f"，{asked}")


def _whole(field_type: str, cell: Any, context: LineContext) -> dict[str, str]:
    """A row is a list of cells, or one text with its cells divided by |; a heading is one text."""
    if field_type == HEADER:
        text = rawcell.show(from_json(cell))
        value = "|".join(parse_header(text, context.today))
        return {"raw": text, "kind": "ok", "value": value, "message": ""}
    cells = cell if isinstance(cell, list) else rawcell.show(from_json(cell)).split("|")
    texts = [rawcell.show(from_json(item)).strip() for item in cells]
    return {"raw": " | ".join(texts), "kind": "ok", "value": classify_row(texts), "message": ""}


# JSON → cells -----------------------------------------------------------------------------------------------


def from_json(cell: Any) -> RawCell:
    """Text, number, true/false, null, `{"value", "format"}`, `{"date"}`, `{"formula", "value"}`, `{"error"}`."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return rawcell.boolean(cell)
    if isinstance(cell, int | float):
        return rawcell.number(_digits(cell))
    if isinstance(cell, str):
        return rawcell.text(cell)
    if isinstance(cell, Mapping):
        return _from_mapping(cell)
    return rawcell.text(str(cell))


def _digits(value: float) -> str:
    """As a sheet stores it: 12000 for 12000.0. Whole numbers from text keep all their digits."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value)


def _from_mapping(cell: Mapping[str, Any]) -> RawCell:
    if "formula" in cell:
        return _from_formula(str(cell["formula"] or ""), cell)
    if "error" in cell:
        return rawcell.error(str(cell["error"]))
    if "date" in cell:
        return _from_date(str(cell["date"]))
    value, fmt = cell.get("value"), str(cell.get("format") or "")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return rawcell.number(_digits(value), format_class(fmt))
    return from_json(value)


def _from_formula(formula: str, cell: Mapping[str, Any]) -> RawCell:
    picture = re.match(r'=?(?:_xlfn\.)?DISPIMG\("?([^",)]*)', formula, re.IGNORECASE)
    if picture:
        return rawcell.picture(picture[1])
    value = cell.get("value", cell.get("cached"))
    if value is None or value == "":
        return rawcell.uncalculated(formula) if value is None else ""
    if isinstance(value, str) and re.fullmatch(r"#[A-Z/0]+[!?]?|#N/A", value):
        return rawcell.error(value)
    return _from_mapping({"value": value, "format": cell.get("format", "")})


def _from_date(text: str) -> RawCell:
    try:
        return rawcell.from_date(datetime.fromisoformat(text))
    except ValueError:
        return rawcell.text(text)


def format_class(code: str) -> Format:
    """The class of a number format code: "0%" → %, "yyyy-mm-dd" → d, "yyyy-mm" → m, "@" → @, 0.0"亿元" → 亿, others →
    general."""
    bare = re.sub(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', "", code).lower()
    if squeeze(bare) in ("", "general", "g/通用格式", "常规"):
        return ""
    if "%" in bare:
        return "%"
    if bare.strip() == "@":
        return "@"
    if re.search(r"[ymdhs年月日]", bare.replace("general", "")):
        return date_class(code)
    return shown_unit(code)
