"""Reports that came and stay known: written in the transaction of the judgements that first saw them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from sync.store.bulk import among, insert
from sync.store.models import sent
from sync.store.owed import Sent

SENT = ("scheme", "rule", "unit", "period", "record", "at", "seen")


def write_sent(connection: Connection, scheme: str, items: Iterable[Sent]) -> None:
    """Remembers reports that came; the first that is known of a duty stays."""
    fresh = {(item.rule, item.unit, item.period, item.record): item for item in reversed(list(items))}
    if not fresh:
        return
    columns = (sent.c.rule, sent.c.unit, sent.c.period, sent.c.record)
    rules = among(connection, sent.c.rule, sorted({key[0] for key in fresh}))
    known = {tuple(row) for row in connection.execute(select(*columns).where(sent.c.scheme == scheme, rules))}
    rows = [(scheme, *key, float(item.at), float(item.seen)) for key, item in fresh.items() if key not in known]
    insert(connection, sent, SENT, rows)
