"""Decisions: what waits for a person. A run may raise and void them; only a person closes one for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select

from sync.store.base import Decision
from sync.store.bulk import upsert
from sync.store.connect import Database
from sync.store.models import decision as decisions
from sync.store.packing import pack, plain, unpack

COLUMNS = ("id", "kind", "scheme", "book", "subject", "data", "opened", "state", "closed", "by", "note")
_SELECT = tuple(decisions.c[name] for name in COLUMNS)


def write(connection: Connection, item: Decision) -> None:
    row = (
        plain(item.id), item.kind, item.scheme, item.book, plain(item.subject), pack(item.data), float(item.opened),
        item.state, float(item.closed), plain(item.by), plain(item.note),
    )  # fmt: skip
    upsert(connection, decisions, COLUMNS, [row])


def write_from_run(connection: Connection, item: Decision) -> None:
    """As a run sees it. What a person has decided stays decided; an open question keeps the time it was first asked.

    A run that finds the cause gone voids the question, even a decided one, so that it can be asked again.
    """
    row = connection.execute(select(*_SELECT).where(decisions.c.id == plain(item.id))).first()
    before = _decision_of(row) if row else None
    if item.state == "open" and before and before.state in ("applied", "rejected"):
        return
    if item.state != "open" and before is None:
        return  # nobody was asked
    if before and before.state == "open":
        item = replace(item, opened=before.opened, data=item.data or before.data)
    write(connection, item)


def _decision_of(row: Sequence[Any]) -> Decision:
    values = dict(zip(COLUMNS, row, strict=True))
    values["data"] = unpack(values["data"], {})
    return Decision(**values)


class Decisions:
    """Verbs about decisions."""

    db: Database

    def decisions(self, scheme: str, *, state: str = "open") -> list[Decision]:
        """Oldest first; state "" = all."""
        query = select(*_SELECT).where(decisions.c.scheme == scheme).order_by(decisions.c.opened, decisions.c.id)
        if state:
            query = query.where(decisions.c.state == state)
        with self.db.read() as connection:
            return [_decision_of(row) for row in connection.execute(query)]

    def decision(self, decision_id: str) -> Decision | None:
        with self.db.read() as connection:
            row = connection.execute(select(*_SELECT).where(decisions.c.id == plain(decision_id))).first()
        return _decision_of(row) if row else None

    def save_decision(self, decision: Decision) -> None:
        """As a person has decided, or asked anew: replaces whatever stood there."""
        with self.db.write() as connection:
            write(connection, decision)
