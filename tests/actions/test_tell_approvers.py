"""Coordinators are told that registrations wait for their approval: once a day, and not twice of the same."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from domain.mailbox import MAIL
from domain.message import Line, Notice
from scheduler.jobs import approvals
from storage import people, senders
from storage.addresses import ADDRESS
from storage.codec import load_message
from storage.database import Connection, Database
from storage.organisations import ORGANISATION
from storage.outbox import OUTBOX
from storage.webinars import WEBINAR
from tests.actions import hall
from tests.actions.hall import DAY, HOUR, MINUTE, Hall
from tests.actions.land import person
from tests.storage import stores
from tests.storage.samples import MONDAY, rows


async def opened(database: Database, **changes: object) -> Hall:
    """A webinar of the country's; two coordinate it in a chat, one elsewhere, and one for the whole installation."""
    held = await hall.opened(database, **{"approves": True, "capacity": 5, **changes})

    def fill(tx: Connection) -> None:
        for name, place, role in (
            ("cora", held.land.country, "coordinator"),
            ("elsa", held.land.library, "coordinator"),
            ("root", held.land.country, "platform"),
        ):
            people.grant(tx, person(tx, place, name), place, role)

    await database.write(fill)
    return held


async def told(database: Database) -> list[tuple[str, list[str], list[int]]]:
    """Whom, which lines, and the numbers in them."""
    columns = (OUTBOX.c.id, ADDRESS.c.key, OUTBOX.c.body)
    mine = OUTBOX.c.key.like("approving:%") & (OUTBOX.c.address_id == ADDRESS.c.id)
    found = []
    for _, key, body in await rows(database, *columns, where=mine):
        said = load_message(body)
        assert isinstance(said, Notice)
        found.append((key, [line.text for line in said.lines], _numbers(said.lines)))
    return found


def _numbers(lines: tuple[Line, ...]) -> list[int]:
    return [
        value for line in lines for name in ("n", "count") if isinstance(value := line.params.get(name), int)
    ]


ONE = ["approving.waits", "approving.one", "approving.then"]


async def test_once_a_day_and_only_of_whom_they_do_not_know(database: Database) -> None:
    held = await opened(database)
    first, *others = await hall.guests(database, held.land.library, "ana", "ben", "cid")
    await hall.come(database, held, first)
    assert await approvals.JOB.run(database, MONDAY + 59 * MINUTE) == 0
    assert await approvals.JOB.run(database, MONDAY + HOUR) == 2
    assert await told(database) == [("cora", ONE, [1, 1])]  # the other has no chat, and no mail is sent
    for who in others:
        await hall.come(database, held, who, MONDAY + HOUR)
    for later in (2 * HOUR, 5 * HOUR):
        assert await approvals.JOB.run(database, MONDAY + later) == 0
    assert await approvals.JOB.run(database, MONDAY + DAY) == 2
    assert [numbers for _, _, numbers in await told(database)] == [[1, 1], [3, 3]]
    assert [await approvals.JOB.run(database, MONDAY + days * DAY) for days in (2, 3, 9)] == [0, 0, 0]


async def test_all_that_are_theirs_are_told_together(database: Database) -> None:
    held = await opened(database)
    other = Hall(held.land, held.scope, held.webinar + 1)

    def again(tx: Connection) -> None:
        row = dict(tx.execute(WEBINAR.select()).mappings().one())
        tx.execute(WEBINAR.insert().values(**row | {"id": other.webinar, "starts_at": hall.START + DAY}))

    await database.write(again)
    ana, ben = await hall.guests(database, held.land.library, "ana", "ben")
    await hall.come(database, held, ana)
    await hall.come(database, other, ana)
    await hall.come(database, other, ben)
    await approvals.JOB.run(database, MONDAY + HOUR)
    lines = ["approving.waits", "approving.one", "approving.one", "approving.then"]
    assert await told(database) == [("cora", lines, [3, 1, 2])]


async def test_in_their_hours_and_by_mail_who_has_no_chat(database: Database) -> None:
    held = await opened(database)
    await database.write(lambda tx: senders.take(tx, MAIL, "mails", None))
    [ana] = await hall.guests(database, held.land.library, "ana")
    night = MONDAY + timedelta(hours=13)
    await hall.come(database, held, ana, night)
    assert await approvals.JOB.run(database, night + HOUR) == 2
    found = await rows(database, OUTBOX.c.id, ADDRESS.c.key, OUTBOX.c.state, where=_MINE)
    assert [row[1:] for row in found] == [("boss@a.example", "ready"), ("cora", "waiting")]


_MINE = OUTBOX.c.key.like("approving:%") & (OUTBOX.c.address_id == ADDRESS.c.id)


@pytest.mark.parametrize(
    "changes", [{"state": "cancelled"}, {"approves": False}, {"starts_at": MONDAY}, {"organisation_id": None}]
)
async def test_nothing_is_said_where_nobody_has_to_approve(
    database: Database, changes: dict[str, object]
) -> None:
    held = await opened(database)
    [ana] = await hall.guests(database, held.land.library, "ana")
    await hall.come(database, held, ana)
    if "organisation_id" in changes:
        changes = {"told_arrivals": 1}
    await database.write(lambda tx: tx.execute(update(WEBINAR).values(**changes)).rowcount)
    assert await approvals.JOB.run(database, MONDAY + HOUR) == 0


async def test_a_new_day_is_that_of_the_place_wherever_who_is_told_lives(database: Database) -> None:
    """At midnight in Vilnius it is the day before in Reykjavík, of which they were told already."""
    held = await opened(database)
    lives = (
        update(people.PERSON).where(people.PERSON.c.name == "cora").values(organisation_id=held.land.other)
    )
    west = update(ORGANISATION).where(ORGANISATION.c.id == held.land.other).values(zone="Atlantic/Reykjavik")
    await database.write(lambda tx: tx.execute(lives).rowcount + tx.execute(west).rowcount)
    ana, ben = await hall.guests(database, held.land.library, "ana", "ben")
    await hall.come(database, held, ana)
    assert await approvals.JOB.run(database, MONDAY + HOUR) == 2
    await hall.come(database, held, ben, MONDAY + 2 * HOUR)
    midnight = (MONDAY + DAY).replace(hour=22, minute=0) - DAY
    assert await approvals.JOB.run(database, midnight) == 2
    assert [numbers for _, _, numbers in await told(database)] == [[1, 1], [2, 2]]


async def test_what_begins_soon_is_told_at_once(database: Database) -> None:
    held = await opened(database, starts_at=MONDAY + DAY)
    [ana] = await hall.guests(database, held.land.library, "ana")
    await hall.come(database, held, ana)
    assert await approvals.JOB.run(database, MONDAY) == 2


async def test_two_processes_tell_once(database: Database) -> None:
    held = await opened(database)
    [ana] = await hall.guests(database, held.land.library, "ana")
    await hall.come(database, held, ana)
    now: datetime = MONDAY + HOUR
    async with stores.again(database) as other:
        done = [await approvals.JOB.run(each, now) for each in (database, other)]
    assert (sorted(done), len(await told(database))) == ([0, 2], 1)


async def test_whoever_manages_all_is_told_where_nobody_else_is(database: Database) -> None:
    held = await hall.opened(database, approves=True)
    await database.write(
        lambda tx: people.grant(tx, person(tx, held.land.country, "root"), held.land.country, "platform")
    )
    await database.write(
        lambda tx: tx.execute(people.ROLE.delete().where(people.ROLE.c.name == "coordinator")).rowcount
    )
    [ana] = await hall.guests(database, held.land.library, "ana")
    await hall.come(database, held, ana)
    assert await approvals.JOB.run(database, MONDAY + HOUR) == 1
    assert await told(database) == [("root", ONE, [1, 1])]
