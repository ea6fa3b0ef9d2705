"""The tables of the store, as SQLAlchemy Core metadata. No ORM: the row path is bulk statements (`bulk.py`).

Portable on purpose: JSON as text (exact, and cheap to carry), times as POSIX seconds, days as ISO text, which
sorts as days do. `migrations/` builds the same tables; a contract test holds the two together.
"""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    false,
    true,
)
from sqlalchemy.event import listen

HEAD = "0004"  # newest migration; read at opening instead of importing alembic

metadata = MetaData()
_WHOLE = {
    "toast_tuple_target": 8160
}  # PostgreSQL keeps a row of some 3,000 bytes as it is: to compress it costs the most


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _time(name: str) -> Column[float]:
    return Column(name, Double, nullable=False, server_default="0")


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


lease = Table(
    "lease",
    metadata,
    Column("name", Text, primary_key=True),
    _text("owner"),
    _count("number"),  # fencing number: grows with every grant, survives release
    _time("until"),
)

counter = Table("counter", metadata, Column("name", Text, primary_key=True), _count("value"))

book = Table(
    "book",
    metadata,
    Column("id", Text, primary_key=True),
    _text("scheme"),
    _text("unit"),
    _text("role"),
    _text("key"),
    _text("name"),
    _text("token"),
    _text("fingerprint"),
    _time("file_time"),
    _time("first_seen"),
    _time("last_read"),
    _time("last_ok"),
    _count("want_number"),  # how often a resync was asked for; wanted while it exceeds done_number
    _count("done_number"),
    _count("judged"),  # grows with every change of what the book ought to show; an answer is owed while it exceeds
    _count("answered"),
    _text("layout"),
    _text("shown"),
    _text("pending"),
    _time("pending_since"),
    _text("problem"),
    _text("counts"),
    _text("held"),
    _text("versions"),
    _text("findings"),
    _count("chain_length"),  # head of the book's chain of revisions
    _text("chain_head"),
    Index("ix_book_scheme", "scheme"),
)

record = Table(
    "record",
    metadata,
    Column("id", Text, primary_key=True),
    _text("scheme"),
    _text("book"),
    _text("unit"),
    _text("tbl"),
    _text("name"),
    _text("digest"),
    _text("keys"),  # all natural keys, each ended by U+001F
    _text("parent"),
    _text("state"),
    _text("cells"),
    _text("vals"),
    _text("kept"),
    _text("facts"),
    _text("scheme_version"),
    _text("parser_version"),
    _time("first_seen"),
    _time("changed_at"),
    Index("ix_record_book", "book"),
    postgresql_with=_WHOLE,
)

pairing = Table(
    "pairing",
    metadata,
    Column("book", Text, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    _count("chain"),  # the book's chain_length after this row
    _text("body"),
)
# some 40,000 bytes, of which half are digests: to compress them costs more than to keep them
_PLAIN = DDL("ALTER TABLE pairing ALTER COLUMN body SET STORAGE EXTERNAL")  # type: ignore[no-untyped-call]
listen(pairing, "after_create", _PLAIN.execute_if(dialect="postgresql"))

revision = Table(
    "revision",
    metadata,
    Column("book", Text, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    _text("record"),
    _text("kind"),
    _text("changes"),
    _text("place"),
    _text("actor"),
    _text("actor_sure"),
    _text("run"),
    _time("at"),
    _time("seen_after"),
    _time("seen_by"),
    _text("hash"),  # over the previous hash and everything above, see history.py
    Index("ix_revision_record", "record"),
    postgresql_with=_WHOLE,
)

status = Table(
    "status",
    metadata,
    Column("scheme", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    _text("tbl"),
    _text("book"),
    _text("stage"),
    _text("codes"),  # {rule: code}; equal ones group, so counting costs no parsing of bodies
    _text("body"),
    _count("must"),
    _count("explain"),
    _count("hint"),
    _count("trial"),
    Column("next_change", String(10)),
    _time("at"),
    Index("ix_status_next_change", "next_change"),
    Index("ix_status_book", "book"),
    postgresql_with=_WHOLE,
)

status_history = Table(
    "status_history",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("scheme"),
    _text("kind"),
    _text("key"),
    _text("rule"),
    _text("old"),
    _text("new"),
    _time("at"),
    _text("day"),
    Index("ix_status_history_key", "key"),
)

dirty_rule = Table(
    "dirty_rule",
    metadata,
    Column("scheme", Text, primary_key=True),
    Column("rule", Text, primary_key=True),
    _count("number"),
)

run = Table(
    "run",
    metadata,
    Column("id", Text, primary_key=True),
    _text("scheme"),
    _text("book"),
    _text("trigger"),
    _time("started"),
    _time("finished"),
    _text("outcome"),
    _text("counts"),
    _text("message"),
    Index("ix_run_scheme_started", "scheme", "started"),
    Index("ix_run_book_started", "book", "started"),
)

decision = Table(
    "decision",
    metadata,
    Column("id", Text, primary_key=True),
    _text("kind"),
    _text("scheme"),
    _text("book"),
    _text("subject"),
    _text("data"),
    _time("opened"),
    _text("state"),
    _time("closed"),
    _text("by"),
    _text("note"),
    Index("ix_decision_scheme_state", "scheme", "state"),
)

ruling = Table(
    "ruling",
    metadata,
    Column("id", Text, primary_key=True),
    _text("kind"),
    _text("scheme"),
    _text("unit"),
    _text("rule"),
    _text("period"),
    _text("record"),
    Column("since", String(10)),
    Column("until", String(10)),
    _text("by"),
    _text("why"),
    _time("at"),
    _time("withdrawn"),
    _text("withdrawn_by"),
    _text("withdrawn_why"),
    Index("ix_ruling_scheme", "scheme"),
)

sent = Table(
    "sent",
    metadata,
    Column("scheme", Text, primary_key=True),
    Column("rule", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    Column("record", Text, primary_key=True),
    _time("at"),  # the earliest time at which it can have come; 0 = nobody knows, in time
    _time("seen"),
)

closing = Table(
    "closing",
    metadata,
    Column("scheme", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    _text("day"),
    _text("by"),
    _text("note"),
    _time("at"),
)

snapshot = Table(
    "snapshot",
    metadata,
    Column("scheme", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("rule", Text, primary_key=True),
    Column("period", Text, primary_key=True),  # of the subject, inside the closed one
    _text("closing"),
    _text("unit"),
    _text("name"),
    _text("body"),
)

user = Table(
    "account",  # "user" is a reserved word of PostgreSQL
    metadata,
    Column("name", Text, primary_key=True),
    _text("display"),
    _text("role"),
    _text("unit"),
    _text("password_hash"),
    Column("active", Boolean, nullable=False, server_default=true()),
    _time("created"),
    Column("must_change", Boolean, nullable=False, server_default=false()),
    _text("data"),
)

event = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("kind"),
    _time("at"),
    _text("actor"),
    _text("data"),
)

setting = Table("setting", metadata, Column("name", Text, primary_key=True), _text("value"))
