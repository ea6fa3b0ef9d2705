"""The Store over SQLAlchemy: its verbs by theme, on one database. SQLite and PostgreSQL."""

from __future__ import annotations

from sync.store.base import Store
from sync.store.commits import Commits
from sync.store.connect import Database
from sync.store.decisions import Decisions
from sync.store.duties import Duties
from sync.store.history import History
from sync.store.judgements import Judgements
from sync.store.leases import Leases
from sync.store.overviews import Overviews
from sync.store.people import People
from sync.store.records import Records
from sync.store.runs import Runs
from sync.store.schema import prepare


class SqlStore(Leases, Overviews, Records, Commits, Runs, Judgements, History, Decisions, Duties, People):
    """See `base.Store` for the contract. Safe to share between threads; each process opens its own."""

    def __init__(self, url: str, *, create: bool = True, reading: bool = False) -> None:
        self.db = Database(url, reading=reading)
        try:
            prepare(self.db, create=create)
        except BaseException:
            self.db.close()
            raise

    def close(self) -> None:
        """Gives all connections back; the store may be opened again."""
        self.db.close()


def opened(url: str, create: bool, reading: bool) -> Store:
    """Checked by mypy: SqlStore is a Store."""
    if reading:
        from sync.store.look import LookStore

        return LookStore(url)
    return SqlStore(url, create=create)
