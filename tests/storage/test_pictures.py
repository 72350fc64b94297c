"""Pictures beside a programme: whose they are, their bytes once, and how long these stay."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.util import await_only

from domain.programme import Card, Picture, Programme
from storage import media, pictures, programmes
from storage.database import Connection, Database
from storage.errors import NotFound
from storage.media import MEDIA
from storage.pictures import Brought
from tests.storage import stores
from tests.storage.samples import MONDAY, sample, settle_down

DATA = b"\x89PNG and so on"
DESK = Picture(sha256(DATA).hexdigest(), "desk.png", "", 40, 20)
LATER = MONDAY + timedelta(hours=1)


def with_desk(slug: str = "small") -> Programme:
    """A programme that shows the picture."""
    made = sample(slug)
    first = made.lessons[0]
    text = replace(first.texts[0], cards=(Card(picture=replace(DESK, alt="A desk")), *first.texts[0].cards))
    return replace(made, lessons=(replace(first, texts=(text, *first.texts[1:])), *made.lessons[1:]))


async def there(database: Database) -> list[str]:
    """The digests of the bytes that are kept."""
    return await database.read(lambda tx: list(tx.execute(MEDIA.select()).scalars()))


async def test_a_picture_is_kept_with_who_brought_it_until_it_is_taken_away(database: Database) -> None:
    town = await database.write(settle_down)
    await database.write(lambda tx: pictures.put(tx, town.programme, DESK, DATA, person=town.ana, at=LATER))
    kept = await database.read(partial(pictures.of_programme, programme=town.programme))
    assert kept == [Brought(DESK, "Ana Anaitė", LATER)]
    assert await database.read(partial(media.data, digest=DESK.digest)) == DATA
    await database.write(partial(pictures.drop, programme=town.programme, name="other.png"))
    await database.write(
        lambda tx: media.keep_handle(tx, "telegram", "1", DESK.digest, "what Telegram calls it")
    )
    await database.write(partial(pictures.drop, programme=town.programme, name="desk.png"))
    assert await database.read(partial(pictures.of_programme, programme=town.programme)) == []
    with pytest.raises(NotFound):
        await database.read(partial(media.data, digest=DESK.digest))


async def test_the_same_bytes_are_kept_once_and_stay_for_whoever_else_has_them(database: Database) -> None:
    town = await database.write(settle_down)

    def two(tx: Connection) -> int:
        programmes.publish(tx, sample("other"), LATER)
        other = programmes.by_slug(tx, "other")
        assert other
        for each in (town.programme, other):
            pictures.put(tx, each, DESK, DATA, person=town.ana, at=LATER)
        return other

    other = await database.write(two)
    assert await there(database) == [DESK.digest]
    await database.write(partial(pictures.drop, programme=other, name="desk.png"))
    assert await there(database) == [DESK.digest]
    await database.write(partial(pictures.drop, programme=town.programme, name="desk.png"))
    assert await there(database) == []


async def test_what_a_version_shows_stays_as_long_as_the_version(database: Database) -> None:
    town = await database.write(settle_down)

    def publish(tx: Connection) -> None:
        pictures.put(tx, town.programme, DESK, DATA, person=town.ana, at=LATER)
        programmes.publish(tx, with_desk(), LATER, town.ana)
        programmes.publish(tx, sample(words=" later"), LATER, town.ana)
        pictures.drop(tx, town.programme, "desk.png")

    await database.write(publish)
    assert await there(database) == [DESK.digest]


async def test_one_that_is_dropped_before_it_is_held_is_kept_anew(postgres_url: str, tmp_path: Path) -> None:
    async with stores.opened("postgres", tmp_path, lambda: postgres_url) as database:
        town = await database.write(settle_down)
        put = partial(
            pictures.put, programme=town.programme, picture=DESK, data=DATA, person=town.ana, at=LATER
        )
        await database.write(put)
        dropped = list[str]()

        def drop_first(_tx: Connection, _cursor: object, statement: str, *_: object) -> None:
            if "FOR SHARE" in statement and not dropped:
                dropped.append(statement)
                await_only(database.write(partial(pictures.drop, programme=town.programme, name="desk.png")))

        def keep(tx: Connection) -> None:
            event.listen(tx, "before_cursor_execute", drop_first)
            media.keep(tx, DESK.digest, DATA)

        await database.write(keep)
        assert (len(dropped), await there(database)) == (1, [DESK.digest])
