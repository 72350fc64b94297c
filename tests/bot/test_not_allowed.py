"""A messenger that an organisation does not allow any more: the next one of the person takes what comes there."""

from datetime import timedelta
from functools import partial

import pytest

from actions.enlist import set_here
from actions.release import release
from domain.message import Kind, notice
from storage import audience, employments, enrolments, outbox, people, schedules
from storage.addresses import ADDRESS
from storage.database import Connection, Database
from storage.outbox import ATTEMPT, New, To
from tests.actions.talk import new_key
from tests.bot.messenger import Desk, Elsewhere, Messenger
from tests.bot.test_dead_addresses import ana_at, reachable
from tests.storage.samples import MONDAY, Town, address, rows

DAY = timedelta(days=1)


def only(town: Town, *messengers: str) -> partial[None]:
    return partial(set_here, organisation=town.here, said={"messengers": messengers or None}, now=MONDAY)


async def written(database: Database, town: Town, key: str, kind: Kind) -> None:
    """A message to Ana at her place in the web chat."""

    def add(tx: Connection) -> None:
        to = To(address(tx, "ana web", town.ana), "web", town.ana, town.here)
        outbox.add(tx, New(to, notice("menu.head"), key, kind), MONDAY)

    await database.write(add)


async def test_what_waited_goes_to_the_next_messenger_that_is_allowed(both: Database) -> None:
    town, _ = await both.write(ana_at("telegram", "web"))
    here, there = Messenger(), Elsewhere()
    web, telegram = Desk(both, here), Desk(both, there)
    await written(both, town, "1", "personal")
    await both.write(only(town, "telegram"))
    assert [await web.rounds(), await telegram.rounds()] == [[0], [1]]
    assert (here.sent, [to for to, *_ in there.sent]) == ([], ["ana telegram"])
    assert await web.states() == {"1": "sent"}
    assert await reachable(both) == {"ana telegram": True, "ana web": True}, "nobody has left it"


async def test_where_no_other_is_allowed_it_is_not_sent_and_says_why(both: Database) -> None:
    town, _ = await both.write(ana_at("web"))
    web = Desk(both, Messenger())
    await written(both, town, "1", "personal")
    await both.write(only(town, "telegram"))
    assert await web.rounds() == [0]
    assert await web.states() == {"1": "failed"}
    assert await rows(both, ATTEMPT.c.outcome, ATTEMPT.c.reason) == [("unreachable", "not allowed")]


@pytest.mark.parametrize("kind", ["reply", "code"])
async def test_an_answer_and_a_code_go_where_they_were_asked_for(both: Database, kind: Kind) -> None:
    town, _ = await both.write(ana_at("telegram", "web"))
    web = Desk(both, Messenger())
    await written(both, town, "1", kind)
    await both.write(only(town, "telegram"))
    assert await web.rounds() == [1]


async def test_what_the_main_organisation_allows_counts_for_what_another_one_sends(both: Database) -> None:
    town, _ = await both.write(ana_at("telegram", "web"))
    here = Messenger()
    web = Desk(both, here)
    await written(both, town, "1", "personal")
    elsewhere = partial(set_here, organisation=town.elsewhere, said={"messengers": ("telegram",)}, now=MONDAY)
    await both.write(elsewhere)
    assert await web.rounds() == [1]


async def places(database: Database, town: Town) -> tuple[str, ...]:
    """Where an announcement, a reminder and the next lesson would go, and whether there is somebody to be told of
    further work."""

    def look(tx: Connection) -> tuple[str, ...]:
        announced = [each.to.channel for each in audience.recipients(tx, MONDAY, people=[town.ana])]
        to = schedules.around(tx, [town.ana], "2026-11-23")[town.ana].to
        untold = employments.untold(tx, MONDAY, 0, 10)
        return (*announced, to.channel if to else "", "told" if untold else "")

    return await database.read(look)


async def test_messages_are_written_for_messengers_that_are_allowed(both: Database) -> None:
    town, enrolment = await both.write(ana_at("telegram", "web"))

    def works(tx: Connection) -> None:
        people.consent(tx, town.ana, MONDAY)
        employments.add(tx, town.ana, town.elsewhere, {}, MONDAY, agreed=True)

    await both.write(works)
    assert await places(both, town) == ("web", "web", "told")
    await both.write(only(town, "telegram"))
    assert await places(both, town) == ("telegram", "telegram", "told")
    lesson = partial(release, enrolment=enrolment, now=MONDAY, new_key=new_key)
    assert await both.write(lesson)
    telegram = Desk(both, Elsewhere())
    assert await telegram.rounds() == [1]


async def test_who_has_none_that_is_allowed_is_waited_for(both: Database) -> None:
    town, enrolment = await both.write(ana_at("web"))
    await both.write(only(town, "telegram"))
    assert await places(both, town) == ("", "")
    assert not await both.write(partial(release, enrolment=enrolment, now=MONDAY, new_key=new_key))
    found = await both.read(partial(enrolments.get, enrolment=enrolment))
    assert found.due_at == MONDAY + DAY
    await both.write(only(town))
    assert await places(both, town) == ("web", "web", "")
    assert await rows(both, ADDRESS.c.reachable) == [(True,)]
