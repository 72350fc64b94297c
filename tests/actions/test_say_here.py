"""The word at the end of a webinar, written in the chat: who was there, and how often it may be guessed."""

from actions import organise
from storage.database import Database
from storage.registrations import REGISTRATION
from tests.actions import hall
from tests.actions.hall import HOUR, MINUTE, START, Hall
from tests.actions.talk import Talk
from tests.actions.test_attend import choices
from tests.storage.samples import MONDAY, rows


async def opened(database: Database, **changes: object) -> tuple[Hall, Talk]:
    """Ana has a seat."""
    held = await hall.opened(database, **{"word": "Žąsis", **changes})
    await hall.guests(database, held.land.library, "ana")
    ana = Talk(database, "ana")
    await ana.says("/register 1")
    ana.at = START + 50 * MINUTE
    return held, ana


async def seen(database: Database) -> list[tuple[object, ...]]:
    columns = (REGISTRATION.c[name] for name in ("id", "attended", "seen_by", "tries"))
    return [row[1:] for row in await rows(database, *columns)]


async def test_the_word_says_that_somebody_was_there(database: Database) -> None:
    _, ana = await opened(database)
    await ana.says("/webinar 1")
    assert choices(ana)[0] == "/here"
    assert await ana.says("1") == ["here.how"]
    assert await ana.says("/here zuikis") == ["here.wrong"]
    assert await ana.says("/here ZASIS.") == ["here.done"]
    assert await seen(database) == [(True, "word", 1)]
    await hall.look(database, START + HOUR)
    assert len(await hall.told(database, ":5:")) == 1


async def test_guessing_ends(database: Database) -> None:
    _, ana = await opened(database)
    said = [(await ana.says(f"/here spėju{each}"))[0] for each in range(6)]
    assert said == ["here.wrong"] * 4 + ["here.many"] * 2
    assert await ana.says("/here žąsis") == ["here.many"]
    assert await seen(database) == [(None, "", 5)]


async def test_it_is_taken_until_half_an_hour_after_the_end(database: Database) -> None:
    _, ana = await opened(database)
    for at, told in ((START - MINUTE, "here.not_now"), (START + HOUR + 31 * MINUTE, "here.not_now")):
        ana.at = at
        assert await ana.says("/here zasis") == [told]
    ana.at = START + HOUR + 30 * MINUTE
    await ana.says("/webinar 1")
    assert choices(ana)[:2] == ["/here", "/rate 1 1"]
    assert await ana.says("/here zasis") == ["here.done"]


async def test_of_several_that_are_on_the_one_with_the_word_is_meant(database: Database) -> None:
    held, ana = await opened(database)
    other = hall.planned(held.land, word="Antis")
    await database.write(lambda tx: organise.make(tx, held.scope, [other], MONDAY))
    ana.at = MONDAY
    await ana.says("/register 2 anyway")
    ana.at = START
    assert await ana.says("/here antis") == ["here.done"]
    assert await seen(database) == [(None, "", 0), (True, "word", 0)]


async def test_by_hand_it_is_corrected_and_stays_so(database: Database) -> None:
    held, ana = await opened(database)
    await hall.tick(database, held, START + HOUR, _1=False)
    assert await ana.says("/here zasis") == ["here.by_hand"]
    assert await seen(database) == [(False, "hand", 0)]
    await hall.tick(database, held, START + HOUR, _1=True)
    assert await ana.says("/here zasis") == ["here.done"]
    assert await seen(database) == [(True, "hand", 0)]


async def test_who_is_not_ticked_while_it_is_on_may_still_say_so(database: Database) -> None:
    """Who came is ticked; of the others nobody knows before it is over."""
    held, ana = await opened(database)
    [ben] = await hall.guests(database, held.land.library, "ben")
    await hall.come(database, held, ben)
    await hall.tick(database, held, START + 5 * MINUTE, _1=False, _2=True)
    assert await seen(database) == [(None, "", 0), (True, "hand", 0)]
    assert await ana.says("/here zasis") == ["here.done"]
    await hall.tick(database, held, START + 55 * MINUTE, _1=False, _2=True)
    assert await seen(database) == [(False, "hand", 0), (True, "hand", 0)]


async def test_a_wrong_word_is_one_of_all_that_are_on(database: Database) -> None:
    """Otherwise whoever has a seat in one guesses the word of another as often as they like."""
    held, ana = await opened(database)
    other = hall.planned(held.land, word="Antis")
    await database.write(lambda tx: organise.make(tx, held.scope, [other], MONDAY))
    ana.at = MONDAY
    await ana.says("/register 2 anyway")
    ana.at = START
    for each in range(5):
        await ana.says(f"/here spėju{each}")
    assert await seen(database) == [(None, "", 5), (None, "", 5)]
    assert [await ana.says(f"/here {word}") for word in ("antis", "zasis")] == [["here.many"]] * 2
    assert await seen(database) == [(None, "", 5), (None, "", 5)]


async def test_guesses_that_are_too_many_of_one_are_counted_at_the_others(database: Database) -> None:
    held, ana = await opened(database)
    other = hall.planned(held.land, word="Antis", starts_at=START + HOUR)
    await database.write(lambda tx: organise.make(tx, held.scope, [other], MONDAY))
    ana.at = MONDAY
    await ana.says("/register 2")
    for ana.at in (START, START + 70 * MINUTE):
        for each in range(5):
            await ana.says(f"/here spėju{each}")
    assert await seen(database) == [(None, "", 5), (None, "", 5)]
    assert await ana.says("/here antis") == ["here.many"]
