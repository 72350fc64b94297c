"""A learning record store is told what was learned: all of it, once, whatever that store answers meanwhile."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from console.outgoing import Outgoing
from domain.statement import Teller, pseudonym
from storage import erasures, instance, own_data, statements
from storage.activity import ACTIVITY
from storage.database import Connection, Database
from storage.statements import STATEMENT, Told
from tests.console.town import MONDAY, Cast, Town, settle
from tests.fakes.lrs import PASSWORD, USER, Lrs, running
from tests.storage import stores
from tests.storage.samples import rows
from tests.tools.commands import zinute
from zinute.assemble import opened
from zinute.code_key import code_key
from zinute.config import Settings
from zinute.errors import Stop
from zinute.lrs import Line, Place, Untold, place, room, tell_once

ROOT = Path(__file__).parents[2]
HOME = "https://learn.example"
PLAIN = "s3cret"  # Ralph knows ASCII only
TELLER = Teller(HOME, b"k" * 32)
OUTGOING = Outgoing()
LATER = MONDAY + timedelta(hours=1)


@pytest.fixture
def lrs() -> Iterator[Lrs]:
    with running() as lrs:
        yield lrs


@pytest.fixture
def to(lrs: Lrs) -> Place:
    return place(set_up(lrs.url))


@pytest.fixture
async def cast(database: Database) -> Cast:
    return await database.write(settle)


def from_the_beginning(tx: Connection) -> None:
    """As if it had not been sent."""
    tx.execute(statements.RECORD_STORE.update().values(position=0))


def set_up(url: str, **more: object) -> Settings:
    given = {"xapi_url": url, "xapi_key": USER, "xapi_secret": PASSWORD, "public_url": HOME}
    return Settings.model_validate(given | more)


async def tell_all(database: Database, to: Place) -> None:
    while await tell_once(database, Line(OUTGOING, to), TELLER, LATER):
        pass


async def told(database: Database) -> Told:
    return await database.read(statements.told)


async def test_everything_is_told_once(database: Database, cast: Cast, lrs: Lrs, to: Place) -> None:
    await tell_all(database, to)
    verbs = [each["verb"]["id"].rpartition("/")[2] for each in lrs.statements.values()]
    assert verbs == ["registered", "answered", "answered", "completed"] * 2
    who = {each["actor"]["account"]["name"] for each in lrs.statements.values()}
    assert who == {pseudonym(TELLER.key, each) for each in (cast.learner, cast.elsewhere)}
    assert [word for word in ("Ona", "Per", "example.org", "Library") if word in str(lrs.statements)] == []
    assert await told(database) == Told(0, 0, 8, LATER, "")
    count = len(lrs.requests)
    await tell_all(database, to)
    assert len(lrs.requests) == count == 1


async def test_what_has_only_just_happened_waits_until_it_is_sure(
    database: Database, cast: Cast, lrs: Lrs, to: Place
) -> None:
    await database.write(
        lambda tx: Town(tx, LATER - timedelta(seconds=90)).note(
            cast.learner, "enrolled", version=cast.safe[1]
        )
    )
    await tell_all(database, to)
    assert len(lrs.statements) == 8
    while await tell_once(database, Line(OUTGOING, to), TELLER, LATER + timedelta(seconds=30)):
        pass
    assert len(lrs.statements) == 9


@pytest.mark.parametrize("status", [500, 503, 429, 401, 302])
async def test_a_store_that_is_away_is_told_later(
    database: Database, cast: Cast, lrs: Lrs, to: Place, status: int
) -> None:
    lrs.down = status
    with pytest.raises(Untold, match=f"it answered {status}"):
        await tell_all(database, to)
    assert (await told(database)).waiting == 8
    assert len(lrs.requests) == 1  # it was not followed elsewhere
    lrs.down = 0
    await tell_all(database, to)
    assert (len(lrs.statements), (await told(database)).waiting) == (8, 0)


async def test_a_store_that_is_not_there_is_told_later(database: Database, cast: Cast) -> None:
    with pytest.raises(Untold, match="it cannot be reached"):
        await tell_all(database, place(set_up("http://127.0.0.1:9/xapi")))
    assert (await told(database)).waiting == 8


async def test_what_is_sent_again_is_known_there(database: Database, cast: Cast, lrs: Lrs, to: Place) -> None:
    await tell_all(database, to)
    before = dict(lrs.statements)
    await database.write(from_the_beginning)
    lrs.conflicts = True
    await tell_all(database, to)
    assert lrs.statements == before
    assert [status for status, _ in lrs.requests] == [200] + [409] * 9
    assert (await told(database)).waiting == 0


async def test_what_it_refuses_is_put_by_with_its_reason_and_the_rest_goes(
    database: Database, cast: Cast, lrs: Lrs, to: Place
) -> None:
    lrs.bad = {"http://adlnet.gov/expapi/verbs/registered"}
    await tell_all(database, to)
    assert (len(lrs.statements), (await told(database)).refused) == (6, 2)
    refused = await rows(database, STATEMENT.c.refused)
    assert [each[0][:7] for each in refused] == ["400 bad"] * 2
    await database.write(lambda tx: statements.forget(tx, LATER + timedelta(days=31)))
    assert await rows(database, STATEMENT.c.refused) == []


class Everything(set[str]):
    """Has whatever it is asked for."""

    def __contains__(self, asked: object) -> bool:
        return True


async def test_where_all_is_refused_nothing_is_put_by(
    database: Database, cast: Cast, lrs: Lrs, to: Place
) -> None:
    lrs.bad = Everything()
    with pytest.raises(Untold, match="takes nothing: 400 bad"):
        await tell_all(database, to)
    assert ((await told(database)).waiting, (await told(database)).refused) == (8, 0)
    lrs.bad = set()
    await tell_all(database, to)
    assert len(lrs.statements) == 8


async def test_what_comes_after_the_newest_was_erased_is_told(
    database: Database, cast: Cast, lrs: Lrs, to: Place
) -> None:
    """SQLite gives its number to what comes next."""

    def go_on(tx: Connection) -> None:
        newest = max(tx.execute(select(ACTIVITY.c.id)).scalars())
        tx.execute(ACTIVITY.delete().where(ACTIVITY.c.id == newest))
        Town(tx, LATER - timedelta(minutes=5)).note(cast.learner, "enrolled", version=cast.safe[1])

    await tell_all(database, to)
    await database.write(go_on)
    await tell_all(database, to)
    assert len(lrs.statements) == 9


async def test_a_clock_that_was_ahead_for_a_moment_holds_nothing_up(
    database: Database, cast: Cast, lrs: Lrs, to: Place
) -> None:
    def happen(tx: Connection) -> None:
        for at in (LATER + timedelta(days=30), LATER - timedelta(minutes=5)):
            Town(tx, at).note(cast.learner, "enrolled", version=cast.safe[1])

    await database.write(happen)
    await tell_all(database, to)
    assert len(lrs.statements) == 10


async def test_too_many_at_once_go_one_by_one(database: Database, cast: Cast, lrs: Lrs, to: Place) -> None:
    lrs.most = 1
    await tell_all(database, to)
    assert (len(lrs.statements), lrs.requests[0]) == (8, (413, 8))


async def test_nothing_is_told_of_whoever_is_erased(
    database: Database, cast: Cast, lrs: Lrs, to: Place
) -> None:
    lrs.down = 500
    with pytest.raises(Untold):
        await tell_all(database, to)
    await database.write(lambda tx: erasures.ask(tx, cast.learner, LATER))
    await database.write(partial(own_data.erase, person=cast.learner, now=LATER))
    lrs.down = 0
    await tell_all(database, to)
    who = {each["actor"]["account"]["name"] for each in lrs.statements.values()}
    assert who == {pseudonym(TELLER.key, cast.elsewhere)}


async def test_a_restored_store_tells_nobody(database: Database, cast: Cast, lrs: Lrs, to: Place) -> None:
    def hold(tx: Connection) -> None:
        instance.begin(tx, "one")
        instance.hold(tx, MONDAY)

    await database.write(hold)
    await tell_all(database, to)
    assert lrs.requests == []


async def test_what_names_no_programme_is_passed_over(
    database: Database, cast: Cast, lrs: Lrs, to: Place
) -> None:
    odd = ACTIVITY.update().where(ACTIVITY.c.what == "enrolled").values(details="{}")
    await database.write(lambda tx: tx.execute(odd).rowcount)
    await tell_all(database, to)
    assert len(lrs.statements) == 6


@pytest.mark.parametrize(
    "url",
    [
        "http://lrs.example/xapi",
        "ftp://lrs.example",
        "https://me:pass@lrs.example/xapi",
        "http://169.254.169.254/",
        "x",
    ],
)
def test_an_address_that_others_can_read_is_refused(url: str) -> None:
    with pytest.raises(Stop, match="ZINUTE_XAPI_URL"):
        place(set_up(url))


def test_the_settings(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from a file\n", encoding="utf-8")
    plain = place(set_up("https://lrs.example/xapi/statements/"))
    assert plain.address == "https://lrs.example/xapi/statements"
    assert (
        place(set_up("https://lrs.example/xapi", xapi_secret_file=secret)).authorization
        != plain.authorization
    )
    assert plain.authorization not in repr(plain)
    with pytest.raises(Stop, match="cannot be read"):
        place(set_up("https://lrs.example/xapi", xapi_secret_file=tmp_path / "none"))


async def test_it_is_on_only_where_it_is_set(database: Database) -> None:
    assert room(Settings(), database, b"", OUTGOING) is None
    with pytest.raises(Stop, match="ZINUTE_PUBLIC_URL"):
        room(set_up("https://lrs.example/xapi", public_url=""), database, b"", OUTGOING)
    assert room(set_up("https://lrs.example/xapi"), database, b"", OUTGOING) is not None


def of(folder: Path, *who: str) -> tuple[int, str]:
    environment = {**os.environ, "ZINUTE_STATE": str(folder / "state")}
    done = zinute("pseudonym", *who, "--data", folder, environment=environment)
    return done.returncode, (done.stdout + done.stderr).decode()


async def test_a_pseudonym_is_printed_for_who_has_to_find_it(tmp_path: Path) -> None:
    async with opened(Settings(data=tmp_path)) as store:
        cast = await store.write(settle)
        await store.write(partial(instance.begin, identity="one"))
    key = code_key(Settings(data=tmp_path, state=tmp_path / "state"))
    called = (0, f"{pseudonym(key, cast.learner)}\n")
    assert of(tmp_path, "ONA.ONAITĖ.1@example.org") == called
    async with opened(Settings(data=tmp_path)) as store:
        await store.write(partial(own_data.erase, person=cast.learner, now=LATER))
    assert of(tmp_path, "--person", str(cast.learner)) == called


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def ralph(folder: Path) -> Path:
    """Ralph in an environment of its own."""
    place = folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", place], check=True)
    python = place / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", "ralph-malph[full]"], check=True)
    return place / "bin" / "ralph"


@pytest.fixture
async def real(tmp_path: Path) -> AsyncIterator[str]:
    """A Ralph that keeps statements in files; its address."""
    program, port = os.environ.get("ZINUTE_TEST_RALPH") or ralph(tmp_path), free_port()
    credentials = tmp_path / "auth.json"
    agent = {"objectType": "Agent", "account": {"homePage": HOME, "name": "zinute"}}
    hashed = bcrypt_of(program, PLAIN)
    who = {"username": USER, "hash": hashed, "scopes": ["all"], "agent": agent}
    credentials.write_text(json.dumps([who]), encoding="utf-8")
    environment = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        "RALPH_AUTH_FILE": str(credentials),
        "RALPH_APP_DIR": str(tmp_path),
        "RALPH_BACKENDS__LRS__FS__DEFAULT_DIRECTORY_PATH": str(tmp_path / "lrs"),
    }
    command = [str(program), "runserver", "-b", "fs", "-h", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, env=environment, cwd=tmp_path)
    try:
        await answers(f"http://127.0.0.1:{port}/__heartbeat__")
        yield f"http://127.0.0.1:{port}/xAPI"
    finally:
        server.terminate()
        server.wait(20)


def bcrypt_of(program: Path | str, password: str) -> str:
    script = f"import bcrypt; print(bcrypt.hashpw({password.encode()!r}, bcrypt.gensalt(4)).decode())"
    python = Path(program).parent / "python"
    return subprocess.check_output([python, "-c", script], text=True).strip()


async def answers(address: str) -> None:
    for _ in range(240):
        try:
            async with httpx.AsyncClient() as there:
                await there.get(address)
                return
        except httpx.TransportError:
            await asyncio.sleep(0.5)
    raise AssertionError("Ralph does not answer")


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_ralph_takes_it(real: str, tmp_path: Path) -> None:
    """Everything, once, also when it is sent again."""
    async with stores.opened("sqlite", tmp_path, str) as store:
        await store.write(town_with_everything)
        there = place(set_up(real, xapi_secret=PLAIN))
        for _ in range(2):
            await tell_all(store, there)
            found = await store.read(statements.told)
            assert (found.waiting, found.refused, found.failure) == (0, 0, "")
            await store.write(from_the_beginning)
    async with httpx.AsyncClient(auth=(USER, PLAIN)) as browser:
        kept = (await browser.get(f"{real}/statements?limit=100")).json()["statements"]
    verbs = Counter(each["verb"]["id"].rpartition("/")[2] for each in kept)
    assert verbs == {"registered": 2, "answered": 4, "completed": 3, "passed": 1, "earned": 1}


def town_with_everything(tx: Connection) -> None:
    cast = settle(tx)
    town = Town(tx, MONDAY)
    version = cast.safe[1]
    town.note(
        cast.learner, "test_done", version=version, lesson=1, right=1, graded=2, percent=50, passed=True
    )
    town.note(cast.learner, "programme_done", version=version, right=1, graded=2)
    town.note(cast.learner, "certified", version=version, number="2026-000001")
