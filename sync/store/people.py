"""People, the audit of what they did, and settings that outlive a restart."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, insert, select, update

from sync.store.bulk import upsert
from sync.store.connect import Database
from sync.store.models import event, setting
from sync.store.models import user as users
from sync.store.packing import pack, plain, unpack

_FIELDS = ("name", "display", "role", "unit", "password_hash", "active", "created", "must_change")


class People:
    """Verbs about users, events and settings."""

    db: Database

    def users(self) -> list[dict[str, Any]]:
        """By name. Each: name, display, role, unit, password_hash, active, created, must_change, and whatever else
        was saved with the user."""
        with self.db.read() as connection:
            return [_user_of(row) for row in connection.execute(select(users).order_by(users.c.name))]

    def user(self, name: str) -> dict[str, Any] | None:
        """None too where no database can hold the name: it must not pass for that of another who is counted apart."""
        if plain(name) != name:
            return None
        with self.db.read() as connection:
            return _find(connection, name)

    def save_user(self, user: Mapping[str, Any]) -> None:
        """Inserts the user or changes the given entries; `name` says who. Entries not given stay as they are."""
        with self.db.write() as connection:
            before = _find(connection, user["name"])
            values = {**(before or {"active": True, "must_change": False}), **user}
            row = {key: values.pop(key) for key in _FIELDS if key in values}
            row["data"] = pack(values)
            if before is None:
                connection.execute(insert(users).values(**row))
            else:
                connection.execute(update(users).where(users.c.name == row["name"]).values(**row))

    def add_event(self, kind: str, at: float, actor: str, data: Mapping[str, Any]) -> None:
        """One line of audit; nothing removes it."""
        with self.db.write() as connection:
            values = {"kind": kind, "at": float(at), "actor": plain(actor), "data": pack(dict(data))}
            connection.execute(insert(event).values(**values))

    def events(self, *, limit: int = 100) -> list[dict[str, Any]]:
        """Newest first. Each: kind, at, actor, data."""
        query = select(event.c.kind, event.c.at, event.c.actor, event.c.data).order_by(event.c.id.desc()).limit(limit)
        with self.db.read() as connection:
            rows = connection.execute(query).mappings().all()
        return [{**row, "data": unpack(row["data"], {})} for row in rows]

    def setting(self, name: str) -> str:
        """ "" when it was never saved."""
        with self.db.read() as connection:
            return connection.execute(select(setting.c.value).where(setting.c.name == plain(name))).scalar() or ""

    def save_setting(self, name: str, value: str) -> None:
        with self.db.write() as connection:
            upsert(connection, setting, ("name", "value"), [(name, plain(value))])

    def try_writing(self) -> None:
        """StoreError when nothing could be written now. What is tried is taken back."""
        with suppress(_Tried), self.db.write() as connection:
            upsert(connection, setting, ("name", "value"), [("doctor", "")])
            raise _Tried


class _Tried(Exception):
    """Ends a transaction that was only a trial."""


def _find(connection: Connection, name: str) -> dict[str, Any] | None:
    row = connection.execute(select(users).where(users.c.name == name)).first()
    return _user_of(row) if row else None


def _user_of(row: Any) -> dict[str, Any]:
    values = dict(row._mapping)
    more = unpack(values.pop("data"), {})
    return {**more, **values}
