"""投资项目统一代码. Text from end to end; never a number, never corrected."""

from __future__ import annotations

import re
from datetime import date

from validators.cells import fold, squeeze, unquoted
from validators.parsers.base import ParseContext, ParsedCell, error, ok, warn

_PROJECT = re.compile(r"\d{4}-\d{6}-\d{2}-\d{2}-\d{6}")
_USCC_LIKE = re.compile(r"[0-9]{8}[0-9A-Z]{10}")
_LENGTHS = (4, 6, 2, 2, 6)
_DOCUMENT = re.compile(r"[\u4e00-\u9fff]+[(\d]*20\d\d[)]*\d*号|\d+号")
_ORDINAL = "一二三四五"


def parse_projcode(text: str, ctx: ParseContext) -> ParsedCell:
    """`2404-340403-04-01-123456`; 20 bare digits and any dashes or spaces between the parts are taken."""
    if _PROJECT.fullmatch(text):
        return _project(text, ctx, "")
    folded = re.sub(r"\s*-\s*", "-", re.sub(r"\s+", " ", unquoted(fold(text)))).strip(" -/;,。、")
    folded = re.sub(r"(?<=\d)\*$", "", folded)
    if re.search(r"\d(?:\.\d+)?[Ee]\+?\d", folded):
        return error("cell.code.scientific")
    if _DOCUMENT.search(folded):
        return error("cell.projcode.document")
    if len(set(_PROJECT.findall(folded))) > 1:
        return error("cell.projcode.several")
    if re.search(r"\d-?[*xX]{2,}|[*xX]{2,}-?\d", folded):
        return error("cell.projcode.masked")
    if _USCC_LIKE.fullmatch(squeeze(folded).upper()):
        return error("cell.projcode.uscc")
    body = re.sub(r"\([^()]*[\u4e00-\u9fff][^()]*\)", "", folded)
    tokens = re.findall(r"\d[\dA-Za-z]*(?:[-_./\\ ]+[\dA-Za-z]+)*", body)
    tokens = [token for token in tokens if sum(char.isdigit() for char in token) >= 10]
    if not tokens:
        return error("cell.projcode.words" if not re.search(r"\d", body) else "cell.projcode.shape")
    if len(set(tokens)) > 1:
        return error("cell.projcode.several")
    rest = re.sub(r"^[\u4e00-\u9fff]*(?:代码|编码|备案号|证号)[:]?", "", body.replace(tokens[0], "").strip()).strip(
        ":;,。、() "
    )
    return _project(re.sub(r"[-_./\\ ]+", "-", tokens[0]), ctx, rest)


def _project(code: str, ctx: ParseContext, dropped: str) -> ParsedCell:
    if code.isdigit():
        if len(code) != 20:
            return error("cell.projcode.digits", length=len(code))
        code = "-".join((code[:4], code[4:10], code[10:12], code[12:14], code[14:]))
    parts = code.split("-")
    if "".join(parts).isdigit() and len(parts) != 5 and len("".join(parts)) == 20:
        return _project("".join(parts), ctx, dropped)
    wrong = _wrong_part(parts)
    if wrong:
        return wrong
    return _wrong_time(parts[0], ctx.today) or (
        warn(code, "cell.dropped", read=code, dropped=dropped) if dropped else ok(code)
    )


def _wrong_part(parts: list[str]) -> ParsedCell | None:
    if len(parts) != 5:
        return error("cell.projcode.parts", count=len(parts))
    for place, (part, length) in enumerate(zip(parts, _LENGTHS, strict=True)):
        if not part.isdigit():
            return error("cell.projcode.letters", which=_ORDINAL[place], part=part)
        if len(part) != length:
            which = "最后一" if place == 4 else f"第{_ORDINAL[place]}"
            return error("cell.projcode.part", which=which, wanted=length, length=len(part), part=part)
    if not 11 <= int(parts[1][:2]) <= 82 and parts[1][:2] != "00":
        return error("cell.projcode.region", part=parts[1])
    return None


def _wrong_time(first: str, today: date) -> ParsedCell | None:
    """Old rule (to October 2020): a year. New rule: YYMM."""
    if 2015 <= int(first) <= 2020:
        return None
    month, year = int(first[2:]), 2000 + int(first[:2])
    if not 1 <= month <= 12 or (year, month) < (2020, 11):
        return error("cell.projcode.time", part=first)
    return error("cell.projcode.ahead", part=first, year=year, month=month) if first > latest_time(today) else None


def latest_time(today: date) -> str:
    """The YYMM that no code given until today bears; a year ahead is left for clocks that are slow."""
    return f"{today.year % 100 + 1:02d}{today.month:02d}"
