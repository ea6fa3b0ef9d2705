"""Shapes in which people write a day, a month or a longer stretch of time: text → `Shape`, or what is wrong with it.

Nothing is decided here about what a column wants; `dates.py` and `spans.py` do that. A shape keeps what was left
out (the year, the day) as 0, and remembers by code what had to be inferred.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from validators.parsers.base import NOTHING
from validators.parsers.datewords import normalise
from validators.parsers.numerals import NUMERAL_CHARS


class Shape(NamedTuple):
    """A stretch of time as written. `part`: 上旬 中旬 下旬 初 中, Q1…Q4, H1 H2; `end`: 底/末, the last day is meant."""

    year: int = 0
    month: int = 0
    day: int = 0
    part: str = ""
    end: bool = False
    before: bool = False  # …前
    about: bool = False  # …左右
    planned: bool = False  # 预计, 计划, 拟 …
    told: tuple[str, ...] = ()  # codes of what was inferred
    dropped: str = ""  # words beside the date that were left out
    words: str = ""  # the weekday that was written beside it


class Fault(NamedTuple):
    """Why a text is no date: the code of its sentence below `cell.date.`, and the parameters."""

    code: str
    params: Mapping[str, Any] = NOTHING


_N = f"[{NUMERAL_CHARS}]"
_LUNAR = re.compile(r"农历|阴历|旧历|正月|腊月|冬月|初[一二三四五六七八九十]")
_ERA = re.compile(r"民国|昭和|平成|令和|大正|光绪|乾隆")
_FEAST = re.compile(
    r"春节|元旦|元宵|清明|五一|劳动节|端午|七一|八一|中秋|国庆|十一(?!月)|双节|节[前后]|年[前后](?!\d)|过年|汛期|雨季|入冬|开春|"
    r"[春夏秋冬](?:季|天|后|$)|麦收|暑假|寒假|两会"
)
_VAGUE = re.compile(
    r"近期|近日|尽快|尽早|即将|马上|随时|陆续|适时|不久|下一步|届时|视情况?|另行|成熟|批复后|[\u4e00-\u9fff]后$"
)
_NOT_YET = re.compile(r"(?:目前|暂时?|现|尚|还|均|都)*(?:未|没有?)[\u4e00-\u9fff]{0,8}[。.]?")
_NOT_NEEDED = re.compile(r"(?:不需要?|无需|无须|不用|不必|免|豁免|不办)[\u4e00-\u9fff]{0,8}[。.]?")
_LABEL = re.compile(
    r"^(?!.*(?:[年月\d]|日(?!期)).*:)[\u4e00-\u9fff()]{2,14}[:]|^[\u4e00-\u9fff]{2,8}(?:日期|时间)[:]?(?=\d{4})"
)
_MOOD = re.compile(
    r"^(?:(?P<plan>不[晚迟]于|预计|预期|计划|拟定?|力争|争取|暂定|初定|原定|确保|暂按|目标)|(?P<about>约|大约|大概|大致|估计)|"
    r"于|在|将|从|自|已|实际|公元|约定|至|到|截至|截止)"
)
_PLAN_WORD = re.compile(r"预计|预期|计划|拟|力争|争取|暂定")
_WEEKDAY = re.compile(r"[(]?(?:星期|周|礼拜)([一二三四五六日天末])[)]?")
_ABOUT_END = re.compile(r"(?:左右|前后|上下|许|附近)$")
_BEFORE_END = re.compile(r"(?:以前|之前|前|以内|之内)(?:完成|完工|竣工|开工|投产|建成|签约|办结|办理|到位)?$")
_AFTER_END = re.compile(r"(?:以后|之后|后|起|开始|以来|至今|至|到|[-~])$")
_S = r"[-./,\\、_]"
_PART = r"上中旬|中上旬|中下旬|中下|上旬|中旬|下旬|上半月|下半月|初|中|底|末"
_Y = r"(?P<y>\d{4}|\d{2}|\d{3}|\d{5})"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<!\d){_Y}(?:年度?{_S}?|{_S}+)(?P<m>\d{{1,2}})(?:月份?{_S}?|{_S}+)(?P<d>\d{{1,2}})(?!\d)[日号]?(?![月年])",
        r"(?<!\d)(?P<d>\d{1,2})[-./](?P<m>\d{1,2})[-./](?P<y>\d{4})(?!\d)",
        rf"(?<!\d){_Y}(?:年度?{_S}?|{_S}+)(?P<m>\d{{1,2}})(?![\d季周])(?:月份?)?(?P<part>{_PART})?",
        rf"(?<!\d){_Y}(?:年度?|{_S})?(?:第?(?P<q>\d)季度?|[Qq](?P<q2>\d))(?P<part>初|中|底|末)?",
        rf"(?<!\d){_Y}(?:年度?)?(?P<h>[上下])半年度?(?P<part>底|末|初)?",
        rf"(?<!\d){_Y}年度?(?P<part>底|末|终|内|中|初)?",
        r"(?<![\d年])(?P<m>\d{1,2})月份?(?P<d>\d{1,2})(?!\d)[日号]?",
        rf"(?<![\d年])(?P<m>\d{{1,2}})月份?(?P<part>{_PART})?",
        r"(?<!\d)(?:第?(?P<q>\d)季度?|[Qq](?P<q2>\d)(?!\d))(?P<part>初|中|底|末)?",
        r"(?P<h>[上下])半年度?(?P<part>底|末|初)?",
        r"(?<!\d)(?P<m>\d{1,2})[-./](?P<d>\d{1,2})(?!\d)[日号]?",
        r"(?<!\d)(?P<d>\d{1,2})[日号]",
    )
)  # fmt: skip
_RANGE = re.compile(
    r"\d(?:年度?|月份?|[日号]|季度)?(?:底|末|初|中|上旬|中旬|下旬)?(?:[~至到]|--+)(?:次年|明年|翌年)?第?[上下]?\d|"
    r"\d[月日号年]-\d|(?<![-./\d年])\d{1,2}-\d{1,2}(?:月|日|号|季度)|年\d{1,2}-\d{1,2}月|\d{2,4}[./]\d{1,2}-\d{2,4}[./]\d|"
    r"\d{4}[./]\d{1,2}[./]\d{1,2}-\d|(?<!\d)\d{4}-(?:19|20)\d\d(?!\d)|\d-\d{1,2}季"
)
_UNSURE = re.compile(r"未|没|不|暂|停|取消|推迟|延期|改|拟|待|预计|计划")
_GLUED = re.compile(r"(20\d\d)(?:-(\d\d)(\d\d)|(\d\d)-(\d\d))")  # 2025-0308
_UNFILLED = re.compile(r"年度?(?:[月日]|[xX*_?]+月)")  # 2025年  月  日, 2025年X月: a form not filled in
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")
_TWO_MONTHS = re.compile(r"(?<![十廿])(?:一二|二三|三四|四五|五六|六七|七八|八九|九十)月")
_JOINED = re.compile(r"[、;\n和及或,]")


def read_shape(folded: str, today: date) -> Shape | Fault:
    """A folded, non-blank text → the one stretch of time it names."""
    refused = _refuse(folded)
    if refused:
        return refused
    text, told = normalise(folded, today)
    body, remark = _brackets(text)
    weekday = _WEEKDAY.fullmatch(remark)
    shape = Shape(told=told, words=weekday[1] if weekday else "")
    body, shape = _strip(body, shape)
    if not re.search(r"\d", body) and not re.search(r"[上下]半年", body):
        if not re.search(r"\d", remark) or _UNSURE.search(body) or re.search(_N, body):
            return _wordy(folded, shape)
        body, shape, remark = remark, shape._replace(dropped=body), ""  # 已取得(2025.3.8)
    if _UNFILLED.search(body) or _CLOCK.fullmatch(folded):
        return Fault("unclear")
    if _TWO_MONTHS.search(folded):
        return Fault("several")
    if _RANGE.search(body):
        return Fault("range")
    glued = _GLUED.fullmatch(body)
    if glued:
        year, month, day = (int(part) for part in glued.groups() if part)
        return shape._replace(year=year, month=month, day=day, told=(*shape.told, "digits"))
    found = _digits(body, shape, today) if body.isdigit() else _find(body, shape, today)
    if isinstance(found, Fault) or not remark:
        return found
    planned = found.planned or bool(_PLAN_WORD.search(remark))
    told_of = remark if re.search(r"\d|未|暂停|推迟|延期|取消|停工|作废|撤销", remark) else ""
    return found._replace(planned=planned, dropped=found.dropped or told_of)


def _refuse(text: str) -> Fault | None:
    joined = "".join(text.split())
    if _LUNAR.search(joined):
        return Fault("lunar")
    if _ERA.search(joined):
        return Fault("era")
    if re.match(r"^-\d", joined):
        return Fault("negative")
    if not re.search(
        rf"\d|{_N}[年月日号季]|[二贰]{_N}{{3}}[-./·、]{_N}|[上下]半年|[年月][底末中内初]|[本当上下今明去]个?[年月]",
        joined,
    ):
        return _wordy(joined, Shape())
    return None


def _wordy(text: str, shape: Shape) -> Fault:
    """Texts without any date in them."""
    if _NOT_YET.fullmatch(text):
        return Fault("not_yet")
    if _NOT_NEEDED.fullmatch(text):
        return Fault("not_needed")
    return Fault("vague" if _FEAST.search(text) or _VAGUE.search(text) or shape.planned else "words")


def _brackets(text: str) -> tuple[str, str]:
    whole = re.fullmatch(r"\((.*)\)", text)
    if whole and "(" not in whole[1]:
        return whole[1], ""
    remarks = re.findall(r"\(([^()]*)\)?", text)
    return re.sub(r"\([^()]*\)?", "", text), "、".join(remarks)


def _strip(body: str, shape: Shape) -> tuple[str, Shape]:
    """Label, mood words, weekday and the words behind a date, each remembered where it changes the meaning."""
    weekday = _WEEKDAY.search(body)
    if weekday and re.search(r"\d", body[: weekday.start()]):
        body, shape = body.replace(weekday[0], "", 1), shape._replace(words=weekday[1])
    label = _LABEL.match(body)
    if label and re.search(r"\d", body[label.end() :]):
        shape = shape._replace(planned=bool(_PLAN_WORD.search(label[0])))
        body = body[label.end() :]
    body = body.strip(";,.、:。'\"!*√✓✔☑✅★☆※/\\ \n")
    while match := _MOOD.match(body):
        shape = shape._replace(planned=shape.planned or bool(match["plan"]), about=shape.about or bool(match["about"]))
        body = body[match.end() :]
    if _ABOUT_END.search(body):
        body, shape = _ABOUT_END.sub("", body), shape._replace(about=True)
    if _BEFORE_END.search(body) and not re.search(r"年前$", body[-2:]):
        body, shape = _BEFORE_END.sub("", body), shape._replace(before=True)
    return body.rstrip(";,.、:。/"), shape


def _digits(body: str, shape: Shape, today: date) -> Shape | Fault:
    """Bare digits: 20250315, 250315, 202503, 2025, 45731."""
    if len(body) == 8:
        return shape._replace(year=int(body[:4]), month=int(body[4:6]), day=int(body[6:]))
    if len(body) == 6 and 1 <= int(body[4:]) <= 12 and 1900 <= int(body[:4]) <= 2100:
        return shape._replace(year=int(body[:4]), month=int(body[4:]))
    if len(body) == 6 and 1 <= int(body[2:4]) <= 12 and 1 <= int(body[4:]) <= 31:
        return _two_digit(shape, int(body[:2]), today, month=int(body[2:4]), day=int(body[4:]))
    if len(body) == 7 and 1900 <= int(body[:4]) <= 2100:
        return _seven(body, shape)
    if len(body) == 5:
        return Fault("serial", {"digits": body})
    if len(body) == 4 and 1900 <= int(body) <= 2100:
        return shape._replace(year=int(body))
    return Fault("unclear")


def _seven(body: str, shape: Shape) -> Shape | Fault:
    """2025315 is 3月15日; 2025115 could be 1月15日 or 11月5日."""
    year = int(body[:4])
    ways = [(int(body[4:5]), int(body[5:])), (int(body[4:6]), int(body[6:]))]
    good = [(m, d) for m, d in ways if 1 <= m <= 12 and 1 <= d <= last_of(year, m)]
    if len(good) != 1:
        return Fault("ambiguous" if good else "unclear")
    return shape._replace(year=year, month=good[0][0], day=good[0][1], told=(*shape.told, "digits"))


def _find(body: str, shape: Shape, today: date) -> Shape | Fault:
    for pattern in _PATTERNS:
        match = pattern.search(body)
        if match:
            break
    else:
        return Fault("unclear")
    if re.match(r"[季旬周期批]", body[match.end() :]):
        return Fault("unclear")  # 2025年3月2周
    rest = body[: match.start()] + "|" + body[match.end() :]
    if re.search(r"\d", rest):
        return Fault("several" if _JOINED.search(rest) or re.search(r"[年月期]", rest) else "unclear")
    if _FEAST.search(rest):
        return Fault("vague")
    if _AFTER_END.search(rest) and len(rest) <= 6:
        return Fault("after")
    if re.search(r"未|没|不|暂|停|取消|推迟|延期|改", rest):
        return Fault("unclear")
    words = rest.replace("|", "").strip(";,.、:。-份当天那年 \n") or shape.dropped
    return _build(match, shape._replace(dropped=words, planned=shape.planned or bool(_PLAN_WORD.search(words))), today)


_PARTS = {
    "上半月": "中",
    "下半月": "下旬",
    "初": "上旬",
    "上中旬": "中旬",
    "中上旬": "中旬",
    "中下旬": "下旬",
    "中下": "下旬",
}


def _build(match: re.Match[str], shape: Shape, today: date) -> Shape | Fault:
    found = match.groupdict()
    month, day = int(found.get("m") or 0), int(found.get("d") or 0)
    year = found.get("y") or ""
    if found.get("d") and not day:
        return Fault("unclear")  # 2025.3.0
    if day and year and match.start("d") < match.start("y"):
        return _day_first(shape._replace(month=month, day=day), int(year))
    if month > 12 and not day and len(year) == 2 and 1 <= int(year) <= 12 and "年" not in match[0]:
        return shape._replace(month=int(year), day=month, told=(*shape.told, "no_year"))  # 03-15
    quarter, half, part = found.get("q") or found.get("q2"), found.get("h"), found.get("part") or ""
    if quarter:
        if not 1 <= int(quarter) <= 4:
            return Fault("bad_quarter", {"quarter": quarter})
        shape = shape._replace(part=f"Q{quarter}", end=part in ("底", "末"))
        if part in ("初", "中"):
            return Fault("vague")
    elif half:
        shape = shape._replace(part="H1" if half == "上" else "H2", end=part in ("底", "末"))
    elif part in ("底", "末", "终"):
        shape = shape._replace(end=True)
    elif part == "初" and not month:
        return Fault("vague")
    else:
        part = _PARTS.get(part, part)
        shape = shape._replace(part={"中": "H1"}.get(part, part) if not month and part != "内" else part)
    shape = shape._replace(month=month, day=day)
    if "m" in found and found["m"] is not None and not 1 <= month <= 12:
        return Fault("bad_month", {"month": found["m"]})
    return _with_year(match, year, shape, today)


def _with_year(match: re.Match[str], year: str, shape: Shape, today: date) -> Shape | Fault:
    if not year:
        if not shape.month and not shape.part:
            return Fault("day_only", {"day": shape.day}) if shape.day else Fault("unclear")
        return shape._replace(told=(*shape.told, "no_year"))
    mixed = match[0].replace(year, "", 1)
    if shape.day and shape.day <= 12 and "." in mixed and "-" in mixed:
        return Fault("range")
    if len(year) == 4:
        return shape._replace(year=int(year))
    if len(year) == 2:
        return _two_digit(shape, int(year), today, shape.month, shape.day, dots="年" not in match[0])
    return Fault("bad_year", {"year": year})


def _day_first(shape: Shape, year: int) -> Shape | Fault:
    """15/3/2025; 3/5/2025 could be 3月5日 or 5月3日."""
    first, second = shape.day, shape.month
    if first <= 12 and second <= 12 and first != second:
        return Fault("ambiguous")
    month, day = (first, second) if first <= 12 else (second, first)
    return shape._replace(year=year, month=month, day=day, told=(*shape.told, "digits"))


def _two_digit(shape: Shape, year: int, today: date, month: int, day: int, dots: bool = True) -> Shape | Fault:
    if dots and day and not _near(year, today) and _near(day, today) and year <= 31:
        return Fault("ambiguous")  # 15-03-25
    if dots and not day and year <= 12:  # 3.15 is 3月15日; 25.3 is 2025年3月
        return shape._replace(month=year, day=month, told=(*shape.told, "no_year"))
    century = 2000 if year <= (today.year + 20) % 100 else 1900
    return shape._replace(year=century + year, month=month, day=day, told=(*shape.told, "two_digit_year"))


def _near(year: int, today: date) -> bool:
    return abs(2000 + year - today.year) <= 12


def last_of(year: int, month: int) -> int:
    """The last day of a month."""
    return calendar.monthrange(year, month)[1]


_TEN_DAYS = {"上旬": 10, "中旬": 20, "中": 15}


def bounds(shape: Shape) -> tuple[date, date]:
    """First and last day of a shape whose year is known and whose numbers are possible."""
    year, month = shape.year, shape.month
    if shape.day:
        return date(year, month, shape.day), date(year, month, shape.day)
    if month:
        last = _TEN_DAYS.get(shape.part, last_of(year, month))
        first = {"中旬": 11, "下旬": 21, "中": 15}.get(shape.part, 1)
        return date(year, month, last if shape.end else first), date(year, month, last)
    if shape.part[:1] in ("Q", "H") and shape.part[1:]:
        length = 3 if shape.part[0] == "Q" else 6
        end = int(shape.part[1]) * length
        return date(year, end - length + 1, 1), date(year, end, last_of(year, end))
    return date(year, 1, 1), date(year, 12, 31)
