"""总表 and the other ledgers: every record of a table, filterable, in 万元, with what is said of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sync import standing
from sync.consolidate.gather import Gathered
from sync.consolidate.sheets import Block, Cell, Col, Kind, Marked, Row, Tab
from validators.findings import Severity
from validators.scheme.colours import BAD, status_look
from validators.scheme.tables import Field, Table
from validators.values import DATE_TYPES, NUMBER_TYPES

_MONEY = ("money_wan", "money_yi")
_WIDE = 40  # columns; from here on groups can be folded


def total_field(table: Table) -> Field | None:
    """The money field that is summed: the first one that must be filled, else the first."""
    money = [item for item in table.fields if item.type in _MONEY]
    return next((item for item in money if item.required), money[0] if money else None)


def ledger_tab(gathered: Gathered, table: Table, ledger: Any, title: str = "") -> Tab:
    """One row per record: who, what, all fields, and our answers."""
    fields = _ordered(table)
    columns = _columns(table, fields)
    rows: list[Row] = []
    faults = {record.id: _faults(gathered, record.id) for record in gathered.records.get(table.name, ())}
    for number, row in enumerate(ledger.to_dict("records"), 1):
        wrong = faults.get(row["id"], frozenset())
        rows.append([*_head(gathered, number, row), *(_cell(item, row, wrong) for item in fields), row["check"]])
    money = [item for item in fields if item.type in _MONEY]
    sums = {3: "count", **{columns.index(column): "sum" for column in columns if column.kind == "wan"}}
    heading = f"{gathered.scheme.title}{title or table.title}"
    unit = "万元" if money else ""
    block = Block(tuple(columns), rows, name=table.name, totals=_totals(columns, rows), empty="还没有收到")
    return Tab(
        title or table.title, heading, [block], filter=True, frozen=4, paper="A3", unit=unit, sums=sums,
    )  # fmt: skip


def _ordered(table: Table) -> list[Field]:
    """Fields without the name, which stands in front."""
    return [item for item in table.fields if item.name != table.name_field and item.type != "photo"]


def _columns(table: Table, fields: list[Field]) -> list[Col]:
    """Answers first, frozen with the name; then the fields in their groups."""
    head = [
        Col("序号", "int", 6), Col("填报单位", "text", 12), Col("编号", "centre", 9),
        Col(_name_title(table), "text", 26), Col("当前阶段", "centre", 10), Col("节点状态", "long", 34),
        Col("下一期限", "centre", 12), Col("剩余天数", "int", 9), Col("考核标识", "text", 14),
    ]  # fmt: skip
    folds = len(fields) > _WIDE
    found: list[Col] = []
    tint = -1
    for at, item in enumerate(fields):
        first = at == 0 or item.group != fields[at - 1].group
        tint += 1 if first and item.group else 0
        level = 0 if first or not folds or not item.group else 1 if item.print else 2
        found.append(Col(_title(item), _kind(item), min(item.width, 30), item.group, level, max(tint, 0) % 4))
    return [*head, *found, Col("校验结果", "long", 40)]


def _name_title(table: Table) -> str:
    return table.field(table.name_field).title if table.name_field else "名称"


def _title(field: Field) -> str:
    unit = {"money_wan": "万元", "money_yi": "万元"}.get(field.type, field.unit)  # money is kept in 万元
    return f"{field.title}（{unit}）" if unit and f"（{unit}" not in field.title else field.title


def _kind(field: Field) -> Kind:
    if field.type in _MONEY:
        return "wan"
    if field.type in DATE_TYPES:
        return "date"
    return "number" if field.type in NUMBER_TYPES else "text"


def _faults(gathered: Gathered, record_id: str) -> frozenset[str]:
    found = gathered.judgement(record_id).findings
    return frozenset(item.field for item in found if item.severity is Severity.MUST and item.field)


def _head(gathered: Gathered, number: int, row: Any) -> list[Cell]:
    look = status_look(gathered.scheme.conventions, row["code"]) if row["code"] in standing.COLOURED else None
    status: Cell = Marked(row["status"], look) if look and row["status"] else row["status"]
    left = row["remaining"]
    return [
        number, gathered.unit_name(row["unit"]), row["id"], row["name"], row["stage"], status, row["deadline"],
        int(left) if left.lstrip("-").isdigit() else left, row["flag"],
    ]  # fmt: skip


def _cell(field: Field, row: Any, wrong: frozenset[str]) -> Cell:
    """The value; what could not be read as it stands in the book, in red, so that nobody takes it for a number."""
    value = row[f"f:{field.name}"]
    if field.name in wrong and value is not None:
        return Marked(str(value), BAD)
    return value  # type: ignore[no-any-return]


def _totals(columns: list[Col], rows: list[Row]) -> list[Cell]:
    """Sums of the rows as they stand; texts that could not be read count nothing."""
    total: list[Cell] = ["", "合计", "", f"{len(rows)}个"]
    for index, column in enumerate(columns[4:], 4):
        values = [value for row in rows if isinstance(value := row[index], Decimal)]  # type: ignore[index]
        total.append(sum(values, Decimal(0)) if column.kind == "wan" else "")
    return total
