"""The doctor: what is wrong is named with what to do, and no secret is told, there or anywhere else."""

import json
import os
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from storage import instance, outbox, statements
from storage.database import Connection, Database
from tests.storage import stores
from tests.storage.outgoing import HELLO
from tests.storage.samples import MONDAY, address
from tests.tools.commands import zinute
from zinute import doctor
from zinute.config import Settings
from zinute.doctor import examine, shown
from zinute.finding import Finding

ROOT = Path(__file__).parents[2]
CANARY = "cAnArY"
SECRETS = {
    "ZINUTE_METRICS_TOKEN": f"{CANARY}-metrics",
    "ZINUTE_XAPI_SECRET": f"{CANARY}-xapi",
    "ZINUTE_TELEGRAM_TOKEN": f"{CANARY}:123456",
    "ZINUTE_TELEGRAM_WEBHOOK_SECRET": f"{CANARY}-hook",
    "ZINUTE_SMTP_URL": f"smtps://me:{CANARY}@mail.example",
    "ZINUTE_PUBLIC_URL": f"https://me:{CANARY}@learn.example",
}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in list(os.environ):
        if name.startswith("ZINUTE_"):
            monkeypatch.delenv(name)
    return Settings(data=tmp_path, state=tmp_path / "state", public_url="https://learn.example")


async def store(settings: Settings) -> Database:
    await stores.put(settings.data / "zinute.db")
    database = Database(settings.database_url)
    await database.open()
    await database.write(partial(instance.begin, identity="one"))
    return database


async def wrong(settings: Settings, environment: Mapping[str, str] | None = None) -> list[Finding]:
    found = await examine(settings, environment or {}, MONDAY, network=False)
    assert all(bool(each.mend) != each.well for each in found)
    return [each for each in found if not each.well]


async def test_a_service_that_can_work_is_well(settings: Settings) -> None:
    await (await store(settings)).close()
    assert await wrong(settings) == []


async def test_a_store_that_is_not_there_is_named(settings: Settings) -> None:
    [found] = await wrong(settings)
    assert (found.name, "There is no database" in found.says, "zinute migrate" in found.mend) == (
        "store",
        True,
        True,
    )


@pytest.mark.parametrize(
    ("asked", "names"), [("ssl=disable", ["network", "store"]), ("ssl=require", ["store"])]
)
async def test_a_network_on_which_others_can_listen_is_named(
    settings: Settings, asked: str, names: list[str]
) -> None:
    settings.database = f"postgresql+asyncpg://zinute@127.1:1/zinute?{asked}"
    assert sorted(each.name for each in await wrong(settings)) == names  # 127.1 is no name of this machine


async def test_a_restored_store_waits_for_a_decision(settings: Settings) -> None:
    database = await store(settings)
    await database.write(partial(instance.hold, at=MONDAY))
    await database.close()
    [found] = await wrong(settings)
    assert (found.name, "zinute restored send" in found.mend) == ("store", True)


async def test_all_that_is_wrong_with_a_store_is_named_at_once(settings: Settings) -> None:
    database = await store(settings)

    def later(tx: Connection) -> None:
        to = outbox.To(address(tx), "web")
        outbox.add(tx, outbox.New(to, HELLO, "k", "reply"), MONDAY + timedelta(hours=1))
        instance.hold(tx, MONDAY)

    await database.write(later)
    await database.close()
    assert [each.name for each in await wrong(settings)] == ["store", "clock"]


async def test_a_clock_that_is_behind_the_store_is_named(settings: Settings) -> None:
    database = await store(settings)

    def later(tx: Connection) -> None:
        to = outbox.To(address(tx), "web")
        outbox.add(tx, outbox.New(to, HELLO, "k", "reply"), MONDAY + timedelta(hours=1))

    await database.write(later)
    await database.close()
    assert [each.name for each in await wrong(settings)] == ["clock"]


async def test_settings_keys_disk_and_address_are_looked_at(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await (await store(settings)).close()
    key = settings.state / "code-key"
    key.parent.mkdir()
    key.write_bytes(b"k" * 32)
    key.chmod(0o644)
    monkeypatch.setattr(doctor, "ROOM", 10**18)
    monkeypatch.setenv("ZINUTE_TELEGRAM_TOKEN", "no token")
    plain = settings.model_copy(update={"public_url": "http://learn.example"})
    found = await wrong(plain, {"ZINUTE_PUBLIC_ULR": "x"})
    assert [each.name for each in found] == [
        "settings",
        "telegram",
        "data",
        "state",
        "key of codes",
        "address",
    ]
    assert "ZINUTE_PUBLIC_ULR" in found[0].says


def test_secrets_are_masked_and_the_others_are_shown() -> None:
    told = shown(SECRETS | {"ZINUTE_PORT": "8000", "ZINUTE_UNKNOWN": CANARY, "HOME": "/"})
    assert CANARY not in str(told)
    assert (told["ZINUTE_PORT"], set(told)) == ("8000", {*SECRETS, "ZINUTE_PORT", "ZINUTE_UNKNOWN"})


@pytest.mark.parametrize("command", [("doctor", "--json", "--offline"), ("migrate",), ("serve",)])
def test_no_command_tells_a_secret(command: tuple[str, ...], tmp_path: Path) -> None:
    """The token is none, so that even `serve` ends by itself, with a sentence."""
    home = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    place = {
        "ZINUTE_DATA": str(tmp_path / "data"),
        "ZINUTE_STATE": str(tmp_path / "state"),
        "ZINUTE_PORT": "1",
    }
    run = zinute(*command, environment=home | place | SECRETS, folder=tmp_path)
    assert CANARY.encode() not in run.stdout + run.stderr
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert CANARY.encode() not in files
    if command[0] == "doctor":
        told = json.loads(run.stdout)
        assert (run.returncode, told["well"]) == (1, False)


async def test_a_record_store_that_is_not_told_is_named(settings: Settings) -> None:
    database = await store(settings)
    there = settings.model_copy(update={"xapi_url": "https://lrs.example/xapi"})
    assert await wrong(there) == []
    await database.write(statements.position)
    await database.write(partial(statements.failed, why="it answered 503"))
    [finding] = await wrong(there)
    assert (finding.name, finding.says) == (
        "learning record store",
        "0 statements were sent, 0 wait. It could not be told: it answered 503.",
    )
    await database.write(partial(statements.failed, why=""))
    await database.close()
    [finding] = await wrong(settings.model_copy(update={"xapi_url": "http://lrs.example"}))
    assert finding.says.startswith("ZINUTE_XAPI_URL has to begin with https://")
