"""Colours of a book. What a status looks like is said by the scheme and `validators.scheme.colours`."""

from __future__ import annotations

from sheets_templates.plan import Paint
from validators.scheme.colours import status_looks, status_word
from validators.scheme.models import Conventions

__all__ = ["status_paints", "status_word"]

FAULT = Paint(fill="#FFC7CE", font="#9C0006")
DOUBT = Paint(fill="#FFEB9C", font="#7F6000")
STALE = Paint(font="#A6A6A6", strike=True)
ALERT = Paint(font="#C00000", bold=True)
WANTED = Paint(font="#C00000")  # long texts, which bold letters would make hard to read
PASSED = Paint(font="#2E7D32")

SYSTEM_FILL = "#E8F3EE"  # we fill first, the clerk may correct
OURS_FILL = "#F2F2F2"  # ours alone
HEAD_FILL = "#DCE6F1"
# (group, header) of neighbouring groups; none of them like our grey, the system's green or a status
TINT_FILLS = (("#C5D5E8", "#DCE6F1"), ("#F3D9B1", "#FBEBD3"), ("#D5CBE5", "#E9E3F2"), ("#BFE0E2", "#DDF0F1"))
OURS_HEAD_FILL = "#D9D9D9"
SYSTEM_HEAD_FILL = "#CFE6DA"


def status_paints(conventions: Conventions) -> tuple[tuple[str, str, Paint], ...]:
    """(code, word as a cell begins with it, look) of the coloured statuses, the most urgent first."""
    return tuple((code, word, Paint(look.fill, look.font)) for code, word, look in status_looks(conventions))
