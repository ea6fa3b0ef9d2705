"""是 or 否, in all the ways people say it."""

from __future__ import annotations

import re

from validators.cells import squeeze, unquoted
from validators.parsers.base import ParseContext, ParsedCell, error, ok, spelled, warn
from validators.rawcell import Format

_YES = frozenset(spelled(
    "是 有 对 √ ✓ ✔ ☑ v y yes t true 1 已 √是 是√ 是的 有的 需 需要 要 属于 适用 符合 完成 已完成 "
    "已办 已办理 已办结 已有 具备 已具备 合格 同意 确认 纳入 已纳入 已纳统 已入统 已入库 已开工 已竣工 "
    "已投产 已签约 达标 通过 已通过 会 能 可以 ✅ 真"
))  # fmt: skip
_NO = frozenset(spelled(
    "否 无 没 没有 不 不是 错 × ✗ ✘ x n no f false 0 未 未有 非 否× ×否 不需 不需要 无需 不用 不必 "
    "✖ 不属于 不适用 不涉及 未涉及 不符合 未完成 没完成 未办 未办理 未办结 不具备 未具备 不合格 不同意 "
    "未纳入 未纳统 未入统 未入库 未开工 未竣工 未投产 未签约 不达标 未达标 未通过 不通过 暂无 暂未 尚未 "
    "还没有 还没 没办 不会 不能 不可以 ❌ 假 免"
))  # fmt: skip
_NOT_DONE = re.compile(
    r"(?:尚|还|暂)?未(?!定|知|确|明|核|统计|提供|报送|上报|填|落实|必)[\u4e00-\u9fff]{1,6}"
)  # 未批复 is no, 未定 is nothing
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
    for word in (body, re.sub(r"\([^()]*\)?", "", body), body.strip("()"), unquoted(body)):
        if word in _YES or word in _NO:
            return ok("是" if word in _YES else "否")
    return ok("否") if _NOT_DONE.fullmatch(body) else None


def _ticked(body: str) -> ParsedCell | None:
    """是□否☑, ☑是□否: the ticked one. 是/否 and 是□否□ are forms nobody has filled in."""
    if re.fullmatch(rf"(?:是|有)[{_BOX}/、或\\|]*(?:否|无)[{_BOX}]?|[{_BOX}](?:是|有)[{_BOX}](?:否|无)", body):
        return error("cell.yesno.both")
    if re.fullmatch(r"[×✗✘✖x](?:是|有)|(?:是|有)[×✗✘✖x]", body):
        return error("cell.yesno.both")
    if not re.search(r"是.*否|否.*是|有.*无", body):
        return None
    found = {(match["a"] or match["b"]) for match in _TICKED.finditer(re.sub(rf"[{_BOX}](?=[是否有无])", " ", body))}
    if len(found) == 1:
        return ok("是" if found <= {"是", "有"} else "否")
    return error("cell.yesno.both")


_UNSURE = re.compile(
    r"部分|基本|大部分|一半|拟|计划|准备|即将|预计|不一定|未必|可能|不好说|看情况|无法|不明确|没定|有望|有待|有计划|不完全|未完全"
)
_HALTED = re.compile(
    r"^已(?:经)?(?:停|终止|取消|暂停|退出|撤|作废|中止)"
)  # 已停工 answers 是否开工 and 是否停工 differently
_SURE = re.compile(r"(?:(?P<yes>已|已经)|(?:尚|还|暂)?(?:未|没有?)|不需要?|无需|不用)[\u4e00-\u9fff]{1,6}")


def _begins(bare: str, body: str) -> ParsedCell:
    """已纳统, 未办理; 是 or 否 with more behind it, which is told."""
    plain = re.match(r"(是|否|有|无|没有|不是|是的)[,、;:。.]", bare)
    if not plain and (_UNSURE.match(bare) or re.search(r"中$|正在", bare)):
        return error("cell.yesno.partly")
    if _HALTED.search(bare):
        return error("cell.yesno.unclear")
    sure = _SURE.fullmatch(bare)
    if sure:
        return ok("是" if sure["yes"] else "否")
    for pattern, value in ((r"(?:否|不|未|没|无|尚未|还没|暂未|非)", "否"), (r"(?:是|有|已|√|对)", "是")):
        if re.match(pattern, bare):
            rest = re.sub(r"^(?:是的|不是|是|否|有|无|没有|√|对)[,、;:。.]?", "", bare)
            if (re.search(r"[是否]", rest) or (value == "是" and re.search(r"^[不未没非]", rest))) and rest != bare:
                return error("cell.yesno.both")
            if plain:
                return warn(value, "cell.dropped", read=value, dropped=rest)
            return warn(value, "cell.yesno.inferred", read=value)
    return error("cell.yesno.unclear")


def yesno_number(digits: str, fmt: Format, ctx: ParseContext) -> ParsedCell:
    return ok("是" if digits == "1" else "否") if digits in ("1", "0") else error("cell.yesno.unclear")
