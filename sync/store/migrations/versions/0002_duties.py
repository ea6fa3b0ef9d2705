"""Duties: rulings of people, reports that came, closed periods and what they froze."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _time(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Double(), server_default="0", nullable=False)


def _part(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "ruling",
        _part("id"),
        *map(_text, ("kind", "scheme", "unit", "rule", "period", "record")),
        sa.Column("since", sa.String(length=10), nullable=True),
        sa.Column("until", sa.String(length=10), nullable=True),
        *map(_text, ("by", "why")),
        *map(_time, ("at", "withdrawn")),
        *map(_text, ("withdrawn_by", "withdrawn_why")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_ruling_scheme", "ruling", ["scheme"], unique=False)
    keys = ("scheme", "rule", "unit", "period", "record")
    op.create_table("sent", *map(_part, keys), *map(_time, ("at", "seen")), sa.PrimaryKeyConstraint(*keys))
    op.create_table(
        "closing",
        *map(_part, ("scheme", "period")),
        *map(_text, ("day", "by", "note")),
        _time("at"),
        sa.PrimaryKeyConstraint("scheme", "period"),
    )
    keys = ("scheme", "kind", "key", "rule", "period")
    rest = ("closing", "unit", "name", "body")
    op.create_table("snapshot", *map(_part, keys), *map(_text, rest), sa.PrimaryKeyConstraint(*keys))


def downgrade() -> None:
    op.drop_table("snapshot")
    op.drop_table("closing")
    op.drop_table("sent")
    op.drop_index("ix_ruling_scheme", table_name="ruling")
    op.drop_table("ruling")
