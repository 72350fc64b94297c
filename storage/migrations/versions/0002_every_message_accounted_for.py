"""Every message accounted for."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from storage import crash

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# Columns by ALTER TABLE, which both stores have: a copy of the outbox would take as long as it is large.
OUTBOX = {
    "channel": "VARCHAR NOT NULL DEFAULT ''",
    "person_id": "INTEGER",
    "organisation_id": "INTEGER",
    "announcement_id": "INTEGER REFERENCES announcement (id)",
    "turn": "BIGINT NOT NULL DEFAULT 0",
    "gate": "VARCHAR NOT NULL DEFAULT ''",
    "day": "VARCHAR NOT NULL DEFAULT ''",
    "until": "{moment}",
    "attempts": "INTEGER NOT NULL DEFAULT 0",
    "doubtful": "INTEGER NOT NULL DEFAULT 0",
    "fence": "INTEGER NOT NULL DEFAULT 0",
    "ended_at": "{moment}",
}
PERSON = {
    "leave_from": "VARCHAR NOT NULL DEFAULT ''",
    "leave_until": "VARCHAR NOT NULL DEFAULT ''",
    "snoozed_until": "{moment}",
}
ATTEMPT = {"fence": "INTEGER NOT NULL DEFAULT 0"}
WHERE = {
    "outbox_ready": (["channel", "lane", "turn", "id"], "state = 'ready'"),
    "outbox_fair": (["channel", "lane", "organisation_id", "turn"], "state = 'ready' AND turn > 0"),
    "outbox_open": (["address_id", "id"], "state IN ('ready', 'sending', 'waiting', 'held')"),
    "outbox_due": (["due_at", "id"], "state = 'waiting'"),
    "outbox_odd": (
        ["state", "organisation_id", "id"],
        "state IN ('unknown', 'failed', 'dropped', 'expired', 'held')",
    ),
    "outbox_sending": (["channel"], "state = 'sending'"),
    "outbox_day": (["day", "person_id"], "day <> ''"),
    "outbox_announcement": (["announcement_id"], "announcement_id IS NOT NULL"),
}
BEFORE = {
    "outbox_ready": (["due_at"], "state IN ('ready', 'sending')"),
    "outbox_open": (["address_id", "id"], "state IN ('ready', 'sending')"),
}
FILL = (
    "UPDATE outbox SET channel = (SELECT channel FROM address WHERE id = address_id)",
    "UPDATE outbox SET person_id = (SELECT person_id FROM address WHERE id = address_id)",
    "UPDATE outbox SET organisation_id = (SELECT organisation_id FROM person WHERE id = person_id)",
    "UPDATE outbox SET attempts = (SELECT count(*) FROM attempt WHERE outbox_id = outbox.id)",
    "UPDATE outbox SET state = 'expired' WHERE state = 'dropped' AND reason = 'late'",
    "UPDATE outbox SET state = 'waiting' WHERE state = 'ready'",
)


def upgrade() -> None:
    """Go forward."""
    _new_tables()
    crash.point("migrating")
    for table, columns in (("outbox", OUTBOX), ("person", PERSON), ("attempt", ATTEMPT)):
        for name, kind in columns.items():
            op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind.format(moment=_moment())}")
    for statement in FILL:
        op.execute(statement)
    for name in BEFORE:
        op.drop_index(name, "outbox")
    for name, (columns_, condition) in WHERE.items():
        _index(name, "outbox", columns_, condition)
    op.create_index("outbox_person", "outbox", ["person_id", "id"])
    op.create_index("outbox_organisation", "outbox", ["organisation_id", "id"])
    op.execute("ALTER TABLE outbox DROP COLUMN lease_until")
    _index("inbox_quarantined", "inbox", ["id"], "state = 'quarantined'")
    _index("inbox_order", "inbox", ["channel", "address", "id"], "state = 'new'")
    _index("step_open", "step", ["enrolment_id"], "closed_at IS NULL")


def downgrade() -> None:
    """Go back."""
    op.drop_index("step_open", "step")
    op.drop_index("inbox_order", "inbox")
    op.drop_index("inbox_quarantined", "inbox")
    for name in (*WHERE, "outbox_person", "outbox_organisation"):
        op.drop_index(name, "outbox")
    for table, columns in (("outbox", OUTBOX), ("person", PERSON), ("attempt", ATTEMPT)):
        for name in columns:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
    op.execute(f"ALTER TABLE outbox ADD COLUMN lease_until {_moment()}")
    for name, (columns_, condition) in BEFORE.items():
        _index(name, "outbox", columns_, condition)
    for table in ("schedule", "announcement", "sender", "gap", "instance"):
        op.drop_table(table)


def _moment() -> str:
    return "DATETIME" if op.get_bind().dialect.name == "sqlite" else "TIMESTAMP WITH TIME ZONE"


def _index(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def _new_tables() -> None:
    op.create_table(
        "gap",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("channel", AutoString(), nullable=False),
        sa.Column("began_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
    )
    op.create_table(
        "instance",
        sa.Column("one", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("held_at", UTCDateTime(), nullable=True),
    )
    op.create_table(
        "sender",
        sa.Column("channel", AutoString(), primary_key=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("owner", AutoString(), nullable=False),
        sa.Column("beat", sa.Integer(), nullable=False),
        sa.Column("paused_until", UTCDateTime(), nullable=True),
        sa.Column("heard_at", UTCDateTime(), nullable=True),
    )
    op.create_table(
        "announcement",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("key", AutoString(), nullable=False, unique=True),
        sa.Column("organisation_id", sa.Integer(), sa.ForeignKey("organisation.id"), nullable=True),
        sa.Column("texts", AutoString(), nullable=False),
        sa.Column("mandatory", sa.Boolean(), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.Column("not_after", UTCDateTime(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
    )
    op.create_table(
        "schedule",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=True),
        sa.Column("occurrence", AutoString(), nullable=False),
        sa.Column("said", AutoString(), nullable=False),
        sa.UniqueConstraint("kind", "item"),
    )
    op.create_index("schedule_person", "schedule", ["person_id"])
    _index("schedule_due", "schedule", ["due_at"], "due_at IS NOT NULL")
