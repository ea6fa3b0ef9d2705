"""A returned workbook against the scheme it was made from: what is wanted now, cell by cell, and every mistake."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from app.scheme_book.book_texts import filled
from app.scheme_book.cellform import CellError, alternatives, plain_number, read
from app.scheme_book.cells import is_table, shown, table_named
from app.scheme_book.layout import BASICS_TAB, NOTE, Basic, Column, Tab, basics, tabs
from app.scheme_book.mistakes import Mistake, perhaps, shortened, strange
from app.scheme_book.overview import changed_there
from app.scheme_book.pairing import pair_up
from app.scheme_book.rows import Row, rows_of, table_titles
from app.scheme_book.sheet import Grid, Line, Returned, grid_of
from app.scheme_book.tree import Tree
from app.scheme_book.words import NAMES
from validators.scheme.models import Scheme
from validators.scheme.wording import nearest, sentence

_SPAN = re.compile(r"[\d０-９零一二两三四五六七八九十百半]+\s*个?(?:工作日|月|日|天|周|年|小时)$")
_CHINESE_NUMBER = re.compile(r"[零一二两三四五六七八九十百半]+$")
_QUOTED, _COMMA = re.compile(r'"[^"]*"|[(（][^)）]*[)）]'), re.compile("[,，;；]")
UNSET = object()  # the key goes from the file: the default holds


@dataclass(slots=True)
class Entry:
    """One definition as wanted. `base`: the row it comes from; `changes`: key → plain data or UNSET."""

    tab: Tab
    line: int
    base: Row | None
    texts: Mapping[str, str]
    changes: dict[str, Any] = field(default_factory=dict)
    key: dict[str, Any] = field(default_factory=dict)  # wanted data of the columns that say where it belongs
    note: str | None = None


@dataclass(slots=True)
class Draft:
    """Everything wanted, by tab; `basics`: path → plain data or UNSET."""

    scheme: Scheme
    tree: Tree
    rows: dict[str, list[Row]]
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    basics: dict[tuple[str, ...], Any] = field(default_factory=dict)
    grids: dict[str, Grid] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Titles:
    """Titles of tables: as exported (name → title), and as the tab 表 has them now (title → name)."""

    exported: Mapping[str, str]
    now: Mapping[str, str]

    def name(self, text: str) -> str:
        return self.now.get(text) or table_named(text, self.exported)


def _new_tables(returned: Returned) -> dict[str, str]:
    tab = next(item for item in tabs() if item.section == "tables")
    title, name = (next(c.title for c in tab.columns if c.key == key) for key in ("title", "name"))
    grid = grid_of(tab.title, returned.tabs.get(tab.title, []), [column.title for column in tab.columns])
    return {
        line.texts[title]: line.texts[name] for line in grid.lines if line.texts.get(title) and line.texts.get(name)
    }


def draft_of(returned: Returned, scheme: Scheme, tree: Tree) -> Draft:
    """Compare every cell with what was exported. Mistakes are collected, none stops the reading."""
    draft = Draft(scheme, tree, rows_of(scheme, tree))
    titles = Titles(table_titles(scheme), _new_tables(returned))
    for tab in tabs():
        rows = returned.tabs.get(tab.title)
        if rows is None:
            if draft.rows[tab.title]:
                draft.mistakes.append(
                    Mistake(
                        tab.title, "", "", "", f"这个标签不见了{perhaps(returned.tabs)}，请恢复它，或重新导出一份再改"
                    )
                )
            draft.entries[tab.title] = [Entry(tab, 0, row, {}) for row in draft.rows[tab.title]]
            continue
        wanted = [column.title for column in tab.columns] + ([NOTE] if tab.noted else [])
        grid = draft.grids[tab.title] = grid_of(tab.title, rows, wanted)
        hints = {column.title: column.hint for column in tab.columns}
        grid.lines = [line for line in grid.lines if not _is_hint(line, hints)]
        _missing_columns(draft, tab, grid)
        draft.entries[tab.title] = _entries(draft, tab, grid, titles)
    _pairs(draft)
    _basics(draft, returned)
    draft.remarks += changed_there(returned, scheme, titles.exported)
    draft.remarks += [f"“{title}”不是导出时的标签，没有读它；要改的写进原来的标签" for title in strange(returned.tabs)]
    return draft


def _pairs(draft: Draft) -> None:
    """What files hold as pairs: a key stands once, a pair belongs to a lookup that there is."""
    by_section = {tab.section: tab for tab in tabs()}
    names = {str(_now(entry, "name")) for entry in draft.entries[by_section["lookups"].title]}
    _homeless(draft, by_section["fields"], by_section["tables"])
    for section in ("lookups", "lookup_rows", "coverage"):
        tab, seen = by_section[section], dict[tuple[str, ...], int]()
        columns = key_columns(tab)
        for entry in draft.entries[tab.title]:
            key = tuple(str(_now(entry, column.key) or "") for column in columns)
            if section == "lookup_rows" and key[0] and key[0] not in names:
                message = f"没有叫“{key[0]}”的对照表；新的对照表先在“{by_section['lookups'].title}”里加一行"
                _tell(draft, entry, columns[0], message)
            if all(key[:2]) and key in seen:
                _tell(draft, entry, columns[:2][-1], f"和第{seen[key]}行重复，请去掉一行")
            seen.setdefault(key, entry.line)


def _homeless(draft: Draft, fields: Tab, tables: Tab) -> None:
    """A column belongs to a table that there is, else it would stand nowhere."""
    entries = draft.entries[tables.title]
    titles = {str(_now(entry, "name")): str(_now(entry, "title")) for entry in entries}
    gone = {entry.base.values["name"] for entry in entries if entry.base} - set(titles)
    column = fields.column("table")
    for entry in draft.entries[fields.title]:
        name = _now(entry, "table")
        if column and name and name not in titles and name not in gone:
            _tell(
                draft,
                entry,
                column,
                f"没有这张表{nearest(str(name), titles.values()) or '；可以写' + '、'.join(titles.values())}",
            )


def _now(entry: Entry, key: str) -> Any:
    return entry.changes.get(key, entry.base.values.get(key, "") if entry.base else "")


def _tell(draft: Draft, entry: Entry, column: Column, message: str) -> None:
    grid = draft.grids.get(entry.tab.title)
    cell = grid.cell(entry.line, column.title) if grid and entry.line else ""
    value = entry.texts.get(column.title, "")
    draft.mistakes.append(Mistake(entry.tab.title, cell, column.title, value, message))


def _is_hint(line: Line, hints: Mapping[str, str]) -> bool:
    """The row of hints, where the hidden mark that tells it is lost."""
    found = [text == hints.get(title) for title, text in line.texts.items() if text and title in hints]
    return not line.ident and sum(found) > len(found) / 2


def _missing_columns(draft: Draft, tab: Tab, grid: Grid) -> None:
    if not grid.lines and not draft.rows[tab.title]:
        return
    lost = [column.title for column in tab.columns if column.title not in grid.columns]
    for title in lost:
        draft.mistakes.append(
            Mistake(tab.title, "", title, "", f"少了“{title}”这一列（列名在第{grid.head or 2}行），请恢复")
        )
    for title, letters in grid.strange.items():
        draft.remarks.append(f"{tab.title}!{letters}：不认识“{title}”这一列，没有读它")


def _entries(draft: Draft, tab: Tab, grid: Grid, titles: Titles) -> list[Entry]:
    """Rows in their order now, each with the definition it comes from; None is a new one."""
    rows = draft.rows[tab.title]
    columns = key_columns(tab) or tab.columns
    keys = [tuple(_shown(row, column, titles) for column in columns) for row in rows]
    lines = [(line.ident, tuple(line.texts.get(column.title, "") for column in columns)) for line in grid.lines]
    bases = pair_up([(row.ident, key) for row, key in zip(rows, keys, strict=True)], lines)
    return [
        _entry(draft, tab, grid, line, rows[base] if base is not None else None, titles)
        for line, base in zip(grid.lines, bases, strict=True)
    ]


def key_columns(tab: Tab) -> tuple[Column, ...]:
    """The columns that tell one row of a tab from another."""
    keys = {"fields": ("table", "name"), "choices": ("choices", "value"), "lookup_rows": ("lookup", "key", "effective_from"),
            "coverage": ("item",), "guide": ("text",), "units": ("code",), "departments": ("code",)}  # fmt: skip
    wanted = keys.get(tab.section) or (("id", "effective_from") if tab.column("id") else ("name",))
    return tuple(column for column in tab.columns if column.key in wanted)


def _shown(row: Row, column: Column, titles: Titles) -> str:
    return str(shown(row.values.get(column.key), column, titles.exported)).strip()


def _entry(draft: Draft, tab: Tab, grid: Grid, line: Line, base: Row | None, titles: Titles) -> Entry:
    entry = Entry(tab, line.number, base, line.texts)
    for column in tab.columns:
        if column.title not in grid.columns:
            continue
        text = line.texts.get(column.title, "")
        try:
            data = _changed(text, column, base, titles)
        except CellError as problem:
            _complain(draft, tab, grid, line, column, str(problem), base)
            continue
        if data is not None:
            entry.changes[column.key] = data[0]
    if tab.noted and NOTE in grid.columns:
        note = line.texts.get(NOTE, "")
        if note != (base.note.strip() if base else ""):
            entry.note = note
    return entry


def _changed(text: str, column: Column, base: Row | None, titles: Titles) -> tuple[Any] | None:
    """(plain data or UNSET,) when the cell says something else than it said; CellError when it cannot be read."""
    if base is not None and text == str(shown(base.values.get(column.key), column, titles.exported)).strip():
        return None
    if text == "":
        if column.required:
            raise CellError("不能空")
        if base is None or base.values.get(column.key) == column.default:
            return None
        return (UNSET,)
    if _SPAN.match(text) and {int, str} <= set(alternatives(column.annotation)):
        raise CellError("只写数，单位写在“时间单位”那一栏")
    if _CHINESE_NUMBER.match(text) and {int, str} <= set(alternatives(column.annotation)):
        raise CellError("写阿拉伯数字，如 3")
    if column.key == "aliases" and (found := _COMMA.search(_QUOTED.sub("", text))):
        raise CellError(f"几个叫法用顿号“、”隔开，或一行一个，不用“{found[0]}”；确实是一个的，前后加英文双引号")
    if column.key in ("minimum", "maximum"):
        text = plain_number(text)
    data = read(text, column.annotation, NAMES)
    if is_table(column):
        data = titles.name(str(data))
    value = _valid(data, column)
    if base is not None and value == base.values.get(column.key):
        return None
    if base is None and value == column.default and not column.required:
        return None
    return (data,)


def _valid(data: Any, column: Column) -> Any:
    """The value as the model would hold it."""
    try:
        return TypeAdapter(column.annotation).validate_python(data)
    except ValidationError as problem:
        first = problem.errors()[0]
        raise CellError(sentence(first, Scheme)) from None


def _complain(draft: Draft, tab: Tab, grid: Grid, line: Line, column: Column, message: str, base: Row | None) -> None:
    cell = grid.cell(line.number, column.title)
    value = line.texts.get(column.title, "")
    was = base and str(shown(base.values.get(column.key), column, table_titles(draft.scheme)))
    if was and not value:
        message = f"{message}，原来是“{shortened(was)}”；合并了的格子请取消合并，每行都写上"
    example = "" if was and not value else was or example_of(draft, tab, column)
    draft.mistakes.append(Mistake(tab.title, cell, column.title, value, message, shortened(example, 80)))


def example_of(draft: Draft, tab: Tab, column: Column) -> str:
    """What stands in that column elsewhere, as an example."""
    titles = table_titles(draft.scheme)
    for row in draft.rows[tab.title]:
        text = str(shown(row.values.get(column.key), column, titles))
        if text:
            return shortened(text.splitlines()[0], 80)
    return ""


def _basics(draft: Draft, returned: Returned) -> None:
    rows = returned.tabs.get(BASICS_TAB)
    if rows is None:
        draft.mistakes.append(Mistake(BASICS_TAB, "", "", "", "这个标签不见了，请恢复它，或重新导出一份再改"))
        return
    grid = draft.grids[BASICS_TAB] = grid_of(BASICS_TAB, rows, ["归类", "项目", "内容", "说明"])
    by_path = {".".join(item.path): item for item in basics()}
    by_title = {item.title: item for item in basics()}
    seen: set[str] = set()
    for line in grid.lines:
        item = by_path.get(line.ident) or by_title.get(line.texts.get("项目", ""))
        if item is None or item.title in seen:
            continue
        seen.add(item.title)
        _basic(draft, grid, line, item)
    for item in basics():
        if item.title not in seen:
            draft.mistakes.append(Mistake(BASICS_TAB, "", item.title, "", f"少了“{item.title}”这一行，请恢复"))


def _basic(draft: Draft, grid: Grid, line: Line, item: Basic) -> None:
    value: Any = draft.scheme
    for step in item.path:
        value = getattr(value, step)
    text = line.texts.get("内容", "")
    if text == str(filled(value, item.column, {})).strip():
        return
    base = Row("", {item.column.key: value})
    try:
        data = (UNSET,) if not text and not item.column.required else _changed(text, item.column, base, Titles({}, {}))
    except CellError as problem:
        cell = grid.cell(line.number, "内容")
        was = shortened(str(filled(value, item.column, {})), 80) if text else ""
        draft.mistakes.append(Mistake(BASICS_TAB, cell, item.title, text, str(problem), was))
        return
    if data is not None and not (data[0] is UNSET and value == item.column.default):
        draft.basics[item.path] = data[0]
