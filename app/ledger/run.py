"""An import from beginning to end, apart from talking with people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.ledger import fill
from app.ledger.compare import Sorted, sort_entries
from app.ledger.report import Report, TabReport
from app.ledger.study import NothingOfThatName, NotImported, Study, open_ledger, study
from app.ledger.target import Target, find_target, folder_of, read_target
from app.wiring import Office
from sheets_templates.builder import owner_name
from sync.ended import is_ended
from sync.errors import SyncError
from sync.headers import column_letters
from sync.ledger.mapping import labels
from sync.ledger.records import Collector, Entry
from sync.ledger.totals import check_totals
from validators.scheme.tables import Table

_TRIES = 3


def begin(office: Office, path: Path, code: str, table: str, tabs: Sequence[str]) -> Study:
    """Read the ledger and propose. NotImported says what is in the way."""
    ledger = open_ledger(path, folder_of(office).reader)
    return study(office.scheme, tables_for(office, code, table), ledger, office.clock.today(), tabs=tabs, owner=code)


def tables_for(office: Office, code: str, wanted: str) -> list[Table]:
    """The tables of a filler's book: the one a person named, else all."""
    role = "unit" if office.scheme.unit(code) is not None else code
    known = office.scheme.tables_of(role)
    if not wanted:
        return list(known)
    found = [item for item in known if wanted in (item.name, item.title)]
    if not found:
        titles = "、".join(item.title for item in known)
        raise NothingOfThatName(f"{owner_name(office.scheme, code)}的表里没有“{wanted}”；有：{titles}。")
    return found


def carry_out(office: Office, chosen: Study, code: str, *, dry_run: bool) -> Report:
    """Fill the unit's book, or say what would be filled. A book that changes meanwhile is read again."""
    _must_name(chosen)
    if is_ended(office.parts) and not dry_run:
        ends = office.scheme.ends
        raise NotImported(
            f"方案已于{ends}到期，只看不改：填进表里的不会采用，所以没有导入。要收数，先把方案里的 ends（收数到哪天）往后改。"
        )
    report = Report(chosen.ledger.name, owner_name(office.scheme, code), "", chosen)
    target = find_target(office, code, chosen.table)
    report.book = target.ref.key
    for _ in range(_TRIES):
        filled = _prepare(office, chosen, code, target, report)
        if not filled.data or dry_run:
            report.state = "rehearsed" if dry_run else "nothing"
            return report
        report.reason, backup = fill.commit(office, target, filled)
        if not report.reason:
            report.state, report.backup = "done", str(backup)
            _record(office, code, report)
            return report
        if "改动" not in report.reason:
            break
        target = read_target(office, target.ref, code, chosen.table)
    report.state = "failed"
    return report


def _must_name(chosen: Study) -> None:
    table = chosen.table
    for mapping in chosen.mappings:
        if table.name_field and not mapping.column_of(table.name_field) and table.name_field not in mapping.fixed:
            raise NotImported(
                f"工作表“{mapping.tab}”里没有认出“{labels(table)[table.name_field]}”是哪一列，不能导入。",
                "在映射里把那一列的“填到”选成它。表没有变。",
            )


def _prepare(office: Office, chosen: Study, code: str, target: Target, report: Report) -> fill.Filled:
    """Entries of all tabs sorted against the book as it is now, and the book with the new ones in it."""
    assert chosen.typist is not None
    report.tabs, entries = [], list[Entry]()
    for mapping in chosen.mappings:
        lines, grid = chosen.lines(mapping), chosen.grid(mapping)
        entries += Collector(office.scheme, chosen.table, mapping, chosen.typist, code).collect(lines)
        hidden = [column_letters(c) for c in sorted(grid.hidden_columns & mapping.header.heads.keys())]
        checks = check_totals(lines, mapping, chosen.table, chosen.typist)
        report.tabs.append(TabReport(mapping.tab, lines, checks, hidden))
    sorted_: Sorted = sort_entries(entries, target, chosen.table, chosen.typist)
    filled = fill.plan(office, target, chosen.table, sorted_, chosen.typist)
    sorted_.refused += filled.unfit
    report.sorted, report.rows = sorted_, filled.rows
    return filled


def _record(office: Office, code: str, report: Report) -> None:
    """Who looks into the audit later finds that these rows came by an import."""
    data = {"unit": code, "ledger": report.ledger, "book": report.book, "rows": [row for _, row in report.rows]}
    office.store.add_event("import", office.clock.now(), "command", data)
    book = office.store.book(f"{office.scheme.id}:{code}")
    if book is not None:
        office.store.want([book.id])


__all__ = ["NotImported", "SyncError", "begin", "carry_out", "tables_for"]
