"""What a card is shown for: as part of the lesson, for review, or in a test."""

from collections.abc import Sequence

from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Go forward."""
    for table in ("step", "answer"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN purpose VARCHAR NOT NULL DEFAULT 'lesson'")


def downgrade() -> None:
    """Go back."""
    for table in ("step", "answer"):
        op.execute(f"ALTER TABLE {table} DROP COLUMN purpose")
