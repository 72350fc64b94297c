"""The one door to the store: units of work in, results out, on SQLite and PostgreSQL alike.

A unit is a plain function of a connection. It awaits nothing, so no transaction waits for anything but the store, and
a cancelled caller cannot leave one open. (A command that only looks has a way of its own, glance.py.)
"""

from collections.abc import Callable, Sequence
from typing import Final, Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from domain.organisation import Scope
from storage import wall
from storage.bell import Bell
from storage.errors import StoreError
from storage.wall import Wall
from storage.wire import hosts, way_to

UNSAID: Final = (
    "The database on {host} is reached through a network, and its URL does not say how: add `?ssl=verify-full` so that "
    "nobody can listen, or `?ssl=disable` where nobody else is on that network."
)
T = TypeVar("T")
Unit = Callable[[Connection], T]


class Store(Protocol):
    """What each kind of store does. `failing`: the store refused the last write."""

    failing: bool

    async def open(self) -> None:
        """Begin."""
        ...

    async def close(self) -> None:
        """End."""
        ...

    async def read(self, unit: Unit[T]) -> T:
        """Run a unit that only reads."""
        ...

    async def write(self, unit: Unit[T]) -> T:
        """Run a unit and commit."""
        ...

    async def write_all(self, units: Sequence[Unit[T]]) -> list[T | Exception]:
        """Run units that do not depend on one another, and commit."""
        ...

    async def migrate(self, step: Unit[T]) -> T:
        """Run a schema change."""
        ...

    async def overwrite(self) -> bool:
        """See that nothing of what was deleted stays in the files; False: not yet."""
        ...


class Database:
    """Reads apart, writes one after another (SQLite) or in retried transactions (PostgreSQL)."""

    def __init__(self, url: str) -> None:
        """`url`: `sqlite:///FILE` or `postgresql+asyncpg://...`; anything else is a StoreError."""
        self.bell = Bell()
        self._store = _store(url, self.bell)
        self._open = False
        self._wall: Wall | None = None

    @property
    def failing(self) -> bool:
        """Whether the store refused the last write (its disk is full, say): it can only be read for now."""
        return self._store.failing

    async def open(self) -> None:
        """Check that the store can be reached, and start; raise StoreError when it cannot."""
        try:
            await self._store.open()
        except (DBAPIError, OSError) as error:
            raise StoreError(f"The database cannot be opened: {_reason(error)}.") from error
        self._open = True
        await self.look_for_wall()

    async def close(self) -> None:
        """Finish what is waiting, then let go of the store."""
        self._open = False
        await self._store.close()

    async def read(self, unit: Unit[T]) -> T:
        """What `unit` returns, seen at one moment; it must not write."""
        self._check()
        return await self._store.read(unit)

    async def write(self, unit: Unit[T]) -> T:
        """What `unit` returns, once it is committed; nothing of it is kept when it raises."""
        self._check()
        return await self._store.write(unit)

    async def write_all(self, units: Sequence[Unit[T]]) -> list[T | Exception]:
        """What each unit returns or raises, once it is committed; they must not depend on one another."""
        self._check()
        return await self._store.write_all(units)

    async def migrate(self, step: Unit[T]) -> T:
        """Run a schema change outside the queue."""
        return await self._store.migrate(step)

    async def overwrite(self) -> bool:
        """See that nothing of what was deleted stays in files of ours; False where it has to be tried again."""
        return await self._store.overwrite()

    @property
    def whole(self) -> "Database":
        """All of it, for what is no organisation's: how people sign in."""
        return self

    async def look_for_wall(self) -> None:
        """See whether the store can show somebody no more than what is theirs; anew where that was made."""
        if self._open:
            self._wall = await self.read(wall.found)

    def within(self, scope: Scope) -> "Database":
        """The same store, of which only what is of the scope's organisations is seen and written, where it can."""
        return Within(self, self._wall, scope) if self._wall else self

    def _check(self) -> None:
        if not self._open:
            raise StoreError("The database is closed.")


class Within(Database):
    """A database of which somebody sees a part. Opened, closed and changed it is as a whole."""

    def __init__(self, whole: Database, wall: Wall, scope: Scope) -> None:
        """`wall` is that of the whole."""
        self.bell = whole.bell
        self._of, self._around, self._scope = whole, wall, scope

    @property
    def whole(self) -> Database:
        """All of it."""
        return self._of

    @property
    def failing(self) -> bool:
        """As of the whole."""
        return self._of.failing

    async def read(self, unit: Unit[T]) -> T:
        """What `unit` returns, seen at one moment; it must not write."""
        return await self._of.read(self._around.behind(self._scope, unit))

    async def write(self, unit: Unit[T]) -> T:
        """What `unit` returns, once it is committed; nothing of it is kept when it raises."""
        return await self._of.write(self._around.behind(self._scope, unit))

    async def write_all(self, units: Sequence[Unit[T]]) -> list[T | Exception]:
        """What each unit returns or raises, once it is committed; they must not depend on one another."""
        return await self._of.write_all([self._around.behind(self._scope, unit) for unit in units])


def _store(url: str, bell: Bell) -> Store:
    """Each store is imported only where it is used: the driver of the other is not needed."""
    known = _understood(url)
    if known and known.drivername == "sqlite":
        from storage.sqlite import Sqlite

        return Sqlite(url, bell)
    if known and known.drivername == "postgresql+asyncpg":
        from storage.postgres import Postgres

        if way_to(known) == "unsaid":
            raise StoreError(UNSAID.format(host=" and ".join(hosts(known))))
        return Postgres(url, bell)
    raise StoreError("The database URL is not one of sqlite:///FILE or postgresql+asyncpg://USER@HOST/NAME.")


def _understood(url: str) -> URL | None:
    try:
        return make_url(url)
    except ArgumentError:
        return None


def _reason(error: Exception) -> str:
    text = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    return text.strip().rstrip(".") or type(error).__name__


__all__ = ["Connection", "Database", "Unit"]
