"""The nation in its store: made once, and who can be tried out in it."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from actions.invite import VALID, invite
from console.pages.front import Host, Visitor
from domain.language import Language
from storage import invitations, organisations, people, programmes, roles
from storage.database import Connection
from zinute.errors import Stop
from zinute.nation.fill import fill
from zinute.nation.names import LANDS, Land
from zinute.nation.people import NATIONAL, Size

Codes = Callable[[str], str]
PROGRAMME: Final = "safe-online"
GUESTS: Final = {
    "LT": ("Ona Jankauskaitė", "Emma Clarke"),
    "PL": ("Piotr Śliwiński",),
    "NO": ("Kari Nygård",),
}


def prepare(
    tx: Connection, codes: Codes, at: datetime, tell: Callable[[int], None], size: Size = NATIONAL
) -> None:
    """Fill the store if it is empty; if the nation is there, make its unused invitations valid again."""
    if people.by_email(tx, _email("LT", GUESTS["LT"][0])):
        for land, names in GUESTS.items():
            for name in names:
                invitations.prolong(tx, codes(_email(land, name)), at + VALID)
        return
    if organisations.places(tx):
        raise Stop("There are other organisations in this store: name another folder with --data.")
    fill(tx, at, tell, size)
    _invite_guests(tx, codes, at)


def hosts(tx: Connection, codes: Codes) -> tuple[Host, ...]:
    """Who looks after each country, and who is invited there."""
    return tuple(_host(tx, land, codes) for land in LANDS)


def _invite_guests(tx: Connection, codes: Codes, at: datetime) -> None:
    programme = programmes.by_slug(tx, PROGRAMME)
    for land in LANDS:
        at_work = people.get(tx, _head(tx, land)).organisation.id
        for name in GUESTS[land.code]:
            email, language = _email(land.code, name), _language(land, name)
            guest = people.add(tx, organisation=at_work, name=name, email=email, language=language)
            invite(tx, person=guest, programme=programme, code=codes(email), now=at)


def _language(land: Land, name: str) -> Language:
    return "en" if name == "Emma Clarke" else land.language


def _email(land: str, name: str) -> str:
    return f"guest.{name.split(maxsplit=1)[0].lower()}@{land.lower()}.example"


def _head(tx: Connection, land: Land) -> int:
    """Who looks after a country."""
    places = organisations.places(tx).values()
    root = next(each.id for each in places if each.level == "country" and each.own.country == land.code)
    return next(each.person for each in roles.grants(tx) if each.organisation == root)


def _host(tx: Connection, land: Land, codes: Codes) -> Host:
    head = people.get(tx, _head(tx, land))
    visitors = tuple(Visitor(name, codes(_email(land.code, name))) for name in GUESTS[land.code])
    return Host(land.name, land.language, head.id, head.name, visitors)
