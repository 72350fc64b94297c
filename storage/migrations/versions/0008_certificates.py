"""Certificates, and how many each year has had."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_IS_DUE = sa.text("announce_at IS NOT NULL")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("begun_at", UTCDateTime(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("code", AutoString(), nullable=False),
        sa.Column("number", AutoString(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("organisation", AutoString(), nullable=False),
        sa.Column("programme", AutoString(), nullable=False),
        sa.Column("language", AutoString(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.Column("revoked_by", sa.Integer(), nullable=True),
        sa.Column("reason", AutoString(), nullable=False),
        sa.Column("sought", AutoString(), nullable=False),
        sa.Column("announce_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"]),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["revoked_by"], ["person.id"]),
        sa.ForeignKeyConstraint(["version_id"], ["programme_version.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
        sa.UniqueConstraint("enrolment_id", "begun_at"),
        sa.UniqueConstraint("number"),
    )
    op.create_index("certificate_organisation", "certificate", ["organisation_id", "id"])
    op.create_index("ix_certificate_person_id", "certificate", ["person_id"])
    op.create_index(
        "certificate_due", "certificate", ["announce_at"], sqlite_where=_IS_DUE, postgresql_where=_IS_DUE
    )
    op.create_table(
        "certificate_count",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("certificate_count")
    op.drop_table("certificate")
