"""Bring a database to this version's schema, with Alembic; a newer database is left alone.

Alembic is loaded when it is used: a service whose store was prepared (zinute/apart.py) never needs it.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from storage import wall
from storage.database import Database
from storage.errors import NewerDatabase, StoreError

if TYPE_CHECKING:
    from alembic.config import Config

SCRIPTS = Path(__file__).parent / "migrations"


async def migrate(database: Database) -> None:
    """Apply what is missing; raise NewerDatabase when the schema is one that this version does not know."""
    await database.migrate(upgrade)
    await database.look_for_wall()


def upgrade(connection: Connection) -> None:
    """Apply what is missing, in the connection's transaction."""
    from alembic import command
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = settings(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    current = set(MigrationContext.configure(connection).get_current_heads())
    if current - known:
        raise NewerDatabase
    if current != set(ScriptDirectory.from_config(config).get_heads()):
        command.upgrade(config, "head")
        _check_keys(connection)
    wall.stand(connection)


def _check_keys(connection: Connection) -> None:
    """Nothing refers to what is not there: SQLite does not look while tables are written anew (storage/sqlite.py)."""
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if found is not None:
            raise StoreError(
                f"The upgrade was undone: row {found[1]} of {found[0]} refers to no row of {found[2]}."
            )


def settings(connection: Connection) -> "Config":
    """Alembic's settings for one connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
