"""Whom announcements are for (labels, kept groups), when they come, and reminders that go by themselves."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision: str = "0044"
down_revision: str | None = "0043"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None
INDEXES = {"announcement_chase": "chase_at", "announcement_first": "first_id"}


def upgrade() -> None:
    """Go forward."""
    for table in ("person", "employment"):
        op.add_column(table, sa.Column("tags", AutoString(), server_default="", nullable=False))
    op.add_column(
        "announcement", sa.Column("own_hour", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("announcement", sa.Column("why", AutoString(), server_default="", nullable=False))
    op.add_column("announcement", sa.Column("first_id", sa.Integer(), nullable=True))
    for name, most in (("chase_days", "1"), ("chase_times", "0")):
        number = sa.Column(name, sa.Integer(), server_default=sa.text(most), nullable=False)
        op.add_column("announcement", number)
    op.add_column("announcement", sa.Column("chase_at", UTCDateTime(), nullable=True))
    for name, column in INDEXES.items():
        there = sa.text(f"{column} IS NOT NULL")
        op.create_index(name, "announcement", [column], sqlite_where=there, postgresql_where=there)
    op.create_table(
        "segment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("rule", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("organisation_id", "name"),
    )


def downgrade() -> None:
    """Go back: nobody has labels, and no rule has a name."""
    op.drop_table("segment")
    for name in INDEXES:
        op.drop_index(name, "announcement")
    for name in ("chase_at", "chase_times", "chase_days", "first_id", "why", "own_hour"):
        op.drop_column("announcement", name)
    for table in ("employment", "person"):
        op.drop_column(table, "tags")
