"""Announcements that are made in the chat, and that go to group chats and channels too."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision: str = "0045"
down_revision: str | None = "0044"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("address", sa.Column("writes", AutoString(), server_default="", nullable=False))
    op.add_column("announcement", sa.Column("groups", AutoString(), server_default="", nullable=False))
    op.add_column(
        "announcement", sa.Column("to_people", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    )
    op.create_table(
        "chat_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("language", AutoString(), nullable=False),
        sa.Column("code_hash", AutoString(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("address_id", sa.Integer(), nullable=True),
        sa.Column("title", AutoString(), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("bound_at", UTCDateTime(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"]),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code_hash"),
    )
    op.create_index("ix_chat_group_organisation_id", "chat_group", ["organisation_id"])
    op.create_index("ix_chat_group_address_id", "chat_group", ["address_id"])


def downgrade() -> None:
    """Go back: which groups were bound is forgotten."""
    op.drop_table("chat_group")
    op.drop_column("announcement", "to_people")
    op.drop_column("announcement", "groups")
    op.drop_column("address", "writes")
