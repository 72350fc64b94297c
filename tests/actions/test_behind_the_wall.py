"""Who works here and is at home elsewhere, behind the wall: what is done here for them is done, as without a wall."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import pytest

from actions import edit_person, employ, enlist
from actions import hooks as receivers
from actions.announce import announce
from actions.assign import assign
from actions.assign import preview as reach
from actions.certify import issue, revoke
from actions.import_roster import Choice, carry_out, preview, undo
from actions.reply import reply
from domain.hook import TOPICS
from domain.organisation import Scope
from domain.rights import Grant
from domain.roster import Row, Said, Sheet
from domain.tree import Own
from storage import (
    activity,
    certificates,
    employments,
    enrolments,
    given,
    hooks,
    imports,
    people,
    programmes,
    roles,
    statements,
)
from storage.database import Connection, Database
from storage.employments import EMPLOYMENT
from storage.hooks import New
from storage.outbox import OUTBOX
from tests.actions.land import DAY, Land, look, person, settle, states
from tests.storage import open_answers
from tests.storage.samples import MONDAY, rows

T = TypeVar("T")


@dataclass(frozen=True)
class House:
    """The museum, where a nurse of the library works too; its coordinator is at home in the library."""

    land: Land
    nurse: int
    work: int
    scope: Scope
    database: Database

    async def write(self, unit: Callable[[Connection], T]) -> T:
        """As the museum's pages do."""
        return await self.database.within(self.scope).write(unit)


@pytest.fixture
async def house(database: Database) -> House:
    def plant(tx: Connection) -> tuple[Land, int, int, int]:
        land = settle(tx)
        nurse, chief = person(tx, land.library, "nurse"), person(tx, land.library, "chief")
        people.grant(tx, nurse, land.library, "author")
        people.grant(tx, nurse, land.other, "trainer")
        people.grant(tx, chief, land.other, "coordinator")
        work = employments.add(tx, nurse, land.other, {"job": "gidė", "number": "7"}, MONDAY, agreed=True)
        return land, nurse, work, chief

    land, nurse, work, chief = await database.write(plant)
    scope = Scope(chief, frozenset({land.other}), frozenset({"see", "act", "manage"}))
    return House(land, nurse, work, scope, database)


def sheet(**said: str) -> Sheet:
    return Sheet((), (Row(2, Said("Nurse", "nurse@a.example", **said)),))


async def imported(house: House, read: Sheet, place: int | None) -> int:
    number = await house.write(
        lambda tx: imports.add(
            tx,
            by=house.scope.person,
            organisation=place,
            file="museum.csv",
            read_as="",
            sheet=read,
            at=MONDAY,
        )
    )
    await house.write(lambda tx: carry_out(tx, number, house.scope, Choice(None), MONDAY))
    return number


async def test_their_words_here_are_changed_by_hand(house: House) -> None:
    change = partial(
        edit_person.change, by=house.scope, person=house.nurse, cells={"job": "sargas"}, now=MONDAY
    )
    await house.write(change)
    assert [tuple(each) for each in await rows(house.database, EMPLOYMENT.c.job)] == [("sargas",)]


async def test_a_roster_changes_them_as_who_they_are_and_is_undone(house: House) -> None:
    seen = await house.write(
        lambda tx: preview(tx, sheet(job="sargas"), house.land.other, house.scope, MONDAY, lock=True)
    )
    assert [fate.kind for fate in seen.plan.fates] == ["changed"]
    number = await imported(house, sheet(job="sargas"), house.land.other)
    assert [tuple(each) for each in await rows(house.database, EMPLOYMENT.c.job)] == [("sargas",)]
    assert await house.write(partial(undo, number=number, scope=house.scope, now=MONDAY)) == []
    assert [tuple(each) for each in await rows(house.database, EMPLOYMENT.c.job)] == [("gidė",)]


async def test_a_file_that_says_where_everybody_is_belongs_to_who_brought_it(house: House) -> None:
    assert await imported(house, sheet(job="sargas"), None)
    newest = partial(imports.newest, scope=house.scope)
    assert [each.organisation for each in await house.write(newest)] == [None]
    other = replace(house.scope, person=house.nurse)
    assert await house.database.within(other).read(partial(imports.newest, scope=other)) == []


async def test_who_leaves_here_loses_the_roles_of_here(house: House) -> None:
    """Though they have one where nothing is seen from here."""
    cells = {"left_on": MONDAY.date().isoformat()}
    await house.write(
        partial(edit_person.change, by=house.scope, person=house.nurse, cells=cells, now=MONDAY)
    )
    held = await house.database.read(partial(roles.grants, person=house.nurse))
    assert held == [Grant(house.nurse, "author", house.land.library)]


async def test_what_was_given_to_who_said_no_stays_when_their_joining_is_undone(house: House) -> None:
    """They are out of sight by then, and what they were given is still known."""

    def gives(tx: Connection) -> None:
        given.keep(tx, {(house.nurse, house.land.week): frozenset({house.work})})
        employments.decline(tx, house.work, MONDAY)

    await house.database.write(gives)
    [one] = await house.database.read(partial(employments.of_person, person=house.nurse))
    assert await house.write(partial(employ.part, employment=one, now=MONDAY)) is False


async def test_an_assignment_is_previewed_with_them(house: House) -> None:
    terms = house.land.terms(place=house.land.other)
    found = await house.write(partial(reach, terms=terms, scope=house.scope))
    assert [each.person.id for each in found.people] == [house.nurse]
    assert list(found.places) == [("Muziejus", 1)]


async def test_they_are_told_what_everybody_here_is_told(house: House) -> None:
    told = partial(
        announce, key="open", organisation=house.land.other, texts={"lt": "Dirbame ilgiau."}, now=MONDAY
    )
    assert await house.write(told) == 1
    [row] = await rows(house.database, OUTBOX.c.person_id, OUTBOX.c.organisation_id)
    assert tuple(row) == (house.nurse, house.land.other)


async def test_their_words_are_replied_to_by_who_is_at_home_elsewhere(house: House) -> None:
    def answers(tx: Connection) -> int:
        programmes.publish(tx, open_answers.PROGRAMME, MONDAY)
        slug = open_answers.PROGRAMME.slug
        where = programmes.by_slug(tx, slug) or 0
        given.keep(tx, {(house.nurse, where): frozenset({house.work})})
        return open_answers.write(tx, house.nurse, (where, programmes.newest(tx)[where]), "Nes", MONDAY)

    answer = await house.database.write(answers)
    told = partial(reply, scope=house.scope, answer=answer, words="Puiku!", now=MONDAY)
    assert await house.write(told) == "replied"
    assert len(await rows(house.database, OUTBOX.c.id)) == 1


async def test_the_certificate_that_is_given_here_is_revoked_here(house: House) -> None:
    def gets(tx: Connection) -> int:
        given.keep(tx, {(house.nurse, house.land.week): frozenset({house.work})})
        newest = programmes.newest(tx)[house.land.week]
        enrolment = enrolments.enrol(
            tx, person=house.nurse, programme=house.land.week, version=newest, at=MONDAY
        )
        assert enrolment
        issue(tx, enrolment, code="code", now=MONDAY)
        kept = certificates.by_code(tx, "code")
        assert kept is not None
        return kept.id

    number = await house.database.write(gets)
    gone = await house.write(partial(revoke, scope=house.scope, certificate=number, reason="why", now=MONDAY))
    assert gone is not None
    assert gone.certificate.revoked_on == MONDAY.date()


async def test_the_certificate_of_somebody_who_has_gone_elsewhere_is_revoked_here(house: House) -> None:
    """It is of the organisation that gave it, which sees nothing of them any more."""

    def gets(tx: Connection) -> int:
        who, newest = person(tx, house.land.other, "gone"), programmes.newest(tx)[house.land.week]
        enrolment = enrolments.enrol(tx, person=who, programme=house.land.week, version=newest, at=MONDAY)
        assert enrolment
        issue(tx, enrolment, code="code", now=MONDAY)
        edit_person.change(tx, None, who, {}, house.land.library, now=MONDAY)
        kept = certificates.by_code(tx, "code")
        assert kept is not None
        return kept.id

    number = await house.database.write(gets)
    gone = await house.write(partial(revoke, scope=house.scope, certificate=number, reason="why", now=MONDAY))
    assert gone is not None
    assert gone.certificate.revoked_on == MONDAY.date()


async def test_an_address_at_the_domain_of_an_organisation_out_of_sight_is_not_taken(house: House) -> None:
    own = partial(enlist.set_here, organisation=house.land.library, said={"domains": ("b.example",)})
    await house.database.write(partial(own, now=MONDAY))
    read = Sheet((), (Row(2, Said("New", "new@b.example")),))
    seen = await house.write(
        partial(preview, sheet=read, organisation=house.land.other, scope=house.scope, now=MONDAY)
    )
    [fate] = seen.plan.fates
    assert (fate.kind, fate.problem and fate.problem.code) == ("error", "domain_elsewhere")


async def test_a_roster_names_somebody_whom_a_third_organisation_has_asked(house: House) -> None:
    """Where they were asked besides is out of sight, and nothing of it is said."""

    def asks(tx: Connection) -> None:
        who = person(tx, house.land.library, "third")
        theatre = enlist.add_organisation(tx, "Teatras", Own(), above=house.land.country, now=MONDAY)
        employments.add(tx, who, theatre, {}, MONDAY, agreed=False)

    await house.database.write(asks)
    read = Sheet((), (Row(2, Said("Third", "third@a.example")),))
    seen = await house.write(
        partial(preview, sheet=read, organisation=house.land.other, scope=house.scope, now=MONDAY)
    )
    assert [fate.kind for fate in seen.plan.fates] == ["asked"]


async def test_a_receiver_is_made_where_there_is_none_in_sight(house: House) -> None:
    """What others still have to be told is not skipped for it."""

    def tells(tx: Connection) -> None:
        hooks.add(tx, New(house.land.library, "https://a.example/", TOPICS), "a", house.nurse, MONDAY)
        activity.note(tx, house.nurse, "joined", MONDAY - DAY)

    await house.database.write(tells)
    new = New(house.land.other, "https://b.example/", TOPICS)
    assert await house.write(partial(receivers.make, new=new, seed="b", by=house.scope, now=MONDAY))
    upto = partial(statements.position, of=statements.HOOKS_ID)
    assert await house.database.write(upto) == 0


async def test_who_was_there_before_an_assignment_and_moves_in_later_is_not_new(house: House) -> None:
    """They came last of all, and out of sight of whoever assigned it."""
    mover = await house.database.write(lambda tx: person(tx, house.land.library, "mover"))
    terms = house.land.terms(place=house.land.other, only_new=True)
    given_to_new = await house.write(partial(assign, terms=terms, by=None, now=MONDAY))
    move = partial(edit_person.change, by=None, person=mover, cells={}, place=house.land.other, now=MONDAY)
    await house.database.write(move)
    await look(house.database)
    assert (given_to_new, mover, "before") in await states(house.database)
