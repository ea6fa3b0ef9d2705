"""Names of companies and projects. Kept as people write them, minus what is not part of the name."""

from __future__ import annotations

import re

from validators.cells import fold, tidy
from validators.parsers.base import ParseContext, ParsedCell, error, ok, warn
from validators.rawcell import Format

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002ffff"
_SPACE_IN_HAN = re.compile(rf"(?<=[{_HAN}（）()、，。“”《》])\s+|\s+(?=[{_HAN}（）()、，。“”《》])|\s*\n\s*")

# companies --------------------------------------------------------------------------------------------------

_LEGAL = re.compile(
    r"(?:有限公司|责任公司|股份公司|集团公司|总公司|分公司|子公司|有限责任|厂|院|所|中心|社|局|委|委员会|政府|管委会|办公室|街道|集团|店|商行|支行|分行|银行|部|队|学校|[大中小]学|幼儿园|医院|办事处|会|基金|合伙企业|"
    r"\((?:有限合伙|普通合伙|特殊普通合伙|个体工商户|筹|筹建|筹备)\)|个体工商户|工作室|服务站|经营部|门市|养殖场|农场|林场|电站|水厂|站|村|社区|组织|联合社|处|室|馆|ltd\.?|inc\.?|llc|corp\.?|gmbh|s\.?a\.?|plc)$",
    re.I,
)
_COMPANY_LABEL = re.compile(
    r"^(?:项目|建设|施工|监理|投资|法人|业主|企业|承建)*(?:单位|企业|公司|主体|业主|法人|方)(?:名称|全称)?[:：]\s*"
)
_COMPANY_TAIL = re.compile(r"[(（](?:盖章|公章|章|签章|印章)[)）]$")
_PHONE_IN = re.compile(
    r"[,，、;；:：\s(（]*(?:电话|手机|联系电话)?[:：]?\s*(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?!\d)[)）]?"
)
_ENDS = "；;。，,、“”\"' "
_SHORT_FOR = re.compile(r"[(（](?:以下)?简称[^()（）]*[)）]$")
_USCC_IN = re.compile(r"[,，、;；:：(（\s]*(?:统一社会信用代码|信用代码)?[:：]?\s*[0-9A-HJ-NPQRTUWXY]{18}[)）]?")


def parse_company(text: str, ctx: ParseContext) -> ParsedCell:
    """The name on the licence; a short form is kept and asked about."""
    if len([line for line in tidy(text).split("\n") if re.search(r"(?:公司|集团|厂|合作社)$", line.strip())]) > 1:
        return warn("、".join(filter(None, map(str.strip, tidy(text).split("\n")))), "cell.company.several", read=text)
    name = _name(text)
    if _is_number(name) or _NO_COMPANY.fullmatch(name):
        return error("cell.company.digits")
    more = _behind(text)
    if more:
        return warn(more[0], "cell.dropped", read=more[0], dropped=more[1])
    plain = _COMPANY_TAIL.sub("", _COMPANY_LABEL.sub("", name)).strip(_ENDS)
    shorter, why = _bare_company(plain)
    if not shorter or _is_number(shorter):
        return error("cell.company.digits" if shorter or why != "dropped" else "cell.company.only_code")
    if why == "dropped":
        return warn(shorter, "cell.dropped", read=shorter, dropped=plain.replace(shorter, "", 1).strip("（）(),，、 "))
    if why:
        return warn(shorter, f"cell.name.{why}", read=shorter)
    folded = re.sub(r"\((?:暂定名?|拟|拟名|暂名)\)$", "", fold(shorter))
    if re.search(r"公司[、,;/和及与].*公司", folded):
        return warn(shorter, "cell.company.several", read=shorter)
    return ok(shorter) if _LEGAL.search(folded) else warn(shorter, "cell.company.short", read=shorter)


_NO_COMPANY = re.compile(r"[是否有无对错√✓✔☑✅■□☐●○×✗✘\W_]+")
_ENDED = re.compile(
    r"([^\s,，、;；]*[^\s,，、;；]{2}(?:公司|合作社)(?:\([^()]*\)|（[^（）]*）)?)[\s,，;；]+([^\s,，、;；].*)", re.S
)
_PERSON_BEHIND = re.compile(r"[\u4e00-\u9fff]{2,}[:：].*|[\u4e00-\u9fff]{2,4}")
_OTHER = re.compile(r"公司|集团|厂$|合作社|合伙|联合体|分行|支行|[部处所]$")


def _behind(text: str) -> tuple[str, str] | None:
    """安徽A有限公司 张三: the company, and the person or whatever else stands behind it."""
    found = _ENDED.fullmatch(_COMPANY_LABEL.sub("", tidy(text)).strip(_ENDS))
    if found is None or _OTHER.search(found[2]):
        return None
    kept, rest = found[1], " ".join(found[2].split())
    return (kept, rest) if _LEGAL.search(fold(kept)) and _PERSON_BEHIND.fullmatch(rest) else None


_CUTS = (
    (re.compile(rf"{_SHORT_FOR.pattern}|{_USCC_IN.pattern}|{_PHONE_IN.pattern}"), "dropped"),
    (re.compile(r"^[★☆■□●▲△◆◇※＊*\s]+|[★☆■●▲◆※＊*\s]+$"), "starred"),
    (re.compile(r"^(?:(?:[\d０-９]+[、.．)）]|[①-⑳]|[(（]\d+[)）])\s*)+"), "numbered"),
)


def _bare_company(name: str) -> tuple[str, str]:
    """The name without codes, telephone numbers, stars and serial numbers; what was taken off that matters most."""
    taken: list[str] = []
    while True:
        before = name
        for pattern, why in _CUTS:
            shorter = pattern.sub("", name)
            taken += [why] if shorter != name else []
            name = shorter.strip(_ENDS)
        if name == before:
            return name, next((why for _, why in _CUTS if why in taken), "")


def _name(text: str) -> str:
    """Tidy text on one line, without spaces between Chinese characters."""
    text = tidy(text)
    return _SPACE_IN_HAN.sub("", text) if " " in text or "\n" in text else text


def _is_number(name: str) -> bool:
    return re.fullmatch(r"[\d.,:_+=*()-][\d\s.,:/年月日_+=*()-]*", fold(name)) is not None


# projects ---------------------------------------------------------------------------------------------------

_STAR = re.compile(r"^[★☆■□●▲△◆◇※＊*●○◎✦✩⭐#＃√✓✔\s]+|[★☆■●▲◆※＊*⭐\s]+$")
_SERIAL = re.compile(
    r"^(?![0-9０-９]+[、，,]\s*[0-9０-９]+\s*(?:[号#＃期幢栋楼]|标段))(?:[（(]?[0-9０-９]{1,3}[)）]|[0-9０-９]{1,3}[、．]|[0-9０-９]{1,3}[.](?![0-9０-９])|[①-⑳❶-❿⑴-⒇]|第[0-9一二三四五六七八九十]{1,3}[、.:：]|"
    r"[一二三四五六七八九十]{1,3}[、．.]|[（(][一二三四五六七八九十]{1,3}[)）])\s*"
)
_SPACED_SERIAL = re.compile(
    r"\s*[0-9０-９]{1,3}[ \u3000]+(?=[\u4e00-\u9fff])(?![号期个条台套万千百亿栋幢楼区标段车组线层吨米亩月]|年(?!产))"
)
_PROJECT_LABEL = re.compile(r"^(?:项目|工程)(?:全称|名称|名)\s*[:：]\s*")
_NO_NAME = frozenset(
    {
        "一期",
        "二期",
        "三期",
        "项目",
        "工程",
        "厂房",
        "新建项目",
        "未命名",
        "项目名称",
        "工业项目",
        "制造业项目",
        "该项目",
        "本项目",
    }
)
_SUM_ROW = re.compile(r"(?:合计|总计|小计|共计|总合计)[:：\d个项]*")


def parse_project_name(text: str, ctx: ParseContext) -> ParsedCell:
    """The name as filed; a serial number or a star stuck to its front is taken off and told."""
    if text.isascii() and _is_number(text):
        return error("cell.project.digits")
    spaced = _SPACED_SERIAL.match(tidy(text))
    name = _PROJECT_LABEL.sub("", _name(text[spaced.end() :] if spaced else text)).strip()
    if not name or _is_number(name) or re.fullmatch(r"[\W\d_]*", name):
        return error("cell.project.digits")
    if _SUM_ROW.fullmatch(fold(name)):
        return error("cell.project.total")
    shorter, code = name, "numbered" if spaced else ""
    while (cut := _cut(shorter)) is not None:
        shorter, code = cut[0], code or cut[1]
    if _is_number(shorter) or (code and len(shorter) < 2):
        return error("cell.project.digits")
    if code:
        return warn(shorter, f"cell.name.{code}", read=shorter)
    return warn(shorter, "cell.project.short", read=shorter) if shorter in _NO_NAME else ok(shorter)


def _cut(name: str) -> tuple[str, str] | None:
    """The name without one serial number or its stars, and which it was; None when it has neither."""
    for pattern, why in ((_STAR, "starred"), (_SERIAL, "numbered")):
        shorter = pattern.sub("", name).strip("、.．:： ")
        if shorter and shorter != name and pattern.search(name):
            return shorter, why
    return None


def name_number(digits: str, fmt: Format, ctx: ParseContext, kind: str) -> ParsedCell:
    """A bare number where a name is wanted."""
    code = {"person": "cell.person.digits", "company": "cell.company.digits", "project_name": "cell.project.digits"}
    return error(code[kind], part=digits)
