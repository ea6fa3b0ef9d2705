"""What an import did or would do: rows taken, there already, refused and put aside; totals; what to do next."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from app.ledger.compare import Sorted
from app.ledger.mapping_file import rows_of
from app.ledger.study import Study
from sync.ledger.body import Line
from sync.ledger.records import Entry
from sync.ledger.totals import Check

KINDS = {
    "total": "合计", "subtotal": "小计", "section": "小标题", "title": "标题", "note": "说明", "sign": "落款", "unit": "单位",
    "header": "重复的表头", "blank": "空行",
    "part": "分项",
}  # fmt: skip


@dataclass(slots=True)
class TabReport:
    """One tab: its rows by kind; `lines` are all of them."""

    tab: str
    lines: list[Line]
    totals: list[Check] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """The whole outcome. `rows`: entry → row of the book it stands (or would stand) in; `state`: done | rehearsed |
    nothing | failed."""

    ledger: str
    unit: str
    book: str
    study: Study
    tabs: list[TabReport] = field(default_factory=list)
    sorted: Sorted = field(default_factory=Sorted)
    rows: list[tuple[Entry, int]] = field(default_factory=list)
    state: str = "nothing"
    reason: str = ""
    backup: str = ""

    @property
    def problems(self) -> int:
        """What a person should look at: rows not taken, totals that differ, cells carried as they stand."""
        unsure = sum(not note.sure for entry, _ in self.rows for note in entry.notes)
        differing = sum(bool(item.differences) for item in self.sorted.existing)
        return (
            len(self.sorted.refused) + differing + unsure
            + sum(not check.agrees for tab in self.tabs for check in tab.totals)
            + len(self.study.missed) + (self.state == "failed")
        )  # fmt: skip

    @property
    def counts(self) -> dict[str, int]:
        """Rows with content below the headers, by what became of them. They add up to `all`."""
        lines = [line for tab in self.tabs for line in tab.lines]
        kinds = Counter(line.kind for line in lines)
        return {
            "all": len(lines),
            "taken": len(self.rows),
            "existing": len(self.sorted.existing),
            "refused": len(self.sorted.refused),
            "continued": kinds["more"],
            "aside": sum(count for kind, count in kinds.items() if kind not in ("data", "more")),
        }


def as_document(report: Report) -> dict[str, Any]:
    """The report for programs."""
    aside = [
        {"where": f"{tab.tab}!第{line.row}行", "kind": KINDS.get(line.kind, line.kind), "text": line.label}
        for tab in report.tabs for line in tab.lines if line.kind not in ("data", "more")
    ]  # fmt: skip
    return {
        "ledger": report.ledger,
        "unit": report.unit,
        "table": report.study.table.title,
        "book": report.book,
        "state": report.state,
        "reason": report.reason,
        "backup": report.backup,
        "problems": report.problems,
        "counts": report.counts,
        "mapping": rows_of(report.study),
        "missed": report.study.missed,
        "other_tabs": report.study.others,
        "taken": [{"where": entry.where, "name": entry.name, "row": row} for entry, row in report.rows],
        "existing": [
            {"where": item.entry.where, "name": item.entry.name, "row": item.where,
             "differences": [{"field": d.field, "book": d.book, "ledger": d.ledger} for d in item.differences]}
            for item in report.sorted.existing
        ],
        "refused": [{"where": e.where, "name": e.name, "reason": e.refused} for e in report.sorted.refused],
        "aside": aside,
        "notes": [
            {"where": note.where, "field": note.field, "stands": note.stands, "message": note.message, "sure": note.sure}
            for entry, _ in report.rows for note in entry.notes
        ],
        "totals": [
            {"where": check.where, "label": check.label, "scope": check.scope, "agrees": check.agrees,
             "compared": check.compared, "unread": check.unread,
             "differences": [{"figure": d.figure, "said": d.said, "found": d.found, "rounding": d.rounding}
                             for d in check.differences]}
            for tab in report.tabs for check in tab.totals
        ],
        "hidden": [{"tab": tab.tab, "rows": [line.row for line in tab.lines if line.hidden],
                    "columns": tab.hidden_columns} for tab in report.tabs],
    }  # fmt: skip
