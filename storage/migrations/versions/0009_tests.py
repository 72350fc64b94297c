"""Who sat for which test, and which lessons a test has shown to be known."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TIMED = sa.text("finished_at IS NULL AND ends_at IS NOT NULL")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "sitting",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("lesson", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("asked", AutoString(), nullable=False),
        sa.Column("worths", AutoString(), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=True),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.Column("reached", sa.Float(), nullable=False),
        sa.Column("whole", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("excused", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"]),
        sa.ForeignKeyConstraint(["version_id"], ["programme_version.id"]),
        sa.PrimaryKeyConstraint("enrolment_id", "lesson", "number"),
    )
    op.create_index("sitting_timed", "sitting", ["ends_at"], sqlite_where=TIMED, postgresql_where=TIMED)
    op.execute("ALTER TABLE lesson_done ADD COLUMN skipped BOOLEAN NOT NULL DEFAULT false")


def downgrade() -> None:
    """Go back."""
    op.execute("ALTER TABLE lesson_done DROP COLUMN skipped")
    op.drop_table("sitting")
