"""Questions of every kind."""

from collections.abc import Sequence

from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# Columns by ALTER TABLE, which both stores have: a copy of the answers would take as long as there are many.


def upgrade() -> None:
    """Go forward."""
    for name, kind in (("words", "VARCHAR NOT NULL DEFAULT ''"), ("worth", "FLOAT")):
        op.execute(f"ALTER TABLE answer ADD COLUMN {name} {kind}")
    op.execute("UPDATE answer SET worth = CASE WHEN correct THEN 1 WHEN NOT correct THEN 0 END")


def downgrade() -> None:
    """Go back."""
    for name in ("words", "worth"):
        op.execute(f"ALTER TABLE answer DROP COLUMN {name}")
