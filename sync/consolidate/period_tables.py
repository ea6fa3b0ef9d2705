"""The counted reports that a scheme puts out each month, quarter …, as tables of text: for the bulletin, and to be frozen
with a period."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sync.consolidate.gather import gather
from sync.consolidate.reports import report_block
from sync.consolidate.sheets import Block, Cell, Kind, Marked, Section
from sync.parts import Parts
from validators.frozen import Frozen
from validators.periods import Period
from validators.status import Status

REPORT = "report"  # kind of what is frozen, and code of its status


def period_tables(parts: Parts, period: Period, closing: str) -> list[Frozen]:
    """Reports of kind `group` whose `cadence` is the period's, as they stand now: heads and rows, the totals last."""
    wanted = [r for r in parts.scheme.reports if r.kind == "group" and r.cadence == period.kind]
    if not wanted:
        return []
    gathered = gather(parts)
    found = []
    for report in wanted:
        inputs = {"id": report.id, "title": report.title, **_as_text(report_block(gathered, report))}
        status = Status(f"{REPORT}:{report.id}", REPORT, inputs=inputs)
        found.append(Frozen(closing, REPORT, report.id, status.rule, "", period.text, report.title, [status]))
    return found


def _as_text(block: Block) -> dict[str, Any]:
    kinds = [column.kind for column in block.columns]
    rows = [*(row for row in block.rows if not isinstance(row, Section)), *([block.totals] if block.totals else [])]
    return {
        "heads": [column.title for column in block.columns],
        "rows": [[_text(cell, kind) for cell, kind in zip(row, kinds, strict=False)] for row in rows],
    }


def _text(cell: Cell, kind: Kind) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Marked):
        return cell.text
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str):
        return cell
    number = Decimal(str(cell))
    if kind == "percent":
        return f"{_rounded(number * 100, 1)}%"
    if kind == "yi":
        return str(_rounded(number, 2))
    return f"{number.normalize():f}"


def _rounded(number: Decimal, digits: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
