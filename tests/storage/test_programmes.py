"""Published programmes, pictures and what happened, in the store."""

import asyncio
import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from domain.programme import Picture, Programme, Rules
from domain.text import Entity, Text
from storage import activity, media, programmes
from storage.activity import ACTIVITY
from storage.codec import dump_programme, load_programme
from storage.database import Connection, Database
from storage.errors import NotFound
from storage.programmes import VERSION
from tests.storage import stores
from tests.storage.samples import MONDAY, rows, sample, settle_down

DAY = timedelta(days=1)


async def publish(database: Database, programme: Programme, days: int = 0) -> int | None:
    return await database.write(partial(programmes.publish, programme=programme, at=MONDAY + days * DAY))


async def test_the_same_programme_is_published_once(database: Database) -> None:
    assert await publish(database, sample()) is not None
    assert await publish(database, sample(), 1) is None
    assert await rows(database, VERSION.c.number, VERSION.c.published_at) == [(1, MONDAY)]


async def test_a_change_is_a_new_version_and_the_old_one_stays_as_it_was(database: Database) -> None:
    texts = sample(), sample(words=" changed"), sample()
    versions = [await publish(database, each, day) for day, each in enumerate(texts)]
    read = [await database.read(partial(programmes.version, version_id=each)) for each in versions if each]
    assert read == list(texts)
    assert await database.read(partial(programmes.newest_by_slug, slug="small")) == sample()
    owner = await database.read(partial(programmes.by_slug, slug="small"))
    assert await database.read(programmes.newest) == {owner: versions[2]}
    numbers = await rows(database, VERSION.c.number, VERSION.c.programme_id)
    assert numbers == [(1, owner), (2, owner), (3, owner)]


async def test_a_version_that_was_not_kept_is_not_remembered(database: Database) -> None:
    def publish_and_fail(tx: Connection) -> None:
        version = programmes.publish(tx, sample(words=" that nobody saw"), MONDAY)
        assert version is not None
        assert programmes.version(tx, version).lessons
        raise LookupError

    def publish_and_read(tx: Connection) -> Programme:
        version = programmes.publish(tx, sample(), MONDAY)  # SQLite gives it the same id again
        assert version is not None
        return programmes.version(tx, version)

    with pytest.raises(LookupError):
        await database.write(publish_and_fail)
    assert await database.write(publish_and_read) == sample()


async def test_programmes_are_listed_in_the_order_of_their_first_publication(database: Database) -> None:
    for slug, words in (("b", ""), ("a", ""), ("b", " again")):
        await publish(database, sample(slug, words=words))
    newest = await database.read(programmes.newest)
    listed = [await database.read(partial(programmes.version, version_id=each)) for each in newest.values()]
    assert [each.slug for each in listed] == ["b", "a"]


async def test_nobody_knows_a_programme_that_was_not_published(database: Database) -> None:
    assert await database.read(partial(programmes.by_slug, slug="none")) is None
    assert await database.read(partial(programmes.newest_by_slug, slug="none")) is None
    assert await database.read(programmes.newest) == {}


async def test_everything_that_a_lesson_can_have_is_kept(database: Database) -> None:
    for draft in stores.library().drafts:
        version = await publish(database, draft.programme)
        assert version is not None
        row = await rows(database, VERSION.c.digest, VERSION.c.content, where=VERSION.c.id == version)
        assert row[0][0] == hashlib.sha256(row[0][1].encode()).hexdigest()
        assert load_programme(row[0][1]) == draft.programme
        assert await database.read(partial(programmes.version, version_id=version)) == draft.programme
    cards = [card for text in draft.programme.lessons[0].texts for card in text.cards]
    assert any(isinstance(card.picture, Picture) for card in cards)
    assert any(isinstance(entity, Entity) for card in cards for entity in card.text.entities)
    assert all(isinstance(card.text, Text) for card in cards)


async def test_a_picture_is_kept_once_as_it_is(database: Database) -> None:
    data = bytes(range(256))
    await asyncio.gather(*(database.write(partial(media.keep, digest="d", data=data)) for _ in range(5)))
    assert await database.read(partial(media.data, digest="d")) == data
    with pytest.raises(NotFound, match="other"):
        await database.read(partial(media.data, digest="other"))


async def test_a_messengers_newest_handle_of_a_picture_is_remembered(database: Database) -> None:
    def keep(tx: Connection) -> list[str | None]:
        media.keep(tx, "d", b"png")
        for channel, account, handle in (("t", "1", "old"), ("t", "2", "other"), ("t", "1", "new")):
            media.keep_handle(tx, channel, account, "d", handle)
        places = (("t", "1"), ("t", "2"), ("w", "1"))
        return [media.handle(tx, channel, account, "d") for channel, account in places]

    assert await database.write(keep) == ["new", "other", None]


async def test_what_happened_is_noted_with_the_persons_organisation(database: Database) -> None:
    town = await database.write(settle_down)
    details: dict[str, str | int | bool | None] = {"what": "hour", "person": 1, "at": "10:15"}

    def note(tx: Connection) -> None:
        activity.note(tx, town.kari, "answered", MONDAY, question="q", correct=None, chosen="Ž")
        activity.note(tx, town.kari, "settings", MONDAY, **details)

    await database.write(note)
    assert [json.loads(row[1]) for row in await rows(database, ACTIVITY.c.id, ACTIVITY.c.details)] == [
        {"question": "q", "correct": None, "chosen": "Ž"},
        details,
    ]
    assert await rows(
        database, ACTIVITY.c.person_id, ACTIVITY.c.organisation_id, ACTIVITY.c.what, ACTIVITY.c.at
    ) == [(town.kari, town.elsewhere, what, MONDAY) for what in ("answered", "settings")]


def test_a_version_that_was_published_before_there_were_rules_is_read() -> None:
    plain = json.loads(dump_programme(sample()))
    del plain["rules"]
    for text in plain["texts"]:
        del text["audience"]
    assert load_programme(json.dumps(plain)) == sample()


def test_rules_are_kept_whole() -> None:
    rules = Rules("free", ("a", "b"), 80, 2, 0, 240, 60, "City", "CC BY 4.0", ("guide",), ("museums",))
    ruled = replace(sample(), rules=rules)
    assert load_programme(dump_programme(ruled)) == ruled
