"""Words around a figure that make it less than exact, and what stands in brackets behind it."""

from __future__ import annotations

import re

from validators.parsers.remarks import doubtful

BOUND = re.compile(
    r"^(?:不低于|不少于|至少|超过|超|大于|高于|突破|达到?|>=?|≥|不超过|不高于|不大于|低于|少于|小于|<=?|≤)|(?:以上|以下|以内|\+)$"
)
_ABOUT = r"^(?:[≈~]|大约|大概|约为|约|近|将近|接近|估计)|(?:左右|上下|余|多|许|出头)$|"
_PER_UNIT = re.compile(
    r"(?:单位:?)?[百千]?[万亿]?元?(?:/|每|按)(?:年|月|季度?|日|天|亩|公顷|平方米|平米|㎡|m2|人|户|家|套|台|吨|个|项|米|公里|次|栋|千瓦|kw)|[年月日]均|人均|亩均",
    re.I,
)
_BRACKET = re.compile(r"\(([^()]*)\)")


def about(inside: str) -> re.Pattern[str]:
    """Rough words at either end of a figure, and what `inside` adds for those before its unit."""
    return re.compile(_ABOUT + inside)


def stripped(body: str, mood: re.Pattern[str], rough: re.Pattern[str]) -> tuple[str, str]:
    """The figure without words of `mood` (预计, 已完成) and hedges; "bound" or "about" where there was a hedge, else ""."""
    inferred = ""
    while True:
        shorter = mood.sub("", body)
        for pattern, reason in ((BOUND, "bound"), (rough, "about")):
            if pattern.search(shorter):
                inferred, shorter = inferred or reason, pattern.sub("", shorter)
        shorter = shorter.strip(":;,。、")
        if shorter == body:
            return body, inferred
        body = shorter


def per_unit(text: str) -> bool:
    """万元/年, 每亩: what a figure is said of, so that it is no plain amount."""
    return _PER_UNIT.fullmatch(text) is not None


def remark(text: str) -> tuple[str, str]:
    """The text without its brackets, and the first bracket in which there is a figure or a word of doubt."""
    told = (item for item in _BRACKET.findall(text) if re.search(r"\d", item) or doubtful(item))
    return _BRACKET.sub("", text), next(told, "")
