"""Lessons of earlier times through a programme, and how long each lesson took."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Go forward."""
    op.execute("ALTER TABLE lesson_done ADD COLUMN seconds INTEGER")
    op.create_table(
        "lesson_before",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=False),
        sa.Column("lesson", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=False),
        sa.Column("skipped", sa.Boolean(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"]),
        sa.PrimaryKeyConstraint("enrolment_id", "ended_at", "lesson"),
    )
    beside = sa.text("purpose <> 'lesson'")
    op.create_index(
        "step_beside", "step", ["enrolment_id", "purpose"], sqlite_where=beside, postgresql_where=beside
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("step_beside", "step")
    op.drop_table("lesson_before")
    op.execute("ALTER TABLE lesson_done DROP COLUMN seconds")
