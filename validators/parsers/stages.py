"""Stages of a project, by name or by what is being done on the site."""

from __future__ import annotations

import re

from validators.cells import fold, squeeze
from validators.parsers.base import ParseContext, ParsedCell, Word, WordList, error, ok, warn
from validators.parsers.choices import known_word, listed, match_word
from validators.parsers.guess import nearest
from validators.parsers.remarks import remarks_in, with_doubt

STAGES = WordList(
    (
        Word("签约", ("已签约", "签约阶段", "签约未开工", "已签约未开工", "新签约", "签约项目", "签约待开工")),
        Word("前期", ("前期阶段", "前期工作", "前期准备", "前期手续", "开展前期", "前期工作阶段", "项目前期", "前期中", "前期推进", "前期项目")),
        Word("开工", ("已开工", "开工建设", "新开工", "刚开工", "开工阶段", "已开工建设", "动工", "已动工", "开工项目", "破土动工")),
        Word("在建", ("建设中", "施工中", "正在建设", "续建", "在建中", "在建阶段", "在建项目", "正在施工", "建设阶段", "施工阶段", "加快建设", "已开工在建", "建设")),
        Word("竣工", ("已竣工", "完工", "已完工", "建成", "已建成", "竣工阶段", "竣工验收", "已竣工验收", "竣工项目")),
        Word("投产", ("已投产", "正式投产", "建成投产", "已建成投产", "投产阶段", "竣工投产", "已正式投产", "投产运营", "投产项目", "已投入生产")),
        Word("达产", ("已达产", "达产达效", "达产阶段", "已达产达效", "投产达产", "全面达产", "达产项目")),
        Word("停建", ("停工", "已停工", "已停建", "停建缓建", "缓建", "暂停建设", "停滞", "项目停建", "停工停建", "暂停", "中止建设")),
    )
)  # fmt: skip
_TRIAL = re.compile(r"试生产|试投产|试运行|试产")
_DONE = "竣工|完工|投产|达产|签约|验收|建成|封顶|停工|停建|在建"
_NO = "尚未|还未|未(?!来)|没有?|不(?!锈|动产|间断)|(?<![接招])待(?!遇)|无法|难以|无力"
_TO_COME = "拟|即将|计划|准备|预计|预期|力争|争取|有望|确保|目标|推迟|暂缓|延期|延后"
_NOT_YET = re.compile(
    rf"(?:(?:{_NO})[^,;、。已]{{0,4}}?|非|(?:{_TO_COME})(?:(?!目前|正在|现)[^,;、。已]){{0,14}}?)(?:{_DONE})"
    r"(?:[并和及、]?(?:竣工|完工|投产|达产|验收|建成|运营))*"
)
_PAPERS = re.compile(r"施工(许可|图|招标|合同|单位招标|手续)")  # 施工许可证办理中 is no work on the site
_HALTED = re.compile(r"停工|停建|停产|停滞|缓建|暂停|终止")
_IN_PART = re.compile(r"\([^()]*(?:部分|局部)")
_REMARK_AGAINST = re.compile(r"\([^()]*(?:拟|计划|预计|力争|即将|准备|未开|待开)[^()]*\)")  # 开工(计划9月)
_BETWEEN = re.compile(r"[、,;/|\\\n]|[和及或]|--?>?|→")
_STAGE_SIGNS = (
    (re.compile(r"调试|终止|停产|停业|关停|破产|倒闭|退出|停.*复[工产]|在建.*停|停.*在建|(?:不|无法|不能|不再|难以|无力)(?:开工|动工|施工)"), ""),
    (re.compile(r"(?:竣工|完工|验收|投产|达产|签约|开工|建成)[^,;、。]{0,4}?(?:(?:未|没有?|不)(?:能|予|获|被)?(?:通过|合格|完成|成功|成|果|达标)|失败|无果)"), ""),
    (re.compile(r"(?:意向性?|(?<!面)谈|磋商|草)签约|签约(?:意向|洽谈)"), ""),
    (re.compile(r"部分|一期|二期|局部"), ""),
    (re.compile(rf"(?:{_TO_COME}|{_NO}|尚不|不具备)[^,;、。已]{{0,12}}?(?:开工|动工|破土)|开工(?:准备|条件|前|延期|推迟|延后)"), "前期"),
    (re.compile(rf"^(?:目前|暂时?)?(?:{_TO_COME}|{_NO})(?:能|正式|进场|入场|开始|组织|启动|全面){{0,2}}(?:施工|进场)"), "前期"),
    (re.compile(r"主体|封顶|桩基|打桩|基础施工|土方|基坑|地下室|正负零|装修|厂房|设备安装|设备进场|钢结构|内外墙|砌筑|管网|施工|在建|吊装"), "在建"),
    (re.compile(r"立项|备案|环评|能评|安评|土地|用地|规划|手续|报批|可研|图审|许可|平整|场平|三通一平|征迁|拆迁|勘察|设计|招标"), "前期"),
    (re.compile(r"竣工|完工|建成|验收"), "竣工"),
    (re.compile(r"达产"), "达产"),
    (re.compile(r"投产"), "投产"),
    (re.compile(r"停工|停建|停滞|缓建"), "停建"),
    (re.compile(r"开工|动工|破土"), "开工"),
    (re.compile(r"签约"), "签约"),
)  # fmt: skip


def parse_stage(text: str, ctx: ParseContext) -> ParsedCell:
    """A stage by name; what describes the work (主体封顶) is understood with a warning. 试生产 is not 投产."""
    words = ctx.choices or STAGES
    body = squeeze(text).lower()
    known = known_stage(text, words)
    if known:
        return known
    if _TRIAL.search(body):
        return error("cell.stage.trial", values=listed(words))
    several = _several(text, words)
    if several:
        return error("cell.choice.one_only", values=listed(words), found="、".join(several))
    left = _PAPERS.sub(r"\1", _NOT_YET.sub("", body))
    sign = next((stage for pattern, stage in _STAGE_SIGNS if pattern.search(left)), None)
    if sign and sign in words.values:
        return warn(sign, "cell.stage.inferred", read=sign)
    plain = sign is None and left == body and not re.search(r"[不无未没非]", body)  # 不开工 is no slip for 开工
    return error("cell.stage.unknown", values=listed(words), suggest=nearest(body, words.values) if plain else "")


def known_stage(text: str, words: WordList) -> ParsedCell | None:
    """A stage by name. What stands in brackets behind it may deny it: 开工（计划9月）, 投产（停产）, 达产（部分）."""
    body = squeeze(text).lower()
    known = match_word(body, words) or words.index.get(body.removeprefix("已").removesuffix("中"), "")
    if not known or words.index.get(body) == known:
        return ok(known) if known else None
    if _TRIAL.search(body):
        return None
    if "(" not in body or words.index.get(re.sub(r"[()]", "", body)) == known or _may_come(known, body):
        return ok(known)
    halted = _HALTED.search(body) and known not in ("停建", "停工")
    if halted or _IN_PART.search(body) or _planned_itself(known, body, words):
        return error("cell.stage.unknown", values=listed(words), suggest="")
    if _REMARK_AGAINST.search(body):
        return with_doubt(known, body)
    return known_word(text, words) or ok(known)


def _may_come(known: str, body: str) -> bool:
    """签约（计划9月开工）: what is planned is still to come."""
    return known in ("签约", "前期") and _REMARK_AGAINST.search(body) is not None and "已" not in body.partition("(")[2]


def _planned_itself(known: str, body: str, words: WordList) -> bool:
    """开工（计划9月） has not begun; 在建（预计6月竣工） has, and only its end is to come."""
    if _REMARK_AGAINST.search(body) is None:
        return False
    order = words.values
    return not any(stage in remark for remark in remarks_in(body) for stage in order[order.index(known) + 1 :])


def _several(text: str, words: WordList) -> list[str]:
    """签约/开工, 在建、竣工: stages one beside the other. 已开工，在建 is one."""
    found = [match_word(part, words) for part in _BETWEEN.split(fold(text)) if part]
    stages = list(dict.fromkeys(filter(None, found)))
    one = set(stages) == {"开工", "在建"} and not re.search(r"[、/|\\或\n]", fold(text))
    return stages if len(stages) > 1 and not one else []


def pending_stage(squeezed: str) -> bool:
    """What would be pending elsewhere (洽谈, 办理中) tells of the stage here; only 待定 and the like are pending."""
    return not re.search(r"洽谈|对接|协商|商定|办理|申报|申请|注册|备案|立项|报批|赋码|开工|投产|竣工|验收", squeezed)
