"""Rows that name two others name two that belong together."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from storage.errors import StoreError

revision: str = "0033"
down_revision: str | None = "0032"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# What is one of each pair, and what refers to it by both: table, key, the other's table, the columns here and there.
PAIRS = (
    ("enrolment_person", "enrolment", ["id", "person_id"]),
    ("version_programme", "programme_version", ["id", "programme_id"]),
    ("assignment_programme", "assignment", ["id", "programme_id"]),
)
KEYS = (
    ("certificate", "certificate_of_person", "enrolment", ["enrolment_id", "person_id"], ["id", "person_id"]),
    (
        "enrolment",
        "enrolment_version",
        "programme_version",
        ["version_id", "programme_id"],
        ["id", "programme_id"],
    ),
    (
        "search_card",
        "search_card_version",
        "programme_version",
        ["version_id", "programme_id"],
        ["id", "programme_id"],
    ),
    ("memory", "memory_version", "programme_version", ["version_id", "programme_id"], ["id", "programme_id"]),
    ("reached", "reached_programme", "assignment", ["assignment_id", "programme_id"], ["id", "programme_id"]),
)


def upgrade() -> None:
    """Go forward, if all that is there agrees."""
    for table, _, other, here, there in KEYS:
        _check(table, other, list(zip(here, there, strict=True)))
    for name, table, columns in PAIRS:
        op.create_index(name, table, columns, unique=True)
    for table, name, other, here, there in KEYS:
        with op.batch_alter_table(table) as changed:
            changed.create_foreign_key(name, other, here, there)


def _check(table: str, other: str, columns: list[tuple[str, str]]) -> None:
    mine = sa.table(table, *(sa.column(here) for here, _ in columns))
    theirs = sa.table(other, *(sa.column(there) for _, there in columns))
    agrees = sa.exists().where(*(theirs.c[there] == mine.c[here] for here, there in columns))
    odd = op.get_bind().execute(sa.select(sa.func.count()).select_from(mine).where(~agrees)).scalar_one()
    if odd:
        said = " and ".join(here for here, _ in columns)
        raise StoreError(
            f"The upgrade was undone: rows of {table} whose {said} do not belong together: {odd}."
        )


def downgrade() -> None:
    """Go back."""
    for table, name, *_ in reversed(KEYS):
        with op.batch_alter_table(table) as changed:
            changed.drop_constraint(name, type_="foreignkey")
    for name, table, _ in reversed(PAIRS):
        op.drop_index(name, table)
