"""Colours of statuses: the scheme's choice, else the house's. A colour always goes with a word, and red can mean good.

Books, the consolidated book and the page ask here, so that a status looks the same wherever it is shown.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from validators.rules import codes
from validators.scheme.models import Conventions


class Look(NamedTuple):
    """Background and letters as "#RRGGBB"."""

    fill: str
    font: str


BAD = Look("#F8CBAD", "#9C0006")
LATE = Look("#FCE4D6", "#843C0C")
SOON = Look("#FFE699", "#7F6000")
GOOD = Look("#E2EFDA", "#375623")
GREY = Look("#EDEDED", "#7F7F7F")
BLUE = Look("#DDEBF7", "#1F4E79")

DEFAULTS: dict[str, Look] = {
    **dict.fromkeys((codes.OVERDUE, codes.BROKEN, codes.NOT_CLOSED, codes.MISSING, codes.MISSED), BAD),
    **dict.fromkeys((codes.SHOULD_HAVE_STARTED, codes.BLOCKED), BAD),
    **dict.fromkeys((codes.UNSYNCED, codes.DONE_LATE, codes.REPORTED_LATE), LATE),
    **dict.fromkeys((codes.SOON, codes.PENDING, codes.TO_VERIFY), SOON),
    **dict.fromkeys((codes.OK, codes.DONE, codes.REPORTED, codes.MET, codes.SYNCED, codes.CLOSED), GOOD),
    codes.TERMINATED: GREY,
}

_NAMED = {
    "red": BAD, "红": BAD, "yellow": SOON, "黄": SOON, "amber": SOON, "orange": LATE, "橙": LATE, "green": GOOD,
    "绿": GOOD, "blue": BLUE, "蓝": BLUE, "grey": GREY, "gray": GREY, "灰": GREY,
}  # fmt: skip


def status_look(conventions: Conventions, code: str) -> Look | None:
    """How a status is shown; None: like plain text."""
    colour = conventions.palette.get(code, "")
    return look_of(colour) if colour else DEFAULTS.get(code)


def status_looks(conventions: Conventions) -> tuple[tuple[str, str, Look], ...]:
    """(code, word as a cell begins with it, look) of the coloured statuses, the most urgent first."""
    found = []
    for code in codes.URGENCY:
        look, word = status_look(conventions, code), status_word(conventions, code)
        if look and word:
            found.append((code, word, look))
    return tuple(found)


def status_word(conventions: Conventions, code: str) -> str:
    """The fixed beginning of a status word: 逾期 of 逾期{n}; "" when it begins with a parameter."""
    return conventions.words.get(code, codes.WORDS[code]).partition("{")[0].rstrip(":：")


def look_of(colour: str) -> Look:
    """A look from a colour word (红, red …) or "#RRGGBB", with letters that can be read on it."""
    named = _NAMED.get(colour.lower().removesuffix("色"))
    if named:
        return named
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
        raise ValueError(f"“{colour}”不是颜色：请写 #RRGGBB 或 红、橙、黄、绿、蓝、灰")
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    bright = (299 * red + 587 * green + 114 * blue) / 1000 > 140
    return Look(colour.upper(), "#262626" if bright else "#FFFFFF")
