"""Announcements that coordinators write: whom they are for, when they go, and who has confirmed that they read them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision: str = "0041"
down_revision: str | None = "0040"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_DUE = sa.text("state = 'due'")


def upgrade() -> None:
    """Go forward. What was announced so far was announced by the service, at once."""
    for name in ("audience", "link"):
        op.add_column("announcement", sa.Column(name, AutoString(), server_default="", nullable=False))
    op.add_column(
        "announcement", sa.Column("confirms", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column(
        "announcement", sa.Column("days", sa.Integer(), server_default=sa.text("1"), nullable=False)
    )
    for name in ("send_at", "begun_at"):
        op.add_column("announcement", sa.Column(name, UTCDateTime(), nullable=True))
    op.execute("UPDATE announcement SET begun_at = created_at")
    op.create_index("announcement_due", "announcement", ["send_at"], sqlite_where=_DUE, postgresql_where=_DUE)
    op.create_table(
        "confirmation",
        sa.Column("announcement_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["announcement_id"], ["announcement.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("announcement_id", "person_id"),
    )
    op.create_index("ix_confirmation_person_id", "confirmation", ["person_id"])


def downgrade() -> None:
    """Go back: drafts are gone, and so is who confirmed what."""
    op.drop_table("confirmation")
    op.execute("DELETE FROM announcement WHERE state IN ('draft', 'asked', 'due')")
    op.drop_index("announcement_due", "announcement")
    for name in ("begun_at", "send_at", "days", "confirms", "link", "audience"):
        op.drop_column("announcement", name)
