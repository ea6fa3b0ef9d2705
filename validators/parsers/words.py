"""Values from short lists: 是/否, stages, drop-downs with one or several values. Unknown words are errors with a guess."""

from __future__ import annotations

import re

from validators.cells import fold, squeeze
from validators.parsers.base import BLANK, ParseContext, ParsedCell, Word, WordList, error, ok, warn
from validators.parsers.guess import nearest

# 是否 ------------------------------------------------------------------------------------------------------------

_YES = frozenset(
    [
        "是",
        "有",
        "对",
        "√",
        "✓",
        "✔",
        "☑",
        "v",
        "y",
        "yes",
        "t",
        "true",
        "1",
        "已",
        "√是",
        "是√",
        "是的",
        "有的",
        "需",
        "需要",
        "要",
        "属于",
        "适用",
        "符合",
        "完成",
        "已完成",
        "已办",
        "已办理",
        "已办结",
        "已有",
        "具备",
        "已具备",
        "合格",
        "同意",
        "确认",
        "纳入",
        "已纳入",
        "已纳统",
        "已入统",
        "已入库",
        "已开工",
        "已竣工",
        "已投产",
        "已签约",
        "达标",
        "通过",
        "已通过",
        "会",
        "能",
        "可以",
        "o",
        "○",
        "〇",
        "✅",
        "真",
    ]
)
_NO = frozenset(
    [
        "否",
        "无",
        "没",
        "没有",
        "不",
        "不是",
        "错",
        "×",
        "✗",
        "✘",
        "x",
        "n",
        "no",
        "f",
        "false",
        "0",
        "未",
        "未有",
        "非",
        "否×",
        "×否",
        "不需",
        "不需要",
        "无需",
        "不用",
        "不必",
        "不属于",
        "不适用",
        "不涉及",
        "未涉及",
        "不符合",
        "未完成",
        "没完成",
        "未办",
        "未办理",
        "未办结",
        "不具备",
        "未具备",
        "不合格",
        "不同意",
        "未纳入",
        "未纳统",
        "未入统",
        "未入库",
        "未开工",
        "未竣工",
        "未投产",
        "未签约",
        "不达标",
        "未达标",
        "未通过",
        "不通过",
        "暂无",
        "暂未",
        "尚未",
        "还没有",
        "还没",
        "没办",
        "不会",
        "不能",
        "不可以",
        "❌",
        "假",
        "免",
    ]
)
_TICK = "√✓✔☑vV■●☒✅"
_BOX = "□☐○"
_TICKED = re.compile(rf"(?:[{_TICK}](?P<a>是|否|有|无))|(?:(?P<b>是|否|有|无)\(?[{_TICK}]\)?)")


def parse_yesno(text: str, ctx: ParseContext) -> ParsedCell:
    """是 or 否. 无 in such a column means 否; a remark in brackets is harmless, other words are told."""
    body = squeeze(text).lower().strip("。.!;,、")
    bare = re.sub(r"\([^()]*\)?", "", body)
    return known_yesno(text) or _ticked(body) or _begins(bare, body)


def known_yesno(text: str) -> ParsedCell | None:
    """The answer when it is one of the plain words, with or without a remark in brackets."""
    body = squeeze(text).lower().strip("。.!;,、")
    for spelled in (body, re.sub(r"\([^()]*\)?", "", body), body.strip("()")):
        if spelled in _YES or spelled in _NO:
            return ok("是" if spelled in _YES else "否")
    return None


def _ticked(body: str) -> ParsedCell | None:
    """是□否☑, ☑是□否: the ticked one. 是/否 and 是□否□ are forms nobody has filled in."""
    if re.fullmatch(rf"(?:是|有)[{_BOX}/、或\\|]*(?:否|无)[{_BOX}]?|[{_BOX}](?:是|有)[{_BOX}](?:否|无)", body):
        return error("cell.yesno.both")
    if not re.search(r"是.*否|否.*是|有.*无", body):
        return None
    found = {(match["a"] or match["b"]) for match in _TICKED.finditer(re.sub(rf"[{_BOX}](?=[是否有无])", " ", body))}
    if len(found) == 1:
        return ok("是" if found <= {"是", "有"} else "否")
    return error("cell.yesno.both")


def _begins(bare: str, body: str) -> ParsedCell:
    if re.match(r"^(?:部分|基本|大部分|一半)", bare) or re.search(r"中$|正在", bare):
        return error("cell.yesno.partly")
    for pattern, value in ((r"^(?:否|不|未|没|无|尚未|还没|暂未|非)", "否"), (r"^(?:是|有|已|√|对)", "是")):
        if re.match(pattern, bare):
            rest = re.sub(r"^(?:是|否|有|无|没有|√|对)[,、;:。.]?", "", bare)
            if re.search(r"[是否]", rest) and rest != bare:
                return error("cell.yesno.both")
            if rest == bare and len(bare) <= 8 and not re.search(r"\d", bare):
                return ok(value)  # 已纳统, 未办理
            return warn(value, "cell.dropped", read=value, dropped=rest)
    return error("cell.yesno.unclear")


def yesno_number(digits: str, fmt: str, ctx: ParseContext) -> ParsedCell:
    return ok("是" if digits == "1" else "否") if digits in ("1", "0") else error("cell.yesno.unclear")


# stages -----------------------------------------------------------------------------------------------------

STAGES = WordList(
    (
        Word("签约", ("已签约", "签约阶段", "签约未开工", "已签约未开工", "新签约", "签约项目", "签约待开工")),
        Word("前期", ("前期阶段", "前期工作", "前期准备", "前期手续", "开展前期", "前期工作阶段", "项目前期", "前期中", "前期推进", "前期项目")),
        Word("开工", ("已开工", "开工建设", "新开工", "刚开工", "开工阶段", "已开工建设", "动工", "已动工", "开工项目", "破土动工")),
        Word("在建", ("建设中", "施工中", "正在建设", "续建", "在建中", "在建阶段", "在建项目", "正在施工", "建设阶段", "施工阶段", "加快建设", "已开工在建")),
        Word("竣工", ("已竣工", "完工", "已完工", "建成", "已建成", "竣工阶段", "竣工验收", "已竣工验收", "竣工项目")),
        Word("投产", ("已投产", "正式投产", "建成投产", "已建成投产", "投产阶段", "竣工投产", "已正式投产", "投产运营", "投产项目", "已投入生产")),
        Word("达产", ("已达产", "达产达效", "达产阶段", "已达产达效", "投产达产", "全面达产", "达产项目")),
        Word("停建", ("停工", "已停工", "已停建", "停建缓建", "缓建", "暂停建设", "停滞", "项目停建", "停工停建")),
    )
)  # fmt: skip
_STAGE_SIGNS = (
    (re.compile(r"试生产|试投产|试运行|调试"), ""),
    (re.compile(r"部分|一期|二期|局部"), ""),
    (re.compile(r"(?:拟|计划|准备|即将|未|待|尚未)(?:开工|动工)"), "前期"),
    (re.compile(r"主体|封顶|桩基|打桩|基础施工|土方|基坑|地下室|正负零|装修|厂房|设备安装|设备进场|钢结构|内外墙|砌筑|管网|施工|在建|吊装"), "在建"),
    (re.compile(r"立项|备案|环评|能评|安评|土地|用地|规划|手续|报批|可研|图审|许可|平整|场平|三通一平|征迁|拆迁|勘察|设计|招标"), "前期"),
    (re.compile(r"竣工|完工|建成|验收"), "竣工"),
    (re.compile(r"达产"), "达产"),
    (re.compile(r"投产"), "投产"),
    (re.compile(r"停工|停建|停滞|缓建"), "停建"),
    (re.compile(r"签约"), "签约"),
)  # fmt: skip


def parse_stage(text: str, ctx: ParseContext) -> ParsedCell:
    """A stage by name; what describes the work (主体封顶) is understood with a warning. 试生产 is not 投产."""
    words = ctx.choices or STAGES
    body = squeeze(text).lower()
    for spelled in (
        body,
        body.strip("()。.;,、"),
        re.sub(r"\([^()]*\)", "", body).strip("。.;,、"),
        body.removeprefix("已"),
    ):
        if spelled in words.index:
            return ok(words.index[spelled])
    if re.search(r"试生产|试投产|试运行", body):
        return error("cell.stage.trial", values=_listed(words))
    sign = next((stage for pattern, stage in _STAGE_SIGNS if pattern.search(body)), None)
    if sign and sign in words.values:
        return warn(sign, "cell.stage.inferred", read=sign)
    return error("cell.stage.unknown", values=_listed(words), suggest=nearest(body, words.values))


# drop-downs -------------------------------------------------------------------------------------------------

_NUMBERING = re.compile(r"^(?:\(?[0-9a-e]\)|[0-9a-e][.、:]|[①-⑨]|[√✓✔☑■●])+")
_NEGATED = re.compile(r"[非不未无否没]$")


def parse_choice(text: str, ctx: ParseContext) -> ParsedCell:
    words = ctx.choices
    if words is None:
        return _free(text)
    known = match_word(text, words)
    if known:
        return ok(known)
    body = squeeze(text)
    several = [
        words.index[part.lower()]
        for part in re.split(r"[、,;/|和及\n]", fold(text))
        if squeeze(part).lower() in words.index
    ]
    if len(set(several)) > 1:
        return error("cell.choice.one_only", values=_listed(words), found="、".join(dict.fromkeys(several)))
    inside = _inside(body.lower(), words)
    if len(inside) == 1 and len(body) <= 3 * len(inside[0]) + 6:
        return warn(inside[0], "cell.choice.inferred", read=inside[0])
    if not ctx.strict:
        kept = " ".join(fold(text).split())
        return warn(kept, "cell.choice.unlisted", values=_listed(words), read=kept, suggest=_guess(body, words))
    return error("cell.choice.unknown", values=_listed(words), suggest=_guess(body, words))


def _free(text: str) -> ParsedCell:
    return ok(" ".join(fold(text).split()))


def match_word(text: str, words: WordList) -> str:
    """The value a spelling means, with numbering, ticks and remarks in brackets taken off; "" when none."""
    body = squeeze(text).lower()
    if body in words.index:
        return words.index[body]
    shorter = _NUMBERING.sub("", body).strip("。.;,、:\"'√✓")
    for spelled in (shorter, re.sub(r"\([^()]*\)", "", shorter)):
        if spelled in words.index:
            return words.index[spelled]
    return ""


def _inside(body: str, words: WordList) -> list[str]:
    """Values whose full name stands inside the text, not negated."""
    found = []
    for value in words.values:
        at = body.find(value.lower())
        if at >= 0 and len(value) >= 2 and not _NEGATED.search(body[:at]):
            found.append(value)
    return [value for value in found if not any(value != other and value in other for other in found)]


def _guess(body: str, words: WordList) -> str:
    found = nearest(body.lower(), words.index)
    return words.index[found] if found else ""


def _listed(words: WordList, most: int = 12) -> str:
    return "、".join(words.values[:most]) + ("等" if len(words.values) > most else "")


def parse_choices(text: str, ctx: ParseContext) -> ParsedCell:
    """Several values of a list, joined with 、 in the list's order of writing."""
    words = ctx.choices
    if words is not None and match_word(text, words):
        return ok(match_word(text, words))
    parts = [part.strip() for part in re.split(r"[、,;/|\n+&]|\s{1,}", fold(text)) if part.strip()]
    if words is None:
        return ok("、".join(dict.fromkeys(parts)))
    found, unknown = [], []
    for part in parts:
        value = match_word(part, words)
        found += [value] if value else []
        unknown += [] if value else [part]
    kept = "、".join(dict.fromkeys(found))
    if not unknown:
        return ok(kept) if kept else BLANK
    if not ctx.strict:
        kept = "、".join(dict.fromkeys([*found, *unknown]))
        return warn(kept, "cell.choice.unlisted", values=_listed(words), read=kept, suggest=_guess(unknown[0], words))
    return error(
        "cell.choices.unknown", values=_listed(words), part=unknown[0], suggest=_guess(squeeze(unknown[0]), words)
    )
