"""Webhooks, and links to sign in that are good in one browser."""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision: str = "0031"
down_revision: str | None = "0030"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Go forward. Links that were asked for before are good in any browser, for ten minutes at most."""
    _rewrite_messages()
    op.add_column(
        "sign_in_link", sa.Column("browser_hash", AutoString(), nullable=False, server_default=sa.text("''"))
    )
    op.add_column(
        "sign_in_link", sa.Column("how", AutoString(), nullable=False, server_default=sa.text("'link'"))
    )
    op.add_column(
        "sign_in_link", sa.Column("code_hash", AutoString(), nullable=False, server_default=sa.text("''"))
    )
    op.add_column(
        "sign_in_link", sa.Column("number", AutoString(), nullable=False, server_default=sa.text("''"))
    )
    op.create_table(
        "hook",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("address", AutoString(), nullable=False),
        sa.Column("topics", AutoString(), nullable=False),
        sa.Column("seed", AutoString(), nullable=False),
        sa.Column("old_seed", AutoString(), nullable=False, server_default=sa.text("''")),
        sa.Column("old_until", UTCDateTime(), nullable=True),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("failing_since", UTCDateTime(), nullable=True),
        sa.Column("rests_until", UTCDateTime(), nullable=False),
        sa.Column("failure", AutoString(), nullable=False, server_default=sa.text("''")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_hook_organisation_id", "hook", ["organisation_id"])
    op.create_index("ix_hook_person_id", "hook", ["person_id"])
    op.create_table(
        "hook_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hook_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("told_as", AutoString(), nullable=False),
        sa.Column("topic", AutoString(), nullable=False),
        sa.Column("body", AutoString(), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("tried_at", UTCDateTime(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("why", AutoString(), nullable=False, server_default=sa.text("''")),
        sa.ForeignKeyConstraint(["hook_id"], ["hook.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("hook_id", "told_as"),
    )
    op.create_index("hook_delivery_due", "hook_delivery", ["hook_id", "state", "due_at"])
    op.create_index("ix_hook_delivery_person_id", "hook_delivery", ["person_id"])
    op.create_index("ix_hook_delivery_made_at", "hook_delivery", ["made_at"])


def _rewrite_messages() -> None:
    """Messages that did not go yet say in one way what is made of a seed when they do; links to one's own data, which
    are looked at again when they went, call theirs by its name."""
    connection = op.get_bind()
    own_data = sa.text('SELECT id, body FROM outbox WHERE body LIKE \'%"form":"own_data"%\'')
    for number, body in connection.execute(own_data).all():
        said = json.loads(body)
        values = {"body": json.dumps({"seed": said.pop("token", ""), **said}), "id": number}
        connection.execute(sa.text("UPDATE outbox SET body = :body WHERE id = :id"), values)
    open_ones = sa.text("SELECT id, body FROM outbox WHERE ended_at IS NULL AND body LIKE '%\"seed\":%'")
    for number, body in connection.execute(open_ones).all():
        written = json.dumps(_rewritten(json.loads(body)), ensure_ascii=False, separators=(",", ":"))
        values = {"body": written, "id": number}
        connection.execute(sa.text("UPDATE outbox SET body = :body WHERE id = :id"), values)


def _rewritten(value: Any) -> Any:
    if isinstance(value, list):
        return [_rewritten(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.get("page") and "form" in value:
        return {"path": value["page"], "secret": {"seed": value["seed"], "form": value["form"]}, "ending": ""}
    if "path" in value and "ending" in value:
        secret = {"seed": value["seed"], "form": "link"} if value.get("seed") else None
        return {"path": value["path"], "secret": secret, "ending": value["ending"]}
    return {name: _rewritten(each) for name, each in value.items()}


def downgrade() -> None:
    """Go back."""
    op.drop_table("hook_delivery")
    op.drop_table("hook")
    op.drop_column("sign_in_link", "number")
    op.drop_column("sign_in_link", "code_hash")
    op.drop_column("sign_in_link", "how")
    op.drop_column("sign_in_link", "browser_hash")
