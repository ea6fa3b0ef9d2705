"""Shapes in which people write a day, a month or a longer stretch of time: text → `Shape`, or what is wrong with it.

Nothing is decided here about what a column wants; `dates.py` and `spans.py` do that. A shape keeps what was left
out (the year, the day) as 0, and remembers by code what had to be inferred.
"""

from __future__ import annotations

import re
from datetime import date

from validators.parsers.dateforms import FEAST, PLAN_WORD, bare_digits, find_one
from validators.parsers.datewords import normalise, plain_words
from validators.parsers.numerals import NUMERAL_CHARS
from validators.parsers.remarks import doubtful
from validators.parsers.stretch import Fault, Shape

_N = f"[{NUMERAL_CHARS}]"
_LUNAR = re.compile(r"农历|阴历|旧历|正月|腊月|冬月|闰[一二三四五六七八九十\d]{1,2}月|初[一二三四五六七八九十]")
_ERA = re.compile(r"民国|昭和|平成|令和|大正|光绪|乾隆")
_VAGUE = re.compile(
    r"近期|近日|尽快|尽早|即将|马上|随时|陆续|适时|不久|下一步|届时|视情况?|另行|成熟|批复后|[\u4e00-\u9fff]后$"
)
_NOT_YET = re.compile(r"(?:目前|暂时?|现|尚|还|均|都)*(?:未|没有?)[\u4e00-\u9fff]{0,8}[。.]?")
_NOT_NEEDED = re.compile(r"(?:不需要?|无需|无须|不用|不必|免|豁免|不办)[\u4e00-\u9fff]{0,8}[。.]?")
_LABEL = re.compile(
    r"^(?!.*(?:[年月\d]|日(?!期)).*:)[\u4e00-\u9fff()]{2,14}[:]|^[\u4e00-\u9fff]{2,8}(?:日期|时间)[:]?(?=\d{4})"
)
_MOOD = re.compile(
    r"^(?:(?P<moved>(?:延期|推迟|顺延|延后|延迟|调整|改)[至到为])|(?P<plan>不[晚迟]于|[应须](?=[于在])|预计|预期|计划|拟定?|力争|争取|暂定|初定|原定|确保|暂按|目标)|(?P<about>约|大约|大概|大致|估计)|"
    r"于|在|将|从|自|已|实际|公元|约定|至|到|截至|截止)"
)
_WEEKDAY = re.compile(r"[(]?(?:星期|周|礼拜)([一二三四五六日天末])[)]?")
_ABOUT_END = re.compile(r"(?:左右|前后|上下|许|附近)$")
_BEFORE_END = re.compile(r"(?:以前|之前|前|以内|之内)(?:完成|完工|竣工|开工|投产|达产|建成|签约|办结|办理|到位|并)*$")
_RANGE = re.compile(
    r"\d(?:年度?|月份?|[日号]|季度)?(?:底|末|初|中|上旬|中旬|下旬)?(?:[~至到]|--+)(?:次年|明年|翌年)?第?[上下]?\d|"
    r"\d[月日号年]-\d|(?<![-./\d年])\d{1,2}-\d{1,2}(?:月|日|号|季度)|年\d{1,2}-\d{1,2}月|\d{2,4}[./]\d{1,2}-\d{2,4}[./]\d|"
    r"\d{4}[./]\d{1,2}[./]\d{1,2}-\d|(?<!\d)\d{4}-(?:19|20)\d\d(?!\d)|\d-\d{1,2}季"
)
_UNSURE = re.compile(r"未|没|不|暂|停|取消|推迟|延期|改|拟|待|预计|计划")
_GLUED = re.compile(r"(20\d\d)(?:[-年](\d\d)(\d\d)|(\d\d)-(\d\d)|(\d\d)(\d\d)(?=[日号]))[日号]?")  # 2025-0308
_STORED = re.compile(r"(\d{5}|\d{8})\.0+")  # 20250315.0, 45731.0: a number that a program wrote out
_AMOUNT = re.compile(
    r"\d(?:余|多)?(?:[十百千]?[万亿]元|[百千]?元(?![旦月])|[千百]?[万亿](?![\u4e00-\u9fff])|万(?:平|吨|亩|千瓦|立方|米|人|户|头|只|件|台|套)|%|‰|亩|公顷|m2|平方|平米|"
    r"(?:吨|千瓦|兆瓦|公里|千米|米|人|户|家|套|台|个(?!月)|kw|mw)(?![\u4e00-\u9fff]))|"
    r"(?<![\d.])\d{1,2}\.\d+(?:年(?![\d底末初中])|个月|天|周)",
    re.I,
)  # 12.5亿元, 3.15%, 20.3亩, 3.5年 are no days
_UNFILLED = re.compile(r"年度?(?:[月日]|[xX*_?]+月)")  # 2025年  月  日, 2025年X月: a form not filled in
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")
_TWO_MONTHS = re.compile(r"(?<![十廿])(?:一二|二三|三四|四五|五六|六七|七八|八九|九十)月")
_NO_MONTH = re.compile(r"(?<!\d)\d{4}[年./-]\d{1,2}[日号]")  # 2025年5日
_YEAR_ALONE = re.compile(r"((?:19|20)\d\d)年?度?")
_TOLD_OF = re.compile(
    r"\d|未|暂停|推迟|延期|取消|停工|作废|无效|失效|撤销|终止|废止|退回|框架|(?<!已)受理|公示(?!结束|期满|完)|^大?约$|左右|前后|上下|大概|大致|^估计?$"
)  # remarks that change what is said


def read_shape(folded: str, today: date) -> Shape | Fault:
    """A folded, non-blank text → the one stretch of time it names."""
    stored = _STORED.fullmatch(folded)
    folded = stored[1] if stored else plain_words(folded)
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
    if _AMOUNT.search(body):
        return Fault("amount")
    if _NO_MONTH.search(body):
        return Fault("no_month")
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
    found = _one(body, shape, today)
    if isinstance(found, Fault) or not remark:
        return found
    whole = _completed(found, remark, today)
    if whole is not None:
        return whole
    planned = found.planned or bool(PLAN_WORD.search(remark))
    told_of = remark if _TOLD_OF.search(remark) or doubtful(PLAN_WORD.sub("", remark)) else ""
    return found._replace(planned=planned, dropped=found.dropped or told_of)


def _one(body: str, shape: Shape, today: date) -> Shape | Fault:
    return bare_digits(body, shape, today) if body.isdigit() else find_one(body, shape, today)


def _completed(found: Shape, remark: str, today: date) -> Shape | None:
    """5月6日(2023年) and 2025(6月5日): what stands before the bracket with the half of the date that stands in it."""
    year = _YEAR_ALONE.fullmatch(remark)
    told = (*(code for code in found.told if code != "no_year"), "bracket_year")
    if year and not found.year:
        return found._replace(year=int(year[1]), told=told)
    if not found.year or found.month or found.part or found.end:
        return None
    inside = _one(remark, found._replace(year=0), today)
    return inside._replace(year=found.year, told=told) if isinstance(inside, Shape) and not inside.year else None


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
    return Fault("vague" if FEAST.search(text) or _VAGUE.search(text) or shape.planned else "words")


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
        shape = shape._replace(planned=bool(PLAN_WORD.search(label[0])))
        body = body[label.end() :]
    body = body.strip(";,.、:。'\"!*√✓✔☑✅★☆※/\\ \n")
    while match := _MOOD.match(body):
        planned, about = shape.planned or bool(match["plan"] or match["moved"]), shape.about or bool(match["about"])
        shape = shape._replace(
            planned=planned, about=about, told=(*shape.told, *(("moved",) if match["moved"] else ()))
        )
        body = body[match.end() :]
    if _ABOUT_END.search(body):
        body, shape = _ABOUT_END.sub("", body), shape._replace(about=True)
    if _BEFORE_END.search(body) and not re.search(r"年前$", body[-2:]):
        body, shape = _BEFORE_END.sub("", body), shape._replace(before=True)
    return body.rstrip(";,.、:。/"), shape
