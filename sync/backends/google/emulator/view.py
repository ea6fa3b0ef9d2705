"""What a person would see: a list of spreadsheets and each of their tabs as a page, whose cells can be typed into."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from sync.backends.google.emulator.a1 import letters
from sync.backends.google.emulator.book import Book
from sync.backends.google.emulator.cells import Err, Json
from sync.backends.google.emulator.evaluate import holds
from sync.backends.google.emulator.files import SPREADSHEET
from sync.backends.google.emulator.formula import Formula
from sync.backends.google.emulator.functions import general
from sync.backends.google.emulator.sheet import Sheet
from sync.backends.google.emulator.typed import SCRIPT, address, version
from sync.backends.google.emulator.web import Answer
from sync.backends.google.emulator.world import World

ROOM = 300  # rows on a page
_STYLE = """
body{font:13px/1.4 Roboto,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;margin:0;color:#202124;background:#f8f9fa}
header{background:#fff;border-bottom:1px solid #dadce0;padding:10px 16px;font-size:18px}
header a{color:#0f9d58;text-decoration:none;margin-right:10px}
nav{background:#fff;padding:6px 12px;border-bottom:1px solid #dadce0;position:sticky;top:0;z-index:2}
nav a{padding:5px 12px;margin-right:4px;color:#444;text-decoration:none;border-radius:4px}
nav a.on{background:#e6f4ea;color:#137333;font-weight:600}nav a.off{color:#9aa0a6}
.sheet{overflow:auto;padding:0}
table{border-collapse:collapse;background:#fff;table-layout:fixed}
td,th{border:1px solid #e2e3e3;padding:2px 4px;overflow:hidden;vertical-align:bottom;white-space:pre;text-overflow:ellipsis}
td div{overflow:hidden;text-overflow:ellipsis}
th{background:#f1f3f4;font-weight:normal;color:#5f6368;text-align:center}
td.n{background:#f1f3f4;color:#5f6368;text-align:center;width:36px;min-width:36px}
td.wrap{white-space:pre-wrap}td.over,td.over div{overflow:visible}td.over{z-index:2}.stay{position:sticky;z-index:1}td.stay:not([style*=background]){background:#fff}td.n{position:sticky;left:0;z-index:1}td.num{text-align:right}td.err{color:#c5221f}
ul{list-style:none;padding:8px 16px}li{padding:8px;border-bottom:1px solid #e8eaed}
small{color:#5f6368}
"""


def page(world: World, path: str, query: dict[str, str]) -> Answer:
    """The list at /, a spreadsheet at /view/<id>?sheet=<id>; ?hidden=1 shows hidden tabs and lines too."""
    if path == "/":
        return _html("表格（模拟）", _listing(world))
    book = world.books.get(path.removeprefix("/view/"))
    if book is None:
        return Answer("没有这张表格".encode(), 404, kind="text/plain; charset=UTF-8")
    hidden = query.get("hidden") == "1"
    shown = [sheet for sheet in book.sheets if hidden or not sheet.properties.get("hidden")]
    wanted = query.get("sheet", "")
    sheet = next((item for item in shown if str(item.id) == wanted), shown[0])
    title = str(book.properties["title"])
    body = f'<header><a href="/">▦</a>{escape(title)} <small>模拟的 Google 表格：点一个格子就能改</small></header>'
    body += _tabs(book, shown, sheet, hidden) + f'<div class="sheet">{_table(book, sheet, hidden)}</div>'
    data = {"book": book.id, "sheet": str(sheet.id), "version": version(world, book.id)}
    return _html(title, f"{body}<script>{SCRIPT}</script>", data)


def _html(title: str, body: str, data: dict[str, str] | None = None) -> Answer:
    marks = "".join(f' data-{name}="{escape(value)}"' for name, value in (data or {}).items())
    text = (
        f'<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style><body{marks}>{body}</body></html>"
    )
    return Answer(text.encode(), kind="text/html; charset=UTF-8")


def _listing(world: World) -> str:
    items = [
        f'<li><a href="/view/{quote(file.id)}">{escape(file.name)}</a> <small>所有者 {escape(file.owner)}</small></li>'
        for file in sorted(world.files.values(), key=lambda item: item.name)
        if file.mime == SPREADSHEET and not world.in_bin(file)
    ]
    return f"<header>表格（模拟的 Google 表格）</header><ul>{''.join(items) or '<li>还没有表格</li>'}</ul>"


def _tabs(book: Book, shown: list[Sheet], current: Sheet, hidden: bool) -> str:
    more = "&hidden=1" if hidden else ""
    links = [
        f'<a class="{"on" if sheet is current else "off" if sheet.properties.get("hidden") else ""}" '
        f'href="?sheet={sheet.id}{more}">{escape(sheet.title)}</a>'
        for sheet in shown
    ]
    toggle = "" if hidden else "?hidden=1"
    label = "收起隐藏的" if hidden else "显示隐藏的"
    return f'<nav>{"".join(links)}<a class="off" href="/view/{quote(book.id)}{toggle}">{label}</a></nav>'


def _table(book: Book, sheet: Sheet, hidden: bool) -> str:
    bottom = min(book.reader.last_data_row(sheet.id) + 3, sheet.row_count, ROOM)
    right = max((max(row, default=0) for row in sheet.rows[:bottom]), default=0) + 1
    columns = [c for c in range(right) if hidden or not sheet.column_meta.get(c, {}).get("hiddenByUser")]
    stay = _staying(sheet, columns)
    head = "".join(
        f'<th{_stay(stay, c)} style="width:{_width(sheet, c)}px{_left(stay, c)}">{letters(c)}</th>' for c in columns
    )
    covered = {
        (r, c): box for box in sheet.merges for r in range(box.top, box.bottom) for c in range(box.left, box.right)
    }
    rows = []
    for row in range(bottom):
        if sheet.row_meta.get(row, {}).get("hiddenByUser") and not hidden:
            continue
        cells = []
        for column in columns:
            box = covered.get((row, column))
            if box is not None and (row, column) != (box.top, box.left):
                continue
            span = "" if box is None else f' colspan="{sum(box.left <= c < box.right for c in columns)}"'
            cells.append(_cell(book, sheet, row, column, span, stay))
        rows.append(f'<tr><td class="n">{row + 1}</td>{"".join(cells)}</tr>')
    wide = 36 + sum(_width(sheet, c) for c in columns)
    return f'<table style="width:{wide}px"><tr><th style="width:36px"></th>{head}</tr>{"".join(rows)}</table>'


def _staying(sheet: Sheet, columns: list[int]) -> dict[int, int]:
    """Frozen columns that are shown, with their distance from the left edge."""
    found, left = {}, 36
    for column in columns:
        if column < int(sheet.grid.get("frozenColumnCount") or 0):
            found[column] = left
            left += _width(sheet, column)
    return found


def _stay(stay: dict[int, int], column: int) -> str:
    return ' class="stay"' if column in stay else ""


def _left(stay: dict[int, int], column: int) -> str:
    return f";left:{stay[column]}px" if column in stay else ""


def _width(sheet: Sheet, column: int) -> int:
    return int(sheet.column_meta.get(column, {}).get("pixelSize", 100))


def _cell(book: Book, sheet: Sheet, row: int, column: int, span: str, stay: dict[int, int]) -> str:
    value = book.reader.value(sheet.id, row, column)
    text = book.reader.shown(sheet.id, row, column)
    look = sheet.cell(row, column).look or {}
    kinds = ["wrap"] if look.get("wrapStrategy") == "WRAP" else []
    if (
        text
        and span == ""
        and "wrap" not in kinds
        and isinstance(value, str)
        and not book.reader.shown(sheet.id, row, column + 1)
    ):
        kinds.append("over")  # a text runs on over blank cells behind it
    kinds += ["num"] if isinstance(value, float) else ["err"] if isinstance(value, Err) else []
    kinds += ["stay"] if column in stay else []
    style = _css({**look, **_by_rule(book, sheet, row, column)}) + _left(stay, column)
    note = f' title="{escape(value.message)}"' if isinstance(value, Err) else f' title="{escape(text[:600])}"'
    tall = sheet.row_meta.get(row, {}).get("pixelSize")
    body = f'<div style="max-height:{tall}px">{escape(text)}</div>' if tall and text else escape(text)
    typed = escape(as_typed(book, sheet.cell(row, column).entered))
    return f'<td{span} data-at="{address(row, column)}" data-text="{typed}" class="{" ".join(kinds)}" style="{style}"{note}>{body}</td>'


def as_typed(book: Book, entered: object) -> str:
    """What stands in the line above the cells when one is chosen: the formula, or the value as entered."""
    if isinstance(entered, Formula):
        return book.formula_text(entered)
    if isinstance(entered, float):
        return general(entered)
    return "" if entered is None else str(entered)


def _by_rule(book: Book, sheet: Sheet, row: int, column: int) -> Json:
    """The look of the first conditional format that holds."""
    for rule in sheet.conditional:
        for rect in rule["_ranges"]:
            if sheet.box(rect).holds(row, column) and rule.get("_formula"):
                origin = rule["_ranges"][0].top, rule["_ranges"][0].left
                if holds(rule["_formula"], book.reader, sheet.id, origin, (row, column)):
                    found: Json = rule["booleanRule"].get("format") or {}
                    return found
    return {}


def _css(look: Json) -> str:
    parts = []
    text = look.get("textFormat", {})
    for name, property_name in (("backgroundColor", "background"),):
        if look.get(name) is not None:
            parts.append(f"{property_name}:{_colour(look[name])}")
    if text.get("foregroundColor"):
        parts.append(f"color:{_colour(text['foregroundColor'])}")
    parts += ["font-weight:bold"] if text.get("bold") else []
    parts += ["text-decoration:line-through"] if text.get("strikethrough") else []
    if text.get("fontSize"):
        parts.append(f"font-size:{int(text['fontSize']) * 4 // 3}px")
    if look.get("verticalAlignment"):
        parts.append(f"vertical-align:{str(look['verticalAlignment']).lower()}")
    if look.get("horizontalAlignment"):
        parts.append(f"text-align:{str(look['horizontalAlignment']).lower()}")
    return ";".join(parts)


def _colour(value: Json) -> str:
    red, green, blue = (round(float(value.get(name, 0)) * 255) for name in ("red", "green", "blue"))
    return f"#{red:02x}{green:02x}{blue:02x}"
