"""What organisations allow: in which messengers their people learn."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision: str = "0036"
down_revision: str | None = "0035"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Go forward."""
    op.add_column(
        "organisation", sa.Column("messengers", AutoString(), nullable=False, server_default=sa.text("''"))
    )


def downgrade() -> None:
    """Go back."""
    op.drop_column("organisation", "messengers")
