"""A launch campaign: each step at each organisation in its time, once, and what cannot be is said before."""

import asyncio
import os
import sys
from datetime import datetime, timedelta
from functools import partial

import pytest

from actions import announce, launch
from actions.enlist import set_here
from scheduler.jobs import announce as announcing
from scheduler.jobs import campaign as job
from storage import announcements, campaigns, invitations, people
from storage.announcements import ANNOUNCEMENT
from storage.audit import AUDIT
from storage.crash import EXIT
from storage.database import Connection, Database
from storage.invitations import INVITATION
from storage.outbox import OUTBOX
from tests.actions.land import join, person
from tests.actions.launching import (
    DAY,
    MEANS,
    WORDS,
    Stand,
    furnish,
    look,
    mails,
    stages,
    start,
    started,
    stood,
    told,
)
from tests.storage import stores
from tests.storage.samples import MONDAY, rows

LOOK = """
import asyncio, sys
from datetime import datetime
from actions.campaign_steps import Means
from scheduler.jobs import campaign
from storage.database import Database

async def look():
    database = Database(sys.argv[1])
    await database.open()
    await campaign.campaigning(Means(b"k" * 32)).run(database, datetime.fromisoformat(sys.argv[2]))
    await database.close()

asyncio.run(look())
"""


async def linked(database: Database) -> list[str]:
    """The addresses that the only announcement there is carries."""
    [(which,)] = await rows(database, ANNOUNCEMENT.c.id)
    found = await database.read(partial(announcements.get, announcement=which))
    return [each.url for each in found.enclosed.links]


async def test_from_the_heads_to_the_first_results(database: Database) -> None:
    stand = await database.write(started)
    land = stand.land
    assert await look(database, MONDAY) == 2
    assert [row[1] for row in await told(database)] == ["sending"]  # the museum has no head
    [(to,)] = await rows(database, OUTBOX.c.person_id)
    assert to == stand.head
    assert await look(database, MONDAY + timedelta(hours=8)) == 0
    assert await look(database, MONDAY + DAY) == 2
    assert len(await mails(database)) == 3
    await database.write(lambda tx: join(tx, 4, "p1"))
    assert await look(database, MONDAY + 6 * DAY) == 0  # a Sunday
    assert await look(database, MONDAY + 7 * DAY) == 2
    assert len([each for each in await mails(database) if ":remind:" in each]) == 2
    await look(database, MONDAY + 14 * DAY)
    assert len([each for each in await mails(database) if ":again:" in each]) == 2
    await look(database, MONDAY + 15 * DAY)
    assert await look(database, MONDAY + 40 * DAY) == 2
    assert await stood(database, stand, land.library) == [
        *(("done", "", 1), ("done", "", 2), ("done", "", 1), ("done", "", 1), ("done", "", 1)),
    ]
    assert await stood(database, stand, land.other) == [
        *(("skipped", "no_head", 0), ("done", "", 1), ("done", "", 1), ("done", "", 1)),
        ("skipped", "no_head", 0),
    ]
    assert (await database.read(lambda tx: campaigns.of_scope(tx, stand.scope)))[0].state == "over"
    assert await look(database, MONDAY + 90 * DAY) == 0


async def test_first_results_tell_of_no_fewer_than_five(database: Database) -> None:
    words = {**WORDS, "results": {"lt": "{people} {joined} {began} {finished}"}}
    stand = await database.write(partial(started, texts=words, days={"results": 0}))
    await look(database, MONDAY)
    assert await told(database) == [('{"lt": "3 < 5 0 0"}', "sending")]
    assert await linked(database) == ["https://zinute.example/console"]
    assert await stood(database, stand, stand.land.library) == [("done", "", 1)]


async def test_codes_to_hand_out_are_told_to_the_head(database: Database) -> None:
    words = {**WORDS, "hand": {"lt": "{count}"}}
    stand = await database.write(partial(started, way="hand", texts=words, days={"invite": 0}))
    await look(database, MONDAY)
    assert await told(database) == [('{"lt": "2"}', "sending")]
    assert await rows(database, INVITATION.c.id) == []
    [link] = await linked(database)
    assert link == f"https://zinute.example/console/invitations?organisation={stand.land.library}"


async def test_who_can_be_sent_no_mail_is_the_heads_to_invite(database: Database) -> None:
    def prepare(tx: Connection) -> Stand:
        stand = furnish(tx, days={"invite": 0}, texts={**WORDS, "hand": {"lt": "{count}"}})
        people.add(tx, organisation=stand.land.unit, name="Be pašto", email="", language="lt")
        assert start(tx, stand)
        return stand

    stand = await database.write(prepare)
    await look(database, MONDAY)
    assert await told(database) == [('{"lt": "1"}', "sending")]
    assert await stood(database, stand, stand.land.library) == [("done", "", 2)]


async def test_a_letter_that_was_handed_out_stays_good(database: Database) -> None:
    stand = await database.write(partial(started, days={"remind": 0}))

    def hand(tx: Connection) -> None:
        ends = MONDAY + 10 * DAY
        invitations.add(tx, person=3, programme=None, code="a", expires_at=ends, way="letter")
        invitations.add(tx, person=4, programme=None, code="b", expires_at=ends, way="mail")

    await database.write(hand)
    await look(database, MONDAY)
    assert await stood(database, stand, stand.land.library) == [("done", "", 1)]
    found = await rows(database, INVITATION.c.person_id, INVITATION.c.replaced_at)
    assert sorted(who for who, replaced in found if replaced is None) == [3, 4, 5]


async def test_late_steps_keep_their_distance(database: Database) -> None:
    stand = await database.write(started)
    late = MONDAY + 21 * DAY
    await look(database, late)
    assert [each[0] for each in await stood(database, stand, stand.land.library)] == [
        "done",
        *["waiting"] * 4,
    ]
    found = await stages(database, stand, stand.land.library)
    due = [each.due_at for each in found.values() if each.state == "waiting"]
    assert [(each - late).days for each in due if each] == [
        0,
        6,
        13,
        13,
    ]  # on working days: Christmas is between


async def test_quiet_hours_leave_and_weekends_are_the_gates(database: Database) -> None:
    stand = await database.write(partial(started, days={"heads": 0, "invite": 0}))
    night = MONDAY.replace(hour=20)
    await look(database, night)
    await look(database, night + timedelta(minutes=1))
    found = await rows(database, OUTBOX.c.key, OUTBOX.c.state, OUTBOX.c.due_at)
    assert len(found) == 4
    assert {(state, at.strftime("%d %H:%M")) for _, state, at in found} == {("waiting", "24 06:00")}
    assert await stood(database, stand, stand.land.library) == [("done", "", 1), ("done", "", 2)]


@pytest.mark.parametrize("whole", [True, False])
async def test_paused_it_waits_and_goes_on(database: Database, whole: bool) -> None:
    stand = await database.write(started)
    place = None if whole else stand.land.library

    async def steer(deed: launch.Deeds, at: datetime) -> bool:
        unit = partial(launch.steer, scope=stand.scope, which=stand.campaign, deed=deed, now=at, place=place)
        return await database.write(unit)

    assert await steer("pause", MONDAY)
    assert not await steer("pause", MONDAY)
    assert await look(database, MONDAY + 3 * DAY) == (0 if whole else 1)
    assert await told(database) == []
    assert await steer("resume", MONDAY + 4 * DAY)
    assert not await steer("resume", MONDAY + 4 * DAY)
    await look(database, MONDAY + 4 * DAY)
    assert [state for _, state in await told(database)] == ["sending"]
    found = sorted(await rows(database, AUDIT.c.number, AUDIT.c.what))
    what = [row[1] for row in found if row[1].startswith("campaign.")]
    assert what == ["campaign.started", "campaign.paused", "campaign.resumed"]


async def test_stopped_nothing_of_it_goes_on(database: Database) -> None:
    stand = await database.write(partial(started, days={"heads": 0, "invite": 0}))
    night = MONDAY.replace(hour=20)
    await look(database, night)
    await look(database, night + timedelta(minutes=1))

    def stop(tx: Connection, place: int | None) -> bool:
        return launch.steer(tx, stand.scope, stand.campaign, "cancel", night, place=place)

    assert [each.rpartition(" ")[2] for each in await mails(database)] == ["waiting"] * 3
    assert await database.write(partial(stop, place=stand.land.other))
    assert sorted(each.rpartition(" ")[2] for each in await mails(database)) == [
        "dropped",
        "waiting",
        "waiting",
    ]
    assert not await database.write(partial(stop, place=stand.land.other))
    assert await database.write(partial(stop, place=None))
    assert {each.rpartition(" ")[2] for each in await mails(database)} == {"dropped"}
    assert not await database.write(partial(stop, place=None))


async def test_stopped_in_the_middle_what_waits_does_not_go(database: Database) -> None:
    stand = await database.write(started)
    await look(database, MONDAY.replace(hour=20))

    def stop(tx: Connection) -> bool:
        return launch.steer(tx, stand.scope, stand.campaign, "cancel", MONDAY + DAY)

    assert await database.write(stop)
    assert await look(database, MONDAY + 9 * DAY) == 0
    assert [state for _, state in await told(database)] == ["cancelled"]
    assert {row[0] for row in await rows(database, OUTBOX.c.state)} == {"dropped"}
    assert not await database.write(stop)


async def test_a_second_person_is_asked_and_the_people_wait_for_it(database: Database) -> None:
    def prepare(tx: Connection) -> Stand:
        stand = furnish(tx)
        more = person(tx, stand.land.library, "second")
        people.grant(tx, more, stand.land.library, "administrator")
        set_here(tx, stand.land.library, {"approver_above": 1}, MONDAY)
        assert start(tx, stand)
        return stand

    stand = await database.write(prepare)
    await look(database, MONDAY)
    assert [state for _, state in await told(database)] == ["asked"]
    await look(database, MONDAY + DAY)
    found = await stages(database, stand, stand.land.library)
    assert (found["invite"].state, found["invite"].reason) == ("waiting", "approval")
    assert found["heads"].told == "asked"


async def test_whoever_may_announce_there_no_more_does_nothing_there(database: Database) -> None:
    stand = await database.write(started)
    await database.write(
        lambda tx: tx.execute(people.ROLE.delete().where(people.ROLE.c.person_id == stand.scope.person))
    )
    await look(database, MONDAY)
    assert await told(database) == []
    assert (await stages(database, stand, stand.land.library))["heads"].reason == "lost"
    assert {each[0] for each in await stood(database, stand, stand.land.library)} == {"paused"}


async def test_two_schedulers_at_the_same_moment_do_it_once(database: Database) -> None:
    stand = await database.write(partial(started, days={"heads": 0, "invite": 0}))
    async with stores.again(database) as other:
        for at in (MONDAY, MONDAY + timedelta(minutes=1)):
            await asyncio.gather(*(job.campaigning(MEANS).run(each, at) for each in (database, other) * 2))
            await asyncio.gather(*(announcing.JOB.run(each, at) for each in (database, other)))
        at = MONDAY + timedelta(minutes=2)
        await asyncio.gather(*(job.campaigning(MEANS).run(each, at) for each in (database, other) * 2))
    assert len(await told(database)) == 1
    assert len(await mails(database)) == 3
    assert await stood(database, stand, stand.land.library) == [("done", "", 1), ("done", "", 2)]


@pytest.mark.parametrize(("point", "before"), [("inviting", 0), ("inviting:2", 200), ("campaigned", 200)])
async def test_a_process_that_dies_in_the_middle_doubles_and_loses_nothing(
    database: Database, point: str, before: int
) -> None:
    many = 350  # more than are invited at once
    stand = await database.write(partial(started, many=many, days={"invite": 0}, museum=False))
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", LOOK, stores.url_of(database), MONDAY.isoformat()),
        env={**os.environ, "ZINUTE_CRASHPOINT": point},
    )
    assert await child.wait() == EXIT
    assert len(await mails(database)) == before
    await look(database, MONDAY)
    invited = [row[0] for row in await rows(database, OUTBOX.c.person_id)]
    assert len(set(invited)) == len(invited) == many
    assert len(await rows(database, INVITATION.c.id)) == many
    assert await stood(database, stand, stand.land.library) == [("done", "", many)]


async def test_announcements_of_a_campaign_are_seen_with_it(database: Database) -> None:
    stand = await database.write(started)
    await look(database, MONDAY)
    assert await database.read(lambda tx: announcements.of_scope(tx, stand.scope)) == []
    found = await stages(database, stand, stand.land.library)
    which = found["heads"].announcement
    there = await database.read(lambda tx: announcements.of_scope(tx, stand.scope, which))
    assert [each.id for each in there] == [which]
    await database.write(partial(announce.cancel, announcement=which or 0, now=MONDAY))
