"""Cell looks of a workbook, each made once: fonts usual in Chinese offices, hair-thin borders, quiet colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sheets_templates.palette import OURS_FILL, OURS_HEAD_FILL, SYSTEM_FILL, SYSTEM_HEAD_FILL, TINT_FILLS
from sheets_templates.plan import Column, Paint

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

SONG, HEI = "宋体", "黑体"  # on every Chinese desktop; WPS, LibreOffice and Excel all know a substitute
BODY_SIZE = 10.5  # 五号
LINE = "#A6A6A6"
_TONE_FILL = {"clerk": "", "system": SYSTEM_FILL, "ours": OURS_FILL}
_TONE_HEAD = {"system": SYSTEM_HEAD_FILL, "ours": OURS_HEAD_FILL}


class Styles:
    """Formats by their properties, so that equal looks are one style of the workbook."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def get(self, **properties: Any) -> Format:
        """A format with these XlsxWriter properties; unlocked and in 宋体 10.5 unless they say otherwise."""
        whole = {"font_name": SONG, "font_size": BODY_SIZE, "valign": "vcenter", "locked": False, **properties}
        key = tuple(sorted(whole.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(whole)
        return self._made[key]

    def boxed(self, **properties: Any) -> Format:
        return self.get(border=1, border_color=LINE, **properties)

    def whole_column(self, column: Column) -> Format:
        """For cells below the prepared rows: what is typed there reads as above, without lines or fill."""
        return self.get(**_cell(column))

    def cell(self, column: Column, number_format: str = "") -> Format:
        fill = _TONE_FILL[column.tone]
        extra = {"bg_color": fill} if fill else {}
        if column.tone == "ours":
            extra["font_color"] = "#404040"
        return self.boxed(**{**_cell(column), **extra, **({"num_format": number_format} if number_format else {})})

    def header(self, column: Column, open_at: str = "") -> Format:
        """A header cell; `open_at` "top" or "bottom" leaves that line out."""
        fill = _TONE_HEAD.get(column.tone) or TINT_FILLS[column.tint][1]
        look = {"bold": True, "align": "center", "text_wrap": True, "bg_color": fill}
        return self.boxed(**look, **({open_at: 0} if open_at else {}))

    def group(self, column: Column, wide: bool) -> Format:
        """The title above a group that begins with this column; a wide one begins where a reader comes to it."""
        fill = OURS_HEAD_FILL if column.tone == "ours" else TINT_FILLS[column.tint][0]
        place = {"align": "left", "indent": 1} if wide else {"align": "center"}
        return self.boxed(bold=True, font_name=HEI, bg_color=fill, text_wrap=True, **place)

    def paint(self, paint: Paint) -> Format:
        """A look for a conditional format: only what differs from the cell."""
        wanted: dict[str, Any] = {"bg_color": paint.fill, "font_color": paint.font}
        wanted |= {"bold": paint.bold, "font_strikeout": paint.strike}
        properties = {name: value for name, value in wanted.items() if value}
        key = (("conditional", True), *sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(properties)
        return self._made[key]


def _cell(column: Column) -> dict[str, Any]:
    properties: dict[str, Any] = {"align": column.align}
    if column.number_format != "General":
        properties["num_format"] = column.number_format
    if column.wrap:
        properties["text_wrap"] = True
    if column.tone == "ours" and column.wrap:
        properties |= {"valign": "top", "font_size": 9}  # a long answer in a low row must show its beginning
    return properties
