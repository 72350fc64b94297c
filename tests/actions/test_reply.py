"""A coordinator's reply to an open answer: once, to its learner only, in working hours."""

import asyncio
from datetime import datetime, timedelta
from functools import partial

import pytest

from actions.reply import reply
from domain.message import Notice
from domain.organisation import Scope
from storage import addresses, replies
from storage.audit import AUDIT
from storage.codec import load_message
from storage.database import Connection, Database
from storage.outbox import OUTBOX
from tests.storage import open_answers
from tests.storage.samples import MONDAY, Town, address, rows, settle_down

DEED = ("person_id", "what", "organisation_id", "about_id", "after")
SUNDAY = MONDAY - timedelta(days=1)


async def answered(database: Database, words: str = "Nes svarbu") -> tuple[Town, int]:
    """Ana wrote an open answer; Ben coordinates."""
    town = await database.write(partial(settle_down, programme=open_answers.PROGRAMME))
    await database.write(partial(address, person=town.ana))
    where = town.programme, town.version
    answer = await database.write(
        partial(open_answers.write, person=town.ana, where=where, words=words, at=SUNDAY)
    )
    return town, answer


def scope(town: Town, *organisations: int) -> Scope:
    return Scope(town.ben, frozenset(organisations or (town.here,)))


@pytest.mark.parametrize(("now", "state"), [(MONDAY, "ready"), (SUNDAY, "waiting")])
async def test_the_learner_is_told_who_wrote_what_in_working_hours(
    database: Database, now: datetime, state: str
) -> None:
    town, answer = await answered(database)
    put = partial(reply, scope=scope(town), answer=answer, words="Puiki mintis!", now=now)
    assert await database.write(put) == "replied"
    [(kind, stands, body)] = await rows(database, OUTBOX.c.kind, OUTBOX.c.state, OUTBOX.c.body)
    message = load_message(body)
    assert (kind, stands) == ("personal", state)
    assert isinstance(message, Notice)
    said = {"name": "Ben Benaitis", "question": "Why lt?", "words": "Puiki mintis!"}
    assert [line.params for line in message.lines] == [said]
    kept = await rows(database, *(AUDIT.c[name] for name in DEED))
    assert kept == [(town.ben, "answer.replied", town.here, town.ana, f'{{"answer":{answer}}}')]


async def test_one_of_two_who_reply_at_once_is_heard(database: Database) -> None:
    town, answer = await answered(database)
    both = [
        partial(reply, scope=scope(town), answer=answer, words=words, now=MONDAY) for words in ("one", "two")
    ]
    assert sorted(map(str, await asyncio.gather(*map(database.write, both)))) == ["before", "replied"]
    assert len(await rows(database, OUTBOX.c.id)) == 1
    assert len(await rows(database, AUDIT.c.number)) == 1
    kept = await database.read(partial(replies.get, scope=scope(town), answer=answer))
    assert kept
    assert kept.reply
    assert (kept.reply.words in ("one", "two"), kept.reply.name) == (True, "Ben Benaitis")


async def test_who_cannot_be_reached_has_the_reply_kept(database: Database) -> None:
    town, answer = await answered(database)

    def lose(tx: Connection) -> None:
        place = addresses.of_person(tx, town.ana)
        assert place
        addresses.reach(tx, place.id, reachable=False)

    await database.write(lose)
    put = partial(reply, scope=scope(town), answer=answer, words="Ačiū", now=MONDAY)
    assert await database.write(put) == "unreachable"
    assert await database.read(partial(replies.waiting, scope=scope(town))) == 0


async def test_nobody_replies_where_they_see_nothing(database: Database) -> None:
    town, answer = await answered(database)
    for which, seeing in ((answer, scope(town, town.elsewhere)), (answer + 1, scope(town)), (0, scope(town))):
        put = partial(reply, scope=seeing, answer=which, words="Ačiū", now=MONDAY)
        assert await database.write(put) is None
    assert await rows(database, OUTBOX.c.id) == []


async def test_only_what_nobody_can_grade_is_open(database: Database) -> None:
    town, answer = await answered(database)
    where = town.programme, town.version
    for who, words, worth in ((town.ben, "42", 1.0), (town.kari, "Fordi", None)):
        write = partial(open_answers.write, person=who, where=where, words=words, at=MONDAY, worth=worth)
        await database.write(write)
    both = scope(town, town.here, town.elsewhere)
    page = await database.read(partial(replies.page, scope=both, waiting=True))
    assert [each.words for each in page] == ["Fordi", "Nes svarbu"]
    older = await database.read(partial(replies.page, scope=both, waiting=False, before=page[0].id))
    assert [(each.id, each.name) for each in older] == [(answer, "Ana Anaitė")]
    assert await database.read(partial(replies.waiting, scope=scope(town))) == 1
