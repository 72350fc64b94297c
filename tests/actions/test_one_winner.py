"""A thousand accounts show the same code at once: one joins, whichever store, and all others are told the reason."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack

from sqlalchemy import Connection

from domain.event import Said
from storage import addresses, invitations
from storage.activity import ACTIVITY
from storage.addresses import ADDRESS
from storage.database import Database
from storage.outbox import OUTBOX
from tests.actions.entry import CODE, KEY, invited, mails
from tests.actions.talk import Talk, in_short
from tests.storage import stores
from tests.storage.samples import MONDAY, rows

RACERS = 1000
PROCESSES = 4


def at_the_last_question(tx: Connection) -> None:
    """Everybody has shown the code and said that the name is theirs."""
    invitation = invitations.by_code(tx, CODE)
    assert invitation
    for number in range(RACERS):
        place = addresses.find_or_add(tx, "web", f"racer{number}", "en", MONDAY)
        addresses.talk_about(tx, place.id, invitation.id, agreed_name=True)


async def test_of_a_thousand_racing_redeems_one_wins(database: Database) -> None:
    town = await invited(database)
    await database.write(at_the_last_question)
    async with AsyncExitStack() as stack:
        others = range(PROCESSES - 1)
        doors = [database, *[await stack.enter_async_context(stores.again(database)) for _ in others]]
        racers = [Talk(doors[number % PROCESSES], f"racer{number}", code_key=KEY) for number in range(RACERS)]
        said = await asyncio.gather(*(racer.does(Said("/agree")) for racer in racers))
    outcomes = Counter(in_short(each)[0] for each in said)
    assert outcomes == {"join.welcome": 1, "join.used_code": RACERS - 1}
    assert len(await rows(database, ADDRESS.c.key, where=ADDRESS.c.person_id == town.ana)) == 1
    assert len(await rows(database, ACTIVITY.c.id, where=ACTIVITY.c.what == "joined")) == 1
    told = await rows(database, OUTBOX.c.id, where=OUTBOX.c.key.startswith("tried:"))
    assert len(told) == 2, "at the address that won and in the mailbox, once for all the others"
    assert len(await mails(database)) == 2
