"""What others are told: calendars at secret addresses, and statements for a learning record store."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "calendar",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("seed", AutoString(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("shown", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("person_id"),
        sa.UniqueConstraint("seed"),
    )
    op.create_table(
        "statement",
        sa.Column("activity_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("body", AutoString(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("refused", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("activity_id"),
    )
    op.create_index("ix_statement_person_id", "statement", ["person_id"])
    waits = sa.text("refused = ''")
    op.create_index(
        "statement_waits", "statement", ["activity_id"], sqlite_where=waits, postgresql_where=waits
    )
    op.create_table(
        "record_store",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("failure", AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    if op.get_bind().dialect.name == "sqlite":  # it gives the ids of rows that are gone to those that come
        op.execute(
            "CREATE TRIGGER activity_gone AFTER DELETE ON activity BEGIN UPDATE record_store "
            "SET position = min(position, (SELECT coalesce(max(id), 0) FROM activity)); END"
        )


def downgrade() -> None:
    """Go back."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER activity_gone")
    for table in ("record_store", "statement", "calendar"):
        op.drop_table(table)
