"""What a person calls a date that is worked out: 签约 + 1年 is 签约满1年, 季末(签约日期) is 签约当季末."""

from __future__ import annotations

import re
from collections.abc import Callable

_MOVED = re.compile(r"(?P<inner>.+?)\s*(?P<sign>[+＋\-－−])\s*(?P<n>\d+)\s*(?P<unit>个?工作日|个?月|日|天|周|年)")
_CALLED = re.compile(r"(?P<name>[^\W\d]\w*)\s*[（(](?P<inner>.*)[)）]", re.DOTALL)
_ENDS = {
    "季末": "当季末", "半年末": "当半年末", "年末": "当年末", "月末": "当月末", "月初": "当月初", "季初": "当季初", "年初": "当年初",
    "期末": "期末", "期初": "期初",
}  # fmt: skip
_PICKS = {"首个": "", "最晚": "中最晚的", "最大": "中最晚的", "最早": "中最早的", "最小": "中最早的"}


def formula_label(text: str, label: Callable[[str], str]) -> str:
    """Words for a formula, its parts called as `label` calls them; the formula itself where there are no words for it."""
    text = text.strip()
    if (moved := _MOVED.fullmatch(text)) is not None and balanced(moved["inner"]):
        word = "满" if moved["sign"] in "+＋" else "前"
        unit = moved["unit"].removeprefix("个")
        return f"{label(moved['inner'])}{word}{moved['n']}{'个' if unit in ('月', '工作日') else ''}{unit}"
    called = _CALLED.fullmatch(text)
    if called is None or not balanced(called["inner"]):
        return text
    parts, name = arguments(called["inner"]), called["name"]
    if name in _ENDS and len(parts) == 1:
        return label(parts[0]) + _ENDS[name]
    if name in _PICKS:
        return ("或" if name == "首个" else "、").join(map(label, parts)) + _PICKS[name]
    if name == "如果" and len(parts) == 3:
        return "或".join(dict.fromkeys(map(label, parts[1:])))
    return text


def balanced(text: str) -> bool:
    """Whether every bracket that opens in the text closes in it, and none closes that did not open."""
    depth = 0
    for character in text:
        depth += (character in "(（") - (character in ")）")
        if depth < 0:
            return False
    return depth == 0


def arguments(text: str) -> list[str]:
    """What stands between the commas of a call, commas inside brackets left alone."""
    found, depth = [""], 0
    for character in text:
        depth += (character in "(（[") - (character in ")）]")
        if character in ",，、" and depth == 0:
            found.append("")
        else:
            found[-1] += character
    return [part.strip() for part in found]
