"""What becomes of the people of a closed organisation: who goes, who stays where else, and what comes back never."""

from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from actions import close_organisation, compose, correct, dispatch, enlist
from actions.certify import issue
from actions.close_out import finish, step
from actions.compose import Composed
from domain import tombstone
from domain.audience import Some, Speaks, Works
from domain.correction import Wish
from domain.days_off import read
from domain.enclosed import Enclosed, File, Link
from domain.organisation import Scope
from domain.tree import Own
from scheduler.jobs import close
from scheduler.jobs import webinars as look_at_webinars
from storage import (
    activity,
    certificates,
    closings,
    confirmations,
    corrections,
    enrolments,
    erasures,
    given,
    media,
    organisations,
    people,
    programmes,
    progress,
)
from storage.activity import ACTIVITY
from storage.announcements import ANNOUNCEMENT
from storage.answers import ANSWER
from storage.audit import AUDIT
from storage.closings import Stone
from storage.confirmations import CONFIRMATION
from storage.database import Connection, Database, T, Unit
from storage.employments import EMPLOYMENT
from storage.enrolments import ENROLMENT
from storage.organisations import ORGANISATION
from storage.outbox import OUTBOX
from storage.people import PERSON
from storage.registrations import REGISTRATION
from storage.webinars import KEPT, WEBINAR
from tests.storage import stores
from tests.storage.samples import MONDAY, address, rows
from tests.zinute.closing_town import DAY, KEY, MINUTE, House, ask, build, confirm, empty, manages, stones_in
from tests.zinute.planted_person import everything
from zinute import erasing

SOON = MONDAY + DAY


@pytest.fixture
async def house(database: Database) -> House:
    return await database.write(build)


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
    last = await rows(database, AUDIT.c.number, AUDIT.c.what, AUDIT.c.person_id, AUDIT.c.organisation_id)
    assert last[-1][1:] == ("organisation.erased", None, house.library)


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
    closed = ORGANISATION.c.id.in_([house.library, house.unit])
    days = {"days_off": read(["06-24"]), "messengers": ("web", "telegram"), "languages": ("lt", "pl")}
    await database.write(partial(enlist.set_here, organisation=house.library, said=days, now=MONDAY))
    lists = ORGANISATION.c.days_off, ORGANISATION.c.messengers, ORGANISATION.c.languages
    assert await rows(database, *lists, where=closed) == [("06-24", "web,telegram", "lt,pl")] * 2
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
    assert await rows(database, *lists, where=closed) == [("", "", "")] * 2


def announce(tx: Connection, house: House) -> None:
    """A draft, one that waits for its time, and one that somebody who stays has confirmed."""
    scope = Scope(house.asta, frozenset({house.library}), frozenset({"see", "act"}))
    rule = Some((Works("planted job"), Speaks("lt")))
    media.keep(tx, "f" * 64, b"planted")
    linked = Enclosed(None, {}, File("f" * 64, "planted.pdf", 7), (Link("https://planted.example/"),))
    said = Composed(house.library, {"lt": "planted"}, confirms=True, rule=rule, enclosed=linked)
    _, due, told = (compose.save(tx, scope, said, MONDAY, key=key) for key in ("draft", "due", "told"))
    for which in (due, told):
        seen = compose.mark(compose.one(tx, scope, which))
        assert dispatch.send(tx, scope, which, None, MONDAY, seen=seen, mails=False) == "due"
    assert dispatch.begin(tx, told, MONDAY + MINUTE) == 3
    assert confirmations.confirm(tx, told, house.guest, MONDAY + MINUTE)


async def test_of_what_was_announced_there_only_is_left_that_it_was(
    database: Database, house: House, tmp_path: Path
) -> None:
    await database.write(partial(announce, house=house))
    await ask(database, house)
    await confirm(database, house)
    states = await rows(database, ANNOUNCEMENT.c.key, ANNOUNCEMENT.c.state)
    assert states == [(key, "cancelled") for key in ("draft", "due", "told")]
    await empty(database, stones_in(tmp_path))
    words = (ANNOUNCEMENT.c.texts, ANNOUNCEMENT.c.enclosed, ANNOUNCEMENT.c.audience)
    assert await rows(database, *words) == [("{}", "{}", "")] * 3
    assert await rows(database, CONFIRMATION.c.person_id) == []
    told = OUTBOX.c.announcement_id.is_not(None)
    assert await rows(database, OUTBOX.c.state, OUTBOX.c.body, where=told) == [("dropped", "")] * 3


async def test_it_goes_on_after_a_step_and_ends_the_same(
    database: Database, house: House, tmp_path: Path
) -> None:
    """Steps of one person; between them another process takes over."""
    stones = stones_in(tmp_path)
    await ask(database, house)
    await confirm(database, house)
    closed, unit = await database.read(closings.under_way)
    assert (closed.place, unit.place) == (house.library, house.unit)
    assert not await database.write(partial(finish, closed=closed, now=SOON))
    assert await database.write(partial(step, closed=closed, now=SOON, most=1)) == 2
    await empty(database, stones)
    assert await database.read(closings.under_way) == []
    assert await close.JOB.run(database, SOON + DAY) == 0


async def test_seats_elsewhere_go_to_who_waits_for_them(
    database: Database, house: House, tmp_path: Path
) -> None:
    """What was kept for the place is kept no more; its own webinars are gone."""
    await ask(database, house)
    await confirm(database, house)
    _, common = house.held
    looked = await rows(database, WEBINAR.c.id, WEBINAR.c.state, WEBINAR.c.look_at)
    assert looked == [(house.held[0], "cancelled", None), (common, "open", SOON)]
    assert await rows(database, KEPT.c.seats) == []
    await look_at_webinars.JOB.run(database, SOON)
    seats = REGISTRATION.c.person_id, REGISTRATION.c.webinar_id, REGISTRATION.c.state
    assert (house.per, common, "waiting") in await rows(database, *seats)
    await empty(database, stones_in(tmp_path))
    assert await rows(database, WEBINAR.c.id) == [(common,)]
    await look_at_webinars.JOB.run(database, SOON + MINUTE)
    assert await rows(database, *seats) == [(house.per, common, "seated")]


class Counting(Database):
    """A door that says how often it wrote."""

    writes = 0

    async def write(self, unit: Unit[T]) -> T:
        self.writes += 1
        return await super().write(unit)

    async def look(self) -> int:
        """How often the job writes."""
        before = self.writes
        await close.JOB.run(self, SOON)
        return self.writes - before


def units(tx: Connection, house: House) -> None:
    """More of them, one in another, each with somebody."""
    above = house.unit
    for number in range(3):
        above = organisations.add_place(tx, f"Skyrius {number}", Own(), "unit", above)
        people.add(tx, organisation=above, name=f"U{number}", email=f"u{number}@x.example", language="lt")


async def test_what_is_below_goes_with_it_and_nothing_is_written_while_nothing_can_be_done(
    tmp_path: Path,
) -> None:
    async with stores.opened("sqlite", tmp_path, str, door=Counting) as database:
        assert isinstance(database, Counting)
        house = await database.write(build)
        await database.write(partial(units, house=house))
        await ask(database, house)
        await confirm(database, house)
        steps = [await database.look(), await database.look()]
        assert steps == [3, 0], "somebody leaves, nobody is left to leave, and it is not over"
        inside = [each.place for each in await database.read(closings.under_way)]
        await erasing.look(database, stones_in(tmp_path), KEY, SOON + MINUTE)
        assert [await database.look(), await database.look()] == [2, 0], "all of it ends at once"
        assert await database.read(closings.under_way) == []
        places = await database.read(organisations.places)
        assert len(inside) == 5
        assert [places[each].name for each in inside] == [f"#{each}" for each in inside]
        told = AUDIT.c.what == "organisation.erased"
        erased = [row[1] for row in await rows(database, AUDIT.c.number, AUDIT.c.organisation_id, where=told)]
        assert (sorted(erased), erased[-1]) == (inside, house.library)


async def test_while_a_backup_s_people_wait_nothing_is_written(tmp_path: Path) -> None:
    """A unit of theirs that two people closed does not wait: its people are erased."""
    async with stores.opened("sqlite", tmp_path, str, door=Counting) as database:
        assert isinstance(database, Counting)
        house = await database.write(build)
        one, two = manages(house.asta, house.unit), manages(house.bronius, house.unit)
        asked = partial(close_organisation.ask, by=one, place=house.unit, now=MONDAY, mails=True)
        await database.write(asked)
        await database.write(partial(close_organisation.confirm, by=two, place=house.unit, now=SOON))
        marks = tombstone.organisation(KEY, house.library, "Gluosnių biblioteka")
        stones = stones_in(tmp_path)
        stones.add([Stone(house.library, SOON, marks)])
        assert await erasing.again(database, stones, KEY) == 0
        await database.look()
        await erasing.look(database, stones, KEY, SOON + MINUTE)
        await database.look()
        assert [each.place for each in await database.read(closings.under_way)] == [house.library]
        assert await rows(database, PERSON.c.id, where=PERSON.c.erased_at.is_not(None)) == [(house.ula,)]
        assert await database.look() == 0


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
    for wish in (Wish("job", "gidė"), Wish("job", "skaitytoja", 2)):
        await database.write(partial(correct.ask, person=house.guest, wish=wish, now=MONDAY))
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
    waits = await database.read(partial(corrections.of_person, person=house.guest))
    assert [each.words for each in waits] == ["gidė"], "nobody is left to decide about the other"
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


async def test_that_a_place_is_closed_is_written_down_first_and_its_people_are_erased_last(
    database: Database, house: House, tmp_path: Path
) -> None:
    """However many are to be erased with a place: a few at a time."""

    def many(tx: Connection) -> None:
        crowd = range(erasing.AT_ONCE + 1)
        new = {"organisation_id": house.library, "language": "lt", "hour": "09:30", "days": "12345"}
        tx.execute(insert(PERSON), [{**new, "name": f"P{n}", "email": f"p{n}@x.example"} for n in crowd])
        theirs = select(PERSON.c.id).where(PERSON.c.email.like("%@x.example"))
        for person in tx.execute(theirs).scalars().all():
            erasures.ask(tx, person, MONDAY, house.bronius)
        erasures.ask(tx, house.guest, SOON, house.cilija)
        erasures.ask(tx, house.per, SOON)

    await ask(database, house)
    await database.write(many)
    await confirm(database, house)
    stones = stones_in(tmp_path)
    assert await erasing.look(database, stones, KEY, SOON + DAY) == erasing.AT_ONCE
    lines = (tmp_path / "state" / "store.erased").read_text(encoding="utf-8").split()
    assert '"place"' in lines[0]
    first, second, *_ = stones.read()
    assert [first.person, second.person] == [house.per, house.guest]
    assert await erasing.look(database, stones, KEY, SOON + DAY) == 3
    assert await erasing.look(database, stones, KEY, SOON + DAY) == 0
