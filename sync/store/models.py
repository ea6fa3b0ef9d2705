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


def _key(*names: str) -> list[Column[str]]:
    """The columns that name a row together."""
    return [Column(name, Text, primary_key=True) for name in names]


def _texts(*names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False, server_default="") for name in names]


def _times(*names: str) -> list[Column[float]]:
    return [Column(name, Double, nullable=False, server_default="0") for name in names]


def _counts(*names: str) -> list[Column[int]]:
    return [Column(name, Integer, nullable=False, server_default="0") for name in names]


def _days(*names: str) -> list[Column[str]]:
    """ISO texts, NULL where there is none."""
    return [Column(name, String(10)) for name in names]


def _numbered(*names: str) -> list[Column[int]]:
    """Parts of a key that we count ourselves."""
    return [Column(name, Integer, primary_key=True, autoincrement=False) for name in names]


lease = Table(
    "lease",
    metadata,
    *_key("name"),
    *_texts("owner"),
    *_counts("number"),  # fencing number: grows with every grant, survives release
    *_times("until"),
)

counter = Table("counter", metadata, *_key("name"), *_counts("value"))

book = Table(
    "book",
    metadata,
    *_key("id"),
    *_texts("scheme", "unit", "role", "key", "name", "token", "fingerprint"),
    *_times("file_time", "first_seen", "last_read", "last_ok"),
    *_counts(
        "want_number",  # how often a resync was asked for; wanted while it exceeds done_number
        "done_number",
        "judged",  # grows with every change of what the book ought to show; an answer is owed while it exceeds
        "answered",
    ),
    *_texts("layout", "shown", "pending"),
    *_times("pending_since"),
    *_texts("problem", "counts", "held", "versions", "findings"),
    *_counts("chain_length"),  # head of the book's chain of revisions
    *_texts("chain_head"),
    Index("ix_book_scheme", "scheme"),
)

record = Table(
    "record",
    metadata,
    *_key("id"),
    *_texts(
        "scheme",
        "book",
        "unit",
        "tbl",
        "name",
        "digest",
        "keys",  # all natural keys, each ended by U+001F
        "parent",
        "state",
        "cells",
        "vals",
        "kept",
        "facts",
        "scheme_version",
        "parser_version",
    ),
    *_times("first_seen", "changed_at"),
    Index("ix_record_book", "book"),
    postgresql_with=_WHOLE,
)

pairing = Table(
    "pairing",
    metadata,
    *_key("book"),
    *_numbered("seq"),
    *_counts("chain"),  # the book's chain_length after this row
    *_texts("body"),
)
# some 40,000 bytes, of which half are digests: to compress them costs more than to keep them
_PLAIN = DDL("ALTER TABLE pairing ALTER COLUMN body SET STORAGE EXTERNAL")  # type: ignore[no-untyped-call]
listen(pairing, "after_create", _PLAIN.execute_if(dialect="postgresql"))

revision = Table(
    "revision",
    metadata,
    *_key("book"),
    *_numbered("seq"),
    *_texts("record", "kind", "changes", "place", "actor", "actor_sure", "run"),
    *_times("at", "seen_after", "seen_by"),
    *_texts("hash"),  # over the previous hash and everything above, see history.py
    Index("ix_revision_record", "record"),
    postgresql_with=_WHOLE,
)

status = Table(
    "status",
    metadata,
    *_key("scheme", "kind", "key"),
    *_texts(
        "tbl",
        "book",
        "stage",
        "codes",  # {rule: code}; equal ones group, so counting costs no parsing of bodies
        "body",
    ),
    *_counts("must", "explain", "hint", "trial"),
    *_days("next_change"),
    *_times("at"),
    Index("ix_status_next_change", "next_change"),
    Index("ix_status_book", "book"),
    postgresql_with=_WHOLE,
)

status_history = Table(
    "status_history",
    metadata,
    Column("id", Integer, primary_key=True),
    *_texts("scheme", "kind", "key", "rule", "old", "new"),
    *_times("at"),
    *_texts("day"),
    Index("ix_status_history_key", "key"),
)

dirty_rule = Table(
    "dirty_rule",
    metadata,
    *_key("scheme", "rule"),
    *_counts("number"),
)

run = Table(
    "run",
    metadata,
    *_key("id"),
    *_texts("scheme", "book", "trigger"),
    *_times("started", "finished"),
    *_texts("outcome", "counts", "message"),
    Index("ix_run_scheme_started", "scheme", "started"),
    Index("ix_run_book_started", "book", "started"),
)

decision = Table(
    "decision",
    metadata,
    *_key("id"),
    *_texts("kind", "scheme", "book", "subject", "data"),
    *_times("opened"),
    *_texts("state"),
    *_times("closed"),
    *_texts("by", "note"),
    Index("ix_decision_scheme_state", "scheme", "state"),
)

ruling = Table(
    "ruling",
    metadata,
    *_key("id"),
    *_texts("kind", "scheme", "unit", "rule", "period", "record"),
    *_days("since", "until"),
    *_texts("by", "why"),
    *_times("at", "withdrawn"),
    *_texts("withdrawn_by", "withdrawn_why"),
    Index("ix_ruling_scheme", "scheme"),
)

sent = Table(
    "sent",
    metadata,
    *_key("scheme", "rule", "unit", "period", "record"),
    *_times(
        "at",  # the earliest time at which it can have come; 0 = nobody knows, in time
        "seen",
    ),
)

closing = Table(
    "closing",
    metadata,
    *_key("scheme", "period"),
    *_texts("day", "by", "note"),
    *_times("at"),
)

snapshot = Table(
    "snapshot",
    metadata,
    *_key(
        "scheme",
        "kind",
        "key",
        "rule",
        "period",  # of the subject, inside the closed one
    ),
    *_texts("closing", "unit", "name", "body"),
)

user = Table(
    "account",  # "user" is a reserved word of PostgreSQL
    metadata,
    *_key("name"),
    *_texts("display", "role", "unit", "password_hash"),
    Column("active", Boolean, nullable=False, server_default=true()),
    *_times("created"),
    Column("must_change", Boolean, nullable=False, server_default=false()),
    *_texts("data"),
)

event = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True),
    *_texts("kind"),
    *_times("at"),
    *_texts("actor", "data"),
)

setting = Table("setting", metadata, *_key("name"), *_texts("value"))
