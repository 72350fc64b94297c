"""What organisations allow: messengers and languages, and how many people one person may tell alone."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision: str = "0037"
down_revision: str | None = "0036"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_COLUMNS = (
    ("messengers", AutoString(), "''"),
    ("approver_above", sa.Integer(), "0"),
    ("languages", AutoString(), "''"),
)
_PEOPLE = ("by_id", "approved_by")


def upgrade() -> None:
    """Go forward."""
    for name, kind, before in _COLUMNS:
        op.add_column("organisation", sa.Column(name, kind, nullable=False, server_default=sa.text(before)))
    for name in _PEOPLE:
        op.execute(f"ALTER TABLE announcement ADD COLUMN {name} INTEGER REFERENCES person (id)")


def downgrade() -> None:
    """Go back."""
    for name in _PEOPLE:
        op.drop_column("announcement", name)
    for name, _, _ in _COLUMNS:
        op.drop_column("organisation", name)
