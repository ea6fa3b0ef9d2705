"""Reporting units by name: townships, sub-districts, zones. The grouping key, so a slip is an error with a guess."""

from __future__ import annotations

import re
from functools import lru_cache

from validators.cells import fold, squeeze
from validators.parsers.base import ParseContext, ParsedCell, Place, error, ok, warn
from validators.parsers.guess import nearest

_OFFICE = re.compile(
    r"(?:街道办事处|人民政府|政府|办事处|街道办|管委会|管理委员会|党工委|党委政府|党委|便民服务中心|经济发展办公室|经发办|项目办|招商办|机关|辖区|境内)$"
)
_AREA = re.compile(r"^(?:[\u4e00-\u9fff]{2,6}省)?(?:[\u4e00-\u9fff]{2,4}市)?(?:[\u4e00-\u9fff]{2,6}?[区县])?")
_KIND = re.compile(r"(?:街道|镇|乡|开发区|区|县)$")
_SPLIT = re.compile(r"[、,;/|\n]|和|及")
_WITHIN = re.compile(r".*?(?:村|社区|路|园|园区|组|号|街|大道|小区|居委会|工业区|产业园)")


@lru_cache(maxsize=64)
def _index(places: tuple[Place, ...]) -> dict[str, str]:
    """Every spelling → name. A name without its kind (安成) counts where it is only one's."""
    index: dict[str, str] = {}
    short: dict[str, set[str]] = {}
    for place in places:
        base = _KIND.sub("", place.name)
        if len(base) >= 2:
            short.setdefault(base, set()).add(place.name)
        if place.region:
            short.setdefault(place.region, set()).add(place.name)
    index.update({word: next(iter(names)) for word, names in short.items() if len(names) == 1})
    for place in places:
        index.update((squeeze(alias).lower(), place.name) for alias in place.aliases)
    index.update((squeeze(place.name).lower(), place.name) for place in places)
    return index


def parse_township(text: str, ctx: ParseContext) -> ParsedCell:
    if not ctx.places:
        return ok("".join(fold(text).split()))
    index = _index(ctx.places)
    body = squeeze(text).lower().strip("。.;,、:\"'*★")
    found = _known(body, index, ctx)
    if found:
        return ok(found)
    names = {name for part in _SPLIT.split(fold(text)) if (name := _known(squeeze(part).lower(), index, ctx))}
    if len(names) > 1:
        return error("cell.township.several", found="、".join(sorted(names)))
    return _inside(body, index) or _unknown(body, index, ctx)


def _known(body: str, index: dict[str, str], ctx: ParseContext) -> str:
    for spelled in _spellings(body, ctx):
        if spelled in index:
            return index[spelled]
    return ""


def _spellings(body: str, ctx: ParseContext) -> list[str]:
    """As written; without remarks in brackets; without the district in front; without 人民政府 behind."""
    bare = re.sub(r"\([^()]*\)", "", body)
    spelled = [body, bare]
    district = ctx.district.rstrip("区县市")
    for word in (bare.removeprefix(ctx.district).removeprefix(district), _AREA.sub("", bare)):
        spelled += [word, _OFFICE.sub("", word)]
    return [word for word in dict.fromkeys([*spelled, _OFFICE.sub("", bare)]) if word]


def _inside(body: str, index: dict[str, str]) -> ParsedCell | None:
    """安成镇某某村: the place, with what else was written told."""
    full = {word: name for word, name in index.items() if word in body and len(word) >= 3}
    names = set(full.values())
    if len(names) == 1:
        word = max(full, key=len)
        rest = body.replace(word, "", 1)
        if not re.search(r"[镇乡县区]$|街道$", body) and (_WITHIN.fullmatch(rest) or re.search(r"\d|内|附近|路", rest)):
            name = names.pop()
            return warn(name, "cell.dropped", read=name, dropped=rest)
    return error("cell.township.several", found="、".join(sorted(names))) if len(names) > 1 else None


def _unknown(body: str, index: dict[str, str], ctx: ParseContext) -> ParsedCell:
    several = sorted({name for name in index.values() if name.startswith(body) and len(body) >= 2})
    if len(several) > 1:
        return error("cell.township.which", found="、".join(several))
    near = nearest(body, index)
    places = [place.name for place in ctx.places]
    shown = "、".join(places[:6]) + ("等" if len(places) > 6 else "")
    return error("cell.township.unknown", suggest=index[near] if near else "", values=shown)
