"""Leases: one holder per name across threads, processes and machines, with a number that only grows (law L5).

A clock that ran ahead and was put right leaves leases that would hold for as long as it was wrong. One that reaches
further ahead than any can be is void: whoever took it, if he lives, finds so by its number.

The number is not waited for on the disk. Should a server lose its last grants in a power cut while workers elsewhere
live on, a number can be granted again; a word drawn for every grant, kept behind the owner's name, tells the two apart.
"""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_hex
from typing import NamedTuple

from sqlalchemy import Connection, text

from sync.errors import LeaseLost
from sync.store.base import Lease
from sync.store.connect import Database

_FAR = 3  # times its length: no lease reaches so far ahead but one granted before the clock was put back

# One statement decides: the row is locked while its `until` is looked at, on both databases.
_GRANT = text("""
    INSERT INTO lease (name, owner, number, until) VALUES (:name, :owner, 1, :until)
    ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, number = lease.number + 1, until = excluded.until
    WHERE lease.until <= :now OR lease.until > :beyond RETURNING number
""")
_RENEW = text(
    "UPDATE lease SET until = :until WHERE name = :name AND number = :number AND owner = :owner AND until > :now"
)
_RELEASE = text("UPDATE lease SET until = 0 WHERE name = :name AND number = :number AND owner = :owner")
_HELD = text("SELECT name, owner, number, until FROM lease WHERE until > :now")
_LOOK = "SELECT 1 FROM lease WHERE name = :name AND number = :number AND owner = :owner AND until > :now"
_LOOK_ONLY = text(_LOOK)
_LOOK_AND_LOCK = text(_LOOK + " FOR UPDATE")


# the same for a commit, with where the book's histories stand: only who holds the lease moves them
_AT = """
    SELECT coalesce(b.chain_length, 0), coalesce(b.chain_head, ''),
           (SELECT coalesce(max(seq), 0) FROM pairing WHERE book = :book),
           (SELECT coalesce(max(chain), 0) FROM pairing WHERE book = :book)
    FROM lease l LEFT JOIN book b ON b.id = :book
    WHERE l.name = :name AND l.number = :number AND l.owner = :owner AND l.until > :now
"""
_STAND = text(_AT)
_STAND_AND_LOCK = text(_AT + " FOR UPDATE OF l")


class Stand(NamedTuple):
    """Where a book's histories stand: length and head of its chain, rows of its pairing, and the chain's length then."""

    length: int = 0
    head: str = ""
    paired: int = 0
    paired_at: int = 0

    @property
    def pairing(self) -> int:
        """How many rows of the pairing are right; 0 = none."""
        return self.paired if self.paired_at == self.length else 0


def hold_book(connection: Connection, lease: Lease, now: float, book: str) -> Stand:
    """As `hold`, and where the book stands."""
    look = _STAND if connection.dialect.name == "sqlite" else _STAND_AND_LOCK
    found = connection.execute(look, {**_named(lease), "now": now, "book": book}).first()
    _require(found is not None)
    return Stand(*(found or ()))


def hold(connection: Connection, lease: Lease, now: float) -> None:
    """Inside a writing transaction: the lease is ours now and stays so until the commit. LeaseLost when not."""
    look = _LOOK_ONLY if connection.dialect.name == "sqlite" else _LOOK_AND_LOCK  # BEGIN IMMEDIATE locks it all
    _require(connection.execute(look, {**_named(lease), "now": now}).first() is not None)


def _named(lease: Lease) -> dict[str, str | int]:
    return {"name": lease.name, "number": lease.number, "owner": lease.owner}


def _require(held: bool) -> None:
    if not held:
        raise LeaseLost()


class Leases:
    """Verbs about leases."""

    db: Database

    def acquire(self, name: str, owner: str, seconds: float, now: float) -> Lease | None:
        """The right to work on `name` until now + seconds, or None while anybody (the same owner too) holds it."""
        until, owner = now + seconds, f"{owner} {token_hex(4)}"
        with self.db.single() as connection:
            asked = {"name": name, "owner": owner, "until": until, "now": now, "beyond": now + _FAR * seconds}
            found = connection.execute(_GRANT, asked).scalar()
        return None if found is None else Lease(name, owner, int(found), until)

    def renew(self, lease: Lease, seconds: float, now: float) -> Lease:
        """A longer `until`, same number. LeaseLost when it has expired or somebody else was granted it."""
        until = now + seconds
        with self.db.single() as connection:
            asked = {**_named(lease), "until": until, "now": now}
            _require(connection.execute(_RENEW, asked).rowcount == 1)
        return Lease(lease.name, lease.owner, lease.number, until)

    def check(self, lease: Lease, now: float) -> None:
        """LeaseLost when the lease has expired or somebody else was granted it."""
        with self.db.read() as connection:
            _require(connection.execute(_LOOK_ONLY, {**_named(lease), "now": now}).first() is not None)

    def release(self, lease: Lease) -> None:
        """Gives it back; no effect when it is no longer ours. The number stays, so the next grant is higher."""
        with self.db.single() as connection:
            connection.execute(_RELEASE, _named(lease))

    def free_leases(self, is_dead: Callable[[str], bool], now: float) -> int:
        """End the leases of those who certainly live no more (`is_dead` by their signature); how many there were."""
        with self.db.read() as connection:
            held = [Lease(*row) for row in connection.execute(_HELD, {"now": now})]
        dead = [lease for lease in held if is_dead(lease.owner)]
        for lease in dead:
            self.release(lease)
        return len(dead)
