"""Colours and their styles: what a cell, a border or a band is painted with has two names, and both come back.

`backgroundColor` is the older one, `backgroundColorStyle` the newer: an RGB colour, or one of the spreadsheet's theme.
"If both are set, the style takes precedence" (CellFormat, TextFormat, Border, BandingProperties in the reference).
"""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import Any

from sync.backends.google.emulator.cells import Json, as_json

THEME: dict[str, Json] = {
    "TEXT": {},
    "BACKGROUND": {"red": 1, "green": 1, "blue": 1},
    "ACCENT1": {"red": 0.25882354, "green": 0.52156866, "blue": 0.95686275},
    "ACCENT2": {"red": 0.91764706, "green": 0.2627451, "blue": 0.20784314},
    "ACCENT3": {"red": 0.9843137, "green": 0.7372549, "blue": 0.015686275},
    "ACCENT4": {"red": 0.20392157, "green": 0.65882355, "blue": 0.3254902},
    "ACCENT5": {"red": 1, "green": 0.42745098, "blue": 0.003921569},
    "ACCENT6": {"red": 0.27450982, "green": 0.7411765, "blue": 0.7764706},
    "LINK": {"red": 0.06666667, "green": 0.33333334, "blue": 0.8},
}
SPREADSHEET_THEME: Json = {
    "primaryFontFamily": "Arial",
    "themeColors": [{"colorType": name, "color": {"rgbColor": found}} for name, found in THEME.items()],
}


def colour(value: Any) -> Any:
    """A colour as it comes back: components in steps of 1/255, zeros left out; what came back once stays as it is."""
    if not isinstance(value, dict):
        return value
    found = {}
    for name, part in value.items():
        step = int(float(part or 0) * 255 + 1e-4)
        if name != "alpha" and step:
            found[name] = _single(step)
    return found


@lru_cache(maxsize=256)
def _single(step: int) -> int | float:
    """step / 255 in the fewest digits that tell it from its neighbours in single precision, as Google writes it."""
    exact = struct.pack("f", step / 255)
    (value,) = struct.unpack("f", exact)
    texts = (f"{value:.{digits}g}" for digits in range(1, 10))
    return as_json(next(float(text) for text in texts if struct.pack("f", float(text)) == exact))


def is_colour(name: str) -> bool:
    """backgroundColor, color, headerColor …"""
    return name.lower().endswith("color") and name not in ("rgbColor", "themeColor")


def is_style(name: str) -> bool:
    """backgroundColorStyle, colorStyle …"""
    return name.lower().endswith("colorstyle")


def styled(value: Any) -> Any:
    """JSON as it is answered: every colour has its style beside it, at any depth."""
    if isinstance(value, list):
        return [styled(item) for item in value]
    if not isinstance(value, dict):
        return value
    found: Json = {}
    for name, part in value.items():
        found[name] = part if is_colour(name) else styled(part)
    for name in [name for name in found if is_colour(name)]:
        found.setdefault(f"{name}Style", {"rgbColor": found[name]})
    return found


def settled(new: Json, old: Json) -> Json:
    """JSON as it is kept: one colour for each pair of names, the style beside it only where it names the theme.

    Whichever of the two was changed counts; the style where both were.
    """
    found = {name: _inner(name, value, old.get(name)) for name, value in new.items()}
    for name in {name.removesuffix("Style") for name in found if is_style(name)}:
        style = found.pop(f"{name}Style") or {}
        theme = style.get("themeColor")
        if old.get(f"{name}Style") == style and found.get(name) != old.get(name):
            continue  # the colour alone was written
        if theme:
            found[name], found[f"{name}Style"] = THEME.get(theme, {}), {"themeColor": theme}
        elif "rgbColor" in style:
            found[name] = colour(style["rgbColor"] or {})
    return found


def _inner(name: str, value: Any, old: Any) -> Any:
    if is_colour(name):
        return colour(value)
    if isinstance(value, dict) and not is_style(name):
        return settled(value, old if isinstance(old, dict) else {})
    return value
