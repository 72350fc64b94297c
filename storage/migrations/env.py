"""Alembic's way in: the connection comes from storage.migrate, never from a settings file."""

from alembic import context

from storage import wall
from storage.schema import METADATA, described

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    include_name=described,
)
wall.fall(connection)  # its rules are about tables as they were
with context.begin_transaction():
    context.run_migrations()
