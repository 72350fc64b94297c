"""With which key the codes of a store are made, as a fingerprint."""

from collections.abc import Sequence

from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Go forward."""
    op.execute("ALTER TABLE instance ADD COLUMN code_key VARCHAR")


def downgrade() -> None:
    """Go back."""
    op.execute("ALTER TABLE instance DROP COLUMN code_key")
