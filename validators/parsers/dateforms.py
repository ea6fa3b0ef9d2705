"""The forms in which the figures of a date stand: 2025-3-15, 2025年3月底, 20250315, 三季度 … One form per text."""

from __future__ import annotations

import re
from datetime import date

from validators.parsers.stretch import Fault, Shape, last_of

FEAST = re.compile(
    r"春节|元旦|元宵|清明|五一|劳动节|端午|七一|八一|中秋|国庆|十一(?!月)|双节|节[前后]|年[前后](?!\d)|过年|汛期|雨季|入冬|开春|"
    r"[春夏秋冬](?:季|天|后|$)|麦收|暑假|寒假|两会"
)
PLAN_WORD = re.compile(r"预计|预期|计划|拟|力争|争取|暂定")
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
_BEFORE_WORDS = re.compile(r"\|(?:以前|之前|前(?!期|后|往))")
_LETTER_MARK = re.compile(r"(?<![A-Za-z])[QqHh](?![A-Za-z])")  # of a quarter or half that was not understood
_UNREAD_PART = re.compile(r"\|[^,;、。:]{0,3}[月季旬]")  # what stands behind the year is less than a year
_JOINED = re.compile(r"[、;\n和及或,]")


def bare_digits(body: str, shape: Shape, today: date) -> Shape | Fault:
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
        return _two_ways(*((year, *way) for way in good)) if good else Fault("unclear")
    return shape._replace(year=year, month=good[0][0], day=good[0][1], told=(*shape.told, "digits"))


def find_one(body: str, shape: Shape, today: date) -> Shape | Fault:
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
    if FEAST.search(rest):
        return Fault("vague")
    if _LETTER_MARK.search(rest) or (set(match.groupdict()) == {"y", "part"} and _UNREAD_PART.search(rest)):
        return Fault("unclear")
    if _AFTER_END.search(rest) and len(rest) <= 6:
        return Fault("after")
    if re.search(r"未|没|不|暂|停|取消|推迟|延期|改", rest):
        return Fault("unclear")
    before = _BEFORE_WORDS.search(rest)  # 12月底|前竣工并投产
    words = _words(rest.replace(before[0], "|") if before else rest) or shape.dropped
    planned = shape.planned or bool(PLAN_WORD.search(words))
    return _build(match, shape._replace(dropped=words, planned=planned, before=shape.before or bool(before)), today)


def _words(rest: str) -> str:
    """What stands beside the figures, as it is told: 分两期…验收."""
    sides = [side.strip(";,.、:。-份当天那年 \n") for side in rest.split("|")]
    return "…".join(side for side in sides if side)


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
    if shape.day and shape.day <= 12 and (wrong := _mixed_marks(match)):
        return wrong
    if len(year) == 4:
        return shape._replace(year=int(year))
    if len(year) == 2:
        return _two_digit(shape, int(year), today, shape.month, shape.day, dots="年" not in match[0])
    return Fault("bad_year", {"year": year})


_SEVERAL_BY_MARK = {"-": "range", "、": "several", ",": "several"}


def _mixed_marks(match: re.Match[str]) -> Fault | None:
    """2025.6、8 and 2025年6-8 are two months, not a day: the marks of one date are alike. A month or day that says so,
    and 2025年6.5, leave no doubt."""
    text = match.string
    first, second = text[match.end("y") : match.start("m")], text[match.end("m") : match.start("d")]
    mark = second[-1:]
    if "月" in second or mark == first[-1:]:
        return None
    if "年" in first and (mark == "." or match[0][-1] in "日号"):
        return None
    return Fault(_SEVERAL_BY_MARK.get(mark, "ambiguous"))


def _day_first(shape: Shape, year: int) -> Shape | Fault:
    """15/3/2025; 3/5/2025 could be 3月5日 or 5月3日."""
    first, second = shape.day, shape.month
    if first <= 12 and second <= 12 and first != second:
        return _two_ways((year, first, second), (year, second, first))
    month, day = (first, second) if first <= 12 else (second, first)
    return shape._replace(year=year, month=month, day=day, told=(*shape.told, "digits"))


def _two_digit(shape: Shape, year: int, today: date, month: int, day: int, dots: bool = True) -> Shape | Fault:
    if dots and day and not _near(year, today) and _near(day, today) and year <= 31:
        return _two_ways((2000 + year, month, day), (2000 + day, month, year))  # 15-03-25
    if dots and not day and year <= 12:  # 3.15 is 3月15日; 25.3 is 2025年3月
        return shape._replace(month=year, day=month, told=(*shape.told, "no_year"))
    century = 2000 if year <= (today.year + 20) % 100 else 1900
    return shape._replace(year=century + year, month=month, day=day, told=(*shape.told, "two_digit_year"))


def _two_ways(*ways: tuple[int, int, int]) -> Fault:
    days = [f"{year}-{month:02d}-{day:02d}" for year, month, day in ways if 1 <= day <= 31]
    return Fault("ambiguous", {"ways": "、".join(days)} if len(days) > 1 else {})


def _near(year: int, today: date) -> bool:
    return abs(2000 + year - today.year) <= 12
