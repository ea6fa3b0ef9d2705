"""What a number format adds to a number or leaves out: `0.00"亿元"` shows 1.2 as 1.20亿元, `yyyy"年"m"月"` hides the day,
`m/d` the year.

The clerk sees the unit and believes that he has written it. Left unseen, 15亿元 would be read as 15 of the column's unit,
and a month that he wrote as its first day.
"""

from __future__ import annotations

import re
from functools import lru_cache

from validators.rawcell import NO_YEAR, Format

_QUOTED = re.compile(r'"([^"]*)"|\\(.)')
_FOREIGN = re.compile(r"\[\$(?:[A-Z]{2}\$|\$|€|£|₩|USD|EUR|HKD|GBP|JPY|KRW)", re.I)
_FOREIGN_WORDS = re.compile(r"美元|美金|欧元|港元|港币|日元|英镑|韩元|US\$|USD|EUR|HKD|[$€£₩]", re.I)
_UNITS: dict[str, Format] = {"元": "元", "元整": "元", "千元": "千", "万元": "万", "万": "万", "亿元": "亿", "亿": "亿"}
_SAID_BEFORE = re.compile(r"^(?:人民币|RMB|[¥￥]|约|合计|共计?|总计|计|预计)+", re.I)
_SCALED = re.compile(
    r"[0#?],+[^0#?,]*$|[0#?]!\.|[0#?]\\\.[0#?]|[0#?]\"\.\"[0#?]"
)  # 0,, and 0!.0, : shown smaller than stored


@lru_cache(maxsize=4096)
def shown_unit(code: str) -> Format:
    """What the format writes behind the number: 元, 千 (千元), 万 or 亿; "$" a foreign currency; "?" a number that is stored
    in another size than shown; "" none of these. The code's first section counts."""
    section = code[:1000].split(";", maxsplit=1)[0]
    words = "".join(a or b for a, b in _QUOTED.findall(section)) + "".join(
        re.findall(r"[万亿元千]+", _QUOTED.sub("", section))
    )
    if _FOREIGN.search(section) or _FOREIGN_WORDS.search(words):
        return "$"
    if _SCALED.search(section):
        return "?"
    word = _SAID_BEFORE.sub("", "".join(words.split()))
    return _UNITS.get(word) or ("?" if "元" in word else "")  # 百万元, 万元/年


# as we write dates, by their class
DATE_CODES: dict[str, str] = {"d": "yyyy-mm-dd", "m": "yyyy-mm", "y": "yyyy", NO_YEAR: 'm"月"d"日"'}
_LITERAL = re.compile(r'"[^"]*"|\\.|[_*].|\[(?!h+\]|m+\]|s+\])[^\]]*\]')  # but [h] and [mm], which count time
_DAY_OF_MONTH = re.compile(r"(?<!d)dd?(?!d)|日")  # ddd is a day of the week


@lru_cache(maxsize=4096)
def date_class(code: str) -> Format:
    """Of a format that shows dates or times: "m" when it shows no day but a month, "y" when the year only, "s" when
    month and day without a year, else "d"."""
    bare = _LITERAL.sub("", code[:1000].split(";", maxsplit=1)[0]).lower()
    if _DAY_OF_MONTH.search(bare) and not re.search(r"[yebg年]", bare) and re.search(r"[m月]", bare):
        return NO_YEAR
    if re.search(r"[dhs\[日]|a{3}", bare):
        return "d"
    return "m" if re.search(r"[m月]", bare) else "y" if re.search(r"[ye年]", bare) else "d"
