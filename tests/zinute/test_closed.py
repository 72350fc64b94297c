"""An organisation is closed by two people; everything ends at once, and its people are gone soon after."""

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import update

from actions import close_organisation, enlist, entrust, my_data
from actions.announce import announce
from actions.sign_in import may_enter
from domain.closing import LASTS, NotClosed
from domain.message import Line, Notice, Place
from domain.rights import Grant
from storage import (
    api_tokens,
    doorsteps,
    join_links,
    organisations,
    people,
    roles,
)
from storage.addresses import ADDRESS
from storage.announcements import ANNOUNCEMENT
from storage.audit import AUDIT
from storage.closings import CLOSING
from storage.database import Connection, Database
from storage.employments import EMPLOYMENT
from storage.errors import NotFound
from storage.hooks import HOOK
from storage.invitations import INVITATION
from storage.outbox import OUTBOX
from storage.people import PERSON
from storage.programmes import PROGRAMME
from storage.providers import PROVIDER
from tests.actions.entry import mails
from tests.storage.samples import MONDAY, address, rows
from tests.zinute.closing_town import DAY, MINUTE, House, ask, build, confirm, manages

SOON = MONDAY + DAY
WHAT = (AUDIT.c.number, AUDIT.c.what, AUDIT.c.person_id, AUDIT.c.organisation_id)


@pytest.fixture
async def house(database: Database) -> House:
    return await database.write(build)


async def refused(unit: Any) -> str:
    with pytest.raises(NotClosed) as why:
        await unit
    return why.value.why


def link_to(house: House) -> Place:
    return Place(f"/console/organisations/{house.library}/close")


async def deeds(database: Database) -> list[tuple[Any, ...]]:
    found = [row[1:] for row in await rows(database, *WHAT)]
    return [each for each in found if each[0].startswith("organisation.")]


async def test_what_would_go_is_shown_before(database: Database, house: House) -> None:
    mine = manages(house.asta, house.library)
    sheet = await database.read(partial(close_organisation.sheet, by=mine, place=house.library, now=MONDAY))
    assert [each.id for each in sheet.places] == [house.library, house.unit]
    counted = sheet.counts
    assert (counted.only, counted.stay, counted.further) == (4, 1, 1)
    assert (counted.certificates, counted.roles) == (1, 3)
    assert [(each.slug, each.adopted) for each in sheet.programmes] == [("inner", 0), ("offered", 1)]
    assert sheet.heir is not None
    assert (sheet.heir.id, sheet.others, sheet.request, sheet.hindered) == (house.sector, 2, None, None)


async def test_others_are_told_and_one_of_them_confirms(database: Database, house: House) -> None:
    await ask(database, house)
    told = await mails(database)
    assert [where for where, _ in told] == [
        f"bronius.{house.library}@planted.example",
        f"cilija.{house.sector}@planted.example",
    ]
    subject = Line("closing.subject", {"organisation": "Gluosnių biblioteka", "link": link_to(house)})
    assert [message.lines[0] for _, message in told if isinstance(message, Notice)] == [subject, subject]
    assert await refused(ask(database, house)) == "asked"
    assert await refused(ask(database, house, by=house.bronius)) == "asked"
    await confirm(database, house)
    assert await deeds(database) == [
        ("organisation.closing", house.asta, house.library),
        ("organisation.closed", house.bronius, house.library),
    ]
    names = ("organisation_id", "asked_by", "confirmed_by", "confirmed_at", "done_at")
    of_each = [(place, house.asta, house.bronius, SOON, None) for place in (house.library, house.unit)]
    assert await rows(database, *(CLOSING.c[name] for name in names)) == of_each


async def test_nobody_is_their_own_second_person(database: Database, house: House) -> None:
    """Nor under another row of the roster, nor as somebody who was made an administrator for it."""

    def twice(tx: Connection) -> int:
        again = people.add(
            tx, organisation=house.unit, name="SODINTA  asta", email="again@planted.example", language="lt"
        )
        people.grant(tx, again, house.library, "administrator")
        return again

    again = await database.write(twice)
    await ask(database, house)
    assert await refused(confirm(database, house, by=house.asta)) == "same"
    assert await refused(confirm(database, house, by=again)) == "alike"
    new = Grant(house.ula, "administrator", house.library)
    scope = manages(house.asta, house.library)
    await database.write(partial(entrust.give, grant=new, by=scope, now=MONDAY + MINUTE))
    assert await refused(confirm(database, house, by=house.ula)) == "fresh"
    assert await database.read(organisations.closed) == frozenset()


@pytest.mark.parametrize(("before", "fresh"), [(LASTS, True), (LASTS + MINUTE, False)])
async def test_who_was_made_an_administrator_in_the_week_before_is_no_second_person(
    database: Database, house: House, *, before: timedelta, fresh: bool
) -> None:
    """Else one person could make another account, ask, and confirm with it. They are not told, and do not count."""
    new, by = Grant(house.ula, "administrator", house.library), manages(house.asta, house.library)
    await database.write(partial(entrust.give, grant=new, by=by, now=MONDAY - before))
    look = partial(close_organisation.sheet, by=by, place=house.library, now=MONDAY)
    others = [house.bronius, house.cilija] if fresh else [house.bronius, house.ula, house.cilija]
    assert (await database.read(look)).others == len(others)
    await ask(database, house)
    assert len(await mails(database)) == len(others)
    if fresh:
        assert await refused(confirm(database, house, by=house.ula)) == "fresh"
        await database.write(partial(roles.take, grant=Grant(house.bronius, "administrator", house.library)))
        await database.write(partial(roles.take, grant=Grant(house.cilija, "administrator", house.sector)))
        assert (await database.read(look)).others == 0
    else:
        await confirm(database, house, by=house.ula)


async def test_who_asked_and_is_to_be_erased_asks_no_more(database: Database, house: House) -> None:
    """Without a name nobody could tell that their other row of a roster is the same person."""
    await ask(database, house)
    await database.write(partial(my_data.erase, person=house.asta, now=MONDAY))
    assert await deeds(database) == [
        ("organisation.closing", house.asta, house.library),
        ("organisation.kept", house.asta, house.library),
    ]
    assert await refused(confirm(database, house)) == "over"


@pytest.mark.parametrize("how", ["taken", "left"])
async def test_who_asked_and_manages_it_no_more_asks_no_more(
    database: Database, house: House, how: str
) -> None:
    def leave(tx: Connection) -> None:
        if how == "taken":
            roles.take(tx, Grant(house.asta, "administrator", house.library))
        else:
            tx.execute(update(PERSON).where(PERSON.c.id == house.asta).values(left_on="2026-03-01"))

    await ask(database, house)
    await database.write(leave)
    assert await refused(confirm(database, house)) == "over"
    mine = manages(house.bronius, house.library)
    sheet = await database.read(partial(close_organisation.sheet, by=mine, place=house.library, now=SOON))
    assert sheet.request is None
    await ask(database, house, by=house.bronius, at=SOON)
    await confirm(database, house, by=house.cilija, at=SOON)
    assert await deeds(database) == [
        ("organisation.closing", house.asta, house.library),
        ("organisation.kept", house.bronius, house.library),
        ("organisation.closing", house.bronius, house.library),
        ("organisation.closed", house.cilija, house.library),
    ]


async def test_a_request_ends_after_a_week_and_can_be_withdrawn(database: Database, house: House) -> None:
    await ask(database, house)
    assert await refused(confirm(database, house, at=MONDAY + LASTS)) == "over"
    await ask(database, house, at=MONDAY + LASTS)
    mine = manages(house.asta, house.library)
    withdraw = partial(close_organisation.withdraw, by=mine, place=house.library, now=MONDAY + LASTS)
    await database.write(withdraw)
    assert await refused(database.write(withdraw)) == "over"
    assert await refused(confirm(database, house, at=MONDAY + LASTS)) == "over"
    assert [what for what, *_ in await deeds(database)] == [
        "organisation.closing",
        "organisation.closing",
        "organisation.kept",
    ]


async def test_of_two_who_confirm_at_once_one_does(database: Database, house: House) -> None:
    await ask(database, house)
    both = [confirm(database, house), confirm(database, house, by=house.cilija)]
    ends = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(each).__name__ for each in ends) in (
        ["NoneType", "NotClosed"],
        ["NoneType", "NotFound"],
    )
    assert [what for what, *_ in await deeds(database)].count("organisation.closed") == 1


async def test_a_withdrawal_and_a_confirmation_at_once_are_one_of_both(
    database: Database, house: House
) -> None:
    await ask(database, house)
    mine = manages(house.asta, house.library)
    withdraw = database.write(partial(close_organisation.withdraw, by=mine, place=house.library, now=SOON))
    ends = await asyncio.gather(withdraw, confirm(database, house), return_exceptions=True)
    assert sorted(type(each).__name__ for each in ends) == ["NoneType", "NotClosed"]
    closed = await database.read(organisations.closed)
    whats = [what for what, *_ in await deeds(database)][1:]
    assert whats == (["organisation.closed"] if closed else ["organisation.kept"])


async def test_who_manages_elsewhere_or_no_more_can_do_nothing(database: Database, house: House) -> None:
    elsewhere = manages(house.per, house.museum)
    for deed in (partial(close_organisation.ask, mails=True), close_organisation.confirm):
        with pytest.raises(NotFound):
            await database.write(partial(deed, by=elsewhere, place=house.library, now=MONDAY))
    await ask(database, house)
    await database.write(partial(roles.take, grant=Grant(house.bronius, "administrator", house.library)))
    with pytest.raises(NotFound):
        await confirm(database, house)


async def test_what_cannot_be_closed_says_why(database: Database, house: House) -> None:
    above = manages(house.cilija, house.sector, house.library, house.museum)

    async def why(place: int) -> str:
        return await refused(
            database.write(partial(close_organisation.ask, by=above, place=place, now=MONDAY, mails=True))
        )

    assert await why(house.sector) == "below"
    await database.write(partial(people.grant, person=house.ona, organisation=house.museum, role="auditor"))
    assert await why(house.library) == "kept"
    assert await why(house.museum) == "alone"


@pytest.mark.parametrize("why", ["works", "has left", "closed"])
async def test_a_role_elsewhere_holds_who_works_nowhere_else_now(
    database: Database, house: House, why: str
) -> None:
    """Who has left the museum, or works there and it is closed, would lose the role by going there."""

    def at_the_museum(tx: Connection) -> None:
        people.grant(tx, house.both, house.sector, "auditor")
        if why == "has left":
            tx.execute(
                update(EMPLOYMENT).where(EMPLOYMENT.c.person_id == house.both).values(left_on="2026-11-01")
            )
        if why == "closed":
            organisations.close(tx, [house.museum], MONDAY)

    await database.write(at_the_museum)
    if why == "works":
        await ask(database, house)
    else:
        assert await refused(ask(database, house)) == "kept"


async def test_everything_ends_at_once(database: Database, house: House) -> None:
    await ask(database, house)
    await confirm(database, house)

    def look(tx: Connection) -> list[Any]:
        token = api_tokens.find(tx, "secret")
        return [
            join_links.of(tx, house.library),
            token is not None and token.works(SOON),
            may_enter(tx, house.asta),
            may_enter(tx, house.ona),
            may_enter(tx, house.cilija),
        ]

    assert await database.read(look) == [None, False, False, False, True]
    assert [await rows(database, key) for key in (HOOK.c.id, PROVIDER.c.id)] == [[], []]
    assert await rows(database, INVITATION.c.expires_at) == [(SOON,)]
    states = await rows(database, OUTBOX.c.key, OUTBOX.c.state, OUTBOX.c.reason)
    assert [row for row in states if row[0] == "waits"] == [("waits", "dropped", "left")]
    left = await rows(database, PERSON.c.id, PERSON.c.left_on)
    assert {who for who, on in left if on} == {*(house.asta, house.bronius, house.ona, house.ula, house.both)}
    owned = PROGRAMME.c.owner_id.is_not(None)
    owners = await rows(database, PROGRAMME.c.slug, PROGRAMME.c.owner_id, PROGRAMME.c.reach, where=owned)
    assert owners == [("inner", house.sector, "draft"), ("offered", house.sector, "everybody")]


async def test_who_asked_at_its_door_and_joined_elsewhere_meanwhile_keeps_their_messenger(
    database: Database, house: House
) -> None:
    """A stranger who asked too is known no more."""

    def knock(tx: Connection) -> None:
        place = address(tx, "planted other", house.per)
        doorsteps.knock(tx, place, house.library, None, MONDAY)

    await database.write(knock)
    await ask(database, house)
    await confirm(database, house)
    keys = {row[0] for row in await rows(database, ADDRESS.c.key)}
    assert ("planted other" in keys, "planted stranger" in keys) == (True, False)


async def test_of_announcements_only_what_has_not_gone_is_cancelled(database: Database, house: House) -> None:
    def announced(tx: Connection) -> None:
        for key in ("gone", "waits"):
            made = announce(
                tx, key=key, organisation=house.library, texts={"lt": "Labas"}, people=[house.ona], now=MONDAY
            )
            assert made == 1
            if key == "gone":
                tx.execute(update(OUTBOX).where(OUTBOX.c.announcement_id.is_not(None)).values(state="sent"))

    await database.write(announced)
    await ask(database, house)
    await confirm(database, house)
    states = await rows(database, ANNOUNCEMENT.c.key, ANNOUNCEMENT.c.state)
    assert states == [("gone", "sending"), ("waits", "cancelled")]


async def test_where_nothing_is_above_what_is_offered_becomes_common(
    database: Database, house: House
) -> None:
    said = {"country": "LT", "contact": "Rasa"}
    await database.write(partial(enlist.set_here, organisation=house.library, said=said, now=MONDAY))
    await database.write(partial(enlist.move, organisation=house.library, above=None, now=MONDAY))
    await ask(database, house)
    await confirm(database, house)
    mine = PROGRAMME.c.slug.in_(["inner", "offered"])
    owners = await rows(database, PROGRAMME.c.slug, PROGRAMME.c.owner_id, where=mine)
    assert owners == [("inner", house.library), ("offered", None)]


async def test_nothing_can_be_done_with_a_closed_place(database: Database, house: House) -> None:
    await ask(database, house)
    await confirm(database, house)
    above = manages(house.cilija, house.sector, house.museum)
    with pytest.raises(NotFound):
        await database.write(
            partial(close_organisation.ask, by=above, place=house.library, now=SOON, mails=True)
        )
