"""Put organisations and people on the roster by hand."""

from zoneinfo import ZoneInfo

from domain.language import Language
from domain.organisation import HOME
from storage import organisations, people
from storage.database import Connection


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


def add_person(
    tx: Connection, *, organisation: int, name: str, email: str, language: Language | None, coordinates: bool
) -> int:
    """A new person's id; someone who coordinates may sign in to the console of the organisation."""
    house = organisations.find(tx, organisation)
    if house is None:
        raise NotEnlisted(f"There is no organisation {organisation}: 'zinute organisation list' shows them.")
    if people.by_email(tx, email) is not None:
        raise NotEnlisted(f"Somebody has the address {email} already.")
    person = people.add(
        tx, organisation=organisation, name=name, email=email, language=language or house.language
    )
    if coordinates:
        people.grant(tx, person, organisation, "coordinator")
    return person
