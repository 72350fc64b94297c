"""One-time links to the console, and invitations, as their actions make them."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest

from actions.invite import VALID, invite
from actions.sign_in import Arrival, LinkState, make_link, open_link, sign_out, use_link
from storage import invitations, sessions
from storage.database import Database
from storage.invitations import INVITATION
from tests.storage.samples import MONDAY, rows, settle_down

LASTS = sessions.LINK_LASTS


async def linked(database: Database) -> int:
    town = await database.write(settle_down)
    await database.write(partial(make_link, person=town.ana, now=MONDAY, token="link"))
    return town.ana


@pytest.mark.parametrize(
    ("token", "later", "state"),
    [
        ("link", timedelta(0), "ready"),
        ("link", LASTS - timedelta(microseconds=1), "ready"),
        ("link", LASTS, "expired"),
        ("Link", timedelta(0), "unknown"),
        ("", timedelta(0), "unknown"),
    ],
)
async def test_a_link_lasts_for_its_time(
    sqlite: Database, token: str, later: timedelta, state: LinkState
) -> None:
    ana = await linked(sqlite)
    for _ in range(2):  # looking does not use it
        opened = await sqlite.read(partial(open_link, token=token, now=MONDAY + later))
        assert opened.state == state
        assert opened.person is None or opened.person.id == ana
    used = await sqlite.write(partial(use_link, token=token, arrival=Arrival("s", MONDAY + later)))
    alive = await sqlite.read(partial(sessions.alive, token="s", now=MONDAY + later))
    assert (used.state, alive is not None) == (state, state == "ready")


async def test_of_many_who_use_a_link_one_is_signed_in(database: Database) -> None:
    await linked(database)
    tokens = [f"s{number}" for number in range(10)]
    using = (
        database.write(partial(use_link, token="link", arrival=Arrival(each, MONDAY))) for each in tokens
    )
    states = [each.state for each in await asyncio.gather(*using)]
    assert sorted(states) == ["ready", *["used"] * 9]
    alive = [await database.read(partial(sessions.alive, token=each, now=MONDAY)) for each in tokens]
    assert [each is not None for each in alive] == [each == "ready" for each in states]


async def test_signing_in_ends_the_browsers_earlier_session_and_signing_out_ends_it(
    database: Database,
) -> None:
    ana = await linked(database)
    await database.write(partial(sessions.start, person=ana, token="old", now=MONDAY))
    await database.write(partial(use_link, token="link", arrival=Arrival("new", MONDAY, "old")))

    async def alive(token: str) -> bool:
        return await database.read(partial(sessions.alive, token=token, now=MONDAY)) is not None

    assert [await alive("old"), await alive("new")] == [False, True]
    await database.write(partial(sign_out, token="new"))
    assert not await alive("new")


async def test_an_invitation_is_made_once_and_lasts_a_fortnight(database: Database) -> None:
    town = await database.write(settle_down)
    for person, later in ((town.ana, 0), (town.ben, 1)):
        now = MONDAY + timedelta(days=later)
        await database.write(partial(invite, person=person, programme=town.programme, code="c", now=now))
    assert await rows(database, INVITATION.c.person_id, INVITATION.c.expires_at) == [
        (town.ana, MONDAY + VALID)
    ]
    assert await database.read(partial(invitations.by_code, code="c")) is not None
