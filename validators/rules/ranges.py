"""Ranges of numbers as policies write them: `[0, 10)`, `>= 60`, `不满10`, `10以上`; each end says whether it belongs.

以上、以下、以内、届满 include their number, 不满、超过、以外、低于、高于 do not (民法典 1259). Bounds may be amounts and
shares (1亿元, 30%). What no range covers, and what two ranges claim at once, the policy has not settled: 未规定.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

_NUMBER = r"[-+−－]?\s*[\d.]+\s*(?:%|％|亿元?|万元?|元|个?百分点)?"
_INFINITE = {"", "-∞", "+∞", "∞", "−∞", "－∞", "-inf", "+inf", "inf"}
_INTERVAL = re.compile(r"^([\[(（【])\s*(.*?)\s*[,，]\s*(.*?)\s*([\])）】])$")
_COMPARISON = re.compile(rf"^(>=|≥|≧|>|＞|<=|≤|≦|<|＜|=|＝)\s*({_NUMBER})$")
_BEFORE = re.compile(rf"^(不满|不足|低于|小于|少于|超过|高于|大于|多于|不低于|不少于|不高于|不超过)\s*({_NUMBER})$")
_AFTER = re.compile(rf"^({_NUMBER})\s*(以上|及以上|以下|及以下|以内|以外)$")
_ABOVE_OPEN = frozenset({">", "＞", "超过", "高于", "大于", "多于", "以外"})
_ABOVE = frozenset({">=", "≥", "≧", "以上", "及以上", "不低于", "不少于"})
_BELOW_OPEN = frozenset({"<", "＜", "不满", "不足", "低于", "小于", "少于"})

Bound = Callable[[str], Decimal]


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high`, None = no bound; `low_in` and `high_in` say whether the end belongs."""

    low: Decimal | None
    high: Decimal | None
    low_in: bool = True
    high_in: bool = False

    def __contains__(self, value: Decimal) -> bool:
        above = self.low is None or value > self.low or (self.low_in and value == self.low)
        return above and (self.high is None or value < self.high or (self.high_in and value == self.high))

    def empty(self) -> bool:
        """Whether no number can lie in it."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and not (self.low_in and self.high_in))


def parse_range(text: str, bound: Bound = Decimal) -> Range:
    """The range of a text; `bound` reads its numbers. ValueError says how ranges are written."""
    found = _read(text.strip(), bound)
    if found is None:
        raise ValueError(
            f"“{text}”不是范围，写成 [0, 10)、(-∞, -20]、>= 60、10以上、不满10 这样；方括号含本数，圆括号不含"
        )
    if found.empty():
        raise ValueError(f"“{text}”里一个数也没有：下限比上限大")
    return found


def _read(text: str, bound: Bound) -> Range | None:
    if match := _INTERVAL.match(text):
        left, low, high, right = match.groups()
        return Range(_end(low, bound), _end(high, bound), left in "[【", right in "]】")
    if match := _COMPARISON.match(text) or _BEFORE.match(text):
        return _one_sided(match[1], bound(_plain(match[2])))
    if match := _AFTER.match(text):
        return _one_sided(match[2], bound(_plain(match[1])))
    return None


def _one_sided(word: str, value: Decimal) -> Range:
    if word in {"=", "＝"}:
        return Range(value, value, True, True)
    if word in _ABOVE_OPEN:
        return Range(value, None, False)
    if word in _ABOVE:
        return Range(value, None)
    return Range(None, value, high_in=word not in _BELOW_OPEN)


def _end(text: str, bound: Bound) -> Decimal | None:
    return None if text.strip().lower() in _INFINITE else bound(_plain(text))


def _plain(text: str) -> str:
    return text.strip().replace("−", "-").replace("－", "-").removesuffix("个百分点").removesuffix("百分点").strip()


def covering(ranges: Sequence[tuple[str, Range]], value: Decimal) -> list[str]:
    """Names of the ranges the value lies in: one is settled, none and several are not."""
    return [name for name, found in ranges if value in found]


def gaps(ranges: Sequence[Range]) -> list[Range]:
    """What lies between the lowest and the highest bound and is covered by none, in order; for a scheme's author."""
    holes: list[Range] = []
    ordered = sorted(ranges, key=lambda item: (item.low is not None, item.low or Decimal(0), not item.low_in))
    reach: tuple[Decimal | None, bool] | None = None
    for item in ordered:
        if reach is not None and reach[0] is not None and item.low is not None and not _meets(reach, item):
            holes.append(Range(reach[0], item.low, not reach[1], not item.low_in))
        end = (item.high, item.high_in)
        reach = end if reach is None or _further(end, reach) else reach
    return holes


def _meets(reach: tuple[Decimal | None, bool], item: Range) -> bool:
    last, included = reach
    assert last is not None and item.low is not None
    return item.low < last or (item.low == last and (included or item.low_in))


def _further(end: tuple[Decimal | None, bool], reach: tuple[Decimal | None, bool]) -> bool:
    if reach[0] is None or end[0] is None:
        return end[0] is None
    return end > reach
