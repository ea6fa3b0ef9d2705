"""Records without indexes on their natural keys, which cost a first load a quarter of its time and served no question
that is asked; rows of a few thousand bytes stay whole in PostgreSQL."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEYS = ("key1", "key2", "key3")


def upgrade() -> None:
    for name in KEYS:
        op.drop_index(f"ix_record_{name}", "record")
    for name in KEYS:
        op.drop_column("record", name)
    if op.get_bind().dialect.name == "postgresql":
        for table in ("record", "revision", "status"):
            op.execute(f"ALTER TABLE {table} SET (toast_tuple_target = 8160)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in ("record", "revision", "status"):
            op.execute(f"ALTER TABLE {table} RESET (toast_tuple_target)")
    for name in KEYS:
        op.add_column("record", sa.Column(name, sa.Text(), nullable=True))
        op.create_index(f"ix_record_{name}", "record", [name], unique=False)
