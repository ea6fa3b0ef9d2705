"""A small district with a real store and the real engine, filled with given rows: what the consolidated book is made of."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from openpyxl import Workbook, load_workbook

from sheets_templates import catalog
from sync.clock import FixedClock
from sync.consolidate import consolidated_book
from sync.judge import judge, link_parents
from sync.parts import Parts
from sync.shared import judge_shared
from sync.store import open_store
from sync.store.base import BookState, Run, RunCommit, StoredRecord
from validators.calendar import default_calendar
from validators.evaluate import Evaluator
from validators.findings import Finding

SCHEME = Path(__file__).parents[2] / "data" / "schemes" / "summary"
TODAY = date(2025, 7, 10)
NOW = 1_752_130_800.0  # 2025-07-10 15:00 in Shanghai

Rows = Mapping[str, Sequence[Mapping[str, str]]]  # table → rows of canonical texts


@dataclass(slots=True)
class District:
    """`fill` a unit's book, then look at the consolidated `book`."""

    parts: Parts
    clock: FixedClock
    count: int = 0

    def fill(self, unit: str, rows: Rows, findings: Mapping[str, Sequence[Finding]] | None = None) -> None:
        """Store and judge a book's rows. `findings`: name of a record → what was wrong with its cells."""
        scheme, store = self.parts.scheme, self.parts.store
        records = [self._record(unit, table, values) for table, items in rows.items() for values in items]
        link_parents(self.parts, records)
        found = {record.id: list((findings or {}).get(record.name, ())) for record in records}
        judgements = judge(self.parts, records, {record.id: record for record in records}, found, self.clock.today())
        book = BookState(f"{scheme.id}:{unit}", scheme.id, unit, name=f"{unit}.xlsx", last_read=NOW, last_ok=NOW)
        lease = store.acquire(f"book:{book.id}", "tester", 60, NOW)
        assert lease is not None
        run = Run(f"run:{unit}", book.id, scheme.id, "command", NOW)
        store.commit(lease, RunCommit(run, book, upserts=records, judgements=judgements), NOW)
        store.release(lease)

    def _record(self, unit: str, table: str, values: Mapping[str, str]) -> StoredRecord:
        self.count += 1
        kept = {name: text for name, text in values.items() if not text.startswith("!")}
        cells = {name: text.removeprefix("!") for name, text in values.items()}  # "!见附件": could not be read
        name = kept.get(self.parts.scheme.table(table).name_field, "")
        book = f"{self.parts.scheme.id}:{unit}"
        return StoredRecord(f"X{self.count}", table, unit, f"d{self.count}", cells, kept, name=name, book=book)

    def bytes(self) -> bytes:
        judge_shared(self.parts, [rule.id for rule in self.parts.scheme.rules])
        return consolidated_book(self.parts)

    def book(self) -> Workbook:
        return load_workbook(io.BytesIO(self.bytes()))


def open_district(folder: Path, as_of: date | None = TODAY, scheme_of: str | Path = SCHEME) -> District:
    scheme = catalog.load(scheme_of)
    clock = FixedClock(as_of, at=NOW)
    store = open_store(f"sqlite:///{folder / 'summary.db'}")
    parts = Parts(scheme, {}, None, store, Evaluator(scheme, default_calendar()), {}, clock)  # type: ignore[arg-type]
    return District(parts, clock)


def rows_of(book: Workbook, tab: str, first: str = "序号") -> list[list[object]]:
    """Rows below the header that begins with `first`, up to the first blank one."""
    lines = [[cell.value for cell in row] for row in book[tab].iter_rows()]
    start = next(at for at, line in enumerate(lines) if line[0] == first)
    found = []
    for line in lines[start + 1 :]:
        if all(value is None for value in line):
            break
        found.append(line)
    return found


def header_of(book: Workbook, tab: str, first: str = "序号") -> list[object]:
    return next([cell.value for cell in row] for row in book[tab].iter_rows() if row[0].value == first)
