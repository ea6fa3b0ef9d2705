"""Names of people: one, or several joined with 、."""

from __future__ import annotations

import re

from validators.cells import fold, unquoted
from validators.parsers.base import ParseContext, ParsedCell, error, ok, warn
from validators.parsers.peoplewords import COMPOUND, SURNAMES, TITLES, nobody, undecided
from validators.parsers.remarks import doubtful

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002ffff"
_DOTS = re.compile(r"[•・‧∙⋅･．.](?=[\u4e00-\u9fff])")
_EDGES = " .。:_-"
_ROLE = r"[\u4e00-\u9fff]{0,10}(?:领导|人|员|姓名|联系|负责|长|书记|主任|经理|单位|部门|组|专班|成员|秘书|干部|代表|牵头|配合|主办|协办|协助|包保|包联|包抓|挂钩|挂点|主抓|分管|具体|日常)"
_ONLY_ROLE = re.compile(
    r"(?:包保领导|区?领导|联络员|联系人|负责人|责任人|姓名|经办人|分管领导|主管领导|法人|法定代表人):?"
)
_PLACES = re.compile(r"[A-Da-d][角岗][:]?")  # A角:张三,B角:李四
_NUMBERING = re.compile(r"(?:^|(?<=[、,;\s\u4e00-\u9fff]))\(?\d{1,2}(?:[.、]|\))\s*(?=[\u4e00-\u9fff])|\(\d\)$")
_CHANGED = re.compile(
    r"原[\u4e00-\u9fff:]{2,6}.{0,6}[现改]|\(原\).*\(现\)|[→⇒]|[\u4e00-\u9fff](?:改为|变更为|换成)[\u4e00-\u9fff]"
)
_PERSON_SPLIT = re.compile(
    r"[、,;/|\\\n&+:]|(?<=[\u4e00-\u9fff])-+(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])(?:和|及|与)(?=[\u4e00-\u9fff]{2,4}(?:$|[、,;]))"
)
_PHONE_IN = re.compile(r"(?:电话|手机|tel)?[:.]?\s*\+?\d[\d\- ]{5,}\d", re.I)
_TITLE_END = re.compile(rf"^([{_HAN}·]{{2,4}}?)((?:{'|'.join(TITLES)})+)$")
_TITLE_START = re.compile(rf"^((?:[区县市镇乡]?(?:委|政府)?(?:{'|'.join(TITLES[:-1])}))+)[:]?([{_HAN}·]{{2,4}})$")
_OFFICE = re.compile(r"(?:局|委|委员会|公司|政府|街道|镇|乡|办公室|管委会|中心|科|专班|社区|村|集团|部门|支部)$")
_BEFORE_NAME = re.compile(
    rf"([{_HAN}]{{2,8}}(?:局|委|办|政府|公司|集团|中心|镇|乡|街道|村|社区|人|员|代表|经理|领导|负责))([{''.join(sorted(SURNAMES))}][{_HAN}]{{1,2}})"
)  # 联系人张三, 区发改委张三
_SAID_OF = re.compile(
    rf"([{_HAN}·]{{1,6}}?)((?:(?:具体|主要|全面|临时|拟|暂)?(?:待定|未定|暂定|负责|牵头|分管|主抓|经办|联系|包保|手机|电话))+)"
)  # 张三负责, 张三待定: what is said of a man
_MARKS = re.compile(rf"[#@]+(?=[{_HAN}])")


def parse_person(text: str, ctx: ParseContext) -> ParsedCell:
    """One name, or several joined with 、."""
    folded = _PLACES.sub("、", _NUMBERING.sub("、", unquoted(fold(text))))
    folded = _DOTS.sub("·", folded).replace("．", "·")
    if _CHANGED.search(folded):
        return error("cell.person.changed")
    if re.fullmatch(r"[\d\s./年月日-]*\d[\d\s./年月日-]*", folded) and not re.search(r"\d{7}", folded):
        return error("cell.person.digits", part=folded)
    if re.search(r"\*|×|(?<![A-Za-z])[Xx]{1,2}(?![A-Za-z])", folded):
        return error("cell.person.masked")
    body, phones = _without_phones(folded.strip(_EDGES))
    dropped = [*phones, *_MARKS.findall(body)[:1]]
    body = re.sub(r"\(([^()]*)\)", lambda m: _keep_remark(m[1], dropped), _MARKS.sub("", body))
    names: list[str] = []
    doubts: list[str] = []
    body = re.sub(rf"(?:^|(?<=[、,;/\n ])){_ROLE}:+", "、", body)
    for piece in (part for part in _PERSON_SPLIT.split(body) if part and part.strip(_EDGES)):
        for name in _people(piece.strip(_EDGES), doubts, dropped):
            names.append(_plain_name(name, dropped))
    names = [name for name in dict.fromkeys(map(fold, names)) if _is_name(name)]
    strangers = _strangers(names, ctx)
    names = [name for name in names if name not in strangers]
    if not names:
        return _nobody(strangers, phones)
    return _judge_names(names, [*dropped, *strangers], doubts)


def _is_name(name: str) -> bool:
    if name in TITLES:
        return False
    return re.search(r"[^\W_]", name) is not None and _ONLY_ROLE.fullmatch(name) is None


def _strangers(names: list[str], ctx: ParseContext) -> list[str]:
    """What is no name: 企业, 已退休, 安成镇; and an office beside a name: 张三,区发改委主任."""
    places = {place.name for place in ctx.places}
    found = [name for name in names if nobody(name) or name in places]
    offices = [name for name in names if name not in found and _is_office(name)]
    return found + offices if len(found) + len(offices) < len(names) else found


def _nobody(strangers: list[str], phones: list[str]) -> ParsedCell:
    """Why there is no name: an office alone would have been one to ask about."""
    if strangers and all(map(undecided, strangers)):
        return warn("", "cell.pending")
    return error("cell.person.only_phone" if phones and not strangers else "cell.person.none")


def _without_phones(text: str) -> tuple[str, list[str]]:
    dropped = [match.strip(" :") for match in _PHONE_IN.findall(text)]
    return _PHONE_IN.sub("、", text), dropped


def _keep_remark(remark: str, dropped: list[str]) -> str:
    """Words in brackets (a title, a role) are harmless; a second name, a number and 已退休 are told."""
    remark = remark.strip("、 ")
    if re.search(r"\d{2}|:|、", remark) or _like_name(remark) or doubtful(remark):
        dropped.append(remark)
    return "、"


def _like_name(remark: str) -> bool:
    """张三(李四): a second person, not 张三(区长) or 张三(常务)."""
    return (
        re.fullmatch(rf"[{_HAN}]{{2,3}}", remark) is not None
        and remark[0] in SURNAMES
        and remark not in _DUTIES
        and not _TITLE_START.match(f"{remark}张三")
        and not re.search(r"[镇乡村区县市局委办科股站所部处室长任记员师工总领导]$", remark)
    )


_DUTIES = frozenset(
    {"常务", "包保", "包联", "包抓", "党委", "党政", "党组", "曾用名", "高工", "党员", "汉族", "干事", "后勤"}
)


def _people(piece: str, doubts: list[str], dropped: list[str]) -> list[str]:
    """`张 三` is one man, `张三 李四` are two, `John Smith` is one."""
    parts = piece.split()
    parts = [part for part in parts if part not in TITLES] if len(parts) > 1 else parts
    if len(parts) == 2 and len(parts[0]) > 1 and parts[1] in ("男", "女"):
        dropped.append(parts.pop())
    if len(parts) < 2 or all(re.fullmatch(r"[A-Za-z.'-]+", part) for part in parts):
        return [" ".join(parts)]
    if all(len(part) == 1 for part in parts):
        if len(parts) <= 3 or "".join(parts[:2]) in COMPOUND:
            return ["".join(parts)]
        if len(parts) % 2 == 0:
            doubts.append("spaces")
            return ["".join(parts[i : i + 2]) for i in range(0, len(parts), 2)]
        return ["".join(parts)]
    merged: list[str] = []
    for part in parts:
        if (
            (merged and len(part) == 1 and len(merged[-1]) == 2 and part not in SURNAMES)
            or (merged and (len(merged[-1]) == 1 or (merged[-1] in COMPOUND and len(part) <= 2)))
            or (merged and len(part) == 1 and len(merged[-1]) == 2 and merged[-1][0] not in SURNAMES)
        ):
            merged[-1] += part
        else:
            merged.append(part)
    return merged


def _plain_name(name: str, dropped: list[str]) -> str:
    """The name without 副区长, 同志 and 等; what was taken off is told."""
    name = unquoted(name.strip("-_:。.·='\""))
    if name.rstrip("?") != name:
        dropped.append("?")
        name = name.rstrip("?")
    said = _SAID_OF.fullmatch(name)
    if said:
        dropped.append(said[2])
        name = said[1].removeprefix("由")
    for pattern, kept in ((_TITLE_END, 1), (_TITLE_START, 2)):
        match = pattern.match(name)
        if match and name not in COMPOUND:
            dropped.append(match[3 - kept])
            return match[kept]
    behind = _BEFORE_NAME.fullmatch(name)
    if behind and name[:2] not in COMPOUND:
        dropped.append(behind[1])
        return behind[2]
    shorter = re.sub(r"等\d*[人位名个]*$", "", name)
    if shorter != name:
        dropped.append(name[len(shorter) :])
    return shorter


def _judge_names(names: list[str], dropped: list[str], doubts: list[str]) -> ParsedCell:
    value = "、".join(names)
    for name in names:
        if re.search(r"\d", name):
            return error("cell.person.digits", part=name)
        if len(name) == 1:
            return error("cell.person.one_letter", part=name)
    dropped = [item for item in dropped if item]
    if dropped:
        return warn(value, "cell.dropped", read=value, dropped="、".join(dropped))
    if doubts:
        return warn(value, "cell.person.spaces", read=value)
    for name in names:
        told = _doubt(name)
        if told:
            return warn(value, f"cell.person.{told}", read=value, part=name)
    return ok(value)


def _is_office(name: str) -> bool:
    """区住建局, 发改委, 东方社区; 欧阳文科 is a man."""
    found = _OFFICE.search(name)
    if found and len(name) > 3 and (len(found[0]) > 1 or name[:2] not in COMPOUND):
        return True
    return re.search(r"..[局委办]$", name) is not None


def _doubt(name: str) -> str:
    if re.fullmatch(r"[A-Za-z .'-]+", name) or "·" in name:
        return ""
    if re.fullmatch(rf"[{_HAN}](?:工|{'|'.join(TITLES)})", name) or (name[0] in "小老" and name[1:] in SURNAMES):
        return "title_only"
    if _is_office(name):
        return "office"
    if len(name) == 4 and name[:2] not in COMPOUND and name[0] in SURNAMES and name[2] in SURNAMES:
        return "perhaps_two"
    if "某" in name:
        return "anonymous"
    return "long" if len(name) > 4 else ""
