"""Judgements: what the rules say of each subject, one compact row each, and the history of their codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, Text, and_, bindparam, delete, or_, select, text, update
from sqlalchemy import func as sql

from sync.store.arrived import write_sent
from sync.store.base import COUNTING, DirtyRules, Judgement, Lease
from sync.store.books import owe
from sync.store.bulk import among, as_list, in_list, insert, upsert
from sync.store.connect import Database
from sync.store.leases import hold
from sync.store.models import book as books
from sync.store.models import dirty_rule, status, status_history
from sync.store.models import record as records
from sync.store.owed import Sent
from sync.store.packing import (
    day_of,
    iso,
    pack,
    pack_findings,
    pack_flags,
    pack_statuses,
    unpack,
    unpack_findings,
    unpack_flags,
    unpack_statuses,
)  # fmt: skip
from validators.findings import Finding, Severity

COLUMNS = (
    "scheme", "kind", "key", "tbl", "book", "stage", "codes", "body", "must", "explain", "hint", "trial", "next_change",
    "at",
)  # fmt: skip
FIELDS = ("kind", "key", "tbl", "book", "stage", "body", "next_change")
SELECT = tuple(status.c[name] for name in FIELDS)
HISTORY = ("scheme", "kind", "key", "rule", "old", "new", "at", "day")
_FEW = 8  # rules that are looked for one by one
# packed by the other writer of JSON: a rule's id may be spelled otherwise
_ESCAPED = status.c.body.contains("\\u", autoescape=True)
_OFFICE = timedelta(hours=8)  # Asia/Shanghai has no summer time

_MARK = text("""
    INSERT INTO dirty_rule (scheme, rule, number) VALUES (:scheme, :rule, 1)
    ON CONFLICT (scheme, rule) DO UPDATE SET number = dirty_rule.number + 1
""")


def write(connection: Connection, scheme: str, items: Sequence[Judgement], now: float) -> None:
    """Replaces what was said of each subject; a code that is now another leaves a line of history."""
    if not items:
        return
    before = _codes_before(connection, scheme, items)
    fresh, known, turned = [], [], []
    for item in items:
        codes = {entry.rule: entry.code for entry in item.statuses}
        row = _row_of(scheme, item, pack(codes), now)
        old = before.get((item.kind, item.key))
        if old is None:
            fresh.append(row)
        else:
            known.append(row)
            turned += _turned(scheme, item, unpack(old, {}), codes, now)
    upsert(connection, status, COLUMNS, known)
    _insert_fresh(connection, fresh)
    insert(connection, status_history, HISTORY, turned)


def _insert_fresh(connection: Connection, rows: list[tuple[Any, ...]]) -> None:
    """The same subject twice in one batch: the last word counts, as with an upsert."""
    unique = {row[:3]: row for row in rows}
    insert(connection, status, COLUMNS, list(unique.values()))


def _codes_before(connection: Connection, scheme: str, items: Sequence[Judgement]) -> dict[tuple[str, str], str]:
    by_kind: dict[str, list[str]] = {}
    for item in items:
        by_kind.setdefault(item.kind, []).append(item.key)
    found = {}
    for kind, keys in by_kind.items():
        asked = {"scheme": scheme, "kind": kind, "keys": as_list(keys)}
        rows = connection.execute(_codes_query(connection.dialect.name), asked)
        found.update({(kind, key): codes for key, codes in rows})
    return found


@lru_cache(maxsize=2)
def _codes_query(dialect: str) -> Select[Any]:
    return select(status.c.key, status.c.codes).where(
        status.c.scheme == bindparam("scheme"),
        status.c.kind == bindparam("kind"),
        in_list(dialect, status.c.key, bindparam("keys", type_=Text)),
    )


def _turned(
    scheme: str, item: Judgement, old: Mapping[str, str], new: Mapping[str, str], now: float
) -> list[tuple[Any, ...]]:
    day = office_day(now)
    return [
        (scheme, item.kind, item.key, rule, old.get(rule, ""), new.get(rule, ""), float(now), day)
        for rule in dict.fromkeys((*old, *new))
        if old.get(rule, "") != new.get(rule, "")
    ]


def office_day(now: float) -> str:
    return (datetime.fromtimestamp(now, UTC) + _OFFICE).date().isoformat()


def _row_of(scheme: str, item: Judgement, codes: str, now: float) -> tuple[Any, ...]:
    body = [pack_statuses(item.statuses), pack_flags(item.flags), pack_findings(item.findings)]
    return (
        scheme, item.kind, item.key, item.table, item.book, item.stage, codes, pack(body) if any(body) else "",
        *severities(item.findings), iso(item.next_change), float(now),
    )  # fmt: skip


def severities(findings: Iterable[Finding]) -> tuple[int, int, int, int]:
    """How many of 必改, 须说明, 提示, 试行."""
    count = dict.fromkeys(Severity, 0)
    for finding in findings:
        count[finding.severity] += 1
    return count[Severity.MUST], count[Severity.EXPLAIN], count[Severity.HINT], count[Severity.TRIAL]


def judgement_of(row: Sequence[Any]) -> Judgement:
    """From a row with the columns FIELDS."""
    kind, key, table, book, stage, body, change = row
    statuses, flags, findings = unpack(body, ([], [], []))
    return Judgement(
        kind, key, table, book, stage, unpack_statuses(statuses), unpack_flags(flags), unpack_findings(findings),
        day_of(change),
    )  # fmt: skip


def mark(connection: Connection, scheme: str, rules: Iterable[str]) -> None:
    """Shared rules that must be judged again. Sorted, so that two runs lock the rows in one order."""
    for rule in sorted(rules):
        connection.execute(_MARK, {"scheme": scheme, "rule": rule})


def mark_due(connection: Connection, scheme: str, record: str, day: date) -> None:
    """A record that is to be judged again on a day, whatever it said itself."""
    own = (status.c.scheme == scheme, status.c.kind == "record", status.c.key == record)
    connection.execute(update(status).where(*own).values(next_change=day.isoformat()))


def _clean(connection: Connection, scheme: str, rules: Iterable[str]) -> None:
    """A rule marked again since the marks were read stays dirty."""
    marks = getattr(rules, "marks", {})
    for rule in sorted(rules):
        gone = delete(dirty_rule).where(dirty_rule.c.scheme == scheme, dirty_rule.c.rule == rule)
        connection.execute(gone.where(dirty_rule.c.number == marks[rule]) if rule in marks else gone)


def current(scheme: str) -> Any:
    """Condition on a status joined to records: it is of this scheme, and not of a record that has withdrawn."""
    return and_(status.c.scheme == scheme, or_(status.c.kind != "record", records.c.state.in_(COUNTING)))


class Judgements:
    """Verbs about judgements."""

    db: Database

    def judgements(
        self, scheme: str, *, book: str = "", kind: str = "", keys: Iterable[str] | None = None
    ) -> list[Judgement]:
        """In order of kind and key. `keys=None` means all; an empty collection means none."""
        query: Select[Any] = select(*SELECT).where(status.c.scheme == scheme).order_by(status.c.kind, status.c.key)
        if book:
            query = query.where(status.c.book == book)
        if kind:
            query = query.where(status.c.kind == kind)
        with self.db.read() as connection:
            if keys is not None:
                query = query.where(among(connection, status.c.key, keys))
            return [judgement_of(row) for row in connection.execute(query)]

    def spoken_of(self, scheme: str, rules: Iterable[str]) -> list[Judgement]:
        """Judgements of subjects that span books in which one of the rules has a word, in order of kind and key."""
        said = [status.c.body.contains(pack(rule), autoescape=True) for rule in sorted(rules)]
        if len(said) > _FEW:
            said = [status.c.body != ""]
        query = select(*SELECT).where(status.c.scheme == scheme, status.c.kind != "record", or_(*said, _ESCAPED))
        with self.db.read() as connection:
            return [judgement_of(row) for row in connection.execute(query.order_by(status.c.kind, status.c.key))]

    def due(self, scheme: str, day: date) -> list[tuple[str, str, str]]:
        """(book, kind, key) of the subjects whose codes may be others on `day`. Costs in proportion to what is due."""
        joined = status.outerjoin(records, (status.c.kind == "record") & (records.c.id == status.c.key))
        query = (
            select(status.c.book, status.c.kind, status.c.key)
            .select_from(joined)
            .where(current(scheme), status.c.next_change <= day.isoformat())
            .order_by(status.c.book, status.c.kind, status.c.key)
        )
        with self.db.read() as connection:
            return [(row.book, row.kind, row.key) for row in connection.execute(query)]

    def dirty(self, scheme: str) -> DirtyRules:
        """Shared rules to be judged again. Give it back as `clean`: what is marked meanwhile then stays marked."""
        query = select(dirty_rule.c.rule, dirty_rule.c.number).where(dirty_rule.c.scheme == scheme)
        with self.db.read() as connection:
            return DirtyRules({row.rule: row.number for row in connection.execute(query)})

    def mark(self, scheme: str, rules: Iterable[str]) -> None:
        """Shared rules that must be judged again, said by nobody's commit."""
        with self.db.write(redo=True) as connection:
            mark(connection, scheme, rules)

    def save_judgements(
        self,
        lease: Lease,
        judgements: Sequence[Judgement],
        now: float,
        *,
        clean: Iterable[str] = (),
        scheme: str = "",
        sent: Iterable[Sent] = (),
    ) -> None:
        """Under the lease "scheme:<id>" (or a book's, "book:<id>") replaces judgements, cleans rules and remembers reports
        that came, or nothing."""
        with self.db.write(redo=True) as connection:
            hold(connection, lease, now)
            scheme = scheme or _scheme_of(connection, lease)
            write(connection, scheme, judgements, now)
            owe(connection, {item.book for item in judgements if item.book})
            _clean(connection, scheme, clean)
            write_sent(connection, scheme, sent)

    def count_by_code(self, scheme: str) -> dict[str, dict[str, int]]:
        """rule → code → number of current subjects."""
        joined = status.outerjoin(records, (status.c.kind == "record") & (records.c.id == status.c.key))
        query = select(status.c.codes, sql.count()).select_from(joined).where(current(scheme)).group_by(status.c.codes)
        found: dict[str, dict[str, int]] = {}
        with self.db.read() as connection:
            for codes, number in connection.execute(query):
                for rule, code in unpack(codes, {}).items():
                    found.setdefault(rule, {})
                    found[rule][code] = found[rule].get(code, 0) + number
        return found


def _scheme_of(connection: Connection, lease: Lease) -> str:
    kind, _, name = lease.name.partition(":")
    if kind == "scheme" and name:
        return name
    for book_id in (lease.name, name):
        found = connection.execute(select(books.c.scheme).where(books.c.id == book_id)).scalar()
        if found:
            return str(found)
    return lease.name
