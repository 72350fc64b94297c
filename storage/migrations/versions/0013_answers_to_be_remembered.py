"""Memories of answers in lessons are kept by a job: which answers it has not looked at."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None
_IS_FRESH, _IS_PUT_BY = sa.text("fresh = 1"), sa.text("fresh = 2")


def upgrade() -> None:
    """Go forward: memories of the answers that are there were kept with them."""
    op.add_column("answer", sa.Column("fresh", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.create_index("answer_fresh", "answer", ["id"], sqlite_where=_IS_FRESH, postgresql_where=_IS_FRESH)
    op.create_index("answer_put_by", "answer", ["id"], sqlite_where=_IS_PUT_BY, postgresql_where=_IS_PUT_BY)


def downgrade() -> None:
    """Go back."""
    op.drop_index("answer_put_by", "answer")
    op.drop_index("answer_fresh", "answer")
    op.drop_column("answer", "fresh")
