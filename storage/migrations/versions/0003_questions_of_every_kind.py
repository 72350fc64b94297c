"""Questions of every kind."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# Columns by ALTER TABLE, which both stores have: a copy of the answers would take as long as there are many.
UNREAD = sa.text("words <> '' AND correct IS NULL AND read_at IS NULL")


def upgrade() -> None:
    """Go forward."""
    moment = "DATETIME" if op.get_bind().dialect.name == "sqlite" else "TIMESTAMP WITH TIME ZONE"
    for name, kind in (("words", "VARCHAR NOT NULL DEFAULT ''"), ("worth", "FLOAT"), ("read_at", moment)):
        op.execute(f"ALTER TABLE answer ADD COLUMN {name} {kind}")
    op.execute("UPDATE answer SET worth = CASE WHEN correct THEN 1 WHEN NOT correct THEN 0 END")
    op.create_index("answer_unread", "answer", ["id"], sqlite_where=UNREAD, postgresql_where=UNREAD)


def downgrade() -> None:
    """Go back."""
    op.drop_index("answer_unread", "answer")
    for name in ("words", "worth", "read_at"):
        op.execute(f"ALTER TABLE answer DROP COLUMN {name}")
