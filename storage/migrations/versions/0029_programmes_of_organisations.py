"""Programmes of organisations: whose they are, whom they are for, which are copies, and who took one into its list."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision: str = "0029"
down_revision: str | None = "0028"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

PROGRAMME, VERSION = "programme.id", "programme_version.id"


def upgrade() -> None:
    """Go forward."""
    op.execute("ALTER TABLE programme ADD COLUMN owner_id INTEGER REFERENCES organisation (id)")
    op.execute("ALTER TABLE programme ADD COLUMN reach VARCHAR DEFAULT 'everybody' NOT NULL")
    op.create_index("ix_programme_owner_id", "programme", ["owner_id"])
    op.create_table(
        "fork",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("made_from", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], [PROGRAMME]),
        sa.ForeignKeyConstraint(["made_from"], [VERSION]),
        sa.ForeignKeyConstraint(["seen"], [VERSION]),
        sa.PrimaryKeyConstraint("programme_id"),
    )
    op.create_table(
        "adoption",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], [PROGRAMME]),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("programme_id", "organisation_id"),
    )
    op.create_index("ix_adoption_organisation_id", "adoption", ["organisation_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("adoption")
    op.drop_table("fork")
    op.drop_index("ix_programme_owner_id", "programme")
    op.drop_column("programme", "reach")
    op.drop_column("programme", "owner_id")
