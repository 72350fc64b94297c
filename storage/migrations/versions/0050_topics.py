"""Questions of lessons that groups get each week."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision: str = "0050"
down_revision: str | None = "0049"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_DUE, _OWED = sa.text("state = 'running'"), sa.text("answer_at IS NOT NULL")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "topic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("programmes", AutoString(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("hour", AutoString(), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.Column("next_day", AutoString(), nullable=False),
        sa.Column("next_at", UTCDateTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["chat_group.id"]),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("group_id"),
    )
    op.create_index("ix_topic_organisation_id", "topic", ["organisation_id"])
    op.create_index("topic_due", "topic", ["next_at"], sqlite_where=_DUE, postgresql_where=_DUE)
    op.create_table(
        "topic_post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("day", AutoString(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("lesson", sa.Integer(), nullable=False),
        sa.Column("card", sa.Integer(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("quiz", sa.Boolean(), nullable=False),
        sa.Column("posted_at", UTCDateTime(), nullable=False),
        sa.Column("answer_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("topic_id", "day"),
    )
    op.create_index(
        "topic_post_owed", "topic_post", ["answer_at"], sqlite_where=_OWED, postgresql_where=_OWED
    )


def downgrade() -> None:
    """Go back: what groups were asked is forgotten."""
    op.drop_table("topic_post")
    op.drop_table("topic")
