"""Bring a database to this version's schema, with Alembic; a newer database is left alone."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.database import Database
from storage.errors import NewerDatabase

SCRIPTS = Path(__file__).parent / "migrations"


async def migrate(database: Database) -> None:
    """Apply what is missing; raise NewerDatabase when the schema is one that this version does not know."""
    await database.migrate(upgrade)


def upgrade(connection: Connection) -> None:
    """Apply what is missing, in the connection's transaction."""
    config = settings(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    current = set(MigrationContext.configure(connection).get_current_heads())
    if current - known:
        raise NewerDatabase
    if current != set(ScriptDirectory.from_config(config).get_heads()):
        command.upgrade(config, "head")


def settings(connection: Connection) -> Config:
    """Alembic's settings for one connection."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
