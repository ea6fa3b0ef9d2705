"""Tables and columns that the scheme has and a book never had: one thing to say about the book, not one per column.

A column that was there and is gone is another matter (`sync.lost`): its header can be restored, and people are asked to.
"""

from __future__ import annotations

from sync.book import Snapshot, TabSnapshot
from sync.lost import COLUMN_LOST
from sync.parts import Parts
from sync.store.base import BookState
from validators.findings import Finding, Severity

LACKS, OLD = "book.lacks", "book.old_version"
_TAB_GONE = ("sheet.tab_lost", "sheet.header_lost")
Lacking = dict[str, set[str]]  # table → fields it has no columns for; an empty set: the table has no tab


def find_lacking(parts: Parts, book: BookState, snapshot: Snapshot) -> Lacking:
    """What was added to the scheme after the book was made."""
    before = {tab["table"]: {*tab.get("columns", ()), *tab.get("lost", ())} for tab in book.layout.get("tabs", ())}
    older = snapshot.version not in ("", parts.scheme.version)
    gone = {finding.table for tab in snapshot.tabs for finding in tab.findings if finding.code in _TAB_GONE}
    lacking: Lacking = {}
    for shape in parts.shapes[book.role].tables:
        tab = snapshot.tab(shape.name)
        if tab is None:
            if shape.name not in gone and shape.name not in before:
                lacking[shape.name] = set()
        elif older or shape.name in before:
            had = before.get(shape.name, set())
            if fields := {item.field for item in tab.findings if item.code == COLUMN_LOST} - had:
                lacking[shape.name] = fields
    return lacking


def tell_lacking(parts: Parts, book: BookState, snapshot: Snapshot, lacking: Lacking) -> None:
    """One finding about the book in the place of many about columns that nobody can restore."""
    if not lacking:
        return
    what = []
    for shape in parts.shapes[book.role].tables:
        if (fields := lacking.get(shape.name)) is None:
            continue
        titles = "".join(f"“{item.titles[0]}”" for item in shape.columns if item.name in fields)
        what.append(f"“{shape.title}”表里的{titles}栏" if fields else f"“{shape.title}”表")
        if (tab := snapshot.tab(shape.name)) is not None:
            tab.findings = [item for item in tab.findings if not _of(item, tab, fields)]
    snapshot.findings = [item for item in snapshot.findings if item.code != OLD]
    snapshot.findings.append(Finding(LACKS, Severity.HINT, params={"name": book.name, "what": what}))


def _of(finding: Finding, tab: TabSnapshot, fields: set[str]) -> bool:
    return finding.code == COLUMN_LOST and finding.table == tab.table and finding.field in fields
