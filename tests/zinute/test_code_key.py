"""The key of the codes that go by mail: made once, for its owner only, whole, and the same for all of a store."""

import asyncio
import shutil
import stat
from functools import partial
from pathlib import Path

import pytest

from storage import instance
from storage.database import Database
from storage.instance import INSTANCE
from tests.storage.samples import MONDAY, rows
from zinute import restored
from zinute.code_key import code_key, shared_key
from zinute.config import Settings
from zinute.errors import Stop


def test_it_is_made_once_and_read_by_its_owner_only(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", state=tmp_path / "state")
    key = code_key(settings)
    assert (len(key), code_key(settings)) == (32, key)
    file = tmp_path / "state" / "code-key"
    assert not settings.data.exists(), "a copy of the data has no key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert code_key(Settings(state=tmp_path / "other")) != key
    assert code_key(Settings(state=tmp_path / "other", code_key=file)) == key


def test_one_that_cannot_be_used_stops_the_service(tmp_path: Path) -> None:
    half = tmp_path / "half"
    half.write_bytes(b"k" * 31)
    with pytest.raises(Stop, match="is not whole"):
        code_key(Settings(code_key=half))
    with pytest.raises(Stop, match="cannot be used"):
        code_key(Settings(code_key=tmp_path))


@pytest.fixture
async def store(database: Database) -> Database:
    """One on which a service has begun."""
    await database.write(partial(instance.begin, identity="store"))
    return database


async def test_services_of_one_store_have_one_key(store: Database, tmp_path: Path) -> None:
    first, second = Settings(state=tmp_path / "first"), Settings(state=tmp_path / "second")
    key = await shared_key(first, store)
    assert await shared_key(first, store) == key
    with pytest.raises(
        Stop, match=r"^The codes [^.]+/second/code-key: copy the key of the other [^.]+mail\.md\)\.$"
    ):
        await shared_key(second, store)
    shutil.copy(tmp_path / "first" / "code-key", tmp_path / "second" / "code-key")
    assert await shared_key(second, store) == key
    ((kept,),) = await rows(store, INSTANCE.c.code_key)
    assert key not in bytes.fromhex(kept)
    assert len(kept) == 64


async def test_of_two_that_come_at_once_one_stops(store: Database, tmp_path: Path) -> None:
    both = (shared_key(Settings(state=tmp_path / name), store) for name in ("first", "second"))
    ended = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(each).__name__ for each in ended) == ["Stop", "bytes"]


async def test_a_restored_store_takes_the_next_key_once_somebody_has_decided(
    store: Database, tmp_path: Path
) -> None:
    """The key is in no backup: where the machine is lost, it is too."""
    await shared_key(Settings(state=tmp_path / "lost"), store)
    await store.write(partial(instance.hold, at=MONDAY))
    new = Settings(state=tmp_path / "new")
    with pytest.raises(Stop, match="another key"):
        await shared_key(new, store)
    await store.write(partial(restored.decide, then="send", now=MONDAY))
    assert await shared_key(new, store) == code_key(new)
