"""Privacy notices of organisations, to which versions are only added, and which one somebody read on joining."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_SAID = "A privacy notice that was published stays as it is."
_THERE = (
    "SELECT 1 FROM privacy_notice WHERE id = NEW.id"  # INSERT OR REPLACE deletes without a trigger for it
)
_SQLITE = (
    ("changed", "UPDATE", ""),
    ("deleted", "DELETE", ""),
    ("replaced", "INSERT", f"WHEN EXISTS ({_THERE})"),
)
_POSTGRESQL = (
    f"""CREATE FUNCTION privacy_notice_stands() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION '{_SAID}'; END $$""",
    """CREATE TRIGGER privacy_notice_changed BEFORE UPDATE OR DELETE ON privacy_notice
    FOR EACH ROW EXECUTE FUNCTION privacy_notice_stands()""",
    """CREATE TRIGGER privacy_notice_emptied BEFORE TRUNCATE ON privacy_notice
    FOR EACH STATEMENT EXECUTE FUNCTION privacy_notice_stands()""",
)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "privacy_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("language", AutoString(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", AutoString(), nullable=False),
        sa.Column("published_at", UTCDateTime(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("organisation_id", "language", "version"),
    )
    op.create_index("ix_privacy_notice_person_id", "privacy_notice", ["person_id"])
    op.add_column("person", sa.Column("notice_id", sa.Integer(), nullable=True))
    if op.get_context().dialect.name == "sqlite":
        for name, event, when in _SQLITE:
            refuse = f"BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
            op.execute(
                f"CREATE TRIGGER privacy_notice_{name} BEFORE {event} ON privacy_notice {when} {refuse}"
            )
    else:
        for statement in _POSTGRESQL:
            op.execute(statement)


def downgrade() -> None:
    """Go back."""
    op.drop_column("person", "notice_id")
    op.drop_table("privacy_notice")
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION privacy_notice_stands()")
