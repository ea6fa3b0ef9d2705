"""How a tab looks on paper and when scrolled: print set-up, frozen panes, zoom."""

from __future__ import annotations

from typing import Any

from sync.consolidate.sheets import Tab, grouped, widths

PAPER = {"A3": 8, "A4": 9}
ONE_PAGE = 90  # rows of an overview that are still readable on one page
PAGE = 430  # characters on one A3 page at about half size, the smallest print offices put up with
SCREEN = 200  # characters a small screen shows at 85 %


def finish(sheet: Any, tab: Tab, stamp: str, last: int, end: int) -> None:
    """`last`: last column; `end`: the row after the last."""
    if not tab.upright:
        sheet.set_landscape()
    sheet.set_paper(PAPER[tab.paper])
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
    sheet.center_horizontally()
    sheet.hide_gridlines(2)
    sheet.print_area(0, 0, max(end - 2, 1), last)
    wide = sum(widths(tab))
    sheet.fit_to_pages(max(1, -(-int(wide) // PAGE)), 1 if tab.cards and end < ONE_PAGE else 0)
    font = '&"宋体,常规"&9'
    sheet.set_footer(f"&L{font}数据截止：{stamp}&C{font}第 &P 页　共 &N 页&R{font}&A")
    if tab.filter:
        head = 2 + len(tab.notes) + (1 if tab.sums else 0)
        rows = 2 if grouped(tab.blocks[0]) else 1
        sheet.freeze_panes(head + rows, tab.frozen)
        sheet.repeat_rows(head, head + rows - 1)
        if wide > PAGE and tab.frozen:
            sheet.repeat_columns(0, tab.frozen - 1)
        sheet.set_zoom(85 if wide > SCREEN else 100)
