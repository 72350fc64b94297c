"""People who work at several organisations: further employments, and which of them gave what to learn."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision: str = "0034"
down_revision: str | None = "0033"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

NEW = "INSERT INTO person_changed (person_id) {0}"
CAME, FOUND = NEW.format("VALUES (NEW.person_id)"), NEW.format("SELECT person_id FROM fresh")
FRESH = "REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION employments_changed()"
PLPGSQL = "RETURNS trigger LANGUAGE plpgsql AS"
TRIGGERS = {
    "sqlite": (
        f"CREATE TRIGGER employment_came AFTER INSERT ON employment BEGIN {CAME}; END",
        f"CREATE TRIGGER employment_altered AFTER UPDATE ON employment BEGIN {CAME}; END",
    ),
    "postgresql": (
        f"CREATE FUNCTION employments_changed() {PLPGSQL} $$ BEGIN {FOUND}; RETURN NULL; END $$",
        f"CREATE TRIGGER employment_came AFTER INSERT ON employment {FRESH}",
        f"CREATE TRIGGER employment_altered AFTER UPDATE ON employment {FRESH}",
    ),
}


def upgrade() -> None:
    """Go forward. Everybody who is there works at one organisation."""
    op.create_table(
        "employment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        *(
            sa.Column(name, AutoString(), nullable=False, server_default=sa.text("''"))
            for name in ("job", "number", "hired_on", "left_on")
        ),
        *(
            sa.Column(name, UTCDateTime(), nullable=name != "asked_at")
            for name in ("asked_at", "agreed_at", "declined_at", "tell_at")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person_id", "organisation_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("employment_place", "employment", ["organisation_id", "person_id"])
    tell = sa.text("tell_at IS NOT NULL")
    op.create_index("employment_tell", "employment", ["tell_at"], sqlite_where=tell, postgresql_where=tell)
    op.create_table(
        "given",
        sa.Column("employment_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["employment_id"], ["employment.id"]),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("employment_id", "programme_id"),
    )
    op.create_index("given_person", "given", ["person_id", "programme_id", "employment_id"])
    for statement in TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Go back: everybody works where they worked first."""
    op.drop_table("given")
    op.drop_table("employment")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION employments_changed")
