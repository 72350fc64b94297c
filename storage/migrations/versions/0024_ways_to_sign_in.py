"""Ways to sign in: passwords, second factors, passkeys, and how often somebody tried."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

PERSON = "person.id"


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "password",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("hash", AutoString(), nullable=False),
        sa.Column("set_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], [PERSON]),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_table(
        "authenticator",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("seed", AutoString(), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], [PERSON]),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("code_hash", AutoString(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], [PERSON]),
        sa.PrimaryKeyConstraint("code_hash"),
    )
    op.create_index("ix_recovery_code_person_id", "recovery_code", ["person_id"])
    op.create_table(
        "passkey",
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("signs", sa.BigInteger(), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], [PERSON]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_passkey_person_id", "passkey", ["person_id"])
    op.create_table(
        "provider",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("issuer", AutoString(), nullable=False),
        sa.Column("client", AutoString(), nullable=False),
        sa.Column("secret_file", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("organisation_id", "issuer"),
    )
    op.create_table(
        "provided",
        sa.Column("issuer", AutoString(), nullable=False),
        sa.Column("subject", AutoString(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], [PERSON]),
        sa.PrimaryKeyConstraint("issuer", "subject"),
    )
    op.create_index("ix_provided_person_id", "provided", ["person_id"])
    op.create_table(
        "ceremony",
        sa.Column("token_hash", AutoString(), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("data", AutoString(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], [PERSON]),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index("ix_ceremony_person_id", "ceremony", ["person_id"])
    op.create_index("ix_ceremony_expires_at", "ceremony", ["expires_at"])
    op.create_table(
        "bucket",
        sa.Column("key", AutoString(), nullable=False),
        sa.Column("tries", AutoString(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_bucket_ends_at", "bucket", ["ends_at"])
    # Sessions last for hours: whoever has one signs in anew, and it is known how.
    op.execute("DELETE FROM session")
    with op.batch_alter_table("session") as session:
        session.add_column(sa.Column("proven_at", UTCDateTime(), nullable=False))
        session.add_column(sa.Column("how", AutoString(), nullable=False))
        session.add_column(sa.Column("strong", sa.Boolean(), nullable=False))
        session.add_column(sa.Column("agent", AutoString(), nullable=False))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("session") as session:
        for name in ("proven_at", "how", "strong", "agent"):
            session.drop_column(name)
    for table in (
        "bucket",
        "ceremony",
        "provided",
        "provider",
        "passkey",
        "recovery_code",
        "authenticator",
        "password",
    ):
        op.drop_table(table)
