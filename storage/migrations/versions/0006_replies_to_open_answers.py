"""Replies to open answers."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "reply",
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("words", AutoString(), nullable=False),
        sa.Column("replied_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("answer_id"),
    )
    where = sa.text("words <> '' AND worth IS NULL")
    op.create_index("answer_open", "answer", ["id"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Go back."""
    op.drop_index("answer_open", "answer")
    op.drop_table("reply")
