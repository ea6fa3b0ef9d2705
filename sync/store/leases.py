"""Leases: one holder per name across threads, processes and machines, with a number that only grows (law L5)."""

from __future__ import annotations

from sqlalchemy import Connection, text

from sync.errors import LeaseLost
from sync.store.base import Lease
from sync.store.connect import Database

# One statement decides: the row is locked while its `until` is looked at, on both databases.
_GRANT = text("""
    INSERT INTO lease (name, owner, number, until) VALUES (:name, :owner, 1, :until)
    ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, number = lease.number + 1, until = excluded.until
    WHERE lease.until <= :now RETURNING number
""")
_RENEW = text("UPDATE lease SET until = :until WHERE name = :name AND number = :number AND until > :now")
_RELEASE = text("UPDATE lease SET until = 0 WHERE name = :name AND number = :number")
_LOOK = "SELECT 1 FROM lease WHERE name = :name AND number = :number AND until > :now"
_LOOK_ONLY = text(_LOOK)
_LOOK_AND_LOCK = text(_LOOK + " FOR UPDATE")


def hold(connection: Connection, lease: Lease, now: float) -> None:
    """Inside a writing transaction: the lease is ours now and stays so until the commit. LeaseLost when not."""
    look = _LOOK_ONLY if connection.dialect.name == "sqlite" else _LOOK_AND_LOCK  # BEGIN IMMEDIATE locks it all
    _require(connection.execute(look, {"name": lease.name, "number": lease.number, "now": now}).first() is not None)


def _require(held: bool) -> None:
    if not held:
        raise LeaseLost()


class Leases:
    """Verbs about leases."""

    db: Database

    def acquire(self, name: str, owner: str, seconds: float, now: float) -> Lease | None:
        """The right to work on `name` until now + seconds, or None while anybody (the same owner too) holds it."""
        until = now + seconds
        with self.db.write() as connection:
            found = connection.execute(_GRANT, {"name": name, "owner": owner, "until": until, "now": now}).scalar()
        return None if found is None else Lease(name, owner, int(found), until)

    def renew(self, lease: Lease, seconds: float, now: float) -> Lease:
        """A longer `until`, same number. LeaseLost when it has expired or somebody else was granted it."""
        until = now + seconds
        with self.db.write() as connection:
            asked = {"name": lease.name, "number": lease.number, "until": until, "now": now}
            _require(connection.execute(_RENEW, asked).rowcount == 1)
        return Lease(lease.name, lease.owner, lease.number, until)

    def check(self, lease: Lease, now: float) -> None:
        """LeaseLost when the lease has expired or somebody else was granted it."""
        with self.db.read() as connection:
            asked = {"name": lease.name, "number": lease.number, "now": now}
            _require(connection.execute(_LOOK_ONLY, asked).first() is not None)

    def release(self, lease: Lease) -> None:
        """Gives it back; no effect when it is no longer ours. The number stays, so the next grant is higher."""
        with self.db.write() as connection:
            connection.execute(_RELEASE, {"name": lease.name, "number": lease.number})
