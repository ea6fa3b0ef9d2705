"""One field of a table as a reader of cells: its parser, its words, its constraints, and a memory of what was read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from validators.cells import squeeze
from validators.columns import Column, Told
from validators.findings import Finding, Severity
from validators.messages.cells import EXAMPLES
from validators.parsers.base import ParseContext, ParsedCell, Place, Word, WordList, error, ok, warn
from validators.parsers.guess import nearest
from validators.parsers.quick import LONGEST, Quick, quick_reader
from validators.parsers.read import parse_cell
from validators.rawcell import RawCell, show
from validators.rowmodel import LONGEST_SHOWN, Constraints
from validators.scheme.models import Scheme
from validators.scheme.tables import Field, Table
from validators.units import SHORT

OWN, UNITS = "@own:", "@units"
DATED = frozenset(
    {
        "date",
        "date_plan",
        "date_actual",
        "period",
        "month",
        "quarter",
        "half",
        "ten_days",
        "half_month",
        "week",
        "year",
        "projcode",
    }
)
MEASURED = frozenset({"money_wan", "money_yi", "number", "integer"})
MONEY_UNITS = frozenset({"万元", "亿元", "元", "千元", "百万元", "千万元"})
_UNIQUE = frozenset({"project_name", "company", "uscc", "projcode", "phone", "text", "long_text"})
_ONCE = frozenset({"project_name", "company", "uscc", "projcode", "phone", "money_wan", "township", "yesno", "person"})
LISTED = frozenset({"choice", "choices", "stage", "industry", "township", "yesno"})  # parsers that know lists
_NEGATIVE = frozenset({"cell.money.negative", "cell.percent.negative"})
_BELOW = re.compile(r"(?:[-－−‐–]|负)(?P<plain>[^-－−].*)|[(（](?P<bracketed>[\d,，.]+)[)）]")
MOST_KEPT, MOST_KEPT_UNIQUE, LONGEST_KEPT = 8192, 512, 80
MOST_MEMORIES = 400


Memories = dict[tuple[Any, ...], dict[str, str]]  # day, unit, kind of field → cell → canonical text
_MEANING = ("type", "unit", "choices", "strict", "minimum", "maximum", "pattern", "max_length", "at_most", "precision")


@lru_cache(maxsize=32)
def _contexts(places: tuple[Place, ...], district: str, within: str, today: date, year_from: int) -> ParseContext:
    return ParseContext(today, places=places, district=district, within=within, allow_future=True, year_from=year_from)


def column_contexts(scheme: Scheme, today: date) -> ParseContext:
    """What all columns of a scheme's books share on a day. Actual dates after today pass: rules judge them day by day."""
    return _contexts(places_of(scheme), scheme.district, scheme.within, today, scheme.year_from)


def places_of(scheme: Scheme) -> tuple[Place, ...]:
    """The scheme's units as the township parser wants them."""
    return tuple(Place(unit.name, unit.aliases, unit.region) for unit in scheme.units)


def word_list(scheme: Scheme, name: str) -> WordList | None:
    """A list of the scheme's `choices` (or its units) as parsers want it."""
    if name == UNITS:
        return WordList(tuple(Word(unit.name, unit.aliases) for unit in scheme.units))
    items = scheme.choices.get(name)
    return WordList(tuple(Word(item.value, item.aliases) for item in items)) if items else None


def shown(cell: RawCell) -> str:
    """The cell as a person sees it, on one line and cut short: what findings carry and sentences name."""
    text = " ".join(show(cell).split())
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"


class FieldReader:
    """Reads cells of one field. Memories are kept per unit of the column and, where it matters, per day; fields of one
    kind share what they know (`memories`), so that ten columns of dates learn a day once."""

    def __init__(self, scheme: Scheme, table: Table, field: Field, memories: Memories | None = None) -> None:
        self.field, self._table = field, table
        self.own_table = field.choices.removeprefix(OWN) if field.choices.startswith(OWN) else ""
        self._own_field = _name_field(scheme, self.own_table)
        self._own_title = scheme.table(self.own_table).title if self.own_table else ""
        self._words = None if self.own_table else word_list(scheme, field.choices)
        self._constraints = Constraints(field)
        self._memories: Memories = {} if memories is None else memories
        self._told: dict[tuple[date | None, str], dict[str, Told]] = {}
        self._kind = tuple(getattr(field, name) for name in _MEANING)
        self._example = field.example or EXAMPLES.get(field.type, "")

    def opened(self, shared: ParseContext, unit: str = "", own: Mapping[str, Sequence[str]] | None = None) -> Column:
        """The field in a column with that unit, ready to read; with `own`, for one book's names."""
        ctx = self.context(shared, unit)
        if own is not None and self.own_table in own:
            names = self._own_index(own[self.own_table], shared)
            return self._opened(ctx, names, {"": ""}, {})
        key = (ctx.today if self.field.type in DATED else None, ctx.unit if self.field.type in MEASURED else "")
        if len(self._told) > 8:
            self._told.clear()
        if len(self._memories) > MOST_MEMORIES:
            self._memories.clear()
        known = self._memories.setdefault((*key, self._kind), {"": ""})
        return self._opened(ctx, None, known, self._told.setdefault(key, {}))

    def _opened(
        self, ctx: ParseContext, names: dict[str, str] | None, known: dict[str, str], told: dict[str, Told]
    ) -> Column:
        most = MOST_KEPT_UNIQUE if self.field.type in _UNIQUE else MOST_KEPT

        def read(cell: RawCell) -> str | Told:
            found = self._read(cell, ctx, names)
            if len(cell) > LONGEST_KEPT:
                return found
            if isinstance(found, str):
                if len(known) >= most:
                    known.clear()
                    known[""] = ""
                known[cell] = found
            else:
                if len(told) >= MOST_KEPT_UNIQUE:
                    told.clear()
                told[cell] = found
            return found

        quick = self._quick(ctx) if names is None else None
        return Column(self.field.name, known, most, told, quick, self.field.type in _ONCE, read)

    def _quick(self, ctx: ParseContext) -> Quick | None:
        """The quick reader of the field with its constraints, None where cells must be read with care."""
        quick = quick_reader(self.field.type, ctx) if self._plain_words else None
        if quick is None or self._constraints.none_under(LONGEST):
            return quick
        read, fits = quick, self._constraints.fits

        def fitting(cells: Sequence[RawCell]) -> list[str | None]:
            return [value if value is not None and fits(value) else None for value in read(cells)]

        return fitting

    @property
    def _plain_words(self) -> bool:
        """Whether what a parser reads needs no look into a list of words afterwards."""
        return self._words is None or self.field.type in LISTED

    def context(self, shared: ParseContext, unit: str) -> ParseContext:
        """What the parser of this field is told about a column whose header names `unit`."""
        field = self.field
        if field.type.startswith("money"):
            unit = SHORT.get(unit, unit)
            unit = unit if unit in MONEY_UNITS or "美元" in unit else field.unit
        return replace(
            shared, unit=unit or field.unit, base_unit=field.unit, choices=self._words, strict=field.strict,
            places=shared.places if field.type in ("township", "person") else (),
        )  # fmt: skip

    def read(self, cell: RawCell, ctx: ParseContext) -> ParsedCell:
        """One cell, constraints included, without any memory."""
        parsed = parse_cell(self.field.type, cell, ctx)
        if self.field.minimum.startswith("-"):
            parsed = self._below_nought(parsed, cell, ctx)
        if not parsed.value or parsed.kind == "error":
            return parsed
        return self._constraints.broken(parsed.value) or self._known_word(parsed) or parsed

    def _below_nought(self, parsed: ParsedCell, cell: RawCell, ctx: ParseContext) -> ParsedCell:
        """What the field's own `minimum` lets be is nothing to tell."""
        if parsed.code == "cell.number.below":
            return ok(parsed.value)
        return self._negative(cell, ctx) or parsed if parsed.code in _NEGATIVE else parsed

    def _negative(self, cell: RawCell, ctx: ParseContext) -> ParsedCell | None:
        """An amount or a share below nought, where the field's own `minimum` lets it be: 核减的投资 -500, (500)."""
        found = _BELOW.fullmatch(show(cell).strip())
        if found is None:
            return None
        parsed = parse_cell(self.field.type, found["plain"] or found["bracketed"], ctx)
        if not parsed.value or parsed.kind == "error":
            return None
        return parsed._replace(value=f"-{parsed.value}" if parsed.value != "0" else "0")

    def _known_word(self, parsed: ParsedCell) -> ParsedCell | None:
        """Types whose parser knows no lists (text with choices) are held to the list here."""
        words = self._words
        if words is None or self.field.type in LISTED:
            return None
        found = words.index.get(squeeze(parsed.value).lower())
        if found is not None:
            return parsed._replace(value=found) if found != parsed.value else None
        offered = "、".join(words.values[:12]) + ("等" if len(words.values) > 12 else "")
        told = {"values": offered, "suggest": nearest(squeeze(parsed.value).lower(), words.index)}
        if self.field.strict:
            return error("cell.choice.unknown", **told)
        return warn(parsed.value, "cell.choice.unlisted", read=parsed.value, **told)

    def _read(self, cell: RawCell, ctx: ParseContext, names: dict[str, str] | None) -> str | Told:
        parsed = self.read(cell, ctx)
        if names is not None and parsed.value:
            parsed = self._own(parsed, names)
        return parsed.value if parsed.kind == "ok" else self.told(parsed, cell, ctx.unit)

    def told(self, parsed: ParsedCell, cell: RawCell, unit: str = "") -> Told:
        """A warning or an error as a finding of this field; `unit` is what the column is filled in with."""
        severity = Severity.MUST if parsed.kind == "error" else Severity.HINT
        params = {**parsed.params, "example": self._example}
        if self.field.type.startswith("money"):
            params["unit"] = unit
        finding = Finding(parsed.code, severity, self._table.name, "", self.field.name, shown(cell), params)
        return Told(parsed.value, finding, parsed.kind == "error")

    def required_finding(self) -> Finding:
        """The finding of a blank cell in a field that must always be filled in."""
        told = {"title": self.field.title, "example": self._example}
        return Finding("cell.required", Severity.MUST, self._table.name, "", self.field.name, "", told)

    # names of the book's own records --------------------------------------------------------------------------

    def _own_index(self, names: Sequence[str], shared: ParseContext) -> dict[str, str]:
        """Spelling → name as the parent table keeps it."""
        index: dict[str, str] = {}
        for raw in names:
            kept = parse_cell(self._own_field.type, raw, shared).value if self._own_field else show(raw)
            for spelled in (show(raw), kept):
                if spelled:
                    index.setdefault(squeeze(spelled).lower(), kept or spelled)
        return index

    def _own(self, parsed: ParsedCell, names: dict[str, str]) -> ParsedCell:
        found = names.get(squeeze(parsed.value).lower())
        if found is not None:
            return parsed._replace(value=found)
        near = nearest(squeeze(parsed.value).lower(), names)
        told = {"table_title": self._own_title, "suggest": names[near] if near else ""}
        if self.field.strict:
            return error("cell.own.unknown", **told)
        return warn(parsed.value, "cell.own.unknown", **told) if near else parsed  # others may be named freely


def _name_field(scheme: Scheme, table: str) -> Field | None:
    if not table:
        return None
    found = scheme.table(table)
    return found.field(found.name_field) if found.name_field else None
