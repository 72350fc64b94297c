"""sqlmap against the running console: no parameter of any route becomes a part of a statement."""

import asyncio
import inspect
import os
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import FunctionType
from typing import Final
from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels.web import WebChat
from bot.post import StorePost
from console.app import create
from console.pages.front import Host
from domain.texts import Texts
from storage.database import Database
from tests.console.conftest import SAME_ORIGIN, Door, by_two_factors, texts
from tests.console.keys import entrance
from tests.console.papers import Maker
from tests.console.planted import Planted, plant
from tests.console.test_live import base
from tests.console.test_matrix import NEEDS
from tests.console.town import MONDAY, Clock
from tests.storage import stores
from tests.storage.stores import Kind

__all__ = ["base", "texts"]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]
ROOT: Final = Path(__file__).parents[2]
SECONDS: Final = int(os.environ.get("ZINUTE_SQLMAP_SECONDS", "120"))  # for each route
ONLY: Final = os.environ.get("ZINUTE_SQLMAP_ONLY", "")  # a pattern for the names of routes
DIALECTS: Final[dict[Kind, str]] = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
NAMED: Final = re.compile(
    r'query_params(?:\.get\(|\[)"(\w+)|(?:field_of|_asked)\(request, "(\w+)"|form\.get(?:list)?\("(\w+)"'
    r'|"(\w+)" in request\.query_params|^    (\w+): (?:str|int) = '
)
FIELDS: Final = re.compile(r'name="(\w+)"')
IDLE: Final = ("live", "static", "events")  # a stream without an end; files in memory
FOUND: Final = re.compile(r"^(?:Parameter: .+|sqlmap identified .+)$", re.MULTILINE)
TESTED: Final = re.compile(r"testing (?:if )?(?:\w+ )?parameter '([^']+)'|testing '[^']+'")


@dataclass
class Hurried(Clock):
    """Hours pass with each look while `hurries`, so that nobody is slowed down for guessing."""

    hurries: bool = False

    def __call__(self) -> object:  # type: ignore[override]
        if self.hurries:
            self.at += timedelta(hours=2)
        return self.at


@dataclass
class Counted:
    """Counts what was answered."""

    app: ASGIApp
    answers: Counter[int] = field(default_factory=Counter)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.answers[message["status"]] += 1
            await send(message)

        await self.app(scope, receive, counted)


@dataclass(frozen=True)
class Target:
    """A route with its parameters; a star stands behind each part of its path that may be another."""

    name: str
    method: str
    address: str
    names: tuple[str, ...]
    private: bool


@pytest.fixture
def clock() -> Hurried:
    return Hurried()


@pytest.fixture(params=stores.BOTH)
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


@pytest.fixture
async def database(kind: Kind, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    async with stores.opened(kind, tmp_path, partial(request.getfixturevalue, "postgres_url")) as database:
        yield database


@pytest.fixture
def console(database: Database, texts: Texts, clock: Hurried) -> Starlette:
    async def leak(request: Request) -> Response:
        asked = request.query_params.get("q", "")

        def look(tx: object) -> str:
            return str(tx.execute(text(f"SELECT name FROM person WHERE name = '{asked}'")).all())  # type: ignore[attr-defined]

        return PlainTextResponse(await database.read(look))

    chat = WebChat(StorePost(database, texts, clock))  # type: ignore[arg-type]
    hosts = [Host("Library", "lt", 1, "Rasa", ())]
    return create(
        database,
        texts,
        clock,  # type: ignore[arg-type]
        hosts=hosts,
        documents=Maker(),
        doors=[chat],
        entrance=entrance(mails=True),
        more_routes=[*chat.routes(), Route("/leak", leak, name="leak")],
    )


@pytest.fixture
def app(console: Starlette) -> Counted:
    return Counted(console)


def targets(console: Starlette, planted: Planted) -> Iterator[Target]:
    """Each route with the names that its module and its templates have; a new one is among them by itself."""
    for route in console.routes:
        assert isinstance(route, Route)
        for method in sorted((route.methods or set()) - {"HEAD"}):
            if route.name in IDLE or route.name in ("leak", "_events", "_file"):
                continue
            need = NEEDS.get((method, route.name))
            values = {
                "id": planted.ids.get((need.thing, "own"), 1) if need else 1,
                "version": planted.version,
            }
            path = need.address.partition("?")[0] if need else route.path.replace("{digest}", "0" * 64)
            filled = path.format(**values, place=planted.organisations["own"])
            yield Target(
                route.name, method, starred(route, filled), names_of(route), bool(need and need.right)
            )


def starred(route: Route, address: str) -> str:
    """The address with a star behind what the route takes out of it."""
    found = route.path_regex.match(address)
    for name in reversed(list(found.groupdict()) if found else []):
        assert found
        end = found.end(name)
        address = f"{address[:end]}*{address[end:]}"
    return address


def names_of(route: Route) -> tuple[str, ...]:
    source = "".join(inspect.getsource(sys.modules[each]) for each in modules_of(route.endpoint))
    templates = (ROOT / "console/templates" / each for each in re.findall(r'"(\w+\.html)"', source))
    fields = (name for each in templates for name in FIELDS.findall(each.read_text(encoding="utf-8")))
    found = (name for groups in NAMED.findall(source) for name in groups if name)
    ignored = {"robots", "viewport", "description", "file", "picture"}
    return tuple(sorted({*found, *fields} - ignored))


def modules_of(endpoint: object) -> set[str]:
    """The modules of pages that an endpoint is made of."""
    found, left = set[str](), [endpoint]
    while left:
        each = left.pop()
        if isinstance(each, partial):
            left.append(each.func)
        each = getattr(each, "__func__", each)
        if isinstance(each, FunctionType):
            found |= {each.__module__}
            left += [cell.cell_contents for cell in each.__closure__ or () if callable(cell.cell_contents)]
    return {each for each in found if each.startswith(("console.pages", "bot.channels"))}


async def sqlmap(base: str, target: Target, dialect: str, folder: Path, cookie: str) -> str:
    """What it says of one route at level 3."""
    asked = urlencode(dict.fromkeys(target.names, "1"))
    address = base + target.address + (f"?{asked}" if target.method == "GET" and asked else "")
    data: Sequence[str] = ("--data", asked or "x=1") if target.method == "POST" else ()
    headers = "\n".join(f"{name}: {value}" for name, value in SAME_ORIGIN.items())
    process = await asyncio.create_subprocess_exec(
        *(str(Path(sys.executable).with_name("sqlmap")), "-u", address, "--method", target.method, *data),
        *(
            "--level=3",
            f"--dbms={dialect}",
            "--batch",
            "--flush-session",
            "--output-dir",
            str(folder),
            "--headers",
            headers,
        ),
        *(
            "--ignore-code=*",
            "--disable-coloring",
            "--ignore-redirects",
            "--drop-set-cookie",
            "--skip-waf",
            "--time-sec=2",
        ),
        *("--timeout=20", "--retries=1", f"--time-limit={SECONDS}", "--answers=quit=N,follow=N,skip=N"),
        *(("--cookie", cookie, "--skip", "zinute_session") if cookie else ()),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=os.environ | {"NO_PROXY": "*", "HOME": str(folder)},
    )
    said, _ = await process.communicate()
    return said.decode(errors="replace")


async def signed_in(door: Door, base: str, database: Database, reader: int) -> str:
    token = await door.link(reader)
    async with httpx.AsyncClient(base_url=base, timeout=60) as client:
        await client.post("/sign-in", data={"token": token}, headers=SAME_ORIGIN)
        await database.write(partial(by_two_factors, person=reader))
        return f"zinute_session={client.cookies['zinute_session']}"


async def test_no_parameter_becomes_a_statement(
    *,
    kind: Kind,
    console: Starlette,
    app: Counted,
    base: str,
    database: Database,
    clock: Hurried,
    tmp_path: Path,
) -> None:
    planted = await database.write(plant)
    reader, door = planted.actors["platform", "sector"], Door(console, database, clock)
    found, untested, parameters, whole = list[tuple[str, str]](), list[str](), 0, 0
    chosen = [each for each in targets(console, planted) if re.search(ONLY, each.name)]
    for target in sorted(chosen, key=lambda each: each.name == "sign_out"):
        clock.at, clock.hurries = MONDAY, False
        cookie = await signed_in(door, base, database, reader) if target.private else ""
        clock.hurries = not target.private
        said = await sqlmap(base, target, DIALECTS[kind], tmp_path / target.name, cookie)
        parameters += len({name for name in TESTED.findall(said) if name})
        found += [(target.name, each) for each in FOUND.findall(said)]
        whole += "do not appear to be injectable" in said
        if "testing for SQL injection on" not in said and "do not appear to be injectable" not in said:
            untested.append(f"{target.method} {target.name}: {said[-400:]}")
    print(kind, len(chosen), "routes,", whole, "of them whole,", parameters, "parameters,", app.answers)
    assert (found, untested) == ([], [])
    assert {status for status in app.answers if status >= 500} == set()


async def test_it_finds_what_is_there(*, kind: Kind, base: str, tmp_path: Path) -> None:
    leak = Target("leak", "GET", "/leak", ("q",), private=False)
    said = await sqlmap(base, leak, DIALECTS[kind], tmp_path, "")
    assert "Parameter: q (GET)" in FOUND.findall(said), said[-1500:]
