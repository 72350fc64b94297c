"""Drafts of lessons, and who published a version in the console."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "draft",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("lesson", AutoString(), nullable=False),
        sa.Column("language", AutoString(), nullable=False),
        sa.Column("source", AutoString(), nullable=False),
        sa.Column("base", AutoString(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("saved_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"]),
        sa.PrimaryKeyConstraint("programme_id", "lesson", "language"),
    )
    op.execute("ALTER TABLE programme_version ADD COLUMN person_id INTEGER REFERENCES person (id)")


def downgrade() -> None:
    """Go back."""
    op.execute("ALTER TABLE programme_version DROP COLUMN person_id")
    op.drop_table("draft")
