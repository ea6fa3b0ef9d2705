"""The first tables: books, records, revisions, judgements, runs, decisions, people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("display", sa.Text(), server_default="", nullable=False),
        sa.Column("role", sa.Text(), server_default="", nullable=False),
        sa.Column("unit", sa.Text(), server_default="", nullable=False),
        sa.Column("password_hash", sa.Text(), server_default="", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("created", sa.Double(), server_default="0", nullable=False),
        sa.Column("must_change", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("data", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "book",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("scheme", sa.Text(), server_default="", nullable=False),
        sa.Column("unit", sa.Text(), server_default="", nullable=False),
        sa.Column("role", sa.Text(), server_default="", nullable=False),
        sa.Column("key", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("token", sa.Text(), server_default="", nullable=False),
        sa.Column("fingerprint", sa.Text(), server_default="", nullable=False),
        sa.Column("file_time", sa.Double(), server_default="0", nullable=False),
        sa.Column("first_seen", sa.Double(), server_default="0", nullable=False),
        sa.Column("last_read", sa.Double(), server_default="0", nullable=False),
        sa.Column("last_ok", sa.Double(), server_default="0", nullable=False),
        sa.Column("want_number", sa.Integer(), server_default="0", nullable=False),
        sa.Column("done_number", sa.Integer(), server_default="0", nullable=False),
        sa.Column("judged", sa.Integer(), server_default="0", nullable=False),
        sa.Column("answered", sa.Integer(), server_default="0", nullable=False),
        sa.Column("layout", sa.Text(), server_default="", nullable=False),
        sa.Column("shown", sa.Text(), server_default="", nullable=False),
        sa.Column("pending", sa.Text(), server_default="", nullable=False),
        sa.Column("pending_since", sa.Double(), server_default="0", nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("counts", sa.Text(), server_default="", nullable=False),
        sa.Column("held", sa.Text(), server_default="", nullable=False),
        sa.Column("versions", sa.Text(), server_default="", nullable=False),
        sa.Column("findings", sa.Text(), server_default="", nullable=False),
        sa.Column("chain_length", sa.Integer(), server_default="0", nullable=False),
        sa.Column("chain_head", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_book_scheme", "book", ["scheme"], unique=False)
    op.create_table(
        "counter",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("scheme", sa.Text(), server_default="", nullable=False),
        sa.Column("book", sa.Text(), server_default="", nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("data", sa.Text(), server_default="", nullable=False),
        sa.Column("opened", sa.Double(), server_default="0", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("closed", sa.Double(), server_default="0", nullable=False),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_decision_scheme_state", "decision", ["scheme", "state"], unique=False)
    op.create_table(
        "dirty_rule",
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("scheme", "rule"),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.Double(), server_default="0", nullable=False),
        sa.Column("actor", sa.Text(), server_default="", nullable=False),
        sa.Column("data", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), server_default="", nullable=False),
        sa.Column("number", sa.Integer(), server_default="0", nullable=False),
        sa.Column("until", sa.Double(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "record",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("scheme", sa.Text(), server_default="", nullable=False),
        sa.Column("book", sa.Text(), server_default="", nullable=False),
        sa.Column("unit", sa.Text(), server_default="", nullable=False),
        sa.Column("tbl", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("digest", sa.Text(), server_default="", nullable=False),
        sa.Column("keys", sa.Text(), server_default="", nullable=False),
        sa.Column("key1", sa.Text(), nullable=True),
        sa.Column("key2", sa.Text(), nullable=True),
        sa.Column("key3", sa.Text(), nullable=True),
        sa.Column("parent", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("cells", sa.Text(), server_default="", nullable=False),
        sa.Column("vals", sa.Text(), server_default="", nullable=False),
        sa.Column("kept", sa.Text(), server_default="", nullable=False),
        sa.Column("facts", sa.Text(), server_default="", nullable=False),
        sa.Column("scheme_version", sa.Text(), server_default="", nullable=False),
        sa.Column("parser_version", sa.Text(), server_default="", nullable=False),
        sa.Column("first_seen", sa.Double(), server_default="0", nullable=False),
        sa.Column("changed_at", sa.Double(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_record_book", "record", ["book"], unique=False)
    op.create_index("ix_record_key1", "record", ["key1"], unique=False)
    op.create_index("ix_record_key2", "record", ["key2"], unique=False)
    op.create_index("ix_record_key3", "record", ["key3"], unique=False)
    op.create_table(
        "revision",
        sa.Column("book", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("record", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("changes", sa.Text(), server_default="", nullable=False),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("actor", sa.Text(), server_default="", nullable=False),
        sa.Column("actor_sure", sa.Text(), server_default="", nullable=False),
        sa.Column("run", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.Double(), server_default="0", nullable=False),
        sa.Column("seen_after", sa.Double(), server_default="0", nullable=False),
        sa.Column("seen_by", sa.Double(), server_default="0", nullable=False),
        sa.Column("hash", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("book", "seq"),
    )
    op.create_index("ix_revision_record", "revision", ["record"], unique=False)
    op.create_table(
        "run",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("scheme", sa.Text(), server_default="", nullable=False),
        sa.Column("book", sa.Text(), server_default="", nullable=False),
        sa.Column("trigger", sa.Text(), server_default="", nullable=False),
        sa.Column("started", sa.Double(), server_default="0", nullable=False),
        sa.Column("finished", sa.Double(), server_default="0", nullable=False),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.Column("counts", sa.Text(), server_default="", nullable=False),
        sa.Column("message", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_run_book_started", "run", ["book", "started"], unique=False)
    op.create_index("ix_run_scheme_started", "run", ["scheme", "started"], unique=False)
    op.create_table(
        "setting",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "status",
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("tbl", sa.Text(), server_default="", nullable=False),
        sa.Column("book", sa.Text(), server_default="", nullable=False),
        sa.Column("stage", sa.Text(), server_default="", nullable=False),
        sa.Column("codes", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("must", sa.Integer(), server_default="0", nullable=False),
        sa.Column("explain", sa.Integer(), server_default="0", nullable=False),
        sa.Column("hint", sa.Integer(), server_default="0", nullable=False),
        sa.Column("trial", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_change", sa.String(length=10), nullable=True),
        sa.Column("at", sa.Double(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("scheme", "kind", "key"),
    )
    op.create_index("ix_status_book", "status", ["book"], unique=False)
    op.create_index("ix_status_next_change", "status", ["next_change"], unique=False)
    op.create_table(
        "status_history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("key", sa.Text(), server_default="", nullable=False),
        sa.Column("rule", sa.Text(), server_default="", nullable=False),
        sa.Column("old", sa.Text(), server_default="", nullable=False),
        sa.Column("new", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.Double(), server_default="0", nullable=False),
        sa.Column("day", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_status_history_key", "status_history", ["key"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_status_history_key", table_name="status_history")
    op.drop_table("status_history")
    op.drop_index("ix_status_next_change", table_name="status")
    op.drop_index("ix_status_book", table_name="status")
    op.drop_table("status")
    op.drop_table("setting")
    op.drop_index("ix_run_scheme_started", table_name="run")
    op.drop_index("ix_run_book_started", table_name="run")
    op.drop_table("run")
    op.drop_index("ix_revision_record", table_name="revision")
    op.drop_table("revision")
    op.drop_index("ix_record_key3", table_name="record")
    op.drop_index("ix_record_key2", table_name="record")
    op.drop_index("ix_record_key1", table_name="record")
    op.drop_index("ix_record_book", table_name="record")
    op.drop_table("record")
    op.drop_table("lease")
    op.drop_table("event")
    op.drop_table("dirty_rule")
    op.drop_index("ix_decision_scheme_state", table_name="decision")
    op.drop_table("decision")
    op.drop_table("counter")
    op.drop_index("ix_book_scheme", table_name="book")
    op.drop_table("book")
    op.drop_table("account")
