"""The question of the week, week after week on both stores: set, posted once, answered, held, moved and stopped."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import update

from actions import groups as deeds
from actions import topics
from actions.topics import Steer, Wish, Wrong
from domain.group import Gone
from domain.message import Posted
from domain.organisation import Scope
from domain.topic import Rhythm
from scheduler.jobs import promote
from scheduler.jobs import topics as job
from storage import groups, organisations, programmes, sharing
from storage import topics as kept
from storage.codec import load_message
from storage.database import Connection, Database
from storage.errors import NotFound
from storage.organisations import ORGANISATION
from storage.outbox import OUTBOX
from storage.topics import POST, TOPIC
from tests.actions.test_group_hours import house
from tests.bot.messenger import Desk, Messenger
from tests.storage.samples import MONDAY, rows, sample

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEK = 7 * DAY
TEN = MONDAY + HOUR / 2  # 10:00 in Vilnius
Told = list[tuple[int, int, bool]]


def set_(tx: Connection, scope: Scope, group: int, now: datetime = MONDAY, **changes: object) -> None:
    """Of every programme, on Mondays at ten."""
    wish = Wish(tuple(programmes.newest(tx)), Rhythm(1, time(10)), "lt")
    topics.put(tx, scope, group, replace(wish, **changes), now)  # type: ignore[arg-type]


async def begun(database: Database) -> tuple[Scope, int]:
    scope, group = await database.write(house)
    await database.write(lambda tx: set_(tx, scope, group))
    return scope, group


async def told(database: Database) -> Told:
    """Lesson and card of each question that was told, and whether it was solved."""
    found = await rows(database, OUTBOX.c.id, OUTBOX.c.body)
    said = [load_message(body) for _, body in found]
    return [(each.lesson, each.card, each.solved) for each in said if isinstance(each, Posted)]


async def passes(database: Database, until: datetime, since: datetime = MONDAY) -> Messenger:
    """Time passes, an hour at a time; what the group was sent."""
    messenger = Messenger()
    desk = Desk(database, messenger)
    while since <= until:
        desk.now, since = since, since + HOUR / 2
        await job.JOB.run(database, desk.now)
        desk.ticks += 60
        await promote.JOB.run(database, desk.now)
        await desk.rounds()
    return messenger


async def test_each_week_has_another_question_and_what_is_no_quiz_is_answered_the_next_day(
    database: Database,
) -> None:
    """The sample has a single choice (a quiz) and a multiple one (a text)."""
    await begun(database)
    assert await job.JOB.run(database, TEN - timedelta(seconds=1)) == 0
    assert await job.JOB.run(database, TEN) == 1
    assert await job.JOB.run(database, TEN) == 0
    assert await told(database) == [(0, 1, False)]
    messenger = await passes(database, MONDAY + 2 * WEEK + DAY)
    assert await told(database) == [(0, 1, False), (0, 2, False), (0, 2, True), (0, 1, False)]
    said = [text for _, _, text in messenger.sent]
    assert said[0].startswith("Savaitės klausimas\n\nq1 lt?\n\n• a lt\n• b lt\n• c lt")
    assert said[1].endswith("Atsakymas – kitą darbo dieną.")
    assert said[2].startswith("Savaitės klausimo atsakymas\n\nq2 lt?\n\na lt\nwhy a lt")
    posts = await rows(database, POST.c.day, POST.c.quiz, POST.c.answer_at)
    assert posts == [("2026-11-23", True, None), ("2026-11-30", False, None), ("2026-12-07", True, None)]


async def test_two_schedulers_post_once(database: Database) -> None:
    await begun(database)
    topic = (await rows(database, TOPIC.c.id))[0][0]
    done = [await database.write(lambda tx: topics.post(tx, topic, TEN)) for _ in range(2)]
    assert done == [True, False]


async def test_it_is_held_goes_on_and_stops(database: Database) -> None:
    scope, group = await begun(database)

    async def steers(deed: Steer, now: datetime) -> bool:
        return await database.write(lambda tx: topics.steer(tx, scope, group, deed, now))

    assert not await steers("resume", MONDAY)
    assert await steers("pause", MONDAY)
    assert await job.JOB.run(database, TEN) == 0
    assert await steers("resume", TEN + HOUR)
    assert await job.JOB.run(database, TEN + HOUR) == 0
    assert await job.JOB.run(database, TEN + WEEK) == 1
    assert await steers("stop", TEN + WEEK)
    assert not await steers("stop", TEN + WEEK)
    assert await job.JOB.run(database, TEN + 3 * WEEK) == 0
    await database.write(lambda tx: set_(tx, scope, group, TEN + 8 * DAY))
    await job.JOB.run(database, TEN + 2 * WEEK)
    assert await told(database) == [(0, 1, False), (0, 2, False)]


async def test_set_anew_in_a_week_that_had_one_it_comes_the_next(database: Database) -> None:
    scope, group = await begun(database)
    await job.JOB.run(database, TEN)
    await database.write(lambda tx: set_(tx, scope, group, TEN + HOUR, rhythm=Rhythm(5, time(10))))
    assert await rows(database, TOPIC.c.next_day) == [("2026-12-04",)]


async def test_a_day_off_that_came_since_moves_it_and_a_day_late_leaves_it_out(database: Database) -> None:
    await begun(database)
    off = update(ORGANISATION).values(days_off="2026-11-23")
    await database.write(lambda tx: tx.execute(off))
    await database.write(lambda tx: tx.info.clear())
    assert await job.JOB.run(database, TEN) == 0
    assert await rows(database, TOPIC.c.next_day, TOPIC.c.next_at) == [("2026-11-23", TEN + DAY)]
    assert await job.JOB.run(database, TEN + 2 * DAY + HOUR) == 0
    assert await told(database) == []
    assert await rows(database, TOPIC.c.next_day, TOPIC.c.next_at) == [("2026-11-30", TEN + WEEK)]


async def test_a_group_that_cannot_be_written_to_loses_no_question(database: Database) -> None:
    scope, group = await begun(database)
    await database.write(lambda tx: deeds.follow(tx, "web", "-100", Gone(), MONDAY))
    assert await job.JOB.run(database, TEN) == 0
    assert await rows(database, POST.c.id) == []
    await database.write(lambda tx: deeds.end(tx, scope, group, TEN))
    assert await job.JOB.run(database, TEN + WEEK) == 0
    with pytest.raises(NotFound):
        await database.write(lambda tx: set_(tx, scope, group))


async def test_no_answer_follows_a_question_that_did_not_arrive_or_has_not_yet(database: Database) -> None:
    await begun(database)
    await job.JOB.run(database, TEN)
    await job.JOB.run(database, TEN + WEEK)
    tuesday = TEN + WEEK + DAY
    assert await job.JOB.run(database, tuesday) == 0
    ((due,),) = await rows(database, POST.c.answer_at, where=POST.c.answer_at.is_not(None))
    assert due == tuesday + HOUR
    await database.write(lambda tx: tx.execute(OUTBOX.update().values(state="failed")))
    assert await job.JOB.run(database, tuesday + HOUR) == 0
    assert await told(database) == [(0, 1, False), (0, 2, False)]
    assert await rows(database, POST.c.id, where=POST.c.answer_at.is_not(None)) == []


async def test_what_cannot_be_is_said(database: Database) -> None:
    scope, group = await database.write(house)
    wrong: list[tuple[dict[str, object], str]] = [
        ({"programmes": ()}, "programme"),
        ({"programmes": (99,)}, "programme"),
        ({"rhythm": Rhythm(1, time(7))}, "hours"),
        ({"rhythm": Rhythm(7, time(10))}, "hours"),
    ]
    for changes, what in wrong:
        with pytest.raises(Wrong) as said:
            await database.write(lambda tx, changes=changes: set_(tx, scope, group, **changes))  # type: ignore[misc]
        assert said.value.what == what
    await database.write(lambda tx: programmes.publish(tx, sample("pl", languages=["pl"]), MONDAY))

    def only(tx: Connection) -> None:
        mine = (programmes.by_slug(tx, "pl"),)
        set_(tx, scope, group, programmes=mine)

    with pytest.raises(Wrong) as said:
        await database.write(only)
    assert said.value.what == "language"
    elsewhere = replace(scope, organisations=frozenset())
    with pytest.raises(NotFound):
        await database.write(lambda tx: set_(tx, elsewhere, group))


async def test_its_language_is_that_of_the_group_from_then_on(database: Database) -> None:
    scope, group = await database.write(house)
    await database.write(lambda tx: set_(tx, scope, group, language="en"))
    messenger = await passes(database, TEN)
    assert [text[:18] for _, _, text in messenger.sent] == ["Question of the we"]
    found = await database.read(lambda tx: groups.of_scope(tx, scope))
    assert [each.language for each in found] == ["en"]


async def test_programmes_that_are_not_theirs_any_more_are_asked_no_more(database: Database) -> None:
    scope, group = await begun(database)

    def given_away(tx: Connection) -> None:
        there = organisations.add(
            tx, name="Kita", country="LT", zone="Europe/Vilnius", language="lt", contact="R"
        )
        for each in programmes.newest(tx):
            sharing.put(tx, each, owner=there, reach="own")

    await database.write(given_away)
    assert await job.JOB.run(database, TEN) == 0
    coming = await database.read(lambda tx: next_(tx, scope, group))
    assert (coming.question, coming.at) == (None, TEN + WEEK)


def next_(tx: Connection, scope: Scope, group: int) -> topics.Next:
    found = kept.of_group(tx, group)
    assert found is not None
    return topics.coming(tx, found, topics.bound(tx, scope, group))


async def test_what_comes_next_is_known_before(database: Database) -> None:
    scope, group = await begun(database)
    coming = await database.read(lambda tx: next_(tx, scope, group))
    assert coming.question is not None
    assert (coming.at, coming.question.card, coming.quiz) == (TEN, 1, True)
    await job.JOB.run(database, TEN)
    topic = await database.read(lambda tx: kept.of_group(tx, group))
    assert topic is not None
    (posted,) = await database.read(lambda tx: kept.posts(tx, topic.id, 9))
    assert (posted.day, posted.question.card, posted.fate) == (date(2026, 11, 23), 1, "ready")
