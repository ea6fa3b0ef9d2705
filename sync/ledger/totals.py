"""The ledger's own 合计, 小计 and section figures against its rows: how many, and how much in each column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sync.ledger.body import Line
from sync.ledger.mapping import Mapping, Proposal
from sync.ledger.typed import Typist
from validators.cells import fold, is_blank, squeeze
from validators.fieldreader import MEASURED
from validators.headers import header_key
from validators.rawcell import RawCell, show
from validators.scheme.tables import Field, Table

_COUNT = re.compile(r"(?<![\d.])(\d{1,5})[个项宗](?!月)")
_FIGURE = re.compile(r"([^\d,;，；、。:：()（）]{2,20})[:：为]?\s*([\d,.]+)\s*(亿元|万元|千元|元)")
_OF_THESE = re.compile(r"其中|平均|同比|环比|比上年|较上年|较去年|占比|比重|去年|上年|增")
_LINES = frozenset({"total", "subtotal", "section"})
_NEARLY = Decimal("0.000001")
_WAN = {"亿元": Decimal(10_000), "万元": Decimal(1), "千元": Decimal("0.1"), "元": Decimal("0.0001")}


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure of the ledger that its rows do not add up to. `figure`: 个数, or the title of a field; amounts in 万元;
    `rounding`: so little that the total was probably rounded."""

    figure: str
    said: str
    found: str
    rounding: bool = False


@dataclass(slots=True)
class Check:
    """One row of totals. `scope`: which rows it was held against, in words; `unread`: cells of these that are no
    numbers and could not be counted in."""

    where: str
    label: str
    scope: str
    compared: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    unread: int = 0

    @property
    def agrees(self) -> bool:
        return all(item.rounding for item in self.differences)


@dataclass(slots=True)
class _Scope:
    name: str
    lines: list[Line]


def check_totals(lines: Sequence[Line], mapping: Mapping, table: Table, typist: Typist) -> list[Check]:
    """Each row of totals held against the rows that it most likely sums up: all of them, or those of its section.

    The scope in which most figures agree is the one meant; where none agrees, the likeliest by place is told.
    """
    fields = {item.name: item for item in table.fields}
    columns = [(item, fields[item.targets[0]]) for item in mapping.columns
               if item.targets and fields[item.targets[0]].type in MEASURED]  # fmt: skip
    name = mapping.column_of(table.name_field) if table.name_field else None
    named = name.head.column if name else 0
    checks = []
    for at, line in enumerate(lines):
        if line.kind not in _LINES or _OF_THESE.match(line.label):
            continue
        results = [_held(line, scope, mapping, columns, typist) for scope in _scopes(lines, at, named)]
        results = [item for item in results if item.compared]
        if results:
            checks.append(min(results, key=lambda item: len(item.differences)))
    return checks


def _scopes(lines: Sequence[Line], at: int, named: int) -> list[_Scope]:
    """Which rows a row of totals may sum up, the likeliest first."""
    line = lines[at]
    bounds = [place for place, item in enumerate(lines) if item.kind in _LINES and place != at]
    before, after = [place for place in bounds if place < at], [place for place in bounds if place > at]
    above = _Scope("上面这一节的各行", _records(lines[(before[-1] + 1 if before else 0) : at], named))
    below = _Scope("下面这一节的各行", _records(lines[at + 1 : (after[0] if after else len(lines))], named))
    sections = [place for place in before if lines[place].kind == "section"]
    since = _Scope("本节的各行", _records(lines[sections[-1] : at], named) if sections else [])
    everything = _Scope("全部各行", _records(lines, named))
    order = {"section": [below, everything], "subtotal": [above, since, below, everything]}
    wanted = order.get(line.kind, [everything, above, since, below])
    return [scope for scope in wanted if scope.lines] or [everything]


def _records(lines: Sequence[Line], named: int) -> list[Line]:
    """The rows that are taken: one without a name is none, and its figures are no project's."""
    taken: list[Line] = []
    nameless: set[int] = set()
    for line in lines:
        if line.kind == "data" and named and is_blank(fold(show(line.cells.get(named, "")))):
            nameless.add(line.row)
        elif line.kind in ("data", "more") and line.of not in nameless:
            taken.append(line)
    return taken


def _held(
    line: Line, scope: _Scope, mapping: Mapping, columns: Sequence[tuple[Proposal, Field]], typist: Typist
) -> Check:
    check = Check(f"{mapping.tab}!第{line.row}行", line.label[:40], scope.name)
    _count(line, scope, mapping, check)
    for proposal, item in columns:
        raw = line.own(proposal.head.column)
        said = _amount(item, raw, proposal, typist) if raw else _said_in_words(line.label, proposal)
        if said is None:
            continue
        check.compared.append(item.title)
        found = Decimal(0)
        for row in scope.lines:
            cell = row.own(proposal.head.column)
            value = _amount(item, cell, proposal, typist)
            found += value or 0
            check.unread += value is None and bool(show(cell).strip()) and any(map(str.isdigit, show(cell)))
        if abs(said - found) > _NEARLY * max(abs(said), Decimal(1)):
            rounding = abs(said - found) <= _rounding(raw, proposal.unit)
            check.differences.append(Difference(item.title, _plain(said), _plain(found), rounding))
    return check


def _count(line: Line, scope: _Scope, mapping: Mapping, check: Check) -> None:
    """The number of projects: in the label, or alone in the column of serial numbers."""
    said = _COUNT.search(squeeze(line.label))
    serial = next((item.head.column for item in mapping.columns if item.head.serial), 0)
    number = said[1] if said else show(line.own(serial)).strip() if serial else ""
    if not number.isdigit() or not number.isascii():
        return
    found = sum(row.kind == "data" for row in scope.lines)
    check.compared.append("个数")
    if int(number) != found:
        check.differences.append(Difference("个数", number, str(found)))


def _amount(item: Field, raw: RawCell, proposal: Proposal, typist: Typist) -> Decimal | None:
    value = typist.read(item, raw, proposal.unit).value if raw else ""
    return Decimal(value) if value else None


def _said_in_words(label: str, proposal: Proposal) -> Decimal | None:
    """总投资：120000万元 inside the text of a section, in 万元."""
    wanted = header_key(proposal.head.title)
    for name, number, unit in _FIGURE.findall(fold(label)):
        if header_key(name.strip("其中共计")) == wanted:
            try:
                return Decimal(number.replace(",", "")) * _WAN[unit]
            except ArithmeticError:
                return None
    return None


def _rounding(raw: RawCell, unit: str) -> Decimal:
    """Half of the last decimal that a total shows, in 万元; 0 for a whole number."""
    places = len(show(raw).strip().partition(".")[2])
    return Decimal(5).scaleb(-places - 1) * _WAN.get(unit, Decimal(1)) if places else Decimal(0)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}" if value else "0"
