"""What pages and the consolidated book ask: many rows, or numbers over many rows, in one go."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import case, func, or_, select

from sync.store.base import COUNTING, Judgement, StoredRecord
from sync.store.books import Books
from sync.store.judgements import SELECT as JUDGEMENT
from sync.store.judgements import current, judgement_of
from sync.store.models import decision, status
from sync.store.models import record as records
from sync.store.packing import plain, unpack
from sync.store.records import FIELDS, record_of

_JOINED = status.outerjoin(records, (status.c.kind == "record") & (records.c.id == status.c.key))
_SEVERITIES = ("must", "explain", "hint", "trial")


class Overviews(Books):
    """Verbs that read across books."""

    def overview(self, scheme: str) -> list[dict[str, Any]]:
        """One dict per book, by unit: book, unit, role, name, wanted, last_read, last_ok, pending, pending_since,
        refused, problem, held, counts (as the last run left them), rows (records that count), tables (table → such records),
        must, explain, hint, trial (findings of what stands in the book), codes (status code → how many), decisions (open)."""
        rows = {item.id: _line(item) for item in self.books(scheme, layout=False)}
        standing = or_(status.c.kind != "record", records.c.state == "live")  # what is gone cannot be mended there
        sums = [func.sum(case((standing, status.c[name]), else_=0)) for name in _SEVERITIES]
        judged = (
            select(status.c.book, status.c.codes, func.count(), *sums)
            .select_from(_JOINED)
            .where(current(scheme))
            .group_by(status.c.book, status.c.codes)
        )
        counted = (
            select(records.c.book, records.c.tbl, func.count())
            .where(records.c.scheme == scheme, records.c.state.in_(COUNTING))
            .group_by(records.c.book, records.c.tbl)
        )
        asked = (
            select(decision.c.book, func.count())
            .where(decision.c.scheme == scheme, decision.c.state == "open")
            .group_by(decision.c.book)
        )
        with self.db.view() as connection:
            for book, table, number in connection.execute(counted):
                if book in rows:
                    rows[book]["tables"][table] = number
                    rows[book]["rows"] += number
            for book, number in connection.execute(asked):
                if book in rows:
                    rows[book]["decisions"] = number
            for book, codes, number, *severities in connection.execute(judged):
                if book in rows:
                    _add(rows[book], unpack(codes, {}), number, severities)
        return list(rows.values())

    def search(self, scheme: str, text: str, *, unit: str = "", limit: int = 50) -> list[StoredRecord]:
        """Records that count whose id, name or a natural key contains `text`."""
        wanted = plain(text.strip())
        hit = or_(*(column.contains(wanted, autoescape=True) for column in (records.c.name, records.c["keys"])))
        query = (
            select(*(records.c[name] for name in FIELDS))
            .where(or_(hit, records.c.id == wanted), records.c.scheme == scheme, records.c.state.in_(COUNTING))
            .order_by(records.c.unit, records.c.id)
            .limit(limit)
        )
        if unit:
            query = query.where(records.c.unit == unit)
        with self.db.read() as connection:
            return [record_of(row) for row in connection.execute(query)]

    def export_rows(
        self, scheme: str, tables: Iterable[str] = (), *, unit: str = ""
    ) -> list[tuple[StoredRecord, Judgement | None]]:
        """Records that count, with what is said of them, by unit and id; `tables` empty = all."""
        joined = records.outerjoin(
            status, (status.c.scheme == records.c.scheme) & (status.c.kind == "record") & (status.c.key == records.c.id)
        )
        query = (
            select(*(records.c[name] for name in FIELDS), *JUDGEMENT)
            .select_from(joined)
            .where(records.c.scheme == scheme, records.c.state.in_(COUNTING))
            .order_by(records.c.unit, records.c.id)
        )
        if listed := list(tables):
            query = query.where(records.c.tbl.in_(listed))
        if unit:
            query = query.where(records.c.unit == unit)
        size = len(FIELDS)
        with self.db.read() as connection:
            rows = connection.execute(query)
            return [(record_of(row), judgement_of(row[size:]) if row[size] else None) for row in rows]


def _line(book: Any) -> dict[str, Any]:
    names = ("unit", "role", "key", "name", "wanted", "last_read", "last_ok", "pending", "pending_since", "problem", "held",
             "refused")  # fmt: skip
    line = {"book": book.id, **{name: getattr(book, name) for name in names}, "counts": book.counts}
    return {**line, "rows": 0, "tables": {}, **dict.fromkeys(_SEVERITIES, 0), "codes": {}, "decisions": 0}


def _add(line: dict[str, Any], codes: dict[str, str], number: int, severities: list[int]) -> None:
    for name, value in zip(_SEVERITIES, severities, strict=True):
        line[name] += int(value or 0)
    for code in codes.values():
        line["codes"][code] = line["codes"].get(code, 0) + number
