"""A library that is to be closed, with a unit, two who administer it, learners, and some who work elsewhere too."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from actions import close_organisation, employ
from actions.certify import issue
from actions.join_link import renew
from domain.assigning import Terms
from domain.hook import TOPICS
from domain.meeting_report import Entry
from domain.organisation import Scope
from domain.roster import Row, Said, Sheet
from domain.sharing import Reach
from domain.tree import Own
from domain.webinar import Webinar, Words
from scheduler.jobs import close
from storage import (
    api_tokens,
    assignments,
    doorsteps,
    enrolments,
    hooks,
    imports,
    invitations,
    organisations,
    outbox,
    people,
    presence,
    programmes,
    providers,
    registrations,
    sharing,
    webinars,
)
from storage.api_tokens import New
from storage.database import Database
from tests.storage import open_answers
from tests.storage.outgoing import HELLO
from tests.storage.samples import MONDAY, address, sample
from zinute import erasing
from zinute.erasing import Stones

KEY: Final = b"k" * 32
DAY: Final = timedelta(days=1)
MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class House:
    """`sector` is above `library`, which has a `unit`; `museum` is beside it. `asta` and `bronius` administer the
    library, `cilija` the sector. `ona` learns in the library, `ula` in its unit, `both` there and in the museum,
    `guest` in the museum and there; `per` in the museum alone. One webinar
    is `held` in the library, another one by the sector."""

    sector: int
    library: int
    unit: int
    museum: int
    asta: int
    bronius: int
    cilija: int
    ona: int
    ula: int
    both: int
    guest: int
    per: int
    common: tuple[int, int]
    offered: int
    inner: int
    held: tuple[int, int]


def build(tx: Connection) -> House:
    """The house with what hangs on it."""
    add = partial(organisations.add_place, tx)
    sector = add("Bibliotekos", Own(country="LT", contact="Rasa"), "sector")
    library, museum = add("Gluosnių biblioteka", Own(), above=sector), add("Muziejus", Own(), above=sector)
    unit = add("Vaikų skyrius", Own(), "unit", library)
    common = _taught(tx, "common")
    offered, _ = _taught(tx, "offered", library, "everybody")
    inner, _ = _taught(tx, "inner", library, "own")
    house = House(
        sector=sector,
        library=library,
        unit=unit,
        museum=museum,
        asta=_person(tx, library, "Asta"),
        bronius=_person(tx, library, "Bronius"),
        cilija=_person(tx, sector, "Cilija"),
        ona=_person(tx, library, "Ona"),
        ula=_person(tx, unit, "Ula"),
        both=_person(tx, library, "Beata"),
        guest=_person(tx, museum, "Gita"),
        per=_person(tx, museum, "Per"),
        common=common,
        offered=offered,
        inner=inner,
        held=(_webinar(tx, library, "planted webinar"), _webinar(tx, sector, "Virusai", {library: 1})),
    )
    for who, where in ((house.asta, library), (house.bronius, library), (house.cilija, sector)):
        people.grant(tx, who, where, "administrator")
    people.grant(tx, house.ona, unit, "coordinator")
    _learn(tx, house)
    _hang(tx, house)
    _meet(tx, house)
    return house


def _taught(
    tx: Connection, slug: str, owner: int | None = None, reach: Reach = "everybody"
) -> tuple[int, int]:
    content = open_answers.PROGRAMME if slug == "common" else sample(slug)
    version = programmes.publish(tx, content, MONDAY)
    number = programmes.by_slug(tx, content.slug)
    assert version is not None
    assert number is not None
    sharing.put(tx, number, owner=owner, reach=reach)
    return number, version


def _person(tx: Connection, where: int, name: str) -> int:
    email = f"{name}.{where}@planted.example".lower()
    return people.add(tx, organisation=where, name=f"{name} Sodinta", email=email, language="lt")


def _learn(tx: Connection, house: House) -> None:
    """All learn the common programme; who works at both learned the inner one for the library, with a certificate."""
    for person, where in ((house.both, house.museum), (house.guest, house.library)):
        employ.join(
            tx, employ.Named(person, where, {"number": f"planted-{person}"}), MONDAY, by=None, why="sure"
        )
    for person in (house.ona, house.ula, house.per, house.guest):
        people.consent(tx, person, MONDAY)
        address(tx, f"planted chat {person}", person)
        open_answers.write(tx, person, house.common, f"planted words {person}", MONDAY)
    study = enrolments.enrol(
        tx, person=house.ona, programme=house.inner, version=programmes.newest(tx)[house.inner], at=MONDAY
    )
    assert study
    issue(tx, study, code="c" * 22, now=MONDAY)


def _hang(tx: Connection, house: House) -> None:
    """Everything by which somebody or something comes in, asks, is told or is sent something."""
    at, by = house.library, house.asta
    renew(tx, Scope(by, frozenset({at})), at, MONDAY, lambda: "link")
    api_tokens.add(tx, New(at, "planted token", ("people:read",), MONDAY + 30 * DAY), "secret", by, MONDAY)
    hooks.add(tx, hooks.New(at, "https://planted.example/", TOPICS), "seed", by, MONDAY)
    providers.put(tx, at, "planted", "https://planted.example", client="c", secret_file="")
    invitations.add(tx, person=house.ula, programme=None, code="code", expires_at=MONDAY + 9 * DAY)
    doorsteps.knock(tx, address(tx, "planted stranger"), at, None, MONDAY)
    given = Terms(house.common[0], at, MONDAY.date(), why="planted why")
    assignments.add(tx, given, by=by, look_at=MONDAY, at=MONDAY)
    sheet = Sheet((), (Row(2, Said("Planted Naujoji", "nauja@planted.example")),))
    imports.add(tx, by=by, organisation=at, file="planted.csv", read_as="", sheet=sheet, at=MONDAY)
    sharing.adopt(tx, house.offered, house.museum, MONDAY)
    place = address(tx, f"planted chat {house.ona}", house.ona)
    outbox.add(tx, outbox.New(outbox.To(place, "web", house.ona, at), HELLO, "waits", "reply"), MONDAY)


def _webinar(tx: Connection, place: int, title: str, kept: Mapping[int, int] | None = None) -> int:
    """For two people, nine days on."""
    at, link = MONDAY + 9 * DAY, f"https://meet.example/{title}"
    new = Webinar(0, place, {"lt": Words(title, title)}, at, 60, "Europe/Vilnius", 2, title, link)
    return webinars.add(tx, replace(new, kept=kept or {}), MONDAY)


def _meet(tx: Connection, house: House) -> None:
    """Ona and Gita go to the library's, and Ona asks something; Ona and Ula to the sector's, for which Per waits."""
    inner, common = house.held
    for webinar, *who in ((inner, house.ona, house.guest), (common, house.ona, house.ula, house.per)):
        for person in who:
            registrations.put(
                tx,
                webinar=webinar,
                person=person,
                pool=house.library if webinar == common and person != house.per else None,
                state="waiting" if person == house.per else "seated",
                arrival=webinars.arrive(tx, webinar),
                seed=f"planted seed {webinar} {person}" if person != house.per else "per",
                due=None if person == house.per else (1, MONDAY + 2 * DAY),
                now=MONDAY,
            )
    registrations.ask(tx, inner, house.ona, "planted question", MONDAY)
    row = Entry(2, "planted in a meeting", "", "", MONDAY, None, 60)
    brought = presence.Brought("planted meeting.csv", "digest", "utf-8", "Europe/Vilnius", [row])
    presence.take(tx, presence.add(tx, inner, brought, {2: (house.ona, "person")}, house.asta, MONDAY))


def manages(person: int, *places: int) -> Scope:
    """What the authenticator makes of an administrator."""
    return Scope(person, frozenset(places), frozenset({"see", "act", "manage", "audit"}))


async def ask(database: Database, house: House, by: int | None = None, at: datetime = MONDAY) -> None:
    mine = manages(by or house.asta, house.library, house.unit)
    await database.write(partial(close_organisation.ask, by=mine, place=house.library, now=at, mails=True))


async def confirm(
    database: Database, house: House, by: int | None = None, at: datetime = MONDAY + DAY
) -> None:
    mine = manages(by or house.bronius, house.library, house.unit)
    await database.write(partial(close_organisation.confirm, by=mine, place=house.library, now=at))


async def empty(database: Database, stones: Stones, at: datetime = MONDAY + DAY) -> None:
    """As the scheduler and the service do, until nobody is left."""
    for minute in range(3):
        await close.JOB.run(database, at + minute * MINUTE)
        await erasing.look(database, stones, KEY, at + minute * MINUTE + MINUTE / 2)


def stones_in(folder: Path) -> Stones:
    return Stones(folder / "state" / "store.erased")
