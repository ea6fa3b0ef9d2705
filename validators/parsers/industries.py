"""Industries by name or code, GB/T 4754-2017 (with amendment 1 of 2019)."""

from __future__ import annotations

import re
from functools import lru_cache

from validators.cells import squeeze
from validators.parsers.base import ParseContext, ParsedCell, error, ok, spelled, warn
from validators.parsers.choices import listed, parse_choice
from validators.parsers.guess import nearest
from validators.parsers.industry_names import DIVISIONS, SECTIONS, section_of
from validators.rawcell import Format

LEAST = 4
_CODE = re.compile(r"([a-t])?(\d{2})(\d{0,2})")
_WITH_CODE = re.compile(
    r"^\(?([a-t]?\d{2,4})\)?[-_:、.]?([\u4e00-\u9fff].*)$|^([\u4e00-\u9fff].*?)[-_:、(]?([a-t]?\d{2,4})\)?$"
)


_YEAR = re.compile(r"((?:19|20)\d\d)(年度?)?")
_OF_19_AND_20 = frozenset(spelled(
    "1910 1921 1922 1923 1929 1931 1932 1939 1941 1942 1951 1952 1953 1954 1959 2011 2012 2013 2019 2021 2022 2023 2029 2031 "
    "2032 2033 2034 2035 2039 2041 2042 2043 2049"
))  # fmt: skip  # of the codes that look like years, those that there are
_UNDIVIDED = ("12", "45", "91", "97")  # 大类 with one 中类, whose number ends with 0 (45 so in the edition of 2011)
_BESIDE = re.compile(
    r"(?:战略性?|新兴|先进|高端|现代|传统|智能|绿色|主导|支柱|特色|属于?|行业|产业|制造业?|项目|企业|类|领域|方向|为|是|等|[\W\d_])*"
)
_JOINTS = re.compile(r"[、,，.·/\s]|(?<=.)[和及与](?=.)")


def parse_industry(text: str, ctx: ParseContext) -> ParsedCell:
    """The scheme's list first; else the 大类 that a code or a name means. A bare year is none."""
    body = squeeze(text).lower().replace("其它", "其他")
    known = ctx.choices.index.get(body) if ctx.choices is not None else ""
    if known:
        return ok(known)
    year = _YEAR.fullmatch(body)
    if (year and (year[2] or body not in _OF_19_AND_20)) or _no_group(body):
        return error("cell.industry.no_such", given=body)
    cell = _by_name_or_code(text, body, ctx)
    return warn(cell.value, "cell.industry.year", read=cell.value) if year and cell.kind == "ok" else cell


def _no_group(body: str) -> bool:
    """1500: bare figures whose third is 0 are an amount more likely than a code."""
    return re.fullmatch(r"\d\d0\d?", body) is not None and not body.startswith(_UNDIVIDED)


def _by_name_or_code(text: str, body: str, ctx: ParseContext) -> ParsedCell:
    if ctx.choices is None:
        return _national(body)
    alike = _named_alike(ctx.choices.values).get(_bare_name(body))
    if alike:
        return ok(alike)
    code, name = _apart(body)
    if code:
        return _coded(code, name, text, ctx)
    if re.fullmatch(r"[a-t]?\d+(?:\.\d+)?|[a-t]?\d+(?:[-~至到、,][a-t]?\d+)+", body):
        return error("cell.industry.no_such", given=body.upper())
    return parse_choice(text, ctx, _BESIDE)


def _bare_name(name: str) -> str:
    """What offices leave out or write otherwise: 计算机通信和其它电子设备制造 is 计算机、通信和其他电子设备制造业."""
    return _JOINTS.sub("", name).removesuffix("业").removesuffix("制造")


@lru_cache(maxsize=16)
def _named_alike(values: tuple[str, ...]) -> dict[str, str]:
    """Bare name → the one value that has it; short ones (汽车, 食品) say too little."""
    bare = [_bare_name(squeeze(value).lower()) for value in values]
    return {
        name: value for name, value in zip(bare, values, strict=True) if len(name) >= LEAST and bare.count(name) == 1
    }


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
    alike = names.get(name) or _named_alike(tuple(names.values())).get(_bare_name(name))
    if alike:
        return ok(alike)
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
