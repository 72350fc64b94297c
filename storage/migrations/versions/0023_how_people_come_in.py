"""How people come in: invitations without a programme, links of organisations, who is on the way in, what is guessed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("invitation") as invitation:
        invitation.alter_column("programme_id", existing_type=sa.Integer(), nullable=True)
        invitation.add_column(sa.Column("way", AutoString(), nullable=False, server_default=sa.text("''")))
        invitation.add_column(sa.Column("replaced_at", UTCDateTime(), nullable=True))
    op.add_column("address", sa.Column("bound_at", UTCDateTime(), nullable=True))
    op.add_column("address", sa.Column("bound_by", sa.Integer(), nullable=True))
    op.create_index("ix_address_bound_at", "address", ["bound_at"])
    _tries()
    _links()
    _doorsteps()


def _tries() -> None:
    op.create_table(
        "door_try",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("what", AutoString(), nullable=False),
        sa.Column("who", AutoString(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("door_try_who", "door_try", ["what", "who", "at"])
    op.create_index("door_try_at", "door_try", ["what", "at"])


def _links() -> None:
    op.create_table(
        "join_link",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("code", AutoString(), nullable=False),
        sa.Column("domains", AutoString(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("organisation_id"),
        sa.UniqueConstraint("code"),
    )


def _doorsteps() -> None:
    op.create_table(
        "doorstep",
        sa.Column("address_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=True),
        sa.Column("email", AutoString(), nullable=False),
        sa.Column("seed", AutoString(), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("proved", sa.Boolean(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=True),
        sa.Column("touched_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"]),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("address_id"),
    )
    op.create_index("ix_doorstep_organisation_id", "doorstep", ["organisation_id"])
    op.create_index("ix_doorstep_touched_at", "doorstep", ["touched_at"])


def downgrade() -> None:
    """Go back; invitations to no programme are nothing there."""
    for table in ("doorstep", "join_link", "door_try"):
        op.drop_table(table)
    op.drop_index("ix_address_bound_at", "address")
    for column in ("bound_at", "bound_by"):
        op.drop_column("address", column)
    op.execute("DELETE FROM invitation WHERE programme_id IS NULL")
    with op.batch_alter_table("invitation") as invitation:
        invitation.drop_column("replaced_at")
        invitation.drop_column("way")
        invitation.alter_column("programme_id", existing_type=sa.Integer(), nullable=False)
