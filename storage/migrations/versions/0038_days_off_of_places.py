"""Places have days off of their own; and what holds of messengers and approval is nowhere looser than above."""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision: str = "0038"
down_revision: str | None = "0037"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Go forward."""
    op.add_column(
        "organisation", sa.Column("days_off", AutoString(), nullable=False, server_default=sa.text("''"))
    )
    tx = op.get_bind()
    rows = tx.execute(sa.text("SELECT id, above_id, own FROM organisation")).all()
    said = {row.id: (row.above_id, json.loads(row.own)) for row in rows}
    change = sa.text(
        "UPDATE organisation SET messengers = :messengers, approver_above = :most WHERE id = :id"
    )
    for place in said:
        messengers, most = _held(said, place)
        tx.execute(change, {"messengers": ",".join(messengers), "most": most, "id": place})


def _held(said: dict[int, tuple[int | None, dict[str, Any]]], place: int) -> tuple[list[str], int]:
    """The stricter of what is set at the place and what holds above it."""
    above, own = said[place]
    allowed, most = _held(said, above) if above is not None else ([], 0)
    messengers = own.get("messengers") or []
    fewer = [each for each in messengers if not allowed or each in allowed]
    return fewer or allowed, min(filter(None, (own.get("approver_above"), most)), default=0)


def downgrade() -> None:
    """Go back."""
    op.drop_column("organisation", "days_off")
