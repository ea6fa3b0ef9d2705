"""What kind of row stands in a sheet: data, or one of the many rows that must never become a project."""

from __future__ import annotations

import re
from collections.abc import Sequence

from validators.cells import is_blank, squeeze
from validators.headers import SYNONYMS, parse_header
from validators.units import is_unit_row

ROW_KINDS = ("data", "section", "subtotal", "total", "note", "sign", "unit", "title", "header", "blank")

_AFTER = r"(?:[(:,、;]?\d.*|[(:].*)?"  # what may follow 合计: a count, a bracket, a colon; 合计路改造项目 is a project
_TOTAL = re.compile(rf"总?(?:合计|总计|共计|累计合计|累计|平均)(?:数|金额|投资|项目数?)?{_AFTER}")
_TOTAL_WORD = re.compile(r"(?:全区|全市|全县|全省|总|全部|以上)(?:合计|计|共计|总计)")
_COMPARED = r"(?:同比|环比|比上年|较上年|较去年)(?:同期)?(?:增长|增减|增幅|下降)?(?:率|额)?|占比|比重|(?:去年|上年)(?:同期|完成)(?:数|额)?|增长率|增幅"
_SUBTOTAL = re.compile(
    rf"{_COMPARED}{_AFTER}|.{{0,20}}(?:小计|分计){_AFTER}|.{{1,20}}[^总](?:合计|汇总)(?:[(:].*)?|其中(?::.*)?"
)
_NOTE = re.compile(
    r"[(*※#]?(?:备?注|说明|填表说明|填报说明|填报要求|填写说明|注意事项|指标解释|示例|样例|填表须知|温馨提示|例如?|数据来源|资料来源|指标说明|注\d*)[:.、)1①(].*"
    r"|[(]?(?:备?注|例|填表说明|填报说明|填报要求|填写说明|注意事项|指标解释|示例|样例|填表须知|备注说明)[)]?"
)
_NOTE_TEXT = re.compile(
    r"-*\(?(?:以下空白|以下无内容|此页以下无内容|续表|接上页|接下页|完)\)?-*|第\d+页[,;/共]*(?:第?\d+页)?|[*※].*|.*(?:请于每|请在每|此表一式|本表由|此表由|本表自).*"
)
_SIGN = re.compile(
    r"(?:填报单位|报送单位|报送部门|填表单位|制表单位|编制单位|上报单位|单位名称|单位负责人|单位领导|填报人|填表人|制表人|制表|审核人|复核人|审核|审签|审批人|"
    r"负责人|分管领导|分管负责人|主要领导|主要负责人|联系人|联系电话|经办人|填报时间|填报日期|填表日期|填表时间|报送时间|报送日期|制表日期|制表时间|报出日期|上报日期|上报时间|"
    r"此表统计时间|统计时间|数据截止|数据截止日期|截止日期|截止时间|盖章|公章|签字|签章|填报科室|填报部门)(?:[(][^()]*[)])?(?:签字|签章|盖章)?(?::.*|截止.*|[(].*)?"
)
_DATED = re.compile(r"(?:数据)?截[至止](?:到|于)?:?20\d\d年.*|20\d\d[-年.]\d{1,2}[-月.]\d{1,2}日?")
_UNIT_ROW = re.compile(
    r"[(]?(?:计量|金额|投资|货币)?单位[:](?:人民币)?(?:万元|亿元|元|千元|百万元|千万元|亿|万|亩|平方米|个|%|[、,/和及])+[)]?"
)
_CN_ORDINAL = r"[一二三四五六七八九十]{1,3}"
_SECTION = re.compile(
    rf"{_CN_ORDINAL}[、.,:].*|[(]{_CN_ORDINAL}[)].*|第{_CN_ORDINAL}[部批类章].*|{_CN_ORDINAL}是.*|[IⅠⅡⅢⅣⅤVX]+[、.].*"
)
_ORDINAL_ALONE = re.compile(  # 一、 under 序号, the name of the section beside it
    rf"[(]?{_CN_ORDINAL}[)]?[、.,:]?|第{_CN_ORDINAL}(?:部分|[部批类章])[、.,:]?|[IVX]{{1,4}}[、.]?"
)
_LETTER = re.compile(r"[(]?[A-HJ-N][)]?[、.]?")
_TITLE = re.compile(
    r"附[件表]\d*|.*(?:清单|台账|一览表|汇总表|情况表|进度表|明细表|统计表|计划表|登记表|月报表?|季报表?|周报表?|旬报表?|年报表?|快报|调度表|报表|汇总|总表|名单|项目库|"
    r"情况|表|目录|任务分解|计划|通报)(?:[(].*[)])?"
)
_WORDS = (
    "序号 编号 项目名称 总投资 年度计划投资 备注 建设内容 建设内容及规模 建设规模及内容 建设规模及主要内容 建设起止年限 项目单位 责任单位 联系人 联系电话 建设地点 建设地址 "
    "建设性质 所属乡镇 所属区县 属地 投资主体 项目业主 形象进度 累计完成投资 本月完成投资 完成投资 存在问题 开工时间 竣工时间 开工日期 竣工日期 投产日期 签约日期 企业名称 "
    "统一社会信用代码 投资项目统一代码 项目代码 所属行业 行业 项目类型 项目类别 项目阶段 当前阶段 包保领导 联络员 投资完成率 单位名称 姓名 职务 电话 责任领导 责任人 "
    "完成时限 节点名称 年份 月份 问题 措施 资金来源 项目属地 乡镇 街道 地区 项目数 计划开工 计划竣工 实际开工 实际竣工 计划日期 实际日期 报送月份 情况说明 下步措施"
)
_HEADER_WORDS = frozenset(_WORDS.split())
_HEADER_TAIL = re.compile(
    r".{1,16}(?:名称|时间|日期|投资|内容|规模|单位|领导|电话|情况|进度|代码|性质|类型|问题|措施|年限|地点|地址|面积|方式|人|率|备注|数|年度|金额|说明)"
)
_NUMERIC = re.compile(r"-?[\d,.]+%?|[(][\d]+[)]|①?")
_ARABIC_START = re.compile(r"[(]?\d{1,4}[)]?[.、]?")  # no office numbers ten thousand lines: 45748 is a day


def classify_row(cells: Sequence[str]) -> str:
    """The kind of a row (one of ROW_KINDS) from the texts of its cells, left to right; numbers as shown.

    Order matters: totals are looked for before sections, because a section row may carry counts and sums.
    """
    texts = [squeeze(cell) for cell in cells]
    filled = [text for text in texts if text and not _is_dash(text)]
    if not filled or (len(filled) == 1 and _only_serial(texts, filled[0])):
        return "blank"
    for kind, test in _TESTS:
        if test(texts, filled):
            return kind
    return "data"


def _is_dash(text: str) -> bool:
    return is_blank(text) and text not in ("无", "合计")


def _only_serial(texts: list[str], text: str) -> bool:
    """A ghost row: somebody numbered the lines ahead."""
    return len(texts) > 1 and texts[0] == text and _ARABIC_START.fullmatch(text) is not None


def _is_total(texts: list[str], filled: list[str]) -> bool:
    return any(_TOTAL.fullmatch(text) or _TOTAL_WORD.fullmatch(text) for text in _leading(texts))


def _is_subtotal(texts: list[str], filled: list[str]) -> bool:
    return any(
        len(text) <= 40 and _SUBTOTAL.fullmatch(text) and not _TITLE_LIKE.fullmatch(text) for text in _leading(texts)
    )


_TITLE_LIKE = re.compile(r".*(?:年|月).*汇总|.*项目.*汇总")


def _leading(texts: list[str]) -> list[str]:
    """The cells in which a label can stand: the first two that hold words."""
    return [text for text in texts[:4] if text and not _NUMERIC.fullmatch(text)][:2]


def _is_note(texts: list[str], filled: list[str]) -> bool:
    first = filled[0]
    return _NOTE.fullmatch(first) is not None or (len(filled) == 1 and _NOTE_TEXT.fullmatch(first) is not None)


def _is_sign(texts: list[str], filled: list[str]) -> bool:
    signed = [text for text in filled if _SIGN.fullmatch(text)]
    with_colon = [text for text in signed if ":" in text or "章)" in text or "字)" in text]
    dated = len(filled) == 1 and _DATED.fullmatch(filled[0]) is not None
    sealed = len(filled) == 1 and re.fullmatch(r"\((?:盖章|公章|签字|签章)\)", filled[0]) is not None
    return (bool(with_colon) or dated or sealed) and not _is_unit(texts, filled)


def _is_unit(texts: list[str], filled: list[str]) -> bool:
    said = all(_UNIT_ROW.fullmatch(text) or is_unit_row(text) for text in filled)
    return said or (len(filled) == 2 and is_unit_row("".join(filled)))  # 计量单位 | 亿元


def _is_header(texts: list[str], filled: list[str]) -> bool:
    if len(filled) < 2:
        return False
    if is_column_numbers(filled):
        return True
    known = sum(1 for text in filled if looks_like_header(text))
    if any(_NUMERIC.fullmatch(text) for text in filled):
        return known >= 3 and known >= len(filled) * 2 / 3
    return known >= 2 and known >= len(filled) / 2


def looks_like_header(text: str) -> bool:
    """Whether a text reads like the title of a column: 项目名称, 年度计划投资（万元） …"""
    title = parse_header(text).title
    return (
        title in _HEADER_WORDS or title in SYNONYMS.values() or bool(_HEADER_TAIL.fullmatch(title) and len(title) <= 14)
    )


def is_column_numbers(filled: list[str]) -> bool:
    """`甲 | 乙 | 1 | 2 | 3`: the row of column numbers under a header."""
    plain = [text.strip("()") for text in filled]
    label = plain[0] in _INDEX_LABELS
    plain = plain[label:]
    letters = [text for text in plain if text in _STEMS and len(text) == 1]
    numbers = [int(match[1]) for text in plain if text.isascii() and (match := _COLUMN_NUMBER.fullmatch(text))]
    if len(letters) + len(numbers) != len(plain) or len(plain) < 3:
        return False
    if not numbers:
        return "".join(letters) == _STEMS[: len(letters)]
    return numbers == list(range(1, len(numbers) + 1)) and (bool(letters) or label or len(numbers) >= 4)


_STEMS = "甲乙丙丁戊己庚辛壬癸"
_INDEX_LABELS = frozenset({"栏次", "列次", "行次", "项次", "栏号", "列号"})
_COLUMN_NUMBER = re.compile(r"(\d{1,2})(?:=[\d+\-*/()x%]+)?")  # 3=1+2


def _is_section(texts: list[str], filled: list[str]) -> bool:
    first = filled[0]
    rest = filled[1:]
    words = [text for text in rest if not _NUMERIC.fullmatch(text)]
    if _ORDINAL_ALONE.fullmatch(first):
        return len(words) <= 1
    if _SECTION.fullmatch(first):
        return not words or len(filled) <= 2
    if _LETTER.fullmatch(first) and len(words) == 1:
        return len(words[0]) <= 4 or bool(_COUNTED.search(words[0]) or _GROUP.search(words[0]))
    if words or len(texts) < 2 or len(first) > 20 or _TITLE.fullmatch(first):
        return False
    return _COUNTED.search(first) is not None or (len(filled) == 1 and _GROUP.search(first) is not None)


_COUNTED = re.compile(r"(?:项目|类|批)[(:]?\d+[个项宗][)]?$")  # 续建项目（5个）, figures may follow
_GROUP = re.compile(
    r"[乡镇村区县市]$|街道$|[类批]$|(?:新开工|新建|续建|在建|拟建|竣工|投产|达产|储备|前期|开工|签约|谋划|停建|工业|农业|服务业|制造业|基础设施|民生|"
    r"重点|重大|计划|亿元以上|招商|政府投资|社会投资|产业|技改|扩建)(?:类)?(?:工程|建设)?项目$"
)


def _is_title(texts: list[str], filled: list[str]) -> bool:
    return (
        len(filled) == 1 and (len(filled[0]) >= 5 or filled[0][0] == "附") and _TITLE.fullmatch(filled[0]) is not None
    )


_TESTS = (
    ("unit", _is_unit),
    ("sign", _is_sign),
    ("header", _is_header),
    ("total", _is_total),
    ("subtotal", _is_subtotal),
    ("note", _is_note),
    ("section", _is_section),
    ("title", _is_title),
)
