"""What rosters say of people, and what was imported from them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_WORDS = ("number", "hired_on", "left_on")


def upgrade() -> None:
    """Go forward."""
    for name in _WORDS:
        op.add_column("person", sa.Column(name, AutoString(), nullable=False, server_default=sa.text("''")))
    op.create_table(
        "roster_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("file", AutoString(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.Column("read_as", AutoString(), nullable=False),
        sa.Column("sheet", AutoString(), nullable=False),
        sa.Column("deeds", AutoString(), nullable=False),
        sa.Column("kept", AutoString(), nullable=False),
        sa.Column("counts", AutoString(), nullable=False),
        sa.Column("undone_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_roster_import_by_id", "roster_import", ["by_id"])
    op.create_index("ix_roster_import_organisation_id", "roster_import", ["organisation_id"])
    op.create_index("ix_roster_import_at", "roster_import", ["at"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("roster_import")
    for name in _WORDS:
        op.drop_column("person", name)
