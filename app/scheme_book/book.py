"""Rows → the workbook an officer works in: one tab a subject, titles and hints on top, drop-downs where words are fixed."""

from __future__ import annotations

import base64
import io
import zlib
from collections.abc import Sequence
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from app.scheme_book.book_texts import HOW, filled, height
from app.scheme_book.cells import Shown, is_field, is_table, shown
from app.scheme_book.layout import (
    BASICS_TAB,
    FILES_TAB,
    GUIDE_TAB,
    IDENT,
    LISTS_TAB,
    NOTE,
    OVERVIEW_TAB,
    Column,
    Tab,
    basics,
    tabs,
)  # fmt: skip
from app.scheme_book.overview import HEADS, overview_lines
from app.scheme_book.rows import Row, field_titles, rows_of, rule_ident, table_titles
from app.scheme_book.tree import Tree
from app.scheme_book.words import label_of
from sheets_templates.xlsx import workbook_options
from sheets_templates.xlsx_styles import HEI, Styles
from validators.scheme.models import Scheme

HEAD, HINT, BODY = 1, 2, 3  # 0-based rows: titles, hints, the first definition
SPARE = 200  # rows below the filled ones that have drop-downs too
NOTE_WIDTH = 40
MANY_COLUMNS = 13
USUAL = frozenset(
    {"n", "unit", "goal", "when", "modality", "responsible", "section", "sentence", "roll", "required", "choices"}
)
_CHUNK = 30_000
_BLUE, _SOFT, _GREY, _NOTE_HEAD, _RED = "#1F4E79", "#DDEBF7", "#7F7F7F", "#7F6000", "#C00000"


def write_book(scheme: Scheme, tree: Tree) -> bytes:
    """The workbook of a scheme as bytes."""
    buffer = io.BytesIO()
    with Workbook(buffer, workbook_options()) as workbook:
        workbook.set_properties({"title": f"{scheme.title}（方案）"})
        _Book(workbook, scheme, tree).write()
    return buffer.getvalue()


class _Book:
    def __init__(self, workbook: Workbook, scheme: Scheme, tree: Tree) -> None:
        self.workbook, self.scheme, self.tree = workbook, scheme, tree
        self.styles = Styles(workbook)
        self.rows = rows_of(scheme, tree)
        self.titles = table_titles(scheme)
        self.lists: list[tuple[str, list[str]]] = []
        self.places: dict[str, tuple[str, int]] = {}  # rule → tab and 1-based row

    def write(self) -> None:
        guide = self._sheet(GUIDE_TAB, _BLUE)
        overview_at = next(i for i, tab in enumerate(tabs()) if tab.section == "rules")
        sheets: list[tuple[Tab, Worksheet]] = []
        basics_sheet = self._sheet(BASICS_TAB, "#548235")
        overview = None
        for position, tab in enumerate(tabs()):
            if position == overview_at:
                overview = self._sheet(OVERVIEW_TAB, "#BF8F00")
            rule = tab.section == "rules"
            sheet = self._sheet(tab.title, "#BF8F00" if rule else "#548235")
            if rule and not self.rows[tab.title]:
                sheet.hide()  # there to be used: 取消隐藏
            sheets.append((tab, sheet))
        lists = self.workbook.add_worksheet(LISTS_TAB)
        files = self.workbook.add_worksheet(FILES_TAB)
        for tab, sheet in sheets:
            self._tab(tab, sheet)
        self._basics(basics_sheet)
        if overview is not None:
            self._overview(overview)
        self._guide(guide)
        for column, (title, words) in enumerate(self.lists):
            lists.write_column(0, column, [title, *words])
        lists.very_hidden()
        self._files(files)
        guide.activate()

    def _sheet(self, title: str, colour: str) -> Worksheet:
        sheet = self.workbook.add_worksheet(title)
        sheet.set_tab_color(colour)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        return sheet

    # tabs --------------------------------------------------------------------------------------------------------

    def _tab(self, tab: Tab, sheet: Worksheet) -> None:
        rows, columns = self.rows[tab.title], tab.columns
        self._band(sheet, tab.title, tab.about, len(columns) + tab.noted)
        self._heads(sheet, [column.title for column in columns], [column.hint for column in columns])
        folded = self._folded(tab)
        for position, column in enumerate(columns, 1):
            look = {"level": 1, "hidden": True} if column.key in folded else {}
            sheet.set_column(position, position, column.width, self.styles.get(num_format="@", text_wrap=True), look)
        if tab.noted:
            place = len(columns) + 1
            sheet.write_string(HEAD, place, NOTE, self._head(_NOTE_HEAD))
            sheet.write_string(HINT, place, "方案文件里写在上面的话", self._hint())
            sheet.set_column(place, place, NOTE_WIDTH, self.styles.get(num_format="@", text_wrap=True))
        for line, row in enumerate(rows, BODY):
            self._row(sheet, tab, row, line)
        self._validate(sheet, tab, len(rows))
        sheet.freeze_panes(BODY, 3 if len(columns) > 3 else 1)
        # from the hidden marks on, so that sorting by the filter takes them along
        sheet.autofilter(HEAD, 0, BODY + max(len(rows), 1) - 1, len(columns) + tab.noted)
        sheet.repeat_rows(HEAD)

    def _folded(self, tab: Tab) -> set[str]:
        """Columns that no row uses, on a tab with many: folded away, to be opened with ＋."""
        rows = self.rows[tab.title]
        if not rows or len(tab.columns) < MANY_COLUMNS:
            return set()
        used = {key for row in rows for key, value in row.values.items() if value not in (None, "", (), {}, False)}
        rare = (column for column in tab.columns if not column.required and column.key not in USUAL)
        return {c.key for c in rare if c.key not in used or all(r.values.get(c.key) == c.default for r in rows)}

    def _row(self, sheet: Worksheet, tab: Tab, row: Row, line: int) -> None:
        sheet.write_string(line, 0, row.ident)
        striped = bool(line % 2)
        values = [shown(row.values.get(column.key), column, self.titles) for column in tab.columns]
        for position, value in enumerate(values, 1):
            self._put(sheet, line, position, value, strong=position == 1, striped=striped)
        widths = [column.width for column in tab.columns]
        if tab.noted:
            self._put(sheet, line, len(tab.columns) + 1, row.note, striped=striped, quiet=True)
            values, widths = [*values, row.note], [*widths, NOTE_WIDTH]
        sheet.set_row(line, height(values, widths))
        if row.inner:
            sheet.write_comment(line, 1, row.inner, {"author": "", "x_scale": 2})
        if tab.section == "rules":
            self.places[row.ident] = (tab.title, line + 1)

    def _put(self, sheet: Worksheet, line: int, column: int, value: Shown, *, strong: bool = False,
             striped: bool = False, quiet: bool = False) -> None:  # fmt: skip
        look: dict[str, Any] = {"text_wrap": True, "valign": "top"}
        look |= {"bold": True} if strong else {}
        look |= {"bg_color": "#F7FAFD"} if striped else {}
        look |= {"font_color": "#595959"} if quiet else {}
        if isinstance(value, str):
            style = self.styles.boxed(num_format="@", **look)
            sheet.write_string(line, column, value, style) if value else sheet.write_blank(line, column, None, style)
        else:
            sheet.write_number(line, column, value, self.styles.boxed(align="left", **look))

    def _band(self, sheet: Worksheet, title: str, about: str, width: int) -> None:
        sheet.set_row(0, 30)
        sheet.set_column(0, 0, 4, None, {"hidden": True})
        sheet.write_rich_string(
            0, 1, self.styles.get(font_name=HEI, font_size=15, font_color=_BLUE), title,
            self.styles.get(font_color=_GREY), f"　{about or ' '}", self.styles.get(font_size=15),
        )  # fmt: skip

    def _heads(self, sheet: Worksheet, titles: Sequence[str], hints: Sequence[str]) -> None:
        sheet.write_string(HEAD, 0, IDENT)
        sheet.write_string(HINT, 0, "#")
        sheet.set_row(HEAD, 24)
        sheet.set_row(HINT, 54)
        for position, (title, hint) in enumerate(zip(titles, hints, strict=True), 1):
            sheet.write_string(HEAD, position, title, self._head(_BLUE))
            wanted = hint.startswith("必填。")
            sheet.write_string(HINT, position, hint, self._hint(_RED if wanted else _GREY))

    def _head(self, colour: str) -> Any:
        return self.styles.boxed(bold=True, font_color="#FFFFFF", bg_color=colour, align="center", text_wrap=True)

    def _hint(self, colour: str = _GREY) -> Any:
        return self.styles.boxed(font_size=8, font_color=colour, bg_color=_SOFT, text_wrap=True, valign="top")

    def _validate(self, sheet: Worksheet, tab: Tab, filled: int) -> None:
        last = BODY + filled + SPARE
        for position, column in enumerate(tab.columns, 1):
            words, strict = self._words(tab, column)
            if words:
                sheet.data_validation(BODY, position, last, position, {
                    "validate": "list", "source": self._list(column.title, words), "ignore_blank": True,
                    "error_type": "stop" if strict else "information", "error_title": column.title,
                    "error_message": "请从下拉里选。" if strict else "下拉里没有这个值；确实要这样写，就点“确定”。",
                    "show_error": strict,
                })  # fmt: skip

    def _words(self, tab: Tab, column: Column) -> tuple[list[str], bool]:
        """What may be chosen, and whether nothing else may be written."""
        if column.is_flag:
            return ["是", "否"], True
        if column.words:
            return [label_of(word, column.words) for word in column.words if word], True
        if is_table(column):
            return list(self.titles.values()), False
        if tab.section == "fields" and column.key == "choices":
            return ["@units", *self.scheme.choices], False
        if tab.section == "choices" and column.key == "choices":
            return list(self.scheme.choices), False
        if tab.section == "lookup_rows" and column.key == "lookup":
            return list(self.scheme.lookups), False
        return (field_titles(self.scheme.tables), False) if is_field(column) else ([], False)

    def _list(self, title: str, words: list[str]) -> str:
        known = next((i for i, (_, found) in enumerate(self.lists) if found == words), None)
        if known is None:
            self.lists.append((title, words))
            known = len(self.lists) - 1
        return f"='{LISTS_TAB}'!{xl_range_abs(1, known, len(words), known)}"

    # single pages ------------------------------------------------------------------------------------------------

    def _basics(self, sheet: Worksheet) -> None:
        self._band(sheet, BASICS_TAB, "方案的名称、依据、执行期和约定；一行一项", 4)
        self._heads(sheet, ["归类", "项目", "内容"], ["", "不要改", "在这里改"])
        sheet.write_string(HEAD, 4, "说明", self._head(_BLUE))
        sheet.write_string(HINT, 4, "", self._hint())
        for column, width in ((1, 12), (2, 22), (3, 70), (4, 60)):
            sheet.set_column(column, column, width)
        for line, item in enumerate(basics(), BODY):
            value: Any = self.scheme
            for step in item.path:
                value = getattr(value, step)
            sheet.write_string(line, 0, ".".join(item.path))
            for column, text in ((1, item.group), (2, item.title), (4, item.column.hint)):
                self._put(sheet, line, column, text, quiet=column != 2, strong=column == 2)
            content = filled(value, item.column, self.titles)
            self._put(sheet, line, 3, content)
            sheet.set_row(line, height([content, item.column.hint], [70, 60]))
        sheet.freeze_panes(BODY, 3)

    def _overview(self, sheet: Worksheet) -> None:
        self._band(sheet, OVERVIEW_TAB, "全部规则一览，只看不改；点编号到那一条", 8)
        self._heads(sheet, HEADS, ["点一下就到", "", "", "", "", "", "", ""])
        sheet.set_row(HINT, 14)
        for position, width in enumerate((11, 14, 24, 16, 14, 9, 14, 70), 1):
            sheet.set_column(position, position, width)
        texts_of = overview_lines(self.scheme, self.titles)
        for line, (rule, texts) in enumerate(zip(self.scheme.rules, texts_of, strict=True), BODY):
            for position, text in enumerate(texts, 1):
                self._put(sheet, line, position, text, striped=bool(line % 2))
            sheet.set_row(line, height([rule.title, rule.sentence], [24, 70]))
            title, row = self.places[rule_ident(rule)]
            self._link(sheet, line, 1, title, f"B{row}", rule.id)
        sheet.freeze_panes(BODY, 2)
        sheet.autofilter(HEAD, 1, BODY + len(self.scheme.rules) - 1, len(HEADS))

    def _link(self, sheet: Worksheet, line: int, column: int, tab: str, cell: str, text: str) -> None:
        look = self.styles.boxed(font_color="#0563C1", underline=1, valign="top", num_format="@")
        sheet.write_url(line, column, f"internal:'{tab}'!{cell}", look, text)

    def _guide(self, sheet: Worksheet) -> None:
        wrap = self.styles.get(text_wrap=True)
        sheet.set_column(0, 0, 3)
        sheet.set_column(1, 1, 22)
        sheet.set_column(2, 2, 10)
        sheet.set_column(3, 3, 84)
        sheet.set_row(0, 36)
        big = self.styles.get(font_name=HEI, font_size=18, font_color=_BLUE)
        sheet.write_string(0, 1, self.scheme.title, big)
        where = f"方案 {self.scheme.id}　版本 {self.scheme.version}　依据：{self.scheme.source.document}"
        sheet.write_string(1, 1, where, self.styles.get(font_color=_GREY))
        line = 3
        sheet.write_string(line, 1, "怎么改", self.styles.get(font_name=HEI, font_size=13, font_color=_BLUE))
        for number, text in enumerate(HOW, 1):
            sheet.merge_range(line + number, 1, line + number, 3, f"{number}. {text}", wrap)
            sheet.set_row(line + number, height([f"{number}. {text}"], [110]))
        line += len(HOW) + 2
        for column, text in enumerate(("标签", "几条", "管什么"), 1):
            sheet.write_string(line, column, text, self._head(_BLUE))
        entries: list[tuple[str, int, str]] = [(BASICS_TAB, len(basics()), "方案的名称、依据、执行期和约定")]
        entries += [(tab.title, len(self.rows[tab.title]), tab.about) for tab in tabs()]
        at = next(i for i, item in enumerate(entries) if self._is_rule(item[0]))
        entries.insert(at, (OVERVIEW_TAB, len(self.scheme.rules), "全部规则一览，只看不改"))
        shown_entries = [item for item in entries if item[1] or not self._is_rule(item[0])]
        for offset, (title, count, about) in enumerate(shown_entries, 1):
            self._link(sheet, line + offset, 1, title, "A1", title)
            self._put(sheet, line + offset, 2, count)
            self._put(sheet, line + offset, 3, about)
        unused = [title for title, count, _ in entries if not count and self._is_rule(title)]
        if unused:
            text = f"还没有用到的规则种类藏起来了，要用时在标签上点右键“取消隐藏”：{'、'.join(unused)}"
            sheet.merge_range(line + len(shown_entries) + 2, 1, line + len(shown_entries) + 2, 3, text, wrap)
            sheet.set_row(line + len(shown_entries) + 2, 48)

    def _is_rule(self, title: str) -> bool:
        return any(tab.title == title and tab.section == "rules" for tab in tabs())

    def _files(self, sheet: Worksheet) -> None:
        """The files themselves: what nobody changes is written back byte by byte."""
        line = 0
        for name, data in self.tree.files.items():
            body = base64.b64encode(zlib.compress(data, 9)).decode()
            for start in range(0, max(len(body), 1), _CHUNK):
                sheet.write_row(line, 0, [name, str(start // _CHUNK), body[start : start + _CHUNK]])
                line += 1
        sheet.very_hidden()
