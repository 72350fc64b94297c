"""Webinars: trainers and who was asked to hold which session; registrations that are approved of; recordings."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision: str = "0048"
down_revision: str | None = "0047"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_SOUGHT = sa.text("seeking AND trainer_id IS NULL")


def upgrade() -> None:
    """Go forward. No webinar that is there seeks a trainer."""
    for column in (
        sa.Column("seeking", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=True),
        sa.Column("spoken", AutoString(), server_default=sa.text("''"), nullable=False),
        sa.Column("lead_at", UTCDateTime(), nullable=True),
        sa.Column("approves", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=True),
        sa.Column("currency", AutoString(), server_default=sa.text("''"), nullable=False),
        sa.Column("study_minutes", sa.Integer(), nullable=True),
        sa.Column("seen_by", AutoString(), server_default=sa.text("'registered'"), nullable=False),
    ):
        op.add_column("webinar", column)
    op.create_index("webinar_lead_at", "webinar", ["lead_at"], sqlite_where=_SOUGHT, postgresql_where=_SOUGHT)
    op.create_table(
        "trainer",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("spoken", AutoString(), nullable=False),
        sa.Column("programmes", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_table(
        "webinar_lead",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("webinar_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
        sa.Column("why", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("webinar_id", "sequence", "person_id"),
    )
    op.create_table(
        "recording",
        sa.Column("webinar_id", sa.Integer(), nullable=False),
        sa.Column("link", AutoString(), nullable=False),
        sa.Column("chapters", AutoString(), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["webinar_id"], ["webinar.id"]),
        sa.PrimaryKeyConstraint("webinar_id"),
    )
    op.create_index("ix_webinar_lead_person_id", "webinar_lead", ["person_id"])


def downgrade() -> None:
    """Go back: nobody was asked to hold anything."""
    op.drop_table("recording")
    op.drop_table("webinar_lead")
    op.drop_table("trainer")
    op.drop_index("webinar_lead_at", "webinar")
    for name in (
        "seen_by",
        "study_minutes",
        "currency",
        "cost",
        "approves",
        "lead_at",
        "spoken",
        "programme_id",
        "seeking",
    ):
        op.drop_column("webinar", name)
