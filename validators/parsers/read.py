"""One cell of any type → `ParsedCell`: what is common to all types stands here, the rest in the parser of the type."""

from __future__ import annotations

import re
from functools import partial
from typing import NamedTuple

from validators.cells import fold, is_blank, is_ditto, is_pending, is_reference, squeeze
from validators.parsers import (
    choices,
    codes,
    contacts,
    dates,
    industries,
    money,
    monthparts,
    months,
    names,
    numbers,
    people,
    percent,
    places,
    projcodes,
    spannumbers,
    spans,
    stages,
    texts,
    weeks,
    yesno,
)
from validators.parsers.base import BLANK, NumberParser, ParseContext, ParsedCell, TextParser, error, ok, warn
from validators.parsers.texts import PICTURE, is_picture_text, text_number
from validators.rawcell import DATED, MARK, NO_YEAR, Format, RawCell, decode, serial_to_date

_ERROR_TEXT = re.compile(
    r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|UNKNOWN!|GETTING_DATA)"
)
_NAMED_SO = re.compile(r".{5,}(?:项目|工程)$")  # 待王村光伏项目 is a name
LONGEST, LONGEST_NUMBER = 400, 40  # what no date, amount, name or list of names needs; patterns never see more
_TAKE_DAYS = frozenset(  # types for which a day is a value, and those of numbers, which say themselves that it is none
    ("date", "date_plan", "date_actual", "period", "month", "quarter", "half", "ten_days", "half_month", "week", "year", "money_wan",
     "money_yi", "number", "integer", "pct_invest", "pct_progress")
)  # fmt: skip
_HASHES = re.compile(r"#{3,}")


class Reader(NamedTuple):
    """How cells of one type are read. `free`: 待定, 见附件 are content there; `listed`: the type's own words come
    first, so that 无 can be an answer; `raw`: the parser wants the text as written, not folded; `named`: a name from
    which something may be taken off."""

    text: TextParser
    number: NumberParser
    free: bool = False
    listed: bool = False
    raw: bool = False
    named: bool = False


def _of_text(parser: TextParser) -> NumberParser:
    """A number is read as the text a person sees."""
    return lambda digits, fmt, ctx: parser(text_number(digits, fmt, ctx).value, ctx)


def _no_number(digits: str, fmt: Format, ctx: ParseContext) -> ParsedCell:
    return error("cell.number.not_here")


READERS: dict[str, Reader] = {
    "text": Reader(texts.parse_text, text_number, free=True, raw=True),
    "long_text": Reader(texts.parse_long_text, text_number, free=True, raw=True),
    "project_name": Reader(
        names.parse_project_name, partial(names.name_number, kind="project_name"), raw=True, named=True
    ),
    "company": Reader(names.parse_company, partial(names.name_number, kind="company"), raw=True, named=True),
    "person": Reader(people.parse_person, partial(names.name_number, kind="person"), named=True),
    "phone": Reader(contacts.parse_phone, contacts.phone_number),
    "uscc": Reader(codes.parse_uscc, partial(codes.code_number, kind="uscc")),
    "projcode": Reader(projcodes.parse_projcode, partial(codes.code_number, kind="projcode")),
    "township": Reader(places.parse_township, _of_text(places.parse_township)),
    "industry": Reader(industries.parse_industry, industries.industry_number, listed=True),
    "date": Reader(dates.parse_date, partial(dates.date_number, kind="date")),
    "date_plan": Reader(dates.parse_date_plan, partial(dates.date_number, kind="date_plan")),
    "date_actual": Reader(dates.parse_date_actual, partial(dates.date_number, kind="date_actual")),
    "period": Reader(spans.parse_period, partial(spannumbers.span_number, kind="period")),
    "month": Reader(months.parse_month, partial(spannumbers.span_number, kind="month")),
    "quarter": Reader(months.parse_quarter, partial(spannumbers.span_number, kind="quarter")),
    "half": Reader(months.parse_half, partial(spannumbers.span_number, kind="half")),
    "ten_days": Reader(monthparts.parse_ten_days, partial(spannumbers.span_number, kind="ten_days")),
    "half_month": Reader(monthparts.parse_half_month, partial(spannumbers.span_number, kind="half_month")),
    "week": Reader(weeks.parse_week, partial(spannumbers.span_number, kind="week")),
    "year": Reader(weeks.parse_year, partial(spannumbers.span_number, kind="year")),
    "money_wan": Reader(money.parse_money, money.money_number),
    "money_yi": Reader(money.parse_money_yi, money.money_yi_number),
    "number": Reader(numbers.parse_number, partial(numbers.plain_number, whole=False)),
    "integer": Reader(numbers.parse_integer, partial(numbers.plain_number, whole=True)),
    "pct_invest": Reader(percent.parse_pct_invest, partial(percent.pct_number, hard=False)),
    "pct_progress": Reader(percent.parse_pct_progress, partial(percent.pct_number, hard=True)),
    "yesno": Reader(yesno.parse_yesno, yesno.yesno_number, listed=True),
    "stage": Reader(stages.parse_stage, _no_number, listed=True),
    "choice": Reader(choices.parse_choice, _of_text(choices.parse_choice), listed=True),
    "choices": Reader(choices.parse_choices, _of_text(choices.parse_choices), listed=True),
    "photo": Reader(texts.parse_photo, _no_number, raw=True),
}


def parse_cell(field_type: str, raw: RawCell, ctx: ParseContext) -> ParsedCell:
    """The meaning of a cell in a column of that type. Never raises for any content; KeyError for an unknown type."""
    reader = READERS[field_type]
    if raw and raw[0] != MARK:
        return _text(field_type, reader, raw, ctx)
    kind, body, fmt = decode(raw)
    if kind == "blank":
        return BLANK
    if kind == "number":
        if len(body) > LONGEST_NUMBER:
            return error("cell.number.unreadable")
        return _became_date(field_type, raw, ctx) if fmt in DATED else reader.number(body, fmt, ctx)
    if kind == "picture":
        return ok(PICTURE) if field_type == "photo" else error("cell.picture")
    if kind == "error":
        return error("cell.formula_error", error=body)
    if kind == "boolean":
        return _boolean(field_type, body == "TRUE", ctx)
    return error("cell.uncalculated")


def _became_date(field_type: str, raw: RawCell, ctx: ParseContext) -> ParsedCell:
    """A day, in a column where none belongs: sheets make one of 3/5 and 1-2. Free text keeps what the clerk sees and is told
    of it where the year is hidden, a list its own words (2025-03 can be one); a number too large for a day is only
    formatted so."""
    reader, (_, digits, fmt) = READERS[field_type], decode(raw)
    found = reader.number(digits, fmt, ctx)
    if field_type in _TAKE_DAYS or serial_to_date(digits) is None:
        return found
    if reader.free:
        return warn(found.value, "cell.text.date", read=found.value) if fmt == NO_YEAR and found.kind == "ok" else found
    in_list = reader.listed and ctx.choices is not None and found.kind == "ok"
    return found if in_list else error("cell.became_date")


def _boolean(field_type: str, value: bool, ctx: ParseContext) -> ParsedCell:
    if field_type == "yesno":
        return ok("是" if value else "否")
    if field_type in ("choice", "choices") and ctx.choices is not None:
        found = choices.match_word("是" if value else "否", ctx.choices)
        if found:
            return ok(found)
    return ok("TRUE" if value else "FALSE") if READERS[field_type].free else error("cell.boolean")


def _text(field_type: str, reader: Reader, raw: str, ctx: ParseContext) -> ParsedCell:
    folded = fold(raw)
    if not folded:
        return BLANK
    if folded[0] in "=#_D" and (found := _formula(field_type, raw)):
        return found
    if len(folded) > LONGEST and not reader.free:
        return error("cell.endless", length=len(folded))
    if reader.listed:
        known = _listed_word(field_type, folded, ctx)
        if known:
            return known
    said = _says_nothing(field_type, reader, folded)
    if said:
        return said
    parsed = reader.text(raw if reader.raw else folded, ctx)
    if parsed.value and reader.named and parsed.value != folded:
        return _says_nothing(field_type, reader, fold(parsed.value)) or parsed  # “待定” in quotation marks, 1、同上
    return parsed


def _says_nothing(field_type: str, reader: Reader, folded: str) -> ParsedCell | None:
    """Texts that stand for no value: 同上, —, 待定, 见附件."""
    squeezed = squeeze(folded).strip(",;。、:")
    if is_ditto(squeezed):
        return error("cell.ditto")
    if is_blank(folded):
        return BLANK
    if reader.free or (reader.named and _NAMED_SO.match(squeezed)):
        return None
    if field_type == "person" and re.search(r"[、,;/\n]", folded.strip(",;。、: ")):
        return None  # 待定、张三: one of two is known
    if is_pending(squeezed) and (field_type != "stage" or stages.pending_stage(squeezed)):
        return warn("", "cell.pending")
    if is_reference(squeezed) and field_type != "photo":
        return error("cell.reference")
    return None


def _formula(field_type: str, raw: str) -> ParsedCell | None:
    """Pictures and errors that come as text, and formulas typed as text."""
    if is_picture_text(raw.strip()):
        return ok(PICTURE) if field_type == "photo" else error("cell.picture")
    folded = fold(raw)
    if _ERROR_TEXT.fullmatch(folded.upper()):
        return error("cell.formula_error", error=folded.upper())
    if _HASHES.fullmatch(folded):
        return error("cell.hashes")
    if re.match(r"=[A-Za-z(+\-\d$'\[]", folded) and len(folded) > 1:
        return error("cell.uncalculated")
    return None


def _listed_word(field_type: str, folded: str, ctx: ParseContext) -> ParsedCell | None:
    """A word of the type's own list, before blank and pending words are looked for."""
    if field_type == "yesno":
        return yesno.known_yesno(folded)
    if ctx.choices is None:
        return None
    if field_type == "stage":
        return stages.known_stage(folded, ctx.choices)
    found = choices.known_word(folded, ctx.choices)
    return found if found is None or found.value or field_type != "choices" else None  # 施工（监理） may be two
