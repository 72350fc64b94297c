"""Webinars: of which registrations that wait for approval coordinators have been told."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision: str = "0051"
down_revision: str | None = "0050"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Go forward. Who waits already is told of once more."""
    op.add_column("webinar", sa.Column("told_at", UTCDateTime(), nullable=True))
    number = sa.Column("told_arrivals", sa.Integer(), server_default=sa.text("0"), nullable=False)
    op.add_column("webinar", number)


def downgrade() -> None:
    """Go back."""
    op.drop_column("webinar", "told_arrivals")
    op.drop_column("webinar", "told_at")
