"""Assignments, whom they reach, and who came or changed since somebody looked."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ANEW = "UPDATE assignment SET look_at = '2000-01-01 00:00:00', looked = 0 WHERE begun AND ended_at IS NULL"
MOVED = "(OLD.above_id IS DISTINCT FROM NEW.above_id OR OLD.name <> NEW.name)"
PLACE = "TRIGGER place_moved AFTER UPDATE OF above_id, name ON organisation"
FRESH = "REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION people_changed()"
NEW = "INSERT INTO person_changed (person_id) {0}"
CAME, FOUND = NEW.format("VALUES (NEW.id)"), NEW.format("SELECT id FROM fresh")
TRIGGERS = {
    "sqlite": (
        f"CREATE TRIGGER person_came AFTER INSERT ON person BEGIN {CAME}; END",
        f"CREATE TRIGGER person_altered AFTER UPDATE ON person BEGIN {CAME}; END",
        f"CREATE {PLACE} WHEN OLD.above_id IS NOT NEW.above_id OR OLD.name <> NEW.name BEGIN {ANEW}; END",
    ),
    "postgresql": (
        f"CREATE FUNCTION people_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {FOUND}; RETURN NULL; END $$",
        f"CREATE FUNCTION place_moved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {ANEW}; RETURN NULL; END $$",
        f"CREATE TRIGGER person_came AFTER INSERT ON person {FRESH}",
        f"CREATE TRIGGER person_altered AFTER UPDATE ON person {FRESH}",
        f"CREATE {PLACE} FOR EACH ROW WHEN {MOVED} EXECUTE FUNCTION place_moved()",
    ),
}
GONE = {
    "sqlite": ("DROP TRIGGER person_came", "DROP TRIGGER person_altered", "DROP TRIGGER place_moved"),
    "postgresql": (
        "DROP TRIGGER person_came ON person",
        "DROP TRIGGER person_altered ON person",
        "DROP TRIGGER place_moved ON organisation",
        "DROP FUNCTION people_changed",
        "DROP FUNCTION place_moved",
    ),
}


def upgrade() -> None:
    """Go forward."""
    words = ("why", "job", "language", "unit", "hired_since", "starts_on", "due_on", "after_how")
    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("programme_id", sa.Integer(), sa.ForeignKey("programme.id"), nullable=False),
        sa.Column("organisation_id", sa.Integer(), sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        *(sa.Column(name, AutoString(), nullable=False) for name in words),
        sa.Column("due_days", sa.Integer(), nullable=True),
        sa.Column("only_new", sa.Boolean(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("after_id", sa.Integer(), sa.ForeignKey("programme.id"), nullable=True),
        sa.Column("after_days", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("look_at", UTCDateTime(), nullable=True),
        sa.Column("looked", sa.Integer(), nullable=False),
        sa.Column("newest", sa.Integer(), nullable=False),
        sa.Column("begun", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_assignment_programme_id", "assignment", ["programme_id"])
    op.create_index("ix_assignment_organisation_id", "assignment", ["organisation_id"])
    op.create_table(
        "reached",
        sa.Column("assignment_id", sa.Integer(), sa.ForeignKey("assignment.id"), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.Column("due_on", AutoString(), nullable=False),
        sa.Column("look_at", UTCDateTime(), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("assignment_id", "person_id"),
    )
    op.create_index("reached_person", "reached", ["person_id", "programme_id"])
    waits = sa.text("look_at IS NOT NULL")
    for name, table in (("assignment_due", "assignment"), ("reached_due", "reached")):
        op.create_index(name, table, ["look_at"], sqlite_where=waits, postgresql_where=waits)
    op.create_table(
        "person_changed",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
    )
    for statement in TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Go back."""
    for statement in GONE[op.get_bind().dialect.name]:
        op.execute(statement)
    for table in ("person_changed", "reached", "assignment"):
        op.drop_table(table)
