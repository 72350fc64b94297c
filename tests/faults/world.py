"""What all rounds of a run share: the fake messenger, the nursery, a PostgreSQL server if wanted, a folder."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.faults.messenger import Server, serving
from tests.faults.processes import Nursery, nursery
from tests.faults.store import Kind, server_of


@dataclass(frozen=True, slots=True)
class World:
    """Everything that is there before a round and after it. `postgres` is a server's URL, or "".

    `kept` are folders to be looked at by people. Alembic can be in one schema at a time only: `migrating`.
    """

    root: Path
    server: Server
    nursery: Nursery
    postgres: str
    kept: list[Path] = field(default_factory=list)
    migrating: asyncio.Lock = field(default_factory=asyncio.Lock)
    _numbers: "count[int]" = field(default_factory=count)

    def folder(self) -> Path:
        """A new folder."""
        made = self.root / f"{next(self._numbers)}"
        made.mkdir()
        return made


@asynccontextmanager
async def world(kinds: Iterable[Kind]) -> AsyncIterator[World]:
    """A world for rounds on these kinds of stores; its folder is kept when something raises, or a promise is broken."""
    root = Path(tempfile.mkdtemp(prefix="zinute-faults-"))
    with server_of("postgres" if "postgres" in kinds else "sqlite") as postgres:
        async with serving(root) as server, nursery(root / "logs") as made:
            there = World(root, server, made, postgres)
            yield there
    if not there.kept:
        shutil.rmtree(root)
