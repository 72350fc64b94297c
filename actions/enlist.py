"""Put organisations and people on the roster by hand."""

from zoneinfo import ZoneInfo

from domain.language import Language
from domain.organisation import HOME
from storage import organisations, people
from storage.database import Connection

MOST_WORDS = 60  # as programmes list jobs and sectors


class NotEnlisted(Exception):
    """What was asked for cannot be; the message says why."""


def add_organisation(
    tx: Connection, *, name: str, country: str, contact: str, zone: str = "", language: Language | None = None
) -> int:
    """A new organisation's id. Zone and language are those of the country if not given."""
    if country not in HOME:
        raise NotEnlisted(f"There is no country '{country}' here: use {', '.join(HOME)}.")
    home = HOME[country]
    try:
        ZoneInfo(zone or home.zone)
    except (KeyError, ValueError, OSError) as error:
        raise NotEnlisted(f"There is no time zone '{zone}': use a name such as {home.zone}.") from error
    return organisations.add(
        tx,
        name=name,
        country=country,
        zone=zone or home.zone,
        language=language or home.language,
        contact=contact,
    )


def set_sector(tx: Connection, organisation: int, sector: str) -> None:
    """The sector that the organisation belongs to: its people are shown the programmes for it first; "" for none."""
    if not organisations.set_sector(tx, organisation, words(sector)):
        raise NotEnlisted(_no_organisation(organisation))


def set_job(tx: Connection, email: str, job: str) -> None:
    """What the person works as: the programmes for it are shown to them first; "" when nobody is to know."""
    person = people.by_email(tx, email)
    if person is None:
        raise NotEnlisted(f"There is nobody with the address {email}: add them with 'zinute person add'.")
    people.set_job(tx, person, words(job))


def set_author(tx: Connection, email: str, *, writes: bool) -> None:
    """Let the person change lessons in the console, or not any more."""
    person = people.by_email(tx, email)
    if person is None:
        raise NotEnlisted(f"There is nobody with the address {email}: add them with 'zinute person add'.")
    people.set_author(tx, person, writes=writes)


def words(written: str) -> str:
    """A job or a sector on one line; raises NotEnlisted when it is longer than a name."""
    line = " ".join(written.split())
    if len(line) > MOST_WORDS:
        raise NotEnlisted(
            f"'{line[:20]}…' has {len(line)} characters, so shorten it to at most {MOST_WORDS}."
        )
    return line


def add_person(
    tx: Connection, *, organisation: int, name: str, email: str, language: Language | None, coordinates: bool
) -> int:
    """A new person's id; someone who coordinates may sign in to the console of the organisation."""
    house = organisations.find(tx, organisation)
    if house is None:
        raise NotEnlisted(_no_organisation(organisation))
    if people.by_email(tx, email) is not None:
        raise NotEnlisted(f"Somebody has the address {email} already.")
    person = people.add(
        tx, organisation=organisation, name=name, email=email, language=language or house.language
    )
    if coordinates:
        people.grant(tx, person, organisation, "coordinator")
    return person


def _no_organisation(number: int) -> str:
    return f"There is no organisation {number}: 'zinute organisation list' shows them."
