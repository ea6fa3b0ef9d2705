"""The reports a scheme asks for in its data: lists of rows, rows counted in groups, people and companies, units."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pandas as pd  # type: ignore[import-untyped]

from sync.consolidate.frames import shown
from sync.consolidate.gather import Gathered
from sync.consolidate.sheets import Block, Cell, Col, Kind, Marked, Row
from sync.standing import class_of
from sync.typed import typed_rows
from validators.expressions import compile_expression
from validators.owner import UNIT as UNIT_NAME
from validators.rules.context import STAGE_NAME, TypedRow
from validators.rules.subjects import subject_names
from validators.scheme.colours import status_look
from validators.scheme.measures import Measure, parse_measure, report_names
from validators.scheme.models import Report
from validators.scheme.tables import Table
from validators.status import Status
from validators.values import NUMBER_TYPES

_SPECIAL = {"unit": UNIT_NAME, "stage": STAGE_NAME, "status": "状态", "flag": "考核标识"}
_DEFAULT = ("unit", "stage", "status", "flag")
_KINDS: dict[str, Kind] = {"count": "int", "status": "int", "flag": "int", "share": "percent", "ratio": "percent"}
Value = Callable[[TypedRow], Any]


def report_block(gathered: Gathered, report: Report) -> Block:
    """The table of one report."""
    if report.kind == "participants":
        return _participants(gathered)
    if report.kind == "units":
        return _units(gathered, report.columns)
    table = gathered.scheme.table(report.table) if report.table else gathered.main
    if table is None:
        return Block((Col("说明", "long", 60),), [], empty="方案里没有这张报表要用的表")
    rows = _rows(gathered, table, report.where)
    return _grouped(gathered, table, report, rows) if report.kind == "group" else _listed(gathered, table, report, rows)


def _rows(gathered: Gathered, table: Table, where: str) -> list[TypedRow]:
    """Rows of the table for which the condition holds, with what rules derive, the unit and the day."""
    if table.name not in gathered.rows:
        gathered.rows[table.name] = _linked(gathered, table)
    found = gathered.rows[table.name]
    if not where:
        return found
    condition = compile_expression(
        where, report_names(gathered.scheme, table), gathered.scheme.words(), "bool", gathered.scheme.year_from
    )
    return [row for row in found if condition.fn(row) is True]


def _linked(gathered: Gathered, table: Table) -> list[TypedRow]:
    """All rows of the table, tied to their parents; made once for all reports."""
    wanted = {table.name, table.parent} - {""}
    records = [item for name in wanted for item in gathered.records.get(name, ())]
    linked = typed_rows(gathered.scheme, gathered.say, records, gathered.judged, gathered.unit_name, gathered.today)
    return linked.get(table.name, [])


# columns of a row -------------------------------------------------------------------------------------------------


def _column(gathered: Gathered, table: Table, word: str) -> tuple[Col, Value]:
    """What a word of `columns` or `group_by` means: a special name, a rule's status, a field of the row or its parent."""
    if word in _SPECIAL:
        return Col(_SPECIAL[word], width=14), lambda row: _special(gathered, word, row)
    if word in gathered.say.rules:
        title = gathered.say.rules[word].title
        return Col(title, width=18), lambda row: rule_word(gathered, word, gathered.judgement(row.id).statuses)
    name = report_names(gathered.scheme, table).get(word, (word, ""))[0]
    owner, dot, inner = name.partition(".")
    model = gathered.scheme.table(owner) if dot else table
    field = next((item for item in model.fields if item.name == (inner or name)), None)
    if field is None:
        return Col(word, width=14), lambda row: row.get(name)
    kind: Kind = "number" if field.type in NUMBER_TYPES else "date" if field.type.startswith("date") else "text"
    title = f"{field.title}（{field.unit}）" if field.unit else field.title
    return Col(title, kind, min(field.width, 30)), lambda row: _field(row, owner if dot else "", inner or name)


def _field(row: TypedRow, parent: str, name: str) -> Any:
    found = row.get("@" + parent, {}) if parent else row
    value = found.get(name)
    return "、".join(value) if isinstance(value, list) else value


def _special(gathered: Gathered, word: str, row: TypedRow) -> Any:
    judged = gathered.judgement(row.id)
    if word == "unit":
        return row[UNIT_NAME]
    if word == "stage":
        return judged.stage
    if word == "flag":
        return "、".join(dict.fromkeys(flag.flag for flag in judged.flags))
    return class_of(shown(gathered, judged.statuses))


def rule_word(gathered: Gathered, rule: str, statuses: Sequence[Status]) -> Cell:
    """The word of one rule's status, in its colour; "" where the rule says nothing."""
    for status in statuses:
        if status.rule == rule:
            word, look = (
                gathered.say.word(status, gathered.today),
                status_look(gathered.scheme.conventions, status.code),
            )
            return Marked(word, look) if look else word
    return ""


def _listed(gathered: Gathered, table: Table, report: Report, rows: list[TypedRow]) -> Block:
    name = [table.name_field] if table.name_field else []
    made = [_column(gathered, table, word) for word in report.columns or (*name, *_DEFAULT)]
    cells = [[number, *(get(row) for _, get in made)] for number, row in enumerate(rows, 1)]
    return Block((Col("序号", "int", 6), *(column for column, _ in made)), list(cells))


# groups -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Count:
    """A measure as a column: what it counts, and how the number is shown."""

    column: Col
    call: Callable[[list[TypedRow]], Any]

    def of(self, rows: list[TypedRow]) -> Any:
        """Amounts are kept in 万元; a summary shows 亿元."""
        value = self.call(rows)
        return value / 10000 if self.column.kind == "yi" and isinstance(value, Decimal) else value


def _grouped(gathered: Gathered, table: Table, report: Report, rows: list[TypedRow]) -> Block:
    """One row per group; the last row counts all rows together, so that shares and means are right there too."""
    keys = [_column(gathered, table, word) for word in report.group_by]
    counts = [_count(gathered, table, title, text) for title, text in report.measures.items()]
    width = len(keys)
    frame = pd.DataFrame([[*(_key(get(row)) for _, get in keys), row] for row in rows], columns=[*range(width), "row"])
    groups = [] if frame.empty else list(frame.groupby(list(range(width)), sort=False)["row"])
    groups.sort(key=lambda item: _places(gathered, table, report.group_by, item[0]))
    cells: list[Row] = [[*key, *(count.of(list(found)) for count in counts)] for key, found in groups]
    total = ["合计", *[""] * (width - 1), *(count.of(rows) for count in counts)]
    columns = [replace(column, width=18) for column, _ in keys] + [count.column for count in counts]
    return Block(tuple(columns), cells, totals=total)


def _places(gathered: Gathered, table: Table, words: Sequence[str], key: Sequence[str]) -> list[tuple[int, str]]:
    return [_place(gathered, table, word, text) for word, text in zip(words, key, strict=True)]


def _key(value: Any) -> str:
    return str(value.text if isinstance(value, Marked) else value) if value not in (None, "") else "未填"


def _place(gathered: Gathered, table: Table, word: str, key: str) -> tuple[int, str]:
    """Where a group stands: units and stages as the scheme lists them, choices in their order, the rest by text."""
    order: Sequence[str] = ()
    if word == "unit":
        order = [unit.name for unit in gathered.scheme.units]
    elif word == "stage":
        order = gathered.stages
    else:
        name = report_names(gathered.scheme, table).get(word, ("", ""))[0]
        field = next((item for item in table.fields if item.name == name), None)
        order = gathered.scheme.words().get(field.choices, []) if field is not None else ()
    return (order.index(key) if key in order else len(order)), key


def _count(gathered: Gathered, table: Table, title: str, text: str) -> _Count:
    measure = parse_measure(gathered.scheme, text)
    names = report_names(gathered.scheme, table)
    kind = _KINDS.get(measure.kind, "number")
    if kind == "number" and names.get(measure.text, ("", ""))[1] == "money":
        kind, title = "yi", title if "亿" in title else f"{title}（亿元）"
    return _Count(Col(title, kind, 13), _call(gathered, names, measure))


def _call(
    gathered: Gathered, names: Mapping[str, tuple[str, str]], measure: Measure
) -> Callable[[list[TypedRow]], Any]:
    if measure.kind == "status":
        return lambda rows: sum(_has_status(gathered, measure, row) for row in rows)
    if measure.kind == "flag":
        wanted = set(measure.words)
        return lambda rows: sum(any(f.flag in wanted for f in gathered.judgement(r.id).flags) for r in rows)
    if not measure.text:
        return len
    fn = compile_expression(
        measure.text, dict(names), gathered.scheme.words(), measure.wanted, gathered.scheme.year_from
    ).fn
    if measure.kind == "ratio":
        below = compile_expression(
            measure.below, dict(names), gathered.scheme.words(), measure.wanted, gathered.scheme.year_from
        ).fn
        return lambda rows: _ratio([(fn(row), below(row)) for row in rows])
    if measure.kind in ("count", "share"):
        return lambda rows: _counted(measure, [fn(row) for row in rows])
    return lambda rows: _amount(measure, [value for row in rows if isinstance(value := fn(row), Decimal)])


def _has_status(gathered: Gathered, measure: Measure, row: TypedRow) -> bool:
    statuses = (
        shown(gathered, gathered.judgement(row.id).statuses)
        if not measure.rule
        else gathered.judgement(row.id).statuses
    )
    return any(s.code in measure.codes and measure.rule in ("", s.rule) for s in statuses)


def _counted(measure: Measure, answers: list[Any]) -> Any:
    count = sum(answer is True for answer in answers)
    if measure.kind == "count":
        return count
    return Decimal(count) / len(answers) if answers else None


def _ratio(pairs: list[tuple[Any, Any]]) -> Decimal | None:
    """The sum of the one over the sum of the other; a row of which either is blank counts in neither."""
    known = [(a, b) for a, b in pairs if isinstance(a, Decimal) and isinstance(b, Decimal)]
    whole = sum((b for _, b in known), Decimal(0))
    return sum((a for a, _ in known), Decimal(0)) / whole if whole else None


def _amount(measure: Measure, values: list[Decimal]) -> Decimal | None:
    if measure.kind == "sum":
        return sum(values, Decimal(0))
    if not values:
        return None
    return {"mean": sum(values, Decimal(0)) / len(values), "max": max(values), "min": min(values)}[measure.kind]


# people and companies ---------------------------------------------------------------------------------------------


def _participants(gathered: Gathered) -> Block:
    """Of whom shared rules say something: companies of 五比, liaison officers …"""
    names = _participant_names(gathered)
    rows = []
    for item in gathered.subjects:
        if item.kind == "participant" and (item.statuses or item.flags):
            said = "；".join(gathered.say.word(status, gathered.today) for status in item.statuses)
            flags = "、".join(dict.fromkeys(flag.flag for flag in item.flags))
            reasons = "；".join(dict.fromkeys(flag.reason for flag in item.flags if flag.reason))
            rows.append([*names.get(item.key.casefold(), (item.key, "")), flags, said, reasons])
    rows.sort(key=lambda row: (not row[2], row[2], row[0]))
    columns = (
        Col("序号", "int", 6), Col("名称", width=30), Col("信用代码", width=22), Col("考核标识", width=20),
        Col("状态", width=20), Col("理由", "long", 50),
    )  # fmt: skip
    return Block(columns, [[number, *row] for number, row in enumerate(rows, 1)])


def _units(gathered: Gathered, rules: Sequence[str]) -> Block:
    """Units and departments of whom some of the rules say something: a column per rule, then flags with their reasons."""
    order = {code: place for place, code in enumerate(subject_names(gathered.scheme))}
    units = sorted(
        (item for item in gathered.subjects if item.kind == "unit"), key=lambda item: order.get(item.key, -1)
    )
    spoken = {status.rule for item in units for status in item.statuses}
    shown_rules = [rule for rule in rules if rule in spoken]  # one that only gives flags needs no column of its own
    rows: list[Row] = []
    for item in units:
        flags = [flag for flag in item.flags if flag.rule in rules]
        words = [rule_word(gathered, rule, item.statuses) for rule in shown_rules]
        if flags or any(words):
            told = "、".join(dict.fromkeys(flag.flag for flag in flags))
            reasons = "；".join(dict.fromkeys(flag.reason for flag in flags if flag.reason))
            rows.append([len(rows) + 1, gathered.unit_name(item.key), *words, told, reasons])
    titles = [gathered.say.rules[rule].title for rule in shown_rules]
    columns = (
        Col("序号", "int", 6), Col("单位", width=22), *(Col(title, width=18) for title in titles),
        Col("考核标识", width=16), Col("理由", "long", 50),
    )  # fmt: skip
    return Block(columns, rows)


def _participant_names(gathered: Gathered) -> dict[str, tuple[str, str]]:
    """Credit code as keys have it → name and code, from rows that hold both."""
    found: dict[str, tuple[str, str]] = {}
    for table in gathered.scheme.tables:
        code = next((item.name for item in table.fields if item.type == "uscc"), "")
        if code and table.name_field and table.field(table.name_field).type == "company":
            for record in gathered.records.get(table.name, ()):
                if uscc := record.values.get(code):
                    found.setdefault(uscc.casefold(), (record.values.get(table.name_field, ""), uscc))
    return found
