"""Two schemes compared definition by definition, in words: 规则 T-9（签约到开工）：期限 3个月 → 4个月."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from app.scheme_book.book_texts import filled
from app.scheme_book.cells import shown
from app.scheme_book.layout import Column, Tab, basics, tabs
from app.scheme_book.mistakes import shortened
from app.scheme_book.rows import Row, rows_of, table_titles
from app.scheme_book.tree import Tree
from validators.rules.elapsed import limit_words
from validators.scheme.models import Scheme

BLANK = "（空）"
_PLAIN = (str, int, float, Decimal, date, type(None))
_UNSAID = {"n": "不写数（只显示天数，不判断）", "goal": "没有设定（只统计，不判断）"}
_WORDS = {
    "units": "单位", "departments": "部门", "sights": "部门看什么", "tables": "表", "fields": "字段", "choices": "下拉", "lookups": "对照表",
    "lookup_rows": "对照表", "nodes": "节点", "rules": "规则", "reports": "报表", "coverage": "条目", "guide": "填报说明",
    "answers": "反馈列",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one definition. `what`: added, removed, changed, moved."""

    what: str
    section: str
    name: str
    part: str = ""
    old: str = ""
    new: str = ""

    def __str__(self) -> str:
        if self.what == "added":
            return f"＋ {self.name}" + (f"：{self.new}" if self.new else "")
        if self.what == "removed":
            return f"－ {self.name}" + (f"：{self.old}" if self.old else "")
        if self.what == "moved":
            return f"↕ {self.name}"
        return f"　 {self.name}：{self.part} {self.old or BLANK} → {self.new or BLANK}"


def compare(old: Scheme, old_tree: Tree, new: Scheme, new_tree: Tree) -> list[Change]:
    """All changes, in the order of the workbook's tabs."""
    found = list(_basics(old, new))
    before, after = rows_of(old, old_tree), rows_of(new, new_tree)
    titles = (table_titles(old), table_titles(new))
    for tab in tabs():
        found += _tab(tab, before[tab.title], after[tab.title], titles)
    return found


def _basics(old: Scheme, new: Scheme) -> Iterator[Change]:
    for item in basics():
        values = []
        for scheme in (old, new):
            value: Any = scheme
            for step in item.path:
                value = getattr(value, step)
            values.append(value)
        if values[0] != values[1]:
            for part, a, b in _parts(item.title, values[0], values[1]) or [(item.title, *values)]:
                yield Change("changed", "basics", item.group, part, *(_whole(value, item.column) for value in (a, b)))


def _parts(title: str, old: Any, new: Any) -> list[tuple[str, Any, Any]]:
    """What differs of two mappings of plain values, key by key: (title·key, old, new); [] for anything else."""
    maps = [value for value in (old, new) if isinstance(value, Mapping)]
    if len(maps) < 2 or any(not isinstance(item, _PLAIN) for value in maps for item in value.values()):
        return []
    keys = dict.fromkeys([*old, *new])
    return [(f"{title}·{key}", old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key)]


def _whole(value: Any, column: Column) -> str:
    """A value of 基本信息, also where it is the default one."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, _PLAIN) and not column.words:
        return "" if value is None else str(value)
    return shortened(str(filled(value, column, {})), 80)


def _tab(
    tab: Tab, before: list[Row], after: list[Row], titles: tuple[Mapping[str, str], Mapping[str, str]]
) -> Iterator[Change]:
    old, new = {row.ident: row for row in before}, {row.ident: row for row in after}
    same = {ident: ident for ident in old if ident in new}
    same |= _renamed(tab, [r for r in before if r.ident not in new], [r for r in after if r.ident not in old])
    back = {now: then for then, now in same.items()}
    for ident, row in old.items():
        if ident not in same:
            yield Change("removed", tab.section, name_of(tab, row, titles[0]), old=_gist(tab, row, titles[0]))
    for ident, row in new.items():
        if ident not in back:
            yield Change("added", tab.section, name_of(tab, row, titles[1]), new=_gist(tab, row, titles[1]))
            continue
        yield from _row(tab, old[back[ident]], row, titles)
    kept_old = [same[row.ident] for row in before if row.ident in same]
    kept_new = [row.ident for row in after if row.ident in back]
    if kept_old != kept_new and tab.section not in ("lookups", "lookup_rows", "coverage"):
        yield Change("moved", tab.section, f"{_WORDS.get(tab.section, tab.title)}的先后变了（{tab.title}）")


def _renamed(tab: Tab, gone: list[Row], come: list[Row]) -> dict[str, str]:
    """Definitions that have another identity now and are the same in all else that people see of them."""
    keys = {"fields": ("table", "title"), "units": ("name",), "departments": ("name",), "tables": ("title",)}
    wanted = keys.get(tab.section, ())
    found: dict[str, str] = {}
    for row in come if wanted else ():
        marks = tuple(row.values.get(key) for key in wanted)
        matches = [item.ident for item in gone if tuple(item.values.get(key) for key in wanted) == marks]
        if len(matches) == 1 and matches[0] not in found:
            found[matches[0]] = row.ident
    return found


def _row(tab: Tab, old: Row, new: Row, titles: tuple[Mapping[str, str], Mapping[str, str]]) -> Iterator[Change]:
    name = name_of(tab, new, titles[1])
    parts: list[str] = []
    limits = [_limit(row) for row in (old, new)]
    if limits[0] != limits[1] and all(limits):
        parts = ["n", "unit"]
        yield Change("changed", tab.section, name, "期限", *limits)
    for column in tab.columns:
        a, b = old.values.get(column.key), new.values.get(column.key)
        if a == b or column.key in parts:
            continue
        unsaid = _UNSAID.get(column.key, "") if tab.section == "rules" else ""
        for part, x, y in _parts(column.title, a, b) or [(column.title, a, b)]:
            told = (
                "" if part != column.title and value is None else _text(value, column, by)
                for value, by in zip((x, y), titles, strict=True)
            )
            yield Change("changed", tab.section, name, part, *(text or unsaid for text in told))


def _limit(row: Row) -> str:
    n, unit = row.values.get("n"), row.values.get("unit")
    if n is None and "n" in row.values and unit:
        return _UNSAID["n"]
    return limit_words(n, unit) if isinstance(n, int) and isinstance(unit, str) and unit else ""


def _text(value: Any, column: Column, titles: Mapping[str, str]) -> str:
    return shortened(str(shown(value, column, titles)), 80)


def name_of(tab: Tab, row: Row, titles: Mapping[str, str]) -> str:
    """What people call a definition."""
    values, word = row.values, _WORDS.get(tab.section, tab.title)
    if tab.section == "fields":
        return f"{word} {titles.get(values['table'], values['table'])}·{values['title']}"
    if tab.section == "choices":
        return f"{word} {values['choices']}“{values['value']}”"
    if tab.section == "lookup_rows":
        begins = f"（{values['effective_from']}起）" if values.get("effective_from") else ""
        return f"{word}{begins} {values['lookup']}“{values['key']}”"
    if tab.section == "guide":
        return f"{word} 第{row.ident}段"
    if tab.section in ("units", "departments"):
        return f"{word} {values['name']}"
    since = values.get("effective_from")
    if since:
        word = f"{word}（{since}起）"
    code = values.get("id") or values.get("item") or values.get("name") or row.ident
    title = values.get("title", "")
    return f"{word} {code}（{title}）" if title else f"{word} {code}"


def _gist(tab: Tab, row: Row, titles: Mapping[str, str]) -> str:
    if tab.section == "rules":
        return shortened(str(row.values.get("sentence", "")), 60)
    if tab.section in ("lookup_rows", "coverage", "guide"):
        column = tab.column("value") or tab.columns[-1]
        return _text(row.values.get(column.key), column, titles)
    return ""
