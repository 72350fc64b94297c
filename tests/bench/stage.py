"""What a measurement works with: processes that end with it, places for stores, and a word for whoever waits."""

import asyncio
import socket
import tempfile
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from types import MappingProxyType
from typing import Any, Final, TypeVar

import asyncpg
from sqlalchemy.engine import make_url

from tests.bench.machine import OTHERS, PROGRAM, Child, Process, Sink, pinned
from tests.bench.press import PATH, SECRET
from tests.tools import postgres

STARTING: Final = 60  # seconds that a service gets
LOOK: Final = 0.1
Settings = Mapping[str, str]  # of the product, without their ZINUTE_
P = TypeVar("P", bound=Process)
_NONE: Final[Settings] = MappingProxyType({})
_numbers = count(1)


@dataclass(slots=True)
class Stage:
    """One measurement's. `whole`: it may take as long as the issue says, and not as long as one likes to wait."""

    rounds: int
    whole: bool
    say: Callable[[str], None]
    folder: Path
    stack: ExitStack
    details: dict[str, Any] = field(default_factory=dict)

    def place(self) -> Path:
        """A new folder."""
        folder = self.folder / str(next(_numbers))
        folder.mkdir()
        return folder

    def sqlite(self) -> dict[str, str]:
        """The settings of an empty store in a file."""
        return {"data": str(self.place())}

    def sink(self, *arguments: str) -> Sink:
        """A fake server for sends."""
        return self._ends(Sink(*arguments))

    def contender(
        self, contender: str, *arguments: object, core: int = PROGRAM, settings: Settings = _NONE
    ) -> Child:
        """A process of tests/bench/contenders."""
        words = [str(each) for each in arguments]
        module = f"tests.bench.contenders.{contender}"
        return self._ends(Child(module, *words, core=core, environment=_environment(settings)))

    def load(self, message: str) -> Child:
        """The load, on the core of the others."""
        return self.contender("load", message, core=OTHERS)

    def service(self, *command: str, settings: Settings) -> Process:
        """The product's own command line, once it serves."""
        port = _free_port()
        environment = _environment({**settings, "port": str(port)})
        process = self._ends(Process("zinute", *command, environment=environment))
        _wait_for(port)
        return process

    def stores(self) -> dict[str, Callable[[], dict[str, str]]]:
        """Both kinds of store: what makes an empty one, as settings."""
        with pinned(OTHERS):
            server = self.stack.enter_context(postgres.server())
        return {
            "sqlite": self.sqlite,
            "postgres": lambda: self.sqlite() | {"database": _new_database(server)},
        }

    def _ends(self, process: P) -> P:
        self.stack.callback(process.close)
        return process


@contextmanager
def stage(rounds: int, *, whole: bool, say: Callable[[str], None]) -> Iterator[Stage]:
    """A stage; everything on it ends with it."""
    with tempfile.TemporaryDirectory(prefix="zinute-bench-") as folder, ExitStack() as stack:
        yield Stage(rounds, whole, say, Path(folder), stack)


def telegram(api: str, *, rate: float | None = None) -> dict[str, str]:
    """The settings of a bot account at this server; `rate` 0 is without a limit, None the product's own."""
    settings = {"telegram_token": "42:token", "telegram_api": api}
    return settings if rate is None else settings | {"telegram_rate": str(rate)}


def webhook() -> dict[str, str]:
    """The settings of a bot account that is called."""
    return {
        "telegram_mode": "webhook",
        "telegram_webhook_url": f"https://bench.example{PATH}",
        "telegram_webhook_secret": SECRET,
    }


def file_of(settings: Settings) -> str:
    """The store of these settings, if it is one in a file."""
    return str(Path(settings["data"]) / "zinute.db")


def _environment(settings: Settings) -> dict[str, str]:
    return {f"ZINUTE_{name.upper()}": value for name, value in settings.items()}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def _wait_for(port: int) -> None:
    """Return when the service on this port says that it is ready."""
    deadline = monotonic() + STARTING
    while monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz"):
            return
        sleep(LOOK)
    raise TimeoutError(f"the service was not ready within {STARTING} s")


def _new_database(server: str) -> str:
    url, name = make_url(server), f"bench_{next(_numbers)}"

    async def create() -> None:
        connection = await asyncpg.connect(host=url.query["host"], user="postgres", database="postgres")
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        await connection.close()

    asyncio.run(create())
    return url.set(database=name).render_as_string(hide_password=False)
