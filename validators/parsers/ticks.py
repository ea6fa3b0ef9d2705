"""Boxes and ticks of paper forms: which word is ticked in □是☑否, 新建☑扩建□ or （√）是（ ）否.

A mark belongs to the word behind it where the text begins with a mark, and to the word before it where the text ends
with one. Nothing else says whose it is: a text with marks at both ends, or at neither, is nobody's answer.
"""

from __future__ import annotations

import re

from validators.cells import fold

TICK, BOX = "☑√✓✔■●☒✅", "□☐○"
_IN_BRACKETS = re.compile(rf"\(\s*[{TICK}vV]\s*\)")
_EMPTY_BRACKETS = re.compile(r"\(\s*[×✗✘✖xX]?\s*\)")
_CROSS = re.compile(r"[×✗✘✖]")  # beside a tick it is the other word's mark: 是√否×
_MARK = re.compile(rf"([{TICK}{BOX}])")
_LABEL = re.compile(rf"^[^:{TICK}{BOX}]*:(?=[{TICK}{BOX}])")
_BETWEEN = re.compile(r"[\s/、|\\,;]+|或")


def marked(text: str) -> str:
    """Folded, with marks in brackets as the marks that they stand for: （√） is a tick, （ ） and （×） an empty box."""
    folded = fold(text)
    return _EMPTY_BRACKETS.sub("□", _IN_BRACKETS.sub("☑", folded)) if "(" in folded else folded


def ticked(text: str) -> list[str] | None:
    """The words with a tick, where each word of several has a mark; None for all other texts."""
    body = _LABEL.sub("", "".join(marked(text).split()))
    pieces = _MARK.split(_CROSS.sub("□", body) if any(mark in body for mark in TICK) else body)
    marks, words = pieces[1::2], pieces[::2]
    leads, trails = not words[0], not words[-1]
    if len(marks) < 2 or leads == trails:
        return None
    named = words[1:] if leads else words[:-1]
    found = [word.strip("、,;/|。") for mark, word in zip(marks, named, strict=True) if mark in TICK]
    return found if all(found) else None


def alone_ticked(text: str) -> str:
    """The word with the only tick among words that stand apart: 是√ 否, 是/√否; "" where there is none."""
    parts = [part for part in _BETWEEN.split(marked(text)) if part]
    found = [part for part in parts if part[0] in TICK or part[-1] in TICK]
    if len(parts) < 2 or len(found) != 1 or len(_MARK.findall(found[0])) != 1:
        return ""
    return found[0].strip(TICK)
