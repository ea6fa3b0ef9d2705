"""The quick way for cells in a plain form: one look, no folding, no questions.

Most cells of any book stand in a handful of forms: 2025-03-15, 12,000, a sound credit code. Those are read here, some
ten times faster than by the parsers; whatever has another form is left to them, so that speed never decides what is
read: a quick reader answers only what the parser of the type answers too, as `ok` (a property test holds them together).
A quick reader takes many cells at once: a call for each would cost as much as the look.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

from validators.cells import squeeze
from validators.parsers.base import ParseContext, Place
from validators.parsers.dates import FAR_AHEAD, FIRST_LIKELY
from validators.parsers.numerals import plain
from validators.parsers.projcodes import latest_time
from validators.rawcell import RawCell

Quick = Callable[[Sequence[RawCell]], "list[str | None]"]  # None for each cell that must be read with care

_D = "[0-9０-９]"
_DAY = re.compile(
    rf" *(?:({_D}{{4}})([-/.])({_D}{{1,2}})\2({_D}{{1,2}})|({_D}{{4}})年({_D}{{1,2}})月({_D}{{1,2}})日"
    rf"|([12]{_D}{{3}})({_D}{{2}})({_D}{{2}})) *",
    re.ASCII,
)
_SERIAL = re.compile(r"\x01n([0-9]{5})\x1fd")
_EPOCH = date(1899, 12, 30).toordinal()
_MONEY = re.compile(
    rf"(?:\x01n([0-9]{{1,9}})(\.[0-9]{{1,4}})?"
    rf"|({_D}{{1,9}}|[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,2}})((?!\.000(?![0-9]))\.[0-9]{{1,4}})?(万元|亿元)?)"
)
_YEAR = re.compile(rf"(?:19|20|１９|２０|1９|2０|１9|２0){_D}{{2}}")
_SUSPECT, _SUSPECT_DIGITS = 1_000_000, 6
_CENTURIES = ("19", "20", "１９", "２０")
_WIDE_WHOLE = re.compile("[１-９][０-９]{0,5}")
_HUNDRED_MILLIONS = re.compile(r"([0-9]{1,2})(?:\.(?!000亿)([0-9]{1,4}))?亿元")
LONGEST = 320  # no quick reader gives a longer value
_COUNT = re.compile(rf"(?:\x01n)?([1-9１-９]{_D}{{0,6}})")
_PERCENT = re.compile(rf"(?:\x01n)?([2-9２-９]|[1-9１-９]{_D}|100)")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_PROJECT = re.compile(  # a year to 2020, YYMM after that
    r"(?:20(?:1[5-9]|20)|(?:2[1-9]|[3-9][0-9])(?:0[1-9]|1[0-2]))-(?:1[1-9]|[2-7][0-9]|8[0-2])[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{6}"
)
_USCC = re.compile(r"[1-9ANY][0-9A-HJ-NPQRTUW-Y][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # of credit codes, in the order of the values 0 to 30
_AS_DIGITS = bytes.maketrans(_ALPHABET.encode(), b"0123456789ABCDEFGHIJKLMNOPQRSTU")  # the same values for int()
_HALF = str.maketrans("０１２３４５６７８９－", "0123456789-") | {0xFF21 + i: chr(65 + i) for i in range(26)}
# a first character with which no word for "nothing", "see there", "as above", "not yet" or a sum begins
_FIRST = (
    r"(?!正在|后补|补报|稍后|时间|日期|金额|数据|人员|名称|单位|项目|企业|公司|代码|编号|相关|目前|具体|请见|详见)"
    r"(?![详请见参按合总小共第空此免如待未不无暂现尚还仍在缺略同没一二三四五六七八九十])[\u4e00-\u9fff]"
)
_NAME = re.compile(rf" *({_FIRST}[\u4e00-\u9fffA-Za-z0-9]{{6,60}}) *")
_COMPANY = re.compile(rf" *({_FIRST}(?:(?!公司)[\u4e00-\u9fff]){{3,30}}(?:有限|责任)公司) *")
_TEXT = re.compile(rf"({_FIRST}[\u4e00-\u9fffA-Za-z0-9，。、；：（）]{{3,300}})")
_PERSON = re.compile(
    r"([赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许吕施张孔曹严魏陶姜谢邹喻潘葛范彭鲁马方任袁柳唐薛雷贺倪汤滕罗毕郝邬"
    r"傅齐康孟黄萧尹姚邵汪毛戴宋庞熊纪舒屈董梁杜阮季贾江郭梅林钟徐邱骆蔡田胡霍卢邓丁洪崔龚程邢裴陆荣翁曲]"
    r"(?:(?![总某等和及与长任记员理席书委师傅工局科处所站主副定无待同上下有经部院校会办组队监政警村支社厂矿店先女干镇乡企街缺休离辞变人负牵联抓管机电])[\u4e00-\u9fa5]){1,2})"
)


def quick_reader(field_type: str, ctx: ParseContext) -> Quick | None:
    """The quick reader of a type in a column, None where there is none."""
    if field_type in ("date", "date_plan", "date_actual"):
        latest = ctx.today if field_type == "date_actual" and not ctx.allow_future else date.max
        return _day_reader(date(FIRST_LIKELY, 1, 1), min(latest, date(ctx.today.year + FAR_AHEAD, 12, 31)))
    if field_type == "money_wan":
        return _money if ctx.unit in ("", "万元") else None
    if field_type in ("number", "integer"):
        return _each(_count) if not ctx.unit or ctx.unit == ctx.base_unit else None
    if field_type == "township":
        return _each(_names(ctx.places).get) if ctx.places else None
    if field_type == "projcode":
        return _codes_until(latest_time(ctx.today))
    if field_type == "person" and any(_PERSON.fullmatch(place.name) for place in ctx.places):
        return None  # 李庄 reports, so it is no person
    return _READERS.get(field_type)


def _each(read: Callable[[RawCell], str | None]) -> Quick:
    return lambda cells: list(map(read, cells))


@lru_cache(maxsize=64)
def _names(places: tuple[Place, ...]) -> dict[str, str]:
    """Units by their very names."""
    plain_names = [place.name for place in places if len(place.name) <= LONGEST]
    return {name: name for name in plain_names if squeeze(name).lower() == name}


@lru_cache(maxsize=64)
def _day_reader(first: date, last: date) -> Quick:
    match = _DAY.fullmatch

    def quick(raw: RawCell) -> str | None:
        try:
            if raw[:2] == "\x01n":
                serial = _SERIAL.fullmatch(raw)
                if serial is None:
                    return None
                day = date.fromordinal(_EPOCH + int(serial[1]))
            else:
                found = match(raw)
                if found is None:
                    return None
                at = found.lastindex or 4
                day = date(int(found[1] or found[at - 2]), int(found[at - 1]), int(found[at]))
        except ValueError:
            return None
        return day.isoformat() if first <= day <= last else None

    return _each(quick)


def _money(cells: Sequence[RawCell]) -> list[str | None]:
    """Amounts in a column of 万元. Bare digits are themselves; 2025 as text may be a year."""
    found: list[str | None] = []
    for raw in cells:
        stored = raw[:2] == "\x01n"
        bare = raw[2:] if stored else raw
        if not bare.isdecimal() or not bare.isascii() or len(bare) > _SUSPECT_DIGITS or bare[0] == "0":
            found.append(_amount(raw))
        else:
            found.append(bare if stored or len(bare) != 4 or bare[:2] not in _CENTURIES else None)
    return found


def _is_whole(text: str) -> bool:
    """A whole number below a million, as it is written canonically."""
    return 0 < len(text) <= _SUSPECT_DIGITS and text.isdecimal() and text.isascii() and text[0] != "0"


def _amount(raw: RawCell) -> str | None:
    """An amount with a unit, a fraction, groups of three or full-width digits. The frequent forms first."""
    if raw[-2:] == "万元" and _is_whole(raw[:-2]):
        return raw[:-2] if len(raw) > 3 else None
    if raw[-3:] == ".00" and _is_whole(raw[:-3]):
        return raw[:-3] if len(raw) > 4 else None
    if raw[-4:-3] == "," and 5 <= len(raw) <= 7 and _is_whole(whole := raw[:-4] + raw[-3:]):
        return whole
    if raw[-2:] == "亿元" and (found := _HUNDRED_MILLIONS.fullmatch(raw)) is not None:
        amount = int(found[1] + (found[2] or "").ljust(4, "0"))
        return str(amount) if 10 <= amount < _SUSPECT else None
    if _WIDE_WHOLE.fullmatch(raw) is not None:
        return str(int(raw)) if len(raw) != 4 or raw[:2] not in _CENTURIES else None
    return _other_amount(raw)


def _other_amount(raw: RawCell) -> str | None:
    found = _MONEY.fullmatch(raw)
    if found is None:
        return None
    stored, stored_part, written, part, unit = found.groups()
    digits = stored or written
    fraction = stored_part or part
    if unit is None and fraction is None:
        if stored is None and _YEAR.fullmatch(digits):
            return None  # a year?
        whole = int(digits.replace(",", "") if "," in digits else digits)
        return str(whole) if whole < _SUSPECT else None
    amount = Decimal(digits.replace(",", "") + (fraction or ""))
    if unit == "亿元":
        amount *= 10_000
    return plain(amount) if 10 <= amount < _SUSPECT else None


def _count(raw: RawCell) -> str | None:
    found = _COUNT.fullmatch(raw)
    return str(int(found[1])) if found else None


def _percent(raw: RawCell) -> str | None:
    found = _PERCENT.fullmatch(raw)
    return str(int(found[1])) if found else None


def _uscc(raw: RawCell) -> str | None:
    """Both check digits right. Both standards weigh the places by powers of a number, so a sum is what `int` reads in
    a base that leaves this number: GB 32100 by 3 modulo 31 from the left (34), GB 11714 by 2 modulo 11 (35)."""
    code = raw if raw.isascii() else raw.translate(_HALF)
    if _USCC.fullmatch(code) is None:
        return None
    if _ALPHABET[-int(code[16::-1].encode().translate(_AS_DIGITS), 34) % 31] != code[17]:
        return None
    return code if "0123456789X"[-2 * int(code[8:16], 35) % 11] == code[16] else None


@lru_cache(maxsize=64)
def _codes_until(latest: str) -> Quick:
    """Project codes whose time (a year, or YYMM, which is greater) is not after `latest`."""
    match = _PROJECT.fullmatch

    def quick(cells: Sequence[RawCell]) -> list[str | None]:
        codes = [raw if raw.isascii() else raw.translate(_HALF) for raw in cells]
        return [code if match(code) is not None and code[:4] <= latest else None for code in codes]

    return quick


def _phone(cells: Sequence[RawCell]) -> list[str | None]:
    match = _MOBILE.fullmatch
    return [raw if match(raw) is not None else None for raw in cells]


def _pattern(pattern: re.Pattern[str]) -> Quick:
    """The one group of the pattern is the value."""
    match = pattern.fullmatch
    return lambda cells: [found and found[1] for found in map(match, cells)]


_READERS: dict[str, Quick] = {
    "pct_progress": _each(_percent),
    "pct_invest": _each(_percent),
    "uscc": _each(_uscc),
    "phone": _phone,
    "person": _pattern(_PERSON),
    "project_name": _pattern(_NAME),
    "company": _pattern(_COMPANY),
    "text": _pattern(_TEXT),
    "long_text": _pattern(_TEXT),
    "yesno": _each({"是": "是", "否": "否"}.get),
}
