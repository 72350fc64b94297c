"""A person whose change matters to no assignment is not noted as changed."""

from collections.abc import Sequence

from alembic import op

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# What assignments ask of people, and what may have them wait.
LOOKED_AT = (
    *("organisation_id", "language", "job", "hired_on", "left_on", "consented_at", "erased_at"),
    *("leave_from", "leave_until", "snoozed_until"),
)
COLUMNS = ", ".join(LOOKED_AT)
OTHER = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in LOOKED_AT)
OLD, NEW = (", ".join(f"{table}.{name}" for name in LOOKED_AT) for table in ("stale", "fresh"))
CHANGED = f"FROM fresh JOIN stale ON stale.id = fresh.id WHERE ({OLD}) IS DISTINCT FROM ({NEW})"
NOTE = "INSERT INTO person_changed (person_id) {0}"
CAME, FOUND = NOTE.format("VALUES (NEW.id)"), NOTE.format(f"SELECT fresh.id {CHANGED}")
FUNCTION = "FUNCTION people_altered() RETURNS trigger LANGUAGE plpgsql"
# A list of columns and tables of what was and is do not go together on PostgreSQL.
TABLES = "REFERENCING OLD TABLE AS stale NEW TABLE AS fresh"
ONCE = "FOR EACH STATEMENT EXECUTE FUNCTION"
ALTERED = "TRIGGER person_altered"
TRIGGERS = {
    "sqlite": (
        f"DROP {ALTERED}",
        f"CREATE {ALTERED} AFTER UPDATE OF {COLUMNS} ON person WHEN {OTHER} BEGIN {CAME}; END",
    ),
    "postgresql": (
        f"DROP {ALTERED} ON person",
        f"CREATE {FUNCTION} AS $$ BEGIN {FOUND}; RETURN NULL; END $$",
        f"CREATE {ALTERED} AFTER UPDATE ON person {TABLES} {ONCE} people_altered()",
    ),
}
BEFORE = {
    "sqlite": (f"DROP {ALTERED}", f"CREATE {ALTERED} AFTER UPDATE ON person BEGIN {CAME}; END"),
    "postgresql": (
        f"DROP {ALTERED} ON person",
        "DROP FUNCTION people_altered",
        f"CREATE {ALTERED} AFTER UPDATE ON person REFERENCING NEW TABLE AS fresh {ONCE} people_changed()",
    ),
}


def upgrade() -> None:
    """Go forward."""
    for statement in TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Go back."""
    for statement in BEFORE[op.get_bind().dialect.name]:
        op.execute(statement)
