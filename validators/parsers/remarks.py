"""What stands in brackets behind a value. Most of it is harmless (是（2025年3月）); words of doubt are told, and what
says the opposite is for the parser of the type to refuse."""

from __future__ import annotations

import re

from validators.parsers.base import ParsedCell, ok, warn

_BRACKET = re.compile(r"\(([^()]*)\)?")
_DOUBT = re.compile(
    r"未(?!来)|没|不(?!含|少于|低于|限|动产|锈钢)|非(?!遗)|暂|停(?!车)|取消|推迟|延期|作废|无效|撤|(?<![技整发])改(?!造|建|扩|善)|"
    r"拟|(?<![接招])待(?!遇)|预计|计划|部分|基本(?!农田)|正在|准备|即将|可能|退休|离职|调离|"
    r"\?|(?<!无)误(?!工)|错(?!峰|层|时)|存疑|[需请再]核|核[实对]中|意向(?!日期|时间|金额)|剩(?!余价值)|还[有差缺欠]\d|尚[有缺欠]\d"
)


def without_remarks(body: str) -> str:
    """The text without its brackets; one that nobody closed counts too."""
    return _BRACKET.sub("", body)


def remarks_in(body: str) -> list[str]:
    """What stands in brackets, without footnote numbers: 否① is 否(1)."""
    return [remark for remark in _BRACKET.findall(body) if re.search(r"[\u4e00-\u9fff?]", remark)]


def doubtful(remark: str) -> bool:
    """Whether the words make a value less than certain: 未落实, 待定, 作废."""
    return _DOUBT.search(remark) is not None


def doubtful_in(body: str) -> str:
    """The first remark of the text that is doubtful, "" for none."""
    return next(filter(doubtful, remarks_in(body)), "")


def with_doubt(value: str, body: str, read: str = "") -> ParsedCell:
    """The value; told, where what stands in brackets is doubtful. `read`: the value as it is shown, where it differs."""
    doubt = doubtful_in(body)
    return warn(value, "cell.dropped", read=read or value, dropped=doubt) if doubt else ok(value)
