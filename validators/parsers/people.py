"""Names of people: one, or several joined with 、."""

from __future__ import annotations

import re

from validators.cells import fold, unquoted
from validators.parsers.base import ParseContext, ParsedCell, error, ok, spelled, warn

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
_TITLES = spelled(
    "人大常委会副主任 人大主任 政协主席 政协副主席 政法委书记 纪委书记 组织部长 宣传部长 统战部长 "
    "常务副区长 常务副县长 常务副市长 区委常委 县委常委 市委常委 副总经理 总经理 副董事长 董事长 副区长 "
    "副县长 副市长 副镇长 副乡长 副主任 副书记 副局长 副部长 副科长 副所长 副站长 副处长 副主席 副秘书长 "
    "区长 县长 市长 镇长 乡长 主任 书记 局长 部长 科长 所长 站长 处长 主席 秘书长 经理 厂长 院长 校长 "
    "主管 组长 队长 工程师 会计 干事 科员 专员 同志 先生 女士 老师 常委 委员 总"
)  # fmt: skip
_TITLE_END = re.compile(rf"^([{_HAN}·]{{2,4}}?)((?:{'|'.join(_TITLES)})+)$")
_TITLE_START = re.compile(rf"^((?:[区县市镇乡]?(?:委|政府)?(?:{'|'.join(_TITLES[:-1])}))+)[:]?([{_HAN}·]{{2,4}})$")
_OFFICE = re.compile(r"(?:局|委|委员会|公司|政府|街道|镇|乡|办公室|管委会|中心|科|专班|社区|村|集团|部门|支部)$")
_COMPOUND = frozenset(spelled(
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 长孙 宇文 夏侯 端木 南宫 独孤 百里 东郭 南门 "
    "呼延 轩辕 澹台 公冶 太叔 申屠 钟离 鲜于 闾丘 司空 第五 万俟 闻人 赫连"
))  # fmt: skip
_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜肖詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵欧解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺"
)


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
    body, dropped = _without_phones(folded.strip(_EDGES))
    body = re.sub(r"\(([^()]*)\)", lambda m: _keep_remark(m[1], dropped), body)
    names: list[str] = []
    doubts: list[str] = []
    body = re.sub(rf"(?:^|(?<=[、,;/\n ])){_ROLE}:+", "、", body)
    for piece in (part for part in _PERSON_SPLIT.split(body) if part and part.strip(_EDGES)):
        for name in _people(piece.strip(_EDGES), doubts):
            names.append(_plain_name(name, dropped))
    names = [name for name in dict.fromkeys(map(fold, names)) if _is_name(name)]
    offices = [name for name in names if _is_office(name)]
    if 0 < len(offices) < len(names):  # 张三,区发改委主任
        names, dropped = [name for name in names if name not in offices], [*dropped, *offices]
    if not names:
        return error("cell.person.none" if not dropped else "cell.person.only_phone")
    return _judge_names(names, dropped, doubts)


def _is_name(name: str) -> bool:
    if name in _TITLES:
        return False
    return re.search(r"[^\W_]", name) is not None and _ONLY_ROLE.fullmatch(name) is None


def _without_phones(text: str) -> tuple[str, list[str]]:
    dropped = [match.strip(" :") for match in _PHONE_IN.findall(text)]
    return _PHONE_IN.sub("、", text), dropped


def _keep_remark(remark: str, dropped: list[str]) -> str:
    """Words in brackets (a title, a role) are harmless; a second name or number is told."""
    remark = remark.strip("、 ")
    if re.search(r"\d{2}|:|、", remark) or _like_name(remark):
        dropped.append(remark)
    return "、"


def _like_name(remark: str) -> bool:
    """张三(李四): a second person, not 张三(区长) or 张三(常务)."""
    return (
        re.fullmatch(rf"[{_HAN}]{{2,3}}", remark) is not None
        and remark[0] in _SURNAMES
        and remark not in _DUTIES
        and not _TITLE_START.match(f"{remark}张三")
        and not re.search(r"[镇乡村区县市局委办科股站所部处室长任记员师工总领导]$", remark)
    )


_DUTIES = frozenset(
    {"常务", "包保", "包联", "包抓", "党委", "党政", "党组", "曾用名", "高工", "党员", "汉族", "干事", "后勤"}
)


def _people(piece: str, doubts: list[str]) -> list[str]:
    """`张 三` is one man, `张三 李四` are two, `John Smith` is one."""
    parts = piece.split()
    parts = [part for part in parts if part not in _TITLES] if len(parts) > 1 else parts
    if len(parts) < 2 or all(re.fullmatch(r"[A-Za-z.'-]+", part) for part in parts):
        return [" ".join(parts)]
    if all(len(part) == 1 for part in parts):
        if len(parts) <= 3 or "".join(parts[:2]) in _COMPOUND:
            return ["".join(parts)]
        if len(parts) % 2 == 0:
            doubts.append("spaces")
            return ["".join(parts[i : i + 2]) for i in range(0, len(parts), 2)]
        return ["".join(parts)]
    merged: list[str] = []
    for part in parts:
        if (
            (merged and len(part) == 1 and len(merged[-1]) == 2 and part not in _SURNAMES)
            or (merged and (len(merged[-1]) == 1 or (merged[-1] in _COMPOUND and len(part) <= 2)))
            or (merged and len(part) == 1 and len(merged[-1]) == 2 and merged[-1][0] not in _SURNAMES)
        ):
            merged[-1] += part
        else:
            merged.append(part)
    return merged


def _plain_name(name: str, dropped: list[str]) -> str:
    """The name without 副区长, 同志 and 等; what was taken off is told."""
    name = unquoted(name.strip("-_:。.·='\""))
    for pattern, kept in ((_TITLE_END, 1), (_TITLE_START, 2)):
        match = pattern.match(name)
        if match and name not in _COMPOUND:
            dropped.append(match[3 - kept])
            return match[kept]
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
    return (_OFFICE.search(name) is not None and len(name) > 3) or re.search(r"..[局委办]$", name) is not None


def _doubt(name: str) -> str:
    if re.fullmatch(r"[A-Za-z .'-]+", name) or "·" in name:
        return ""
    if re.fullmatch(rf"[{_HAN}]总|[{_HAN}](?:{'|'.join(_TITLES)})", name):
        return "title_only"
    if _is_office(name):
        return "office"
    if len(name) == 4 and name[:2] not in _COMPOUND and name[0] in _SURNAMES and name[2] in _SURNAMES:
        return "perhaps_two"
    if "某" in name:
        return "anonymous"
    return "long" if len(name) > 4 else ""
