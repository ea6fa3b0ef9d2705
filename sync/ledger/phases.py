"""Planned or actual: what a ledger says of it beside the header: rows 计划 and 实际 of one project, a section of projects
that are still to start, a day that has not come. A plan must never become what has happened."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from sync.ledger.body import Line
from sync.ledger.mapping import Mapping
from sync.ledger.titles import phased
from validators.cells import squeeze
from validators.rawcell import show
from validators.scheme.models import Scheme

PLANNED = ("计划", "拟", "预计", "力争", "预期", "将于")
_PLAN_ROW = re.compile(r"(?:计划|拟定?|预计|目标)(?:完成)?(?:时间|日期|节点|情况|数|值|进度)?")
_ACTUAL_ROW = re.compile(r"(?:实际|已)(?:完成)?(?:时间|日期|节点|情况|数|值|进度)?|完成(?:时间|日期|情况|数)?")
_EARLY = re.compile(r"拟建|储备|谋划|待建|前期(?!手续|工作)")  # not started, said otherwise
_STARTS = "开工"


class Still(NamedTuple):
    """A text that says of a step that it is still to come. `surely`: 未, 拟; not only 计划, which may be a year's list."""

    text: str
    surely: bool


class Phases:
    """Of one tab."""

    def __init__(self, scheme: Scheme, mapping: Mapping, lines: Sequence[Line]) -> None:
        table = scheme.table(mapping.table)
        nodes = [node for node in scheme.nodes if node.table == table.name and node.actual]
        self.planned_of = {node.actual: node.planned for node in nodes if node.planned}
        self._steps = [(node.actual, phased(squeeze(table.field(node.actual).title))[1]) for node in nodes]
        self._mapping = mapping
        self._known: dict[tuple[str, str], Still | None] = {}
        self._column = next((item.head.column for item in mapping.columns
                             if not item.targets and _divides(item.head.column, lines)), 0)  # fmt: skip

    def is_plan(self, line: Line) -> bool:
        """Whether the row is a project's 计划, beside another one for 实际."""
        return bool(self._column) and bool(_PLAN_ROW.fullmatch(_text(line, self._column)))

    @property
    def by_rows(self) -> bool:
        return bool(self._column)

    def still(self, name: str, line: Line) -> Still | None:
        """Whether the section, the tab or the title says that the step with this actual date is still to come."""
        key = name, line.section
        if key not in self._known:
            self._known[key] = self._still(name, line.section)
        return self._known[key]

    def _still(self, name: str, within: str) -> Still | None:
        steps = [step for step, _ in self._steps]
        if name not in steps:
            return None
        at = steps.index(name)
        before = at if name in self.planned_of else at - 1  # of dates that can be planned, after any step to come
        words = [word for step, word in self._steps[: before + 1] if step in self.planned_of]
        words.append(self._steps[at][1])
        titles = "。".join(self._mapping.header.titles)
        for text, section in ((within, True), (self._mapping.tab, True), (titles, False)):
            plain = squeeze(text)
            for word in words:
                if not word or re.search(rf"(?:已|完成)[^,;。、未计拟待]{{0,4}}{word}|{word}(?:在|续)建", plain):
                    continue
                surely = bool(re.search(rf"(?:未|拟|待|即将)[^,;。、已]{{0,6}}?{word}", plain))
                surely = surely or (section and word == _STARTS and bool(_EARLY.search(plain)))
                if surely or (re.search(rf"(?:计划|预计|力争)[^,;。、已]{{0,6}}?{word}", plain)):
                    return Still("".join(text.split())[:20], surely)
        return None


def _divides(column: int, lines: Sequence[Line]) -> bool:
    """A column of nothing but 计划 and 实际."""
    said = {_text(line, column) for line in lines if line.kind in ("data", "more")} - {""}
    plans = sum(bool(_PLAN_ROW.fullmatch(text)) for text in said)
    return plans > 0 and plans + sum(bool(_ACTUAL_ROW.fullmatch(text)) for text in said) == len(said)


def _text(line: Line, column: int) -> str:
    return squeeze(show(line.cells.get(column, "")))
