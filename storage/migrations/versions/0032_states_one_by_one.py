"""Which messages are open or odd, told one by one: SQLite makes a list anew at each row that is written."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0032"
down_revision: str | None = "0031"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

OPEN = ["address_id", "id"], ("ready", "sending", "waiting", "held")
ODD = ["state", "organisation_id", "id"], ("unknown", "failed", "dropped", "expired", "held")
INDEXES = {"outbox_open": OPEN, "outbox_odd": ODD}


def upgrade() -> None:
    """Go forward."""
    for name, (columns, states) in INDEXES.items():
        _anew(name, columns, "NOT (" + " AND ".join(f"state != '{state}'" for state in states) + ")")


def downgrade() -> None:
    """Go back."""
    for name, (columns, states) in INDEXES.items():
        _anew(name, columns, f"state IN {states}")


def _anew(name: str, columns: list[str], condition: str) -> None:
    op.drop_index(name, "outbox")
    where = sa.text(condition)
    op.create_index(name, "outbox", columns, sqlite_where=where, postgresql_where=where)
