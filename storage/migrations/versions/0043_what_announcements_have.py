"""What goes along with announcements: a picture, a file, a question, and addresses, of which the one below the words was one."""

import json
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision: str = "0043"
down_revision: str | None = "0042"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_TABLE = sa.table("announcement", sa.column("id"), sa.column("link"), sa.column("enclosed"))


def upgrade() -> None:
    """Go forward."""
    op.add_column("announcement", sa.Column("enclosed", AutoString(), server_default="{}", nullable=False))
    for number, link in op.get_bind().execute(
        sa.select(_TABLE.c.id, _TABLE.c.link).where(_TABLE.c.link != "")
    ):
        said = json.dumps({"links": [{"url": link}]})
        op.execute(sa.update(_TABLE).where(_TABLE.c.id == number).values(enclosed=said))
    op.drop_column("announcement", "link")
    for name, kind, begun in (("revision", sa.Integer(), "0"), ("withdrawn", sa.Boolean(), "false")):
        op.add_column("announcement", sa.Column(name, kind, server_default=sa.text(begun), nullable=False))
    op.add_column("announcement", sa.Column("revised_at", UTCDateTime(), nullable=True))
    op.create_table(
        "vote",
        sa.Column("announcement_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("choice", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["announcement_id"], ["announcement.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("announcement_id", "person_id"),
    )
    op.create_index("ix_vote_person_id", "vote", ["person_id"])


def downgrade() -> None:
    """Go back: of what went along, the first address stays; nobody has answered anything."""
    op.drop_table("vote")
    op.add_column("announcement", sa.Column("link", AutoString(), server_default="", nullable=False))
    for number, said in op.get_bind().execute(sa.select(_TABLE.c.id, _TABLE.c.enclosed)):
        links = json.loads(said).get("links") or [{"url": ""}]
        op.execute(sa.update(_TABLE).where(_TABLE.c.id == number).values(link=links[0]["url"]))
    for name in ("revised_at", "withdrawn", "revision", "enclosed"):
        op.drop_column("announcement", name)
