"""Frames → tables whose totals are the sums of their rows. Pure: nothing here knows the store or a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd  # type: ignore[import-untyped]

from sync.standing import CALM, CLASSES, ENDED, LATE, SOON, Current
from validators.findings import Severity
from validators.render import STAGE_UNSURE
from validators.rules import codes

NO_STAGE = "未入阶段"  # not 未启动, which is a class: both stand in one table
YI = Decimal(10000)  # 万元 in 1 亿元


def money(frame: Any, column: str) -> Any:
    """A money column as Decimal 万元, 0 where it is blank or could not be read."""
    return frame[column].map(lambda value: value if isinstance(value, Decimal) else Decimal(0))


def in_yi(amount: Decimal) -> Decimal:
    """万元 → 亿元, exact: cells show two decimals and still add up."""
    return amount / YI


def yi_text(amount: Decimal) -> str:
    """万元 → 亿元 with two decimals, for sentences."""
    return f"{in_yi(amount).quantize(Decimal('0.01'), ROUND_HALF_UP)}亿元"


def by_unit(ledger: Any, findings: Any, units: Sequence[str], stages: Sequence[str], amount: str = "") -> Any:
    """One row per unit, all units: 项目数, 总投资 (万元, exact), one column per stage and per class, 待改, 须说明.

    Findings are counted as 待改清单 lists them, of all tables of the unit's book.
    """
    stage_names = stage_order(ledger, stages)
    table = pd.DataFrame(index=pd.Index(units, name="unit"))
    table["count"] = _count(ledger, units)
    table["amount"] = _sum(ledger.assign(amount=money(ledger, amount)) if amount else ledger, "amount", units)
    for stage in stage_names:
        table[f"stage:{stage}"] = _count(ledger[ledger["stage"].replace("", NO_STAGE) == stage], units)
    for name in CLASSES:
        table[f"class:{name}"] = _count(ledger[ledger["kind"] == name], units)
    for name, severity in (("must", Severity.MUST), ("explain", Severity.EXPLAIN)):
        table[name] = _count(findings[findings["severity"] == severity.value], units)
    return table


def stage_order(ledger: Any, stages: Sequence[str]) -> list[str]:
    """In the order of a project's life: those of which it is not known, those without a stage, the scheme's stages, then
    what else occurs."""
    known = {"", STAGE_UNSURE, *stages}
    found = list(dict.fromkeys(name for name in ledger["stage"] if name not in known))
    unsure = [STAGE_UNSURE] if (ledger["stage"] == STAGE_UNSURE).any() and STAGE_UNSURE not in stages else []
    none = [NO_STAGE] if (ledger["stage"] == "").any() and NO_STAGE not in stages else []
    return [*unsure, *none, *stages, *found]


def _count(frame: Any, units: Sequence[str]) -> Any:
    return frame.groupby("unit").size().reindex(units, fill_value=0).astype(int)


def _sum(frame: Any, column: str, units: Sequence[str]) -> Any:
    if column not in frame:
        return pd.Series(Decimal(0), index=units)
    zero = Decimal(0) if column == "amount" else 0
    sums = frame.groupby("unit")[column].agg(lambda values: sum(values, zero))
    return sums.reindex(units).map(lambda value: value if isinstance(value, Decimal | int) else zero)


def totals(table: Any) -> dict[str, Any]:
    """Column → sum over all rows."""
    return {name: sum(table[name], Decimal(0) if name == "amount" else 0) for name in table.columns}


def on_time(count: int, late: int, ended: int = 0) -> Decimal | None:
    """Share of records without an overdue node, ended ones left out; None where there are none."""
    running = count - ended
    return Decimal(running - late) / Decimal(running) if running > 0 else None


def ranking(units: Any, before: Mapping[str, int]) -> Any:
    """Units by 按期率. Ties share a place, units without projects have none and stand at the end (not last).

    `rank`, `moved` (places won since `before`, None when not known), and the numbers a reader wants beside them.
    """
    table = units[["count", "class:" + LATE, "class:" + SOON, "class:" + ENDED, "must"]].copy()
    table.columns = ["count", "late", "soon", "ended", "must"]
    table["share"] = [on_time(row.count_, row.late, row.ended) for row in _rows(table)]
    rated = pd.Series([float(share) if share is not None else float("nan") for share in table["share"]], table.index)
    table["rank"] = rated.rank(method="min", ascending=False)
    now = places(table)
    table["moved"] = [before[unit] - now[unit] if unit in before and unit in now else None for unit in table.index]
    table["place"] = range(len(table))
    return table.sort_values(["rank", "place"], na_position="last", kind="stable").drop(columns="place")


def _rows(table: Any) -> Any:
    return table.rename(columns={"count": "count_"}).itertuples()


def places(ranked: Any) -> dict[str, int]:
    """Unit → its place; what is remembered for the next period."""
    return {str(unit): int(rank) for unit, rank in ranked["rank"].dropna().items()}


def by_stage(ledger: Any, stages: Sequence[str], amount: str = "") -> Any:
    """One row per stage, the furthest first: 项目数, 总投资 (万元), and how many of each class."""
    names = list(reversed(stage_order(ledger, stages)))
    frame = ledger.assign(stage=ledger["stage"].replace("", NO_STAGE))
    if amount:
        frame = frame.assign(amount=money(frame, amount))
    renamed = frame.drop(columns="unit").rename(columns={"stage": "unit"})
    table = pd.DataFrame(index=pd.Index(names, name="stage"))
    table["count"] = _count(renamed, names)
    table["amount"] = _sum(renamed, "amount", names)
    for name in (LATE, SOON, CALM):
        table[name] = _count(renamed[renamed["kind"] == name], names)
    return table


DUE = frozenset({codes.REPORTED, codes.REPORTED_LATE, codes.MISSING})


def filling(duties: Any, units: Sequence[str], now: Mapping[str, Current]) -> Any:
    """One row per unit: 本期应报 and 已报 (as the page counts them); of all periods so far 应报 (due or already
    reported), 已报, 其中迟报, 未报, 未到期, 免报."""
    table = pd.DataFrame(index=pd.Index(units, name="unit"))
    table["now_owed"] = [now.get(unit, Current()).owed for unit in units]
    table["now_reported"] = [now.get(unit, Current()).reported for unit in units]
    for name, wanted in {
        "due": DUE,
        "reported": {codes.REPORTED, codes.REPORTED_LATE},
        "late": {codes.REPORTED_LATE},
        "missing": {codes.MISSING},
        "waiting": {codes.NOT_DUE, codes.SOON},
        "exempt": {codes.EXEMPT},
    }.items():
        table[name] = _count(duties[duties["code"].isin(wanted)], units)
    return table
