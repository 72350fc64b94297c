"""Attendance of webinars: reports of meetings, whose each of their rows is, and from how many minutes on it counts."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision: str = "0047"
down_revision: str | None = "0046"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("webinar", sa.Column("least", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("webinar", sa.Column("word", AutoString(), nullable=False, server_default=sa.text("''")))
    op.add_column("registration", sa.Column("minutes", sa.Integer(), nullable=True))
    op.add_column(
        "registration", sa.Column("seen_by", AutoString(), nullable=False, server_default=sa.text("''"))
    )
    op.add_column(
        "registration", sa.Column("tries", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )
    op.execute("UPDATE registration SET seen_by = 'hand' WHERE attended IS NOT NULL")
    op.create_table(
        "attendance_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("webinar_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("file", AutoString(), nullable=False),
        sa.Column("digest", AutoString(), nullable=False),
        sa.Column("read_as", AutoString(), nullable=False),
        sa.Column("zone", AutoString(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"]),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("webinar_id", "digest"),
    )
    for column in ("by_id", "at"):
        op.create_index(f"ix_attendance_report_{column}", "attendance_report", [column])
    op.create_table(
        "attendance_row",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("email", AutoString(), nullable=False),
        sa.Column("known_as", AutoString(), nullable=False),
        sa.Column("begins_at", UTCDateTime(), nullable=True),
        sa.Column("ends_at", UTCDateTime(), nullable=True),
        sa.Column("lasted", sa.Integer(), nullable=True),
        sa.Column("problem", AutoString(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("how", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["attendance_report.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("report_id", "line"),
    )
    op.create_index("ix_attendance_row_person_id", "attendance_row", ["person_id"])


def downgrade() -> None:
    """Go back: what reports said is forgotten, who attended stays."""
    for table in ("attendance_row", "attendance_report"):
        op.drop_table(table)
    for column in ("tries", "seen_by", "minutes"):
        op.drop_column("registration", column)
    for column in ("word", "least"):
        op.drop_column("webinar", column)
