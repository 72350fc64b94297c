"""Whether somebody was reminded on a day is read from the outbox."""

from collections.abc import Sequence

from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Go forward."""
    op.execute("ALTER TABLE schedule DROP COLUMN occurrence")


def downgrade() -> None:
    """Go back."""
    op.execute("ALTER TABLE schedule ADD COLUMN occurrence VARCHAR NOT NULL DEFAULT ''")
