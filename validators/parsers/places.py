"""Reporting units by name: townships, sub-districts, zones. The grouping key, so a slip is an error with a guess."""

from __future__ import annotations

import re
from functools import lru_cache

from validators.cells import fold, squeeze
from validators.parsers.base import ParseContext, ParsedCell, Place, error, ok, warn
from validators.parsers.guess import nearest
from validators.parsers.remarks import remarks_in, with_doubt, without_remarks

_OFFICE = re.compile(
    r"(?:街道办事处|人民政府|政府|办事处|街道办|管委会|管理委员会|党工委|党委政府|党委|便民服务中心|经济发展办公室|经发办|项目办|招商办|机关|辖区|境内)$"
)
_AREA = re.compile(
    r"(?:[\u4e00-\u9fff]{2,7}?(?:省|自治区))?(?:[\u4e00-\u9fff]{2,6}?(?:市|自治州|地区))?(?:[\u4e00-\u9fff]{1,7}?(?:区|县|旗|市))?"
)
_NO_NAME = re.compile(
    r"(?:经济|技术|高新|工业)*(?:开发|经开|高新|工业)区|[本我]?[区县市]|市区|城区|辖区"
)  # 开发区南区: which one, it does not say
_NUMBERING = re.compile(r"^\(?\d{1,2}(?:[.、:]|\))(?=[\u4e00-\u9fff])")
_LABEL = re.compile(r"^(?:所属|所在|项目|建设|填报|责任)*(?:属地|乡镇(?:街道)?|镇街|街道|单位|地点|地址|区域):")
_EDGES = "。.;,、:\"'*★☆√✓✔☑✅"
_AROUND = re.compile(r"[\u4e00-\u9fff]+?(?:省|自治区|市|自治州|地区)")
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
    body = squeeze(text).lower().strip(_EDGES)
    if body not in index:
        body = _LABEL.sub("", _NUMBERING.sub("", body)).strip(_EDGES)
    found = _known(body, index, ctx)
    if found:
        return _with_remarks(found, body, index, ctx)
    away = _elsewhere(without_remarks(body).replace(":", ""), index, ctx)
    if away:
        return away
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
    """As written; without remarks in brackets; without the scheme's own district in front; without 人民政府 behind."""
    bare = without_remarks(body)
    at_home = _home(ctx.district, ctx.within).sub("", bare)
    spelled = [body, bare, at_home, _OFFICE.sub("", at_home), _OFFICE.sub("", bare)]
    return [word for word in dict.fromkeys(spelled) if word]


@lru_cache(maxsize=64)
def _home(district: str, within: str) -> re.Pattern[str]:
    """某省某市某区, the scheme's own, or any part of it that ends where it ends. The same name in another district is another
    place. Where a scheme does not say what lies around its district, only the district's own name proves it."""

    def named(area: str, kind: str) -> str:
        return f"{re.escape(area.rstrip(kind))}[{kind}]?" if len(area.rstrip(kind)) > 1 else re.escape(area)

    around = "".join(f"(?:{named(area, '省市州')})?" for area in _AROUND.findall(within))
    own = named(district, "区县市") if district else ""
    anything = r"(?:[\u4e00-\u9fff]{1,7}省)?(?:[\u4e00-\u9fff]{1,6}市)?" if own and not within else around
    return re.compile(f"^(?:{anything}{own}|{around})")


def _with_remarks(name: str, body: str, index: dict[str, str], ctx: ParseContext) -> ParsedCell:
    """东镇（the own district） is 东镇; 东镇（西乡） is two places, 东镇（another district） another one."""
    if body in index:
        return ok(name)
    for remark in remarks_in(body):
        other = _known(remark, index, ctx)
        if other and other != name:
            return error("cell.township.several", found="、".join(sorted((name, other))))
        rest = _home(ctx.district, ctx.within).sub("", remark)
        if not other and rest and _AREA.fullmatch(rest):
            return _away(rest, ctx)
    return with_doubt(name, body)


def _elsewhere(bare: str, index: dict[str, str], ctx: ParseContext) -> ParsedCell | None:
    """谢家集区三和镇: a name of ours behind the name of a place that is not around us."""
    rest = _home(ctx.district, ctx.within).sub("", bare)
    for area in _areas(rest):
        found = _known(rest[len(area) :], index, ctx)
        if not found and not _inside(rest[len(area) :], index):
            continue
        unproved = not ctx.within and not re.search("[区县旗]$", area)  # a city: nothing says whether it is ours
        if found and (not ctx.district or unproved or _NO_NAME.fullmatch(area)):
            return warn(found, "cell.dropped", read=found, dropped=area)
        return _away(area, ctx)
    return None


def _areas(body: str) -> list[str]:
    """What may be the district before a name: 大通区 in 大通区舜耕镇."""
    return [
        body[: end + 1] for end, char in enumerate(body) if char in "区县旗市省" and _AREA.fullmatch(body[: end + 1])
    ]


def _away(area: str, ctx: ParseContext) -> ParsedCell:
    return error("cell.township.elsewhere", area=area, values=_some(ctx))


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
    return error("cell.township.unknown", suggest=index[near] if near else "", values=_some(ctx))


def _some(ctx: ParseContext) -> str:
    """The first of the list's names."""
    return "、".join(place.name for place in ctx.places[:6]) + ("等" if len(ctx.places) > 6 else "")
