"""Drafts of lessons and who published what, in the store."""

from datetime import timedelta
from functools import partial

from storage import drafts, programmes
from storage.database import Connection, Database
from storage.drafts import Draft
from storage.programmes import Issue
from tests.storage.samples import MONDAY, sample, settle_down

LATER = MONDAY + timedelta(hours=1)


async def test_one_draft_of_each_text_is_kept_with_who_saved_it_last(database: Database) -> None:
    town = await database.write(settle_down)

    def write(tx: Connection) -> None:
        put = partial(drafts.put, tx, town.programme, base="b")
        put(("00", "pl"), source="one", person=town.ana, at=MONDAY)
        put(("00", "lt"), source="two", person=town.ana, at=MONDAY)
        put(("00", "pl"), source="three\n„ž“", person=town.kari, at=LATER)

    await database.write(write)
    kept = await database.read(partial(drafts.of_programme, programme=town.programme))
    assert kept == [
        Draft("00", "lt", "two", "b", "Ana Anaitė", MONDAY),
        Draft("00", "pl", "three\n„ž“", "b", "Kari Åsen", LATER),
    ]
    assert await database.read(drafts.counts) == {town.programme: 2}
    await database.write(partial(drafts.drop, programme=town.programme, key=("00", "lt")))
    assert await database.read(drafts.counts) == {town.programme: 1}
    await database.write(partial(drafts.drop_all, programme=town.programme))
    assert await database.read(drafts.counts) == {}


async def test_versions_say_who_published_them(database: Database) -> None:
    town = await database.write(settle_down)
    await database.write(partial(programmes.publish, programme=sample(words=" x"), at=LATER, by=town.ana))
    told = await database.read(partial(programmes.issues, programme=town.programme))
    assert told == [
        Issue(told[0].id, 2, LATER, "Ana Anaitė"),
        Issue(town.version, 1, MONDAY, ""),
    ]
    assert await database.read(partial(programmes.from_console, slug="small"))


async def test_a_folder_takes_the_same_text_over_from_the_console(database: Database) -> None:
    town = await database.write(settle_down)
    publish = partial(programmes.publish, programme=sample(words=" x"), at=LATER)
    first = await database.write(partial(publish, by=town.ana))
    assert await database.write(partial(publish, by=town.kari)) is None
    assert await database.write(publish) not in (None, first)
    assert not await database.read(partial(programmes.from_console, slug="small"))
    assert await database.write(publish) is None
