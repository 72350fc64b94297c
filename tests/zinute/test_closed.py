"""An organisation is closed by two people; everything ends at once, and its people are gone soon after."""

import asyncio
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from actions import close_organisation, enlist, entrust
from actions.certify import issue
from actions.close_out import finish, step
from actions.sign_in import may_enter
from domain import tombstone
from domain.closing import LASTS, NotClosed
from domain.message import Line, Notice, Place
from domain.organisation import Scope
from domain.rights import Grant
from scheduler.jobs import close
from storage import (
    activity,
    api_tokens,
    certificates,
    closings,
    enrolments,
    given,
    join_links,
    organisations,
    people,
    programmes,
    progress,
    roles,
)
from storage.activity import ACTIVITY
from storage.answers import ANSWER
from storage.audit import AUDIT
from storage.closings import CLOSING, Stone
from storage.database import Connection, Database
from storage.employments import EMPLOYMENT
from storage.enrolments import ENROLMENT
from storage.errors import NotFound
from storage.hooks import HOOK
from storage.invitations import INVITATION
from storage.outbox import OUTBOX
from storage.people import PERSON
from storage.programmes import PROGRAMME
from storage.providers import PROVIDER
from tests.actions.entry import mails
from tests.storage import stores
from tests.storage.samples import MONDAY, address, rows
from tests.zinute.closing_town import DAY, KEY, MINUTE, House, ask, build, confirm, empty, manages, stones_in
from tests.zinute.test_erased import everything
from zinute import erasing

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
    [(asked, confirmed, done)] = await rows(
        database, CLOSING.c.asked_by, CLOSING.c.confirmed_by, CLOSING.c.done_at
    )
    assert (asked, confirmed, done) == (house.asta, house.bronius, None)


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


async def test_its_people_go_and_others_keep_what_is_theirs(
    database: Database, house: House, tmp_path: Path
) -> None:
    scope = Scope(house.per, frozenset({house.museum}))
    before = await database.read(partial(progress.learners, scope=scope))
    await ask(database, house)
    await confirm(database, house)
    await empty(database, stones_in(tmp_path))
    erased = {row[0] for row in await rows(database, PERSON.c.id, where=PERSON.c.erased_at.is_not(None))}
    assert erased == {house.asta, house.bronius, house.ona, house.ula}
    assert await rows(database, EMPLOYMENT.c.id) == []
    assert await rows(database, PERSON.c.organisation_id, where=PERSON.c.id == house.both) == [
        (house.museum,)
    ]
    after = await database.read(partial(progress.learners, scope=scope))
    assert {each.person for each in after} == {each.person for each in before}
    mine = ENROLMENT.c.person_id.in_([house.per, house.guest])
    assert await rows(database, ENROLMENT.c.person_id, where=mine) == [(house.guest,), (house.per,)]
    assert len(await rows(database, ANSWER.c.id)) == 4
    kept = await database.read(partial(certificates.by_code, code="c" * 22))
    assert kept is not None
    assert (kept.certificate.name, kept.certificate.state(SOON.date())) == ("", "revoked")
    assert (await deeds(database))[-1] == ("organisation.erased", None, house.library)


def of_others(house: House) -> set[str]:
    """What was planted with people who stay."""
    stay = {"Per": house.museum, "Gita": house.museum, "Beata": house.library, "Cilija": house.sector}
    known = {
        word for name in stay for word in (f"{name} Sodinta", f"{name}.{stay[name]}@planted.example".lower())
    }
    ids = (house.per, house.guest, house.both, house.cilija)
    words = {f"planted {what} {each}" for each in ids for what in ("chat", "words")}
    return known | words | {f"planted-{house.both}"}  # her number at the museum


async def test_nothing_that_was_planted_is_left_but_of_others(
    database: Database, house: House, tmp_path: Path
) -> None:
    await ask(database, house)
    await confirm(database, house)
    await empty(database, stones_in(tmp_path))
    text = await everything(database)
    for word in sorted(of_others(house), key=len, reverse=True):
        text = text.replace(word, "")
    assert [line for line in text.splitlines() if "lanted" in line or "Sodint" in line] == []
    places = await database.read(organisations.places)
    assert [(places[each].name, places[each].closed) for each in (house.library, house.unit)] == [
        (f"#{house.library}", True),
        (f"#{house.unit}", True),
    ]


async def test_it_goes_on_after_a_step_and_ends_the_same(
    database: Database, house: House, tmp_path: Path
) -> None:
    """Steps of one person; between them another process takes over."""
    stones = stones_in(tmp_path)
    await ask(database, house)
    await confirm(database, house)
    [closed] = await database.read(closings.under_way)
    assert not await database.write(partial(finish, closed=closed, now=SOON))
    assert await database.write(partial(step, closed=closed, now=SOON, most=1)) == 2
    await empty(database, stones)
    assert await database.read(closings.under_way) == []
    assert await close.JOB.run(database, SOON + DAY) == 0


async def test_who_has_left_elsewhere_is_not_taken_from_there(
    database: Database, house: House, tmp_path: Path
) -> None:
    """What the museum keeps of them is the museum's."""
    worked = EMPLOYMENT.c.person_id == house.both
    await database.write(lambda tx: tx.execute(update(EMPLOYMENT).where(worked).values(left_on="2026-03-01")))
    await ask(database, house)
    await confirm(database, house)
    await empty(database, stones_in(tmp_path))
    stays = (PERSON.c.organisation_id, PERSON.c.left_on, PERSON.c.name)
    assert await rows(database, *stays, where=PERSON.c.id == house.both) == [
        (house.museum, "2026-03-01", "Beata Sodinta")
    ]


@pytest.mark.parametrize("certified", [False, True])
async def test_what_it_alone_gave_somebody_of_another_organisation_goes(
    database: Database, house: House, tmp_path: Path, *, certified: bool
) -> None:
    """Not what they had besides; and a certificate stays theirs, and is not the other organisation's to see."""

    def learn(tx: Connection) -> None:
        [work] = tx.execute(select(EMPLOYMENT.c.id).where(EMPLOYMENT.c.person_id == house.guest)).scalars()
        given.keep(tx, {(house.guest, house.inner): frozenset({work})})
        version = programmes.newest(tx)[house.inner]
        study = enrolments.enrol(tx, person=house.guest, programme=house.inner, version=version, at=MONDAY)
        assert study
        activity.note(tx, house.guest, "enrolled", MONDAY, version=version)
        if certified:
            issue(tx, study, code="g" * 22, now=MONDAY)

    await database.write(learn)
    await ask(database, house)
    await confirm(database, house)
    await empty(database, stones_in(tmp_path))
    theirs = ENROLMENT.c.person_id == house.guest
    common, inner = (house.common[0],), (house.inner,)
    studies = await rows(database, ENROLMENT.c.programme_id, where=theirs)
    assert studies == ([common, inner] if certified else [common])
    noted = ACTIVITY.c.person_id == house.guest
    assert [row for row in await rows(database, ACTIVITY.c.what, where=noted) if row[0] == "enrolled"] == []
    held = await database.read(partial(certificates.of_person, person=house.guest))
    assert [each.certificate.name for each in held] == (["Gita Sodinta"] if certified else [])
    works = (EMPLOYMENT.c.person_id, EMPLOYMENT.c.number, EMPLOYMENT.c.agreed_at)
    assert await rows(database, *works) == ([(house.guest, "", None)] if certified else [])
    museum = Scope(house.per, frozenset({house.museum}))
    seen = await database.read(partial(progress.learners, scope=museum))
    assert {each.programme_id for each in seen if each.person == house.guest} == set(common)


async def test_without_mail_the_chat_tells(database: Database, house: House) -> None:
    await database.write(lambda tx: address(tx, "bronius", house.bronius))
    mine = manages(house.asta, house.library)
    tell = partial(close_organisation.ask, by=mine, place=house.library, now=MONDAY, mails=False)
    await database.write(tell)
    told = OUTBOX.c.key.startswith("closing:")
    assert await rows(database, OUTBOX.c.person_id, OUTBOX.c.kind, where=told) == [(house.bronius, "reply")]


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


async def test_a_restored_backup_does_not_bring_it_back(tmp_path: Path) -> None:
    stones, backup = stones_in(tmp_path), tmp_path / "backup.db"
    async with stores.opened("sqlite", tmp_path, str) as database:
        house = await database.write(build)
        with (
            closing(sqlite3.connect(stores.file_of(database))) as source,
            closing(sqlite3.connect(backup)) as to,
        ):
            source.backup(to)
        await ask(database, house)
        await confirm(database, house)
        await empty(database, stones)
    assert [each.place for each in stones.places()] == [house.library]
    assert "Gluosni" not in (tmp_path / "state" / "store.erased").read_text(encoding="utf-8")
    restored = Database(f"sqlite:///{backup}")
    await restored.open()
    assert not (await restored.read(organisations.places))[house.library].closed
    assert await erasing.again(restored, stones, KEY) == 4
    assert await restored.read(partial(join_links.of, organisation=house.library)) is None
    assert not await restored.read(partial(may_enter, person=house.asta))
    await empty(restored, stones, SOON + DAY)
    assert await restored.read(closings.under_way) == []
    assert (await restored.read(organisations.places))[house.library].name == f"#{house.library}"
    assert await erasing.again(restored, stones, KEY) == 0
    await restored.close()


async def test_another_organisation_with_its_number_is_left_alone(database: Database, tmp_path: Path) -> None:
    """A backup from before it was there, in which another one has got the number."""
    stones = stones_in(tmp_path)
    house = await database.write(build)
    stones.add([Stone(house.library, MONDAY, tombstone.organisation(KEY, house.library, "Kita biblioteka"))])
    assert await erasing.again(database, stones, KEY) == 0
    assert await database.read(organisations.closed) == frozenset()
