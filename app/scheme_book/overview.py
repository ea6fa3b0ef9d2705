"""The tab 规则总表: all rules at a glance. It is for reading; what somebody changes there all the same is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from app.scheme_book.book_texts import key_figure
from app.scheme_book.layout import OVERVIEW_TAB, tabs
from app.scheme_book.sheet import Returned, grid_of, squeezed
from app.scheme_book.words import kind_title
from validators.scheme.models import Scheme

HEADS = ("编号", "种类", "名称", "表", "期限、目标", "语气", "依据", "填报人读到的话")
MOST = 5  # changed cells that are named


def overview_lines(scheme: Scheme, titles: Mapping[str, str]) -> list[list[str]]:
    """One line of texts for each rule, as `HEADS` name them. `titles`: table → its title."""
    return [
        [rule.id, kind_title(rule.kind), rule.title, titles.get(rule.table, rule.table),
         key_figure(rule), rule.modality, rule.section, rule.sentence]
        for rule in scheme.rules
    ]  # fmt: skip


def changed_there(returned: Returned, scheme: Scheme, titles: Mapping[str, str]) -> Iterator[str]:
    """What was changed in the overview, and where to change it instead."""
    rows = returned.tabs.get(OVERVIEW_TAB, ())
    grid = grid_of(OVERVIEW_TAB, rows, HEADS) if rows else None
    if grid is None or HEADS[0] not in grid.columns:
        return
    lines = [dict(zip(HEADS, texts, strict=True)) for texts in overview_lines(scheme, titles)]
    places = {rule.id: title for rule in scheme.rules if (title := _tab_of(rule.kind))}
    found = [
        (grid.cell(line.number, head), wanted, line.texts[head], places.get(line.texts[HEADS[0]], ""))
        for line in grid.lines
        for head, wanted in _written(lines, line.texts).items()
        if head in grid.columns and squeezed(line.texts[head]) != squeezed(wanted)
    ]
    yield from _told(found)


def _written(lines: Sequence[Mapping[str, str]], texts: Mapping[str, str]) -> Mapping[str, str]:
    """The line as it was written; of a rule with several versions the one that is most like it."""
    versions = [line for line in lines if line[HEADS[0]] == texts[HEADS[0]]]
    alike = [sum(squeezed(texts.get(head, "")) == squeezed(text) for head, text in line.items()) for line in versions]
    return versions[alike.index(max(alike))] if versions else {}


def _told(found: Sequence[tuple[str, str, str, str]]) -> Iterator[str]:
    for cell, wanted, stands, place in found[:MOST]:
        where = f"“{place}”" if place else "这条规则所在的标签"
        yield f"{OVERVIEW_TAB}!{cell}：“{wanted}”改成了“{stands}”，没有采用。总表只看不改，请到{where}里改"
    if len(found) > MOST:
        yield f"{OVERVIEW_TAB}里另有{len(found) - MOST}格改过，也没有采用"


def _tab_of(kind: str) -> str:
    return next((tab.title for tab in tabs() if tab.section == "rules" and tab.kind == kind), "")
