"""Lines of a ledger → rows for the unit's book: one per project, each cell as a clerk would have typed it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from sync.ledger.body import Line
from sync.ledger.mapping import Mapping, Proposal, explanation_of, units_column
from sync.ledger.phases import PLANNED, Phases
from sync.ledger.titles import BRACKETS
from sync.ledger.typed import Typist, Understood
from sync.ledger.whose import Places
from validators.cells import is_blank, squeeze, tidy
from validators.fieldreader import MEASURED
from validators.rawcell import RawCell, show, text
from validators.scheme.models import Scheme
from validators.scheme.tables import Field, Table
from validators.units import money_unit
from validators.values import LIST_TYPES, first_day

_BEFORE = re.compile(r"(?:前|之内|以内)(?:完成|开工|竣工|投产)?$")  # 6月底前 is a plan
_DONE = re.compile(r"完成|实际|累计|到位")
_PART = re.compile(r"\([^()]*\)|[一二三四五]期")  # （二期）: of which project, the row above says
_PERCENT = frozenset({"pct_invest", "pct_progress"})


@dataclass(frozen=True, slots=True)
class Note:
    """Something to tell about a cell. `sure`: it was understood, by inference; else it was carried as it stands."""

    where: str  # 总表!F12
    field: str
    stands: str
    message: str
    sure: bool


@dataclass(slots=True)
class Entry:
    """A record of the ledger. `cells`: field → cell to be written; `values`: field → canonical text ("" = not
    understood). `refused`: why it is not taken."""

    tab: str
    row: int
    last_row: int
    name: str
    cells: dict[str, RawCell] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    refused: str = ""

    @property
    def where(self) -> str:
        return (
            f"{self.tab}!第{self.row}行" if self.last_row == self.row else f"{self.tab}!第{self.row}–{self.last_row}行"
        )


class Collector:
    """Makes entries of one tab's lines for one unit's (or department's) book."""

    def __init__(self, scheme: Scheme, table: Table, mapping: Mapping, typist: Typist, owner: str) -> None:
        self._scheme, self._table, self._mapping, self._typist, self._owner = scheme, table, mapping, typist, owner
        self._fields = {item.name: item for item in table.fields}
        self._places: Places | None = None
        self._phases = Phases(scheme, mapping, ())
        self._units = 0

    def collect(self, lines: Iterable[Line]) -> list[Entry]:
        """One entry for each record, with the lines that belong to it."""
        groups: dict[int, list[Line]] = {}
        lines = list(lines)
        self._places = Places(self._scheme, self._mapping, lines, self._typist.today)
        self._phases = Phases(self._scheme, self._mapping, lines)
        self._units = units_column(self._mapping, [line.cells for line in lines if line.kind == "data"])
        for line in lines:
            if line.kind == "data":
                groups[line.row] = [line]
            elif line.kind == "more":
                groups.setdefault(line.of, []).append(line)
        return [self._entry(group) for group in groups.values() if group]

    def _entry(self, group: list[Line]) -> Entry:
        entry = Entry(self._mapping.tab, group[0].row, group[-1].row, "")
        for proposal in self._mapping.columns:
            if proposal.targets:
                self._put(entry, group, proposal)
        for name, fixed in self._mapping.fixed.items():
            said = self._typist.cell(self._fields[name], text(fixed), "")
            self._write(entry, self._fields[name], said, "固定值", fixed)
        self._keep(entry, group)
        item = self._table.name_field
        entry.name = entry.values.get(item, "") or show(entry.cells.get(item, "")) or ""
        entry.refused = self._refusal(entry, group[0])
        self._tell_unclear(entry, group[0])
        return entry

    def _tell_unclear(self, entry: Entry, line: Line) -> None:
        """责任单位 is a department: whose the row is, nobody says."""
        own = self._own
        found = self._places.unclear(line, own) if own and self._places is not None and not entry.refused else None
        if found:
            item, said = found
            told = f"“{item.head.shown}”{'没有写' if is_blank(said) else '看不出是哪个乡镇街道'}，是不是{own}的项目，请核对"
            entry.notes.append(Note(f"{entry.tab}!{item.letters}{line.row}", item.head.shown, said[:60], told, False))

    @property
    def _own(self) -> str:
        """The unit whose rows are wanted; "" where rows of all are."""
        own = self._scheme.unit(self._owner)
        return own.name if own is not None and self._table.filler == "unit" else ""

    def _put(self, entry: Entry, group: list[Line], proposal: Proposal) -> None:
        column = proposal.head.column
        item = self._fields[proposal.targets[0]]
        place = f"{entry.tab}!{proposal.letters}{group[0].row}"
        if column in group[0].shared and item.type in MEASURED | _PERCENT:
            top = group[0].shared[column]
            message = f"这一格和第{top}行合并，数字只带入第{top}行"
            entry.notes.append(Note(place, item.title, show(group[0].cells.get(column, "")), message, False))
            return
        group = self._without_plans(entry, group, proposal)
        if not group:
            return
        raw, several = _joined(item, group, column)
        happens = self._fields[proposal.targets[-1]]
        if happens.type == "date_actual" and self._still_to_come(entry, group[0], proposal, raw):
            return
        if len(proposal.targets) == 2:
            item = self._fields[proposal.targets[self._happened(raw, proposal)]]
        said = self._typist.cell(item, raw, self._unit(group[0], proposal, item))
        if several and said.raw:
            said = said._replace(note=f"这个项目占{len(group)}行，这一栏各行不同，合在一格；{said.note}".rstrip("；"))
        elif item.type == "date_actual" and self._ahead(said.value) and said.sure:
            said = said._replace(note=f"“{said.value}”还没到，这一栏只填已经发生的日期，请核对", sure=False)
        self._write(entry, item, said, place, show(raw))

    def _unit(self, line: Line, proposal: Proposal, item: Field) -> str:
        """The unit of an amount: a column 单位 says it row by row, where the amount's own title does not."""
        if not self._units or proposal.head.unit or not item.type.startswith("money"):
            return proposal.unit
        return money_unit(show(line.cells.get(self._units, ""))) or proposal.unit

    def _without_plans(self, entry: Entry, group: list[Line], proposal: Proposal) -> list[Line]:
        """The lines of a project that say what has happened; what its row of plans says goes where plans go, or is told."""
        column, item = proposal.head.column, self._fields[proposal.targets[-1]]
        matters = item.type == "date_actual" or (item.type in MEASURED | _PERCENT and _DONE.search(item.title))
        merged = any(column in line.shared for line in group[1:])
        plans = [line for line in group if self._phases.is_plan(line)] if matters and not merged else []
        if not plans:
            return group
        raw = _joined(item, plans, column)[0]
        rest = [line for line in group if line not in plans]
        if not is_blank(show(raw)):
            happened = _joined(item, rest, column)[0] if rest else ""
            if squeeze(show(raw)) != squeeze(show(happened)) or item.name in self._phases.planned_of:
                self._plan(entry, proposal, raw, plans[0], "写在“计划”这一行", sure=True)
        return rest

    def _still_to_come(self, entry: Entry, line: Line, proposal: Proposal, raw: RawCell) -> bool:
        """Whether a date under 开工时间 is no actual one, because the section or the cell says so; it was put or told then."""
        name = proposal.targets[-1]
        said = show(raw).strip()
        if is_blank(said):
            return False
        still = self._phases.still(name, line)
        if still is not None:
            value = self._typist.read(self._fields[name], raw, "").value
            surely = still.surely or self._ahead(value)
            more = "" if surely else "，但日期已经到了，是不是已经发生，请核对"
            return self._plan(entry, proposal, raw, line, f"在“{still.text}”里{more}", sure=surely)
        planned = self._phases.planned_of.get(name, "")
        if len(proposal.targets) == 2 or planned not in self._fields:
            return False
        value = self._typist.read(self._fields[planned], raw, "").value
        if value and any(word in said for word in PLANNED):
            return self._plan(entry, proposal, raw, line, "写的是计划", sure=True)
        if self._ahead(value):
            return self._plan(entry, proposal, raw, line, "还没到", sure=True)
        return False

    def _plan(self, entry: Entry, proposal: Proposal, raw: RawCell, line: Line, why: str, *, sure: bool) -> bool:
        """A date that is a plan into the field of plans; told, and left out where there is none or another column fills it."""
        name = proposal.targets[-1]
        place, stands = f"{entry.tab}!{proposal.letters}{line.row}", show(raw)
        planned = self._fields.get(self._phases.planned_of.get(name, ""))
        other = self._mapping.column_of(planned.name) if planned else None
        if planned is None or other not in (None, proposal):
            told = f"“{stands.strip()[:30]}”{why}，不是“{self._fields[name].title}”，没有带入"
            entry.notes.append(Note(place, self._fields[name].title, stands[:60], told, False))
            return True
        said = self._typist.cell(planned, raw, proposal.unit)
        note = "；".join(filter(None, (f"{why}，带入“{planned.title}”", said.note)))
        self._write(entry, planned, said._replace(note=note, sure=said.sure and sure), place, stands)
        return True

    def _ahead(self, value: str) -> bool:
        """Whether a date has not come yet."""
        try:
            return bool(value) and first_day(value) > self._typist.today
        except ValueError:
            return False

    def _write(self, entry: Entry, item: Field, said: Understood, place: str, stands: str) -> None:
        if said.raw:
            entry.cells[item.name], entry.values[item.name] = said.raw, said.value
        if said.note:
            entry.notes.append(Note(place, item.title, "".join(stands.split("\n"))[:60], said.note, said.sure))

    def _happened(self, raw: RawCell, proposal: Proposal) -> int:
        """Whether a date in a column for both is the actual one, 1, or the planned one, 0: what says 计划, is to come or
        names no day is a plan."""
        said = show(raw)
        if any(word in said for word in PLANNED) or _BEFORE.search(BRACKETS.sub("", squeeze(said))):
            return 0
        value = self._typist.read(self._fields[proposal.targets[0]], raw, "").value
        if len(value) != len("2025-01-01"):
            return int("已" in said or "实际" in said)
        return int(first_day(value) <= self._typist.today)

    def _keep(self, entry: Entry, group: list[Line]) -> None:
        """Columns of no field that are wanted all the same: “标题：值” in 情况说明."""
        target = explanation_of(self._table)
        parts = []
        for proposal in self._mapping.columns:
            if proposal.keep and target is not None:
                said = tidy(show(_joined(target, group, proposal.head.column)[0]))
                if not is_blank(said):
                    parts.append(f"{proposal.head.shown}：{said}")
        if parts and target is not None:
            before = show(entry.cells.get(target.name, ""))
            whole = "；".join([*([before] if before else []), *parts])
            self._write(entry, target, self._typist.cell(target, text(whole), ""), f"{entry.where}", whole)

    # what is not taken -----------------------------------------------------------------------------------------------

    def _refusal(self, entry: Entry, line: Line) -> str:
        named = self._table.name_field
        if named and not entry.cells.get(named):
            return f"没有“{self._fields[named].title}”"
        if named and _PART.fullmatch(squeeze(entry.name)):
            return f"“{self._fields[named].title}”只有“{entry.name}”，像是上一行的一部分，请在台账里写全名称"
        if not named and not entry.cells:
            return "没有认出任何内容"
        own = self._own
        return self._places.elsewhere(line, own) if own and self._places is not None else ""


def _joined(item: Field, group: list[Line], column: int) -> tuple[RawCell, bool]:
    """The cell of a record that may cover several rows: the one thing said, or all that is said, and whether so."""
    raws = [group[0].cells.get(column, ""), *(line.own(column) for line in group[1:])]
    said = list({squeeze(show(raw)): raw for raw in raws if raw and not is_blank(show(raw))}.values())
    if len(said) <= 1:
        return (said[0] if said else raws[0]), False
    return text(("、" if item.type in LIST_TYPES else "；").join(show(raw).strip() for raw in said)), True
