"""What comes back: memories of questions, when each person is asked next, and who wants that."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

NEW = ("person", "reviews", "BOOLEAN NOT NULL DEFAULT true"), ("step", "version_id", "INTEGER")


def upgrade() -> None:
    """Go forward."""
    for table, name, kind in NEW:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind}")
    op.create_table(
        "memory",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("question", AutoString(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("lesson", sa.Integer(), nullable=False),
        sa.Column("card", sa.Integer(), nullable=False),
        sa.Column("stability", sa.Float(), nullable=False),
        sa.Column("difficulty", sa.Float(), nullable=False),
        sa.Column("reviewed_on", AutoString(), nullable=False),
        sa.Column("due", AutoString(), nullable=True),
        sa.Column("streak", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"]),
        sa.PrimaryKeyConstraint("person_id", "programme_id", "question"),
    )
    is_due = sa.text("due IS NOT NULL")
    op.create_index(
        "memory_due", "memory", ["person_id", "due"], sqlite_where=is_due, postgresql_where=is_due
    )
    op.create_table(
        "review",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=True),
        sa.Column("day", AutoString(), nullable=False),
        sa.Column("asked", AutoString(), nullable=False),
        sa.Column("silence", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("person_id"),
    )
    is_due = sa.text("due_at IS NOT NULL")
    op.create_index("review_due", "review", ["due_at"], sqlite_where=is_due, postgresql_where=is_due)
    op.create_table(
        "forgetting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fitted_at", UTCDateTime(), nullable=False),
        sa.Column("parameters", AutoString(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("before", sa.Float(), nullable=False),
        sa.Column("after", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("forgetting")
    op.drop_table("review")
    op.drop_table("memory")
    for table, name, _ in NEW:
        op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
