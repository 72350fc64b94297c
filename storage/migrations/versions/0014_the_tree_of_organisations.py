"""The tree of organisations, and what is set at each place of it: those that are there stand alone."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_OWN = ("country", "zone", "language", "contact", "sector")
_COLUMNS = (
    ("level", AutoString(), "'organisation'"),
    ("own", AutoString(), "'{}'"),
    ("opens", AutoString(), "'08:00'"),
    ("closes", AutoString(), "'18:00'"),
    ("cap", sa.Integer(), "3"),
)


def upgrade() -> None:
    """Go forward."""
    op.execute("ALTER TABLE organisation ADD COLUMN above_id INTEGER REFERENCES organisation (id)")
    op.create_index("ix_organisation_above_id", "organisation", ["above_id"])
    for name, kind, before in _COLUMNS:
        op.add_column("organisation", sa.Column(name, kind, nullable=False, server_default=sa.text(before)))
    make = "json_object" if op.get_context().dialect.name == "sqlite" else "json_build_object"
    places = sa.table("organisation", sa.column("own"), *(sa.column(name) for name in _OWN))
    pairs = [part for name in _OWN for part in (sa.literal(name), sa.func.nullif(places.c[name], ""))]
    own = sa.cast(getattr(sa.func, make)(*pairs), sa.Text())
    op.execute(sa.update(places).values(own=own))


def downgrade() -> None:
    """Go back."""
    for name, _, _ in _COLUMNS:
        op.drop_column("organisation", name)
    op.drop_index("ix_organisation_above_id", "organisation")
    op.drop_column("organisation", "above_id")
