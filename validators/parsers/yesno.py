"""是 or 否, in all the ways people say it."""

from __future__ import annotations

import re

from validators.cells import unquoted
from validators.parsers.base import ParseContext, ParsedCell, error, ok, spelled, warn
from validators.parsers.remarks import remarks_in, with_doubt, without_remarks
from validators.parsers.ticks import BOX, alone_ticked, marked, ticked
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
_NOT_NEEDED = re.compile(r"(?:不需要?|无需|无须|不用|不必|不适用|不涉及|未涉及|免)[\u4e00-\u9fff]{0,6}")
_NOT_DONE = re.compile(
    r"(?:尚|还|暂)?未(?!定|知|确|明|核|统计|提供|报送|上报|填|落实|必|[是否]$)(?!.*(?:已|但))[\u4e00-\u9fff]{1,6}"
)  # 未批复 is no, 未定 is nothing


def parse_yesno(text: str, ctx: ParseContext) -> ParsedCell:
    """是 or 否. 无 in such a column means 否; a remark in brackets is harmless, other words are told."""
    body = _body(text)
    return known_yesno(text) or _form(text, body) or _begins(without_remarks(body), body)


def _body(text: str) -> str:
    return "".join(marked(text).split()).lower().strip("。.!;,、")


def known_yesno(text: str) -> ParsedCell | None:
    """The answer when it is one of the plain words, with or without a remark in brackets."""
    body = _body(text)
    for word in (body, body.strip("()"), unquoted(body)):
        if (value := _word(word)) and not any(box in word for box in BOX):
            return _not_needed(value, word)
    bare = without_remarks(body)
    value = _word(bare)
    return _with_remarks(value, bare, body) if value else None


def _word(word: str) -> str:
    if word in _YES:
        return "是"
    return "否" if word in _NO or _NOT_DONE.fullmatch(word) else ""


def _not_needed(value: str, word: str) -> ParsedCell:
    """不适用 is no plain 否: who meant to leave the cell blank is told what was taken."""
    return warn(value, "cell.yesno.inferred", read=value) if _NOT_NEEDED.fullmatch(word) else ok(value)


def _with_remarks(value: str, bare: str, body: str) -> ParsedCell:
    """是（2025年3月） is 是, 是（未办） nobody's answer; 未取得（已受理） and 是（拟） are told."""
    said = {_word(remark) for remark in remarks_in(body)} - {""}
    if said - {value}:
        return error("cell.yesno.against")
    if said:
        return _not_needed(value, bare)
    done = next((remark for remark in remarks_in(body) if remark.startswith("已")), "")
    if value == "否" and done and bare != "无":  # 无（已整改） says why there is none
        return warn(value, "cell.dropped", read=value, dropped=done)
    told = with_doubt(value, body)
    return told if told.kind != "ok" else _not_needed(value, bare)


def _form(text: str, body: str) -> ParsedCell | None:
    """是□否☑, ☑是□否: the ticked one. 是/否 and 是□否□ are forms nobody has filled in."""
    if re.fullmatch(r"(?:是|有)[/、或\\|]*(?:否|无)|[×✗✘✖x](?:是|有)|(?:是|有)[×✗✘✖x]", body):
        return error("cell.yesno.both")
    found = ticked(text)
    word = found[0] if found and len(found) == 1 else alone_ticked(text)
    if word:
        return known_yesno(word) or error("cell.yesno.unclear")
    unclear = re.search(r"是.*否|否.*是|有.*无", body) or any(box in body for box in BOX)
    return error("cell.yesno.both") if found is not None or unclear else None


_UNSURE = re.compile(
    r"部分|基本|大部分|一半|拟|计划|准备|即将|预计|不一定|未必|可能|不好说|看情况|无法|不明确|没定|有望|有待|有计划|不完全|未完全"
)
_HALTED = re.compile(
    r"^已(?:经)?(?:停|终止|取消|暂停|退出|撤|作废|中止)"
)  # 已停工 answers 是否开工 and 是否停工 differently
_HALF_DONE = re.compile(
    r"^已经?(?:拟(?!定|好)|计划|基本|初步|即将|准备|打算|预计|正在)|^已.*(?:未|待(?!遇)|尚|但|部分|一半|大半|多半|\d%)|"
    r"^(?:尚|还|暂)?[未没].*(?:已|但)"
)  # 已签约未开工 answers two questions, and nobody knows which one was asked
_TWICE = re.compile(r"未[是否]|(?:不是|不|没|非)(?:没有?|不是?|未|无|否)[\u4e00-\u9fff]*")  # 不是没有
_SURE = re.compile(r"(?:(?P<yes>已|已经)|(?:尚|还|暂)?(?:未|没有?)|不需要?|无需|不用)[\u4e00-\u9fff]{1,6}")


def _begins(bare: str, body: str) -> ParsedCell:
    """已纳统, 未办理; 是 or 否 with more behind it, which is told."""
    plain = re.match(r"(是|否|有|无|没有|不是|是的)[,、;:。.]", bare)
    if not plain and (_UNSURE.match(bare) or re.search(r"中$|正在", bare)):
        return error("cell.yesno.partly")
    if _HALF_DONE.search(bare):
        return error("cell.yesno.partly")
    if _HALTED.search(bare):
        return error("cell.yesno.unclear")
    if _TWICE.fullmatch(bare):
        return error("cell.yesno.both")
    sure = _SURE.fullmatch(bare)
    if sure:
        return _with_remarks("是" if sure["yes"] else "否", bare, body)
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
