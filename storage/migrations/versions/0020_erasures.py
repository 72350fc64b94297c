"""Who was erased, the links at which people fetch a copy of their data, and for how many years learning is kept."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Go forward."""
    op.add_column(
        "organisation", sa.Column("keep", sa.Integer(), nullable=False, server_default=sa.text("3"))
    )
    op.add_column("person", sa.Column("erased_at", UTCDateTime(), nullable=True))
    op.create_table(
        "erasure",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("done_at", UTCDateTime(), nullable=True),
        sa.Column("marks", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"]),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_table(
        "data_link",
        sa.Column("token_hash", AutoString(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index("ix_data_link_person_id", "data_link", ["person_id"])
    op.create_index("ix_data_link_expires_at", "data_link", ["expires_at"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("data_link")
    op.drop_table("erasure")
    op.drop_column("person", "erased_at")
    op.drop_column("organisation", "keep")
