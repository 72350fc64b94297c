"""Certificates of attendance, of a registration instead of an enrolment; a code on paper at a webinar's door."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision: str = "0049"
down_revision: str | None = "0048"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_OF_ONE = (
    "(held_on IS NULL AND registration_id IS NULL AND enrolment_id IS NOT NULL AND begun_at IS NOT NULL "
    "AND version_id IS NOT NULL) OR (held_on IS NOT NULL AND enrolment_id IS NULL AND begun_at IS NULL "
    "AND version_id IS NULL AND expires_on IS NULL AND announce_at IS NULL)"
)
_STANDS = sa.text("registration_id IS NOT NULL AND revoked_on IS NULL")
_BOTH: dict[str, TypeEngine[Any]] = {
    "enrolment_id": sa.Integer(),
    "begun_at": UTCDateTime(),
    "version_id": sa.Integer(),
}


def upgrade() -> None:
    """Go forward. No webinar that is there certifies anything."""
    op.add_column(
        "webinar", sa.Column("certifies", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("webinar", sa.Column("paper", AutoString(), server_default=sa.text("''"), nullable=False))
    op.create_index("registration_person", "registration", ["id", "person_id"], unique=True)
    with op.batch_alter_table("certificate") as changed:
        for name, kind in _BOTH.items():
            changed.alter_column(name, existing_type=kind, nullable=True)
        changed.add_column(sa.Column("registration_id", sa.Integer(), nullable=True))
        changed.add_column(sa.Column("held_on", sa.Date(), nullable=True))
        changed.add_column(sa.Column("place", AutoString(), server_default=sa.text("''"), nullable=False))
        changed.create_foreign_key(
            "certificate_of_guest", "registration", ["registration_id", "person_id"], ["id", "person_id"]
        )
        changed.create_check_constraint("certificate_of_one", _OF_ONE)
    op.create_index(
        "certificate_stands",
        "certificate",
        ["registration_id"],
        unique=True,
        sqlite_where=_STANDS,
        postgresql_where=_STANDS,
    )


def downgrade() -> None:
    """Go back: nobody has a certificate of attendance."""
    op.execute("DELETE FROM certificate WHERE held_on IS NOT NULL")
    op.drop_index("certificate_stands", "certificate")
    with op.batch_alter_table("certificate") as changed:
        changed.drop_constraint("certificate_of_one", type_="check")
        changed.drop_constraint("certificate_of_guest", type_="foreignkey")
        for name in ("place", "held_on", "registration_id"):
            changed.drop_column(name)
        for name, kind in _BOTH.items():
            changed.alter_column(name, existing_type=kind, nullable=False)
    op.drop_index("registration_person", "registration")
    for name in ("paper", "certifies"):
        op.drop_column("webinar", name)
