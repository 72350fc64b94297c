"""The audit log, to which rows are only added."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_SAID = "The audit log is only added to."
_CUT = "SELECT coalesce(max(about_id), 0) FROM audit WHERE what = 'log.shortened'"
_LATER = (
    "SELECT 1 FROM audit WHERE number >= NEW.number"  # INSERT OR REPLACE deletes without a trigger for it
)
_SQLITE = (
    ("changed", "UPDATE", ""),
    ("deleted", "DELETE", f"WHEN OLD.number > ({_CUT})"),
    ("replaced", "INSERT", f"WHEN EXISTS ({_LATER})"),
)
_POSTGRESQL = (
    f"""CREATE FUNCTION audit_stands() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'DELETE' THEN IF OLD.number <= ({_CUT}) THEN RETURN OLD; END IF; END IF;
    RAISE EXCEPTION '{_SAID}'; END $$""",
    """CREATE TRIGGER audit_changed BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_stands()""",
    """CREATE TRIGGER audit_emptied BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_stands()""",
)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", AutoString(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("what", AutoString(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("before", AutoString(), nullable=False),
        sa.Column("after", AutoString(), nullable=False),
        sa.Column("seal", AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("audit_about", "audit", ["what", "about_id", "at"])
    op.create_index("audit_organisation", "audit", ["organisation_id", "number"])
    op.create_index("ix_audit_person_id", "audit", ["person_id"])
    if op.get_context().dialect.name == "sqlite":
        for name, event, when in _SQLITE:
            refuse = f"BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
            op.execute(f"CREATE TRIGGER audit_{name} BEFORE {event} ON audit {when} {refuse}")
    else:
        for statement in _POSTGRESQL:
            op.execute(statement)


def downgrade() -> None:
    """Go back."""
    op.drop_table("audit")
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_stands()")
