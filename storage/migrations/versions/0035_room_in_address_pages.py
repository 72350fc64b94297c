"""Room in the pages of addresses, whose rows change with each message: PostgreSQL then writes no index anew."""

from collections.abc import Sequence

from alembic import op

revision: str = "0035"
down_revision: str | None = "0034"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Go forward."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE address SET (fillfactor = 50)")


def downgrade() -> None:
    """Go back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE address RESET (fillfactor)")
