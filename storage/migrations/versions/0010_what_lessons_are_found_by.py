"""What lessons are found by: cards of the newest versions, and an index of their words.

It is filled when the service starts or publishes, which make the stems.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

WORDS = {
    "sqlite": (
        "CREATE VIRTUAL TABLE search_words USING fts5(title, words, tokenize = 'unicode61 remove_diacritics 0')",
    ),
    "postgresql": (
        "CREATE TABLE search_words (id INTEGER PRIMARY KEY REFERENCES search_card ON DELETE CASCADE, words TSVECTOR)",
        "CREATE INDEX search_words_words ON search_words USING gin (words)",
    ),
}


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "search_card",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("programme_id", sa.Integer(), sa.ForeignKey("programme.id"), nullable=False),
        sa.Column("version_id", sa.Integer(), sa.ForeignKey("programme_version.id"), nullable=False),
        sa.Column("lesson", sa.Integer(), nullable=False),
        sa.Column("card", sa.Integer(), nullable=False),
        sa.Column("language", AutoString(), nullable=False),
        sa.Column("form", sa.Integer(), nullable=False),
    )
    op.create_index("search_card_programme", "search_card", ["programme_id"])
    for statement in WORDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Go back."""
    op.drop_table("search_words")
    op.drop_table("search_card")
