"""Formats of the consolidated book, each made once."""

from __future__ import annotations

from typing import Any

from sync.consolidate.sheets import Card, Kind
from validators.scheme.colours import Look

SONG, HEI = "宋体", "黑体"
LINE = "#A6A6A6"
# (group, header) of neighbouring groups, as in the units' books
TINTS = (("#C5D5E8", "#DCE6F1"), ("#F3D9B1", "#FBEBD3"), ("#D5CBE5", "#E9E3F2"), ("#BFE0E2", "#DDF0F1"))

_KINDS: dict[Kind, dict[str, Any]] = {
    "text": {"align": "left", "num_format": "@", "text_wrap": True},
    "long": {"align": "left", "num_format": "@", "text_wrap": True, "valign": "top"},
    "centre": {"align": "center", "num_format": "@", "text_wrap": True},
    "int": {"align": "center", "num_format": "0"},
    "signed": {"align": "center", "num_format": "+0;-0;0"},
    "wan": {"align": "right", "num_format": "#,##0.##"},
    "yi": {"align": "right", "num_format": "#,##0.00"},
    "percent": {"align": "center", "num_format": "0.0%"},
    "number": {"align": "right", "num_format": "General"},
    "date": {"align": "center", "num_format": "yyyy-mm-dd"},
}


class Looks:
    """Formats by what they are for."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def get(self, **properties: Any) -> Any:
        whole = {"font_name": SONG, "font_size": 10.5, "valign": "vcenter", **properties}
        key = tuple(sorted(whole.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(whole)
        return self._made[key]

    def cell(self, kind: Kind, *, border: bool = True, **more: Any) -> Any:
        lines = {"border": 1, "border_color": LINE} if border else {}
        return self.get(**{**_KINDS[kind], **lines, **more})

    def marked(self, kind: Kind, look: Look) -> Any:
        """A status word in its colour."""
        place = {key: value for key, value in _KINDS[kind].items() if key in ("align", "valign", "text_wrap")}
        return self.get(bg_color=look.fill, font_color=look.font, border=1, border_color=LINE, num_format="@", **place)

    def lines(self) -> Any:
        """For a condition: only what it adds."""
        key = (("conditional", True),)
        if key not in self._made:
            self._made[key] = self._workbook.add_format({"border": 1, "border_color": LINE})
        return self._made[key]

    def heading(self) -> Any:
        return self.get(font_name=HEI, font_size=18, bold=True, align="center")

    def note(self, **more: Any) -> Any:
        return self.get(font_color="#595959", font_size=10, **more)

    def section_title(self) -> Any:
        return self.get(font_name=HEI, font_size=12, font_color="#1F4E79", bottom=2, bottom_color="#9DB8D6")

    def section(self) -> Any:
        return self.get(font_name=HEI, bold=True, bg_color="#EAF0F7", border=1, border_color=LINE, indent=1)

    def header(self, tint: int) -> Any:
        return self.cell("centre", bold=True, bg_color=TINTS[tint][1])

    def group(self, tint: int, *, left: bool) -> Any:
        place = {"align": "left", "indent": 1} if left else {"align": "center"}
        return self.get(bold=True, font_name=HEI, bg_color=TINTS[tint][0], border=1, border_color=LINE, **place)

    def card(self, card: Card) -> Any:
        """The number of a card; its line is open below, where the label follows."""
        look = card.look or Look("#F7FAFD", "#1F4E79")
        number = {key: value for key, value in _KINDS[card.kind].items() if key == "num_format"}
        return self.get(
            font_name=HEI, font_size=24, bold=True, align="center", bg_color=look.fill, font_color=look.font,
            left=1, right=1, top=1, left_color=LINE, right_color=LINE, top_color=LINE, **number,
        )  # fmt: skip

    def card_text(self, card: Card, part: str) -> Any:
        look = card.look or Look("#F7FAFD", "#1F4E79")
        label = part == "label"
        edge = {} if label else {"bottom": 1, "bottom_color": LINE}
        return self.get(
            font_size=11 if label else 9, bold=label, align="center", bg_color=look.fill, left=1, right=1,
            left_color=LINE, right_color=LINE, font_color="#262626" if label else "#595959", **edge,
        )  # fmt: skip
