"""Assignments say how many lessons a week come; those that there are say nothing of it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0036"
down_revision: str | None = "0035"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("assignment", sa.Column("pace", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Go back."""
    op.drop_column("assignment", "pace")
