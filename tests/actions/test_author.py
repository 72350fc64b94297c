"""Lessons changed in the console: two authors, publishing, going back, and what a folder may not overwrite."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

import pytest

from actions import author
from actions.author import Desk, Loaded
from actions.publish import left_alone, publish
from domain.organisation import Scope
from domain.programme import Programme
from lessons import editing
from lessons.library import Draft
from storage import programmes, search
from storage.database import Database
from storage.errors import NotFound
from tests.storage.samples import MONDAY, Town, sample, settle_down

KEY: Final[author.Key] = ("00", "lt")
OTHER: Final[author.Key] = ("01", "pl")
LATER = MONDAY + timedelta(hours=1)


def scope(person: int) -> Scope:
    """What the authenticator makes of somebody who only writes lessons, those of all organisations."""
    return Scope(person, frozenset(range(1, 10_000)), frozenset({"write"}))


@pytest.fixture
async def town(database: Database) -> Town:
    return await database.write(settle_down)


async def desk(database: Database, person: int) -> Desk:
    return await database.read(partial(author.desk, scope=scope(person), slug="small"))


def loaded(desk: Desk, key: author.Key = KEY) -> Loaded:
    return Loaded(desk.stands(key), desk.base(key))


async def save(
    database: Database, person: int, source: str | None, began: Loaded, key: author.Key = KEY
) -> str:
    put = partial(author.save, scope=scope(person), slug="small", key=key, source=source)
    return await database.write(partial(put, loaded=began, now=LATER))


async def newest(database: Database) -> Programme:
    found = await database.read(partial(programmes.newest_by_slug, slug="small"))
    assert found
    return found


async def found_by_newest(database: Database, town: Town) -> bool:
    """Whether `/find` looks in what is published now."""
    versions = await database.read(programmes.newest)
    return (await database.read(search.indexed))[town.programme] == versions[town.programme]


def changed(programme: Programme, key: author.Key = KEY) -> str:
    source = editing.written(programme, key)
    assert source
    return source.replace("title: ", "title: ", 1).replace("minutes: ", "minutes: 1", 1)


async def test_the_second_of_two_authors_overwrites_nothing_in_silence(
    database: Database, town: Town
) -> None:
    began = loaded(await desk(database, town.ana))
    assert await save(database, town.ana, "ana's", began) == "saved"
    assert await save(database, town.kari, "kari's", began) == "changed"
    assert (await desk(database, town.ana)).drafts[KEY].source == "ana's"
    assert await save(database, town.kari, "ana's", began) == "saved"
    assert await save(database, town.kari, None, began) == "changed"
    again = loaded(await desk(database, town.kari))
    assert await save(database, town.kari, "kari's", again) == "saved"
    kept = (await desk(database, town.ana)).drafts[KEY]
    assert (kept.source, kept.by) == ("kari's", "Kari Åsen")


async def test_a_text_that_was_published_meanwhile_is_not_what_was_begun_with(
    database: Database, town: Town
) -> None:
    began = loaded(await desk(database, town.ana))
    await database.write(partial(programmes.publish, programme=sample(words=" new"), at=LATER))
    assert await save(database, town.ana, "mine", began) == "changed"
    here = await desk(database, town.ana)
    assert await save(database, town.ana, "mine", loaded(here)) == "saved"
    assert not (await desk(database, town.ana)).late((await desk(database, town.ana)).drafts[KEY])
    await database.write(partial(programmes.publish, programme=sample(), at=LATER))
    late = await desk(database, town.ana)
    assert late.late(late.drafts[KEY])


async def test_all_drafts_are_published_together_and_gone(database: Database, town: Town) -> None:
    before = await newest(database)
    first = await desk(database, town.ana)
    for key in (KEY, OTHER):
        assert await save(database, town.ana, changed(before, key), loaded(first, key), key) == "saved"
    seen = await desk(database, town.ana)
    made = editing.edited(seen.programme, {key: each.source for key, each in seen.drafts.items()})
    put = partial(author.publish_drafts, scope=scope(town.ana), seen=seen, programme=made.programme)
    assert made.good
    assert await database.write(partial(put, now=LATER)) == "published"
    after = await newest(database)
    assert after == made.programme
    differing = [
        (new.slug, text.language)
        for new, old in zip(after.lessons, before.lessons, strict=True)
        for text, was in zip(new.texts, old.texts, strict=True)
        if text != was
    ]
    assert differing == [KEY, OTHER]
    assert await found_by_newest(database, town)
    assert (await desk(database, town.ana)).drafts == {}
    assert await database.write(partial(put, now=LATER)) == "changed"


async def test_a_draft_that_was_saved_since_the_look_is_not_published_unseen(
    database: Database, town: Town
) -> None:
    here = await desk(database, town.ana)
    await save(database, town.ana, changed(here.programme), loaded(here))
    seen = await desk(database, town.ana)
    await save(database, town.kari, "# not looked at", loaded(here, OTHER), OTHER)
    put = partial(author.publish_drafts, scope=scope(town.ana), seen=seen, programme=sample(words=" x"))
    assert await database.write(partial(put, now=LATER)) == "changed"
    assert (await newest(database), len((await desk(database, town.ana)).drafts)) == (sample(), 2)


async def test_going_back_publishes_what_was_as_a_new_version(database: Database, town: Town) -> None:
    await database.write(partial(programmes.publish, programme=sample(words=" x"), at=LATER, by=town.ana))
    now = await desk(database, town.kari)
    back = partial(author.go_back, scope=scope(town.kari), slug="small", now=LATER)
    assert await database.write(partial(back, version=town.version, seen=town.version)) == "changed"
    assert await database.write(partial(back, version=town.version, seen=now.version)) == "back"
    assert await newest(database) == sample()
    assert await found_by_newest(database, town)
    told = await database.read(partial(programmes.issues, programme=town.programme))
    assert [(each.number, each.by) for each in told] == [(3, "Kari Åsen"), (2, "Ana Anaitė"), (1, "")]
    other = await database.write(partial(programmes.publish, programme=sample("other"), at=LATER))
    assert other
    with pytest.raises(NotFound):
        await database.write(partial(back, version=other, seen=told[0].id))


async def test_nobody_writes_without_the_right(database: Database, town: Town) -> None:
    reading = Scope(town.ana, frozenset({town.here}))
    seen = await desk(database, town.ana)
    save_it = partial(author.save, source="x", loaded=loaded(seen), key=KEY)
    publish_it = partial(author.publish_drafts, seen=seen, programme=sample(words=" x"))
    go_back = partial(author.go_back, slug="small", version=town.version, seen=town.version)
    for act in (partial(save_it, slug="small"), publish_it, go_back):
        with pytest.raises(NotFound):
            await database.write(partial(act, scope=reading, now=LATER))
    with pytest.raises(NotFound):
        await database.read(partial(author.desk, scope=reading, slug="small"))
    assert await database.read(programmes.newest) == {town.programme: town.version}


async def test_a_folder_leaves_alone_what_was_published_in_the_console(
    database: Database, town: Town
) -> None:
    mine, folder = sample(words=" from the console"), [Draft(sample(words=" from the folder"), {}, ())]
    await database.write(partial(programmes.publish, programme=mine, at=LATER, by=town.ana))
    for _ in range(2):  # every start of the service publishes its folder
        assert await database.write(partial(publish, drafts=folder, now=LATER)) == []
    assert await newest(database) == mine
    assert await database.read(partial(left_alone, drafts=folder)) == ["small"]
    assert await database.write(partial(publish, drafts=folder, now=LATER, over=True)) == ["small"]
    assert await newest(database) == folder[0].programme
    assert await database.read(partial(left_alone, drafts=folder)) == []
    newer = [replace(folder[0], programme=sample(words=" newer"))]
    assert await database.write(partial(publish, drafts=newer, now=LATER)) == ["small"]
