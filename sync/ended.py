"""After a scheme's last day (`Scheme.ends`) its books are read, but nothing new is accepted: people are told so.

What was entered in time is taken whenever it is read: a reading counts by the earliest time at which its content can
have been entered (law L6), so that an outage of ours costs nobody his report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.clock import local
from sync.looks import last_seen_without
from sync.parts import Parts
from sync.store.base import BookState
from validators.findings import Finding, Severity

if TYPE_CHECKING:
    from sync.collect import Reading
    from sync.matching import Matching
    from validators.scheme.tables import Table

ENDED = "book.ended"
_NAMED = 20  # rows that are named in the message


def is_ended(parts: Parts) -> bool:
    """Whether the scheme's last day is over."""
    return parts.scheme.ends is not None and parts.clock.today() > parts.scheme.ends


def hold_back(parts: Parts, book: BookState, reading: Reading) -> list[Finding]:
    """Put aside what was changed, added or taken out after the end; [] where everything stands as it stood, or may have
    been entered in time. Rows put aside are in `Reading.late`, and the records that are gone from the book stay."""
    ends = parts.scheme.ends
    if ends is None or not is_ended(parts):
        return []
    since = last_seen_without(parts, book, reading.snapshot.file_time)
    if not since or local(since).date() <= ends:
        return []
    gone, named = 0, []
    for table, tab, matching in reading.tabs:
        late = _changed(parts, table, matching)
        reading.late[table.name] = late
        gone += len(matching.missing)
        matching.missing.clear()
        matching.notices.clear()
        named += [f"{tab.title}第{row}行" for row in sorted(late)]
    if not named and not gone:
        return []
    params = {"day": ends.isoformat(), "rows": _listed(named), "gone": gone}
    return [Finding(ENDED if named else f"{ENDED}_gone", Severity.HINT, params=params)]


def _changed(parts: Parts, table: Table, matching: Matching) -> set[int]:
    """Rows that say something else than when they were last taken, and new ones. A column that came into the scheme, or
    went out of it, changes the digest of every row and the words of none."""
    other = {p.known.id: p.row for p in matching.pairs if p.known is not None and p.known.digest != p.digest}
    late = {p.row.row for p in matching.pairs if p.known is None}
    stored = parts.store.records(parts.scheme.id, ids=list(other), states=("live", "missing", "withdrawn"))
    kept = {item.id: item.cells for item in stored}
    names = [item.name for item in table.fields]
    for record, row in other.items():
        before = kept.get(record, {})
        if any(cell != before.get(name, "") for name, cell in zip(names, row.cells, strict=True)):
            late.add(row.row)
    return late


def late_text(parts: Parts, known: bool) -> str:
    """What a row put aside is told: one that was changed, or one that was added."""
    what = "这一行后来改的没有采用，系统里仍是原来的数" if known else "这一行是到期后加的，没有采用"
    return f"方案已于{parts.scheme.ends}到期，只看不改：{what}。确需更正的，请联系牵头部门"


def _listed(named: list[str]) -> str:
    more = f"等{len(named)}行" if len(named) > _NAMED else ""
    return "、".join(named[:_NAMED]) + more
