"""Industries by name or code, GB/T 4754-2017 (with amendment 1 of 2019)."""

from __future__ import annotations

import re

from validators.cells import squeeze
from validators.parsers.base import ParseContext, ParsedCell, error, ok, warn
from validators.parsers.choices import listed, parse_choice
from validators.parsers.guess import nearest
from validators.parsers.industry_names import DIVISIONS, SECTIONS, section_of
from validators.rawcell import Format

_CODE = re.compile(r"([a-t])?(\d{2})(\d{0,2})")
_WITH_CODE = re.compile(
    r"^\(?([a-t]?\d{2,4})\)?[-_:、.]?([\u4e00-\u9fff].*)$|^([\u4e00-\u9fff].*?)[-_:、(]?([a-t]?\d{2,4})\)?$"
)


def parse_industry(text: str, ctx: ParseContext) -> ParsedCell:
    """The scheme's list first; else the 大类 that a code or a name means."""
    body = squeeze(text).lower()
    if ctx.choices is None:
        return _national(body)
    known = ctx.choices.index.get(body)
    if known:
        return ok(known)
    code, name = _apart(body)
    if code:
        return _coded(code, name, text, ctx)
    if re.fullmatch(r"[a-t]?\d+(?:\.\d+)?|[a-t]?\d+(?:[-~至到、,][a-t]?\d+)+", body):
        return error("cell.industry.no_such", given=body.upper())
    return parse_choice(text, ctx)


def _apart(body: str) -> tuple[str, str]:
    if _CODE.fullmatch(body):
        return body, ""
    match = _WITH_CODE.match(body)
    if not match:
        return "", body
    return (match[1], match[2]) if match[1] else (match[4], match[3])


def _coded(code: str, name: str, text: str, ctx: ParseContext) -> ParsedCell:
    """A code with or without a name beside it: both must mean the same."""
    assert ctx.choices is not None
    match = _CODE.fullmatch(code)
    assert match is not None, code
    wrong = _wrong_code(match)
    if wrong:
        return wrong
    index = ctx.choices.index
    value = index.get(f"{section_of(match[2]).lower()}{match[2]}") or index.get(match[2])
    value = value or index.get(squeeze(DIVISIONS[match[2]]).lower(), "")
    named = index.get(name, "") if name else ""
    if named and value and named != value:
        return error("cell.industry.differs", given=code.upper(), of_code=value, name=name)
    if value or named:
        return ok(value or named)
    if not ctx.strict:
        read = DIVISIONS[match[2]]
        return warn(read, "cell.industry.outside", read=read, values=listed(ctx.choices))
    return error("cell.industry.not_here", given=code.upper(), read=DIVISIONS[match[2]])


def _national(body: str) -> ParsedCell:
    code, name = _apart(body)
    if code:
        match = _CODE.fullmatch(code)
        assert match is not None, code
        return _wrong_code(match) or ok(DIVISIONS[match[2]])
    names = {squeeze(item): item for item in (*DIVISIONS.values(), *SECTIONS.values())}
    if name in names:
        return ok(names[name])
    near = nearest(name, names)
    kept = name.upper() if name.isascii() else name
    return warn(kept, "cell.industry.unlisted", read=kept, suggest=names[near] if near else "")


def _wrong_code(match: re.Match[str]) -> ParsedCell | None:
    letter, two = (match[1] or "").upper(), match[2]
    if two not in DIVISIONS:
        return error("cell.industry.no_such", given=match[0].upper())
    if letter and letter != section_of(two):
        return error("cell.industry.letter", given=match[0].upper(), letter=section_of(two), read=DIVISIONS[two])
    return None


def industry_number(digits: str, fmt: Format, ctx: ParseContext) -> ParsedCell:
    """A code in a number cell; a leading zero may be lost."""
    code = digits.zfill(2) if digits.isdigit() and len(digits) < 2 else digits
    return (
        parse_industry(code, ctx) if code.isdigit() and len(code) <= 4 else error("cell.industry.no_such", given=digits)
    )
