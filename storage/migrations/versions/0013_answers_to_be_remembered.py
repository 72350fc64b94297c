"""Memories of answers in lessons are kept by a job: which answers it has not looked at."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None
_IS_FRESH = sa.text("fresh")


def upgrade() -> None:
    """Go forward: memories of the answers that are there were kept with them."""
    op.add_column("answer", sa.Column("fresh", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.create_index("answer_fresh", "answer", ["id"], sqlite_where=_IS_FRESH, postgresql_where=_IS_FRESH)


def downgrade() -> None:
    """Go back."""
    op.drop_index("answer_fresh", "answer")
    op.drop_column("answer", "fresh")
