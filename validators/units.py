"""Units where clerks write them: in a header (总投资（亿）, 总投资（人民币万元）), in a row of its own (单位：万元、亩, （亿元）).

A unit left unseen makes every amount of a column ten thousand times too small, so each way of writing one counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from validators.cells import squeeze

UNITS = (
    "万元", "亿元", "千元", "百万元", "千万元", "元", "万美元", "亿美元", "美元", "%", "‰", "个百分点", "百分点",
    "亩", "公顷", "平方米", "万平方米", "平方公里", "㎡", "m2", "万m2", "m³", "立方米", "公里", "千米", "米", "km", "m",
    "人", "个", "户", "家", "套", "台", "台套", "台(套)", "项", "宗", "次", "天", "日", "年", "月", "个月", "周", "工作日", "吨", "万吨", "吨标煤",
    "吨标准煤", "万吨标准煤", "千瓦", "兆瓦", "kw", "mw", "kva", "千伏安", "千瓦时", "度", "万千瓦时", "分", "名", "条", "件", "处", "栋", "层",
    "万元/亩", "元/平方米", "万元、亩", "万元,亩", "亿", "万", "位", "份", "辆", "座", "眼", "t", "吨/年", "立方米/日", "吨/日", "万元/年",
)  # fmt: skip
_UNIT_SET = frozenset(UNITS)
GROUP = re.compile(r"\(([^()]*)\)")
HALF_GROUP = re.compile(r"\(([^()]*)$")
_INSTRUCTION = re.compile(
    r"格式|必填|选填|可空|非必填|\d+位|填写|填报|请填|可填|^填|例如|^例|^如|根据|请|下拉|可多选|单选|多选|勾选|打√|打勾|以上$|注:|自动|公式|"
    r"yyyy|是/否|^是否$|保留|全称|精确到"
)
_RMB = re.compile(r"^(?:人民币|rmb|cny)|(?:人民币|rmb|cny)$")
_MONEY = r"(?:千万元|百万元|万元|亿元|千元|元)"
_LOOSE_UNIT = re.compile(
    r"(?:[:,、/;_-]?(?:单位[:]?)?(?:人民币|rmb)?(?P<unit>万元|亿元|千万元|百万元|万美元|亿美元|%|平方米|㎡|m2|亩)"
    r"|(?:[:,、/;_-](?:单位[:]?)?|单位[:]?)(?:人民币|rmb)?(?P<short>亿|万|千元|元))(?:人民币)?(?P<end>\)?)$",
    re.IGNORECASE,
)
_WORTH = re.compile(r"投资|资金|金额|产值|税|收入|利润|贷款|自筹|造价|费|成本|到位|额$")  # what is counted in money
SHORT = {"亿": "亿元", "万": "万元"}  # as they are said of money
_MEASURES = frozenset(
    {
        "万元",
        "亿元",
        "千元",
        "元",
        "百万元",
        "千万元",
        "亿",
        "万美元",
        "亩",
        "公顷",
        "平方米",
        "㎡",
        "m2",
        "%",
        "万元/亩",
        "人",
    }
)
_SAME = {"m2": "平方米", "㎡": "平方米", "万m2": "万平方米", "万元,亩": "万元、亩"}


def without_unit(title: str) -> tuple[str, str]:
    """A squeezed header without its unit and filling instructions, and the unit."""
    unit = ""
    for match in [*GROUP.finditer(title), *HALF_GROUP.finditer(title)]:
        content = _RMB.sub("", re.sub(r"^(?:计量|金额)?单位[:]?", "", match[1]).lower())
        pieces = [piece for piece in re.split(r"[,;]", content) if piece in _UNIT_SET]  # (万元,含设备)
        if (content in _UNIT_SET or len(pieces) == 1) and not unit:
            unit = content if content in _UNIT_SET else pieces[0]
            title = title.replace(match[0], "", 1)
        elif _INSTRUCTION.search(content):
            title = title.replace(match[0], "", 1)
    loose = _LOOSE_UNIT.search(title)
    if loose and not unit and loose.start():
        left = title[: loose.start()]
        half = loose["end"] and left.count("(") > left.count(")")  # 总投资(含税万元)
        return left + (")" if half else ""), _unit_word(loose["unit"] or loose["short"], left)
    return title, _unit_word(unit, title)


def _unit_word(unit: str, title: str) -> str:
    """总投资（亿） is in 亿元; 用工人数（万） is not in 万元."""
    return SHORT[unit] if unit in SHORT and _WORTH.search(title) else _SAME.get(unit, unit)


_SAID = re.compile(
    rf"(?<![报送表任设目属管])单位:(?:人民币|rmb)?({_MONEY})", re.IGNORECASE
)  # 填报单位:安成镇单位:万元报送时间:…
_AREAS = r"(?:[、,/和及](?:亩|平方米|公顷|个|人|%))*"
_ALONE = re.compile(  # 单位亿元, (亿元), 单位:亿
    rf"\(?(?:(?:计量|金额|投资|货币)?单位:?(?:人民币|rmb)?({_MONEY}|亿|万)|(?<=\()(?:人民币|rmb)?({_MONEY}|亿))(?:\(?人民币\)?)?{_AREAS}\)?",
    re.IGNORECASE,
)
_BEHIND = re.compile(rf"[表单账册]\((?:人民币|rmb)?({_MONEY}|亿){_AREAS}\)$", re.IGNORECASE)  # 项目一览表(亿元)


def sheet_unit(texts: Iterable[str]) -> str:
    """The money unit of a `单位：万元、亩` row among the texts above a header, "" when there is none."""
    before = ""
    for text in map(squeeze, texts):
        found = _SAID.search(text) or _alone(text) or _BEHIND.search(text) or (before and _alone(before + text))
        if found:
            unit = str(next(filter(None, found.groups())))
            return SHORT.get(unit, unit)
        before = text if text.endswith("单位:") or _LABEL.fullmatch(text) else ""  # 单位： | 亿元
    return ""


_LABEL = re.compile(r"(?:计量|金额|投资|货币)?单位:?")
_SPOKEN = re.compile(
    rf"(?P<of>[^,;。:、()]*?)(?<![报送表任设目属管])单位[均都皆]?(?:[:为是]+(?:(?:个|亩|人|公里|平方米|公顷)[、,/])*(?:人民币)?(?P<unit>{_MONEY}|亿|万)(?=$|[^\u4e00-\u9fff/]|人民币|计|填|的|表示)|(?P<bare>{_MONEY})(?=$|[),;。]))"
    rf"|(?P<of2>[^,;。:、()]*?)[均都皆]?以(?P<unit2>{_MONEY}|亿)为(?:计量|金额)?单位"
    rf"|(?P<of3>[^,;。:、()]*(?:投资额?|金额|资金|数额))[均都皆](?:为|是|按|以)(?P<unit3>{_MONEY}|亿)"
)
_BRACKETED = re.compile(rf"\((?:单位:?)?(?:人民币|rmb)?({_MONEY}|亿){_AREAS}\)", re.IGNORECASE)
_OF_ALL = re.compile(
    r"^(?:\d+[.、]?|注|表中|本表|表内|以上|上述|其中|所有|全部|的|涉及)+|(?:计量|金额|货币|数据|数字|数值|数额|的)+$"
)


def units_said(text: str, *, title: bool = False) -> list[tuple[str, str]]:
    """Money units that a text outside a header says, each with what it says it of, "" = of all: 注：表中投资单位为亿元.
    `title`: of a tab, a file, a table; there a unit in brackets counts too (项目（亿元）)."""
    plain = squeeze(text)
    found = []
    for match in _SPOKEN.finditer(plain):
        of = _OF_ALL.sub("", _OF_ALL.sub("", match["of"] or match["of2"] or match["of3"] or ""))
        of = "" if plain[: match.start()].endswith("单位:") else of  # 填报单位:安成镇 单位:万元
        found.append((of, match["unit"] or match["bare"] or match["unit2"] or match["unit3"]))
    alone = None if found else (_alone(plain) or (_BRACKETED.search(plain) if title else None))
    if alone:
        found.append(("", next(filter(None, alone.groups()))))
    return [(of, SHORT.get(unit, unit)) for of, unit in found]


def money_unit(text: str) -> str:
    """The money unit that a cell of a column 单位 is: 亿元, 万; "" for anything else."""
    plain = squeeze(text)
    return SHORT.get(plain, plain) if re.fullmatch(f"{_MONEY}|亿|万", plain) else ""


def says_units_only(text: str) -> bool:
    """Whether a squeezed text is nothing but the unit of the title above it: 亿元, （亩）."""
    return text.strip("()") in _MEASURES


def _alone(text: str) -> re.Match[str] | None:
    return _ALONE.fullmatch(text)


def is_unit_row(text: str) -> bool:
    """Whether a squeezed text says nothing but a money unit: （亿元）, 单位 亿元."""
    return _alone(text) is not None
