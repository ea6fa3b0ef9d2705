"""Colours of a book. A status colour is the scheme's choice and always goes with a word (red can mean good)."""

from __future__ import annotations

import re

from sheets_templates.plan import Paint
from validators.rules import codes
from validators.scheme.models import Conventions

FAULT = Paint(fill="#FFC7CE", font="#9C0006")
DOUBT = Paint(fill="#FFEB9C", font="#7F6000")
STALE = Paint(font="#A6A6A6", strike=True)
ALERT = Paint(font="#C00000", bold=True)
PASSED = Paint(font="#2E7D32")

SYSTEM_FILL = "#E8F3EE"  # we fill first, the clerk may correct
OURS_FILL = "#F2F2F2"  # ours alone
HEAD_FILL = "#DCE6F1"
# (group, header) of neighbouring groups; none of them like our grey, the system's green or a status
TINT_FILLS = (("#C5D5E8", "#DCE6F1"), ("#F3D9B1", "#FBEBD3"), ("#D5CBE5", "#E9E3F2"), ("#BFE0E2", "#DDF0F1"))
OURS_HEAD_FILL = "#D9D9D9"
SYSTEM_HEAD_FILL = "#CFE6DA"

_BAD = Paint("#F8CBAD", "#9C0006")
_LATE = Paint("#FCE4D6", "#843C0C")
_SOON = Paint("#FFE699", "#7F6000")
_GOOD = Paint("#E2EFDA", "#375623")
_GREY = Paint("#EDEDED", "#7F7F7F")

DEFAULTS: dict[str, Paint] = {
    **dict.fromkeys((codes.OVERDUE, codes.BROKEN, codes.NOT_CLOSED, codes.MISSING, codes.MISSED), _BAD),
    **dict.fromkeys((codes.SHOULD_HAVE_STARTED, codes.BLOCKED), _BAD),
    **dict.fromkeys((codes.UNSYNCED, codes.DONE_LATE, codes.REPORTED_LATE), _LATE),
    **dict.fromkeys((codes.SOON, codes.PENDING, codes.TO_VERIFY), _SOON),
    **dict.fromkeys((codes.OK, codes.DONE, codes.REPORTED, codes.MET, codes.SYNCED, codes.CLOSED), _GOOD),
    codes.TERMINATED: _GREY,
}

_NAMED = {
    "red": Paint("#F8CBAD", "#9C0006"), "红": Paint("#F8CBAD", "#9C0006"),
    "yellow": Paint("#FFE699", "#7F6000"), "黄": Paint("#FFE699", "#7F6000"), "amber": Paint("#FFE699", "#7F6000"),
    "orange": Paint("#FCE4D6", "#843C0C"), "橙": Paint("#FCE4D6", "#843C0C"),
    "green": Paint("#E2EFDA", "#375623"), "绿": Paint("#E2EFDA", "#375623"),
    "blue": Paint("#DDEBF7", "#1F4E79"), "蓝": Paint("#DDEBF7", "#1F4E79"),
    "grey": Paint("#EDEDED", "#7F7F7F"), "gray": Paint("#EDEDED", "#7F7F7F"), "灰": Paint("#EDEDED", "#7F7F7F"),
}  # fmt: skip


def status_paints(conventions: Conventions) -> tuple[tuple[str, str, Paint], ...]:
    """(code, word as a cell begins with it, look) of the coloured statuses, the most urgent first."""
    found = []
    for code in codes.URGENCY:
        colour = conventions.palette.get(code, "")
        paint = paint_of(colour) if colour else DEFAULTS.get(code)
        word = status_word(conventions, code)
        if paint and word:
            found.append((code, word, paint))
    return tuple(found)


def status_word(conventions: Conventions, code: str) -> str:
    """The fixed beginning of a status word: 逾期 of 逾期{n}; "" when it begins with a parameter."""
    return conventions.words.get(code, codes.WORDS[code]).partition("{")[0].rstrip(":：")


def paint_of(colour: str) -> Paint:
    """A look from a colour word (红, red …) or "#RRGGBB", with letters that can be read on it."""
    named = _NAMED.get(colour.lower().removesuffix("色"))
    if named:
        return named
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
        raise ValueError(f"“{colour}”不是颜色：请写 #RRGGBB 或 红、橙、黄、绿、蓝、灰")
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    bright = (299 * red + 587 * green + 114 * blue) / 1000 > 140
    return Paint(colour.upper(), "#262626" if bright else "#FFFFFF")
