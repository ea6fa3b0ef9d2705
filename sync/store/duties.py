"""Duties as people and runs have dealt with them: rulings, reports that came, closed periods and what they froze."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from sync.errors import StoreError
from sync.store.arrived import SENT
from sync.store.base import Lease
from sync.store.bulk import insert, upsert
from sync.store.connect import Database
from sync.store.judgements import mark, mark_due
from sync.store.leases import hold
from sync.store.models import closing, ruling, sent, snapshot
from sync.store.owed import Closing, Frozen, Ruling, RulingKind, Sent
from sync.store.packing import (
    day_of,
    iso,
    pack,
    pack_flags,
    pack_statuses,
    plain,
    unpack,
    unpack_flags,
    unpack_statuses,
)

RULING = (
    "id", "kind", "scheme", "unit", "rule", "period", "record", "since", "until", "by", "why", "at", "withdrawn",
    "withdrawn_by", "withdrawn_why",
)  # fmt: skip
CLOSING = ("scheme", "period", "day", "by", "note", "at")
SNAPSHOT = ("scheme", "kind", "key", "rule", "period", "closing", "unit", "name", "body")


class Duties:
    """Verbs about rulings, reports and closed periods."""

    db: Database

    def rulings(self, scheme: str, *, kind: RulingKind | None = None, withdrawn: bool = False) -> list[Ruling]:
        """Oldest first; those withdrawn only where asked for."""
        query = select(*(ruling.c[name] for name in RULING)).where(ruling.c.scheme == scheme)
        if kind is not None:
            query = query.where(ruling.c.kind == kind)
        if not withdrawn:
            query = query.where(ruling.c.withdrawn == 0)
        with self.db.read() as connection:
            return [_ruling_of(row) for row in connection.execute(query.order_by(ruling.c.at, ruling.c.id))]

    def ruling(self, ruling_id: str) -> Ruling | None:
        query = select(*(ruling.c[name] for name in RULING)).where(ruling.c.id == plain(ruling_id))
        with self.db.read() as connection:
            row = connection.execute(query).first()
        return _ruling_of(row) if row else None

    def save_ruling(self, item: Ruling, dirty: Iterable[str] = (), due: date | None = None) -> None:
        """Keeps what was ruled, or that it was withdrawn, and marks the rules that must be judged again; with `due` also
        the record it is about, which is due on that day (whoever rules holds its book)."""
        row = (
            plain(item.id), item.kind, item.scheme, item.unit, item.rule, item.period, item.record, iso(item.since),
            iso(item.until), plain(item.by), plain(item.why), float(item.at), float(item.withdrawn),
            plain(item.withdrawn_by), plain(item.withdrawn_why),
        )  # fmt: skip
        with self.db.write() as connection:
            upsert(connection, ruling, RULING, [row])
            mark(connection, item.scheme, dirty)
            if due is not None:
                mark_due(connection, item.scheme, item.record, due)

    def sent(self, scheme: str) -> list[Sent]:
        """Reports that stay known to have come, by rule, period and unit."""
        query = select(*(sent.c[name] for name in SENT[1:])).where(sent.c.scheme == scheme)
        query = query.order_by(sent.c.rule, sent.c.period, sent.c.unit, sent.c.record)
        with self.db.read() as connection:
            return [Sent(*row) for row in connection.execute(query)]

    def closings(self, scheme: str) -> list[Closing]:
        """Closed periods in the order in which they were closed, without what they froze."""
        query = select(*(closing.c[name] for name in CLOSING)).where(closing.c.scheme == scheme)
        with self.db.read() as connection:
            rows = connection.execute(query.order_by(closing.c.at, closing.c.period)).all()
        return [Closing(row[0], row[1], _day(row[2]), *row[3:]) for row in rows]

    def close_period(self, lease: Lease, item: Closing, now: float, dirty: Iterable[str] = ()) -> int:
        """Under the scheme's lease, freezes what is given; how much was. What is frozen already keeps its value, and a
        period is closed once: StoreError where it is closed."""
        head = (item.scheme, item.period, item.day.isoformat(), plain(item.by), plain(item.note), float(item.at or now))
        with self.db.write() as connection:
            hold(connection, lease, now)
            if _is_closed(connection, item):
                raise StoreError(f"{item.period} 已经关过，不能再关。", "已关期次的数不再变；更正记在以后的期次里。")
            insert(connection, closing, CLOSING, [head])
            known = _frozen_keys(connection, item.scheme)
            rows = [_snapshot_row(item.scheme, each) for each in item.frozen if _key(each) not in known]
            insert(connection, snapshot, SNAPSHOT, rows)
            mark(connection, item.scheme, dirty)
        return len(rows)

    def frozen(self, scheme: str, *, closing: str = "", rules: Iterable[str] | None = None) -> list[Frozen]:
        """What closed periods hold, by period, rule and subject; of one closing or of all, of some rules or of all."""
        query = select(*(snapshot.c[name] for name in SNAPSHOT)).where(snapshot.c.scheme == scheme)
        if rules is not None:
            query = query.where(snapshot.c.rule.in_(sorted(rules)))
        if closing:
            query = query.where(snapshot.c.closing == closing)
        query = query.order_by(snapshot.c.period, snapshot.c.rule, snapshot.c.key, snapshot.c.kind)
        with self.db.read() as connection:
            return [_frozen_of(row) for row in connection.execute(query)]


def _ruling_of(row: Sequence[Any]) -> Ruling:
    values = dict(zip(RULING, row, strict=True))
    values["since"], values["until"] = day_of(values["since"]), day_of(values["until"])
    return Ruling(**values)


def _day(text: str) -> Any:
    return day_of(text)


def _is_closed(connection: Connection, item: Closing) -> bool:
    where = (closing.c.scheme == item.scheme) & (closing.c.period == item.period)
    return connection.execute(select(closing.c.period).where(where)).first() is not None


def _frozen_keys(connection: Connection, scheme: str) -> set[tuple[str, ...]]:
    columns = (snapshot.c.kind, snapshot.c.key, snapshot.c.rule, snapshot.c.period)
    return {tuple(row) for row in connection.execute(select(*columns).where(snapshot.c.scheme == scheme))}


def _key(item: Frozen) -> tuple[str, ...]:
    return item.kind, item.key, item.rule, item.period


def _snapshot_row(scheme: str, item: Frozen) -> tuple[Any, ...]:
    body = pack([pack_statuses(item.statuses), pack_flags(item.flags)])
    return scheme, *_key(item), item.closing, item.unit, plain(item.name), body


def _frozen_of(row: Sequence[Any]) -> Frozen:
    _, kind, key, rule, period, closed, unit, name, body = row
    statuses, flags = unpack(body, ([], []))
    return Frozen(closed, kind, key, rule, unit, period, name, unpack_statuses(statuses), unpack_flags(flags))
